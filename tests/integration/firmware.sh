#!/bin/sh
# SPDX-License-Identifier: MIT
# slipway firmware: what was wanted, every candidate in search order with its reason, what is not
# there, and the fix last.
set -u
# shellcheck source=tests/support/lib.sh
. "$(dirname "$0")/../support/lib.sh"
# shellcheck source=tests/golden/support/golden.sh
. "$SRCDIR/tests/golden/support/golden.sh"

# spec ARCH MACHINE [OS-ELEMENTS]
spec()
{
	cat >"$T/spec.xml" <<END
<domain type='qemu'>
  <name>listed-firmware</name>
  <memory unit='MiB'>512</memory>
  <os firmware='efi'><type arch='$1' machine='$2'>hvm</type>${3-}</os>
  <features><acpi/></features>
</domain>
END
}

# firmware LINE...: lists the firmware of the host with this recipe, for the spec
firmware()
{
	printf '%s\n' "$@" >"$T/recipe"
	root=$T/root
	chmod -R u+rwx "$root" 2>/dev/null
	rm -rf "$root"
	make_host "$root" "$T" "$T/recipe" || t_fail a_host_is_made "$*"
	plain firmware --root="$root" "$T/spec.xml"
}

spec x86_64 q35
firmware 'host debian12'
t_eq a_choice_ends_well 0 "$t_status"
t_eq a_choice_says_nothing_on_stderr '' "$(cat "$T/err")"
t_eq the_first_line_is_what_was_wanted 'wanted: UEFI firmware for x86_64 pc-q35-10.0' \
	"$(head -n 1 "$T/out")"
t_eq one_line_is_chosen 1 "$(grep -c '^\* ' "$T/out")"
t_contains the_chosen_one_is_the_first_that_fits \
	'* descriptor /usr/share/qemu/firmware/40-edk2-x86_64-secure-enrolled.json: fits, and is the first' \
	"$T/out"
t_contains another_architecture_is_the_reason \
	'60-edk2-aarch64.json: architecture is aarch64, wanted x86_64' "$T/out"
t_contains what_fits_too_is_said \
	"60-edk2-x86_64.json: fits too, but '/usr/share/qemu/firmware/40-" "$T/out"
t_contains pairs_follow '  fallback /usr/share/OVMF/OVMF_CODE_4M.fd: fits too, but comes later' "$T/out"
t_contains pairs_that_are_not_there_are_named \
	'  absent /usr/share/edk2/x64/OVMF_CODE.4m.fd:/usr/share/edk2/x64/OVMF_VARS.4m.fd' "$T/out"
# the path is the word behind "descriptor", and ends in a colon
sed -n 's/^[* ] descriptor \([^ ]*\): .*/\1/p' "$T/out" | sed 's/.*\///' >"$T/names"
t_eq every_descriptor_is_listed 7 "$(wc -l <"$T/names")"
t_true descriptors_stand_by_file_name env LC_ALL=C sort -c "$T/names"
t_eq what_is_absent_comes_last '' "$(sed -n '/^  absent/,$p' "$T/out" | grep -v '^  absent')"

spec x86_64 q35 "<loader readonly='yes' type='pflash'>/usr/share/OVMF/OVMF_CODE.fd</loader>"
firmware 'host debian13'
t_eq a_refusal_ends_with_125 125 "$t_status"
t_eq a_refusal_is_one_line_on_stderr 1 "$(wc -l <"$T/err")"
t_contains the_refusal_says_what_was_wanted \
	"slipway: $T/spec.xml:4: no UEFI firmware for x86_64 pc-q35-10.0, loader '/usr/share/OVMF/OVMF_CODE.fd'" \
	"$T/err"
t_eq none_is_chosen 0 "$(grep -c '^\* ' "$T/out")"
t_eq the_last_line_is_the_newer_name \
	"fix: this host's build of that kind is '/usr/share/OVMF/OVMF_CODE_4M.fd' (4M family): --firmware=/usr/share/OVMF/OVMF_CODE_4M.fd:/usr/share/OVMF/OVMF_VARS_4M.fd, or put it into the spec" \
	"$(tail -n 1 "$T/out")"

# what was passed over is told by the list, and by a start that is refused
spec x86_64 q35
firmware 'os fedora' 'link /etc/qemu/firmware/10-gone.json nowhere.json' 'dir /etc/qemu/firmware/20-folder.json' \
	'text /etc/libvirt/qemu.conf nvram = [ "/fw/CODE.fd" ]' \
	'text /etc/qemu/firmware/30-old.json~ {}' 'text /etc/qemu/firmware/40-broken.json {'
cp "$T/out" "$T/list"
t_contains a_broken_descriptor_is_listed_with_its_reason \
	'  descriptor /etc/qemu/firmware/40-broken.json: /etc/qemu/firmware/40-broken.json' "$T/list"
plain run --root="$root" --emulator=/bin/true "$T/spec.xml"
t_eq the_start_is_refused 125 "$t_status"
for what in 10-gone.json 20-folder.json '30-old.json~' "nvram entry '/fw/CODE.fd'"; do
	t_contains "the_list_tells_of: $what" "$what" "$T/list"
	t_contains "the_refusal_tells_of: $what" "$what" "$T/err"
done
t_eq the_fix_stays_last 'slipway:   fix: ' \
	"$(tail -n 1 "$T/err" | sed 's/install.*//')"

spec riscv64 virt
firmware 'os opensuse-leap'
t_eq an_empty_host_is_refused 125 "$t_status"
t_eq the_last_line_is_the_package \
	'fix: install UEFI firmware: zypper install qemu-uefi-riscv64; or name the files with --firmware=CODE:VARS' \
	"$(tail -n 1 "$T/out")"
t_contains only_pairs_of_the_architecture_are_looked_for '  absent /usr/share/qemu/ovmf-riscv64-code.bin' "$T/out"
t_eq of_others_nothing_is_said '' "$(grep OVMF_CODE "$T/out")"

t_done
