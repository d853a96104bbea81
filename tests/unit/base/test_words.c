/* SPDX-License-Identifier: MIT */
/* base/words: a line is split as a POSIX shell splits it, and nothing is expanded. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/words.h"

/* `wanted` ends with NULL. */
static void assert_words(const char *line, const char *const *wanted)
{
	auto_strings struct strings words = {0};
	size_t count = 0;

	assert_null(words_split(line, &words));
	for (; wanted[count]; count++) {
		assert_true(count < words.count);
		assert_string_equal(words.items[count], wanted[count]);
	}
	assert_int_equal(words.count, count);
}

#define ASSERT_WORDS(line, ...) assert_words(line, (const char *const[]){__VA_ARGS__})

static void blanks_tabs_and_newlines_separate(void **state)
{
	(void)state;
	ASSERT_WORDS("-m 512\t-smp\n2", "-m", "512", "-smp", "2", NULL);
}

static void blanks_around_make_no_words(void **state)
{
	(void)state;
	ASSERT_WORDS("  a  b  ", "a", "b", NULL);
	ASSERT_WORDS("", NULL);
	ASSERT_WORDS(" \t\n", NULL);
}

static void single_quotes_keep_everything(void **state)
{
	(void)state;
	ASSERT_WORDS("'a b' 'c\"\\d'", "a b", "c\"\\d", NULL);
}

static void double_quotes_keep_blanks_and_know_five_escapes(void **state)
{
	(void)state;
	ASSERT_WORDS("\"a b\"", "a b", NULL);
	ASSERT_WORDS("\"\\$ \\` \\\" \\\\\"", "$ ` \" \\", NULL);
	ASSERT_WORDS("\"a\\x 'b'\"", "a\\x 'b'", NULL);
}

static void a_backslash_keeps_the_next_character(void **state)
{
	(void)state;
	ASSERT_WORDS("a\\ b \\'c\\' \\\\", "a b", "'c'", "\\", NULL);
}

static void quoted_parts_join_to_one_word(void **state)
{
	(void)state;
	ASSERT_WORDS("a'b c'\"d e\"f", "ab cd ef", NULL);
	ASSERT_WORDS("'it'\\''s'", "it's", NULL);
}

static void empty_quotes_are_an_empty_word(void **state)
{
	(void)state;
	ASSERT_WORDS("'' a \"\"", "", "a", "", NULL);
}

static void nothing_is_expanded(void **state)
{
	(void)state;
	ASSERT_WORDS("$HOME ~ * `x` $(y) #z", "$HOME", "~", "*", "`x`", "$(y)", "#z", NULL);
}

static void words_are_added_behind_earlier_ones(void **state)
{
	auto_strings struct strings words = {0};

	(void)state;
	strings_add(&words, "first");
	assert_null(words_split("a b", &words));
	assert_int_equal(words.count, 3);
	assert_string_equal(words.items[0], "first");
	assert_string_equal(words.items[2], "b");
}

static void an_unfinished_quote_is_an_error_and_adds_nothing(void **state)
{
	static const char *const lines[] = {"a 'b", "a \"b", "a b\\", "'", "\"a\\\"", "\"a\\"};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(lines); i++) {
		auto_strings struct strings words = {0};
		auto_free char *text = xasprintf("unfinished quote in '%s'", lines[i]);
		auto_error struct error *error = NULL;

		strings_add(&words, "first");
		error = words_split(lines[i], &words);
		assert_non_null(error);
		assert_string_equal(error->text, text);
		assert_int_equal(words.count, 1);
	}
}

static void a_quoted_word_of_a_shell_comes_back(void **state)
{
	static const char *const texts[] = {"a b", "it's", "", "\"\\$`", "a\nb", "-x,y=%d"};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(texts); i++) {
		auto_free char *quoted = text_shell_quoted(texts[i]);

		ASSERT_WORDS(quoted, texts[i], NULL);
	}
}

/* POSIX, XCU 2.2.1: a backslash before a newline continues the line, both disappear. */
static void a_backslash_before_a_newline_continues_the_line(void **state)
{
	(void)state;
	ASSERT_WORDS("a \\\nb", "a", "b", NULL);
	ASSERT_WORDS("\"a\\\nb\"", "ab", NULL);
	ASSERT_WORDS("a\\\nb", "ab", NULL);
	ASSERT_WORDS("\\\na \\\n b \\\n", "a", "b", NULL);
	ASSERT_WORDS("'a\\\nb'", "a\\\nb", NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blanks_tabs_and_newlines_separate),
		cmocka_unit_test(blanks_around_make_no_words),
		cmocka_unit_test(single_quotes_keep_everything),
		cmocka_unit_test(double_quotes_keep_blanks_and_know_five_escapes),
		cmocka_unit_test(a_backslash_keeps_the_next_character),
		cmocka_unit_test(quoted_parts_join_to_one_word),
		cmocka_unit_test(empty_quotes_are_an_empty_word),
		cmocka_unit_test(nothing_is_expanded),
		cmocka_unit_test(words_are_added_behind_earlier_ones),
		cmocka_unit_test(an_unfinished_quote_is_an_error_and_adds_nothing),
		cmocka_unit_test(a_quoted_word_of_a_shell_comes_back),
		cmocka_unit_test(a_backslash_before_a_newline_continues_the_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
