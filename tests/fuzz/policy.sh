#!/bin/sh
# SPDX-License-Identifier: MIT
# The policy compiler with texts that were changed at random places: it says FILE:LINE and fails, or
# makes a table that a C compiler takes and that allows what the text allows, rule by rule.
#	POLICY_MUTANTS=N (100) POLICY_SEED=FIRST (1) sh tests/fuzz/policy.sh
. "$(dirname "$0")/../support/lib.sh"
: "${POLICY_MUTANTS:=100}" "${POLICY_SEED:=1}"
fuzz=$SRCDIR/tests/fuzz
awk=$(sed -n 's/^AWK = //p' "$BUILD/config.mak" 2>/dev/null)
: "${awk:=awk}" "${CC:=cc}"

# facts FILE...: what these texts, or with -v table=1 this table, allow
facts() { LC_ALL=C awk -f "$fuzz/policy_facts.awk" "$@" | LC_ALL=C sort; }

# judge: of the texts in $T/text and what the compiler made of them
judge()
{
	if [ "$status" -eq 0 ]; then
		[ ! -s "$T/err" ] || echo "it succeeds and complains: $(head -n 1 "$T/err")"
		"$CC" -std=c17 -fsyntax-only -Wall -Werror -I "$SRCDIR/launcher" -x c "$T/table.c" 2>"$T/cc" ||
			# numbers are asserted to fit by the C compiler, which says where
			grep -q 'static assertion failed: "policy/[a-z0-9-]*.policy:[0-9]' "$T/cc" ||
			echo "no C: $(head -n 1 "$T/cc")"
		facts "$T"/text/*.policy >"$T/of-text"
		LC_ALL=C awk -v table=1 -f "$fuzz/policy_facts.awk" "$T/table.c" | LC_ALL=C sort >"$T/of-table"
		cmp -s "$T/of-text" "$T/of-table" ||
			echo "another table: $(diff "$T/of-text" "$T/of-table" | head -n 2 | tail -n 1)"
	elif [ "$status" -ne 1 ]; then
		echo "status $status"
	else
		grep -q '^#error' "$T/table.c" || echo "what is refused would compile"
		[ -s "$T/err" ] || echo "it says nothing"
		grep -v '^policy/[a-z0-9-]*\.policy:[0-9]*: ' "$T/err" | head -n 1
	fi
}

mkdir "$T/text"
compiled=0 refused=0
: >"$T/broken"
seed=$POLICY_SEED
while [ "$seed" -lt $((POLICY_SEED + POLICY_MUTANTS)) ]; do
	rm -f "$T"/text/*
	cp "$SRCDIR"/policy/*.policy "$T/text"
	case $((seed % 3)) in 0) name=spawn ;; 1) name=vnc ;; *) name=base ;; esac
	LC_ALL=C awk -v seed="$seed" -f "$fuzz/policy_mutate.awk" "$SRCDIR/policy/$name.policy" \
		>"$T/text/$name.policy"
	status=0
	LC_ALL=C $awk -f "$SRCDIR/policy/compile.awk" "$T"/text/*.policy >"$T/table.c" 2>"$T/err" || status=$?
	judge | sed "s/^/seed $seed: /" >>"$T/broken"
	if [ "$status" -eq 0 ]; then compiled=$((compiled + 1)); else refused=$((refused + 1)); fi
	seed=$((seed + 1))
done
if [ -s "$T/broken" ]; then
	t_fail "policy_texts: $POLICY_MUTANTS from seed $POLICY_SEED" "$(head -n 1 "$T/broken")"
	cat "$T/broken"
else
	t_ok "policy_texts: $POLICY_MUTANTS from seed $POLICY_SEED, $compiled compiled, $refused refused"
fi
# an empty change makes the same table: the facts are read at all
rm -f "$T"/text/*
cp "$SRCDIR"/policy/*.policy "$T/text"
facts "$T"/text/*.policy >"$T/of-text"
LC_ALL=C $awk -f "$SRCDIR/policy/compile.awk" "$T"/text/*.policy >"$T/table.c"
LC_ALL=C awk -v table=1 -f "$fuzz/policy_facts.awk" "$T/table.c" | LC_ALL=C sort >"$T/of-table"
t_true the_policy_itself_allows_what_its_text_says cmp "$T/of-text" "$T/of-table"
t_true it_allows_something test -s "$T/of-text"
t_done
