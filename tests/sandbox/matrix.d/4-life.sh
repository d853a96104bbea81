# SPDX-License-Identifier: MIT
# shellcheck shell=sh disable=SC2034,SC2086,SC2154 # a part of matrix.sh: its words and variables
# Start, end, migration, users, and QEMU's own sandbox.

both migration_to_a_descriptor '' "$booted"'
{"execute":"migrate-set-capabilities","arguments":{"capabilities":[{"capability":"events","state":true}]}}
!fd '"$T"'/home/state state
{"execute":"migrate","arguments":{"uri":"fd:state"}}
!answer completed
{"execute":"query-migrate"}' -M q35 $disk
both migration_out_and_in_by_unix migration '{"execute":"migrate-incoming","arguments":{"uri":"unix:'"$T"'/home/incoming"}}
{"execute":"query-migrate"}' -M q35 -incoming defer
both migration_by_tcp migration '{"execute":"migrate-set-parameters","arguments":{"multifd-channels":2}}
{"execute":"migrate-set-capabilities","arguments":{"capabilities":[{"capability":"multifd","state":true}]}}
{"execute":"migrate-incoming","arguments":{"uri":"tcp:127.0.0.1:10905"}}' -M q35 -incoming defer
both migration_postcopy postcopy '{"execute":"migrate-set-capabilities","arguments":{"capabilities":[{"capability":"postcopy-ram","state":true}]}}' -M q35
both background_snapshot postcopy '?{"execute":"migrate-set-capabilities","arguments":{"capabilities":[{"capability":"background-snapshot","state":true}]}}' -M q35
both pidfile pidfile "$started" -M q35 -pidfile $T/home/pid
both power_off_by_the_guest '' '{"execute":"system_powerdown"}' -M q35 -no-shutdown
both own_sandbox qemu-sandbox "$booted" -M q35 -sandbox on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny $disk
both own_sandbox_children qemu-sandbox "$started" -M q35 -sandbox on,elevateprivileges=children
both debug_threads '' "$started" -M q35 -name guest=x,debug-threads=on -uuid 11111111-2222-3333-4444-555555555555 -msg timestamp=on
both secrets_and_authorization '' "$started" -M q35 -object secret,id=s,data=eA==,format=base64 -object authz-simple,id=a,identity=x

if [ "$(id -u)" -eq 0 ]; then
	EXTRA="--keep-capabilities --path=/etc/passwd:r --path=/etc/group:r --path=/etc/nsswitch.conf:r"
	one changed_user run-as "$booted" -M q35 -runas nobody $disk
	EXTRA="--keep-capabilities"
	one changed_root chroot "$started" -M q35 -chroot $T/home/share
elif wanted tcg_changed_user; then
	t_skip tcg_changed_user "needs root"
	t_skip tcg_changed_root "needs root"
fi

# What goes to the background has no monitor on an inherited descriptor: its status says all.
daemon()
{
	wanted "$1" || return 0
	fresh
	count=$((count + 1))
	daemon_name=$1
	shift
	# shellcheck disable=SC2086 # options are several words
	t_run "$CONFINED" $mode --policy=base,daemonize,pidfile,unix-listen,$1 $system --path=/dev/kvm:rwd \
		--path="$T/home:rw" -- "$X86" -accel $1 -M none -nodefaults -display none -daemonize \
		-pidfile "$T/home/pid" -qmp unix:$T/home/qmp,server=on,wait=off
	if [ "$t_status" -eq 0 ] && kill "$(cat "$T/home/pid")" 2>/dev/null; then
		t_ok "$daemon_name"
	else
		t_fail "$daemon_name" "ended with $t_status"
		cat "$T/err"
	fi
}
daemon tcg_daemon tcg
if [ -r /dev/kvm ] && [ -w /dev/kvm ]; then daemon kvm_daemon kvm; elif wanted kvm_daemon; then t_skip kvm_daemon "/dev/kvm cannot be opened"; fi
