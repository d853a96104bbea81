#!/bin/sh
# SPDX-License-Identifier: MIT
# Starts and looks where something of the machine is missing or odd: the working directory, the
# kernel's layers, QEMU's version, a place for sockets; and whose keys a store has.
. "$(dirname "$0")/../support/lib.sh"
. "$(dirname "$0")/../support/nvram.sh"

fake=$BUILD/obj/tests/integration/fake_emulator
without=$BUILD/obj/tests/integration/without_call
export TMPDIR="$T/tmp"
mkdir "$T/tmp"
unset GITHUB_ACTIONS GITLAB_CI

# bios FILE DEVICES [TYPE-ATTRIBUTES]
bios()
{
	cat >"$1" <<-XML
		<domain type='qemu'>
		  <name>corner</name>
		  <memory unit='MiB'>64</memory>
		  <os><type ${3-arch='x86_64' machine='q35'}>hvm</type></os>
		  <features><acpi/></features>
		  <devices>$2</devices>
		</domain>
	XML
}
bios "$T/bios.xml" ''

# ---- the working directory
mkdir "$T/gone"
# in_no_folder COMMAND...
in_no_folder() { (cd "$T/gone" && rmdir "$T/gone" && "$@"); }
t_refuses a_relative_path_begins_nowhere 125 "'vars.fd': the working directory is not readable" \
	in_no_folder "$SLIPWAY" plan --nvram=vars.fd "$T/bios.xml"
mkdir "$T/gone"
t_run in_no_folder "$SLIPWAY" plan --emulator="$probe" "$T/bios.xml"
t_eq an_absolute_one_does_not 0 "$t_status"
ln -s "$SLIPWAY" "$T/qemu-system-x86_64"
mkdir "$T/gone"
t_run in_no_folder env SLIPWAY_EMULATOR="$probe" "$T/qemu-system-x86_64" -M q35 -display none
t_eq nor_does_qemus_own_command_line 0 "$t_status"

# ---- QEMU's own command line
t_run env SLIPWAY_EMULATOR="$probe" SLIPWAY_FIRMWARE="$T/none.json" "$T/qemu-system-x86_64" -M q35
t_eq a_descriptor_that_is_not_there_is_refused 125 "$t_status"
t_contains and_named "$T/none.json" "$T/err"
t_run env SLIPWAY_EMULATOR="$T/nowhere" "$T/qemu-system-x86_64" -M q35
t_eq an_emulator_that_is_not_there_is_127 127 "$t_status"
t_run env SLIPWAY_SANDBOX=maybe "$T/qemu-system-x86_64" -M q35
t_eq a_wrong_variable_is_refused_there 125 "$t_status"

# ---- the kernel's layers
t_run "$without" landlock "$SLIPWAY" doctor --emulator="$probe" "$T/bios.xml"
t_contains a_kernel_without_landlock_is_told 'Landlock version 0, --sandbox=require needs more' "$T/out"
t_contains with_what_to_do 'run a newer kernel with Landlock' "$T/out"
t_run "$without" seccomp "$SLIPWAY" doctor --emulator="$probe" "$T/bios.xml"
t_contains a_kernel_without_filters_is_an_error 'CONFIG_SECCOMP_FILTER' "$T/out"

# ---- QEMU's version
# version TEXT: what doctor says of an emulator that says it
version()
{
	printf '#!/bin/sh\necho "%s"\n' "$1" >"$T/emulator"
	chmod +x "$T/emulator"
	t_run "$SLIPWAY" doctor --emulator="$T/emulator" "$T/bios.xml"
}
version 'QEMU emulator version 4.1.0'
old=$(grep -c '4\.1\.0' "$T/out")
t_eq an_old_version_is_known 1 "$((old > 0))"
for odd in 'QEMU emulator version 9' 'QEMU emulator version 1000.1' 'QEMU emulator version 9.100' 'no version'; do
	version "$odd"
	t_eq "what_is_odd_is_no_error: $odd" 0 "$(grep -c '^error *emulator' "$T/out")"
done
printf '#!/bin/sh\nexec yes QEMU\n' >"$T/emulator"
t_run "$SLIPWAY" doctor --emulator="$T/emulator" "$T/bios.xml"
t_contains one_that_never_ends_has_no_version "'$T/emulator'" "$T/out"
printf 'neither a script nor a program' >"$T/emulator"
t_run "$SLIPWAY" doctor --emulator="$T/emulator" "$T/bios.xml"
t_contains one_that_is_no_program_does_not_answer "'$T/emulator' does not answer --version" "$T/out"
mkdir "$T/one" "$T/two"
: >"$T/one/qemu-system-x86_64"
: >"$T/two/qemu-system-x86_64"
t_run env PATH="$T/one:$T/two" "$SLIPWAY" doctor "$T/bios.xml"
t_contains each_that_cannot_be_executed_is_told "'$T/one/qemu-system-x86_64'" "$T/out"
t_run "$SLIPWAY" doctor --accel=kvm --emulator="$probe" "$T/bios.xml"
t_contains kvm_that_is_asked_for_is_looked_at 'kvm' "$T/out"
bios "$T/noarch.xml" '' "machine='pc'"
t_run "$SLIPWAY" plan --emulator="$probe" "$T/noarch.xml"
t_contains no_architecture_is_this_machines "$(uname -m)" "$T/out"

# ---- what a start needs
bios "$T/disk.xml" "<disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='$T/disk.img'/>
	<target dev='vda' bus='virtio'/></disk>"
: >"$T/disk.img"
t_refuses what_is_no_image_cannot_be_thrown_away 125 "ephemeral disk '$T/disk.img': it is not a qcow2 image" \
	"$SLIPWAY" --ephemeral --emulator="$probe" "$T/disk.xml"
bios "$T/channel.xml" "<channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>"
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
	mkdir -m 755 "$T/others"
	t_copy_slipway "$T/others"
	cp "$probe" "$fake" "$T/channel.xml" "$T/others"
	chmod 755 "$T" "$T/others"
	chmod 644 "$T/others/channel.xml"
	# as_nobody COMMAND...
	as_nobody() { setpriv --reuid=65534 --regid=65534 --clear-groups env -i TMPDIR=/proc PATH="$PATH" "$@"; }
	t_refuses sockets_need_a_place 125 'sockets' as_nobody "$T/others/slipway" \
		--emulator="$T/others/probe" "$T/others/channel.xml"
	t_refuses a_test_s_sockets_as_well 125 'sockets' as_nobody "$T/others/slipway" test \
		--emulator="$T/others/fake_emulator" "$T/others/channel.xml" -- -fake poweroff
	# store_at PATH: what doctor says of a store there
	store_at()
	{
		t_run as_nobody "$T/others/slipway" doctor --root="$root" --emulator="$T/others/probe" \
			--nvram="$1" "$T/others/uefi.xml"
	}
	cp "$vm" "$T/others/uefi.xml"
	chmod -R a+rX "$root" "$T/others/uefi.xml"
	cp "$template" "$T/others/shut_VARS.fd"
	chmod 000 "$T/others/shut_VARS.fd"
	store_at "$T/others/shut_VARS.fd"
	t_contains a_store_that_is_shut_is_told "'$T/others/shut_VARS.fd': Permission denied" "$T/out"
	store_at "$T/others/uefi.xml/vm_VARS.fd"
	t_contains a_file_is_no_folder_for_stores "'$T/others/uefi.xml/vm_VARS.fd': Not a directory" "$T/out"
	store_at /nowhere/at/all/vm_VARS.fd
	t_contains the_nearest_folder_is_asked "'/': Permission denied" "$T/out"
	store_at ephemeral
	t_eq a_private_store_has_no_place 0 "$(grep -c '^[a-z]* *nvram' "$T/out")"
	if [ -e /dev/kvm ] && ! as_nobody sh -c ': <>/dev/kvm' 2>/dev/null; then
		sed "s/type='qemu'/type='kvm'/" "$T/bios.xml" >"$T/others/kvm.xml"
		chmod 644 "$T/others/kvm.xml"
		t_run as_nobody "$T/others/slipway" doctor --emulator="$T/others/probe" "$T/others/kvm.xml"
		t_contains a_kvm_that_is_not_theirs_is_an_error "cannot open '/dev/kvm': Permission denied" "$T/out"
	else
		t_skip a_kvm_that_is_not_theirs_is_an_error 'there is none, or it is for everyone'
	fi
else
	t_skip sockets_need_a_place 'it takes root to be somebody else'
fi

# a board's flash is larger than its firmware: QEMU gets a padded copy
printf 'code' >"$T/QEMU_EFI.fd"
truncate -s 2M "$T/QEMU_EFI.fd"
truncate -s 64M "$T/QEMU_VARS.fd"
sed "s/arch='x86_64' machine='q35'/arch='aarch64' machine='virt'/" "$vm" >"$T/arm.xml"
t_run "$SLIPWAY" --emulator="$probe" --firmware="$T/QEMU_EFI.fd:$T/QEMU_VARS.fd" --nvram=ephemeral "$T/arm.xml"
t_eq a_board_starts_with_short_firmware 0 "$t_status"
t_contains which_is_a_descriptor 'fd=31,set=31,opaque=firmware' "$T/out"
t_eq that_it_inherits 'fd 31' "$(grep -x 'fd 31' "$T/out")"

# ---- a terminal
if command -v script >/dev/null; then
	# on_terminal COMMAND...
	on_terminal() { script -qec "$*" /dev/null </dev/null 2>&1 | tr -d '\r'; }
	on_terminal "$SLIPWAY" test --emulator="$fake" --console=off "$T/bios.xml" -- -fake poweroff >"$T/live"
	t_contains a_console_that_is_off_leaves_the_verdict 'slipway: passed: the guest powered off' "$T/live"
	t_eq and_nothing_of_the_guest 0 "$(grep -c '^fake: power off' "$T/live")"
	on_terminal "$SLIPWAY" test --quiet --emulator="$fake" "$T/bios.xml" -- -fake poweroff >"$T/live"
	t_contains a_quiet_test_has_a_console 'fake: power off' "$T/live"
fi

# ---- whose keys a store has
denied='BdsDxe: failed to load Boot0001 "UEFI" from PciRoot(0x0)/Pci(0x1,0x0): Access Denied\n'
keys=/usr/share/OVMF/OVMF_VARS_4M.ms.fd
if [ -f "$keys" ]; then
	sed "s/<os firmware='efi'>.*/<os firmware='efi'><type arch='x86_64' machine='q35'>hvm<\/type><\/os>/
		s/<acpi\/>/<acpi\/><smm state='on'\/>/" "$vm" >"$T/secure.xml"
	t_run "$SLIPWAY" test --emulator="$fake" --secure-boot=yes --timeout=4s "$T/secure.xml" -- -fake say "$denied"
	cp "$T/err" "$T/made"
	t_contains whose_keys_refused_is_told "(from '$keys': 'Microsoft" "$T/made"
	t_run "$SLIPWAY" plan --emulator="$fake" --secure-boot=yes "$T/secure.xml"
	t_contains a_plan_says_what_secure_boot_needs ', smm, secure)' "$T/out"
	cp "$keys" "$T/kept_VARS.fd"
	chmod 600 "$T/kept_VARS.fd"
	t_run "$SLIPWAY" test --emulator="$fake" --secure-boot=yes --keep --nvram="$T/kept_VARS.fd" --timeout=4s \
		"$T/secure.xml" -- -fake say "$denied"
	t_contains those_of_a_kept_store_as_well "(in '$T/kept_VARS.fd': 'Microsoft" "$T/err"
else
	t_skip whose_keys_refused_is_told "$keys is not there"
fi
t_done
