#!/bin/sh
# SPDX-License-Identifier: MIT
# slipway test is killed (SIGKILL) at 100 random times, alone and with several VMs, one of which has a
# TPM and a channel: each time QEMU and swtpm are gone with it and no file or socket is left.
. "$(dirname "$0")/../support/lib.sh"

unset QEMU_OPTS SLIPWAY_EMULATOR SLIPWAY_FIRMWARE SLIPWAY_SECURE_BOOT SLIPWAY_NVRAM SLIPWAY_SANDBOX
mkdir "$T/tmp"
export XDG_STATE_HOME="$T/state" XDG_RUNTIME_DIR="$T/run" TMPDIR="$T/tmp"
sockets=$T/run/slipway
[ "$(id -u)" -ne 0 ] || sockets=/run/slipway # root's own, hence names nobody has
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
	sed "s,guest/hello-x86_64.img,$T/$name.img,; s,<name>hello,<name>$name-$$," \
		"$SRCDIR/examples/hello.xml" >"$T/$name.xml"
done
if why=$(t_missing swtpm swtpm_setup); then
	t_skip kill_with_a_tpm "$why"
else
	sed -i "s,<serial.*,<tpm model='tpm-crb'><backend type='emulator' version='2.0'/></tpm>\
<channel type='unix'><source mode='bind'/><target type='virtio' name='org.qemu.guest_agent.0'/>\
</channel>&," "$T/one.xml"
fi

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
	pgrep -r D,R,S,T -f "guest=(one|two)-$$,|slipway test .*$T/(one|two)[.]xml|swtpm.*/one-$$[./]" ||
		true
}

left_processes=0 left_files=0 begun=0 with_tpm=0 count=0
while read -r delay; do
	count=$((count + 1))
	set -- "$T/one.xml"
	[ $((count % 4)) -ne 0 ] || set -- --jobs=2 "$T/one.xml" "$T/two.xml"
	"$SLIPWAY" test --timeout=1m --screenshot="$T" "$@" >/dev/null 2>&1 </dev/null &
	pid=$!
	sleep "$delay"
	[ -z "$(pgrep -f "guest=one-$$," || true)" ] || begun=$((begun + 1))
	[ -z "$(pgrep -f "swtpm.*/one-$$[./]" || true)" ] || with_tpm=$((with_tpm + 1))
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
	files=$(find "$T/tmp" "$T/state" ! -type d 2>/dev/null
		find "$sockets" -path "*-$$*" 2>/dev/null)
	[ -z "$files" ] && continue
	left_files=$((left_files + 1))
	echo "left after $delay s: $files"
	rm -rf "$sockets"/*-$$.*
done <"$T/delays"
t_eq no_process_is_left 0 "$left_processes"
t_eq no_file_is_left 0 "$left_files"
[ "$with_tpm" -eq 0 ] || t_ok "swtpm_was_running_in_$with_tpm of $tries"
t_eq the_images_are_free yes "$(rm "$T/one.img" "$T/two.img" && echo yes)"
if [ "$begun" -ge $((tries / 4)) ]; then
	t_ok "qemu_was_running_in_$begun of $tries"
else
	t_fail qemu_was_running "in $begun of $tries only"
fi
t_done
