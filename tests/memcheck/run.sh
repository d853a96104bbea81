#!/bin/sh
# SPDX-License-Identifier: MIT
# Unit tests under valgrind, some at a time: a program has to pass, and valgrind to find nothing.
#	run.sh CALLS.so PROGRAM...
#	MEMCHECK_JOBS=N (a processor each), MEMCHECK_GOLDEN=N (0): every N-th golden case, too
. "$(dirname "$0")/../support/lib.sh"
: "${MEMCHECK_JOBS:=$(nproc)}" "${MEMCHECK_GOLDEN:=0}"

case $1 in
--one) # CALLS.so PROGRAM
	log=$(mktemp "$T/XXXXXX")
	status=0
	LD_PRELOAD=$2 timeout 600 valgrind -q --leak-check=full --errors-for-leak-kinds=definite \
		--child-silent-after-fork=yes "$3" >"$log" 2>&1 </dev/null || status=$?
	if grep -q '^==[0-9]*== ' "$log"; then
		t_fail "$3" "$(grep '^==[0-9]*== ' "$log" | head -n 1)"
		grep '^==[0-9]*== ' "$log" | head -n 40
	elif [ "$status" -ne 0 ]; then
		t_fail "$3" "status $status: $(grep -e ERROR -e 'FAILED  ' "$log" | head -n 1)"
	else
		t_ok "$3"
	fi
	exit 0
	;;
esac

if why=$(t_missing valgrind); then
	t_skip memory_is_used_as_it_may_be "$why"
	t_done
fi
calls=$1
shift
printf '%s\n' "$@" | xargs -n 1 -P "$MEMCHECK_JOBS" sh "$0" --one "$calls" >"$T/results" 2>&1
cat "$T/results"
t_passed=$(grep -c '^ok ' "$T/results")
t_failed=$(grep -c '^FAIL ' "$T/results")
[ $((t_passed + t_failed)) -eq $# ] || t_fail each_program_comes_to_its_end "$((t_passed + t_failed)) of $# did"

# The golden cases have slipway itself at work: what valgrind says of it goes to files
if [ "$MEMCHECK_GOLDEN" -gt 0 ]; then
	mkdir "$T/found"
	cat >"$T/slipway" <<-END
		#!/bin/sh
		LD_PRELOAD=$calls exec valgrind -q --log-file=$T/found/%p --leak-check=full \
			--errors-for-leak-kinds=definite --child-silent-after-fork=yes "$WHOLE" "\$@"
	END
	chmod 755 "$T/slipway"
	(cd "$SRCDIR/tests/golden" && ls -d ./*/spec*) | sed "s,^./,,; s,/.*,," | awk -v n="$MEMCHECK_GOLDEN" 'NR % n == 0' |
		SLIPWAY=$T/slipway xargs sh "$SRCDIR/tests/golden/run.sh" >"$T/golden" 2>&1
	grep '^FAIL ' "$T/golden"
	t_eq golden_cases_are_as_without_valgrind 0 "$(grep -c '^FAIL ' "$T/golden")"
	t_true golden_cases_were_run grep -q '^[1-9][0-9]* passed' "$T/golden"
	grep -h '^==[0-9]*== ' "$T"/found/* >"$T/said"
	t_eq valgrind_finds_nothing_in_them "" "$(head -n 1 "$T/said")"
	head -n 40 "$T/said"
	echo "# $(grep -c '^ok ' "$T/golden") golden cases"
fi
t_done
