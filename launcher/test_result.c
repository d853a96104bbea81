/* SPDX-License-Identifier: MIT */
#include "test_result.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/number.h"

const char *test_result_outcome(const struct test_result *result)
{
	if (result->status == 0)
		return "passed";
	return result->status >= ERROR_STATUS_REFUSED && result->status <= ERROR_STATUS_NOT_FOUND
		       ? "error"
		       : "failed";
}

/* Fields of fixed order, each ended by NUL: no text has one. An absent text is empty. */
static void add_field(struct text *bytes, const char *field)
{
	text_add(bytes, field ? field : "");
	text_add_bytes(bytes, "", 1);
}

static void add_number(struct text *bytes, uint64_t number)
{
	auto_free char *digits = xasprintf("%" PRIu64, number);

	add_field(bytes, digits);
}

static void add_list(struct text *bytes, const struct strings *list)
{
	add_number(bytes, list->count);
	for (size_t i = 0; i < list->count; i++)
		add_field(bytes, list->items[i]);
}

void test_result_write(const struct test_result *result, struct text *bytes)
{
	add_field(bytes, result->spec);
	add_field(bytes, result->name);
	add_number(bytes, (uint64_t)result->status);
	add_field(bytes, result->words);
	add_number(bytes, result->duration_ms);
	add_list(bytes, &result->tail);
	add_number(bytes, result->firmware_tail);
	add_list(bytes, &result->notes);
	add_number(bytes, result->console_bytes);
	add_number(bytes, result->expected);
	add_number(bytes, result->seen);
	add_number(bytes, result->resets);
	add_number(bytes, result->ready);
	add_field(bytes, result->console_log);
	add_field(bytes, result->screenshot);
}

struct fields {
	const char *at, *end;
	bool cut; /* there were fewer than asked for */
};

static const char *next_field(struct fields *fields)
{
	const char *field = fields->at;
	const char *end = memchr(field, '\0', (size_t)(fields->end - field));

	if (!end) {
		fields->cut = true;
		return "";
	}
	fields->at = end + 1;
	return field;
}

static char *next_text(struct fields *fields)
{
	const char *field = next_field(fields);

	return field[0] == '\0' ? NULL : xstrdup(field);
}

static uint64_t next_number(struct fields *fields)
{
	uint64_t number = 0;
	auto_error struct error *error = number_parse(next_field(fields), 0, UINT64_MAX, &number);

	fields->cut |= error != NULL;
	return number;
}

static void next_list(struct fields *fields, struct strings *list)
{
	uint64_t count = next_number(fields);

	for (uint64_t i = 0; i < count && !fields->cut; i++)
		strings_add(list, next_field(fields));
}

struct error *test_result_read(const char *bytes, size_t length, struct test_result *ret_result)
{
	auto_test_result struct test_result result = {0};
	struct fields fields = {.at = bytes, .end = bytes + length};

	result.spec = next_text(&fields);
	result.name = next_text(&fields);
	result.status = (int)next_number(&fields);
	result.words = next_text(&fields);
	result.duration_ms = next_number(&fields);
	next_list(&fields, &result.tail);
	result.firmware_tail = next_number(&fields) != 0;
	next_list(&fields, &result.notes);
	result.console_bytes = next_number(&fields);
	result.expected = next_number(&fields);
	result.seen = next_number(&fields);
	result.resets = next_number(&fields);
	result.ready = next_number(&fields) != 0;
	result.console_log = next_text(&fields);
	result.screenshot = next_text(&fields);
	if (fields.cut)
		return error_new("the test ended without a result");
	*ret_result = result;
	result = (struct test_result){0};
	return NULL;
}

void test_result_clear(struct test_result *result)
{
	free(result->spec);
	free(result->name);
	free(result->words);
	strings_clear(&result->tail);
	strings_clear(&result->notes);
	free(result->console_log);
	free(result->screenshot);
	*result = (struct test_result){0};
}

void test_results_clear(struct test_results *results)
{
	for (size_t i = 0; i < results->count; i++)
		test_result_clear(&results->items[i]);
	free(results->items);
	*results = (struct test_results){0};
}
