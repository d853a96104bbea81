#!/bin/sh
# SPDX-License-Identifier: MIT
# Command lines as tools write them (command_lines.txt) with and without slipway: the same stdout, the
# same words on stderr but slipway's own, the same status, and the same answers of the monitor.
. "$(dirname "$0")/../support/lib.sh"

here=$(cd "$(dirname "$0")" && pwd)
ask=$BUILD/obj/tests/integration/ask
unset QEMU_OPTS SLIPWAY_EMULATOR SLIPWAY_FIRMWARE SLIPWAY_SECURE_BOOT SLIPWAY_NVRAM SLIPWAY_SANDBOX
if reason=$(t_missing qemu-system-x86_64 qemu-img); then
	t_skip same_as_the_bare_qemu "$reason"
	t_done
fi

# ---- the files that they name

files=$T/files
mkdir -p "$files/share" "$T/lines" "$T/bin"
truncate -s 1M "$files/disk.img" "$files/cd.iso"
qemu-img create -q -f qcow2 "$files/base.qcow2" 8M
qemu-img create -q -f qcow2 -b base.qcow2 -F qcow2 "$files/disk.qcow2"
cp /usr/share/OVMF/OVMF_VARS_4M.fd "$files/vars.fd" 2>/dev/null || truncate -s 540672 "$files/vars.fd"
cp /usr/share/OVMF/OVMF_CODE_4M.fd /usr/share/ovmf/OVMF.fd "$files" 2>/dev/null
truncate -s 64M "$files/arm.fd"
echo 0123456789abcdef0123456789abcdef >"$files/key"
echo '{"ignition":{"version":"3.3.0"}}' >"$files/config"
# a bzImage for a loader's eyes (Linux Documentation/x86/boot.rst): one sector of setup, protocol 2.6,
# loaded high, an initrd below 2 GiB
truncate -s 8192 "$files/kernel"
at() # OFFSET BYTES: into the kernel
{
	# shellcheck disable=SC2059
	printf "$2" | dd of="$files/kernel" bs=1 seek="$1" conv=notrunc status=none
}
at 497 '\001' && at 510 '\125\252' && at 514 'HdrS\006\002' && at 529 '\001' && at 556 '\377\377\377\177'
echo initrd >"$files/initrd"
mkfifo "$files/console.in" "$files/console.out"
# mov dx,3f8; mov al,'H'; out; mov al,'i'; out; mov dx,f4; mov al,10; out; hlt
printf '\272\370\003\260H\356\260i\356\272\364\000\260\020\356\364\353\375' >"$files/boot.img"
truncate -s 510 "$files/boot.img"
printf '\125\252' >>"$files/boot.img"
cat >"$files/qemu.conf" <<-END
	# a machine in a file
	[machine]
	type = "q35"
	accel = "tcg"
	[memory]
	size = "256M"
	[smp-opts]
	cpus = "1"
	[chardev "console"]
	backend = "socket"
	path = "console.sock"
	server = "on"
	wait = "off"
	[chardev "monitor"]
	backend = "socket"
	path = "monitor.sock"
	server = "on"
	wait = "off"
	[mon]
	chardev = "monitor"
	mode = "control"
	[device "qemu_pcie0"]
	driver = "pcie-root-port"
	bus = "pcie.0"
	addr = "1.0"
	[object "qemu_rng"]
	qom-type = "rng-random"
	filename = "/dev/urandom"
	[device "dev-qemu_rng"]
	driver = "virtio-rng-pci"
	rng = "qemu_rng"
	[drive "root"]
	file = "$files/disk.qcow2"
	format = "qcow2"
	if = "none"
END

# ---- both runs

commands='{"execute":"qmp_capabilities"}
{"execute":"query-status"}
{"execute":"query-name"}
{"execute":"query-block"}
{"execute":"query-named-block-nodes"}
{"execute":"query-chardev"}
{"execute":"query-cpus-fast"}
{"execute":"query-pci"}
{"execute":"query-memory-size-summary"}
{"execute":"query-iothreads"}
{"execute":"query-vnc"}
{"execute":"query-kvm"}
{"execute":"human-monitor-command","arguments":{"command-line":"info network"}}
{"execute":"human-monitor-command","arguments":{"command-line":"info qtree"}}
{"execute":"quit"}
'

# clean FILE: what changes from run to run; how much of its last line a machine has said that ends
# itself in the middle of it
clean()
{
	sed -e 's,/dev/pts/[0-9]*,PTS,g; s/#block[0-9]*/NODE/g; s/#chr[0-9]*/CHR/g; s/#net[0-9]*/NET/g' \
		-e 's/vl\.[A-Za-z0-9]*/TEMPORARY/g; s/"thread-id": [0-9]*/THREAD/g' \
		-e 's/127\.0\.0\.1:[0-9]*/PORT/g; s/::1:[0-9]*/PORT/g; s/"service": "[0-9]*"/SERVICE/g' \
		-e '/^slipway: /d; s/^[^ ]*\(qemu-system-[a-z0-9_]*:\)/\1/; /^{"timestamp"/d' \
		-e 's/{[^{}]*"filename": "gdb", "label": "CHR"}, //; s/, {[^{}]*"filename": "gdb", "label": "CHR"}//' \
		-e '/^{"QMP": {"version"/d; s/\(Booting from Hard Disk\)\.[.Hi]*/\1/' "$1"
}

# one KIND PROGRAM WORD...: a run in an empty folder; what came is in $T/KIND.*
one()
{
	kind=$1 program=$2
	shift 2
	rm -rf "${T:?}/$kind" && mkdir "$T/$kind"
	cp "$files/vars.fd" "$T/vars.kept"
	: >"$T/$kind.answers"
	t_status=0
	if [ -n "$to_its_end" ]; then
		(cd "$T/$kind" && exec timeout 60 "$program" "$@") >"$T/$kind.out" 2>"$T/$kind.err" </dev/null ||
			t_status=$?
	else
		(cd "$T/$kind" && exec timeout 60 "$program" "$@" -S -qmp "unix:$T/ask.sock,server=on,wait=off") \
			>"$T/$kind.out" 2>"$T/$kind.err" </dev/null &
		pid=$!
		printf %s "$commands" | "$ask" "$T/ask.sock" "$pid" >"$T/$kind.answers"
		wait "$pid" || t_status=$?
		rm -f "$T/ask.sock"
	fi
	mv "$T/vars.kept" "$files/vars.fd"
	for part in out err answers; do
		clean "$T/$kind.$part" >"$T/$kind.$part.clean"
	done
	(cd "$T/$kind" && find . ! -type d | LC_ALL=C sort) >"$T/$kind.made"
}

# compare NAME PROGRAM WORD...
compare()
{
	name=$1 to_its_end='' differs=''
	[ "${name%!}" = "$name" ] || to_its_end=1
	name=${name%!}
	shift
	bare=$(command -v "$1") || {
		t_skip "same: $name" "$1 is not installed"
		return
	}
	ln -sf "$SLIPWAY" "$T/bin/$1"
	ours=$T/bin/$1
	shift
	one bare "$bare" "$@"
	bare_status=$t_status
	one slipway "$ours" "$@"
	for part in out err answers; do
		cmp -s "$T/bare.$part.clean" "$T/slipway.$part.clean" ||
			differs="$differs $part: $(diff "$T/bare.$part.clean" "$T/slipway.$part.clean" |
				head -n 4 | cut -c 1-300 | tr '\n' ' ')"
	done
	cmp -s "$T/bare.made" "$T/slipway.made" ||
		differs="$differs files: $(diff "$T/bare.made" "$T/slipway.made" | tr '\n' ' ')"
	if [ "$t_status" -ne "$bare_status" ]; then
		t_fail "same: $name" "status $bare_status and $t_status; $(head -n 2 "$T/slipway.err")"
	elif [ -n "$differs" ]; then
		t_fail "same: $name" "$differs"
	else
		t_ok "same: $name (status $t_status, $(wc -l <"$T/slipway.answers") answers)"
		[ ! -s "$T/slipway.answers" ] || answered=$((answered + 1))
	fi
	compared=$((compared + 1))
}

# one file a record; without KVM its lines run on the interpreter
without_kvm=
[ -w /dev/kvm ] || without_kvm='s/-enable-kvm//; s/accel=kvm:tcg/accel=tcg/; s/accel=kvm\b/accel=tcg/;
	s/-cpu host\b/-cpu max/; s/-global kvm-pit[^ ]*//'
sed "$without_kvm" "$here/command_lines.txt" | awk -v folder="$T/lines" '
	/^#/ { next }
	/^@/ { name = substr($1, 2); program = $2 ? $2 : "qemu-system-x86_64"
		count++; file = sprintf("%s/%03d", folder, count); print name, program >file; next }
	NF && file { print >file }
	!NF && file { close(file); file = "" }'
compared=0 answered=0
for line in "$T/lines"/[0-9]*; do
	read -r name program <"$line"
	text=$(sed 1d "$line" | sed "s,\$files,$files,g" | tr '\n' ' ')
	eval "compare '$name' '$program' $text"
done
if [ "$compared" -ge 40 ]; then t_ok "same_as_the_bare_qemu: $compared command lines, $answered with answers"
else t_fail same_as_the_bare_qemu "only $compared command lines"; fi
t_done
