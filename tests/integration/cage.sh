#!/bin/sh
# SPDX-License-Identifier: MIT
# The cage that a spec makes, around real QEMU and around a probe in its place: files below the
# disks, TCP ports, arguments of the caller's own, QEMU's own -sandbox, the working directory.
. "$(dirname "$0")/../support/lib.sh"

probe=$BUILD/obj/tests/integration/probe
qemu=$(command -v qemu-system-x86_64)
export XDG_STATE_HOME="$T/state" XDG_RUNTIME_DIR="$T/run"
unset QEMU_OPTS SLIPWAY_EMULATOR SLIPWAY_FIRMWARE SLIPWAY_SECURE_BOOT SLIPWAY_NVRAM SLIPWAY_SANDBOX

# spec NAME DEVICES...: $T/NAME.xml, a small BIOS domain
spec()
{
	spec_name=$1
	shift
	cat >"$T/$spec_name.xml" <<-XML
		<domain type='qemu' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
		  <name>$spec_name</name>
		  <memory unit='MiB'>64</memory>
		  <os><type arch='x86_64' machine='q35'>hvm</type></os>
		  <devices>$*</devices>
		</domain>
	XML
}

# disk PATH FORMAT
disk()
{
	echo "<disk type='file' device='disk'><driver name='qemu' type='$2'/><source file='$1'/>" \
		"<target dev='vda' bus='virtio'/></disk>"
}

# policies SPEC [ARGUMENT...]: the names of the active ones
policies()
{
	policies_spec=$1
	shift
	"$SLIPWAY" policy "$T/$policies_spec.xml" -- "$@" 2>"$T/err" | sed -n 's/^policies *//p'
}

# caged SPEC PORTS [ARGUMENT...]: which of the ports the probe could listen on
caged()
{
	caged_spec=$1 caged_ports=$2
	shift 2
	sed "s|<devices>|<!-- --><devices>|; s|</domain>|<qemu:commandline><qemu:env name='PROBE_PORTS' value='$caged_ports'/></qemu:commandline></domain>|" \
		"$T/$caged_spec.xml" >"$T/caged.xml"
	t_run "$SLIPWAY" run --emulator="$probe" "$T/caged.xml" -- "$@"
	sed -n 's/^listen //p' "$T/out" | paste -s -d ' ' -
}

# TCP: the ports that the spec names and no others
spec plain
spec vnc "<graphics type='vnc' port='25977' listen='127.0.0.1'/>"
spec forward "<interface type='user'><portForward proto='tcp'><range start='25977' to='22'/></portForward></interface>"
spec line "<serial type='tcp'><source mode='bind' host='127.0.0.1' service='25977'/></serial>"
abi=$("$SLIPWAY" policy "$T/vnc.xml" | grep -c 'does not limit TCP ports\|has no Landlock')
for name in vnc forward line; do
	if [ "$abi" -ne 0 ]; then
		t_skip "only_the_ports_of_the_spec_are_listened_on: $name" "this kernel's Landlock has no ports"
		continue
	fi
	t_eq "only_the_ports_of_the_spec_are_listened_on: $name" "25977 yes 25978 no" \
		"$(caged "$name" "25977 25978")"
done
t_eq without_a_port_there_are_no_sockets "25977 no" "$(caged plain 25977)"
t_eq ports_of_own_arguments_are_not_limited "25977 yes 25978 yes" \
	"$(caged plain "25977 25978" -netdev user,id=n)"
t_run "$SLIPWAY" policy "$T/vnc.xml"
t_contains policy_names_the_ports "listen on 25977" "$T/out"
t_contains policy_names_that_nothing_is_connected_to "connect to none" "$T/out"
t_run "$SLIPWAY" policy --format=json "$T/forward.xml"
t_eq policy_has_the_ports_in_json '"listen": [ 25977 ], "connect": null' \
	"$(tr -s ' \n\t' ' ' <"$T/out" | grep -o '"listen": [^]]*\], "connect": null')"

# writes SPEC PATH...: which of the files the probe could write to, or make
writes()
{
	writes_spec=$1
	shift
	writes_paths=$(printf '%s:' "$@")
	sed "s|</domain>|<qemu:commandline><qemu:env name='PROBE_WRITES' value='$writes_paths'/></qemu:commandline></domain>|" \
		"$T/$writes_spec.xml" >"$T/writing.xml"
	t_run "$SLIPWAY" run --emulator="$probe" "$T/writing.xml"
	sed -n "s|^write $T/||p" "$T/out" | paste -s -d ' ' -
}

# What QEMU writes lies among other files, and it gets at none of those
mkdir "$T/among"
echo text >"$T/among/other"
log=$T/among/serial.log
spec logged "<serial type='file'><source path='$log'/></serial>"
spec kept "<serial type='pty'><log file='$log'/></serial>"
spec heard "<audio id='1' type='file' path='$log'/>"
spec shown "<graphics type='vnc' socket='$T/among/vnc.sock'/>"
if "$SLIPWAY" policy "$T/plain.xml" | grep -q 'has no Landlock'; then
	t_skip "what_it_writes_is_all_it_can_write" "this kernel has no Landlock"
else
	for name in logged kept heard; do
		t_eq "what_it_writes_is_all_it_can_write: $name" \
			"among/serial.log yes among/other no among/new no" \
			"$(writes $name "$log" "$T/among/other" "$T/among/new")"
		t_true "what_it_writes_is_all_it_can_write: $name is there" test -f "$log"
		rm -f "$log"
	done
	t_eq a_folder_of_sockets_has_no_files "among/other no among/new no" \
		"$(writes shown "$T/among/other" "$T/among/new")"
	spec nowhere "<serial type='file'><source path='$T/missing/serial.log'/></serial>"
	t_refuses a_log_without_its_folder_is_named 125 "cannot make '$T/missing/serial.log'" \
		"$SLIPWAY" run --emulator="$probe" "$T/nowhere.xml"
	t_contains its_way_out_is_said "make its folder" "$T/err"
fi
t_run "$SLIPWAY" policy "$T/shown.xml"
t_contains policy_tells_sockets_from_files "  make sockets in $T/among and below" "$T/out"
t_run "$SLIPWAY" policy --format=json "$T/shown.xml"
t_eq policy_has_sockets_in_json "\"sockets\": [ \"$T/among\" ]" \
	"$(tr -s ' \n\t' ' ' <"$T/out" | grep -o '"sockets": [^]]*\]')"

# What is denied is said by name, where somebody looks. The pipe's end shows that the witness ends.
sed "s|</domain>|<qemu:commandline><qemu:env name='PROBE_PORTS' value='25977'/></qemu:commandline></domain>|" \
	"$T/plain.xml" >"$T/denied.xml"
"$SLIPWAY" run --sandbox=log --emulator="$probe" "$T/denied.xml" 2>&1 >"$T/out" </dev/null | cat >"$T/err"
t_contains log_names_the_call_and_the_feature "QEMU called 'socket' (0x2, 0x1, 0x0)" "$T/err"
t_contains log_names_the_option_that_allows_it "interface type='user', -netdev user" "$T/err"
t_contains log_lets_it_run "listen 25977 yes" "$T/out"
t_eq every_call_is_named_once 1 "$(grep -c "called 'socket'" "$T/err")"
t_eq its_lines_are_slipways "" "$(grep -v '^slipway: ' "$T/err")"
"$SLIPWAY" test --timeout=20s --emulator="$probe" "$T/denied.xml" 2>&1 >"$T/out" </dev/null | cat >"$T/err"
t_contains a_test_names_what_it_denies "it was answered with ENOSYS; allowed by the policy" "$T/err"
t_contains a_test_names_an_exec "QEMU called 'execve'" "$T/err"
t_run "$SLIPWAY" run --emulator="$probe" "$T/denied.xml"
t_eq a_run_says_nothing_of_it "" "$(grep "called" "$T/err")"
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
	chmod 711 "$T"
	t_copy_slipway "$T"
	install -m 755 "$probe" "$T/probe"
	setpriv --reuid=nobody --regid=nogroup --clear-groups env HOME="$T" XDG_STATE_HOME= XDG_RUNTIME_DIR= \
		"$T/slipway" run --sandbox=log --emulator="$T/probe" "$T/denied.xml" >"$T/out" 2>"$T/err" </dev/null
	t_contains it_is_said_without_root "QEMU called 'socket'" "$T/err"
else
	t_skip it_is_said_without_root "this is $(id -un), and needs root with setpriv"
fi

# Kernels that have not got a layer
without=$BUILD/obj/tests/integration/without_call
t_refuses a_kernel_without_seccomp_is_refused 125 "this kernel cannot filter system calls" \
	"$without" seccomp "$SLIPWAY" run --emulator="$probe" "$T/plain.xml"
t_contains its_way_out_is_named "--sandbox=off" "$T/err"
t_run "$without" seccomp "$SLIPWAY" run --sandbox=off --emulator="$probe" "$T/plain.xml"
t_eq without_a_sandbox_it_runs 0 "$t_status"
t_run "$without" landlock "$SLIPWAY" run --emulator="$probe" "$T/plain.xml"
t_eq a_kernel_without_landlock_runs_it 0 "$t_status"
t_contains a_kernel_without_landlock_is_said "slipway: this kernel has no Landlock" "$T/err"
t_contains exec_stays_refused_without_landlock "exec no" "$T/out"
t_refuses require_refuses_a_kernel_without_landlock 125 "--sandbox=require: this kernel has no Landlock" \
	"$without" landlock "$SLIPWAY" run --sandbox=require --emulator="$probe" "$T/plain.xml"

# Arguments of the caller's own get what they need, as in a command line
while IFS='|' read -r wanted arguments; do
	# shellcheck disable=SC2086 # several words
	t_eq "own_arguments_choose_policies: $wanted" "base tcg $wanted qemu-sandbox" \
		"$(policies plain $arguments)"
done <<-EOT
	user-network|-netdev user,id=n
	9p|-fsdev local,id=f,path=/tmp,security_model=none
	pty|-serial pty
	tcp-listen|-s
	memfd|-object memory-backend-memfd,id=m,size=1M
EOT
t_eq an_argument_that_is_not_known_opens_nothing "base tcg qemu-sandbox" "$(policies plain -wait)"
t_refuses a_helper_with_more_rights_is_refused 125 "no sandbox can hold" \
	"$SLIPWAY" run --emulator="$probe" "$T/plain.xml" -- -netdev bridge,id=n
sed "s|</domain>|<qemu:commandline><qemu:arg value='-serial'/><qemu:arg value='pty'/></qemu:commandline></domain>|" \
	"$T/plain.xml" >"$T/arg.xml"
t_eq arguments_in_the_spec_count_as_well "base tcg pty qemu-sandbox" "$(policies arg)"

# QEMU's own -sandbox: the second layer, where it can be combined
if [ -z "$qemu" ]; then
	t_skip real_qemu_in_its_cage "not installed: qemu-system-x86_64"
	t_done
fi

# own_sandbox SPEC ARGUMENT...: what stands behind -sandbox in the plan
own_sandbox()
{
	own_spec=$1
	shift
	"$SLIPWAY" plan --format=shell "$T/$own_spec.xml" "$@" | tr ' ' '\n' |
		sed -n '/^-sandbox$/{n;p}' | paste -s -d ' ' -
}
all=on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny
t_eq qemus_own_sandbox_is_added $all "$(own_sandbox plain)"
t_eq it_is_added_never_twice on "$(own_sandbox plain -- -sandbox on)"
t_eq it_is_never_added_with_daemonize "" "$(own_sandbox plain -- -daemonize)"
t_eq it_is_never_added_without_a_sandbox "" "$(own_sandbox plain --sandbox=off)"
t_eq it_may_change_the_user on,obsolete=deny,spawn=deny,resourcecontrol=deny \
	"$(own_sandbox plain -- -runas nobody)"

# started SPEC [OPTION...]: real QEMU until it has said that it is there; its state to $T/status
started()
{
	started_spec=$1
	shift
	"$SLIPWAY" run "$@" "$T/$started_spec.xml" >"$T/out" 2>"$T/err" </dev/null &
	started_pid=$!
	tries=0
	until [ "$(readlink "/proc/$started_pid/exe")" = "$(readlink -f "$qemu")" ] &&
		[ "$(sed -n 's/^Threads:[[:space:]]*//p' "/proc/$started_pid/status" 2>/dev/null)" -gt 2 ]; do
		tries=$((tries + 1))
		if [ $tries -ge 300 ] || ! kill -0 $started_pid 2>/dev/null; then break; fi
		sleep 0.1
	done 2>/dev/null
	cat "/proc/$started_pid/status" >"$T/status" 2>/dev/null || : >"$T/status"
	readlink "/proc/$started_pid/cwd" >"$T/cwd" 2>/dev/null || : >"$T/cwd"
	kill $started_pid 2>/dev/null
	wait $started_pid 2>/dev/null
}
started plain
t_eq two_filters_are_on_real_qemu 2 "$(sed -n 's/^Seccomp_filters:[[:space:]]*//p' "$T/status")"

# The chain below a disk, from the images' headers; what looks like a header in a raw one is not
if command -v qemu-img >/dev/null; then
	qemu-img create -q -f qcow2 "$T/base.qcow2" 1M
	(cd "$T" && qemu-img create -q -f qcow2 -b base.qcow2 -F qcow2 middle.qcow2 &&
		qemu-img create -q -f qcow2 -b middle.qcow2 -F qcow2 top.qcow2)
	cp "$T/top.qcow2" "$T/raw.img"
	spec chain "$(disk "$T/top.qcow2" qcow2)"
	spec raw "$(disk "$T/raw.img" raw)"
	started chain
	t_eq an_image_below_another_can_be_opened "" "$(grep -v '^qemu.*terminating' "$T/err")"
	t_run "$SLIPWAY" policy "$T/chain.xml"
	t_contains the_lowest_image_is_read "  read $T/base.qcow2" "$T/out"
	t_run "$SLIPWAY" policy "$T/raw.xml"
	t_eq the_bytes_of_a_raw_disk_name_nothing "" "$(grep middle "$T/out")"
else
	t_skip an_image_below_another_can_be_opened "not installed: qemu-img"
fi

# Connections are made before the cage: QEMU can make none
spec client "<serial type='unix'><source mode='connect' path='$T/line.sock'/></serial>"
t_eq a_client_has_no_connect "base tcg socket qemu-sandbox" "$(policies client)"
t_refuses a_socket_that_nobody_listens_on_is_named 125 "cannot connect to '$T/line.sock'" \
	"$SLIPWAY" run --emulator="$probe" "$T/client.xml"
"$qemu" -M none -nodefaults -display none -S -chardev "socket,id=c,path=$T/line.sock,server=on,wait=off" \
	>"$T/server" 2>&1 </dev/null &
server=$!
tries=0
until [ -S "$T/line.sock" ] || [ $tries -ge 300 ]; do
	tries=$((tries + 1))
	sleep 0.1
done
t_run "$SLIPWAY" run --emulator="$probe" "$T/client.xml"
t_contains a_client_gets_its_connection "arg socket,id=charserial0,fd=300" "$T/out"
t_contains and_it_is_open "fd 300" "$T/out"
kill $server
wait $server 2>/dev/null
if t_missing swtpm >/dev/null; then
	t_skip a_tpm_of_somebody_elses_is_connected_to "not installed: swtpm"
else
	mkdir "$T/tpm"
	swtpm socket --tpm2 --tpmstate dir="$T/tpm" --ctrl type=unixio,path="$T/tpm.sock" --terminate \
		>"$T/server" 2>&1 </dev/null &
	server=$!
	tries=0
	until [ -S "$T/tpm.sock" ] || [ $tries -ge 300 ]; do
		tries=$((tries + 1))
		sleep 0.1
	done
	spec tpm "<tpm model='tpm-tis'><backend type='external'><source type='unix' mode='connect' path='$T/tpm.sock'/></backend></tpm>"
	t_eq a_tpm_has_no_connect "base tcg tpm qemu-sandbox" "$(policies tpm)"
	t_run "$SLIPWAY" test --timeout=60s "$T/tpm.xml"
	t_eq a_tpm_of_somebody_elses_is_connected_to "" "$(grep 'sandbox:\|QEMU ended' "$T/err")"
	kill $server 2>/dev/null
	wait $server 2>/dev/null
fi

# A file of that name in the working directory would be the firmware
mkdir "$T/elsewhere"
truncate -s 262144 "$T/elsewhere/bios-256k.bin"
for mode in on off; do
	(
		cd "$T/elsewhere" || exit
		started plain --sandbox=$mode
	)
	t_eq "the_working_directory_is_not_qemus: --sandbox=$mode" / "$(cat "$T/cwd")"
	t_eq "its_files_are_not_qemus: --sandbox=$mode" "" \
		"$(grep -v 'terminating\|sandbox: off' "$T/err")"
done
t_done
