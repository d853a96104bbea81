/* SPDX-License-Identifier: MIT */
#include "base/memory.h"
#include "base/qopt.h"
#include "plan/arguments.h"
#include "plan/cage.h"
#include "plan/plan.h"

/* Each part of QEMU's own filter (qemu-options.hx, -sandbox), and the policy of what it would end:
 * QEMU 7.2 kills itself where 10 has an error. */
static const struct {
	const char *part;
	const char *unless; /* NULL: always */
} parts[] = {
	{"obsolete", NULL},
	{"elevateprivileges", "run-as"},
	{"spawn", NULL},
	{"resourcecontrol", "numa"},
};

/* Policies under which there is none: what they are for is what it denies. */
static const char *const others[] = {"daemonize", "spawn", "chroot", "qemu-sandbox"};

/* A window's or GPU's drivers set their threads' processors. */
static bool is_left_out(const struct strings *policies, size_t part)
{
	const char *unless = parts[part].unless;

	return unless &&
	       (strings_contain(policies, unless) ||
		       (text_equal(unless, "numa") && strings_contain(policies, "display")));
}

void add_sandbox(const struct arguments *arguments)
{
	struct plan *plan = arguments->plan;
	const struct strings *policies = &plan->sandbox.policies;
	struct text option = {0};

	if (!arguments->own_sandbox ||
		(plan->sandbox.mode != SANDBOX_ON && plan->sandbox.mode != SANDBOX_REQUIRE))
		return;
	for (size_t i = 0; i < ARRAY_COUNT(others); i++)
		if (strings_contain(policies, others[i]))
			return;
	qopt_word(&option, "on");
	for (size_t i = 0; i < ARRAY_COUNT(parts); i++)
		if (!is_left_out(policies, i))
			qopt_add(&option, parts[i].part, "deny");
	add_option(&plan->argv, "-sandbox", text_take(&option));
	cage_policy(plan, "qemu-sandbox");
}
