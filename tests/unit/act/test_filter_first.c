/* SPDX-License-Identifier: MIT */
/* act/filter_first: the hottest call is decided at once, and as it would have been later. */
#include <linux/audit.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "act/filter.h"
#include "act/filter_first.h"
#include "base/memory.h"
#include "support/bpf.h"

#define KVM_RUN UINT64_C(0xae80)
#define FIONREAD UINT64_C(0x541b)

/* Of <asm/unistd.h>: calls of the 32-bit ABI with 64-bit registers. */
#define X32_BIT 0x40000000U

static const struct {
	enum arch arch;
	uint32_t token;
} hosts[] = {
	{ARCH_X86_64, AUDIT_ARCH_X86_64},
	{ARCH_AARCH64, AUDIT_ARCH_AARCH64},
	{ARCH_RISCV64, AUDIT_ARCH_RISCV64},
};

static struct filter *make(const char *words, enum filter_default otherwise, enum arch arch)
{
	auto_strings struct strings policies = {NULL, 0};
	auto_free char *copy = xstrdup(words);
	struct filter *filter = NULL;
	char *rest = copy;
	char *word;

	strings_add(&policies, "base");
	while ((word = strsep(&rest, " ")))
		strings_add(&policies, word);
	assert_null(filter_make(&policies, otherwise, arch, &filter));
	return filter;
}

static void kvm_run_takes_eight_instructions(void **state)
{
	static const char *const sets[] = {
		"kvm", "kvm tcg socket aio-native io-uring spice qxl vfio usb-host tap vhost pty"};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(hosts) * ARRAY_COUNT(sets); i++) {
		enum arch arch = hosts[i % ARRAY_COUNT(hosts)].arch;
		auto_filter struct filter *filter =
			make(sets[i / ARRAY_COUNT(hosts)], FILTER_DEFAULT_POLICY, arch);
		const struct seccomp_data call = {.nr = filter_call_number("ioctl", arch),
			.arch = hosts[i % ARRAY_COUNT(hosts)].token,
			.args = {0, KVM_RUN}};
		uint32_t action;
		size_t steps;

		assert_true(bpf_run_counted(
			filter->instructions, filter->count, &call, &action, &steps));
		assert_int_equal(action, SECCOMP_RET_ALLOW);
		assert_int_equal(steps, FILTER_FIRST_COUNT);
	}
}

/* What libseccomp made stands behind it. */
static void assert_same_answer(const struct filter *filter, const struct seccomp_data *call)
{
	uint32_t with, without;

	assert_true(bpf_run(filter->instructions, filter->count, call, &with));
	assert_true(bpf_run(filter->instructions + FILTER_FIRST_COUNT,
		filter->count - FILTER_FIRST_COUNT, call, &without));
	if (with != without)
		fail_msg("call %d of %x, request %llx: %x instead of %x", call->nr, call->arch,
			(unsigned long long)call->args[1], with, without);
}

static void assert_same_answers(const struct filter *filter, uint32_t token)
{
	static const uint64_t requests[] = {0, KVM_RUN, KVM_RUN + 1, 0xae00, 0xaeff, 0xaf80, 0xad80,
		0x2e80, 0xffffae80, 0x4048ae9b, UINT64_C(0x10000ae80), UINT64_C(0xae8000000000),
		FIONREAD};
	const uint32_t tokens[] = {token, AUDIT_ARCH_I386, 0};

	for (size_t i = 0; i < ARRAY_COUNT(requests) * ARRAY_COUNT(tokens); i++)
		for (int number = -1; number < 1000; number++) {
			struct seccomp_data call = {.nr = number,
				.arch = tokens[i % ARRAY_COUNT(tokens)],
				.args = {KVM_RUN, requests[i / ARRAY_COUNT(tokens)], KVM_RUN}};

			assert_same_answer(filter, &call);
			call.nr = (int)((uint32_t)number | X32_BIT);
			assert_same_answer(filter, &call);
		}
}

static void every_answer_stays_the_same(void **state)
{
	static const enum filter_default kinds[] = {FILTER_DEFAULT_POLICY, FILTER_DEFAULT_LOG,
		FILTER_DEFAULT_SEEN, FILTER_DEFAULT_KILL};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(hosts) * ARRAY_COUNT(kinds); i++) {
		size_t host = i % ARRAY_COUNT(hosts);
		auto_filter struct filter *filter =
			make("kvm tap pty", kinds[i / ARRAY_COUNT(hosts)], hosts[host].arch);

		assert_same_answers(filter, hosts[host].token);
	}
}

static void without_kvm_nothing_is_first(void **state)
{
	auto_filter struct filter *filter = make("tcg", FILTER_DEFAULT_POLICY, ARCH_X86_64);
	const struct seccomp_data call = {
		.nr = filter_call_number("ioctl", ARCH_X86_64), .arch = AUDIT_ARCH_X86_64};
	uint32_t action;
	size_t steps;

	(void)state;
	assert_true(bpf_run_counted(filter->instructions, filter->count, &call, &action, &steps));
	assert_int_equal(action & SECCOMP_RET_ACTION_FULL, SECCOMP_RET_ERRNO);
	assert_true(steps > FILTER_FIRST_COUNT);
}

/* Rules that allow KVM_RUN, but not as eight instructions can say it. */
static void other_rules_are_left_where_they_are(void **state)
{
	struct policy_rule rule = {.action = POLICY_ALLOW,
		.call = "ioctl",
		.condition_count = 1,
		.conditions = {{.argument = 1, .mask = 0xff00, .value = 0xae00}}};
	const struct policy_rule *rules[] = {&rule};
	const struct rule_list list = {rules, 1};
	struct sock_filter *instructions = xcalloc(1, sizeof(*instructions));
	struct filter filter = {.instructions = instructions, .count = 1};

	(void)state;
	rule.action = POLICY_DENY;
	filter_put_first(&filter, &list, AUDIT_ARCH_X86_64, 16);
	rule.action = POLICY_ALLOW;
	rule.condition_count = 2;
	filter_put_first(&filter, &list, AUDIT_ARCH_X86_64, 16);
	rule.condition_count = 0;
	filter_put_first(&filter, &list, AUDIT_ARCH_X86_64, 16);
	rule.condition_count = 1;
	rule.conditions[0].mask |= UINT64_C(1) << 40;
	filter_put_first(&filter, &list, AUDIT_ARCH_X86_64, 16);
	rule.conditions[0] = (struct policy_condition){.argument = 2, .mask = 1, .value = 0};
	filter_put_first(&filter, &list, AUDIT_ARCH_X86_64, 16);
	rule.conditions[0] =
		(struct policy_condition){.argument = 1, .mask = 0xff00, .value = 0x100};
	filter_put_first(&filter, &list, AUDIT_ARCH_X86_64, 16);
	strcpy(rule.call, "fcntl");
	rule.conditions[0].value = 0xae00;
	filter_put_first(&filter, &list, AUDIT_ARCH_X86_64, 16);
	assert_int_equal(filter.count, 1);
	strcpy(rule.call, "ioctl");
	filter_put_first(&filter, &list, AUDIT_ARCH_X86_64, 16);
	assert_int_equal(filter.count, 1 + FILTER_FIRST_COUNT);
	free(filter.instructions);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kvm_run_takes_eight_instructions),
		cmocka_unit_test(every_answer_stays_the_same),
		cmocka_unit_test(without_kvm_nothing_is_first),
		cmocka_unit_test(other_rules_are_left_where_they_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
