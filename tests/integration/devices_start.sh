#!/bin/sh
# SPDX-License-Identifier: MIT
# QEMU accepts every argument, under the sandbox, and has the devices where the plan says: each spec
# in devices/ is started without its guest running (-S), asked over QMP, and ended.
. "$(dirname "$0")/../support/lib.sh"
. "$(dirname "$0")/devices/lib.sh"

export XDG_STATE_HOME="$T/state" XDG_RUNTIME_DIR="$T/run"
seconds=60 # for a start on a slow machine

# What a spec needs that this host may lack, or that is not a device of QEMU here; the reason
lacks() # NAME
{
	case $1 in
	virt-install-q35-vsock | small | transitional)
		[ -e /dev/vhost-vsock ] || echo "no /dev/vhost-vsock"
		;;
	*-tpm* | tpm* | virt-install-win11)
		t_missing swtpm swtpm_setup
		;;
	virt-install-q35-fs)
		[ -x /usr/lib/qemu/virtiofsd ] || [ -x /usr/libexec/virtiofsd ] || t_missing virtiofsd
		;;
	spice3) [ -e /dev/dri ] || echo "no /dev/dri" ;;
	input-all) [ -e /dev/input/event1 ] || echo "no /dev/input" ;;
	hostdev-usb) [ -e /dev/bus/usb/001/003 ] || echo "no such USB device" ;;
	rom) echo "its option ROM is made up" ;;
	redirtcp | disk-net) echo "its server is made up" ;;
	pl) [ -e /dev/parport0 ] || echo "no parallel port" ;;
	virt-install-q35-kernel) echo "its kernel is made up" ;;
	*i686) [ "$(head -c 2 "$(command -v qemu-system-i386)")" != '#!' ] || echo "qemu-system-i386 is a script" ;;
	feat1) echo "QEMU has these for KVM alone" ;;
	pcihole) echo "this many bits of address have few hosts" ;;
	acpitable) echo "its table is made up" ;;
	esac
	grep -o '<emulator>[^<]*' "$cases/$1.xml" | sed 's,.*/,,' | while read -r emulator; do
		t_missing "$emulator"
	done
}

# The other ends of what the specs connect to
with_ends()
{
	rm -f "$T/images/pipe.in" "$T/images/pipe.out" "$T/q.in" "$T/q.out"
	mkfifo "$T/images/pipe.in" "$T/images/pipe.out" "$T/q.in" "$T/q.out"
}

# started NAME: QEMU's answers in $T/answers
started()
{
	with_images "$cases/$1.xml"
	with_ends
	# Held open, so that nobody waits for the other end
	exec 3<>"$T/q.in" 4<>"$T/q.out"
	{
		echo '{"execute":"qmp_capabilities"}'
		echo '{"execute":"query-status"}'
		echo '{"execute":"human-monitor-command","arguments":{"command-line":"info qtree"}}'
		echo '{"execute":"quit"}'
	} >&3
	cat <"$T/q.out" >"$T/answers" 4>&- &
	reader=$!
	t_run timeout -k 5 "$seconds" "$SLIPWAY" run --firmware=none --nvram=ephemeral --accel=tcg \
		--sandbox-path="$T:rw" "$T/$1.xml" -- -S \
		-chardev pipe,id=slipway-test,path="$T/q" -mon chardev=slipway-test,mode=control
	exec 3>&- 4>&-
	wait "$reader"
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
