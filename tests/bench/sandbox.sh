# SPDX-License-Identifier: MIT
# shellcheck shell=sh
# What the sandbox costs while a guest runs.

sandbox_policies=base,kvm,tcg,socket,aio-native,io-uring,spice,qxl

# Sessions of new processes, and in each rounds in which all take turns: two processes of the same
# program may differ by a percent as long as they live, by where their memory is.
sandbox_sessions=40
sandbox_rounds=8
sandbox_names="read write preadv pwritev ppoll futex ioctl madvise recvmsg io_submit"
sandbox_slow="KVM_RUN KVM_RUN KVM_RUN KVM_RUN KVM_RUN KVM_RUN KVM_RUN KVM_RUN"

part_sandbox()
{
	confined=$BUILD/obj/tests/sandbox/run_confined
	calls=$BUILD/obj/tests/bench/calls
	turns=$BUILD/obj/tests/bench/turns
	say "" "The ten calls that QEMU makes most often, $sandbox_sessions times $sandbox_rounds turns each," \
		"and what slipway's filter adds to one that allows everything, median of the pairs:"
	if [ -x "$confined" ] && [ -x "$calls" ] && [ -x "$turns" ] && sandbox_turns >"$B/ns"; then
		sandbox_calls
	else
		skipped "calls" "make obj/tests/sandbox/run_confined obj/tests/bench/calls obj/tests/bench/turns first"
	fi
	sandbox_guest
}

# "SESSION CALL NS NS NS NS": without a filter, allowing everything, looking before it does, slipway's.
# KVM_RUN, the ioctl that QEMU makes all the time, takes eight turns for each of another's.
sandbox_turns()
{
	for session in $(seq $sandbox_sessions); do
		# shellcheck disable=SC2086 # words
		"$turns" $sandbox_rounds $sandbox_names $sandbox_slow \
			+++ "$calls" +++ "$calls" allow-all +++ "$calls" look \
			+++ "$confined" --no-landlock --policy=$sandbox_policies --path=/:rwd -- "$calls" \
			>"$B/session" || return 1
		sed "s/^/$session /" "$B/session"
	done
}

sandbox_calls()
{
	printf '  %-10s %9s %9s %9s %9s   %s\n' "least ns" "no filter" allow-all "looks" slipway added
	for call in $sandbox_names KVM_RUN; do
		awk -v call="$call" '$2 == call && $3 != "-"' "$B/ns" >"$B/turns"
		[ -s "$B/turns" ] || { skipped "$call" "it cannot be made here"; continue; }
		# shellcheck disable=SC2046 # numbers
		set -- $(awk '{ for (i = 3; i <= 6; i++) if (NR == 1 || $i < least[i]) least[i] = $i }
			END { print least[3], least[4], least[5], least[6] }' "$B/turns") \
			$(awk '{ print $6, $4, $1 }' "$B/turns" | awk -v what=ratio -f paired.awk)
		printf '  %-10s %9.1f %9.1f %9.1f %9.1f   %+.2f %% (95 %%: %+.2f to %+.2f)\n' "$call" \
			"$1" "$2" "$3" "$4" "$5" "$6" "$7"
	done
	say "  ioctl is the cheapest there is, one that a file refuses. The filter that looks allows everything," \
		"too, but looks at an argument before: no condition can cost less."
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

# guest_pairs NAME WHAT: whole lives with the sandbox and without it, one behind the other
guest_pairs()
{
	"$BUILD/obj/tests/bench/pairs" "$BENCH_PAIRS" 33 \
		+++ "$SLIPWAY" -q --sandbox=on "$B/$1.xml" -- -device isa-debug-exit,iobase=0xf4,iosize=4 \
		+++ "$SLIPWAY" -q --sandbox=off "$B/$1.xml" -- -device isa-debug-exit,iobase=0xf4,iosize=4 \
		>"$B/pairs" || return 1
	say "  $2"
	guest_pair "how long it lives" 1 2
	guest_pair "processor time" 3 4
}

# guest_pair WHAT COLUMN COLUMN: with and without
guest_pair()
{
	awk -v with="$2" -v without="$3" '{ print $with, $without }' "$B/pairs" >"$B/two"
	# shellcheck disable=SC2046 # numbers
	set -- "$1" $(middle 1) $(middle 2) $(awk -v what=ratio -f paired.awk "$B/two")
	printf '    %-20s %8.1f ms with, %8.1f ms without: %+.2f %% (95 %%: %+.2f to %+.2f)\n' \
		"$1" "$2" "$3" "$4" "$5" "$6"
}

# middle COLUMN: the median of one side, ms
middle()
{
	cut -d' ' -f"$1" "$B/two" | sort -n | awk '{ us[NR] = $1 } END { print us[int((NR + 1) / 2)] / 1000 }'
}

# guest_calls NAME WHAT: what the filter can cost at most, by the calls that QEMU makes itself
guest_calls()
{
	if ! command -v strace >/dev/null || [ ! -s "$B/ns" ]; then
		skipped "QEMU's calls" "no strace here, or no turns"
		return
	fi
	strace -f -qq -o "$B/trace" "$SLIPWAY" -q --sandbox=off "$B/$1.xml" -- \
		-device isa-debug-exit,iobase=0xf4,iosize=4 >/dev/null 2>&1
	awk '/execve\(/ && !/ = -1 / { seen++; next }
		/resumed>/ { next }
		seen > 1 && /^[0-9]+ +[a-z_0-9]+\(/ { count++ }
		END { print count + 0 }' "$B/trace" >"$B/count"
	awk -v what="$2" -v count="$(cat "$B/count")" -v life="$(middle 2)" '
	$2 != "KVM_RUN" && $3 != "-" {
		for (i = 3; i <= 6; i += 3)
			if (!(($2, i) in least) || $i < least[$2, i])
				least[$2, i] = $i
		names[$2]
	}
	END {
		for (name in names)
			if (least[name, 6] - least[name, 3] > most)
				most = least[name, 6] - least[name, 3]
		printf "    %-20s %d in one life; were each the dearest (%.0f ns): %.3f %% of its processor time\n",
			what, count, most, count * most / life / 1e4
	}' "$B/ns"
}

sandbox_guest()
{
	say "" "A guest with and without the sandbox (TCG), ${BENCH_PAIRS:=110} pairs, medians:"
	if ! command -v qemu-system-x86_64 >/dev/null || ! command -v objcopy >/dev/null ||
		[ "$(uname -m)" != x86_64 ] || ! guest boot 0 || ! guest disk 300; then
		skipped guest "needs QEMU, a compiler and objcopy for x86_64"
		return
	fi
	for name in boot disk; do guest_spec $name >"$B/$name.xml"; done
	for name in boot disk; do
		case $name in
		boot) what="boot to the first sector" ;;
		disk) what="boot, and 9.4 MiB read by 300 requests" ;;
		esac
		if guest_pairs $name "$what"; then
			guest_calls $name "calls of QEMU"
		else
			skipped $name "the guest did not end as it should"
		fi
	done
}
