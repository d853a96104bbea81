/* SPDX-License-Identifier: MIT */
/* base/text: texts that grow, lists of texts, words for a shell. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/text.h"

static void texts_grow_at_their_end(void **state)
{
	auto_text struct text text = {0};

	(void)state;
	text_add(&text, "a");
	text_add(&text, "");
	text_addf(&text, "%d%s", 12, "b");
	text_add_bytes(&text, "cdef", 2);
	assert_string_equal(text.bytes, "a12bcd");
	assert_int_equal(text.length, 6);
}

static void a_text_ends_with_nul_after_each_step(void **state)
{
	auto_text struct text text = {0};

	(void)state;
	for (size_t i = 0; i < 3000; i++) {
		text_add(&text, "x");
		assert_int_equal(text.length, i + 1);
		assert_int_equal(strlen(text.bytes), i + 1);
	}
}

static void nuls_among_bytes_count(void **state)
{
	auto_text struct text text = {0};

	(void)state;
	text_add_bytes(&text, "a\0b", 3);
	assert_int_equal(text.length, 3);
	assert_memory_equal(text.bytes, "a\0b", 4);
}

static void nothing_added_is_an_empty_text(void **state)
{
	struct text text = {0};
	auto_free char *taken = text_take(&text);

	(void)state;
	assert_string_equal(taken, "");
	assert_null(text.bytes);
}

static void adding_no_bytes_to_nothing_is_an_empty_text(void **state)
{
	auto_text struct text text = {0};

	(void)state;
	text_add_bytes(&text, NULL, 0);
	assert_string_equal(text.bytes, "");
	assert_int_equal(text.length, 0);
}

static void a_taken_text_leaves_an_empty_one(void **state)
{
	auto_text struct text text = {0};
	auto_free char *taken = NULL;

	(void)state;
	text_add(&text, "abc");
	taken = text_take(&text);
	assert_string_equal(taken, "abc");
	assert_null(text.bytes);
	assert_int_equal(text.length, 0);
	text_add(&text, "d");
	assert_string_equal(text.bytes, "d");
}

static void a_cleared_text_is_empty(void **state)
{
	struct text text = {0};

	(void)state;
	text_add(&text, "abc");
	text_clear(&text);
	assert_null(text.bytes);
	assert_int_equal(text.length, 0);
	assert_int_equal(text.room, 0);
}

static void lists_keep_order_and_end_with_null(void **state)
{
	auto_strings struct strings strings = {0};

	(void)state;
	for (int i = 0; i < 500; i++) {
		strings_addf(&strings, "%d", i);
		assert_int_equal(strings.count, i + 1);
		assert_null(strings.items[strings.count]);
	}
	for (int i = 0; i < 500; i++)
		assert_int_equal(atol(strings.items[i]), i);
}

static void lists_own_copies(void **state)
{
	auto_strings struct strings strings = {0};
	char text[] = "abc";

	(void)state;
	strings_add(&strings, text);
	text[0] = '?';
	assert_string_equal(strings.items[0], "abc");
}

static void lists_take_owned_texts_as_they_are(void **state)
{
	auto_strings struct strings strings = {0};
	char *text = xstrdup("abc");

	(void)state;
	strings_add_owned(&strings, text);
	assert_ptr_equal(strings.items[0], text);
}

static void percent_signs_of_added_texts_stay(void **state)
{
	auto_strings struct strings strings = {0};

	(void)state;
	strings_add(&strings, "%s%n");
	assert_string_equal(strings.items[0], "%s%n");
}

static void whole_texts_are_contained_and_parts_are_not(void **state)
{
	auto_strings struct strings strings = {0};

	(void)state;
	assert_false(strings_contain(&strings, "secure-boot"));
	strings_add(&strings, "acpi-s3");
	strings_add(&strings, "secure-boot");
	assert_true(strings_contain(&strings, "secure-boot"));
	assert_false(strings_contain(&strings, "secure"));
	assert_false(strings_contain(&strings, "secure-boot-x"));
	assert_false(strings_contain(&strings, ""));
}

static void texts_added_once_are_there_once(void **state)
{
	auto_strings struct strings strings = {0};

	(void)state;
	strings_add_once(&strings, "base");
	strings_add_once(&strings, "tcg");
	strings_add_once(&strings, "base");
	assert_int_equal(strings.count, 2);
	assert_string_equal(strings.items[0], "base");
	assert_string_equal(strings.items[1], "tcg");
}

static void a_cleared_list_is_empty_and_usable(void **state)
{
	auto_strings struct strings strings = {0};

	(void)state;
	strings_add(&strings, "a");
	strings_clear(&strings);
	assert_int_equal(strings.count, 0);
	assert_null(strings.items);
	strings_clear(&strings);
	strings_add(&strings, "b");
	assert_string_equal(strings.items[0], "b");
}

static void two_absent_texts_are_equal(void **state)
{
	(void)state;
	assert_true(text_equal(NULL, NULL));
	assert_false(text_equal(NULL, ""));
	assert_false(text_equal("", NULL));
	assert_true(text_equal("a", "a"));
	assert_false(text_equal("a", "A"));
	assert_false(text_equal("a", "ab"));
}

static void beginnings_and_ends_are_told(void **state)
{
	(void)state;
	assert_true(text_starts_with("pc-q35-9.0", "pc-q35"));
	assert_true(text_starts_with("x", ""));
	assert_true(text_starts_with("x", "x"));
	assert_false(text_starts_with("pc", "pc-q35"));
	assert_false(text_starts_with("xpc", "pc"));
	assert_true(text_ends_with("50-x.json", ".json"));
	assert_true(text_ends_with("x", ""));
	assert_true(text_ends_with("x", "x"));
	assert_false(text_ends_with("son", ".json"));
	assert_false(text_ends_with("x.json~", ".json"));
}

static void plain_words_stay_as_they_are(void **state)
{
	static const char *const words[] = {"vm", "-name", "guest=vm,debug-threads=on",
		"/usr/bin/qemu-system-x86_64", "a@b%c:1+2"};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(words); i++) {
		auto_free char *quoted = text_shell_quoted(words[i]);

		assert_string_equal(quoted, words[i]);
	}
}

static void other_words_are_quoted(void **state)
{
	static const char *const words[][2] = {
		{"", "''"},
		{"a b", "'a b'"},
		{"{\"driver\":\"file\"}", "'{\"driver\":\"file\"}'"},
		{"it's", "'it'\\''s'"},
		{"'", "''\\'''"},
		{"a\nb", "'a\nb'"},
		{"$HOME `x` \\", "'$HOME `x` \\'"},
		{"~", "'~'"},
		{"#x", "'#x'"},
		{"a*", "'a*'"},
		{"ü", "'ü'"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(words); i++) {
		auto_free char *quoted = text_shell_quoted(words[i][0]);

		assert_string_equal(quoted, words[i][1]);
	}
}

/* Every byte but NUL, through a real shell and back. */
static void a_shell_reads_the_same_word_back(void **state)
{
	auto_text struct text word = {0};
	auto_free char *quoted = NULL;
	auto_free char *line = NULL;
	auto_text struct text got = {0};
	FILE *shell;
	int c;

	(void)state;
	for (int byte = 1; byte < 256; byte++) {
		const char one = (char)byte;

		text_add_bytes(&word, &one, 1);
	}
	quoted = text_shell_quoted(word.bytes);
	line = xasprintf("LC_ALL=C; export LC_ALL; printf %%s %s", quoted);
	shell = popen(line, "r");
	assert_non_null(shell);
	while ((c = getc(shell)) != EOF) {
		const char one = (char)c;

		text_add_bytes(&got, &one, 1);
	}
	assert_int_equal(pclose(shell), 0);
	assert_int_equal(got.length, word.length);
	assert_memory_equal(got.bytes, word.bytes, word.length);
}

static void printable_text_has_no_control_characters(void **state)
{
	static const struct {
		const char *text, *printable;
	} texts[] = {{"", ""}, {"a b", "a b"}, {"a\nb\tc\x7f", "a?b?c?"}, {"\x1b[2J", "?[2J"},
		{"\xc2\x9b"
		 "2J",
			"?2J"},
		{"\xc2\xa0\xc3\xa4", "\xc2\xa0\xc3\xa4"}, {"\xc2", "\xc2"}};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(texts); i++) {
		auto_free char *printable = text_printable(texts[i].text);

		assert_string_equal(printable, texts[i].printable);
	}
}

static void three_are_joined(void **state)
{
	auto_strings struct strings strings = {0};

	(void)state;
	strings_add_joined(&strings, "NAME", "=", "value");
	strings_add_joined(&strings, "", "", "");
	assert_int_equal(strings.count, 2);
	assert_string_equal(strings.items[0], "NAME=value");
	assert_string_equal(strings.items[1], "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(three_are_joined),
		cmocka_unit_test(printable_text_has_no_control_characters),
		cmocka_unit_test(texts_grow_at_their_end),
		cmocka_unit_test(a_text_ends_with_nul_after_each_step),
		cmocka_unit_test(nuls_among_bytes_count),
		cmocka_unit_test(nothing_added_is_an_empty_text),
		cmocka_unit_test(adding_no_bytes_to_nothing_is_an_empty_text),
		cmocka_unit_test(a_taken_text_leaves_an_empty_one),
		cmocka_unit_test(a_cleared_text_is_empty),
		cmocka_unit_test(lists_keep_order_and_end_with_null),
		cmocka_unit_test(lists_own_copies),
		cmocka_unit_test(lists_take_owned_texts_as_they_are),
		cmocka_unit_test(percent_signs_of_added_texts_stay),
		cmocka_unit_test(whole_texts_are_contained_and_parts_are_not),
		cmocka_unit_test(texts_added_once_are_there_once),
		cmocka_unit_test(a_cleared_list_is_empty_and_usable),
		cmocka_unit_test(two_absent_texts_are_equal),
		cmocka_unit_test(beginnings_and_ends_are_told),
		cmocka_unit_test(plain_words_stay_as_they_are),
		cmocka_unit_test(other_words_are_quoted),
		cmocka_unit_test(a_shell_reads_the_same_word_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
