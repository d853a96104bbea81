#!/bin/sh
# SPDX-License-Identifier: MIT
# Breaks one line of the program at a time and demands that a test fails: each mutant of
# tests/mutations.tsv has to be killed by the tests that it names. One that no test kills is a gap in
# the tests. Works in a copy of the tree.
#	MUTANTS=N        only every so-and-so-many-th, N in all
#	MUTANT_OF=FILE   only those of this file
#	MUTANT_FROM=N    not those before the N-th
#	MUTATIONS=FILE   another table
# mutations.tsv: file, text of one of its lines, what stands there instead, tests, what that breaks.
# Tests are unit tests (ROOM/test_FILE), integration/NAME, or golden.
: "${SRCDIR:=$(cd "$(dirname "$0")/.." && pwd)}"
. "$(dirname "$0")/support/lib.sh"
: "${MUTATIONS:=$SRCDIR/tests/mutations.tsv}" "${MUTANTS:=0}" "${MUTANT_OF:=}" "${MUTANT_FROM:=1}"
tree=$T/tree
make=${MAKE:-make}
jobs=$(nproc)

# program TEST: what make has to make for it, and what tests/run.sh runs
program()
{
	case $1 in
	golden) echo slipway ;;
	integration/*) echo "slipway $probes" ;;
	*) echo "obj/tests/unit/$1" ;;
	esac
}
runnable()
{
	case $1 in
	golden) echo tests/golden/run.sh ;;
	integration/*) echo "tests/$1.sh" ;;
	*) echo "obj/tests/unit/$1" ;;
	esac
}

# passes TEST
passes()
{
	(cd "$tree" && SRCDIR=$tree BUILD=$tree SLIPWAY=$tree/slipway sh tests/run.sh "$(runnable "$1")") \
		>"$T/run" 2>&1
}

# killed TEST...: the first that fails is enough
killed()
{
	for killer; do passes "$killer" || return 0; done
	return 1
}

# replaced FILE FROM TO: FILE with the first FROM in it replaced; false where there is none
replaced()
{
	from=$2 to=$3 LC_ALL=C awk '
		BEGIN { from = ENVIRON["from"]; to = ENVIRON["to"] }
		!done && (at = index($0, from)) {
			$0 = substr($0, 1, at - 1) to substr($0, at + length(from))
			done = 1
		}
		{ print }
		END { exit !done }' "$1"
}

# mutant FILE FROM TO TESTS WHAT
mutant()
{
	name="$1: $5"
	cp "$tree/$1" "$T/whole"
	if ! replaced "$T/whole" "$2" "$3" >"$tree/$1"; then
		t_fail "$name" "'$2' is not in the file"
		cp "$T/whole" "$tree/$1"
		return
	fi
	programs=$(for test in $4; do program "$test"; done)
	# shellcheck disable=SC2086 # lists
	if ! (cd "$tree" && "$make" -s -j"$jobs" $programs) >"$T/make" 2>&1; then
		case $1 in
		policy/*) t_ok "$name" ;; # the policy's compiler is a judge as well
		*)
			t_fail "$name" "the mutant does not compile"
			cat "$T/make"
			;;
		esac
	elif killed $4; then
		t_ok "$name"
	else
		t_fail "$name" "survived $4"
	fi
	cp "$T/whole" "$tree/$1"
}

grep -v '^#' "$MUTATIONS" |
	awk -F '\t' -v only="$MUTANT_OF" -v from="$MUTANT_FROM" '(only == "" || $1 == only) && ++n >= from' >"$T/mutants"
all=$(wc -l <"$T/mutants")
step=1
[ "$MUTANTS" -eq 0 ] || [ "$MUTANTS" -ge "$all" ] || step=$(((all + MUTANTS - 1) / MUTANTS))
awk -v step="$step" '(NR - 1) % step == 0' "$T/mutants" >"$T/chosen"

t_copy_sources "$tree"
cc=$(sed -n 's/^CC = //p' "$BUILD/config.mak")
probes=$(cd "$tree" && printf 'obj/%s\n' tests/integration/*.c | sed 's,\.c$,,')
tests=$(cut -f 4 "$T/chosen" | tr ' ' '\n' | sort -u | sed '/^$/d')
# shellcheck disable=SC2046 # lists
(cd "$tree" && ./configure CC="$cc" CFLAGS='-O0 -g' &&
	"$make" -s -j"$jobs" $(for test in $tests; do program "$test"; done)) >"$T/make" 2>&1 || {
	cat "$T/make"
	t_fail mutants "the copy does not build"
	t_done
}
# what fails without a mutant kills none
for test in $tests; do
	passes "$test" || {
		t_fail "$test" "fails without a mutant"
		cat "$T/run"
	}
done
[ "$t_failed" -eq 0 ] || t_done
while IFS='	' read -r file from to tests what; do
	mutant "$file" "$from" "$to" "$tests" "$what"
done <"$T/chosen"
t_done
