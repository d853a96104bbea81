#!/bin/sh
# SPDX-License-Identifier: MIT
# A guest finds its devices where libvirt puts them: what slipway plans for each spec in devices/ is
# what libvirt 9.0 says for it (tests/long/libvirt_addresses.sh made the lists). Where the two differ on
# purpose, NAME.differs says how, and why in its first line.
. "$(dirname "$0")/../support/lib.sh"
. "$(dirname "$0")/devices/lib.sh"

export XDG_STATE_HOME="$T/state" XDG_RUNTIME_DIR="$T/run"

# Firmware is not what this is about, and the host may have none
planned() # SPEC
{
	t_run "$SLIPWAY" plan --format=shell --firmware=none --nvram=ephemeral --accel=tcg "$1"
	[ "$t_status" -eq 0 ] && devices_of "$T/out" >"$T/devices"
}

for spec in "$cases"/*.xml; do
	one=$(basename "$spec" .xml)
	differs=$cases/$one.differs
	if ! planned "$spec"; then
		t_fail "devices_are_where_libvirt_has_them: $one" "it is refused: $(head -n 1 "$T/err")"
		continue
	fi
	diff "$cases/$one.devices" "$T/devices" | grep '^[<>]' >"$T/difference"
	: >"$T/wanted"
	[ ! -f "$differs" ] || sed 1d "$differs" >"$T/wanted"
	if cmp -s "$T/wanted" "$T/difference"; then
		t_ok "devices_are_where_libvirt_has_them: $one"
	else
		t_fail "devices_are_where_libvirt_has_them: $one" "libvirt has < and slipway has >:"
		cat "$T/difference"
	fi
done

# Run after run: a plan does not depend on the time, or on anything but spec, host and options
same=$cases/virt-install-debian12-vnc.xml
"$SLIPWAY" plan --format=shell --firmware=none "$same" >"$T/first"
TZ=Asia/Tokyo "$SLIPWAY" plan --format=shell --firmware=none "$same" >"$T/second"
t_true the_plan_is_one test -s "$T/first"
t_true the_same_spec_is_the_same_machine cmp "$T/first" "$T/second"
t_done
