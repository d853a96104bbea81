/* SPDX-License-Identifier: MIT */
#include "act/filter_first.h"

#include <linux/seccomp.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* _IO(KVMIO, 0x80) of <linux/kvm.h>, which exists for architectures that have KVM only. */
#define KVM_RUN UINT64_C(0xae80)

/* Where the call's number, its architecture and the low half of its second argument are. */
#define LOAD_CALL BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr))
#define LOAD_ARCH BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch))
#define LOAD_REQUEST BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[1]))
#define GO_ON_UNLESS_EQUAL(value, distance)                                                        \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)(value), 0, (distance))

/* The rule that allows KVM_RUN by a condition on the lower half of the request alone, or NULL. */
static const struct policy_condition *find_condition(const struct rule_list *rules)
{
	const uint64_t arguments[6] = {0, KVM_RUN, 0, 0, 0, 0};

	for (size_t i = 0; i < rules->count; i++) {
		const struct policy_rule *rule = rules->items[i];

		if (rule->action == POLICY_ALLOW && strcmp(rule->call, "ioctl") == 0 &&
			rule->condition_count == 1 && rule->conditions[0].argument == 1 &&
			rule->conditions[0].mask <= UINT32_MAX && rule_matches(rule, arguments, 0))
			return &rule->conditions[0];
	}
	return NULL;
}

static void put_first(struct filter *filter, const struct policy_condition *condition,
	uint32_t arch, uint32_t ioctl_number)
{
	const struct sock_filter first[FILTER_FIRST_COUNT] = {
		LOAD_ARCH,
		GO_ON_UNLESS_EQUAL(arch, 6),
		LOAD_CALL,
		GO_ON_UNLESS_EQUAL(ioctl_number, 4),
		LOAD_REQUEST,
		BPF_STMT(BPF_ALU | BPF_AND | BPF_K, (uint32_t)condition->mask),
		GO_ON_UNLESS_EQUAL(condition->value, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	size_t count = FILTER_FIRST_COUNT + filter->count;
	struct sock_filter *whole = xcalloc(count, sizeof(*whole));

	memcpy(whole, first, sizeof(first));
	memcpy(whole + FILTER_FIRST_COUNT, filter->instructions, filter->count * sizeof(*whole));
	free(filter->instructions);
	filter->instructions = whole;
	filter->count = count;
}

void filter_put_first(
	struct filter *filter, const struct rule_list *rules, uint32_t arch, uint32_t ioctl_number)
{
	const struct policy_condition *condition = find_condition(rules);

	if (condition)
		put_first(filter, condition, arch, ioctl_number);
}
