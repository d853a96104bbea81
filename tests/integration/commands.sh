#!/bin/sh
# SPDX-License-Identifier: MIT
# What policy, nvram, plan, firmware and doctor say of a VM that is out of the ordinary, on this host.
. "$(dirname "$0")/../support/lib.sh"
. "$(dirname "$0")/../support/nvram.sh"

# devices FILE DEVICES [TYPE]: a domain with them, of BIOS firmware
devices()
{
	cat >"$1" <<-XML
		<domain type='${3-qemu}'>
		  <name>devices</name>
		  <memory unit='MiB'>64</memory>
		  <memoryBacking><source type='memfd'/><access mode='shared'/></memoryBacking>
		  <os><type arch='x86_64' machine='q35'>hvm</type></os>
		  <features><acpi/></features>
		  <devices>$2</devices>
		</domain>
	XML
}

# ---- policy
t_run "$SLIPWAY" policy
t_eq policies_are_listed_without_a_spec 0 "$t_status"
t_contains each_with_what_it_is_for 'user networking' "$T/out"
t_eq each_policy_has_a_line "$(find "$SRCDIR/policy" -name '*.policy' | wc -l)" "$(wc -l <"$T/out")"
devices "$T/ports.xml" "<graphics type='vnc' port='6000' listen='127.0.0.1'/>
	<serial type='tcp'><source mode='bind' host='127.0.0.1' service='5906'/></serial>
	<serial type='tcp'><source mode='connect' host='127.0.0.1' service='4555'/></serial>
	<serial type='tcp'><source mode='bind' host='127.0.0.1' service='5999'/></serial>"
t_run "$SLIPWAY" policy --emulator="$probe" "$T/ports.xml"
t_contains neighbouring_ports_are_a_range '  listen on 5906, 5999-6000' "$T/out"
t_run "$SLIPWAY" policy --sandbox=off --emulator="$probe" "$T/ports.xml"
t_contains no_sandbox_has_no_layers 'layers     none: --sandbox=off' "$T/out"
t_run "$SLIPWAY" policy --sandbox=log --emulator="$probe" "$T/ports.xml"
t_contains a_log_refuses_nothing 'exec once (log: nothing is refused)' "$T/out"
t_run "$BUILD/obj/tests/integration/without_call" landlock "$SLIPWAY" policy --emulator="$probe" "$T/ports.xml"
t_contains what_the_kernel_lacks_is_missing '  missing: this kernel has no Landlock' "$T/out"
t_refuses one_spec_at_a_time 125 'another one' "$SLIPWAY" policy "$T/ports.xml" "$vm"

# ---- nvram
t_refuses an_action_is_needed 125 'what is to be done is missing' "$SLIPWAY" nvram
t_refuses one_that_is_known 125 'what is to be done is missing' "$SLIPWAY" nvram copy "$vm"
t_refuses show_has_one_operand 125 'nvram show: the operands are SPEC.xml' "$SLIPWAY" nvram show "$vm" "$vm"
t_refuses save_has_two 125 'nvram save: the operands are PATH SPEC.xml' "$SLIPWAY" nvram save "$vm"
t_refuses bios_has_no_store 125 'its firmware keeps no variables' "$SLIPWAY" nvram show --emulator="$probe" "$T/ports.xml"
at="--root=$root --emulator=$probe --nvram=$T/store_VARS.fd"
# shellcheck disable=SC2086 # options
t_run "$SLIPWAY" nvram reset $at "$vm"
t_contains a_first_reset_makes_a_store "$T/store_VARS.fd is new, from " "$T/out"
t_eq it_has_replaced_none 0 "$(grep -c 'the old one' "$T/out")"
# shellcheck disable=SC2086
t_run "$SLIPWAY" nvram reset $at "$vm"
t_contains a_second_one_keeps_the_old "the old one is $T/store_VARS.fd.bak-" "$T/out"
# shellcheck disable=SC2086
"$SLIPWAY" $at "$vm" -- -wait >"$T/waits" 2>&1 </dev/null &
holder=$!
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
	grep -q waiting "$T/waits" && break
	sleep 0.2
done
# shellcheck disable=SC2086
t_run "$SLIPWAY" nvram show $at "$vm"
t_contains a_store_in_use_has_a_holder "in use" "$T/out"
kill "$holder"
wait "$holder" 2>/dev/null || :

t_run "$SLIPWAY" nvram reset --root="$root" --emulator="$probe" --nvram=/proc/none/vars.fd "$vm"
t_eq a_place_that_takes_no_store_is_refused 125 "$t_status"
# shellcheck disable=SC2086
t_run "$SLIPWAY" nvram show $at --firmware="$T/none.fd" "$vm"
t_contains a_store_is_shown_whatever_the_firmware "store      $T/store_VARS.fd" "$T/out"
# shellcheck disable=SC2086
t_run "$SLIPWAY" nvram reset $at --firmware="$T/none.fd" "$vm"
t_eq but_not_made_for_it 125 "$t_status"
t_refuses nor_is_one_shown_that_is_not_there 125 "$T/none.fd" "$SLIPWAY" nvram show --root="$root" \
	--emulator="$probe" --nvram="$T/nostore.fd" --firmware="$T/none.fd" "$vm"
record=$(find "$T" -maxdepth 1 -name '*store_VARS.fd*slipway*' | head -n 1)
if [ -n "$record" ]; then
	printf 'no record\n' >"$record"
	# shellcheck disable=SC2086
	t_run "$SLIPWAY" nvram show $at "$vm"
	t_contains a_record_that_is_none_is_told 'record     ' "$T/out"
else
	t_fail a_record_that_is_none_is_told "there is no record: $(ls -a "$T")"
fi

# ---- plan and firmware
t_run "$SLIPWAY" firmware --format=json --root="$root"
t_contains firmware_is_a_list_in_json '"candidates":' "$T/out"
t_run "$SLIPWAY" plan --sandbox=off --emulator="$probe" "$T/ports.xml"
t_contains a_plan_has_its_warnings 'warning    sandbox: off: ' "$T/out"
t_run "$SLIPWAY" doctor --sandbox=off --emulator="$probe" "$T/ports.xml"
t_contains a_doctor_has_them_as_well 'sandbox: off: a guest' "$T/out"

# ---- what a doctor says of the devices
other=$(mktemp -d "${TMPDIR:-/tmp}/slipway-devices.XXXXXX")
: >"$other/shut"
chmod 000 "$other/shut"
chmod 755 "$other"

# doctor_of DEVICES [OPTION...]
doctor_of()
{
	devices "$T/doctor.xml" "$1"
	shift
	t_run "$SLIPWAY" doctor --emulator="$probe" "$@" "$T/doctor.xml"
}
# disk DEVICE PATH FORMAT BUS [ELEMENTS]
disk()
{
	echo "<disk type='file' device='$1'><driver name='qemu' type='$3'/><source file='$2'/>
		<target dev='${5-sda}' bus='$4'/>${6-}</disk>"
}
doctor_of "$(disk disk "$T/none.raw" raw sata)"
t_contains a_raw_disk_is_made_raw "qemu-img create -f raw $T/none.raw SIZE" "$T/out"
doctor_of "$(disk disk "$T/none.raw" raw sata)" --ephemeral
t_contains a_disk_that_is_thrown_away_is_only_read 'correct <source>' "$T/out"
t_eq and_is_not_to_be_made 0 "$(grep -c 'qemu-img create' "$T/out")"
doctor_of "$(disk cdrom "$T/none.iso" raw sata)"
t_eq neither_is_a_cd 0 "$(grep -c 'qemu-img create' "$T/out")"
doctor_of "<disk type='file' device='cdrom'><target dev='sda' bus='sata'/></disk>"
t_eq an_empty_drive_misses_nothing 0 "$(grep -c '^error *device' "$T/out")"
doctor_of "<disk type='block' device='disk'><driver name='qemu' type='raw'/><source dev='$T/nodevice'/>
	<target dev='sda' bus='sata'/></disk>"
t_eq a_device_is_not_to_be_made 0 "$(grep -c 'qemu-img create' "$T/out")"
doctor_of "<filesystem type='mount'><driver type='virtiofs'/><source dir='$other/none'/><target dir='t'/></filesystem>"
t_contains a_folder_that_is_shared_is_to_be_made 'make it, or correct <source>' "$T/out"
doctor_of "<filesystem type='mount'><driver type='virtiofs'/><source dir='$other'/><target dir='t'/></filesystem>"
t_eq one_that_is_there_is_no_finding 0 "$(grep -c '^error *device' "$T/out")"
doctor_of "<interface type='user'><backend type='passt'/></interface>"
t_contains passt_is_looked_for 'passt' "$T/out"
doctor_of "<interface type='ethernet'/><interface type='user'/>"
t_eq other_interfaces_need_nothing 0 "$(grep -c 'bridge' "$T/out")"
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
	devices "$other/vm.xml" "$(disk disk "$other/shut" raw sata)
		$(disk cdrom "$other/shut" raw sata sdb)
		<filesystem type='mount'><driver type='virtiofs'/><source dir='$other/shut'/><target dir='t'/></filesystem>"
	chmod 644 "$other/vm.xml"
	t_copy_slipway "$other"
	cp "$probe" "$other"
	t_run setpriv --reuid=65534 --regid=65534 --clear-groups env -i PATH="$PATH" "$other/slipway" doctor \
		--emulator="$other/probe" "$other/vm.xml"
	t_eq what_is_shut_is_to_be_opened 3 "$(grep -c 'give user 65534 access to it' "$T/out")"
	t_eq or_to_be_read_only 2 "$(grep -c 'access to it, or say <readonly/>' "$T/out")"
	t_run setpriv --reuid=65534 --regid=65534 --clear-groups env -i PATH="$PATH" "$other/slipway" plan \
		--emulator="$other/probe" "$other/vm.xml"
	t_eq no_home_is_no_obstacle_to_a_plan "" "$(grep '(null)' "$T/out" "$T/err")"
else
	t_skip what_is_shut_is_to_be_opened 'it takes root to be somebody else'
fi
rm -rf "$other"

# ---- slipway in an emulator's place, as libvirt has it
mkdir "$T/bin"
ln -s "$SLIPWAY" "$T/bin/qemu-system-x86_64"
t_run env PATH="$T/bin:/usr/bin:/bin" "$SLIPWAY" doctor --emulator="$T/bin/qemu-system-x86_64" "$T/ports.xml"
t_contains slipway_under_qemus_name_is_known "$T/bin/qemu-system-x86_64" "$T/out"
ln -s "$SLIPWAY" "$T/bin/qemu-system-none-slipway"
t_run "$SLIPWAY" doctor --emulator="$T/bin/qemu-system-none-slipway" "$T/ports.xml"
t_contains a_name_without_a_qemu_is_told "stands for 'qemu-system-none', which is not there" "$T/out"

# ---- what is said when there is nobody to hear
t_eq a_full_disk_ends_a_plan 125 "$("$SLIPWAY" plan --emulator="$probe" "$T/ports.xml" >/dev/full 2>/dev/null; echo $?)"
t_eq a_full_disk_ends_help 125 "$("$SLIPWAY" --help >/dev/full 2>/dev/null; echo $?)"
t_refuses a_root_that_is_none 125 "--root: cannot open '$T/noroot'" "$SLIPWAY" firmware --root="$T/noroot"
t_refuses no_spec_at_all 125 'SPEC.xml' "$SLIPWAY"
t_refuses a_command_in_the_wrong_place 125 'plan' "$SLIPWAY" "$vm" plan
t_run "$SLIPWAY" firmware --format=json --root="$root" --firmware="$T/none.fd"
t_contains json_has_the_error '"error":' "$T/out"
t_done
