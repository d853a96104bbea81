/* SPDX-License-Identifier: MIT */
/*
 * act/filter: the compiled program says what the policy text says. Derived from the table: every
 * rule of every policy, on every host architecture, with its conditions true and with each bit of
 * each argument wrong, in the BPF interpreter, against a second reading of the rules.
 */
#include <errno.h>
#include <string.h>

#include "unit/act/filter_cage.h"

/* The second reading: straight from the text's table, without what policy.c does to it. */

static bool text_matches(
	const struct policy_rule *rule, unsigned arch, const char *call, const uint64_t *arguments)
{
	if ((rule->archs & arch) == 0 || strcmp(rule->call, call) != 0)
		return false;
	for (size_t i = 0; i < rule->condition_count; i++) {
		const struct policy_condition *condition = &rule->conditions[i];
		uint64_t value = condition->value == POLICY_SELF ? SELF_HERE : condition->value;

		if ((arguments[condition->argument] & condition->mask) != value)
			return false;
	}
	return true;
}

static bool some_rule(const struct cage *cage, enum policy_action action, const char *call,
	const uint64_t *arguments)
{
	for (size_t p = 0; p < cage->policies.count; p++) {
		const struct policy *policy = policy_find(cage->policies.items[p]);

		for (size_t i = 0; i < policy->rule_count; i++) {
			if (policy->rules[i].action == action &&
				text_matches(&policy->rules[i], policy_arch_bit(cage->host->arch),
					call, arguments))
				return true;
		}
	}
	return false;
}

static uint32_t expected(const struct cage *cage, const char *call, const uint64_t *arguments)
{
	const uint32_t enosys = SECCOMP_RET_ERRNO | ENOSYS;

	if (some_rule(cage, POLICY_ALLOW, call, arguments))
		return SECCOMP_RET_ALLOW;
	if (strcmp(call, "execve") == 0 && !cage->filter->exec_stays)
		return SECCOMP_RET_USER_NOTIF;
	if (some_rule(cage, POLICY_DENY, call, arguments) ||
		some_rule(cage, POLICY_TRIED, call, arguments))
		return enosys;
	if (cage->otherwise == FILTER_DEFAULT_LOG)
		return SECCOMP_RET_LOG;
	if (cage->otherwise == FILTER_DEFAULT_KILL || some_rule(cage, POLICY_KILL, call, arguments))
		return SECCOMP_RET_KILL_PROCESS;
	return enosys;
}

/* Fixed noise (xorshift), so that bits which no condition names are not always zero. */
static uint64_t noise(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static void satisfy(const struct policy_rule *rule, uint64_t *seed, uint64_t *arguments)
{
	for (size_t i = 0; i < ARGUMENTS; i++)
		arguments[i] = noise(seed);
	for (size_t i = 0; i < rule->condition_count; i++) {
		const struct policy_condition *condition = &rule->conditions[i];
		uint64_t value = condition->value == POLICY_SELF ? SELF_HERE : condition->value;

		arguments[condition->argument] &= ~condition->mask;
		arguments[condition->argument] |= value;
	}
}

static void compare(const struct cage *cage, const struct policy_rule *rule, int number,
	const uint64_t *arguments)
{
	uint32_t wanted = expected(cage, rule->call, arguments);
	uint32_t got = ask(cage, cage->host->audit, number, arguments);

	if (wanted != got)
		fail_msg("%s:%d '%s' on %s (%llx, %llx, %llx): wanted %x, got %x", rule->file,
			rule->line, rule->call, arch_name(cage->host->arch),
			(unsigned long long)arguments[0], (unsigned long long)arguments[1],
			(unsigned long long)arguments[2], wanted, got);
}

/* Returns how many questions were asked. */
static size_t try_rule(const struct cage *cage, const struct policy_rule *rule)
{
	int number = filter_call_number(rule->call, cage->host->arch);
	uint64_t seed = 0x9e3779b97f4a7c15 + (uint64_t)rule->line;
	uint64_t arguments[ARGUMENTS];
	size_t asked = 0;

	if ((rule->archs & policy_arch_bit(cage->host->arch)) == 0 || number < 0)
		return 0;
	satisfy(rule, &seed, arguments);
	compare(cage, rule, number, arguments);
	if (rule->action == POLICY_ALLOW)
		assert_int_equal(
			ask(cage, cage->host->audit, number, arguments), SECCOMP_RET_ALLOW);
	for (size_t i = 0; i < ARGUMENTS; i++) {
		for (unsigned bit = 0; bit < 64; bit++, asked++) {
			arguments[i] ^= UINT64_C(1) << bit;
			compare(cage, rule, number, arguments);
			arguments[i] ^= UINT64_C(1) << bit;
		}
	}
	return asked + 1;
}

static size_t try_policy(
	const struct host_arch *host, const struct policy *policy, enum filter_default otherwise)
{
	auto_cage struct cage cage = cage_make(host, otherwise, policy->name, NULL);
	size_t asked = 0;

	for (size_t i = 0; i < policy->rule_count; i++)
		asked += try_rule(&cage, &policy->rules[i]);
	return asked;
}

static void the_program_is_the_text(void **state)
{
	size_t count;
	size_t asked = 0;
	const struct policy *policies = policy_table(&count);

	(void)state;
	for (size_t h = 0; h < ARRAY_COUNT(hosts); h++) {
		for (size_t p = 0; p < count; p++)
			asked += try_policy(&hosts[h], &policies[p], FILTER_DEFAULT_POLICY);
	}
	assert_true(asked > 200000);
}

static void the_strict_form_kills_and_allows_the_same(void **state)
{
	size_t count;
	const struct policy *policies = policy_table(&count);

	(void)state;
	for (size_t p = 0; p < count; p++)
		assert_true(try_policy(&hosts[0], &policies[p], FILTER_DEFAULT_KILL) > 0);
}

static void the_log_form_refuses_what_is_answered_and_nothing_else(void **state)
{
	(void)state;
	assert_true(try_policy(&hosts[0], policy_find("base"), FILTER_DEFAULT_LOG) > 0);
}

static void all_policies_together_are_the_text(void **state)
{
	size_t count;
	const struct policy *policies = policy_table(&count);

	(void)state;
	for (size_t h = 0; h < ARRAY_COUNT(hosts); h++) {
		auto_cage struct cage cage = {.host = &hosts[h]};
		const struct filter_patch patch = {.self = SELF_HERE};

		for (size_t p = 0; p < count; p++)
			strings_add(&cage.policies, policies[p].name);
		assert_null(
			filter_build(&cage.policies, cage.otherwise, hosts[h].arch, &cage.filter));
		assert_null(filter_patched(cage.filter, &patch, &cage.program));
		for (size_t p = 0; p < count; p++) {
			for (size_t i = 0; i < policies[p].rule_count; i++)
				try_rule(&cage, &policies[p].rules[i]);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_program_is_the_text),
		cmocka_unit_test(the_strict_form_kills_and_allows_the_same),
		cmocka_unit_test(the_log_form_refuses_what_is_answered_and_nothing_else),
		cmocka_unit_test(all_policies_together_are_the_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
