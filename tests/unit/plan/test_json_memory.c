/* SPDX-License-Identifier: MIT */
/* plan/json: an object that the library has no memory to add to ends the program. */
#include "plan/json.h"

#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "made_up.h"
#include "support/sanitized.h"

/* So long that its copy takes new pages, which nobody gets then. */
#define LONG_KEY_BYTES ((size_t)64 << 20)

static void add_without_memory(struct json_object *object, const char *key)
{
	const struct rlimit nothing = {0, 0};

	if (setrlimit(RLIMIT_AS, &nothing) == 0)
		json_add_null(object, key);
	_exit(0);
}

static void no_memory_for_a_member_ends_the_program(void **state)
{
	struct json_object *object = NULL;
	auto_free char *key = NULL;
	auto_free char *text = NULL;
	int status = 0;
	pid_t child;

	(void)state;
	if (SANITIZED)
		skip(); /* it does not come back */
	object = json_new();
	key = xcalloc(LONG_KEY_BYTES, 1);
	memset(key, 'k', LONG_KEY_BYTES - 1);
	child = fork();
	if (child == 0)
		add_without_memory(object, key);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), MEMORY_EXIT_STATUS);
	text = json_take(object);
	assert_string_equal(text, "{}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_memory_for_a_member_ends_the_program),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
