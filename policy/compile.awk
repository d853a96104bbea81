# SPDX-License-Identifier: MIT
#
# Compiles the policy text to a C table: LC_ALL=C awk -f compile.awk base.policy … >table.c
#
# Runs in any POSIX awk (mawk, gawk, busybox). Nothing that is not understood is let through: each
# problem is one line "policy/NAME.policy:LINE: …" on stderr, the status is 1, and what is printed
# then is a line that no C compiler takes. The language is described in base.policy.

function refuse(why) {
	refuse_at(file, FNR, why)
}

function refuse_at(where, line, why) {
	print where ":" line ": " why | "cat 1>&2"
	refused++
}

# Decimal or 0x…, of 64 bits; as text, because an awk number has fewer. A C compiler only warns of a
# larger one, and takes what is left of it.
function is_number(word) {
	if (word ~ /^0x[0-9a-f]+$/)
		return length(word) <= 18
	return word ~ /^(0|[1-9][0-9]*)$/ && \
		(length(word) < 20 || length(word) == 20 && word "" <= "18446744073709551615")
}

# The same in a form that sorts and compares: bits of a number are never needed here.
function c_number(word) {
	return "UINT64_C(" word ")"
}

# TERM{|TERM} as a C expression; "" after a refusal. Names are looked up at the end, when all
# files have been read.
function c_value(text, at, line,    terms, count, i, expression) {
	count = split(text, terms, "|")
	for (i = 1; i <= count; i++) {
		if (terms[i] in defined) {
			name_used[terms[i]] = 1
			terms[i] = defined[terms[i]]
		}
		if (terms[i] == "SELF")
			terms[i] = "POLICY_SELF"
		else if (is_number(terms[i]))
			terms[i] = c_number(terms[i])
		else {
			refuse_at(at, line, "'" terms[i] "' is not defined")
			return ""
		}
		expression = expression (i > 1 ? "|" : "") terms[i]
	}
	return "(" expression ")"
}

function read_define(    name, i) {
	name = $2
	if (NF != 3 || name !~ /^[A-Z][A-Z0-9_]*$/ || !is_number($3))
		refuse("expected 'define NAME NUMBER'")
	else if (name in defined || name == "SELF")
		refuse("'" name "' is defined twice")
	else {
		defined[name] = $3
		names[++name_count] = name
		name_line[name] = FNR
		name_file[name] = file
	}
}

# "x86_64,riscv64:" as C.
function c_archs(text,    list, count, i, expression) {
	if (text !~ /:$/) {
		refuse("expected 'arch NAME{,NAME}: RULE'")
		return ""
	}
	count = split(substr(text, 1, length(text) - 1), list, ",")
	for (i = 1; i <= count; i++) {
		if (!(list[i] in arch_bit)) {
			refuse("no such host architecture: '" list[i] "'")
			return ""
		}
		expression = expression (i > 1 ? " | " : "") arch_bit[list[i]]
	}
	if (count == 0)
		refuse("expected 'arch NAME{,NAME}: RULE'")
	return expression
}

# Conditions from field `first` on: they are checked in shape now, in value at the end.
function read_conditions(rule, first,    i, used, argument) {
	if (first > NF)
		return
	if ($first != "if") {
		refuse("expected 'if', found '" $first "'")
		return
	}
	for (i = first + 1; ; i++) {
		argument = $i
		if (argument !~ /^(arg|int)[0-5]$/) {
			refuse("expected arg0 to arg5 or int0 to int5, found '" argument "'")
			return
		}
		if (substr(argument, 4) in used) {
			refuse("argument " substr(argument, 4) " has two conditions")
			return
		}
		used[substr(argument, 4)] = 1
		if (condition_count[rule] == 3) {
			refuse("more than three conditions")
			return
		}
		condition_count[rule]++
		condition_argument[rule, condition_count[rule]] = argument
		if ($(i + 1) == "&") {
			condition_mask[rule, condition_count[rule]] = $(i + 2)
			i += 2
		}
		if ($(i + 1) != "==" || i + 2 > NF) {
			refuse("expected 'ARGUMENT [& MASK] == VALUE'")
			return
		}
		condition_value[rule, condition_count[rule]] = $(i + 2)
		i += 3
		if (i > NF)
			return
		if ($i != "and") {
			refuse("expected 'and', found '" $i "'")
			return
		}
	}
}

function read_rule(archs,    call_field, action, i) {
	action = $1
	call_field = action == "deny" ? 3 : 2
	if (action == "deny" && !($2 in errno_known)) {
		refuse("'" $2 "' is not an error that deny can answer")
		return
	}
	if ($call_field !~ /^[a-z_][a-z0-9_]*$/) {
		refuse("expected the name of a system call, found '" $call_field "'")
		return
	}
	if (action != "allow" && !is_base) {
		refuse("only base.policy may " action "; a feature adds allow lines")
		return
	}
	if ((action == "deny" || action == "kill") && NF > call_field) {
		refuse(action " takes no conditions")
		return
	}
	rule_count++
	rule_file[rule_count] = file
	rule_name[rule_count] = policy_name
	rule_line[rule_count] = FNR
	rule_archs[rule_count] = archs
	rule_action[rule_count] = action
	rule_errno[rule_count] = action == "deny" ? $2 : action == "tried" ? "ENOSYS" : ""
	rule_call[rule_count] = $call_field
	condition_count[rule_count] = 0
	read_conditions(rule_count, call_field + 1)
	for (i = call_field + 2; i <= NF; i++)
		rule_text[rule_count] = rule_text[rule_count] (i > call_field + 2 ? " " : "") $i
	by_call[$call_field] = by_call[$call_field] " " rule_count
}

function archs_meet(a, b,    list, count, i) {
	count = split(rule_archs[a], list, " [|] ")
	for (i = 1; i <= count; i++)
		if (index(" " rule_archs[b] " ", " " list[i] " "))
			return 1
	return 0
}

# Two rules of one call on one architecture: what must not stand side by side.
function check_pair(a, b,    first, same_text) {
	if (!archs_meet(a, b))
		return
	first = ", see " rule_file[a] ":" rule_line[a]
	same_text = rule_text[a] == rule_text[b]
	if (rule_action[a] == "allow" && rule_action[b] == "allow") {
		if (rule_name[a] == rule_name[b] && same_text)
			refuse_at(rule_file[b], rule_line[b], "'" rule_call[b] "' is allowed twice" first)
		else if (!same_text && (rule_text[a] == "" || rule_text[b] == ""))
			refuse_at(rule_file[b], rule_line[b], "an allow of '" rule_call[b] \
				"' without conditions stands alone" first)
		return
	}
	if (rule_action[a] == "tried" && rule_action[b] == "tried") {
		if (same_text || rule_text[a] == "" || rule_text[b] == "")
			refuse_at(rule_file[b], rule_line[b], "'" rule_call[b] "' is tried twice" first)
		return
	}
	if (rule_action[a] == "tried" && rule_action[b] == "allow" || \
	    rule_action[a] == "allow" && rule_action[b] == "tried") {
		if (rule_action[a] == "tried" && rule_text[a] == "" && rule_text[b] != "" || \
		    rule_action[b] == "tried" && rule_text[b] == "" && rule_text[a] != "")
			refuse_at(rule_file[b], rule_line[b], "'" rule_call[b] \
				"' is tried in every form and allowed in one" first)
		return
	}
	refuse_at(rule_file[b], rule_line[b], "'" rule_call[b] "' has both " rule_action[a] \
		" and " rule_action[b] first)
}

function check_calls(    call, list, count, i, j) {
	for (call in by_call) {
		count = split(by_call[call], list, " ")
		for (i = 1; i < count; i++)
			for (j = i + 1; j <= count; j++)
				check_pair(list[i], list[j])
	}
}

function c_identifier(name) {
	gsub(/-/, "_", name)
	return name
}

function c_string(text) {
	gsub(/\\/, "\\\\", text)
	gsub(/"/, "\\\"", text)
	return "\"" text "\""
}

# One condition as C, with the assertions that only a compiler can do on 64 bits.
function c_condition(rule, number,    width, mask, value, where) {
	width = condition_argument[rule, number] ~ /^int/ ? "UINT64_C(0xffffffff)" : "UINT64_MAX"
	value = c_value(condition_value[rule, number], rule_file[rule], rule_line[rule])
	where = c_string(rule_file[rule] ":" rule_line[rule])
	mask = width
	if ((rule, number) in condition_mask) {
		mask = c_value(condition_mask[rule, number], rule_file[rule], rule_line[rule])
		assertions = assertions "_Static_assert((" mask " & ~" width ") == 0 && " mask \
			" != 0, " where ");\n"
	}
	assertions = assertions "_Static_assert((" value " & ~" mask ") == 0, " where ");\n"
	return "{" substr(condition_argument[rule, number], 4) ", " mask ", " value "}"
}

# A text with its NUL in `room` bytes, as launcher/act/policy_table.h has them
function c_bounded(rule, text, room) {
	if (length(text) >= room)
		refuse_at(rule_file[rule], rule_line[rule], "\"" text "\" has more than " room - 1 " bytes")
	return c_string(text)
}

function c_rule(rule,    i, conditions) {
	for (i = 1; i <= condition_count[rule]; i++)
		conditions = conditions (i > 1 ? ", " : "") c_condition(rule, i)
	return "\t{" rule_line[rule] ", " rule_archs[rule] ", " action_c[rule_action[rule]] ", " \
		(rule_errno[rule] == "" ? "0" : rule_errno[rule]) ", " \
		c_bounded(rule, rule_call[rule], 32) ", " c_bounded(rule, rule_file[rule], 48) ",\n\t\t" \
		c_bounded(rule, rule_text[rule], 128) ", " \
		condition_count[rule] ", {" (conditions == "" ? "{0, 0, 0}" : conditions) "}},\n"
}

function make_table(    p, i, own, index_c) {
	for (p = 1; p <= policy_count; p++) {
		own = ""
		for (i = 1; i <= rule_count; i++)
			if (rule_name[i] == policies[p])
				own = own c_rule(i)
		if (own == "")
			refuse_at(policy_file[p], 1, "a policy without a rule")
		table = table "static const struct policy_rule rules_" c_identifier(policies[p]) \
			"[] = {\n" own "};\n\n"
		index_c = index_c "\t{" c_string(policies[p]) ", " c_string(policy_file[p]) ", " \
			c_string(about[policies[p]]) ",\n\t\trules_" c_identifier(policies[p]) \
			", sizeof(rules_" c_identifier(policies[p]) ") / sizeof(struct policy_rule)},\n"
	}
	table = table "static const struct policy policies[] = {\n" index_c "};\n\n"
	table = table "static const struct policy_constant constants[] = {\n"
	for (i = 1; i <= name_count; i++)
		table = table "\t{" c_string(names[i]) ", " c_number(defined[names[i]]) ", " \
			c_string(name_file[names[i]]) ", " name_line[names[i]] "},\n"
	table = table "};\n\n"
}

function print_table() {
	print "/* Made by policy/compile.awk from the policy text: change that. */"
	print "#include <errno.h>"
	print "#include <stddef.h>"
	print "#include <stdint.h>"
	print ""
	print "#include \"act/policy_table.h\""
	print ""
	print assertions
	printf "%s", table
	print "const struct policy *policy_table(size_t *ret_count)"
	print "{"
	print "\t*ret_count = sizeof(policies) / sizeof(policies[0]);"
	print "\treturn policies;"
	print "}"
	print ""
	print "const struct policy_constant *policy_constants(size_t *ret_count)"
	print "{"
	print "\t*ret_count = sizeof(constants) / sizeof(constants[0]);"
	print "\treturn constants;"
	print "}"
	print ""
	print "int policy_default_number(void)"
	print "{"
	print "\treturn " default_errno ";"
	print "}"
}

BEGIN {
	arch_bit["x86_64"] = "POLICY_X86_64"
	arch_bit["aarch64"] = "POLICY_AARCH64"
	arch_bit["riscv64"] = "POLICY_RISCV64"
	every_arch = "POLICY_X86_64 | POLICY_AARCH64 | POLICY_RISCV64"
	action_c["allow"] = "POLICY_ALLOW"
	action_c["deny"] = "POLICY_DENY"
	action_c["kill"] = "POLICY_KILL"
	action_c["tried"] = "POLICY_TRIED"
	split("ENOSYS EPERM EACCES EINVAL", errors, " ")
	for (i in errors)
		errno_known[errors[i]] = 1
}

FNR == 1 {
	policy_name = FILENAME
	sub(/^.*\//, "", policy_name)
	file = "policy/" policy_name
	if (policy_name !~ /^[a-z0-9][a-z0-9-]*\.policy$/)
		refuse("a policy is a file NAME.policy with a name of a-z, 0-9 and -")
	sub(/\.policy$/, "", policy_name)
	is_base = policy_name == "base"
	if (policy_name in about)
		refuse("the policy '" policy_name "' is given twice")
	policies[++policy_count] = policy_name
	policy_file[policy_count] = file
	about[policy_name] = ""
}

{
	sub(/\r$/, "")
	sub(/(^|[ \t])#.*$/, "")
}

NF == 0 {
	next
}

$1 == "about" {
	if (NF < 2 || about[policy_name] != "")
		refuse("expected one line 'about TEXT' in a policy")
	else {
		line = $0
		sub(/^[ \t]*about[ \t]+/, "", line)
		sub(/[ \t]+$/, "", line)
		about[policy_name] = line
	}
	next
}

$1 == "default" {
	if (!is_base)
		refuse("only base.policy has a default")
	else if (NF != 2 || !($2 in errno_known))
		refuse("expected 'default ERROR' with ENOSYS, EPERM, EACCES or EINVAL")
	else if (default_errno != "")
		refuse("the default is given twice")
	else
		default_errno = $2
	next
}

$1 == "define" {
	read_define()
	next
}

$1 == "arch" {
	archs = c_archs($2)
	if (archs == "")
		next
	$1 = ""
	$2 = ""
	$0 = $0
	if ($1 ~ /^(allow|deny|kill|tried)$/)
		read_rule(archs)
	else
		refuse("expected a rule after 'arch …:'")
	next
}

$1 ~ /^(allow|deny|kill|tried)$/ {
	read_rule(every_arch)
	next
}

{
	refuse("'" $1 "' is not understood; a line begins with about, default, define, arch, " \
		"allow, deny, kill or tried")
}

END {
	if (!("base" in about))
		refuse_at("policy/base.policy", 0, "there is no base.policy")
	else if (default_errno == "")
		refuse_at("policy/base.policy", 0, "there is no default")
	for (i = 1; i <= policy_count; i++)
		if (about[policies[i]] == "")
			refuse_at(policy_file[i], 1, "there is no line 'about TEXT'")
	check_calls()
	make_table()
	for (i = 1; i <= name_count; i++)
		if (!(names[i] in name_used))
			refuse_at(name_file[names[i]], name_line[names[i]], "'" names[i] "' is not used")
	if (refused) {
		print "#error \"the policy was refused\""
		close("cat 1>&2")
		exit 1
	}
	print_table()
}
