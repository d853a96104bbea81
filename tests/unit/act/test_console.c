/* SPDX-License-Identifier: MIT */
/* act/console: whatever a guest writes becomes lines of clean text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "act/console.h"
#include "base/memory.h"
#include "base/text.h"

/* The lines of `bytes`, each with "|" behind it, then what is unfinished; given `step` bytes at a
 * time. The caller frees it. */
static char *lines_of(const char *bytes, size_t length, size_t step)
{
	auto_console struct console *console = console_new();
	struct text lines = {0};
	bool whole = false;

	for (size_t at = 0; at < length;) {
		size_t some = length - at < step ? length - at : step;

		at += console_take(console, bytes + at, some, &whole);
		if (whole) {
			text_add(&lines, console_line(console));
			text_add(&lines, "|");
		}
	}
	if (!whole)
		text_add(&lines, console_line(console));
	return text_take(&lines);
}

/* The cut between two reads must not matter. */
static void check(const char *bytes, size_t length, const char *wanted)
{
	for (size_t step = 1; step < 6; step++) {
		auto_free char *cut = lines_of(bytes, length, step);

		assert_string_equal(cut, wanted);
	}
	auto_free char *once = lines_of(bytes, length, length);

	assert_string_equal(once, wanted);
}

#define CHECK(bytes, wanted) check(bytes, sizeof(bytes) - 1, wanted)

static void lines_end_as_terminals_and_files_end_them(void **state)
{
	(void)state;
	CHECK("one\r\ntwo\nthree", "one|two|three");
	CHECK("one\r\r\n\r\ntwo", "one||two");
	CHECK("one\n\rtwo\n", "one|two|");
	CHECK("\r\n\n", "||");
	CHECK("10%\r20%\r\n", "10%|20%|");
}

static void firmware_screens_become_lines(void **state)
{
	(void)state;
	CHECK("\033[2J\033[01;01H\033[=3h\033[2J\033[01;01HBdsDxe: loading Boot0001\r\n",
		"BdsDxe: loading Boot0001|");
	CHECK("\033[07;01HPress \033[1m\033[37m\033[40mESC\033[0m in 5 seconds\033[07;01HPress ESC "
	      "in 4 seconds",
		"Press ESC in 5 seconds|Press ESC in 4 seconds");
	CHECK("\033[08;01H\033[1m\033[33m\033[40mShell> \033[0m\033[37m\033[40m", "Shell> ");
	CHECK("\033[3;1HBoot\033[3;20HManager\033[4;1HContinue", "Boot Manager|Continue");
	CHECK("\033[08;01HShell> \033[08;08H\033[08;08Hr\033[08;09H\033[08;09He\033[08;10H",
		"Shell> re");
	CHECK("one\nShell> \033[24;08Hr\033[24;09H\033[24;09He", "one|Shell> re");
	CHECK("one\nShell> \033[24;01Hr", "one|Shell> |r");
	CHECK("\033[2;1H\303\244\303\266\033[2;3H\303\274\033[2;3Hx", "\303\244\303\266\303\274|x");
	CHECK("\033[H\033[Jone\033[2Btwo\033[3Cthree", "one|two three");
}

static void colours_titles_and_modes_leave_no_trace(void **state)
{
	(void)state;
	CHECK("\033[38;5;196m\033[48;2;1;2;3mred\033[0m", "red");
	CHECK("\033]0;a title\aafter", "after");
	CHECK("\033]0;a title\033\\after", "after");
	CHECK("\033P1$r0m\033\\after\033_x\033\\.", "after.");
	CHECK("\033(0\016lines\017\033(B", "lines");
	CHECK("\033[?1049h\033[?25l\033[?2004hx\033[>c\033[6n", "x");
	CHECK("\033[1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1mlong", "long");
	CHECK("\033[99999999999999999999;1Hx", "x");
	CHECK("\033=\0337\0338\033Mx", "x");
}

static void eight_bit_controls_are_controls(void **state)
{
	(void)state;
	CHECK("a\233"
	      "31mb",
		"ab");
	CHECK("a\302\233"
	      "31mb",
		"ab");
	CHECK("a\235title\234b", "ab");
	CHECK("a\205b", "a|b");
}

static void an_unfinished_sequence_hides_nothing_behind_its_line(void **state)
{
	(void)state;
	CHECK("\033[\rslipway", "slipway");
	CHECK("\033]0;never ended\r\nKernel panic", "|Kernel panic");
	CHECK("\033P never ended\nKernel panic", "|Kernel panic");
	CHECK("\033[12\033[1mx", "x");
	CHECK("\033[3\030x", "x");
	CHECK("\033\nx", "|x");
}

static void backspaces_take_back(void **state)
{
	(void)state;
	CHECK("wrong\b\b\b\b\bright", "right");
	CHECK("|\b/\b-\b\\\b", "");
	CHECK("\b\bx", "x");
	CHECK("a\303\244\bb", "ab");
	CHECK("user\b \b", "use");
}

static void control_characters_are_dropped(void **state)
{
	(void)state;
	CHECK("a\0b\ac\177d", "abcd");
	CHECK("a\tb", "a\tb");
	CHECK("a\fb", "a|b");
}

static void text_is_valid_utf_8(void **state)
{
	(void)state;
	CHECK("\303\244\342\202\254\360\237\232\242", "\303\244\342\202\254\360\237\232\242");
	CHECK("\377\376\300\257.", "\357\277\275\357\277\275\357\277\275\357\277\275.");
	CHECK("\303(", "\357\277\275(");
	CHECK("\355\240\200.", "\357\277\275.");     /* half of a UTF-16 pair */
	CHECK("\360\200\200\257.", "\357\277\275."); /* an overlong '/' */
	CHECK("\364\220\200\200.", "\357\277\275."); /* beyond Unicode */
	CHECK("\357\277\277.", "\357\277\275.");     /* U+FFFF is no XML character */
	CHECK("\342\202\r\nx", "\357\277\275|x");
}

static void long_lines_are_cut_between_characters(void **state)
{
	const size_t count = (size_t)CONSOLE_LINE_LIMIT_BYTES * 3;
	auto_free char *bytes = xcalloc(count * 2, 1);
	auto_free char *lines = NULL;
	size_t cuts = 0;

	(void)state;
	for (size_t i = 0; i < count; i++)
		memcpy(bytes + i * 2, "\303\244", 2);
	lines = lines_of(bytes, count * 2, 777);
	assert_int_equal(lines[strlen(lines) - 1], '\244');
	for (char *line = lines; *line; line++) {
		cuts += *line == '|';
		assert_true(*line == '|' || *line == '\303' || *line == '\244');
	}
	assert_true(cuts >= 5 && cuts <= 7);
	assert_int_equal(strlen(lines), count * 2 + cuts);
	for (const char *cut = lines; cut; cut = strchr(cut + 1, '|'))
		assert_true(strcspn(cut + 1, "|") <= CONSOLE_LINE_LIMIT_BYTES);
}

static void long_lines_are_cut_alike_however_they_arrive(void **state)
{
	auto_free char *bytes = xcalloc(CONSOLE_LINE_LIMIT_BYTES * 3 + 1, 1);
	auto_free char *slowly = NULL;

	(void)state;
	memset(bytes, 'a', (size_t)CONSOLE_LINE_LIMIT_BYTES * 3);
	/* characters of three bytes, and one that is none, around the place of the first cut */
	for (size_t i = 0; i < 8; i++) {
		free_pointer(&slowly);
		memcpy(bytes + CONSOLE_LINE_LIMIT_BYTES - 15 + i, "\342\202\254\342\202", 5);
		slowly = lines_of(bytes, strlen(bytes), 1);
		check(bytes, strlen(bytes), slowly);
		bytes[CONSOLE_LINE_LIMIT_BYTES - 15 + i] = 'a';
	}
}

static void control_sequences_of_every_kind_are_no_text(void **state)
{
	(void)state;
	CHECK("a\033[1;2;3;4;5;6mb", "ab");  /* more parameters than are kept */
	CHECK("a\033[99999999999Hb", "a|b"); /* a larger one than there is */
	CHECK("a\033[?25lb", "ab");          /* private use */
	CHECK("a\033[1 qb", "ab");           /* an intermediate byte */
	CHECK("a\033[3\200b", "ab");         /* what no sequence has: not its end, no text */
	CHECK("a\033(Bb", "ab");             /* a character set */
	CHECK("a\033(\001Bb", "ab");         /* … with a control character in it */
	CHECK("a\033(\200Bb", "ab");
	CHECK("a\033cb", "a|b");       /* RIS: a screen that is new */
	CHECK("a\0337b\0338c", "abc"); /* DECSC, DECRC */
	CHECK("a\033\033[mb", "ab");   /* one sequence ends another */
	CHECK("a\033[1\030b", "ab");   /* CAN */
	CHECK("a\033[1\032b", "ab");   /* SUB */
	CHECK("a\033[1\nb", "a|b");
	CHECK("a\033]0;title\007b", "ab"); /* a string, ended by BEL */
	CHECK("\033[Ca", "a");             /* a gap before anything is none */
	CHECK("a\033[Cb\033[Gc", "a b c");
	CHECK("\033[1;1Ha\033[1;9Hb", "a b"); /* farther on in the line: a gap */
	CHECK("\033[1;9Hb", "b");
	CHECK("a\033[2;1Hb\033[2;2Hc", "a|bc");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(control_sequences_of_every_kind_are_no_text),
		cmocka_unit_test(lines_end_as_terminals_and_files_end_them),
		cmocka_unit_test(firmware_screens_become_lines),
		cmocka_unit_test(colours_titles_and_modes_leave_no_trace),
		cmocka_unit_test(eight_bit_controls_are_controls),
		cmocka_unit_test(an_unfinished_sequence_hides_nothing_behind_its_line),
		cmocka_unit_test(backspaces_take_back),
		cmocka_unit_test(control_characters_are_dropped),
		cmocka_unit_test(text_is_valid_utf_8),
		cmocka_unit_test(long_lines_are_cut_between_characters),
		cmocka_unit_test(long_lines_are_cut_alike_however_they_arrive),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
