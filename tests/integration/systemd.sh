#!/bin/sh
# SPDX-License-Identifier: MIT
# slipway@.service: systemd reads it, it is as hardened as it says, its user can be made, and slipway
# tells the service manager of the start, once, from the main process.
. "$(dirname "$0")/../support/lib.sh"

unit=$SRCDIR/examples/systemd/slipway@.service
probe=$BUILD/obj/tests/integration/probe
notified=$BUILD/obj/tests/integration/notified
export XDG_STATE_HOME="$T/state"
unset QEMU_OPTS SLIPWAY_EMULATOR SLIPWAY_FIRMWARE SLIPWAY_SECURE_BOOT SLIPWAY_NVRAM SLIPWAY_SANDBOX \
	NOTIFY_SOCKET

# ---- the unit

if why=$(t_missing systemd-analyze); then
	t_skip the_unit_is_valid "$why"
	t_skip the_unit_is_hardened "$why"
else
	mkdir "$T/units"
	sed "s,/usr/local/bin/slipway,$SLIPWAY,; /^Documentation=/d" "$unit" >"$T/units/slipway@.service"
	t_run systemd-analyze verify --man=no "$T/units/slipway@.service"
	t_eq the_unit_is_valid '' "$(grep 'slipway' "$T/err")"
	sed 's/^Type=notify/Type=such/' "$T/units/slipway@.service" >"$T/units/broken@.service"
	t_run systemd-analyze verify --man=no "$T/units/broken@.service"
	t_contains verify_sees_what_is_wrong 'such' "$T/err"
	# of 100, which is what a unit without any protection has; the rest is what a VM is for
	if systemd-analyze security --help | grep -q -e --offline; then
		t_true the_unit_is_hardened systemd-analyze security --offline=yes --threshold=25 \
			"$T/units/slipway@.service"
	else
		t_skip the_unit_is_hardened 'systemd before 250 cannot tell offline'
	fi
fi
if why=$(t_missing systemd-sysusers); then
	t_skip its_user_can_be_made "$why"
else
	mkdir -p "$T/root/etc"
	t_true its_user_can_be_made systemd-sysusers --root="$T/root" "$SRCDIR/examples/systemd/sysusers.conf"
	t_contains its_user_is_slipway ':/var/lib/slipway:' "$T/root/etc/passwd"
	t_contains its_user_may_use_kvm 'slipway' "$T/root/etc/group"
fi

# ---- what a service manager may take away

cat >"$T/vm.xml" <<-XML
	<domain type='qemu'>
	  <name>vm</name>
	  <memory unit='MiB'>64</memory>
	  <os><type arch='x86_64' machine='q35'>hvm</type></os>
	  <features><acpi/></features>
	</domain>
XML
t_refuses openat2_that_is_taken_away_is_said 125 "openat2 cannot be called: Function not implemented" \
	"$BUILD/obj/tests/integration/without_openat2" "$SLIPWAY" plan --emulator="$probe" "$T/vm.xml"
t_contains and_who_does_so "RestrictSUIDSGID=yes" "$T/err"
t_eq the_unit_does_not '' "$(grep '^RestrictSUIDSGID' "$unit")"

# ---- Type=notify

t_run "$notified" "$T/1" "$SLIPWAY" --emulator="$probe" "$T/vm.xml"
t_eq the_start_is_told_once_by_the_main_process 'heard READY=1 from the main process' \
	"$(grep ^heard "$T/out")"
t_contains the_process_ends_as_qemu_does 'ended 0' "$T/out"
t_eq qemu_does_not_get_the_socket '' "$(grep 'env.*NOTIFY_SOCKET' "$T/out")"
t_run "$notified" "$T/2" "$SLIPWAY" --emulator="$T/nowhere" "$T/vm.xml"
t_eq a_start_that_fails_is_not_told 'ended 127' "$(cat "$T/out")"
t_run "$notified" "$T/3" "$SLIPWAY" plan --emulator="$probe" "$T/vm.xml"
t_eq a_plan_is_not_told '' "$(grep ^heard "$T/out")"
t_refuses a_socket_that_is_not_there_is_an_error 125 "NOTIFY_SOCKET: cannot tell '$T/none'" \
	env NOTIFY_SOCKET="$T/none" "$SLIPWAY" --emulator="$probe" "$T/vm.xml"
t_done
