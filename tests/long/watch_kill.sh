#!/bin/sh
# SPDX-License-Identifier: MIT
# slipway test is killed (SIGKILL) at 100 random times, alone and with several VMs: each time QEMU is
# gone with it and no file is left.
. "$(dirname "$0")/../support/lib.sh"

unset QEMU_OPTS SLIPWAY_EMULATOR SLIPWAY_FIRMWARE SLIPWAY_SECURE_BOOT SLIPWAY_NVRAM SLIPWAY_SANDBOX
mkdir "$T/tmp"
export XDG_STATE_HOME="$T/state" TMPDIR="$T/tmp"
tries=${SLIPWAY_TEST_KILLS:-100}

if why=$(t_missing qemu-system-x86_64 pgrep); then
	t_skip kill "$why"
	t_done
elif [ ! -e "$BUILD/examples/guest/hello-x86_64.efi" ] || [ ! -e /usr/share/OVMF/OVMF_CODE_4M.fd ]; then
	t_skip kill "no guest (make guests), or no /usr/share/OVMF/OVMF_CODE_4M.fd"
	t_done
fi
for name in one two; do
	sh "$SRCDIR/examples/guest/mkesp.sh" "$T/$name.img" \
		"$BUILD/examples/guest/hello-x86_64.efi" x86_64 flood
	sed "s,guest/hello-x86_64.img,$T/$name.img,; s,<name>hello,<name>$name," \
		"$SRCDIR/examples/hello.xml" >"$T/$name.xml"
done

seed=$(date +%s)
awk -v seed="$seed" -v tries="$tries" 'BEGIN {
	srand(seed)
	for (i = 0; i < tries; i++)
		printf "%.3f\n", rand() < 0.5 ? rand() * 0.3 : rand() * 6
}' >"$T/delays"
echo "seed $seed"

# Everybody whose command line names this test's folder, but this test
everybody()
{
	pgrep -f "guest=(one|two),.*$T/|slipway test .*$T/(one|two)[.]xml" || true
}

left_processes=0 left_files=0 begun=0 count=0
while read -r delay; do
	count=$((count + 1))
	set -- "$T/one.xml"
	[ $((count % 4)) -ne 0 ] || set -- --jobs=2 "$T/one.xml" "$T/two.xml"
	"$SLIPWAY" test --timeout=1m --screenshot="$T" "$@" >/dev/null 2>&1 </dev/null &
	pid=$!
	sleep "$delay"
	[ -z "$(pgrep -f "guest=one,.*$T/" || true)" ] || begun=$((begun + 1))
	kill -KILL "$pid"
	wait "$pid" 2>/dev/null
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		left=$(everybody)
		[ -n "$left" ] || break
		sleep 0.1
	done
	if [ -n "$left" ]; then
		left_processes=$((left_processes + 1))
		echo "left after $delay s: $left"
	fi
	files=$(find "$T/tmp" "$T/state" -type f 2>/dev/null)
	[ -z "$files" ] || left_files=$((left_files + 1))
done <"$T/delays"
t_eq no_process_is_left 0 "$left_processes"
t_eq no_file_is_left 0 "$left_files"
t_eq the_images_are_free yes "$(rm "$T/one.img" "$T/two.img" && echo yes)"
if [ "$begun" -ge $((tries / 4)) ]; then
	t_ok "qemu_was_running_in_$begun of $tries"
else
	t_fail qemu_was_running "in $begun of $tries only"
fi
t_done
