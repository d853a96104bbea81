#!/bin/sh
# SPDX-License-Identifier: MIT
# policy/compile.awk: what it makes of the policy text, and each mistake that it refuses by file and
# line, in every awk that is here.
set -u
# shellcheck source=tests/support/lib.sh
. "$(dirname "$0")/../support/lib.sh"

AWKS=
for awk in mawk gawk original-awk "busybox awk"; do
	if command -v "${awk% *}" >/dev/null; then
		AWKS="$AWKS${AWKS:+,}$awk"
	else
		t_skip "policy_in_${awk% *}" "not installed"
	fi
done
: "${AWKS:=awk}"

# compile AWK FILE...
compile()
{
	compile_awk=$1
	shift
	# shellcheck disable=SC2086 # "busybox awk"
	LC_ALL=C $compile_awk -f "$SRCDIR/policy/compile.awk" "$@"
}

# base LINE...: a base.policy with these lines from line 3 on
base()
{
	{
		echo 'about tests'
		echo 'default ENOSYS'
		printf '%s\n' "$@"
	} >"$T/base.policy"
}

# feature LINE...: x.policy with these lines from line 2 on
feature()
{
	{
		echo 'about more tests'
		printf '%s\n' "$@"
	} >"$T/x.policy"
}

# refused NAME MESSAGE FILE...
refused()
{
	refused_name=$1 refused_text=$2
	shift 2
	t_refuses "$refused_name" 1 "$refused_text" compile "$awk" "$@"
	grep -q '^#error' "$T/out" || t_fail "$refused_name" "the output would compile"
	[ "$(wc -l <"$T/out")" -eq 1 ] || t_fail "$refused_name" "the output holds more than the error"
}

# in_base NAME MESSAGE LINE...: the mistake is in base.policy
in_base()
{
	in_base_name=$1 in_base_text=$2
	shift 2
	base "$@"
	refused "$in_base_name" "policy/base.policy:$in_base_text" "$T/base.policy"
}

# in_feature NAME MESSAGE LINE...: base.policy is as it was set, the mistake is in x.policy
in_feature()
{
	in_feature_name=$1 in_feature_text=$2
	shift 2
	feature "$@"
	refused "$in_feature_name" "policy/x.policy:$in_feature_text" "$T/base.policy" "$T/x.policy"
}

long_name=$(printf %0130d 0)
long_call=a_call_of_more_than_thirty_bytes
mistakes()
{
	in_base unknown_words_are_refused "3: 'permit' is not understood" 'permit read'
	in_base calls_need_a_name "3: expected the name of a system call, found ''" 'allow'
	in_base names_of_calls_are_small "3: expected the name of a system call, found 'READ'" 'allow READ'
	in_base conditions_begin_with_if "3: expected 'if', found 'when'" 'allow read when arg0 == 1'
	in_base conditions_need_an_argument "3: expected arg0 to arg5 or int0 to int5, found 'arg6'" \
		'allow read if arg6 == 1'
	in_base conditions_compare "3: expected 'ARGUMENT [& MASK] == VALUE'" 'allow read if arg0 > 1'
	in_base conditions_have_a_value "3: expected 'ARGUMENT [& MASK] == VALUE'" 'allow read if arg0 =='
	in_base masks_come_before_the_value "3: expected 'ARGUMENT [& MASK] == VALUE'" \
		'allow read if arg0 & 1'
	in_base conditions_are_joined_by_and "3: expected 'and', found 'or'" \
		'allow read if arg0 == 1 or arg1 == 2'
	in_base and_needs_a_condition "3: expected arg0 to arg5 or int0 to int5, found ''" \
		'allow read if arg0 == 1 and'
	in_base an_argument_is_compared_once "3: argument 0 has two conditions" \
		'allow read if arg0 == 1 and int0 == 2'
	in_base three_conditions_are_enough "3: more than three conditions" \
		'allow read if arg0 == 1 and arg1 == 1 and arg2 == 1 and arg3 == 1'
	in_base names_must_be_defined "3: 'O_RDONLY' is not defined" 'allow open if int1 == O_RDONLY'
	in_base numbers_are_whole "3: '1x' is not defined" 'allow read if arg0 == 1x'
	in_base octal_is_no_number "3: '010' is not defined" 'allow read if arg0 == 010'
	in_base numbers_have_64_bits "3: '0x10000000000000000' is not defined" \
		'allow read if arg0 == 0x10000000000000000'
	in_base decimal_ones_as_well "3: '18446744073709551616' is not defined" \
		'allow read if arg0 == 18446744073709551616'
	in_base however_long "3: '99999999999999999999999' is not defined" \
		'allow read if arg0 == 99999999999999999999999'
	in_base conditions_have_their_room "4: \"int0 == A_NAME" "define A_NAME_${long_name} 1" \
		"allow ioctl if int0 == A_NAME_$long_name"
	in_base calls_have_their_room "3: \"$long_call\" has more than 31 bytes" "allow $long_call"
	in_base defines_have_a_number "3: expected 'define NAME NUMBER'" 'define X y'
	in_base names_are_defined_once "4: 'X' is defined twice" 'define X 1' 'define X 1'
	in_base self_is_taken "3: 'SELF' is defined twice" 'define SELF 1'
	in_base a_name_nobody_uses_is_refused "3: 'X' is not used" 'define X 1' 'allow read'
	in_base archs_must_be_known "3: no such host architecture: 'vax'" 'arch vax: allow read'
	in_base archs_end_with_a_colon "3: expected 'arch NAME{,NAME}: RULE'" 'arch x86_64 allow read'
	in_base archs_have_a_rule "3: expected a rule after 'arch …:'" 'arch x86_64: default ENOSYS'
	in_base denials_have_an_error "3: 'read' is not an error that deny can answer" 'deny read'
	in_base denials_have_no_conditions "3: deny takes no conditions" 'deny ENOSYS read if arg0 == 1'
	in_base kills_have_no_conditions "3: kill takes no conditions" 'kill read if arg0 == 1'
	in_base a_call_is_allowed_once "4: 'read' is allowed twice, see policy/base.policy:3" \
		'allow read' 'allow read'
	in_base an_allow_without_conditions_stands_alone \
		"4: an allow of 'read' without conditions stands alone, see policy/base.policy:3" \
		'allow read if arg0 == 1' 'allow read'
	in_base allowed_is_not_killed "4: 'read' has both allow and kill" 'allow read' 'kill read'
	in_base denied_is_not_killed "4: 'read' has both deny and kill" 'deny EPERM read' 'kill read'
	in_base killed_once "4: 'read' has both kill and kill" 'kill read' 'kill read'
	in_base tried_once "4: 'read' is tried twice" 'tried read' 'tried read if arg0 == 1'
	in_base tried_in_every_form_is_allowed_in_every_form \
		"4: 'read' is tried in every form and allowed in one" 'tried read' 'allow read if arg0 == 1'
	in_base the_default_is_given_once "3: the default is given twice" 'default EPERM'
	in_base the_default_is_an_error "3: expected 'default ERROR'" 'default EFOO'
	in_base about_is_given_once "3: expected one line 'about TEXT'" 'about again'

	base 'allow read if arg0 == 18446744073709551615'
	t_true the_largest_number_is_one compile "$awk" "$T/base.policy"
	base 'allow read' 'kill ptrace' 'allow mmap if int2 == 0'
	in_feature features_kill_nothing "2: only base.policy may kill" 'kill reboot'
	in_feature features_deny_nothing "2: only base.policy may deny" 'deny EPERM reboot'
	in_feature features_try_nothing "2: only base.policy may tried" 'tried reboot'
	in_feature features_have_no_default "2: only base.policy has a default" 'default EPERM'
	in_feature features_allow_nothing_that_is_killed \
		"2: 'ptrace' has both kill and allow, see policy/base.policy:4" 'allow ptrace'
	in_feature features_lift_no_conditions \
		"2: an allow of 'mmap' without conditions stands alone, see policy/base.policy:5" 'allow mmap'
	in_feature features_have_rules "1: a policy without a rule"
	printf 'allow write\n' >"$T/x.policy"
	refused features_say_what_they_are_for "policy/x.policy:1: there is no line 'about TEXT'" \
		"$T/base.policy" "$T/x.policy"
	printf 'about x\nallow write\n' >"$T/X y.policy"
	refused names_of_policies_are_plain "policy/X y.policy:1: a policy is a file NAME.policy" \
		"$T/base.policy" "$T/X y.policy"
	printf 'about x\nallow write\n' >"$T/x.policy"
	refused there_is_a_base "policy/base.policy:0: there is no base.policy" "$T/x.policy"
	printf 'about x\nallow write\n' >"$T/base.policy"
	refused there_is_a_default "policy/base.policy:0: there is no default" "$T/base.policy"
	base 'permit read' 'permit write'
	t_run compile "$awk" "$T/base.policy"
	t_eq every_mistake_is_told 2 "$(grep -c 'is not understood' "$T/err")"
}

# Numbers are compared where 64 bits are: by the compiler, which names the line
impossible()
{
	base "$2"
	compile "$awk" "$T/base.policy" >"$T/table.c" || t_fail "$1" "compile.awk refused it"
	t_refuses "$1" 1 'policy/base.policy:3' "${CC:-cc}" -std=c17 -I"$SRCDIR/launcher" -c -o "$T/table.o" \
		"$T/table.c"
}

tables=
echo "$AWKS" | tr , '\n' >"$T/awks"
while read -r awk; do
	mistakes
	impossible a_value_outside_its_mask_is_refused 'allow read if arg0 & 1 == 2'
	impossible an_int_has_32_bits 'allow read if int0 == 0x100000000'
	impossible a_mask_of_nothing_is_refused 'allow read if arg0 & 0 == 0'

	compile "$awk" "$SRCDIR"/policy/*.policy >"$T/table.c"
	t_eq "the_policy_is_understood" 0 $?
	tables="$tables $(cksum <"$T/table.c" | tr ' ' -)"
	cp "$T/table.c" "$T/last.c"
	sed 's/$/\r/' "$SRCDIR/policy/kvm.policy" >"$T/kvm.policy"
	find "$SRCDIR/policy" -name "*.policy" ! -name kvm.policy | sort >"$T/others"
	# shellcheck disable=SC2046 # names of policies have no spaces
	compile "$awk" "$T/kvm.policy" $(cat "$T/others") >"$T/with-cr"
	# shellcheck disable=SC2046
	compile "$awk" "$SRCDIR/policy/kvm.policy" $(cat "$T/others") >"$T/without-cr"
	grep -q "^#error" "$T/with-cr" && t_fail lines_may_end_with_a_carriage_return "refused"
	t_true lines_may_end_with_a_carriage_return cmp "$T/with-cr" "$T/without-cr"
done <"$T/awks"

# shellcheck disable=SC2086 # several words
t_eq every_awk_makes_the_same_table 1 "$(printf '%s\n' $tables | sort -u | wc -l)"
t_true the_table_compiles "${CC:-cc}" -std=c17 -Wall -Wextra -Werror -I"$SRCDIR/launcher" -c -o "$T/table.o" "$T/last.c"

# The round trip: each rule of the table, written out again, is the line that it names.
cat >"$T/print.c" <<'END'
#include <stdio.h>
#include "act/policy.h"
int main(void)
{
	size_t count;
	const struct policy *policies = policy_table(&count);
	for (size_t p = 0; p < count; p++) {
		for (size_t i = 0; i < policies[p].rule_count; i++) {
			const struct policy_rule *rule = &policies[p].rules[i];
			printf("%s:%d %s\n", rule->file, rule->line, policy_rule_text(rule));
		}
	}
	return 0;
}
END
if [ -e "$BUILD/obj/launcher/act/policy.o" ]; then
	# shellcheck disable=SC2086 # flags are several words
	${CC:-cc} -std=c17 -D_GNU_SOURCE ${CFLAGS-} -I"$SRCDIR/launcher" -o "$T/print" "$T/print.c" "$T/last.c" \
		"$BUILD/obj/launcher/act/policy.o" "$BUILD"/obj/launcher/base/*.o || t_fail the_table_is_the_text "does not build"
	ASAN_OPTIONS=detect_leaks=0 "$T/print" >"$T/printed"
	(cd "$SRCDIR" && grep -n -E '^(arch [a-z0-9_,]+: )?(allow|deny|kill|tried) ' policy/*.policy) |
		sed -E 's/^([^:]*:[0-9]+):(arch [^ ]+ )?/\1 /' >"$T/text"
	t_true the_table_is_the_text diff "$T/text" "$T/printed"
	t_eq the_table_has_many_rules 1 "$(($(wc -l <"$T/printed") > 300))"
else
	t_skip the_table_is_the_text "not built: obj/launcher/act/policy.o"
fi
t_done
