#!/bin/sh
# SPDX-License-Identifier: MIT
# The truth table of `slipway test`: real QEMU, real firmware, guests that do each thing that guests
# do; each with its status, its last line and its JUnit entry. Here: UEFI on x86_64;
# truth_others.sh has BIOS, aarch64 and Linux.
. "$(dirname "$0")/../support/lib.sh"
. "$SRCDIR/tests/support/truth.sh"

# disk_on BUS TARGET ORDER: the element for the image on-BUS
disk_on()
{
	echo "<disk type='file' device='disk'><driver name='qemu' type='raw'/>
<source file='$T/on-$1.img'/><target dev='$2' bus='$1'/><boot order='$3'/></disk>"
}
tpm=
if why=$(t_missing swtpm swtpm_setup); then
	t_skip a_tpm_that_is_thrown_away "$why"
else
	tpm="<tpm model='tpm-crb'><backend type='emulator' version='2.0'/></tpm>"
fi

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
	for bus in scsi sata nvme virtio; do
		image "on-$bus" x86_64 return error
	done
	domain buses x86_64 "firmware='efi'" "$uefi" "<controller type='scsi' model='virtio-scsi'/>
$(disk_on scsi sda 1)$(disk_on sata sdb 2)$(disk_on nvme nvme0n1 3)$(disk_on virtio vda 4)$tpm" ""
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
	truth screen_of_one_that_passed 0 'passed: the guest powered off' hello --screenshot-always \
		--screenshot="$T/passed.png" -- -device VGA
	t_eq it_is_a_picture_too 'PNG' "$(head -c 4 "$T/passed.png" 2>/dev/null | tail -c 3)"
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
	set --
	for number in 0 1 2 3; do
		set -- "$@" --send="^Shell> \$ => echo written > FS$number:\\\\f.txt" \
			--send="^Shell> \$ => ls FS$number:\\\\f.txt" --expect='[1-9][0-9]* *f[.]txt$'
	done
	truth disks_of_every_bus_are_written 0 'passed: all 4 expected texts were seen' buses \
		--allow-shell "$@"
	truth network_only 1 'failed: no boot from the network: ' network -- \
		-netdev user,id=n -device virtio-net-pci,netdev=n,bootindex=1
	truth network_that_was_not_meant 1 'failed: the firmware boots from the network, as nothing' \
		nothing -- -netdev user,id=n -device virtio-net-pci,netdev=n,bootindex=1,romfile=
	truth bad_argument 1 'failed: QEMU ended with status 1; its last words: qemu-system' hello -- \
		-device nonsense
	truth missing_image 125 "ephemeral disk '$T/absent.img'" absent
	truth interrupted_disk 1 'failed: the guest rebooted' reboot --keep --nvram="$T/vars.fd"

	t_eq no_tpm_is_kept '' "$(find "$T/state" /var/lib/slipway/tpm2/buses -name 'tpm*' 2>/dev/null)"
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
	t_contains whose_keys_is_said "'Microsoft Corporation UEFI CA 2011'" "$T/last"
	t_contains the_switch_is_named '--secure-boot=no' "$T/last"
	truth secure_boot_refusal_expected 0 'passed: the expected text was seen' secure \
		--expect='Access Denied' --forbid='slipway guest'
}

if why=$(t_missing qemu-system-x86_64); then
	t_skip x86_64_uefi "$why"
elif [ ! -e "$BUILD/examples/guest/hello-x86_64.efi" ]; then
	t_skip x86_64_uefi "the guest is not built: make guests"
elif [ ! -e /usr/share/OVMF/OVMF_CODE_4M.fd ]; then
	t_skip x86_64_uefi "no /usr/share/OVMF/OVMF_CODE_4M.fd"
else
	x86_64_uefi
	if [ ! -e /usr/share/OVMF/OVMF_VARS_4M.ms.fd ]; then
		t_skip secure_boot_refuses "no /usr/share/OVMF/OVMF_VARS_4M.ms.fd"
	else
		secure_boot
	fi
fi
t_done
