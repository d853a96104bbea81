#!/bin/sh
# SPDX-License-Identifier: MIT
# The truth table of `slipway test`: real QEMU, real firmware, guests that do each thing that guests
# do; each with its status, its last line and its JUnit entry. All under TCG: a KVM that opens may
# still not run a UEFI guest.
. "$(dirname "$0")/../support/lib.sh"

export XDG_STATE_HOME="$T/state" TMPDIR="$T"
unset QEMU_OPTS SLIPWAY_EMULATOR SLIPWAY_FIRMWARE SLIPWAY_SECURE_BOOT SLIPWAY_NVRAM \
	SLIPWAY_SANDBOX GITHUB_ACTIONS GITLAB_CI
mkesp=$SRCDIR/examples/guest/mkesp.sh

# image NAME ARCH [MODE [ARGUMENT]]: a disk with our guest in that mode
image()
{
	name=$1 arch=$2
	shift 2
	sh "$mkesp" "$T/$name.img" "$BUILD/examples/guest/hello-$arch.efi" "$arch" "$@"
}

# domain NAME ARCH OS-ATTRIBUTE OS-CONTENT DEVICES
domain()
{
	machine=q35 cpu=
	if [ "$2" = aarch64 ]; then
		machine=virt cpu="<cpu mode='custom'><model>cortex-a57</model></cpu>"
	fi
	cat >"$T/$1.xml" <<-XML
		<domain type='qemu'>
		  <name>$1</name>
		  <memory unit='MiB'>256</memory>
		  <os $3><type arch='$2' machine='$machine'>hvm</type>$4</os>
		  <features><acpi/>$6</features>
		  $cpu
		  <devices>$5<serial type='stdio'/></devices>
		</domain>
	XML
}

uefi="<firmware><feature enabled='no' name='secure-boot'/></firmware>"
secure="<firmware><feature enabled='yes' name='secure-boot'/>
<feature enabled='yes' name='enrolled-keys'/></firmware>"

# disk NAME: the element for its image
disk()
{
	echo "<disk type='file' device='disk'><driver name='qemu' type='raw'/>
<source file='$T/$1.img'/><target dev='vda' bus='virtio'/></disk>"
}

# guest NAME ARCH [MODE [ARGUMENT]]: our guest behind UEFI
guest()
{
	name=$1 arch=$2
	image "$@"
	domain "$name" "$arch" "firmware='efi'" "$uefi" "$(disk "$name")" ""
}

# truth NAME STATUS LAST-LINE SPEC [OPTION...]
truth()
{
	t_case=$1 t_want=$2 t_words=$3 t_spec=$4
	shift 4
	rm -f "$T/junit.xml"
	t_run "$SLIPWAY" test --junit="$T/junit.xml" "$T/$t_spec.xml" "$@"
	tail -n 1 "$T/err" >"$T/last"
	if [ "$t_status" -ne "$t_want" ] || ! grep -qF -e "slipway: $t_words" "$T/last"; then
		t_fail "$t_case" "wanted $t_want '$t_words', got $t_status:"
		cat "$T/out" "$T/err"
		return
	fi
	t_ok "$t_case"
	if [ -n "$have_xmllint" ]; then
		t_eq "$t_case: junit" \
			"$([ "$t_want" -eq 0 ] || sed 's/^slipway: //; s/^failed: //' "$T/last")" \
			"$(xmllint --xpath 'string(//testcase/*/@message)' "$T/junit.xml")"
	fi
}

have_xmllint=$(command -v xmllint || true)
[ -n "$have_xmllint" ] || t_skip junit_entries "not installed: xmllint"

# ---- x86_64, UEFI
x86_64_uefi()
{
	for mode in hello hang panic exception reboot reboot-once escape prompt return pvpanic; do
		guest "$mode" x86_64 "$mode"
	done
	guest exit-16 x86_64 exit 16
	guest exit-17 x86_64 exit 17
	guest flood x86_64 flood 1
	guest return-error x86_64 return error
	truncate -s 1M "$T/empty.img"
	domain empty x86_64 "firmware='efi'" "$uefi" "$(disk empty)" ""
	domain nothing x86_64 "firmware='efi'" "$uefi" "" ""
	domain network x86_64 "firmware='efi'" "$uefi<boot dev='network'/>" "" ""
	domain secure x86_64 "firmware='efi'" "$secure" "$(disk hello)" "<smm state='on'/>"
	domain absent x86_64 "firmware='efi'" "$uefi" "$(disk absent)" ""
	cat "$T"/*.img | cksum >"$T/before"

	truth hello 0 'passed: the guest powered off (' hello
	t_contains hello_is_on_stdout 'slipway guest: power off' "$T/out"
	truth hello_expected 0 'passed: all 2 expected texts were seen (' hello \
		--expect='UEFI [0-9.]+$' --expect='boot count 1$'
	truth hello_not_expected 1 "failed: the guest powered off; --expect='login:' was not seen" \
		hello --expect=login:
	truth hello_must_not_boot 1 "failed: forbidden text was seen: --forbid='slipway guest'" \
		hello --forbid='slipway guest'
	truth hang 124 'failed: timeout after 15 s; ' hang --timeout=15s \
		--screenshot="$T/screen.png" -- -device VGA
	t_eq the_screenshot_is_a_picture 'PNG' "$(head -c 4 "$T/screen.png" 2>/dev/null | tail -c 3)"
	truth silence 124 'failed: no output for 12 s (--silence); ' hang --silence=12s
	truth panic 1 'failed: kernel panic: "Kernel panic - not syncing: slipway guest asked' panic
	truth panic_expected 0 'passed: the expected text was seen' panic --expect='Kernel panic'
	truth exception 1 'failed: UEFI exception: "!!!! X64 Exception Type - 06' exception
	t_contains registers_are_shown 'slipway: | RIP' "$T/err"
	truth exit_of_success 0 'passed: QEMU ended with status 33' exit-16 --success-exit=33
	truth exit_of_failure 1 'failed: QEMU ended with status 35, --success-exit=33 was asked for' \
		exit-17 --success-exit=33
	truth reboot 1 'failed: the guest rebooted; --reboots=1 allows that; last console line' reboot
	truth reboot_loop 1 'failed: the guest rebooted 2 times; --reboots=1 allows 1' reboot \
		--reboots=1
	truth reboot_once 0 'passed: the guest powered off' reboot-once --reboots=1
	truth flood 0 'passed: the guest powered off' flood
	t_eq every_line_of_the_flood_is_there 16384 "$(grep -c 'flood [0-9]\{10\} ' "$T/out")"
	truth escape 0 'passed: the guest powered off' escape
	t_eq no_escape_is_left 0 "$(LC_ALL=C tr -d '[:print:]\n\t\200-\377' <"$T/out" | wc -c)"
	truth prompt 0 'passed: the expected text was seen' prompt --send='login: $ => root' \
		--expect='got "root"'
	truth pvpanic 1 'failed: the guest reported a panic (pvpanic); last console line' pvpanic
	truth empty_disk 1 'failed: stuck in the UEFI shell: "Shell> "; --allow-shell' empty
	truth shell_that_is_allowed 0 'passed: the guest powered off' empty --allow-shell \
		--send='^Shell> $ => reset -s'
	truth no_disk 1 'failed: stuck in the UEFI shell: "Shell> "' nothing
	truth guest_that_returns 1 "failed: stuck in the firmware's menu: " return
	truth guest_that_fails 1 'failed: stuck in the UEFI shell: ' return-error
	truth disk_that_is_written 0 'passed: the guest powered off' return-error --allow-shell \
		--send='^Shell> $ => echo written > FS0:\\file.txt' --send='^Shell> $ => reset -s'
	truth network_only 1 'failed: no boot from the network: ' network -- \
		-netdev user,id=n -device virtio-net-pci,netdev=n,bootindex=1
	truth network_that_was_not_meant 1 'failed: the firmware boots from the network, as nothing' \
		nothing -- -netdev user,id=n -device virtio-net-pci,netdev=n,bootindex=1,romfile=
	truth bad_argument 1 'failed: QEMU ended with status 1; its last words: qemu-system' hello -- \
		-device nonsense
	truth missing_image 125 "ephemeral disk '$T/absent.img'" absent
	truth interrupted_disk 1 'failed: the guest rebooted' reboot --keep --nvram="$T/vars.fd"

	t_eq every_image_is_as_it_was "$(cat "$T/before")" "$(cat "$T"/*.img | cksum)"

	truth kept_disk 0 'passed: the guest powered off' return-error --allow-shell --keep \
		--nvram="$T/vars.fd" --send='^Shell> $ => echo written > FS0:\\file.txt' \
		--send='^Shell> $ => reset -s'
	t_eq keep_writes_the_image differs \
		"$(cat "$T"/*.img | cksum | cmp -s - "$T/before" || echo differs)"
	truth kept_once 0 'passed' hello --keep --nvram="$T/kept.fd" --expect='boot count 1$'
	truth kept_twice 0 'passed' hello --keep --nvram="$T/kept.fd" --expect='boot count 2$'
	truth a_copy_is_tested 0 'passed' hello --nvram="$T/kept.fd" --expect='boot count 3$'
	truth and_thrown_away 0 'passed' hello --nvram="$T/kept.fd" --expect='boot count 3$'
}

secure_boot()
{
	truth secure_boot_refuses 1 'failed: Secure Boot refused the loader: "BdsDxe: failed to load' \
		secure
	t_contains the_keys_are_named "no key in its db (from '/usr/share/OVMF/" "$T/last"
	t_contains the_switch_is_named '--secure-boot=no' "$T/last"
	truth secure_boot_refusal_expected 0 'passed: the expected text was seen' secure \
		--expect='Access Denied' --forbid='slipway guest'
}

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
	truth aarch64_hello 0 'passed: the guest powered off' arm-hello
	truth aarch64_exception 1 'failed: UEFI exception: "Synchronous Exception at' arm-exception
	truth aarch64_panic 1 'failed: kernel panic: ' arm-panic
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

# A distribution's kernel, with a first program of ours.
linux()
{
	cat >"$T/init.c" <<-'C'
		#include <sys/reboot.h>
		#include <unistd.h>
		int main(void)
		{
			if (write(1, "init: power off\n", 16) == 16)
				reboot(RB_POWER_OFF);
			return 1;
		}
	C
	if ! "${CC:-cc}" -static -Os -o "$T/init" "$T/init.c" 2>"$T/err"; then
		t_skip linux "no static C library"
		return
	fi
	{
		newc_member init $((0100755)) "$T/init"
		newc_member TRAILER!!! 0 /dev/null
	} >"$T/initrd"
	: >"$T/none"
	newc_member TRAILER!!! 0 /dev/null >"$T/empty-initrd"
	boot="<kernel>$1</kernel><cmdline>console=ttyS0 panic=-1</cmdline>"
	domain linux-off x86_64 "" "$boot<initrd>$T/initrd</initrd>" "" ""
	domain linux-panic x86_64 "" "$boot<initrd>$T/empty-initrd</initrd>" "" ""
	truth linux_powers_off 0 'passed: the guest powered off' linux-off
	truth linux_is_ready_by_its_words 0 'passed: the expected text' linux-off --expect='^init: power'
	truth linux_panics 1 'failed: kernel panic: ' linux-panic
}

if why=$(t_missing qemu-system-x86_64); then
	t_skip x86_64_uefi "$why"
	t_skip seabios "$why"
elif [ ! -e "$BUILD/examples/guest/hello-x86_64.efi" ]; then
	t_skip x86_64_uefi "the guest is not built: make guests"
else
	seabios
	if [ ! -e /usr/share/OVMF/OVMF_CODE_4M.fd ]; then
		t_skip x86_64_uefi "no /usr/share/OVMF/OVMF_CODE_4M.fd"
	else
		x86_64_uefi
	fi
	if [ ! -e /usr/share/OVMF/OVMF_VARS_4M.ms.fd ]; then
		t_skip secure_boot_refuses "no /usr/share/OVMF/OVMF_VARS_4M.ms.fd"
	else
		secure_boot
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
if [ -n "$(t_missing qemu-system-x86_64)" ]; then
	t_skip linux "$(t_missing qemu-system-x86_64)"
elif kernel=$(sh "$SRCDIR/tests/support/kernel.sh" 2>"$T/why"); then
	linux "$kernel"
else
	t_skip linux "no kernel: $(tail -n 1 "$T/why")"
fi
t_done
