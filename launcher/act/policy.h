/* SPDX-License-Identifier: MIT */
/*
 * The policies of one VM merged into one list of rules: what QEMU may call, and which line says so.
 * Pure: it reads the compiled table and nothing else.
 *
 * In a merged list no rule is there twice, and a "tried" rule is gone where an allow covers it.
 */
#ifndef SLIPWAY_ACT_POLICY_H
#define SLIPWAY_ACT_POLICY_H

#include <stdbool.h>
#include <stddef.h>

#include "act/policy_table.h"
#include "base/attr.h"
#include "base/error.h"
#include "base/terms.h"
#include "base/text.h"

/* Rules sorted by call, then by file and line. The items are the table's own and live for ever. */
struct rule_list {
	const struct policy_rule **items; /* owned array */
	size_t count;
};

void rule_list_clear(struct rule_list *list);
#define auto_rule_list CLEANUP(rule_list_clear)

/* The policy of that name, or NULL. */
const struct policy *policy_find(const char *name);

/* The POLICY_… bit of a host architecture; 0 where there is no policy for it. */
unsigned policy_arch_bit(enum arch arch);

/*
 * Merges `policies` for a host of `arch` (names of policy files, each at most once useful). The
 * caller clears *ret_rules. Errors: a name that is no policy, an architecture without policy.
 */
struct error *policy_merge(
	const struct strings *policies, enum arch arch, struct rule_list *ret_rules) MUST_USE;

/* How many system calls the list allows, in full or in part. */
size_t policy_allowed_count(const struct rule_list *rules);

/* True when the list has an allow for `call`, in full or in part. */
bool policy_allows(const struct rule_list *rules, const char *call);

/* True when the rule means a call with these six arguments. `self` is what SELF stands for. */
bool rule_matches(const struct policy_rule *rule, const uint64_t *arguments, uint64_t self);

/* True when the list lets QEMU make a TCP socket. */
bool policy_allows_tcp(const struct rule_list *rules);

/* True when every call and argument that `narrow` means is meant by `wide`, too. */
bool rule_covers(const struct policy_rule *wide, const struct policy_rule *narrow);

/* "allow", "deny", "kill", "tried". */
const char *policy_action_name(enum policy_action action);

/* The rule as its line says it: "allow tgkill if int0 == SELF". The caller frees it. */
char *policy_rule_text(const struct policy_rule *rule) MUST_USE;

#endif
