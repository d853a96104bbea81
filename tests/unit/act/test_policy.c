/* SPDX-License-Identifier: MIT */
/* act/policy: the merged rules of a VM, and what must be true of the policy text as it stands. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "act/filter.h"
#include "act/policy.h"
#include "base/memory.h"

static const enum arch hosts[] = {ARCH_X86_64, ARCH_AARCH64, ARCH_RISCV64};

static struct rule_list merged(enum arch arch, const char *second, const char *third)
{
	auto_strings struct strings policies = {NULL, 0};
	struct rule_list rules = {NULL, 0};

	strings_add(&policies, "base");
	if (second)
		strings_add(&policies, second);
	if (third)
		strings_add(&policies, third);
	assert_null(policy_merge(&policies, arch, &rules));
	return rules;
}

static const struct policy_rule *find(
	const struct rule_list *rules, enum policy_action action, const char *call)
{
	for (size_t i = 0; i < rules->count; i++) {
		if (rules->items[i]->action == action && strcmp(rules->items[i]->call, call) == 0)
			return rules->items[i];
	}
	return NULL;
}

static void rules_are_sorted_and_there_once(void **state)
{
	auto_rule_list struct rule_list rules = merged(ARCH_X86_64, "vnc", "unix-client");

	(void)state;
	assert_non_null(find(&rules, POLICY_ALLOW, "accept4"));
	for (size_t i = 1; i < rules.count; i++) {
		assert_true(strcmp(rules.items[i - 1]->call, rules.items[i]->call) <= 0);
		for (size_t j = 0; j < i; j++)
			assert_false(rules.items[i]->action == rules.items[j]->action &&
				     rule_covers(rules.items[i], rules.items[j]) &&
				     rule_covers(rules.items[j], rules.items[i]));
	}
}

static void an_allow_lifts_what_is_only_tried(void **state)
{
	auto_rule_list struct rule_list without = merged(ARCH_X86_64, "tcg", NULL);
	auto_rule_list struct rule_list with = merged(ARCH_X86_64, "memfd", NULL);

	(void)state;
	assert_non_null(find(&without, POLICY_TRIED, "memfd_create"));
	assert_null(find(&without, POLICY_ALLOW, "memfd_create"));
	assert_null(find(&with, POLICY_TRIED, "memfd_create"));
	assert_non_null(find(&with, POLICY_ALLOW, "memfd_create"));
}

static void other_hosts_have_other_calls(void **state)
{
	auto_rule_list struct rule_list x86 = merged(ARCH_X86_64, NULL, NULL);
	auto_rule_list struct rule_list arm = merged(ARCH_AARCH64, NULL, NULL);

	(void)state;
	assert_true(policy_allows(&x86, "poll"));
	assert_false(policy_allows(&arm, "poll"));
	assert_true(policy_allows(&arm, "ppoll"));
}

/* The bounds of SECURITY.md. */
static void a_plain_vm_has_110_calls_at_most(void **state)
{
	(void)state;
	for (size_t h = 0; h < ARRAY_COUNT(hosts); h++) {
		auto_rule_list struct rule_list tcg = merged(hosts[h], "tcg", NULL);
		auto_rule_list struct rule_list kvm = merged(hosts[h], "kvm", NULL);

		assert_in_range(policy_allowed_count(&tcg), 60, 110);
		assert_in_range(policy_allowed_count(&kvm), 60, 110);
	}
}

/* Other C libraries, clock sources and kernels call these; no run on one host shows them. */
static void what_is_seldom_seen_is_allowed(void **state)
{
	static const char *const calls[] = {"clock_gettime", "clock_getres", "gettimeofday", "time",
		"getcpu", "restart_syscall", "rt_sigreturn", "rt_sigtimedwait", "rt_sigpending",
		"rt_sigsuspend", "sigaltstack", "membarrier", "epoll_create1", "epoll_ctl",
		"epoll_wait", "epoll_pwait", "pselect6", "select", "sched_yield", "nanosleep",
		"dup", "dup3", "pipe2", "fsync", "sync_file_range", "copy_file_range", "fadvise64",
		"preadv", "preadv2", "pwritev2", "readv", "faccessat", "faccessat2", "stat",
		"lstat", "statx", "readlinkat", "getcwd", "flock", "msync", "mincore"};
	auto_rule_list struct rule_list rules = merged(ARCH_X86_64, NULL, NULL);

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(calls); i++) {
		if (!policy_allows(&rules, calls[i]))
			fail_msg("'%s' is not allowed", calls[i]);
	}
}

static void a_plain_vm_has_no_dangerous_call(void **state)
{
	static const char *const calls[] = {"socket", "connect", "bind", "execve", "execveat",
		"fork", "vfork", "kill", "unlink", "rename", "chmod", "chown", "io_uring_setup",
		"io_uring_enter", "memfd_create", "seccomp", "userfaultfd", "ptrace", "setuid",
		"chroot", "setrlimit", "shmat", "open_by_handle_at", "landlock_restrict_self"};

	(void)state;
	for (size_t h = 0; h < ARRAY_COUNT(hosts); h++) {
		auto_rule_list struct rule_list tcg = merged(hosts[h], "tcg", NULL);
		auto_rule_list struct rule_list kvm = merged(hosts[h], "kvm", NULL);

		for (size_t i = 0; i < ARRAY_COUNT(calls); i++) {
			assert_false(policy_allows(&tcg, calls[i]));
			assert_false(policy_allows(&kvm, calls[i]));
		}
	}
}

static void what_no_qemu_tries_is_killed(void **state)
{
	static const char *const calls[] = {"ptrace", "process_vm_readv", "process_vm_writev",
		"kcmp", "pidfd_getfd", "mount", "umount2", "pivot_root", "fsopen", "open_tree",
		"move_mount", "mount_setattr", "setns", "unshare", "init_module", "finit_module",
		"kexec_load", "bpf", "perf_event_open", "keyctl", "add_key", "reboot",
		"open_by_handle_at", "personality"};

	(void)state;
	for (size_t h = 0; h < ARRAY_COUNT(hosts); h++) {
		auto_rule_list struct rule_list rules = merged(hosts[h], "tcg", NULL);

		for (size_t i = 0; i < ARRAY_COUNT(calls); i++) {
			if (!find(&rules, POLICY_KILL, calls[i]))
				fail_msg("'%s' is not killed", calls[i]);
		}
	}
}

static bool archs_meet(const struct policy_rule *a, const struct policy_rule *b)
{
	return (a->archs & b->archs) != 0;
}

/* Within a policy, and between a policy and base: what another rule says already is not said. */
static void no_rule_makes_another_useless(void **state)
{
	size_t count;
	const struct policy *policies = policy_table(&count);
	const struct policy *base = policy_find("base");

	(void)state;
	for (size_t p = 0; p < count; p++) {
		for (size_t i = 0; i < policies[p].rule_count; i++) {
			const struct policy_rule *rule = &policies[p].rules[i];

			for (size_t j = 0; j < policies[p].rule_count; j++) {
				const struct policy_rule *other = &policies[p].rules[j];

				if (i != j && archs_meet(rule, other) && rule_covers(other, rule))
					fail_msg("%s:%d is said by line %d", rule->file, rule->line,
						other->line);
			}
			for (size_t j = 0; j < base->rule_count && base != &policies[p]; j++) {
				const struct policy_rule *other = &base->rules[j];

				if (other->action != POLICY_TRIED && archs_meet(rule, other) &&
					rule_covers(other, rule))
					fail_msg("%s:%d is said by %s:%d", rule->file, rule->line,
						other->file, other->line);
			}
		}
	}
}

static bool can_both_be_true(const struct policy_rule *a, const struct policy_rule *b)
{
	for (size_t i = 0; i < a->condition_count; i++) {
		for (size_t j = 0; j < b->condition_count; j++) {
			const struct policy_condition *x = &a->conditions[i];
			const struct policy_condition *y = &b->conditions[j];
			uint64_t both = x->mask & y->mask;

			if (x->argument == y->argument && (x->value & both) != (y->value & both))
				return false;
		}
	}
	return true;
}

/* libseccomp promises no order between rules with different answers: they must not meet. */
static void tried_and_allowed_never_meet(void **state)
{
	size_t count;
	const struct policy *policies = policy_table(&count);
	const struct policy *base = policy_find("base");
	unsigned tried_rules = 0;

	(void)state;
	for (size_t t = 0; t < base->rule_count; t++) {
		const struct policy_rule *tried = &base->rules[t];

		tried_rules += tried->action == POLICY_TRIED;
		for (size_t p = 0; p < count && tried->action == POLICY_TRIED; p++) {
			for (size_t i = 0; i < policies[p].rule_count; i++) {
				const struct policy_rule *rule = &policies[p].rules[i];

				if (rule->action == POLICY_ALLOW && archs_meet(rule, tried) &&
					strcmp(rule->call, tried->call) == 0 &&
					!rule_covers(rule, tried) && can_both_be_true(rule, tried))
					fail_msg("%s:%d meets %s:%d", rule->file, rule->line,
						tried->file, tried->line);
			}
		}
	}
	assert_true(tried_rules > 3);
}

/* Calls younger than libseccomp 2.5.4, of which no spelling can be checked here. */
static bool is_young(const char *call)
{
	static const char *const young[] = {"fchmodat2", "riscv_hwprobe"};

	for (size_t i = 0; i < ARRAY_COUNT(young); i++) {
		if (strcmp(young[i], call) == 0)
			return true;
	}
	return false;
}

static void every_call_exists_where_it_is_allowed(void **state)
{
	size_t count;
	const struct policy *policies = policy_table(&count);

	(void)state;
	for (size_t p = 0; p < count; p++) {
		for (size_t i = 0; i < policies[p].rule_count; i++) {
			const struct policy_rule *rule = &policies[p].rules[i];

			for (size_t h = 0; h < ARRAY_COUNT(hosts); h++) {
				bool meant = (rule->archs & policy_arch_bit(hosts[h])) != 0;

				if (rule->action == POLICY_ALLOW && meant &&
					!is_young(rule->call) &&
					!filter_knows_call(rule->call, hosts[h]))
					fail_msg("%s:%d: no call '%s' on %s", rule->file,
						rule->line, rule->call, arch_name(hosts[h]));
			}
		}
	}
}

static void every_killed_call_exists_somewhere(void **state)
{
	const struct policy *base = policy_find("base");

	(void)state;
	for (size_t i = 0; i < base->rule_count; i++) {
		const struct policy_rule *rule = &base->rules[i];

		if (rule->action == POLICY_KILL && !filter_knows_call(rule->call, ARCH_X86_64))
			fail_msg("%s:%d: no call '%s'", rule->file, rule->line, rule->call);
	}
}

static void covering_looks_at_every_condition(void **state)
{
	const struct policy_rule any = {.call = "socket"};
	const struct policy_rule unix_only = {
		.call = "socket", .condition_count = 1, .conditions = {{0, 0xffffffff, 1}}};
	const struct policy_rule unix_stream = {.call = "socket",
		.condition_count = 2,
		.conditions = {{0, 0xffffffff, 1}, {1, 0xf, 1}}};
	const struct policy_rule inet = {
		.call = "socket", .condition_count = 1, .conditions = {{0, 0xffffffff, 2}}};
	const struct policy_rule odd = {
		.call = "socket", .condition_count = 1, .conditions = {{0, 1, 1}}};
	const struct policy_rule bind = {.call = "bind"};

	(void)state;
	assert_true(rule_covers(&any, &unix_only));
	assert_false(rule_covers(&unix_only, &any));
	assert_true(rule_covers(&unix_only, &unix_stream));
	assert_false(rule_covers(&unix_stream, &unix_only));
	assert_false(rule_covers(&inet, &unix_only));
	assert_true(rule_covers(&odd, &unix_only));
	assert_false(rule_covers(&odd, &inet));
	assert_false(rule_covers(&any, &bind));
}

static void a_rule_is_written_as_its_line(void **state)
{
	auto_rule_list struct rule_list rules = merged(ARCH_X86_64, NULL, NULL);
	auto_free char *allow = policy_rule_text(find(&rules, POLICY_ALLOW, "tgkill"));
	auto_free char *deny = policy_rule_text(find(&rules, POLICY_DENY, "clone3"));
	auto_free char *kill_text = policy_rule_text(find(&rules, POLICY_KILL, "ptrace"));

	(void)state;
	assert_string_equal(allow, "allow tgkill if int0 == SELF");
	assert_string_equal(deny, "deny ENOSYS clone3");
	assert_string_equal(kill_text, "kill ptrace");
}

static void every_policy_says_when_it_is_needed(void **state)
{
	size_t count;
	const struct policy *policies = policy_table(&count);

	(void)state;
	assert_true(count > 25);
	for (size_t i = 0; i < count; i++) {
		assert_true(strlen(policies[i].about) > 3);
		assert_true(policies[i].rule_count > 0);
	}
	assert_int_equal(policy_default_number(), ENOSYS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rules_are_sorted_and_there_once),
		cmocka_unit_test(an_allow_lifts_what_is_only_tried),
		cmocka_unit_test(other_hosts_have_other_calls),
		cmocka_unit_test(a_plain_vm_has_110_calls_at_most),
		cmocka_unit_test(what_is_seldom_seen_is_allowed),
		cmocka_unit_test(a_plain_vm_has_no_dangerous_call),
		cmocka_unit_test(what_no_qemu_tries_is_killed),
		cmocka_unit_test(no_rule_makes_another_useless),
		cmocka_unit_test(tried_and_allowed_never_meet),
		cmocka_unit_test(every_call_exists_where_it_is_allowed),
		cmocka_unit_test(every_killed_call_exists_somewhere),
		cmocka_unit_test(covering_looks_at_every_condition),
		cmocka_unit_test(a_rule_is_written_as_its_line),
		cmocka_unit_test(every_policy_says_when_it_is_needed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
