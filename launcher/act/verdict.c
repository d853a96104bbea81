/* SPDX-License-Identifier: MIT */
#include "act/verdict.h"

#include <inttypes.h>
#include <signal.h>
#include <string.h>

#include "act/judge.h"
#include "base/memory.h"
#include "base/text.h"

/* What is looked at together. */
struct view {
	const struct verdict_request *request;
	const struct facts *facts;
	const struct judge *judge;
};

char *verdict_duration(uint64_t milliseconds)
{
	if (milliseconds % 1000 == 0 || milliseconds >= 100 * 1000)
		return xasprintf("%" PRIu64 " s", milliseconds / 1000);
	return xasprintf("%" PRIu64 ".%" PRIu64 " s", milliseconds / 1000, milliseconds / 100 % 10);
}

bool verdict_is_satisfied(
	const struct verdict_request *request, const struct facts *facts, const struct judge *judge)
{
	bool asked = judge_expected(judge) > 0 || request->ready;

	return asked && request->success_exit < 0 && !judge_awaited(judge) &&
	       (facts->ready || !request->ready);
}

static bool has_panicked(const struct view *view)
{
	return view->facts->panicked && !judge_panic_was_expected(view->judge);
}

bool verdict_is_trouble(
	const struct verdict_request *request, const struct facts *facts, const struct judge *judge)
{
	const struct view view = {request, facts, judge};

	return judge_trouble(judge) != TROUBLE_NONE || has_panicked(&view) || facts->paused ||
	       facts->watchdog || facts->resets > request->reboots;
}

/* What helps to see where it stood: the last line, the expected text that never came, a remark. */
static void add_place(const struct view *view, struct text *words)
{
	const char *awaited = judge_awaited(view->judge);
	const char *remark = judge_remark(view->judge);

	if (awaited && judge_expected(view->judge) > 1)
		text_addf(words, "; --expect='%s' (%zu of %zu) was not seen", awaited,
			judge_seen(view->judge) + 1, judge_expected(view->judge));
	else if (awaited)
		text_addf(words, "; --expect='%s' was not seen", awaited);
	if (view->request->ready && !view->facts->ready) {
		text_add(words, "; the guest did not say that it is ready");
		if (view->request->unheard)
			text_addf(words, " (%s)", view->request->unheard);
	}
	if (view->facts->last_line) {
		auto_free char *quoted = judge_quote(view->facts->last_line);

		text_addf(words, "; last console line: %s", quoted);
	} else {
		text_add(words, "; the console was silent");
	}
	if (remark)
		text_addf(words, "; %s", remark);
}

/* A program's last words are the reason where it has any. */
static void add_emulator_words(const struct view *view, struct text *words)
{
	if (view->facts->emulator_words)
		text_addf(words, "; its last words: %s", view->facts->emulator_words);
}

static void say_death(const struct view *view, struct text *words)
{
	text_addf(words, "QEMU was killed by signal %d (%s)", view->facts->killed_by,
		strsignal(view->facts->killed_by));
	if (view->facts->death)
		text_addf(words, ": %s", view->facts->death);
	add_emulator_words(view, words);
	add_place(view, words);
}

static void say_pause(const struct view *view, struct text *words)
{
	if (text_equal(view->facts->paused, "internal-error")) {
		text_add(words, "internal error of the accelerator, which leaves QEMU paused for "
				"ever; --accel=tcg runs without KVM");
		add_emulator_words(view, words);
	} else if (text_equal(view->facts->paused, "io-error")) {
		text_addf(words,
			"QEMU paused the guest after an error of disk '%s': is the host's "
			"disk full?",
			view->facts->bad_disk ? view->facts->bad_disk : "");
	} else {
		text_addf(words, "QEMU paused the guest (%s)", view->facts->paused);
	}
	add_place(view, words);
}

static void say_trouble(const struct view *view, struct text *words)
{
	const char *remark = judge_remark(view->judge);

	text_add(words, judge_trouble_words(view->judge));
	if (judge_trouble(view->judge) == TROUBLE_REFUSED && view->request->keys)
		text_addf(words, "; %s", view->request->keys);
	else if (remark)
		text_addf(words, "; %s", remark);
}

static void say_resets(const struct view *view, struct text *words)
{
	unsigned int allowed = view->request->reboots;

	if (allowed == 0)
		text_add(words, "the guest rebooted; --reboots=1 allows that");
	else
		text_addf(words, "the guest rebooted %u times; --reboots=%u allows %u",
			view->facts->resets, allowed, allowed);
	add_place(view, words);
}

static bool say_what_is_wrong(const struct view *view, struct text *words)
{
	if (judge_trouble(view->judge) == TROUBLE_PANIC)
		say_trouble(view, words);
	else if (has_panicked(view))
		text_add(words, "the guest reported a panic (pvpanic)");
	else if (judge_trouble(view->judge) != TROUBLE_NONE)
		say_trouble(view, words);
	else if (view->facts->paused)
		say_pause(view, words);
	else if (view->facts->watchdog)
		text_add(words, "the guest's watchdog has fired");
	else if (view->facts->resets > view->request->reboots)
		say_resets(view, words);
	else
		return false;
	if (has_panicked(view) || view->facts->watchdog)
		add_place(view, words);
	return true;
}

static void say_time(const struct view *view, struct text *words)
{
	bool whole = view->facts->out_of_time;
	auto_free char *duration =
		verdict_duration(whole ? view->request->timeout_ms : view->request->silence_ms);

	if (whole)
		text_addf(words, "timeout after %s", duration);
	else
		text_addf(words, "no output for %s (--silence)", duration);
	add_place(view, words);
}

/* The guest has gone by itself: was that what it was to do? */
static int say_end(const struct view *view, struct text *words)
{
	const struct facts *facts = view->facts;
	int wanted = view->request->success_exit;
	bool all = !judge_awaited(view->judge) && (facts->ready || !view->request->ready);
	bool well = facts->powered_off || (facts->exited && facts->exit_status == 0);

	if (facts->powered_off)
		text_add(words, "the guest powered off");
	else
		text_addf(words, "QEMU ended with status %d", facts->exit_status);
	if (wanted >= 0)
		well = !facts->powered_off && facts->exit_status == wanted;
	if (well && all)
		return VERDICT_PASSED;
	if (!well && wanted >= 0)
		text_addf(words, ", --success-exit=%d was asked for", wanted);
	if (!well && !facts->powered_off)
		add_emulator_words(view, words);
	add_place(view, words);
	return VERDICT_FAILED;
}

static void say_satisfied(const struct view *view, struct text *words)
{
	size_t expected = judge_expected(view->judge);

	if (expected > 1)
		text_addf(words, "all %zu expected texts were seen", expected);
	else if (expected == 1)
		text_add(words, "the expected text was seen");
	if (view->request->ready)
		text_addf(words, "%sthe guest is ready", expected > 0 ? ", and " : "");
}

static int decide(const struct view *view, struct text *words)
{
	const struct facts *facts = view->facts;
	const char *forbidden = judge_forbidden(view->judge);
	bool trouble = false;

	if (facts->interrupted) {
		text_addf(words, "interrupted by signal %d (%s)", facts->interrupted,
			strsignal(facts->interrupted));
		return VERDICT_SIGNAL + facts->interrupted;
	}
	if (!facts->satisfied && forbidden) {
		text_addf(words, "forbidden text was seen: %s", forbidden);
		return VERDICT_FAILED;
	}
	if (facts->satisfied || verdict_is_satisfied(view->request, facts, view->judge)) {
		say_satisfied(view, words);
		return VERDICT_PASSED;
	}
	trouble = say_what_is_wrong(view, words);
	if (facts->killed_by && !facts->by_us) {
		text_add(words, trouble ? "; " : "");
		say_death(view, words);
		return VERDICT_SIGNAL + facts->killed_by;
	}
	if (trouble)
		return VERDICT_FAILED;
	if (facts->out_of_time || facts->silent) {
		say_time(view, words);
		return VERDICT_TIMEOUT;
	}
	if (facts->ended_from_outside) {
		text_add(words, "QEMU was told to end by somebody else");
		add_place(view, words);
		return VERDICT_FAILED;
	}
	return say_end(view, words);
}

int verdict_decide(const struct verdict_request *request, const struct facts *facts,
	const struct judge *judge, char **ret_words)
{
	const struct view view = {request, facts, judge};
	struct text words = {0};
	int status = decide(&view, &words);

	*ret_words = text_take(&words);
	return status;
}
