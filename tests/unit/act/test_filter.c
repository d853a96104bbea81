/* SPDX-License-Identifier: MIT */
/*
 * act/filter: the compiled program says what the policy text says. Derived from the table: every
 * rule of every policy, on every host architecture, with its conditions true and with each bit of
 * each argument wrong, in the BPF interpreter, against a second reading of the rules.
 */
#include <errno.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "act/filter.h"
#include "base/memory.h"
#include "support/bpf.h"

#define SELF_HERE 4711u
#define ARGUMENTS 6
#define NUMBERS_MOST 700 /* above the last call of Linux 7 */
#define X32_BIT 0x40000000

static const struct host_arch {
	enum arch arch;
	uint32_t audit;
	uint32_t foreign; /* the 32-bit calls that the same CPU takes; 0: none */
} hosts[] = {
	{ARCH_X86_64, AUDIT_ARCH_X86_64, AUDIT_ARCH_I386},
	{ARCH_AARCH64, AUDIT_ARCH_AARCH64, AUDIT_ARCH_ARM},
	{ARCH_RISCV64, AUDIT_ARCH_RISCV64, 0},
};

/* One filter under test, loaded as far as the kernel. */
struct cage {
	const struct host_arch *host;
	struct strings policies;
	enum filter_default otherwise;
	struct filter *filter;
	struct sock_filter *program;
};

static struct cage cage_make(const struct host_arch *host, enum filter_default otherwise,
	const char *second, const char *third)
{
	struct cage cage = {.host = host, .otherwise = otherwise};
	const struct filter_patch patch = {.gate = EXEC_GATE_NOTIFY, .self = SELF_HERE};

	strings_add(&cage.policies, "base");
	if (second)
		strings_add_once(&cage.policies, second);
	if (third)
		strings_add_once(&cage.policies, third);
	assert_null(filter_build(&cage.policies, otherwise, host->arch, &cage.filter));
	assert_null(filter_patched(cage.filter, &patch, &cage.program));
	return cage;
}

static void cage_clear(struct cage *cage)
{
	strings_clear(&cage->policies);
	filter_free(cage->filter);
	free(cage->program);
}

#define auto_cage CLEANUP(cage_clear)

static uint32_t ask(const struct cage *cage, uint32_t audit, int number, const uint64_t *arguments)
{
	struct seccomp_data call = {.nr = number, .arch = audit, .instruction_pointer = 0};
	uint32_t action = 0;

	for (size_t i = 0; i < ARGUMENTS; i++)
		call.args[i] = arguments ? arguments[i] : 0;
	assert_true(bpf_run(cage->program, cage->filter->count, &call, &action));
	return action;
}

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

/* Each number, known or not: without a rule it is the default. */
static void a_call_without_a_rule_is_enosys(void **state)
{
	(void)state;
	for (size_t h = 0; h < ARRAY_COUNT(hosts); h++) {
		auto_cage struct cage cage =
			cage_make(&hosts[h], FILTER_DEFAULT_POLICY, "tcg", NULL);
		auto_rule_list struct rule_list rules;
		unsigned silent = 0;

		assert_null(policy_merge(&cage.policies, hosts[h].arch, &rules));
		for (int number = 0; number < NUMBERS_MOST; number++) {
			bool ruled = number == filter_call_number("execve", hosts[h].arch);

			for (size_t i = 0; i < rules.count && !ruled; i++)
				ruled = filter_call_number(rules.items[i]->call, hosts[h].arch) ==
					number;
			if (ruled)
				continue;
			silent++;
			assert_int_equal(ask(&cage, hosts[h].audit, number, NULL),
				SECCOMP_RET_ERRNO | ENOSYS);
		}
		assert_true(silent > 300);
	}
}

static void foreign_calls_are_killed(void **state)
{
	(void)state;
	for (size_t h = 0; h < ARRAY_COUNT(hosts); h++) {
		auto_cage struct cage cage =
			cage_make(&hosts[h], FILTER_DEFAULT_POLICY, "kvm", NULL);

		for (int number = 0; number < NUMBERS_MOST && hosts[h].foreign; number++)
			assert_int_equal(ask(&cage, hosts[h].foreign, number, NULL),
				SECCOMP_RET_KILL_PROCESS);
	}
}

static void x32_calls_are_killed(void **state)
{
	auto_cage struct cage cage = cage_make(&hosts[0], FILTER_DEFAULT_POLICY, "kvm", NULL);

	(void)state;
	for (int number = 0; number < NUMBERS_MOST; number++)
		assert_int_equal(ask(&cage, AUDIT_ARCH_X86_64, number | X32_BIT, NULL),
			SECCOMP_RET_KILL_PROCESS);
}

static void threads_but_no_processes(void **state)
{
	const uint64_t thread[ARGUMENTS] = {0x3d0f00};
	const uint64_t musl_thread[ARGUMENTS] = {0x7d0f00};
	const uint64_t refused[][ARGUMENTS] = {
		{0x01200011},             /* fork */
		{0x00004111},             /* vfork */
		{0x3d0f00 | 0x10000000},  /* CLONE_NEWUSER */
		{0x3d0f00 | 0x00001000},  /* CLONE_PIDFD */
		{0x3d0f00 & ~0x00010000}, /* no CLONE_THREAD */
		{0x3d0f00 | UINT64_C(1) << 32},
	};

	(void)state;
	for (size_t h = 0; h < ARRAY_COUNT(hosts); h++) {
		auto_cage struct cage cage =
			cage_make(&hosts[h], FILTER_DEFAULT_POLICY, "tcg", NULL);
		int clone = filter_call_number("clone", hosts[h].arch);

		assert_int_equal(ask(&cage, hosts[h].audit, clone, thread), SECCOMP_RET_ALLOW);
		assert_int_equal(ask(&cage, hosts[h].audit, clone, musl_thread), SECCOMP_RET_ALLOW);
		for (size_t i = 0; i < ARRAY_COUNT(refused); i++)
			assert_int_equal(ask(&cage, hosts[h].audit, clone, refused[i]),
				SECCOMP_RET_ERRNO | ENOSYS);
	}
}

static void the_kvm_cage_makes_no_code(void **state)
{
	const uint64_t writable_code[ARGUMENTS] = {0, 4096, 7, 0x22};
	const uint64_t anonymous_code[ARGUMENTS] = {0, 4096, 5, 0x22};
	const uint64_t writable_file_code[ARGUMENTS] = {0, 4096, 7, 0x2};
	const uint64_t library[ARGUMENTS] = {0, 4096, 5, 0x2};
	auto_cage struct cage kvm = cage_make(&hosts[0], FILTER_DEFAULT_POLICY, "kvm", NULL);
	auto_cage struct cage tcg = cage_make(&hosts[0], FILTER_DEFAULT_POLICY, "tcg", NULL);
	const uint32_t no = SECCOMP_RET_ERRNO | ENOSYS;
	int map = filter_call_number("mmap", ARCH_X86_64);
	int protect = filter_call_number("mprotect", ARCH_X86_64);

	(void)state;
	assert_int_equal(ask(&kvm, AUDIT_ARCH_X86_64, map, library), SECCOMP_RET_ALLOW);
	assert_int_equal(ask(&kvm, AUDIT_ARCH_X86_64, map, writable_code), no);
	assert_int_equal(ask(&kvm, AUDIT_ARCH_X86_64, map, anonymous_code), no);
	assert_int_equal(ask(&kvm, AUDIT_ARCH_X86_64, map, writable_file_code), no);
	assert_int_equal(ask(&kvm, AUDIT_ARCH_X86_64, protect, writable_code), no);
	assert_int_equal(ask(&tcg, AUDIT_ARCH_X86_64, map, writable_code), SECCOMP_RET_ALLOW);
	assert_int_equal(ask(&tcg, AUDIT_ARCH_X86_64, protect, writable_code), SECCOMP_RET_ALLOW);
}

/* A filter with a listener of its own would answer the exec that ours leaves without an answer. */
static void nobody_else_may_listen(void **state)
{
	const uint64_t load[ARGUMENTS] = {SECCOMP_SET_MODE_FILTER, 0};
	const uint64_t listen[ARGUMENTS] = {SECCOMP_SET_MODE_FILTER, 8};
	const uint64_t listen_log[ARGUMENTS] = {SECCOMP_SET_MODE_FILTER, 8 | 2 | 1};
	auto_cage struct cage cage =
		cage_make(&hosts[0], FILTER_DEFAULT_POLICY, "tcg", "qemu-sandbox");
	int number = filter_call_number("seccomp", ARCH_X86_64);

	(void)state;
	assert_int_equal(ask(&cage, AUDIT_ARCH_X86_64, number, load), SECCOMP_RET_ALLOW);
	assert_int_equal(ask(&cage, AUDIT_ARCH_X86_64, number, listen), SECCOMP_RET_ERRNO | ENOSYS);
	assert_int_equal(
		ask(&cage, AUDIT_ARCH_X86_64, number, listen_log), SECCOMP_RET_ERRNO | ENOSYS);
}

static void execve_asks_the_listener(void **state)
{
	(void)state;
	for (size_t h = 0; h < ARRAY_COUNT(hosts); h++) {
		auto_cage struct cage cage =
			cage_make(&hosts[h], FILTER_DEFAULT_POLICY, "kvm", NULL);
		enum arch arch = hosts[h].arch;

		assert_int_equal(
			ask(&cage, hosts[h].audit, filter_call_number("execve", arch), NULL),
			SECCOMP_RET_USER_NOTIF);
		assert_int_equal(
			ask(&cage, hosts[h].audit, filter_call_number("execveat", arch), NULL),
			SECCOMP_RET_ERRNO | ENOSYS);
	}
}

static void last_byte_exec_is_one_call_exactly(void **state)
{
	const struct filter_patch patch = {.gate = EXEC_GATE_LAST_BYTE,
		.self = SELF_HERE,
		.fd = 1023,
		.path_address = 0x7fffffffefff};

	(void)state;
	for (size_t h = 0; h < ARRAY_COUNT(hosts); h++) {
		auto_cage struct cage cage =
			cage_make(&hosts[h], FILTER_DEFAULT_POLICY, "kvm", NULL);
		uint64_t arguments[ARGUMENTS] = {1023, 0x7fffffffefff, 1, 2, 0x1000, 3};
		int execveat = filter_call_number("execveat", hosts[h].arch);
		int execve = filter_call_number("execve", hosts[h].arch);

		free(cage.program);
		assert_null(filter_patched(cage.filter, &patch, &cage.program));
		assert_int_equal(
			ask(&cage, hosts[h].audit, execveat, arguments), SECCOMP_RET_ALLOW);
		assert_int_equal(
			ask(&cage, hosts[h].audit, execve, arguments), SECCOMP_RET_ERRNO | ENOSYS);
		for (unsigned bit = 0; bit < 64; bit++) {
			uint64_t wrong = UINT64_C(1) << bit;

			arguments[1] ^= wrong;
			assert_int_equal(ask(&cage, hosts[h].audit, execveat, arguments),
				SECCOMP_RET_ERRNO | ENOSYS);
			arguments[1] ^= wrong;
			if (bit >= 32)
				continue;
			arguments[0] ^= wrong;
			assert_int_equal(ask(&cage, hosts[h].audit, execveat, arguments),
				SECCOMP_RET_ERRNO | ENOSYS);
			arguments[0] ^= wrong;
			arguments[4] ^= wrong;
			assert_int_equal(ask(&cage, hosts[h].audit, execveat, arguments),
				SECCOMP_RET_ERRNO | ENOSYS);
			arguments[4] ^= wrong;
		}
	}
}

static void spawn_leaves_exec_open(void **state)
{
	auto_cage struct cage cage = cage_make(&hosts[0], FILTER_DEFAULT_POLICY, "spawn", NULL);

	(void)state;
	assert_true(cage.filter->exec_stays);
	assert_int_equal(
		ask(&cage, AUDIT_ARCH_X86_64, filter_call_number("execve", ARCH_X86_64), NULL),
		SECCOMP_RET_ALLOW);
}

static void signals_go_to_the_own_process_only(void **state)
{
	const uint64_t own[ARGUMENTS] = {SELF_HERE, 4712, 10};
	const uint64_t other[ARGUMENTS] = {SELF_HERE - 1, SELF_HERE - 1, 10};
	auto_cage struct cage cage = cage_make(&hosts[0], FILTER_DEFAULT_POLICY, "kvm", NULL);
	int number = filter_call_number("tgkill", ARCH_X86_64);

	(void)state;
	assert_int_equal(ask(&cage, AUDIT_ARCH_X86_64, number, own), SECCOMP_RET_ALLOW);
	assert_int_equal(ask(&cage, AUDIT_ARCH_X86_64, number, other), SECCOMP_RET_ERRNO | ENOSYS);
}

static void a_policy_that_is_none_is_named(void **state)
{
	auto_strings struct strings policies = {NULL, 0};
	auto_error struct error *error = NULL;
	struct filter *filter = NULL;

	(void)state;
	strings_add(&policies, "base");
	strings_add(&policies, "nfs");
	error = filter_build(&policies, FILTER_DEFAULT_POLICY, ARCH_X86_64, &filter);
	assert_non_null(error);
	assert_string_equal(error->text, "there is no sandbox policy 'nfs'");
}

static void a_host_without_policy_is_named(void **state)
{
	auto_strings struct strings policies = {NULL, 0};
	auto_error struct error *error = NULL;
	struct filter *filter = NULL;

	(void)state;
	strings_add(&policies, "base");
	error = filter_build(&policies, FILTER_DEFAULT_POLICY, ARCH_LOONGARCH64, &filter);
	assert_non_null(error);
	assert_non_null(strstr(error->text, "'loongarch64'"));
}

/* A program whose marks are not there would not do what is said of it. */
static void a_program_without_its_marks_is_refused(void **state)
{
	auto_cage struct cage cage = cage_make(&hosts[0], FILTER_DEFAULT_POLICY, "kvm", NULL);
	const struct filter_patch patch = {.self = SELF_HERE};
	auto_error struct error *error = NULL;
	struct sock_filter *program = NULL;

	(void)state;
	for (size_t i = 0; i < cage.filter->count; i++) {
		if (cage.filter->instructions[i].k == POLICY_SELF)
			cage.filter->instructions[i].k = 1;
	}
	error = filter_patched(cage.filter, &patch, &program);
	assert_non_null(error);
}

static void modes_have_their_default(void **state)
{
	(void)state;
	assert_int_equal(filter_default_for(SANDBOX_ON), FILTER_DEFAULT_POLICY);
	assert_int_equal(filter_default_for(SANDBOX_REQUIRE), FILTER_DEFAULT_POLICY);
	assert_int_equal(filter_default_for(SANDBOX_LOG), FILTER_DEFAULT_LOG);
}

static void calls_have_names(void **state)
{
	auto_free char *unknown = filter_call_name(99999);
	auto_free char *read = filter_call_name(filter_call_number("read", filter_host_arch()));

	(void)state;
	assert_string_equal(unknown, "99999");
	assert_string_equal(read, "read");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_program_is_the_text),
		cmocka_unit_test(the_strict_form_kills_and_allows_the_same),
		cmocka_unit_test(the_log_form_refuses_what_is_answered_and_nothing_else),
		cmocka_unit_test(all_policies_together_are_the_text),
		cmocka_unit_test(a_call_without_a_rule_is_enosys),
		cmocka_unit_test(foreign_calls_are_killed),
		cmocka_unit_test(x32_calls_are_killed),
		cmocka_unit_test(threads_but_no_processes),
		cmocka_unit_test(the_kvm_cage_makes_no_code),
		cmocka_unit_test(nobody_else_may_listen),
		cmocka_unit_test(execve_asks_the_listener),
		cmocka_unit_test(last_byte_exec_is_one_call_exactly),
		cmocka_unit_test(spawn_leaves_exec_open),
		cmocka_unit_test(signals_go_to_the_own_process_only),
		cmocka_unit_test(a_policy_that_is_none_is_named),
		cmocka_unit_test(a_host_without_policy_is_named),
		cmocka_unit_test(a_program_without_its_marks_is_refused),
		cmocka_unit_test(modes_have_their_default),
		cmocka_unit_test(calls_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
