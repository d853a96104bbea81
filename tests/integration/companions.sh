#!/bin/sh
# SPDX-License-Identifier: MIT
# swtpm and virtiofsd beside QEMU: they serve it, end with it however it ends, and leave nothing but
# what is to be kept.
. "$(dirname "$0")/../support/lib.sh"

export XDG_STATE_HOME="$T/state" XDG_RUNTIME_DIR="$T/run"
if why=$(t_missing qemu-system-x86_64 swtpm swtpm_setup); then
	t_skip a_tpm_serves_its_vm "$why"
	t_done
fi
if [ "$(id -u)" -eq 0 ]; then
	states=/var/lib/slipway sockets=/run/slipway # root's own, hence a name nobody has
else
	states=$T/state/slipway sockets=$T/run/slipway
fi
name=slipway-test-$$
trap 'rm -rf "$states/tpm2/$name" "${sockets:?}/$name" "${sockets:?}/$name".*; chmod -R u+rwX "$T" 2>/dev/null; rm -rf "$T"' EXIT

spec() # EXTRA
{
	cat <<-XML
		<domain type='qemu'>
		  <name>$name</name>
		  <memory unit='MiB'>64</memory>
		  $2
		  <os><type arch='x86_64' machine='q35'>hvm</type></os>
		  <features><acpi/></features>
		  <devices>
		    $1
		    <memballoon model='none'/>
		  </devices>
		</domain>
	XML
}
spec "<tpm model='tpm-crb'><backend type='emulator' version='2.0'/></tpm>" >"$T/tpm.xml"

# begin OPTION...: a VM that waits (-S), its process in $vm, its control in fd 3
begin()
{
	rm -f "$T/q.in" "$T/q.out"
	mkfifo "$T/q.in" "$T/q.out"
	exec 3<>"$T/q.in" 4<>"$T/q.out"
	"$SLIPWAY" run --accel=tcg --sandbox-path="$T:rw" "$@" -- -S \
		-chardev pipe,id=control,path="$T/q" -mon chardev=control,mode=control \
		>"$T/out" 2>"$T/err" </dev/null 3>&- 4>&- &
	vm=$!
	echo '{"execute":"qmp_capabilities"}{"execute":"query-tpm"}' >&3
	: >"$T/answers"
	for _ in $(seq 600); do
		timeout 0.1 cat <&4 >>"$T/answers"
		if grep -q '"return": \[' "$T/answers" || ! kill -0 "$vm" 2>/dev/null; then
			break
		fi
	done
}

# Processes beside this VM, by the directory of its state or what it shares
companions()
{
	pgrep -f "$1" | while read -r pid; do
		[ "$pid" = "$$" ] || cat "/proc/$pid/comm" 2>/dev/null
	done | grep -x -e swtpm -e virtiofsd
}

# Nobody is left within ten seconds
gone()
{
	for _ in $(seq 100); do
		[ -n "$(companions "$1")" ] || return 0
		sleep 0.1
	done
	return 1
}

begin "$T/tpm.xml"
t_contains a_guest_has_the_tpm '"model": "tpm-crb"' "$T/answers"
t_eq one_swtpm_serves_it swtpm "$(companions "tpmstate dir=$states/tpm2/$name")"
t_true its_state_is_the_vms_own test -f "$states/tpm2/$name/tpm2-00.permall"
t_eq its_state_is_private 700 "$(stat -c %a "$states/tpm2/$name" 2>/dev/null)"
t_eq nobody_sees_a_socket '' "$(find "$states" "$sockets" -name '*' -type s -path "*$name*" 2>/dev/null)"
echo '{"execute":"quit"}' >&3
wait "$vm"
t_true swtpm_ends_when_qemu_quits gone "tpmstate dir=$states/tpm2/$name"
cp "$states/tpm2/$name/tpm2-00.permall" "$T/kept"

begin "$T/tpm.xml"
kill -KILL "$vm"
wait "$vm" 2>/dev/null
t_true swtpm_ends_when_qemu_is_killed gone "tpmstate dir=$states/tpm2/$name"
t_true the_tpm_is_the_same_one_the_next_time cmp "$T/kept" "$states/tpm2/$name/tpm2-00.permall"

rm -rf "${states:?}/tpm2/$name"
begin -x "$T/tpm.xml"
t_contains an_ephemeral_vm_has_a_tpm '"model": "tpm-crb"' "$T/answers"
t_true its_state_is_among_the_sockets test -d "$sockets/$name/tpm"
echo '{"execute":"quit"}' >&3
wait "$vm"
t_true it_ends_with_the_vm gone "tpmstate dir=$sockets/$name/tpm"
for _ in $(seq 50); do
	[ -e "$sockets/$name/tpm" ] || break
	sleep 0.1
done
t_true nothing_of_it_is_left test ! -e "$sockets/$name/tpm"
t_true nothing_was_kept test ! -e "$states/tpm2/$name"

# Two tests of one VM at once: each has a TPM and sockets of its own, and nothing of either is left
spec "<channel type='unix'><source mode='bind'/><target type='virtio' name='a.channel'/></channel>
<tpm model='tpm-crb'><backend type='emulator' version='2.0'/></tpm>" >"$T/test.xml"
begin_test()
{
	"$SLIPWAY" test --accel=tcg --allow-shell --timeout="$1" "$T/test.xml" >"$T/out.$1" 2>"$T/err.$1" </dev/null &
	vm=$!
}
# what the tests of this VM have made, once there are so many files
made()
{
	for _ in $(seq 300); do
		found=$(cd "$sockets" && find . -path "./$name.*" ! -type d ! -name .lock)
		[ "$(echo "$found" | wc -l)" -lt "$1" ] || break
		sleep 0.1
	done
	echo "$found" | sed 's,.*/,,' | sort | tr '\n' ' '
}
begin_test 58s
first=$vm
begin_test 59s
t_eq two_tests_of_a_vm_share_nothing 'a.channel a.channel tpm2-00.permall tpm2-00.permall ' "$(made 4)"
kill -TERM "$first"
sleep 0.5
kill -TERM "$first" # without waiting for a guest that does not listen
wait "$first"
t_eq the_other_one_goes_on 'a.channel tpm2-00.permall ' "$(made 2)"
t_true it_leaves_nothing test ! -e "$sockets/$name.$first"
kill -KILL "$vm"
wait "$vm" 2>/dev/null
for _ in $(seq 50); do
	[ -e "$sockets/$name.$vm" ] || break
	sleep 0.1
done
t_true one_that_is_killed_leaves_nothing test ! -e "$sockets/$name.$vm"
t_true and_no_swtpm gone "tpmstate dir=$sockets/$name"
# killed while the TPM is made
for delay in 0.02 0.05 0.1; do
	begin_test 57s
	sleep "$delay"
	kill -KILL "$vm"
	wait "$vm" 2>/dev/null
done
for _ in $(seq 50); do
	left=$(find "$sockets" -path "$sockets/$name.*" 2>/dev/null)
	[ -n "$left" ] || break
	sleep 0.1
done
t_eq one_that_is_killed_early_leaves_nothing '' "$left"
# All of QEMU's threads are on the CPUs of the spec; the TPM 1.2 is another device
spec "<tpm model='tpm-tis'><backend type='emulator' version='1.2'/></tpm>" "<vcpu cpuset='0'>1</vcpu>" >"$T/pinned.xml"
begin -x "$T/pinned.xml"
t_contains a_guest_has_a_tpm_1_2 '"model": "tpm-tis"' "$T/answers"
t_eq its_threads_are_on_the_cpus_of_the_spec 0 \
	"$(cat "/proc/$vm/task"/*/status 2>/dev/null | sed -n 's/^Cpus_allowed_list:\t//p' | sort -u)"
echo '{"execute":"quit"}' >&3
wait "$vm"

# What is missing is named before anything is made
mkdir "$T/bin"
for tool in sh env; do ln -s "$(command -v $tool)" "$T/bin/"; done
t_refuses a_missing_swtpm_is_named 125 "'swtpm' is not there; install the package swtpm-tools" \
	env PATH="$T/bin" "$SLIPWAY" run --accel=tcg --emulator="$(command -v qemu-system-x86_64)" "$T/tpm.xml"
t_true then_nothing_was_made test ! -e "$states/tpm2/$name"

# What fails says why, in its own words
printf '#!/bin/sh\necho made up to fail >&2\nexit 1\n' >"$T/bin/swtpm_setup"
chmod +x "$T/bin/swtpm_setup"
ln -s "$(command -v swtpm)" "$T/bin/"
t_refuses a_companion_that_fails_is_named_with_its_words 125 "'swtpm_setup' failed: made up to fail" \
	env PATH="$T/bin" "$SLIPWAY" run -x --accel=tcg --emulator="$(command -v qemu-system-x86_64)" "$T/tpm.xml"
t_true then_nothing_is_left test ! -e "$sockets/$name/tpm"

# A shared directory
for daemon in /usr/libexec/virtiofsd /usr/lib/qemu/virtiofsd "$(command -v virtiofsd)"; do
	[ ! -x "$daemon" ] || break
done
if [ ! -x "$daemon" ]; then
	t_skip a_directory_is_shared "not installed: virtiofsd"
	t_done
fi
mkdir "$T/shared"
spec "<filesystem type='mount'><driver type='virtiofs'/><source dir='$T/shared'/><target dir='s'/></filesystem>" \
	"<memoryBacking><source type='memfd'/><access mode='shared'/></memoryBacking>" >"$T/shared.xml"
begin "$T/shared.xml"
if grep -q '"return": \[' "$T/answers"; then
	t_ok a_directory_is_shared
	kill -KILL "$vm"
	wait "$vm" 2>/dev/null
	t_true virtiofsd_ends_when_qemu_is_killed gone "source=$T/shared"
else
	t_skip a_directory_is_shared "$(head -n 1 "$T/err")"
fi
t_done
