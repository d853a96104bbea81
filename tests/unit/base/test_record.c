/* SPDX-License-Identifier: MIT */
/* base/record: what was written is read back, and half a record is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/record.h"
#include "base/text.h"

static struct record *parse(const char *text)
{
	struct record *record = NULL;

	assert_null(record_parse(text, strlen(text), "vm.slipway", &record));
	return record;
}

static void assert_broken(const char *text, size_t size_bytes, const char *wanted)
{
	struct record *record = NULL;
	auto_error struct error *error = record_parse(text, size_bytes, "vm.slipway", &record);

	assert_non_null(error);
	assert_string_equal(error->text, wanted);
	assert_null(record);
}

static void a_record_reads_back_as_it_was_written(void **state)
{
	struct record record = {
		.created = "20260131T120000Z",
		.code = {"/usr/share/CODE.fd", 3653632, 1700000000123456789, UINT64_MAX, 7,
			"blake2b-256:00"},
		.template = {"/usr/share/VARS.fd", 540672, 1, 2, 3, NULL},
		.code_format = IMAGE_FORMAT_QCOW2,
		.features = "acpi-s3,requires-smm",
	};
	auto_free char *text = record_text(&record);
	auto_record struct record *back = parse(text);

	(void)state;
	assert_string_equal(back->created, record.created);
	assert_string_equal(back->code.path, record.code.path);
	assert_string_equal(back->code.digest, record.code.digest);
	assert_true(record_file_is_untouched(&back->code, &record.code));
	assert_string_equal(back->template.path, record.template.path);
	assert_true(record_file_is_untouched(&back->template, &record.template));
	assert_null(back->template.digest);
	assert_null(back->descriptor.path);
	assert_int_equal(back->code_format, IMAGE_FORMAT_QCOW2);
	assert_string_equal(back->features, "acpi-s3,requires-smm");
}

/* "" are no features, and NULL is nobody who said so */
static void no_features_are_not_unknown_features(void **state)
{
	struct record none = {.features = ""};
	struct record unknown = {0};
	auto_free char *none_text = record_text(&none);
	auto_free char *unknown_text = record_text(&unknown);
	auto_record struct record *none_back = parse(none_text);
	auto_record struct record *unknown_back = parse(unknown_text);

	(void)state;
	assert_string_equal(none_back->features, "");
	assert_null(unknown_back->features);
	assert_int_equal(unknown_back->code_format, IMAGE_FORMAT_UNSET);
}

static void any_path_reads_back(void **state)
{
	static const char *const paths[] = {
		"a=b", "two\nlines", "\\n", "end", "\nend\n", "#", " ", "\xff\x01", ""};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(paths); i++) {
		auto_free char *path = xstrdup(paths[i]);
		struct record record = {.descriptor.path = path};
		auto_free char *text = record_text(&record);
		auto_record struct record *back = parse(text);

		assert_string_equal(back->descriptor.path, paths[i]);
	}
}

static void every_cut_is_noticed(void **state)
{
	struct record record = {.code.path = "/usr/share/CODE.fd"};
	auto_free char *text = record_text(&record);
	size_t whole = strlen(text);

	(void)state;
	for (size_t i = 0; i < whole; i++) {
		struct record *back = NULL;
		auto_error struct error *error = record_parse(text, i, "vm.slipway", &back);

		assert_non_null(error);
	}
}

static void keys_of_newer_versions_are_skipped(void **state)
{
	auto_record struct record *record = parse("version=1\ncolour=blue\ncode-colour=red\n"
						  "code=/c\nend\nwhat follows does not count");

	(void)state;
	assert_string_equal(record->code.path, "/c");
}

static void what_is_no_record_is_refused(void **state)
{
	(void)state;
	assert_broken("version=2\nend\n", 14, "vm.slipway:1: version: '2' is not between 1 and 1");
	assert_broken("hello\nend\n", 10, "vm.slipway:1: 'hello' is not key=value");
	assert_broken("code=\\x\nend\n", 12,
		"vm.slipway:1: the value of 'code' ends in the middle of an escape");
	assert_broken("code=\\\nend\n", 11,
		"vm.slipway:1: the value of 'code' ends in the middle of an escape");
	assert_broken("a\0b\nend\n", 8, "vm.slipway: this is not a record of slipway");
	assert_broken("", 0, "vm.slipway: the record is cut off: its last line is not 'end'");
}

static void numbers_are_checked(void **state)
{
	static const char text[] = "code=/c\ncode-size=-1\nend\n";
	struct record *record = NULL;
	auto_error struct error *error = NULL;

	(void)state;
	error = record_parse(text, sizeof(text) - 1, "vm.slipway", &record);
	assert_non_null(error);
	assert_int_equal(error->line, 2);
	assert_true(text_starts_with(error->text, "vm.slipway:2: code-size: "));
}

static void the_last_of_two_equal_keys_counts_and_the_first_is_not_lost(void **state)
{
	auto_record struct record *record = parse("code=/a\ncode=/b\nend\n");

	(void)state;
	assert_string_equal(record->code.path, "/b"); /* and no leak, says the sanitizer */
}

static void only_end_is_the_end(void **state)
{
	auto_record struct record *record = parse("code=/a\nending=1\ncode=/b\nend\n");

	(void)state;
	assert_string_equal(record->code.path, "/b");
}

/* A record is read and written anew: what stands in it cannot become another line. */
static void no_value_becomes_a_line(void **state)
{
	static const char text[] = "created=a\\ncode=/evil\ncode=/c\ncode-digest=b\\nend\\n\nend\n";
	auto_record struct record *record = parse(text);
	auto_free char *written = record_text(record);
	auto_record struct record *again = parse(written);

	(void)state;
	assert_string_equal(again->created, "a\ncode=/evil");
	assert_string_equal(again->code.path, "/c");
	assert_string_equal(again->code.digest, "b\nend\n");
}

static void each_sign_of_a_touch_counts(void **state)
{
	const struct record_file file = {NULL, 1, 2, 3, 4, NULL};
	struct record_file other = file;

	(void)state;
	assert_true(record_file_is_untouched(&file, &other));
	other.size_bytes++;
	assert_false(record_file_is_untouched(&file, &other));
	other = file;
	other.modified_ns++;
	assert_false(record_file_is_untouched(&file, &other));
	other = file;
	other.changed_ns++;
	assert_false(record_file_is_untouched(&file, &other));
	other = file;
	other.inode++;
	assert_false(record_file_is_untouched(&file, &other));
}

/* A line of 100 bytes that has no key is shown up to its 80th. */
static void a_line_without_a_key_is_shown_in_part(void **state)
{
	auto_free char *line = xasprintf("%0100d\nend\n", 0);
	auto_free char *wanted = xasprintf("vm.slipway:1: '%080d' is not key=value", 0);

	(void)state;
	assert_broken(line, strlen(line), wanted);
	assert_broken("abc\nend\n", 8, "vm.slipway:1: 'abc' is not key=value");
}

static void blank_lines_and_comments_say_nothing(void **state)
{
	auto_record struct record *record = parse("\n# code=/a\n\n#\ncode=/b\n\nend\n");

	(void)state;
	assert_string_equal(record->code.path, "/b");
}

static void a_record_has_64_kib_at_most(void **state)
{
	auto_free char *text = xasprintf("#%*s\nend\n", RECORD_LIMIT_BYTES - 6, "");
	auto_record struct record *record = parse(text);
	auto_free char *longer = xasprintf("#%s", text);

	(void)state;
	assert_int_equal(strlen(text), RECORD_LIMIT_BYTES);
	assert_non_null(record);
	assert_broken(longer, strlen(longer), "vm.slipway: this is not a record of slipway");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_record_reads_back_as_it_was_written),
		cmocka_unit_test(no_features_are_not_unknown_features),
		cmocka_unit_test(any_path_reads_back),
		cmocka_unit_test(every_cut_is_noticed),
		cmocka_unit_test(keys_of_newer_versions_are_skipped),
		cmocka_unit_test(what_is_no_record_is_refused),
		cmocka_unit_test(numbers_are_checked),
		cmocka_unit_test(the_last_of_two_equal_keys_counts_and_the_first_is_not_lost),
		cmocka_unit_test(only_end_is_the_end),
		cmocka_unit_test(no_value_becomes_a_line),
		cmocka_unit_test(each_sign_of_a_touch_counts),
		cmocka_unit_test(a_line_without_a_key_is_shown_in_part),
		cmocka_unit_test(blank_lines_and_comments_say_nothing),
		cmocka_unit_test(a_record_has_64_kib_at_most),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
