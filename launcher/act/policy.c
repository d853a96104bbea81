/* SPDX-License-Identifier: MIT */
#include "act/policy.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/memory.h"

void rule_list_clear(struct rule_list *list)
{
	free(list->items);
	*list = (struct rule_list){.items = NULL, .count = 0};
}

const struct policy *policy_find(const char *name)
{
	size_t count;
	const struct policy *policies = policy_table(&count);

	for (size_t i = 0; i < count; i++) {
		if (strcmp(policies[i].name, name) == 0)
			return &policies[i];
	}
	return NULL;
}

unsigned policy_arch_bit(enum arch arch)
{
	switch (arch) {
	case ARCH_X86_64:
		return POLICY_X86_64;
	case ARCH_AARCH64:
		return POLICY_AARCH64;
	case ARCH_RISCV64:
		return POLICY_RISCV64;
	case ARCH_UNKNOWN:
	case ARCH_I386:
	case ARCH_ARM:
	case ARCH_LOONGARCH64:
		break;
	}
	return 0;
}

/* True when `narrow` being true makes `wide` true. */
static bool condition_covers(
	const struct policy_condition *wide, const struct policy_condition *narrow)
{
	return wide->argument == narrow->argument && (wide->mask & ~narrow->mask) == 0 &&
	       (narrow->value & wide->mask) == wide->value;
}

static bool some_condition_is_covered(
	const struct policy_condition *wide, const struct policy_rule *narrow)
{
	for (size_t i = 0; i < narrow->condition_count; i++) {
		if (condition_covers(wide, &narrow->conditions[i]))
			return true;
	}
	return false;
}

bool rule_covers(const struct policy_rule *wide, const struct policy_rule *narrow)
{
	if (strcmp(wide->call, narrow->call) != 0)
		return false;
	for (size_t i = 0; i < wide->condition_count; i++) {
		if (!some_condition_is_covered(&wide->conditions[i], narrow))
			return false;
	}
	return true;
}

/* The same rule among the first `count`, those of other policies: sockets are the business of
 * several. No policy has a rule twice, compile.awk sees to it. */
static bool rule_is_in(const struct rule_list *list, size_t count, const struct policy_rule *rule)
{
	for (size_t i = 0; i < count; i++) {
		if (list->items[i]->action == rule->action && rule_covers(list->items[i], rule) &&
			rule_covers(rule, list->items[i]))
			return true;
	}
	return false;
}

static bool an_allow_covers(const struct rule_list *list, const struct policy_rule *tried)
{
	for (size_t i = 0; i < list->count; i++) {
		if (list->items[i]->action == POLICY_ALLOW && rule_covers(list->items[i], tried))
			return true;
	}
	return false;
}

static void drop_lifted(struct rule_list *list)
{
	size_t kept = 0;

	for (size_t i = 0; i < list->count; i++) {
		const struct policy_rule *rule = list->items[i];

		if (rule->action != POLICY_TRIED || !an_allow_covers(list, rule))
			list->items[kept++] = rule;
	}
	list->count = kept;
}

static int compare_rules(const void *a, const void *b)
{
	const struct policy_rule *first = *(const struct policy_rule *const *)a;
	const struct policy_rule *second = *(const struct policy_rule *const *)b;
	int order = strcmp(first->call, second->call);

	if (order == 0)
		order = strcmp(first->file, second->file);
	return order != 0 ? order : (first->line > second->line) - (first->line < second->line);
}

static void add_policy(struct rule_list *list, const struct policy *policy, unsigned arch)
{
	size_t others = list->count;

	for (size_t i = 0; i < policy->rule_count; i++) {
		const struct policy_rule *rule = &policy->rules[i];

		if ((rule->archs & arch) == 0 || rule_is_in(list, others, rule))
			continue;
		*(const struct policy_rule **)array_push(
			&list->items, &list->count, sizeof(list->items[0])) = rule;
	}
}

struct error *policy_merge(
	const struct strings *policies, enum arch arch, struct rule_list *ret_rules)
{
	auto_rule_list struct rule_list list = {.items = NULL, .count = 0};
	unsigned bit = policy_arch_bit(arch);

	if (bit == 0)
		return error_new("there is no sandbox policy for hosts of '%s'; "
				 "--sandbox=off runs QEMU without one",
			arch_name(arch));
	for (size_t i = 0; i < policies->count; i++) {
		const struct policy *policy = policy_find(policies->items[i]);

		if (!policy)
			return error_new("there is no sandbox policy '%s'", policies->items[i]);
		add_policy(&list, policy, bit);
	}
	drop_lifted(&list);
	if (list.count > 0)
		qsort(list.items, list.count, sizeof(list.items[0]), compare_rules);
	*ret_rules = list;
	list = (struct rule_list){.items = NULL, .count = 0};
	return NULL;
}

size_t policy_allowed_count(const struct rule_list *rules)
{
	const char *last = "";
	size_t count = 0;

	for (size_t i = 0; i < rules->count; i++) {
		if (rules->items[i]->action != POLICY_ALLOW ||
			strcmp(rules->items[i]->call, last) == 0)
			continue;
		last = rules->items[i]->call;
		count++;
	}
	return count;
}

bool policy_allows(const struct rule_list *rules, const char *call)
{
	for (size_t i = 0; i < rules->count; i++) {
		if (rules->items[i]->action == POLICY_ALLOW &&
			strcmp(rules->items[i]->call, call) == 0)
			return true;
	}
	return false;
}

bool rule_matches(const struct policy_rule *rule, const uint64_t *arguments, uint64_t self)
{
	for (size_t i = 0; i < rule->condition_count; i++) {
		const struct policy_condition *condition = &rule->conditions[i];
		uint64_t value = condition->value == POLICY_SELF ? self : condition->value;

		if ((arguments[condition->argument] & condition->mask) != value)
			return false;
	}
	return true;
}

bool policy_allows_tcp(const struct rule_list *rules)
{
	const uint64_t ipv4[] = {AF_INET, SOCK_STREAM, 0, 0, 0, 0};
	const uint64_t ipv6[] = {AF_INET6, SOCK_STREAM, 0, 0, 0, 0};

	for (size_t i = 0; i < rules->count; i++) {
		const struct policy_rule *rule = rules->items[i];

		if (rule->action == POLICY_ALLOW && strcmp(rule->call, "socket") == 0 &&
			(rule_matches(rule, ipv4, 0) || rule_matches(rule, ipv6, 0)))
			return true;
	}
	return false;
}

const char *policy_action_name(enum policy_action action)
{
	switch (action) {
	case POLICY_ALLOW:
		return "allow";
	case POLICY_DENY:
		return "deny";
	case POLICY_KILL:
		return "kill";
	case POLICY_TRIED:
		return "tried";
	}
	return "?";
}

/* What compile.awk lets a deny line answer. */
static const char *error_word(int number)
{
	switch (number) {
	case ENOSYS:
		return "ENOSYS ";
	case EPERM:
		return "EPERM ";
	case EACCES:
		return "EACCES ";
	case EINVAL:
		return "EINVAL ";
	default:
		return "";
	}
}

char *policy_rule_text(const struct policy_rule *rule)
{
	return xasprintf("%s %s%s%s%s", policy_action_name(rule->action),
		rule->action == POLICY_DENY ? error_word(rule->number) : "", rule->call,
		rule->text[0] ? " if " : "", rule->text);
}
