#!/bin/sh
# SPDX-License-Identifier: MIT
# Whatever spec has a plan, QEMU takes: domains that are put together at random are refused, or QEMU
# starts with every argument of the plan, its guest stopped, and ends when it is told to.
#	PLANS=N (20) PLANS_SEED=FIRST (1) sh tests/fuzz/plans.sh
. "$(dirname "$0")/../support/lib.sh"
: "${PLANS:=20}" "${PLANS_SEED:=1}"
export XDG_STATE_HOME="$T/state" XDG_RUNTIME_DIR="$T/run"

why=$(t_missing qemu-system-x86_64) && {
	t_skip "plans_are_taken: $PLANS from seed $PLANS_SEED" "$why"
	t_done
}
mkdir -m 0700 "$T/vm" "$T/run"
mkfifo "$T/vm/told.in" "$T/vm/told.out"
exec 3<>"$T/vm/told.in" 4<>"$T/vm/told.out" # held open, so that nobody waits for the other end
for disk in 0 1 2 3 4 5 6 7; do truncate -s 1M "$T/vm/disk$disk"; done
: >"$T/broken"
taken=0 refused=0 seed=$PLANS_SEED
while [ "$seed" -lt $((PLANS_SEED + PLANS)) ]; do
	LC_ALL=C awk -v seed="$seed" -v folder="$T/vm" -f "$SRCDIR/tests/fuzz/spec_generate.awk" \
		>"$T/vm.xml" </dev/null
	rm -f "$T"/vm/s? "$T"/vm/vnc*
	t_run "$SLIPWAY" plan --firmware=none "$T/vm.xml"
	if [ "$t_status" -eq 125 ]; then
		refused=$((refused + 1))
		grep -v "^slipway: $T/vm.xml:[0-9]*: " "$T/err" | sed "s/^/seed $seed is refused without a place: /" >>"$T/broken"
	else
		status=0
		# a pipe for the monitor, since the plan may have given the terminal to the guest
		echo quit >&3
		timeout -k 5 60 "$SLIPWAY" run --firmware=none --sandbox-path="$T/vm:rw" "$T/vm.xml" -- -S \
			-chardev pipe,id=told,path="$T/vm/told" -mon chardev=told </dev/null \
			>"$T/out" 2>"$T/err" || status=$?
		[ "$status" -eq 0 ] || dd if="$T/vm/told.in" of=/dev/null bs=99 count=1 iflag=nonblock 2>/dev/null
		if [ "$status" -eq 0 ]; then
			taken=$((taken + 1))
		else
			echo "seed $seed: $status: $(grep -v warning "$T/err" | head -n 1)" >>"$T/broken"
		fi
	fi
	seed=$((seed + 1))
done
if [ -s "$T/broken" ]; then
	t_fail "plans_are_taken: $PLANS from seed $PLANS_SEED" "$(head -n 1 "$T/broken")"
	cat "$T/broken"
else
	t_ok "plans_are_taken: $PLANS from seed $PLANS_SEED, $taken taken, $refused refused"
fi
[ "$taken" -gt 0 ] || t_fail "plans_are_taken: $PLANS from seed $PLANS_SEED" "none was planned"
t_done
