# SPDX-License-Identifier: MIT
# shellcheck shell=sh
# What every part of the benchmark needs: a folder with a stub in QEMU's place, specifications, and
# tables. Sourced by run.sh, which has set SRCDIR, BUILD and SLIPWAY.

: "${CC:=cc}" "${BENCH_ROUNDS:=150}"
B=$(mktemp -d "${BENCH_TMP:-${TMPDIR:-/var/tmp}}/slipway-bench.XXXXXX") || exit 1
chmod 755 "$B"
trap 'rm -rf "$B"' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

: >"$B/times" # each single time
: >"$B/rows"  # the rows of the launch table, for the picture

say() { printf '%s\n' "$*"; }

# skipped WHAT REASON
skipped() { say "skip $1: $2"; }

# The stub and the measuring program are static where they can be: what is measured is the launcher
program() # NAME
{
	$CC -std=c17 -D_GNU_SOURCE -O2 -static -o "$B/$1" "$SRCDIR/tests/bench/$1.c" 2>/dev/null ||
		cp "$BUILD/obj/tests/bench/$1" "$B/$1"
}

set_up()
{
	program measure
	program stub
	mkdir -m 755 "$B/bin" "$B/nvram" "$B/em" "$B/home" "$B/state"
	cp "$B/stub" "$B/bin/qemu-system-x86_64"
	cp "$B/stub" "$B/bin/qemu-system-aarch64"
	cp "$B/stub" "$B/em/qemu-system-x86_64"
	ln "$SLIPWAY" "$B/em/qemu-system-x86_64-slipway" 2>/dev/null ||
		cp "$SLIPWAY" "$B/em/qemu-system-x86_64-slipway"
	: >"$B/bin/started"
	chmod 666 "$B/bin/started"
	real=$(command -v qemu-system-x86_64) && ln -s "$real" "$B/bin/real"
	truncate -s 64M "$B/disk.img"
	chmod 666 "$B/disk.img"
	unset QEMU_OPTS SLIPWAY_EMULATOR SLIPWAY_FIRMWARE SLIPWAY_SECURE_BOOT SLIPWAY_NVRAM SLIPWAY_SANDBOX
	XDG_STATE_HOME=$B/state
	export XDG_STATE_HOME
}

# spec NAME ARCH MACHINE [DISKS [OS-LINES]]: a domain with UEFI, a raw disk and a serial line to a file
spec()
{
	cat <<-END
		<domain type='qemu'>
		  <name>$1</name>
		  <memory unit='MiB'>256</memory>
		  <os firmware='efi'><type arch='$2' machine='$3'>hvm</type>${5-}</os>
		  <features><acpi/></features>
		  <devices>
		    <emulator>$B/bin/qemu-system-$2</emulator>
	END
	bench_disk=0
	[ "${4:-1}" -lt 2 ] || say "    <controller type='scsi' index='0' model='virtio-scsi'/>"
	while [ $bench_disk -lt "${4:-1}" ]; do
		if [ "${4:-1}" -eq 1 ]; then
			target="dev='vda' bus='virtio'"
		else
			target="dev='sd$(letters $bench_disk)' bus='scsi'"
		fi
		cat <<-END
			    <disk type='file' device='disk'>
			      <driver name='qemu' type='raw'/>
			      <source file='$B/disk.img'/>
			      <target $target/>
			      <shareable/>
			    </disk>
		END
		bench_disk=$((bench_disk + 1))
	done
	cat <<-END
		    <serial type='file'><source path='$B/serial.log'/><target port='0'/></serial>
		  </devices>
		</domain>
	END
}

# 0: a, 25: z, 26: aa
letters()
{
	alphabet=abcdefghijklmnopqrstuvwxyz
	tail=$(printf %s $alphabet | cut -c$(($1 % 26 + 1)))
	if [ "$1" -ge 26 ]; then
		printf '%s%s' "$(printf %s $alphabet | cut -c$(($1 / 26)))" "$tail"
	else
		printf %s "$tail"
	fi
}

# A spec that is planned anew each time: a plan that holds the time is not kept for the next start
planned_anew() { sed 's,<devices>,<clock offset="variable"/>&,'; }

# measure ROUNDS TOGETHER [+++ NAME REMOVE STARTED COMMAND...]...: rows on stdout
measure()
{
	bench_rounds=$1 bench_together=$2
	shift 2
	"$B/measure" "$bench_rounds" "$bench_together" "$B/times" "$@"
}

# A table of rows of measure
table()
{
	awk -F'\t' '
	BEGIN {
		printf "  %-44s %9s %9s %9s %8s %8s %9s\n", "", "median ms", "p95", "least", "ratio",
			"p95", "RSS KiB"
	}
	$2 < 0 { printf "  %-44s failed %d times\n", $1, $8; next }
	{
		printf "  %-44s %9.2f %9.2f %9.2f %8.2f %8.2f %9d%s\n", $1, $2, $3, $4, $5, $6, $7,
			($8 > 0 ? "  (" $8 " failed)" : "")
	}'
}

# System calls of a command up to the start of the stub's image, strace's own start apart
calls_of() # COMMAND...
{
	strace -f -qq -o "$B/trace" "$@" >/dev/null 2>&1
	awk '
	/execve\(/ && !/ENOENT|EACCES/ { seen++ }
	seen == 2 && !/execve\(/ { exit }
	/resumed>/ { next }
	/^[0-9]+ +[a-z_0-9]+\(/ { count++ }
	END { print count - 1 }' "$B/trace"
}
