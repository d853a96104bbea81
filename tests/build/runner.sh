#!/bin/sh
# SPDX-License-Identifier: MIT
# tests/run.sh itself: nothing that goes wrong in a test program is lost on the way to the totals.
. "$(dirname "$0")/../support/lib.sh"
unset CI SLIPWAY_MAY_NOT_SKIP

mkdir -p "$T/tests/build"
cp "$SRCDIR/tests/run.sh" "$SRCDIR/tests/totals.awk" "$T/tests"
program() { { echo '#!/bin/sh' && cat; } >"$T/$1.sh"; }

# says NAME TOTALS STATUS PROGRAM...: the last line is exactly TOTALS
says()
{
	name=$1 totals=$2 status=$3
	shift 3
	t_run sh "$T/tests/run.sh" "$@"
	t_eq "$name" "$totals ($status)" "$(tail -n 1 "$T/out") ($t_status)"
}

program good <<'END'
echo 'ok one'
echo 'skip two: no kvm'
echo '1 passed, 0 failed, 1 skipped'
END
program bad <<'END'
echo 'FAIL three: it broke'
echo '0 passed, 1 failed, 0 skipped'
exit 1
END
program dies <<'END'
echo 'ok four'
kill -SEGV $$
END
program quiet-failure <<'END'
echo 'ok five'
echo '1 passed, 0 failed, 0 skipped'
exit 3
END
program nothing <<'END'
echo '0 passed, 0 failed, 0 skipped'
END
program lies <<'END'
echo 'FAIL six: it broke'
echo '1 passed, 0 failed, 0 skipped'
END
program cmocka <<'END'
echo '[       OK ] seven'
echo '[  SKIPPED ] eight'
echo '[  PASSED  ] 1 test(s).'
echo '[  SKIPPED ] 1 test(s), listed below:'
echo '[  SKIPPED ] eight'
END
program cmocka-setup <<'END'
echo '[  FAILED  ] GROUP SETUP'
echo '[  PASSED  ] 0 test(s).'
exit 255
END
program hangs <<'END'
sleep 20
echo 'ok late'
echo '1 passed, 0 failed, 0 skipped'
END

says passed_and_skipped_are_counted '1 passed, 0 failed, 1 skipped' 0 "$T/good.sh"
t_contains skip_reasons_are_shown 'two: no kvm' "$T/out"
says failures_are_counted '1 passed, 1 failed, 1 skipped' 1 "$T/bad.sh" "$T/good.sh"
t_contains failures_are_listed_at_the_end 'three: it broke' "$T/out"
says death_is_a_failure '1 passed, 1 failed, 0 skipped' 1 "$T/dies.sh"
says status_without_failure_is_a_failure '1 passed, 1 failed, 0 skipped' 1 "$T/quiet-failure.sh"
says running_nothing_is_a_failure '0 passed, 1 failed, 0 skipped' 1 "$T/nothing.sh"
says no_such_program_is_a_failure '0 passed, 1 failed, 0 skipped' 1 "$T/gone.sh"
t_run sh "$T/tests/run.sh" "$T/lies.sh"
t_eq totals_that_contradict_the_lines_fail 1 "$t_status"
says cmocka_programs_are_counted '1 passed, 0 failed, 1 skipped' 0 "$T/cmocka.sh"
t_contains cmocka_lines_stay_visible '[  PASSED  ] 1 test(s).' "$T/out"
says cmocka_setup_failure_is_a_failure '0 passed, 1 failed, 0 skipped' 1 "$T/cmocka-setup.sh"
if timeout --foreground 1 true 2>/dev/null; then
	SLIPWAY_TEST_LIMIT=1 says hanging_is_a_failure '0 passed, 1 failed, 0 skipped' 1 "$T/hangs.sh"
else
	t_skip hanging_is_a_failure 'this timeout has no --foreground'
fi

SLIPWAY_MAY_NOT_SKIP='x two' says forbidden_skip_is_a_failure '1 passed, 1 failed, 0 skipped' 1 "$T/good.sh"
SLIPWAY_MAY_NOT_SKIP='eight' says forbidden_cmocka_skip_is_a_failure \
	'1 passed, 1 failed, 0 skipped' 1 "$T/cmocka.sh"
printf '%s\n' '# what every CI machine can do' two >"$T/tests/may-not-skip.txt"
says list_does_not_bind_elsewhere '1 passed, 0 failed, 1 skipped' 0 "$T/good.sh"
CI=true says list_binds_in_ci '1 passed, 1 failed, 0 skipped' 1 "$T/good.sh"
echo seven >"$T/tests/may-not-skip.txt"
CI=true says part_of_the_tests_need_not_have_it '1 passed, 0 failed, 1 skipped' 0 "$T/good.sh"
CI=true says all_of_the_tests_must_have_it '1 passed, 1 failed, 1 skipped' 1 --whole "$T/good.sh"
CI=true says all_of_the_tests_have_it '2 passed, 0 failed, 2 skipped' 0 --whole "$T/good.sh" "$T/cmocka.sh"

# The functions of lib.sh: each can fail
program lib <<END
. "$SRCDIR/tests/support/lib.sh"
t_eq eq_differs a b
t_true true_fails false
t_contains contains_not x /dev/null
t_refuses refuses_wrong_status 1 '' true
t_refuses refuses_wrong_text 1 text false
t_eq eq_same a a
t_done
END
says lib_functions_can_fail '1 passed, 5 failed, 0 skipped' 1 "$T/lib.sh"

t_done
