/* SPDX-License-Identifier: MIT */
#include "report_test.h"

#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#include "act/verdict.h"
#include "base/memory.h"
#include "log_marks.h"
#include "options.h"
#include "plan/plan.h"
#include "report.h"
#include "test_result.h"

void report_test_begin(const struct options *options, const struct plan *plan, uint64_t timeout_ms,
	bool by_default)
{
	auto_free char *duration = verdict_duration(timeout_ms);
	auto_free char *words = xasprintf("testing '%s': timeout %s%s%s", plan->name, duration,
		by_default ? ", the default with " : "", by_default ? plan->accel : "");

	if (!options->quiet)
		report_words(words);
}

/* The words and how long it took; the caller frees them. */
static char *verdict_text(const struct test_result *result)
{
	auto_free char *duration = verdict_duration(result->duration_ms / 100 * 100);

	if (result->status == 0)
		return xasprintf("passed: %s (%s)", result->words, duration);
	return xasprintf("failed: %s", result->words);
}

static void report_tail(const struct test_result *result)
{
	auto_free char *head = xasprintf("the last %zu line%s of the %s:", result->tail.count,
		result->tail.count == 1 ? "" : "s",
		result->firmware_tail ? "firmware's log" : "console");

	if (result->tail.count == 0)
		return;
	report_words(head);
	for (size_t i = 0; i < result->tail.count; i++) {
		auto_free char *line = xasprintf("| %s", result->tail.items[i]);

		report_words(line);
	}
	if (result->console_log) {
		auto_free char *all = xasprintf("the whole console: '%s'", result->console_log);

		report_words(all);
	}
}

void report_test_end(const struct options *options, const struct test_result *result)
{
	bool started = strcmp(test_result_outcome(result), "error") != 0;
	auto_free char *title = xasprintf("slipway test %s", result->name);
	auto_free char *words = started ? verdict_text(result) : xstrdup(result->words);

	if (result->status != 0 && options->format != OUTPUT_JSON)
		log_marks_error(options->test.reader, title, result->spec, words);
	if (!options->quiet)
		report_warnings(&result->notes);
	if (result->status != 0)
		report_tail(result);
	if (result->screenshot) {
		auto_free char *where = xasprintf("the screen: '%s'", result->screenshot);

		report_words(where);
	}
	report_words(words);
}

static size_t count_outcome(const struct test_results *results, const char *outcome)
{
	size_t count = 0;

	for (size_t i = 0; i < results->count; i++)
		count += strcmp(test_result_outcome(&results->items[i]), outcome) == 0;
	return count;
}

void report_tests_summary(const struct test_results *results, uint64_t duration_ms)
{
	size_t passed = count_outcome(results, "passed");
	auto_free char *duration = verdict_duration(duration_ms / 100 * 100);
	auto_text struct text names = {0};
	auto_free char *verdict = NULL;

	for (size_t i = 0; i < results->count; i++) {
		const struct test_result *result = &results->items[i];
		auto_free char *line = xasprintf("%-6s %s ('%s'): %s", test_result_outcome(result),
			result->name, result->spec, result->words);

		report_words(line);
		if (result->status != 0)
			text_addf(&names, "%s%s", names.length > 0 ? ", " : "", result->name);
	}
	if (passed == results->count)
		verdict = xasprintf("passed: all %zu (%s)", passed, duration);
	else
		verdict = xasprintf("failed: %zu of %zu: %s", results->count - passed,
			results->count, names.bytes);
	report_words(verdict);
}

static void add_text(struct json_object *object, const char *key, const char *value)
{
	json_object_object_add(object, key, value ? json_object_new_string(value) : NULL);
}

static void add_number(struct json_object *object, const char *key, uint64_t value)
{
	json_object_object_add(object, key, json_object_new_int64((int64_t)value));
}

static void add_seconds(struct json_object *object, const char *key, uint64_t milliseconds)
{
	auto_free char *digits = xasprintf("%llu.%03llu", (unsigned long long)milliseconds / 1000,
		(unsigned long long)milliseconds % 1000);

	json_object_object_add(
		object, key, json_object_new_double_s((double)milliseconds / 1000, digits));
}

static void add_list(struct json_object *object, const char *key, const struct strings *list)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < list->count; i++)
		json_object_array_add(array, json_object_new_string(list->items[i]));
	json_object_object_add(object, key, array);
}

static struct json_object *result_object(const struct test_result *result)
{
	struct json_object *object = json_object_new_object();

	add_text(object, "spec", result->spec);
	add_text(object, "name", result->name);
	add_text(object, "outcome", test_result_outcome(result));
	add_number(object, "status", (uint64_t)result->status);
	add_text(object, "reason", result->words);
	add_seconds(object, "seconds", result->duration_ms);
	add_number(object, "expected", result->expected);
	add_number(object, "seen", result->seen);
	add_number(object, "reboots", result->resets);
	json_object_object_add(object, "ready", json_object_new_boolean(result->ready));
	add_number(object, "console_bytes", result->console_bytes);
	add_list(object, "last_lines", &result->tail);
	add_text(object, "console_log", result->console_log);
	add_text(object, "screenshot", result->screenshot);
	add_list(object, "notes", &result->notes);
	return object;
}

void report_tests_json(const struct test_results *results, uint64_t duration_ms)
{
	struct json_object *object = json_object_new_object();
	struct json_object *tests = json_object_new_array();

	for (size_t i = 0; i < results->count; i++)
		json_object_array_add(tests, result_object(&results->items[i]));
	json_object_object_add(object, "version", json_object_new_int(1));
	add_number(object, "passed", count_outcome(results, "passed"));
	add_number(object, "failed", count_outcome(results, "failed"));
	add_number(object, "errors", count_outcome(results, "error"));
	add_seconds(object, "seconds", duration_ms);
	json_object_object_add(object, "tests", tests);
	puts(json_object_to_json_string_ext(object, JSON_C_TO_STRING_PRETTY |
							    JSON_C_TO_STRING_SPACED |
							    JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(object);
}
