#!/bin/sh
# SPDX-License-Identifier: MIT
# QEMU accepts every argument, under the sandbox, and has the devices where the plan says: each spec
# in devices/ is started without its guest running (-S), asked over QMP, and ended.
. "$(dirname "$0")/../support/lib.sh"
. "$(dirname "$0")/devices/lib.sh"

export XDG_STATE_HOME="$T/state" XDG_RUNTIME_DIR="$T/run"

# The other ends of what the specs connect to
with_ends()
{
	rm -f "$T/images/pipe.in" "$T/images/pipe.out"
	mkfifo "$T/images/pipe.in" "$T/images/pipe.out"
}

# started NAME: QEMU's answers in $T/answers
started()
{
	with_images "$cases/$1.xml"
	with_ends
	answers query-status 'info qtree' "$SLIPWAY" run --firmware=none --nvram=ephemeral --accel=tcg \
		--sandbox-path="$T:rw" "$T/$1.xml" --
	[ "$t_status" -eq 0 ] && grep -q '"status": "prelaunch"' "$T/answers"
}

# PCI places in the plan: "id bus slot.function" of each device that has one
planned_places()
{
	"$SLIPWAY" plan --format=shell --firmware=none --nvram=ephemeral --accel=tcg "$T/$1.xml" >"$T/plan"
	words_of "$T/plan" | awk -F, 'function hex(text) {
			sub(/^0x/, "", text)
			return sprintf("%2s", text)
		}
		/(^|,)addr=0x/ && /(^|,)id=/ && !/^{/ {
		for (i = 1; i <= NF; i++) {
			if (sub(/^id=/, "", $i)) id = $i
			if (sub(/^bus=/, "", $i)) bus = $i
			if (sub(/^addr=/, "", $i)) addr = $i
		}
		n = split(addr, part, ".")
		slot = hex(part[1]); gsub(/ /, "0", slot)
		f = n > 1 ? part[2] : "0"; sub(/^0x/, "", f)
		print id, bus, slot "." f
	}' | LC_ALL=C sort
}

# … and in what QEMU has made (info qtree)
found_places()
{
	sed 's/\\r\\n/\n/g; s/\\"/"/g' <"$T/answers" | awk '
		/^ *bus: / { depth = match($0, /[^ ]/); buses[depth] = $2 }
		/^ *dev: / {
			depth = match($0, /[^ ]/)
			id = $0
			if (!sub(/.*, id "/, "", id)) id = ""
			sub(/".*/, "", id)
			bus = buses[depth - 2]
		}
		/^ *addr = / && id != "" { print id, bus, $3; id = "" }' | LC_ALL=C sort
}

for spec in "$cases"/*.xml; do
	one=$(basename "$spec" .xml)
	why=$(lacks "$one" | head -n 1)
	if [ -n "$why" ]; then
		t_skip "qemu_takes_it: $one" "$why"
		continue
	fi
	if ! started "$one"; then
		t_fail "qemu_takes_it: $one" "it ended with $t_status: $(grep -v 'TCG doesn' "$T/err" | head -n 1)"
		continue
	fi
	planned_places "$one" >"$T/planned"
	found_places >"$T/found"
	if [ -z "$(LC_ALL=C comm -23 "$T/planned" "$T/found")" ]; then
		t_ok "qemu_takes_it: $one"
	else
		t_fail "qemu_takes_it: $one" "planned on PCI, and not there:"
		LC_ALL=C comm -23 "$T/planned" "$T/found"
	fi
done
t_done
