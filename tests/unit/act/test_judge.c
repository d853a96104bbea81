/* SPDX-License-Identifier: MIT */
/* act/judge: what lines mean for a test. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "act/judge.h"
#include "base/memory.h"

struct asked {
	struct strings expect, forbid, send;
	bool allow_shell;
	enum network_boot network;
};

static void asked_clear(struct asked *asked)
{
	strings_clear(&asked->expect);
	strings_clear(&asked->forbid);
	strings_clear(&asked->send);
}

#define auto_asked CLEANUP(asked_clear)

static struct judge *judge_of(const struct asked *asked)
{
	const struct judge_request request = {
		&asked->expect, &asked->forbid, &asked->send, asked->allow_shell, asked->network};
	struct judge *judge = NULL;

	assert_null(judge_new(&request, &judge));
	return judge;
}

/* The trouble that one whole line is. */
static enum trouble trouble_of(const char *line, enum line_state state, enum network_boot network)
{
	const struct asked nothing = {.network = network};
	auto_judge struct judge *judge = judge_of(&nothing);

	judge_look(judge, line, state);
	return judge_trouble(judge);
}

#define TROUBLE(line) trouble_of(line, LINE_WHOLE, NETWORK_BOOT_NONE)

static void expected_texts_are_seen_in_order(void **state)
{
	auto_asked struct asked asked = {0};
	auto_judge struct judge *judge = NULL;

	(void)state;
	strings_add(&asked.expect, "one");
	strings_add(&asked.expect, "^two$");
	judge = judge_of(&asked);
	judge_look(judge, "two", LINE_WHOLE);
	assert_string_equal(judge_awaited(judge), "one");
	judge_look(judge, "number one", LINE_WHOLE);
	assert_int_equal(judge_seen(judge), 1);
	judge_look(judge, "not two", LINE_WHOLE);
	judge_look(judge, "two", LINE_WHOLE);
	assert_int_equal(judge_seen(judge), 2);
	assert_int_equal(judge_expected(judge), 2);
	assert_null(judge_awaited(judge));
}

static void one_text_is_not_seen_twice(void **state)
{
	auto_asked struct asked asked = {0};
	auto_judge struct judge *judge = NULL;

	(void)state;
	strings_add(&asked.expect, "login:");
	strings_add(&asked.expect, "login:");
	judge = judge_of(&asked);
	judge_look(judge, "login:", LINE_PAUSED);
	judge_look(judge, "login: ", LINE_AT_REST);
	judge_look(judge, "login: root", LINE_WHOLE);
	assert_int_equal(judge_seen(judge), 1);
	judge_look(judge, "login:", LINE_PAUSED);
	assert_int_equal(judge_seen(judge), 2);
}

static void several_texts_may_share_a_line(void **state)
{
	auto_asked struct asked asked = {0};
	auto_judge struct judge *judge = NULL;

	(void)state;
	strings_add(&asked.expect, "a");
	strings_add(&asked.expect, "^b"); /* not a line's start */
	judge = judge_of(&asked);
	judge_look(judge, "ab", LINE_WHOLE);
	assert_int_equal(judge_seen(judge), 1);
	judge_look(judge, "b", LINE_WHOLE);
	assert_int_equal(judge_seen(judge), 2);
}

static void a_line_that_became_shorter_is_looked_at_safely(void **state)
{
	auto_asked struct asked asked = {0};
	auto_judge struct judge *judge = NULL;

	(void)state;
	strings_add(&asked.expect, "password");
	strings_add(&asked.expect, "x");
	strings_add(&asked.send, "password => y");
	judge = judge_of(&asked);
	judge_look(judge, "password", LINE_PAUSED);
	judge_look(judge, "p", LINE_PAUSED);
	judge_look(judge, "px", LINE_WHOLE);
	assert_int_equal(judge_seen(judge), 2);
}

static void forbidden_texts_are_quoted(void **state)
{
	auto_asked struct asked asked = {0};
	auto_judge struct judge *judge = NULL;

	(void)state;
	strings_add(&asked.forbid, "never");
	strings_add(&asked.forbid, "Oops|BUG:");
	judge = judge_of(&asked);
	judge_look(judge, "fine", LINE_WHOLE);
	assert_null(judge_forbidden(judge));
	judge_look(judge, "BUG: x", LINE_PAUSED);
	judge_look(judge, "never", LINE_WHOLE);
	assert_string_equal(judge_forbidden(judge), "--forbid='Oops|BUG:': \"BUG: x\"");
}

static void each_answer_is_given_once(void **state)
{
	auto_asked struct asked asked = {0};
	auto_judge struct judge *judge = NULL;

	(void)state;
	strings_add(&asked.send, "login: => root");
	strings_add(&asked.send, "login: => guest");
	judge = judge_of(&asked);
	assert_null(judge_take_reply(judge));
	judge_look(judge, "login:", LINE_PAUSED);
	assert_string_equal(judge_take_reply(judge), "root\r");
	assert_null(judge_take_reply(judge));
	judge_look(judge, "login: root", LINE_WHOLE);
	assert_null(judge_take_reply(judge));
	judge_look(judge, "login:", LINE_PAUSED);
	assert_string_equal(judge_take_reply(judge), "guest\r");
	judge_look(judge, "login: login:", LINE_WHOLE);
	assert_null(judge_take_reply(judge));
}

static void signs_of_trouble_are_known(void **state)
{
	(void)state;
	assert_int_equal(TROUBLE("all is well"), TROUBLE_NONE);
	assert_int_equal(TROUBLE("[    1.2] Kernel panic - not syncing: VFS"), TROUBLE_PANIC);
	assert_int_equal(
		TROUBLE("!!!! X64 Exception Type - 06(#UD - Invalid Opcode)"), TROUBLE_PANIC);
	assert_int_equal(TROUBLE("!!!! RISCV64 Exception Type - 0x1(x) !!!!"), TROUBLE_PANIC);
	assert_int_equal(TROUBLE("Synchronous Exception at 0x000000004786A0C8"), TROUBLE_PANIC);
	assert_int_equal(TROUBLE("ASSERT [DxeCore] /a/b.c(12): !EFI_ERROR"), TROUBLE_PANIC);
	assert_int_equal(TROUBLE("BdsDxe: failed to load Boot0001 \"x\" from P(0): Access Denied"),
		TROUBLE_REFUSED);
	assert_int_equal(TROUBLE("BdsDxe: failed to load Boot0001 \"x\" from P(0): Not Found"),
		TROUBLE_NONE);
	assert_int_equal(TROUBLE("BdsDxe: failed to start Boot0002 \"EFI Internal Shell\" from F: "
				 "Security Violation"),
		TROUBLE_NONE);
	assert_int_equal(TROUBLE("error: ../../grub-core/kern/efi/sb.c:182:bad shim signature."),
		TROUBLE_REFUSED);
	assert_int_equal(
		TROUBLE("BdsDxe: starting Boot0000 \"UiApp\" from Fv(1)/FvFile(2)"), TROUBLE_MENU);
	assert_int_equal(TROUBLE("BdsDxe: No bootable option or device was found."), TROUBLE_MENU);
	assert_int_equal(TROUBLE("Please select boot device:"), TROUBLE_MENU);
}

static void prompts_are_trouble_only_at_rest(void **state)
{
	(void)state;
	assert_int_equal(TROUBLE("Shell> "), TROUBLE_NONE);
	assert_int_equal(trouble_of("Shell> ", LINE_PAUSED, NETWORK_BOOT_NONE), TROUBLE_NONE);
	assert_int_equal(trouble_of("Shell> ", LINE_AT_REST, NETWORK_BOOT_NONE), TROUBLE_SHELL);
	assert_int_equal(
		trouble_of("FS0:\\EFI\\> ", LINE_AT_REST, NETWORK_BOOT_NONE), TROUBLE_SHELL);
	assert_int_equal(
		trouble_of("grub rescue> ", LINE_AT_REST, NETWORK_BOOT_NONE), TROUBLE_SHELL);
	assert_int_equal(
		trouble_of("(initramfs) ", LINE_AT_REST, NETWORK_BOOT_NONE), TROUBLE_SHELL);
	assert_int_equal(
		trouble_of("(or press Control-D to continue): ", LINE_AT_REST, NETWORK_BOOT_NONE),
		TROUBLE_SHELL);
	assert_int_equal(
		trouble_of("Shell> echo hello", LINE_AT_REST, NETWORK_BOOT_NONE), TROUBLE_NONE);
}

static void network_boot_is_trouble_where_it_was_not_meant(void **state)
{
	(void)state;
	assert_int_equal(TROUBLE(">>Start PXE over IPv4."), TROUBLE_NETWORK);
	assert_int_equal(
		trouble_of(">>Start PXE over IPv4.", LINE_WHOLE, NETWORK_BOOT_ONLY), TROUBLE_NONE);
	assert_int_equal(
		trouble_of("  PXE-E16: No valid offer received.", LINE_WHOLE, NETWORK_BOOT_ONLY),
		TROUBLE_NO_SERVER);
	assert_int_equal(
		trouble_of("  PXE-E16: No valid offer received.", LINE_WHOLE, NETWORK_BOOT_ALSO),
		TROUBLE_NONE);
}

static void what_is_allowed_is_no_trouble(void **state)
{
	const struct asked asked = {.allow_shell = true};
	auto_judge struct judge *judge = judge_of(&asked);

	(void)state;
	judge_look(judge, "Shell> ", LINE_AT_REST);
	judge_look(judge, "BdsDxe: No bootable option or device was found.", LINE_WHOLE);
	judge_look(judge, ">>Start PXE over IPv4.", LINE_WHOLE);
	assert_int_equal(judge_trouble(judge), TROUBLE_NONE);
	judge_look(judge, "Kernel panic - not syncing: x", LINE_WHOLE);
	assert_int_equal(judge_trouble(judge), TROUBLE_PANIC);
}

static void the_heavier_trouble_is_the_reason(void **state)
{
	const struct asked nothing = {0};
	auto_judge struct judge *judge = judge_of(&nothing);

	(void)state;
	judge_look(judge, ">>Start PXE over IPv4.", LINE_WHOLE);
	judge_look(judge, "Kernel panic - not syncing: x", LINE_WHOLE);
	judge_look(judge, "BdsDxe: No bootable option or device was found.", LINE_WHOLE);
	assert_string_equal(
		judge_trouble_words(judge), "kernel panic: \"Kernel panic - not syncing: x\"");
}

static void an_expected_panic_is_no_trouble(void **state)
{
	auto_asked struct asked asked = {0};
	auto_judge struct judge *judge = NULL;

	(void)state;
	strings_add(&asked.expect, "not syncing: VFS");
	strings_add(&asked.expect, "login:");
	judge = judge_of(&asked);
	/* an unfinished line first: it looks like trouble until the expected text is there */
	judge_look(judge, "Kernel panic - not syncing", LINE_PAUSED);
	assert_int_equal(judge_trouble(judge), TROUBLE_PANIC);
	judge_look(judge, "Kernel panic - not syncing: VFS", LINE_WHOLE);
	assert_int_equal(judge_trouble(judge), TROUBLE_NONE);
	assert_true(judge_panic_was_expected(judge));
	judge_look(judge, "Kernel panic - not syncing: another", LINE_WHOLE);
	assert_int_equal(judge_trouble(judge), TROUBLE_PANIC);
}

static void remarks_explain_and_do_not_fail(void **state)
{
	const struct asked nothing = {0};
	auto_judge struct judge *judge = judge_of(&nothing);

	(void)state;
	judge_look_at_firmware(judge, "Boot failed: not a bootable disk");
	assert_int_equal(judge_trouble(judge), TROUBLE_NONE);
	assert_non_null(strstr(judge_remark(judge), "no boot sector"));
	judge_look_at_firmware(judge, "No bootable device.");
	assert_int_equal(judge_trouble(judge), TROUBLE_MENU);
}

static void long_lines_are_quoted_in_part(void **state)
{
	auto_free char *line = xcalloc(2001, 1);
	auto_free char *quoted = NULL;

	(void)state;
	for (size_t i = 0; i < 1000; i++)
		memcpy(line + i * 2, "\303\244", 2);
	quoted = judge_quote(line + 1); /* begins inside a character, so the cut would, too */
	assert_true(strlen(quoted) < 220);
	assert_int_equal((unsigned char)quoted[strlen(quoted) - 6], 0xa4);
}

static void bad_expressions_are_refused_by_option(void **state)
{
	static const char *const values[][3] = {{"(", NULL, NULL}, {NULL, "a{2,1}", NULL},
		{NULL, NULL, "no arrow"}, {"", NULL, NULL}, {NULL, NULL, "a => \\q"},
		{NULL, NULL, " => a"}};
	static const char *const options[] = {"--expect='('", "--forbid='a{2,1}'",
		"--send='no arrow'", "--expect=''", "'\\q'", "--send=''"};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(values); i++) {
		auto_asked struct asked asked = {0};
		const struct judge_request request = {
			.expect = &asked.expect, .forbid = &asked.forbid, .send = &asked.send};
		auto_judge struct judge *judge = NULL;
		auto_error struct error *error = NULL;
		struct strings *lists[] = {&asked.expect, &asked.forbid, &asked.send};

		for (size_t j = 0; j < ARRAY_COUNT(lists); j++)
			if (values[i][j])
				strings_add(lists[j], values[i][j]);
		error = judge_new(&request, &judge);
		assert_non_null(error);
		assert_non_null(strstr(error->text, options[i]));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(expected_texts_are_seen_in_order),
		cmocka_unit_test(one_text_is_not_seen_twice),
		cmocka_unit_test(several_texts_may_share_a_line),
		cmocka_unit_test(a_line_that_became_shorter_is_looked_at_safely),
		cmocka_unit_test(forbidden_texts_are_quoted),
		cmocka_unit_test(each_answer_is_given_once),
		cmocka_unit_test(signs_of_trouble_are_known),
		cmocka_unit_test(prompts_are_trouble_only_at_rest),
		cmocka_unit_test(network_boot_is_trouble_where_it_was_not_meant),
		cmocka_unit_test(what_is_allowed_is_no_trouble),
		cmocka_unit_test(the_heavier_trouble_is_the_reason),
		cmocka_unit_test(an_expected_panic_is_no_trouble),
		cmocka_unit_test(remarks_explain_and_do_not_fail),
		cmocka_unit_test(long_lines_are_quoted_in_part),
		cmocka_unit_test(bad_expressions_are_refused_by_option),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
