/* SPDX-License-Identifier: MIT */
/* act/verdict: from what happened to passed or failed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <signal.h>

#include <cmocka.h>

#include "act/judge.h"
#include "act/verdict.h"
#include "base/memory.h"
#include "base/text.h"

/* One case: what was asked, what the console said, what happened; the status and the words' start.
 */
struct verdict_case {
	const char *name;
	const char *expect; /* one text, or NULL */
	const char *forbid;
	const char *lines[3];
	struct verdict_request request;
	struct facts facts;
	int status;
	const char *words;
};

#define ASKED_FOR(...) .request = {.timeout_ms = 120000, .silence_ms = 30000, __VA_ARGS__}
#define ASKED ASKED_FOR(.success_exit = -1)
#define ASKED_STATUS ASKED_FOR(.success_exit = 33)
#define PANIC "Kernel panic - not syncing: x"

static const struct verdict_case cases[] = {
	{"power off", .facts = {.powered_off = true, .exited = true}, ASKED, .status = 0,
		.words = "the guest powered off"},
	{"expected text", .expect = "up", .lines = {"up"}, ASKED,
		.facts = {.satisfied = true, .exited = true}, .status = 0,
		.words = "the expected text was seen"},
	{"expected in the last words", .expect = "up", .lines = {"up"}, ASKED,
		.facts = {.powered_off = true, .exited = true}, .status = 0,
		.words = "the expected text was seen"},
	{"power off too early", .expect = "up", ASKED, .facts = {.powered_off = true}, .status = 1,
		.words = "the guest powered off; --expect='up' was not seen; the console was "
			 "silent"},
	{"forbidden", .expect = "up", .forbid = "bad", .lines = {"bad", "up"}, ASKED,
		.facts = {.powered_off = true}, .status = 1,
		.words = "forbidden text was seen: --forbid='bad': \"bad\""},
	{"forbidden after all was seen", .expect = "up", .forbid = "bad", .lines = {"up", "bad"},
		ASKED, .facts = {.satisfied = true}, .status = 0,
		.words = "the expected text was seen"},
	{"timeout", ASKED,
		.facts = {.out_of_time = true,
			.last_line = "Shell> ",
			.by_us = true,
			.exited = true},
		.status = 124, .words = "timeout after 120 s; last console line: \"Shell> \""},
	{"silence", ASKED, .facts = {.silent = true, .by_us = true}, .status = 124,
		.words = "no output for 30 s (--silence); the console was silent"},
	{"killed at the timeout by us", ASKED,
		.facts = {.out_of_time = true, .by_us = true, .killed_by = SIGKILL}, .status = 124,
		.words = "timeout after 120 s"},
	{"panic", .lines = {PANIC}, ASKED, .facts = {.powered_off = true}, .status = 1,
		.words = "kernel panic: \"" PANIC "\""},
	{"panic and its report", .lines = {PANIC}, ASKED, .facts = {.panicked = true}, .status = 1,
		.words = "kernel panic: "},
	{"report of a panic", ASKED, .facts = {.panicked = true}, .status = 1,
		.words = "the guest reported a panic (pvpanic)"},
	{"expected panic", .expect = "panic", .lines = {PANIC}, ASKED,
		.facts = {.panicked = true, .satisfied = true}, .status = 0,
		.words = "the expected"},
	{"panic, then a reboot", .lines = {PANIC}, ASKED, .facts = {.resets = 1}, .status = 1,
		.words = "kernel panic: "},
	{"reboot", ASKED, .facts = {.resets = 1}, .status = 1,
		.words = "the guest rebooted; --reboots=1 allows that"},
	{"reboot that is allowed", ASKED_FOR(.success_exit = -1, .reboots = 1),
		.facts = {.resets = 1, .powered_off = true}, .status = 0,
		.words = "the guest powered off"},
	{"watchdog before its reboot", ASKED, .facts = {.resets = 1, .watchdog = true}, .status = 1,
		.words = "the guest's watchdog has fired"},
	{"internal error", ASKED,
		.facts = {.paused = "internal-error",
			.emulator_words = "KVM internal error. Suberror: 1"},
		.status = 1,
		.words = "internal error of the accelerator, which leaves QEMU paused for ever; "
			 "--accel=tcg runs without KVM; its last words: KVM internal error."},
	{"disk", ASKED, .facts = {.paused = "io-error", .bad_disk = "vda"}, .status = 1,
		.words = "QEMU paused the guest after an error of disk 'vda'"},
	{"sandbox", ASKED, .facts = {.killed_by = SIGSYS, .death = "the sandbox denied x"},
		.status = 159,
		.words = "QEMU was killed by signal 31 (Bad system call): the sandbox denied x"},
	{"killed after a panic", .lines = {PANIC}, ASKED, .facts = {.killed_by = SIGKILL},
		.status = 137, .words = "kernel panic: \"" PANIC "\"; QEMU was killed by signal 9"},
	{"start that fails", ASKED,
		.facts = {.exited = true, .exit_status = 1, .emulator_words = "qemu: no"},
		.status = 1,
		.words = "QEMU ended with status 1; its last words: qemu: no; the console was "
			 "silent"},
	{"success status", ASKED_STATUS, .facts = {.exited = true, .exit_status = 33}, .status = 0,
		.words = "QEMU ended with status 33"},
	{"another status", ASKED_STATUS, .facts = {.exited = true, .exit_status = 35}, .status = 1,
		.words = "QEMU ended with status 35, --success-exit=33 was asked for"},
	{"success status, text missing", .expect = "up", ASKED_STATUS,
		.facts = {.exited = true, .exit_status = 33}, .status = 1,
		.words = "QEMU ended with status 33; --expect='up' was not seen"},
	{"success status 0 by itself", ASKED, .facts = {.exited = true}, .status = 0,
		.words = "QEMU ended with status 0"},
	{"outside", ASKED, .facts = {.ended_from_outside = true, .exited = true}, .status = 1,
		.words = "QEMU was told to end by somebody else"},
	{"interrupted", .expect = "up", .lines = {"up"}, ASKED,
		.facts = {.interrupted = SIGTERM, .satisfied = true}, .status = 143,
		.words = "interrupted by signal 15 (Terminated)"},
	{"ready", ASKED_FOR(.success_exit = -1, .ready = true),
		.facts = {.ready = true, .satisfied = true}, .status = 0,
		.words = "the guest is ready"},
	{"not ready", ASKED_FOR(.success_exit = -1, .ready = true), .facts = {.powered_off = true},
		.status = 1,
		.words = "the guest powered off; the guest did not say that it is ready"},
	{"not heard", ASKED_FOR(.success_exit = -1, .ready = true, .unheard = "VSOCK"),
		.facts = {.powered_off = true}, .status = 1,
		.words = "the guest powered off; the guest did not say that it is ready (VSOCK)"},
	{"Secure Boot", .lines = {"BdsDxe: failed to load Boot0001 \"x\": Access Denied"},
		ASKED_FOR(.success_exit = -1, .keys = "KEYS"), .status = 1,
		.words = "Secure Boot refused the loader: \"BdsDxe: failed to load Boot0001 \"x\": "
			 "Access Denied\"; KEYS"},
};

static struct judge *judge_of(const struct verdict_case *one)
{
	auto_strings struct strings expect = {0}, forbid = {0}, send = {0};
	const struct judge_request request = {.expect = &expect, .forbid = &forbid, .send = &send};
	struct judge *judge = NULL;

	if (one->expect)
		strings_add(&expect, one->expect);
	if (one->forbid)
		strings_add(&forbid, one->forbid);
	assert_null(judge_new(&request, &judge));
	for (size_t i = 0; i < ARRAY_COUNT(one->lines) && one->lines[i]; i++)
		judge_look(judge, one->lines[i], LINE_WHOLE);
	return judge;
}

static void every_end_has_its_status_and_words(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		const struct verdict_case *one = &cases[i];
		auto_judge struct judge *judge = judge_of(one);
		auto_free char *words = NULL;
		int status = verdict_decide(&one->request, &one->facts, judge, &words);

		if (status != one->status || !text_starts_with(words, one->words))
			fail_msg("%s: %d '%s', wanted %d '%s'", one->name, status, words,
				one->status, one->words);
	}
}

static void satisfied_is_what_was_asked_for(void **state)
{
	const struct verdict_case none = {0}, text = {.expect = "up", .lines = {"up"}};
	auto_judge struct judge *nothing = judge_of(&none);
	auto_judge struct judge *seen = judge_of(&text);
	const struct verdict_request plain = {.success_exit = -1};
	const struct verdict_request ready = {.success_exit = -1, .ready = true};
	const struct verdict_request status = {.success_exit = 33};
	const struct facts before = {0}, after = {.ready = true};

	(void)state;
	assert_false(verdict_is_satisfied(&plain, &before, nothing));
	assert_true(verdict_is_satisfied(&plain, &before, seen));
	assert_false(verdict_is_satisfied(&ready, &before, seen));
	assert_true(verdict_is_satisfied(&ready, &after, seen));
	assert_true(verdict_is_satisfied(&ready, &after, nothing));
	assert_false(verdict_is_satisfied(&status, &before, seen));
}

static void durations_are_short(void **state)
{
	static const struct {
		uint64_t milliseconds;
		const char *text;
	} durations[] = {{120000, "120 s"}, {500, "0.5 s"}, {1500, "1.5 s"}, {99999, "99.9 s"},
		{100001, "100 s"}, {0, "0 s"}};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(durations); i++) {
		auto_free char *text = verdict_duration(durations[i].milliseconds);

		assert_string_equal(text, durations[i].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_end_has_its_status_and_words),
		cmocka_unit_test(satisfied_is_what_was_asked_for),
		cmocka_unit_test(durations_are_short),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
