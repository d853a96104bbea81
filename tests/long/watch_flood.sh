#!/bin/sh
# SPDX-License-Identifier: MIT
# A real guest that writes 100 MiB to its console as fast as it can: nothing stalls, every line comes
# through, and slipway's memory is what it was after the first few.
. "$(dirname "$0")/../support/lib.sh"

export XDG_STATE_HOME="$T/state" TMPDIR="$T"
unset QEMU_OPTS SLIPWAY_EMULATOR SLIPWAY_FIRMWARE SLIPWAY_SECURE_BOOT SLIPWAY_NVRAM SLIPWAY_SANDBOX
mib=${SLIPWAY_TEST_FLOOD_MIB:-100}

if why=$(t_missing qemu-system-x86_64); then
	t_skip flood "$why"
	t_done
elif [ ! -e "$BUILD/examples/guest/hello-x86_64.efi" ] || [ ! -e /usr/share/OVMF/OVMF_CODE_4M.fd ]; then
	t_skip flood "no guest (make guests), or no /usr/share/OVMF/OVMF_CODE_4M.fd"
	t_done
fi

sh "$SRCDIR/examples/guest/mkesp.sh" "$T/flood.img" "$BUILD/examples/guest/hello-x86_64.efi" x86_64 \
	flood "$mib"
sed "s,guest/hello-x86_64.img,$T/flood.img," "$SRCDIR/examples/hello.xml" >"$T/flood.xml"

# The largest resident size of process $1 so far, in KiB
peak()
{
	sed -n 's/^VmHWM:[[:space:]]*\([0-9]*\) kB$/\1/p' "/proc/$1/status" 2>/dev/null
}

"$SLIPWAY" test --timeout=15m --expect='flood over' --console-log="$T/log" "$T/flood.xml" \
	>"$T/out" 2>"$T/err" </dev/null &
pid=$!
early='' last=''
while kill -0 "$pid" 2>/dev/null; do
	now=$(peak "$pid")
	[ -z "$now" ] || last=$now
	[ -n "$early" ] || [ "$(wc -c <"$T/out")" -lt 1048576 ] || early=$now
	sleep 0.5
done
t_status=0
wait "$pid" || t_status=$?
t_eq flood_passes 0 "$t_status"
t_contains flood_is_over_in_order 'passed: the expected text was seen' "$T/err"
tail -n 1 "$T/err"
t_eq every_line_is_on_stdout $((mib * 16384)) "$(grep -c 'flood [0-9]\{10\} ' "$T/out")"
t_eq every_line_is_in_the_log $((mib * 16384)) "$(grep -c 'flood [0-9]\{10\} ' "$T/log")"
if [ -n "$early" ] && [ $((last - early)) -le 1024 ]; then
	t_ok "memory_does_not_grow: $early KiB after 1 MiB, $last KiB at the end"
else
	t_fail memory_does_not_grow "$early KiB after 1 MiB, $last KiB at the end"
fi
t_done
