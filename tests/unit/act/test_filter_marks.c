/* SPDX-License-Identifier: MIT */
/* act/filter: a program in which one of the places to be filled in is not as it was made is never
 * loaded. */
#include <linux/filter.h>
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

#define NOWHERE 0x0badc0deu

static struct filter *build(enum filter_default otherwise)
{
	auto_strings struct strings policies = {NULL, 0};
	struct filter *filter = NULL;

	strings_add(&policies, "base");
	assert_null(filter_build(&policies, otherwise, filter_host_arch(), &filter));
	return filter;
}

static bool is_patched(const struct filter *filter, enum exec_gate gate, bool witnessed)
{
	const struct filter_patch patch = {
		.gate = gate, .witnessed = witnessed, .self = 4711, .fd = 7, .path_address = 9};
	auto_free struct sock_filter *instructions = NULL;
	auto_error struct error *error = filter_patched(filter, &patch, &instructions);

	if (error)
		assert_non_null(strstr(error->text, "program is not as expected"));
	assert_int_equal(error == NULL, instructions != NULL);
	return error == NULL;
}

/* How many constants and results of the program cannot be changed without a refusal. */
static unsigned marks_of(const struct filter *filter, enum exec_gate gate, bool witnessed)
{
	unsigned marks = 0;

	for (size_t i = 0; i < filter->count; i++) {
		struct sock_filter *instruction = &filter->instructions[i];
		uint32_t before = instruction->k;

		if (instruction->code != (BPF_JMP | BPF_JEQ | BPF_K) &&
			instruction->code != (BPF_RET | BPF_K))
			continue;
		instruction->k = NOWHERE;
		marks += !is_patched(filter, gate, witnessed);
		instruction->k = before;
	}
	return marks;
}

/* execve, execveat, its descriptor, both halves of its address; the process's own number is the
 * other one, and is needed whether or not exec is. */
static void each_mark_of_the_exec_must_be_there(void **state)
{
	auto_filter struct filter *filter = build(FILTER_DEFAULT_POLICY);
	unsigned others;

	(void)state;
	assert_true(is_patched(filter, EXEC_GATE_NOTIFY, false));
	assert_true(is_patched(filter, EXEC_GATE_LAST_BYTE, false));
	filter->exec_stays = true;
	others = marks_of(filter, EXEC_GATE_NOTIFY, false);
	filter->exec_stays = false;
	assert_int_equal(marks_of(filter, EXEC_GATE_NOTIFY, false), others + 5);
	assert_int_equal(marks_of(filter, EXEC_GATE_LAST_BYTE, false), others + 5);
}

static void replace_result(struct filter *filter, uint32_t before, uint32_t after)
{
	for (size_t i = 0; i < filter->count; i++)
		if (filter->instructions[i].code == (BPF_RET | BPF_K) &&
			filter->instructions[i].k == before)
			filter->instructions[i].k = after;
}

static void what_is_to_be_witnessed_must_be_there(void **state)
{
	auto_filter struct filter *log = build(FILTER_DEFAULT_LOG);

	(void)state;
	assert_true(is_patched(log, EXEC_GATE_NOTIFY, true));
	replace_result(log, SECCOMP_RET_LOG, SECCOMP_RET_ALLOW);
	assert_false(is_patched(log, EXEC_GATE_NOTIFY, true));
	assert_true(is_patched(log, EXEC_GATE_NOTIFY, false)); /* nobody looks */
}

static void what_is_to_be_seen_must_be_there(void **state)
{
	auto_filter struct filter *seen = build(FILTER_DEFAULT_SEEN);

	(void)state;
	assert_true(is_patched(seen, EXEC_GATE_NOTIFY, true));
	assert_true(is_patched(seen, EXEC_GATE_NOTIFY, false));
	for (size_t i = 0; i < seen->count; i++)
		if (seen->instructions[i].code == (BPF_RET | BPF_K) &&
			(seen->instructions[i].k & SECCOMP_RET_ACTION_FULL) == SECCOMP_RET_TRACE)
			seen->instructions[i].k = SECCOMP_RET_ALLOW;
	seen->exec_stays = true; /* so that these marks are not missed first */
	assert_false(is_patched(seen, EXEC_GATE_NOTIFY, true));
	assert_false(is_patched(seen, EXEC_GATE_NOTIFY, false));
}

static void the_process_itself_must_be_in_it(void **state)
{
	auto_filter struct filter *filter = build(FILTER_DEFAULT_KILL);

	(void)state;
	filter->exec_stays = true;
	assert_true(is_patched(filter, EXEC_GATE_NOTIFY, false));
	for (size_t i = 0; i < filter->count; i++)
		filter->instructions[i] = (struct sock_filter){BPF_RET | BPF_K, 0, 0, 0};
	assert_false(is_patched(filter, EXEC_GATE_NOTIFY, false));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_mark_of_the_exec_must_be_there),
		cmocka_unit_test(what_is_to_be_witnessed_must_be_there),
		cmocka_unit_test(what_is_to_be_seen_must_be_there),
		cmocka_unit_test(the_process_itself_must_be_in_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
