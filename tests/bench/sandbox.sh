# SPDX-License-Identifier: MIT
# shellcheck shell=sh
# What the sandbox costs while a guest runs.

sandbox_policies=base,kvm,tcg,socket,aio-native,io-uring,spice,qxl

# The least of each call over rounds that alternate between the three
part_sandbox()
{
	confined=$BUILD/obj/tests/sandbox/run_confined
	calls=$BUILD/obj/tests/bench/calls
	say "" "The ten calls that QEMU makes most often, ns, least of 15 turns each:"
	if [ -x "$confined" ] && [ -x "$calls" ]; then
		: >"$B/ns"
		turns=15
		while [ $turns -gt 0 ]; do
			turns=$((turns - 1))
			"$calls" | sed 's/^/none /'
			"$calls" allow-all | sed 's/^/all /'
			"$confined" --no-landlock --policy=$sandbox_policies --path=/:rwd -- "$calls" 2>/dev/null |
				sed 's/^/slipway /'
		done >>"$B/ns"
		sandbox_calls <"$B/ns"
	else
		skipped "calls" "make obj/tests/sandbox/run_confined obj/tests/bench/calls first"
	fi
	sandbox_guest
}

sandbox_calls()
{
	awk '
	{
		if (!(($1, $2) in ns) || $3 < ns[$1, $2])
			ns[$1, $2] = $3
		if (!($2 in seen)) {
			seen[$2] = 1
			order[++count] = $2
		}
	}
	END {
		printf "  %-12s %10s %14s %12s %s\n", "", "no filter", "allow-all", "slipway",
			"  against allow-all"
		for (i = 1; i <= count; i++) {
			call = order[i]
			printf "  %-12s %10.1f %14.1f %12.1f %+17.1f %%\n", call, ns["none", call],
				ns["all", call], ns["slipway", call],
				(ns["slipway", call] / ns["all", call] - 1) * 100
		}
	}'
}

# guest NAME BLOCKS: a disk that begins with a guest which reads that many times 32 KiB
guest()
{
	$CC -c -DBLOCKS="$2" -o "$B/$1.o" "$SRCDIR/tests/bench/disk.S" 2>/dev/null &&
		objcopy -O binary -j .text "$B/$1.o" "$B/$1.img" && truncate -s 96M "$B/$1.img"
}

guest_spec() # NAME
{
	cat <<-END
		<domain type='qemu'>
		  <name>$1</name>
		  <memory unit='MiB'>64</memory>
		  <os><type arch='x86_64' machine='pc'>hvm</type></os>
		  <devices>
		    <disk type='file' device='disk'>
		      <driver name='qemu' type='raw'/>
		      <source file='$B/$1.img'/>
		      <target dev='vda' bus='virtio'/>
		    </disk>
		  </devices>
		</domain>
	END
}

# Seconds of one guest's life
life() # NAME MODE
{
	from=$(date +%s%N)
	"$SLIPWAY" -q --sandbox="$2" "$B/$1.xml" -- -device isa-debug-exit,iobase=0xf4,iosize=4 >/dev/null 2>&1
	[ $? -eq 33 ] || return 1
	echo $((($(date +%s%N) - from) / 1000))
}

# guest_pairs NAME WHAT PAIRS: the mean of the pairs' differences, and where 95 % of such means lie
guest_pairs()
{
	pair=0
	while [ $pair -lt "$3" ]; do
		# who is first changes
		if [ $((pair % 2)) -eq 0 ]; then
			with=$(life "$1" on) && without=$(life "$1" off) || return 1
		else
			without=$(life "$1" off) && with=$(life "$1" on) || return 1
		fi
		echo "$with $without"
		pair=$((pair + 1))
	done | awk -v what="$2" '
	{
		d = ($1 / $2 - 1) * 100
		sum += d
		squares += d * d
		with += $1
		without += $2
		n++
	}
	END {
		if (n < 3)
			exit 1
		mean = sum / n
		half = 2.1 * sqrt((squares - n * mean * mean) / (n - 1) / n)
		printf "  %-34s %8.3f s with, %8.3f s without: %+.2f %% (95 %%: %+.2f to %+.2f)\n", what,
			with / n / 1e6, without / n / 1e6, mean, mean - half, mean + half
	}'
}

sandbox_guest()
{
	say "" "A guest with and without the sandbox (TCG), ${BENCH_PAIRS:=20} pairs:"
	if ! command -v qemu-system-x86_64 >/dev/null || ! command -v objcopy >/dev/null ||
		[ "$(uname -m)" != x86_64 ] || ! guest boot 0 || ! guest disk 300; then
		skipped guest "needs QEMU, a compiler and objcopy for x86_64"
		return
	fi
	for name in boot disk; do guest_spec $name >"$B/$name.xml"; done
	guest_pairs boot "boot to the first sector" "$BENCH_PAIRS" || skipped boot "the guest did not end as it should"
	guest_pairs disk "… and 9.4 MiB read by 300 requests" "$BENCH_PAIRS" ||
		skipped disk "the guest did not end as it should"
}
