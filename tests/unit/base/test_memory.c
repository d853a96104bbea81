/* SPDX-License-Identifier: MIT */
/* base/memory: allocation that gives a whole value or ends the program. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/memory.h"
#include "support/sanitized.h"

static void new_memory_is_zeroed(void **state)
{
	auto_free char *memory = NULL;

	(void)state;
	/* memory that was used before, so that zeros are no accident */
	for (int i = 0; i < 8; i++) {
		memory = xcalloc(64, 3);
		for (size_t j = 0; j < (size_t)64 * 3; j++)
			assert_int_equal(memory[j], 0);
		memset(memory, 0xff, (size_t)64 * 3);
		free_pointer(&memory);
	}
}

static void nothing_asked_is_still_memory(void **state)
{
	auto_free char *none = xcalloc(0, 8);
	auto_free char *empty = xcalloc(8, 0);
	auto_free char *resized = xreallocarray(NULL, 0, 8);

	(void)state;
	assert_non_null(none);
	assert_non_null(empty);
	assert_non_null(resized);
}

static void growing_keeps_what_was_there(void **state)
{
	auto_free int *numbers = xreallocarray(NULL, 2, sizeof(int));

	(void)state;
	numbers[0] = 4;
	numbers[1] = 5;
	numbers = xreallocarray(numbers, 4000, sizeof(int));
	numbers[3999] = 6;
	assert_int_equal(numbers[0], 4);
	assert_int_equal(numbers[1], 5);
}

static void too_large(void)
{
	auto_free void *memory = xreallocarray(NULL, SIZE_MAX / 2 + 1, 2);

	_exit(memory ? 0 : 1);
}

static void too_large_for_calloc(void)
{
	auto_free void *memory = xcalloc(SIZE_MAX / 2 + 1, 2);

	_exit(memory ? 0 : 1);
}

/* Runs `function` in a child; what it wrote to stderr, and its status. The caller frees. */
static char *end_of(void (*function)(void), int *ret_status)
{
	char *text = xcalloc(200, 1);
	int ends[2];
	pid_t child;
	ssize_t got;

	assert_return_code(pipe(ends), 0);
	child = fork();
	if (child == 0) {
		dup2(ends[1], STDERR_FILENO);
		function();
	}
	close(ends[1]);
	got = read(ends[0], text, 199);
	assert_true(got >= 0);
	close(ends[0]);
	assert_int_equal(waitpid(child, ret_status, 0), child);
	return text;
}

/* A product that wraps would be a small block that is written as a large one. */
static void a_product_that_wraps_ends_the_program(void **state)
{
	auto_free char *text = NULL;
	int status = 0;

	(void)state;
	text = end_of(too_large, &status);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), MEMORY_EXIT_STATUS);
	assert_string_equal(text, "slipway: out of memory\n");
}

static void memory_that_is_not_there_ends_the_program_with_125(void **state)
{
	auto_free char *text = NULL;
	int status = 0;

	(void)state;
	if (SANITIZED)
		skip();
	text = end_of(too_large_for_calloc, &status);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 125);
	assert_string_equal(text, "slipway: out of memory\n");
}

static void no_text_has_no_copy(void **state)
{
	(void)state;
	assert_null(xstrdup(NULL));
}

static void copies_are_their_own(void **state)
{
	char text[] = "abc";
	auto_free char *copy = xstrdup(text);
	auto_free char *part = xstrndup(text, 2);
	auto_free char *nothing = xstrndup(text, 0);

	(void)state;
	text[0] = '?';
	assert_string_equal(copy, "abc");
	assert_string_equal(part, "ab");
	assert_string_equal(nothing, "");
}

static void part_of_bytes_without_an_end_can_be_copied(void **state)
{
	const char bytes[] = {'a', 'b', 'c'};
	auto_free char *copy = xstrndup(bytes, sizeof(bytes));

	(void)state;
	assert_string_equal(copy, "abc");
}

static void formatted_text_has_any_length(void **state)
{
	auto_free char *text = xasprintf("%*s|%d", 70000, "x", -5);

	(void)state;
	assert_int_equal(strlen(text), 70003);
	assert_string_equal(text + 69999, "x|-5");
}

struct item {
	int number;
	char *text;
};

static void pushed_items_are_zeroed_and_keep_their_place(void **state)
{
	auto_free struct item *items = NULL;
	size_t count = 0;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		struct item *item = array_push(&items, &count, sizeof(*items));

		assert_ptr_equal(item, &items[i]);
		assert_int_equal(item->number, 0);
		assert_null(item->text);
		/* dirties the room that realloc may hand out later */
		*item = (struct item){i, (char *)items};
	}
	assert_int_equal(count, 1000);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(items[i].number, i);
}

static void a_stolen_pointer_leaves_null(void **state)
{
	char *text = xstrdup("abc");
	char *first = text;
	auto_free char *taken = steal(&text);

	(void)state;
	assert_null(text);
	assert_ptr_equal(taken, first);
}

static char *handed_over(void)
{
	auto_free char *text = xstrdup("abc");

	return steal(&text);
}

static void a_stolen_pointer_outlives_the_scope(void **state)
{
	auto_free char *text = handed_over();

	(void)state;
	assert_string_equal(text, "abc");
}

static void a_freed_pointer_is_null(void **state)
{
	char *text = xstrdup("abc");

	(void)state;
	free_pointer(&text);
	assert_null(text);
	free_pointer(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(new_memory_is_zeroed),
		cmocka_unit_test(nothing_asked_is_still_memory),
		cmocka_unit_test(growing_keeps_what_was_there),
		cmocka_unit_test(a_product_that_wraps_ends_the_program),
		cmocka_unit_test(memory_that_is_not_there_ends_the_program_with_125),
		cmocka_unit_test(no_text_has_no_copy),
		cmocka_unit_test(copies_are_their_own),
		cmocka_unit_test(part_of_bytes_without_an_end_can_be_copied),
		cmocka_unit_test(formatted_text_has_any_length),
		cmocka_unit_test(pushed_items_are_zeroed_and_keep_their_place),
		cmocka_unit_test(a_stolen_pointer_leaves_null),
		cmocka_unit_test(a_stolen_pointer_outlives_the_scope),
		cmocka_unit_test(a_freed_pointer_is_null),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
