#!/bin/sh
# SPDX-License-Identifier: MIT
# The truth table of `slipway test`, its other half: BIOS, UEFI on aarch64, and Linux with a kernel of
# a distribution. truth.sh has the rest.
. "$(dirname "$0")/../support/lib.sh"
. "$SRCDIR/tests/support/truth.sh"

seabios()
{
	truncate -s 1M "$T/empty.img"
	image hello x86_64 hello
	domain bios-empty x86_64 "" "" "$(disk empty)" ""
	domain bios-esp x86_64 "" "" "$(disk hello)" ""
	domain bios-nothing x86_64 "" "" "" ""
	truth bios_with_an_empty_disk 1 'failed: the firmware found nothing to boot: "No bootable' \
		bios-empty
	t_contains uefi_is_named_as_the_way_out "wants <os firmware='efi'>" "$T/last"
	truth bios_with_a_disk_for_uefi 124 'failed: timeout after 8 s; the console was silent' \
		bios-esp --timeout=8s
	t_contains uefi_is_named_there_too "made for UEFI only wants <os firmware='efi'>" "$T/last"
	t_contains the_firmwares_log_is_shown "the last 30 lines of the firmware's log:" "$T/err"
	truth bios_without_a_disk 1 'failed: the firmware found nothing to boot: ' bios-nothing
}

aarch64_uefi()
{
	guest arm-hello aarch64 hello
	guest arm-exception aarch64 exception
	guest arm-panic aarch64 panic
	truth aarch64_hello 0 'passed: the guest powered off' arm-hello --timeout=200s
	truth aarch64_exception 1 'failed: UEFI exception: "Synchronous Exception at' arm-exception --timeout=200s
	truth aarch64_panic 1 'failed: kernel panic: ' arm-panic --timeout=200s
}

# A group of processes that may use 60 MiB of memory, under either version of the kernel's interface
# (Documentation/admin-guide/cgroup-v1/memory.rst, cgroup-v2.rst); false where none can be made.
limit_memory()
{
	for group in "/sys/fs/cgroup/memory/slipway-test-$$" "/sys/fs/cgroup/slipway-test-$$"; do
		mkdir "$group" 2>/dev/null || continue
		for limit in memory.limit_in_bytes memory.max; do
			[ ! -e "$group/$limit" ] || echo 60M >"$group/$limit" || continue 2
			[ ! -e "$group/$limit" ] || return 0
		done
		rmdir "$group"
	done 2>/dev/null
	return 1
}

lack_of_memory()
{
	domain large x86_64 "" "" "" ""
	sed -i 's,<os,<memoryBacking><allocation mode="immediate"/></memoryBacking>&,' "$T/large.xml"
	if ! limit_memory; then
		t_skip lack_of_memory_is_named "no group with a memory limit can be made here"
		return
	fi
	# shellcheck disable=SC2016 # of the inner shell
	t_run sh -c 'echo $$ >"$1/cgroup.procs"; shift; exec "$@"' - "$group" "$SLIPWAY" test "$T/large.xml"
	rmdir "$group"
	t_eq lack_of_memory_is_a_death 137 "$t_status"
	t_contains lack_of_memory_is_named 'slipway: failed: QEMU was killed by signal 9 (Killed): for lack of' \
		"$T/err"
}

# newc_member NAME MODE FILE: one member of a cpio archive (Linux
# Documentation/driver-api/early-userspace/buffer-format.rst)
newc_member()
{
	size=$(wc -c <"$3")
	length=$((${#1} + 1))
	printf '070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%s\0' 1 "$2" 0 0 1 0 \
		"$size" 0 0 0 0 "$length" 0 "$1"
	head -c $(((4 - (110 + length) % 4) % 4)) /dev/zero
	cat "$3"
	head -c $(((4 - size % 4) % 4)) /dev/zero
}

# module NAME: prints it, whatever it is compressed with; nothing where the kernel has it built in
module()
{
	release=$(basename "$kernel") release=${release#vmlinuz-}
	file=$(find "$(dirname "$kernel")/../lib/modules/$release" -name "$1.ko*" 2>/dev/null | head -n 1)
	case $file in
	*.xz) xz -dc "$file" ;;
	*.zst) zstd -dc "$file" ;;
	*.gz) gzip -dc "$file" ;;
	?*) cat "$file" ;;
	esac
}

# initrd MODULE...: our init, and modules in the order they need each other
initrd()
{
	mkdir -p "$T/modules"
	: >"$T/none"
	newc_member init $((0100755)) "$T/init"
	newc_member modules $((040755)) "$T/none"
	number=10
	for module; do
		module "$module" >"$T/modules/$module"
		newc_member "modules/$number-$module" $((0100644)) "$T/modules/$module"
		number=$((number + 1))
	done
	newc_member TRAILER!!! 0 "$T/none"
}

# linux_domain NAME INITRD WORD: the kernel with it, told to do that
linux_domain()
{
	domain "$1" x86_64 "" "<kernel>$kernel</kernel><initrd>$T/$2</initrd>
<cmdline>console=ttyS0 panic=-1 slipway=$3</cmdline>" "" ""
}

# A distribution's kernel, with a first program of ours.
linux()
{
	if ! "${CC:-cc}" -static -Os -o "$T/init" "$SRCDIR/tests/guest/init.c" 2>"$T/err"; then
		t_skip linux "no static C library"
		return
	fi
	virtio='virtio_ring virtio virtio_pci_legacy_dev virtio_pci_modern_dev virtio_pci'
	# shellcheck disable=SC2086 # words
	initrd $virtio virtio_console button evdev >"$T/initrd"
	newc_member TRAILER!!! 0 "$T/none" >"$T/empty-initrd"
	linux_domain linux-off initrd off
	linux_domain linux-panic empty-initrd off
	linux_domain linux-ready initrd ready
	linux_domain linux-button initrd button
	linux_domain linux-strings initrd strings
	truth linux_powers_off 0 'passed: the guest powered off' linux-off
	truth linux_is_ready_by_its_words 0 'passed: the expected text' linux-off --expect='^init: power'
	truth linux_panics 1 'failed: kernel panic: ' linux-panic
	t_eq the_calls_behind_the_panic_are_shown 1 "$(grep -c '^slipway: | .* kernel_init+' "$T/err")"
	truth linux_says_that_it_is_ready 0 'passed: the guest is ready' linux-ready --ready \
		--timeout=2m
	truth linux_gets_a_credential 0 'passed: the expected text' linux-strings \
		--expect='^init: io.systemd.credential:vmm.notify_socket=vsock-stream:2:4711$' -- \
		-smbios type=11,value=io.systemd.credential:vmm.notify_socket=vsock-stream:2:4711
	linux_is_shut_down
}

# Interrupted, slipway presses the guest's power button, and waits.
linux_is_shut_down()
{
	"$SLIPWAY" test --timeout=2m "$T/linux-button.xml" >"$T/live" 2>"$T/err" </dev/null &
	pid=$!
	for _ in $(seq 600); do
		grep -q 'waiting for the power button' "$T/live" && break
		kill -0 "$pid" 2>/dev/null || break
		sleep 0.2
	done
	kill -TERM "$pid"
	t_status=0
	wait "$pid" || t_status=$?
	t_eq linux_is_shut_down_in_order '143 init: power off' \
		"$t_status $(grep 'init: power off' "$T/live")"
	t_contains the_interruption_is_the_reason 'slipway: failed: interrupted by signal 15' "$T/err"
}

if why=$(t_missing qemu-system-x86_64); then
	t_skip seabios "$why"
	t_skip linux "$why"
else
	lack_of_memory
	if [ ! -e "$BUILD/examples/guest/hello-x86_64.efi" ]; then
		t_skip seabios "the guest is not built: make guests"
	else
		seabios
	fi
	if kernel=$(sh "$SRCDIR/tests/support/kernel.sh" 2>"$T/why"); then
		linux
	else
		t_skip linux "no kernel: $(tail -n 1 "$T/why")"
	fi
fi
if why=$(t_missing qemu-system-aarch64); then
	t_skip aarch64_uefi "$why"
elif [ ! -e /usr/share/AAVMF/AAVMF_CODE.fd ]; then
	t_skip aarch64_uefi "no /usr/share/AAVMF/AAVMF_CODE.fd"
elif [ ! -e "$BUILD/examples/guest/hello-aarch64.efi" ]; then
	t_skip aarch64_uefi "the guest is not built: make guests"
else
	aarch64_uefi
fi
t_done
