#!/bin/sh
# SPDX-License-Identifier: MIT
# `slipway run` with a probe in QEMU's place: what QEMU is given, and in which state it is started.
. "$(dirname "$0")/../support/lib.sh"

probe=$BUILD/obj/tests/integration/probe
root=$T/root
export XDG_STATE_HOME="$T/state"
unset QEMU_OPTS SLIPWAY_EMULATOR SLIPWAY_FIRMWARE SLIPWAY_SECURE_BOOT SLIPWAY_NVRAM SLIPWAY_SANDBOX

# a host with one UEFI firmware, in its own root
mkdir -p "$root/usr/share/OVMF" "$root/usr/share/qemu/firmware"
truncate -s 3653632 "$root/usr/share/OVMF/OVMF_CODE_4M.fd"
truncate -s 540672 "$root/usr/share/OVMF/OVMF_VARS_4M.fd"
printf 'template' | dd of="$root/usr/share/OVMF/OVMF_VARS_4M.fd" conv=notrunc bs=1 seek=4096 2>/dev/null
: >"$T/disk.img"

# spec NAME: a UEFI domain of that name (XML text) on stdout
spec()
{
	cat <<-XML
		<domain type='qemu'>
		  <name>$1</name>
		  <memory unit='MiB'>64</memory>
		  <os firmware='efi'><type arch='x86_64' machine='q35'>hvm</type></os>
		  <features><acpi/></features>
		  <devices>
		    <disk type='file' device='disk'>
		      <driver name='qemu' type='raw'/>
		      <source file='$T/disk.img'/>
		      <target dev='vda' bus='virtio'/>
		    </disk>
		    <serial type='stdio'/>
		  </devices>
		</domain>
	XML
}
spec "plain-of-$$" >"$T/plain.xml"

# core dumps on, where that may be: slipway has to switch them off
# shellcheck disable=SC3045 # dash, bash and busybox have it
ulimit -c unlimited 2>/dev/null || :
t_run "$SLIPWAY" --root="$root" --emulator="$probe" --nvram="$T/vars.fd" "$T/plain.xml"
t_eq a_run_ends_with_the_emulators_status 0 "$t_status"
t_eq run_says_nothing_when_all_is_well "" "$(grep -v landlock "$T/err")"
t_eq nvram_is_a_copy_of_the_template yes \
	"$(cmp -s "$T/vars.fd" "$root/usr/share/OVMF/OVMF_VARS_4M.fd" && echo yes)"
t_eq nvram_is_private 600 "$(stat -c %a "$T/vars.fd")"
t_contains code_is_opened_below_the_root "$root/usr/share/OVMF/OVMF_CODE_4M.fd" "$T/out"
t_contains a_second_exec_is_refused "exec no" "$T/out"
t_contains foreign_files_stay_closed "open /etc/shadow no" "$T/out"
t_contains soft_limit_of_files_is_raised "nofile raised" "$T/out"
t_contains core_dumps_are_off "core off" "$T/out"

# looked_at OPTION...: starts the probe, keeps what /proc says of it in $T/status, ends it
looked_at()
{
	rm -f "$T/out"
	"$SLIPWAY" --root="$root" --emulator="$probe" --nvram="$T/vars.fd" "$@" "$T/plain.xml" \
		-- -wait >"$T/out" 2>"$T/err" </dev/null &
	pid=$!
	until grep -qs "^waiting" "$T/out" || ! kill -0 $pid 2>/dev/null; do sleep 0.1; done
	cat "/proc/$pid/status" >"$T/status"
	t_eq "the process stays the same: $*" "pid $pid" "$(grep '^pid ' "$T/out")"
	kill $pid
	wait $pid 2>/dev/null
}
looked_at --sandbox=on
t_eq no_new_privs_is_set 1 "$(sed -n 's/^NoNewPrivs:[[:space:]]*//p' "$T/status")"
t_eq a_filter_is_installed 2 "$(sed -n 's/^Seccomp:[[:space:]]*//p' "$T/status")"
t_eq capabilities_are_dropped 0000000000000000 "$(sed -n 's/^CapEff:[[:space:]]*//p' "$T/status")"
t_eq no_thread_is_left 1 "$(sed -n 's/^Threads:[[:space:]]*//p' "$T/status")"
looked_at --sandbox=off
t_eq sandbox_off_warns_in_one_line 1 "$(grep -c '^slipway: ' "$T/err")"
t_eq sandbox_off_installs_nothing 0 "$(sed -n 's/^Seccomp:[[:space:]]*//p' "$T/status")"

# fds: 0 to 2 and the locked store, nothing of the caller's
t_run sh -c 'exec 7<"$1"; shift; exec "$@"' sh "$T/plain.xml" \
	"$SLIPWAY" --root="$root" --emulator="$probe" --nvram="$T/vars.fd" "$T/plain.xml"
t_eq foreign_fds_are_closed "" "$(grep -x 'fd 7' "$T/out")"
t_eq stdio_and_the_lock_are_open 4 "$(grep -c '^fd ' "$T/out")"

# argv: what plan prints is what is executed
t_run "$SLIPWAY" plan --format=shell --emulator="$probe" --nvram="$T/vars.fd" "$T/plain.xml"
if [ "$t_status" -eq 0 ]; then
	sh -c "$(cat "$T/out")" | grep '^arg ' >"$T/shell.args"
	t_run "$SLIPWAY" --emulator="$probe" --nvram="$T/vars.fd" "$T/plain.xml"
	grep '^arg ' "$T/out" >"$T/run.args"
	t_true the_shell_form_gives_the_same_arguments cmp "$T/shell.args" "$T/run.args"
else
	t_skip the_shell_form_gives_the_same_arguments "no UEFI firmware on this host"
fi

t_run env PROBE_STATUS=7 "$SLIPWAY" --root="$root" --emulator="$probe" \
	--nvram="$T/vars.fd" "$T/plain.xml"
t_eq the_environment_is_reduced 0 "$t_status"

# names that could break out of an option
# shellcheck disable=SC2016
for name in 'a,file=b' 'a b' "a&quot;b" 'a%s%n' 'a&#10;b' "a'b" '-S' 'ä€'; do
	spec "$name" >"$T/name.xml"
	t_run "$SLIPWAY" --root="$root" --emulator="$probe" --nvram="$T/vars.fd" "$T/name.xml"
	wanted=$(printf '%s' "$name" | sed 's/&quot;/"/; s/&#10;/\\x0a/; s/,/,,/g')
	t_eq "name_reaches_qemu_unharmed: $name" "arg guest=$wanted,debug-threads=on" \
		"$(grep '^arg guest=' "$T/out")"
done

# extra arguments come last, in their order
t_run env QEMU_OPTS="-smbios 'type=1,serial=a b'" "$SLIPWAY" --root="$root" --emulator="$probe" \
	--nvram="$T/vars.fd" "$T/plain.xml" -- -global x=y
t_eq own_arguments_come_last 'arg -smbios|arg type=1,serial=a b|arg -global|arg x=y|' \
	"$(grep '^arg ' "$T/out" | tail -n 4 | tr '\n' '|')"

# ephemeral: nothing is left, the emulator gets an fd
t_run "$SLIPWAY" --root="$root" --emulator="$probe" --nvram=ephemeral "$T/plain.xml"
t_eq ephemeral_runs 0 "$t_status"
t_contains ephemeral_store_is_an_fd 'arg fd=30,set=30' "$T/out"
t_contains ephemeral_store_is_open 'fd 30' "$T/out"

# the emulator
t_refuses a_missing_emulator_is_127 127 'no emulator' \
	"$SLIPWAY" --root="$root" --emulator="$T/none" --nvram="$T/new.fd" "$T/plain.xml"
t_eq nothing_is_created_without_an_emulator "" "$(ls "$T"/new.fd 2>/dev/null)"
: >"$T/not-executable"
t_refuses an_emulator_that_cannot_be_executed_is_126 126 'cannot be executed' \
	"$SLIPWAY" --root="$root" --emulator="$T/not-executable" --nvram="$T/new.fd" "$T/plain.xml"
t_eq nothing_is_created_for_a_dead_emulator "" "$(ls "$T"/new.fd 2>/dev/null)"

t_refuses unknown_sandbox_word_is_refused 125 "--sandbox='maybe'" \
	"$SLIPWAY" --sandbox=maybe "$T/plain.xml"
t_refuses sandbox_path_has_a_mode 125 "does not end in ':r' or ':rw'" \
	"$SLIPWAY" plan --sandbox-path="$T:x" "$T/plain.xml"
t_refuses sandbox_path_must_exist 125 "does not exist" \
	"$SLIPWAY" --sandbox-path="$T/none:r" "$T/plain.xml"

# two at once: the second is told who has the store
"$SLIPWAY" --root="$root" --emulator="$probe" --nvram="$T/vars.fd" "$T/plain.xml" -- -wait \
	>"$T/first" 2>&1 </dev/null &
pid=$!
until grep -qs '^waiting' "$T/first" || ! kill -0 $pid 2>/dev/null; do sleep 0.1; done
t_refuses a_store_in_use_is_refused_with_its_holder 125 "$pid" \
	"$SLIPWAY" --root="$root" --emulator="$probe" --nvram="$T/vars.fd" "$T/plain.xml"
kill $pid
wait $pid 2>/dev/null
t_run "$SLIPWAY" --root="$root" --emulator="$probe" --nvram="$T/vars.fd" "$T/plain.xml"
t_eq the_lock_ends_with_the_emulator 0 "$t_status"
t_done
