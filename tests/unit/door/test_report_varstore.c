/* SPDX-License-Identifier: MIT */
/* report_varstore: what a store of QEMU's uefi-vars says, taken from its JSON and printed so that a
 * terminal is safe from it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "act/varstore.h"
#include "base/memory.h"
#include "base/text.h"
#include "report_varstore.h"
#include "support/child.h"

#define OUTPUT_BYTES 4096
#define GLOBAL "8be4df61-93ca-11d2-aa0d-00e098032b8c"
#define ENABLE "f0a30bc7-af08-4556-99c4-001009c93a44"
#define OTHER "00000000-0000-0000-0000-000000000000"
#define VARIABLE(name, guid, data)                                                                 \
	"{\"name\":\"" name "\",\"guid\":\"" guid "\",\"attr\":7,\"data\":\"" data "\"}"

/* In a child: what is printed of the store, whose JSON is `argument`. */
static char *printed(void *argument)
{
	struct varstore store = {.family = VARSTORE_FAMILY_JSON, .size_bytes = 5, .json = argument};
	char *output = xcalloc(OUTPUT_BYTES, 1);
	FILE *file = tmpfile();

	varstore_take_json(&store, "vars.json");
	if (!file || dup2(fileno(file), STDOUT_FILENO) < 0)
		return xstrdup("no file");
	report_varstore(&store);
	fflush(stdout);
	if (pread(fileno(file), output, OUTPUT_BYTES - 1, 0) < 0)
		return xstrdup("no output");
	return output;
}

static void says(const char *json, const char *wanted)
{
	auto_free char *said = child_answer(printed, (void *)json);

	if (!strstr(said, wanted))
		fail_msg("%s: wanted '%s', got '%s'", json, wanted, said);
}

static void what_is_no_store_is_a_problem_that_is_named(void **state)
{
	static const char *const wrong[][2] = {
		{"", "problem    vars.json"},
		{"[]", "problem    vars.json"},
		{"{}", "variables"},
		{"{\"variables\":{}}", "vars.json#/variables"},
		{"{\"variables\":[1]}", "vars.json#/variables/0: is not an object"},
		{"{\"variables\":[{}]}", "name"},
		{"{\"variables\":[{\"name\":\"A\"}]}", "guid"},
		{"{\"variables\":[{\"name\":\"A\",\"guid\":\"B\"}]}", "data"},
		{"{\"variables\":[{\"name\":\"A\",\"guid\":\"B\",\"data\":\"00\"}]}", "attr"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(wrong); i++) {
		says(wrong[i][0], "problem    ");
		says(wrong[i][0], wrong[i][1]);
	}
}

static void more_variables_than_any_store_holds_are_refused(void **state)
{
	struct text json = {0};
	auto_free char *text = NULL;

	(void)state;
	text_add(&json, "{\"variables\":[0");
	for (int i = 0; i < 10000; i++)
		text_add(&json, ",0");
	text_add(&json, "]}");
	text = text_take(&json);
	says(text, "has 10001 items, more than any store holds");
}

static void secure_boot_is_told_by_keys_and_switch(void **state)
{
	static const char *const stores[][2] = {
		{"{\"variables\":[]}", "secureboot setup mode"},
		{"{\"variables\":[" VARIABLE("PK", GLOBAL, "00") "]}",
			"keys are enrolled, enforced"},
		{"{\"variables\":[" VARIABLE("PK", GLOBAL, "") "]}", "setup mode"},
		{"{\"variables\":[" VARIABLE("PK", OTHER, "00") "]}", "setup mode"},
		{"{\"variables\":[" VARIABLE("PK", GLOBAL, "00") "," VARIABLE(
			 "SecureBootEnable", ENABLE, "00") "]}",
			"keys are enrolled, switched off"},
		{"{\"variables\":[" VARIABLE("PK", GLOBAL, "00") "," VARIABLE(
			 "SecureBootEnable", ENABLE, "01") "]}",
			"keys are enrolled, enforced"},
		{"{\"variables\":[" VARIABLE("PK", GLOBAL, "00") "," VARIABLE(
			 "SecureBootEnable", ENABLE, "") "]}",
			"keys are enrolled, enforced"},
		{"{\"variables\":[" VARIABLE("PK", GLOBAL, "00") "," VARIABLE(
			 "SecureBootEnable", OTHER, "00") "]}",
			"keys are enrolled, enforced"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(stores); i++)
		says(stores[i][0], stores[i][1]);
}

static void a_variable_is_a_line_and_no_command_to_a_terminal(void **state)
{
	(void)state;
	says("{\"variables\":[" VARIABLE("Boot0000", OTHER, "0102") "]}",
		"variable   Boot0000-" OTHER ", 2 bytes, attributes 0x7\n");
	says("{\"variables\":[" VARIABLE("a\\u001b[2Jb", OTHER, "") "]}", "a\xef\xbf\xbd[2Jb-");
	says("{\"variables\":[" VARIABLE("a\\u007fb", OTHER, "") "]}", "a\xef\xbf\xbd"
								       "b-");
	says("{\"variables\":[" VARIABLE("a\\u009bb", OTHER, "") "]}", "a\xef\xbf\xbd"
								       "b-");
	says("{\"variables\":[" VARIABLE("a\\u00a0b", OTHER, "") "]}", "a\xc2\xa0"
								       "b-");
	says("{\"variables\":[" VARIABLE("\\u00e9", OTHER, "") "]}", "\xc3\xa9-");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_no_store_is_a_problem_that_is_named),
		cmocka_unit_test(more_variables_than_any_store_holds_are_refused),
		cmocka_unit_test(secure_boot_is_told_by_keys_and_switch),
		cmocka_unit_test(a_variable_is_a_line_and_no_command_to_a_terminal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
