#!/bin/sh
# SPDX-License-Identifier: MIT
# Every rule of choosing firmware has tests, by tests/rules.txt: none is left out, none is listed
# twice, and each test that is named exists. A test whose name begins with a rule's must be of a rule
# that is there.
. "$(dirname "$0")/../support/lib.sh"

cd "$SRCDIR/tests" || exit 1

# The rules there are
for range in D:1:8 S:1:6 F:0:4 P:1:5 M:1:17 E:1:7 V:1:9 L:0:5 N:0:5 A:1:7; do
	letter=${range%%:*} last=${range##*:}
	number=${range#*:} number=${number%:*}
	while [ "$number" -le "$last" ]; do
		echo "$letter$number"
		number=$((number + 1))
	done
done >"$T/rules"

sed -n 's/^\([A-Z][0-9]*\) .*/\1/p' rules.txt >"$T/listed"
t_eq every_rule_is_listed_once_and_in_order "$(cat "$T/rules")" "$(cat "$T/listed")"

# "RULE TEST" of each test
awk '/^#/ { next } /^[A-Z]/ { rule = $1 } /^\t/ { for (i = 1; i <= NF; i++) print rule, $i }' rules.txt \
	>"$T/tests"
t_eq every_rule_has_a_test '' "$(sed 's/ .*//' "$T/tests" | sort -u | sort - "$T/rules" | uniq -u)"

# exists TEST
exists()
{
	case $1 in
	golden/*) [ -f "$1/expected.json" ] || [ -f "$1/expected.error" ] ;;
	integration/*.*) grep -qw "${1##*.}" "${1%.*}.sh" 2>/dev/null ;;
	# defined, and in the list of what is run
	*/test_*.*) [ "$(grep -cw "${1##*.}" "unit/${1%.*}.c" 2>/dev/null)" -ge 2 ] ;;
	*) false ;;
	esac
}

while read -r rule test; do
	exists "$test" || echo "$rule: $test"
done <"$T/tests" >"$T/missing"
t_eq every_test_that_is_named_exists '' "$(cat "$T/missing")"

grep -hoE '^static void [dsfpmevlna][0-9]+_' unit/host/*.c unit/plan/*.c |
	sed 's/.* \(.*\)_/\1/' | tr "[:lower:]" "[:upper:]" | sort -u >"$T/named"
t_eq tests_named_after_a_rule_have_one '' "$(grep -vxFf "$T/rules" "$T/named")"
cut -f 11 golden/rules.tsv | grep -oE '\b[A-Z][0-9]+\b' | sort -u >"$T/cited"
t_eq rules_that_cases_cite_are_there '' "$(grep -vxFf "$T/rules" "$T/cited")"

# what libvirt decides is written by hand, in a row for each case
for case in golden/rules-*/; do
	case=${case#golden/}
	echo "${case%/}"
done | sort >"$T/cases"
t_eq every_case_of_a_rule_has_a_row '' "$(cut -f 1 golden/rules.tsv | sort | comm -23 "$T/cases" -)"

t_done
