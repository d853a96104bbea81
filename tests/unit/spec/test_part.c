/* SPDX-License-Identifier: MIT */
/* spec/part: the table of parts is whole, and values are compared as it says. */
#include "unit/spec/reading.h"

#include "spec/part.h"
#include "spec/part_hints.h"

static bool is_attribute(const struct part *part)
{
	return strchr(part->path, '@') != NULL;
}

/* A path with each group replaced by its first member. */
static char *example_path(const char *path)
{
	struct text text = {0};

	while (*path) {
		size_t length = strcspn(path, "{");

		text_add_bytes(&text, path, length);
		path += length;
		if (*path == '{') {
			size_t name_length = strcspn(path, "}") - 1;
			auto_free char *name = xstrndup(path + 1, name_length);
			const char *members = spec_part_group(name);

			assert_non_null(members);
			text_add_bytes(&text, members, strcspn(members, " "));
			path += name_length + 2;
		}
	}
	return text_take(&text);
}

static void every_part_has_an_element_around_it(void **state)
{
	(void)state;
	for (size_t i = 0; spec_part(i); i++) {
		auto_free char *path = example_path(spec_part(i)->path);
		char *end = strrchr(path, is_attribute(spec_part(i)) ? '@' : '/');
		const struct part *around;

		if (!end)
			continue;
		*end = '\0';
		around = strcmp(path, "domain") == 0 ? NULL : part_find(path);
		if (strcmp(path, "domain") != 0 && !around)
			print_error("%s\n", spec_part(i)->path);
		assert_true(around || strcmp(path, "domain") == 0);
	}
}

static void no_part_is_there_twice(void **state)
{
	(void)state;
	for (size_t i = 0; spec_part(i); i++)
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(spec_part(i)->path, spec_part(j)->path);
}

static void every_part_is_found_by_its_path(void **state)
{
	(void)state;
	for (size_t i = 0; spec_part(i); i++) {
		auto_free char *path = example_path(spec_part(i)->path);

		assert_non_null(part_find(path));
	}
}

static void what_is_accepted_says_why(void **state)
{
	(void)state;
	for (size_t i = 0; spec_part(i); i++)
		assert_true((spec_part(i)->class == PART_HONOURED) == (spec_part(i)->why == NULL));
}

static void attributes_have_values(void **state)
{
	(void)state;
	for (size_t i = 0; spec_part(i); i++)
		if (is_attribute(spec_part(i)))
			assert_string_not_equal(spec_part(i)->values, VALUE_NONE);
}

static void the_table_ends(void **state)
{
	size_t count = 0;

	(void)state;
	while (spec_part(count))
		count++;
	assert_true(count > 400);
	assert_null(spec_part(count + 100));
}

/* A hint for a whole part is of use only when the part, or one of its values, is refused. */
static void hints_are_for_what_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < part_hint_count; i++) {
		auto_free char *path = example_path(part_hints[i].path);
		const struct part *part = part_find(path);

		if (part && part_hints[i].value)
			assert_false(part_takes(part, part_hints[i].value));
		else if (part)
			assert_string_not_equal(part->values, VALUE_TEXT);
	}
}

static void a_group_stands_for_its_members_only(void **state)
{
	(void)state;
	assert_non_null(part_find("domain/devices/serial/log@file"));
	assert_non_null(part_find("domain/devices/channel/log@file"));
	assert_null(part_find("domain/devices/disk/log@file"));
	assert_null(part_find("domain/devices/seria/log@file"));
	assert_null(part_find("domain/devices/serials/log@file"));
	assert_null(part_find("domain/devices/serial/log@file2"));
	assert_null(part_find("domain/devices/serial/lo"));
}

static void words_are_whole_and_case_counts(void **state)
{
	static const struct part part = {"x", 1, PART_HONOURED, 0, "raw qcow2", NULL};

	(void)state;
	assert_true(part_takes(&part, "raw"));
	assert_true(part_takes(&part, "qcow2"));
	assert_false(part_takes(&part, "RAW"));
	assert_false(part_takes(&part, "qcow"));
	assert_false(part_takes(&part, "raw qcow2"));
	assert_false(part_takes(&part, ""));
	assert_false(part_takes(&part, " "));
}

static void ranges_hold_their_numbers_only(void **state)
{
	static const struct part part = {"x", 1, PART_HONOURED, 0, "1..255 -1", NULL};
	static const char *const bad[] = {
		"0", "256", "-2", "+1", "0x10", "1..255", "1 2", " 1", "1x", "", "one"};

	(void)state;
	assert_true(part_takes(&part, "1"));
	assert_true(part_takes(&part, "255"));
	assert_true(part_takes(&part, "-1"));
	for (size_t i = 0; i < ARRAY_COUNT(bad); i++)
		assert_false(part_takes(&part, bad[i]));
}

static void hexadecimal_ranges_take_both_bases(void **state)
{
	static const struct part part = {"x", 1, PART_HONOURED, 0, "0x0..0x1f", NULL};

	(void)state;
	assert_true(part_takes(&part, "31"));
	assert_true(part_takes(&part, "0x1F"));
	assert_true(part_takes(&part, "0x00"));
	assert_false(part_takes(&part, "0x20"));
	assert_false(part_takes(&part, "1f"));
}

static void version_numbers_are_words(void **state)
{
	static const struct part part = {"x", 1, PART_HONOURED, 0, "1.2 2.0", NULL};

	(void)state;
	assert_true(part_takes(&part, "2.0"));
	assert_false(part_takes(&part, "2"));
}

static void numbers_and_switches_are_plain(void **state)
{
	static const struct part switches = {"x", 1, PART_HONOURED, 0, VALUE_ON_OFF, NULL};
	static const struct part numbers = {"x", 1, PART_HONOURED, 0, "0..9 -1", NULL};
	static const struct part words = {"x", 1, PART_HONOURED, 0, "on off auto", NULL};
	static const struct part text = {"x", 1, PART_HONOURED, 0, VALUE_TEXT, NULL};

	(void)state;
	assert_true(part_is_plain(&switches));
	assert_true(part_is_plain(&numbers));
	assert_false(part_is_plain(&words));
	assert_false(part_is_plain(&text));
}

static void a_value_has_its_own_hint_before_the_part_s(void **state)
{
	const char *network = part_hint("domain/devices/interface@type", "network");
	const char *other = part_hint("domain/devices/interface@type", "vdpa");

	(void)state;
	assert_non_null(strstr(network, "slipway runs no networks"));
	assert_non_null(other);
	assert_null(strstr(other, "slipway runs no networks"));
	assert_null(part_hint("domain/nothing", NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_part_has_an_element_around_it),
		cmocka_unit_test(no_part_is_there_twice),
		cmocka_unit_test(every_part_is_found_by_its_path),
		cmocka_unit_test(what_is_accepted_says_why),
		cmocka_unit_test(attributes_have_values),
		cmocka_unit_test(the_table_ends),
		cmocka_unit_test(hints_are_for_what_is_refused),
		cmocka_unit_test(a_group_stands_for_its_members_only),
		cmocka_unit_test(words_are_whole_and_case_counts),
		cmocka_unit_test(ranges_hold_their_numbers_only),
		cmocka_unit_test(hexadecimal_ranges_take_both_bases),
		cmocka_unit_test(version_numbers_are_words),
		cmocka_unit_test(numbers_and_switches_are_plain),
		cmocka_unit_test(a_value_has_its_own_hint_before_the_part_s),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
