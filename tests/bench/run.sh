#!/bin/sh
# SPDX-License-Identifier: MIT
# make bench: what slipway costs, in ratios that were measured side by side in one run; what is not
# installed here is skipped by name. BENCH_TMP is the folder to work in (a real file system),
# BENCH_ROUNDS how often each start is measured, BENCH_PICTURE where the picture goes.
#	run.sh [PART...]     parts: launch peers nvram sandbox growth
set -u
: "${SRCDIR:=$(cd "$(dirname "$0")/../.." && pwd)}"
: "${BUILD:=$SRCDIR}"
: "${SLIPWAY:=$BUILD/slipway}"
cd "$SRCDIR/tests/bench" || exit 1
# shellcheck source=tests/bench/lib.sh
. ./lib.sh
# shellcheck source=tests/bench/launch.sh
. ./launch.sh
# shellcheck source=tests/bench/peers.sh
. ./peers.sh
# shellcheck source=tests/bench/nvram.sh
. ./nvram.sh
# shellcheck source=tests/bench/sandbox.sh
. ./sandbox.sh
# shellcheck source=tests/bench/growth.sh
. ./growth.sh

machine()
{
	say "slipway $("$SLIPWAY" --version | cut -d' ' -f2) on Linux $(uname -r), $(uname -m)," \
		"$(nproc) CPUs: $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)"
	hypervisor=$(grep -m1 -o hypervisor /proc/cpuinfo)
	say "${hypervisor:+a virtual machine, }$(df --output=fstype "$B" | tail -n 1) below $B," \
		"load $(cut -d' ' -f1 /proc/loadavg), libc $(getconf GNU_LIBC_VERSION 2>/dev/null || echo other)," \
		"QEMU $(qemu-system-x86_64 --version 2>/dev/null | sed -n '1s/.*version \([^ ]*\).*/\1/p')"
}

begin=$(date +%s)
set_up
machine
[ $# -gt 0 ] || set -- launch peers nvram sandbox growth
for part; do
	case $part in
	launch | peers | nvram | sandbox | growth) "part_$part" ;;
	*) say "bench: no part '$part'" >&2 && exit 2 ;;
	esac
done
picture=${BENCH_PICTURE-$BUILD/obj/bench.svg}
if [ -s "$B/rows" ] && [ -n "$picture" ]; then
	awk -f picture.awk "$B/rows" >"$picture" && say "" "picture: $picture"
fi
say "" "took $(($(date +%s) - begin)) s"
