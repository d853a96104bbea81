/* SPDX-License-Identifier: MIT */
/* act/filter: what must be true of the compiled filter whatever the policy text says next year. */
#include <errno.h>
#include <string.h>

#include "unit/act/filter_cage.h"

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

/* With every policy there is: none of these is anybody's. */
static void what_no_qemu_tries_is_killed(void **state)
{
	static const char *const calls[] = {"ptrace", "process_vm_writev", "mount", "setns",
		"unshare", "init_module", "bpf", "kexec_load", "keyctl", "reboot"};

	(void)state;
	for (size_t h = 0; h < ARRAY_COUNT(hosts); h++) {
		auto_cage struct cage cage =
			cage_make(&hosts[h], FILTER_DEFAULT_POLICY, "tcg", "spawn");

		for (size_t i = 0; i < ARRAY_COUNT(calls); i++)
			assert_int_equal(ask(&cage, hosts[h].audit,
						 filter_call_number(calls[i], hosts[h].arch), NULL),
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
		/* its flags lie behind a pointer */
		assert_int_equal(ask(&cage, hosts[h].audit,
					 filter_call_number("clone3", hosts[h].arch), thread),
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

/* A witness is asked about what has no rule, and about nothing else; without one the filter is the
 * policy's, byte for byte in what it answers. */
static void a_witness_is_asked_what_has_no_rule(void **state)
{
	const struct filter_patch witnessed = {
		.gate = EXEC_GATE_NOTIFY, .witnessed = true, .self = SELF_HERE};

	(void)state;
	for (size_t h = 0; h < ARRAY_COUNT(hosts); h++) {
		auto_cage struct cage plain =
			cage_make(&hosts[h], FILTER_DEFAULT_POLICY, "kvm", NULL);
		auto_cage struct cage seen = cage_make(&hosts[h], FILTER_DEFAULT_SEEN, "kvm", NULL);
		unsigned asked = 0;

		for (int number = 0; number < NUMBERS_MOST; number++)
			assert_int_equal(ask(&seen, hosts[h].audit, number, NULL),
				ask(&plain, hosts[h].audit, number, NULL));
		free(seen.program);
		assert_null(filter_patched(seen.filter, &witnessed, &seen.program));
		for (int number = 0; number < NUMBERS_MOST; number++) {
			uint32_t before = ask(&plain, hosts[h].audit, number, NULL);
			uint32_t now = ask(&seen, hosts[h].audit, number, NULL);

			if (before == now)
				continue;
			assert_int_equal(before, SECCOMP_RET_ERRNO | ENOSYS);
			assert_int_equal(now, SECCOMP_RET_USER_NOTIF);
			asked++;
		}
		assert_true(asked > 300);
		assert_int_equal(ask(&seen, hosts[h].audit,
					 filter_call_number("clone3", hosts[h].arch), NULL),
			SECCOMP_RET_ERRNO | ENOSYS);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_witness_is_asked_what_has_no_rule),
		cmocka_unit_test(a_call_without_a_rule_is_enosys),
		cmocka_unit_test(foreign_calls_are_killed),
		cmocka_unit_test(what_no_qemu_tries_is_killed),
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
