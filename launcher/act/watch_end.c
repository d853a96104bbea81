/* SPDX-License-Identifier: MIT */
#include <signal.h>

#include "act/watcher.h"
#include "base/memory.h"
#include "plan/plan.h"

/* After a sign of trouble the guest's last words are waited for: until it has been silent for so
 * long, and never longer than … */
#define TROUBLE_SILENCE_MS 500
#define TROUBLE_MOST_MS 2000

/* What each way to end QEMU is given. A guest that is asked to shut down stops its services and
 * writes its disks first; a QEMU that is asked to end writes what it holds back. */
#define SCREENSHOT_MS 3000
#define POWERDOWN_MS 15000
#define QUIT_MS 5000

static bool begin_screenshot(struct watcher *watcher)
{
	auto_free char *arguments = xasprintf(
		"{\"filename\":\"/dev/fdset/%d\",\"format\":\"png\"}", (int)PLAN_SCREENSHOT_FD);

	if (!watcher->wants_screenshot || !watcher->negotiated)
		return false;
	watcher->ending_due_ms = watcher->now_ms + SCREENSHOT_MS;
	return qmp_send(&watcher->qmp, "screendump", arguments);
}

static bool begin_powerdown(struct watcher *watcher)
{
	if (!watcher->powerdown || !watcher->negotiated || watcher->facts.powered_off)
		return false;
	watcher->ending_due_ms = watcher->now_ms + POWERDOWN_MS;
	return qmp_send(&watcher->qmp, "system_powerdown", NULL);
}

static bool begin_quit(struct watcher *watcher)
{
	watcher->facts.by_us = true;
	watcher->ending_due_ms = watcher->now_ms + QUIT_MS;
	if (!watcher->negotiated || !qmp_send(&watcher->qmp, "quit", NULL))
		child_signal(&watcher->child, SIGTERM);
	return true;
}

static bool begin_kill(struct watcher *watcher)
{
	watcher->facts.by_us = true;
	watcher->ending_due_ms = UINT64_MAX;
	child_signal(&watcher->child, SIGKILL);
	return true;
}

/* False: this way cannot be gone, or need not. */
static bool begin(struct watcher *watcher, enum ending way)
{
	switch (way) {
	case ENDING_NOT:
		return false;
	case ENDING_SCREENSHOT:
		return begin_screenshot(watcher);
	case ENDING_POWERDOWN:
		return begin_powerdown(watcher);
	case ENDING_QUIT:
		return begin_quit(watcher);
	case ENDING_KILL:
		return begin_kill(watcher);
	}
	return false;
}

void watcher_press(struct watcher *watcher)
{
	while (watcher->ending < ENDING_KILL) {
		watcher->ending++;
		if (begin(watcher, watcher->ending))
			return;
	}
}

void watcher_screenshot_done(struct watcher *watcher, const char *problem)
{
	if (problem)
		strings_addf(&watcher->notes, "no screenshot: %s", problem);
	else
		watcher->has_screenshot = true;
	if (watcher->ending == ENDING_SCREENSHOT)
		watcher_press(watcher);
}

static bool has_passed(const struct watcher *watcher)
{
	auto_free char *words = NULL;

	return verdict_decide(&watcher->request->verdict, &watcher->facts, watcher->judge,
		       &words) == VERDICT_PASSED;
}

static void begin_ending(struct watcher *watcher, bool powerdown)
{
	const struct watch_request *request = watcher->request;

	watcher->powerdown = powerdown;
	watcher->wants_screenshot = request->screenshot_fd >= 0 && !watcher->facts.interrupted &&
				    (request->screenshot_always || !has_passed(watcher));
	watcher_press(watcher);
}

/* The guest's last words after a sign of trouble, or what was expected all the same. */
static uint64_t trouble_due(const struct watcher *watcher)
{
	uint64_t silent = watcher->guest.changed_ms + TROUBLE_SILENCE_MS;
	uint64_t most = watcher->trouble_ms + TROUBLE_MOST_MS;
	uint64_t least = watcher->trouble_ms + TROUBLE_SILENCE_MS;

	if (watcher->trouble_ms == 0)
		return UINT64_MAX;
	silent = silent > least ? silent : least;
	return silent < most ? silent : most;
}

static uint64_t silence_due(const struct watcher *watcher)
{
	uint64_t silence_ms = watcher->request->verdict.silence_ms;
	uint64_t since = watcher->guest.changed_ms > watcher->began_ms ? watcher->guest.changed_ms
								       : watcher->began_ms;

	return silence_ms > 0 ? since + silence_ms : UINT64_MAX;
}

uint64_t watcher_next_decision(const struct watcher *watcher)
{
	uint64_t time = watcher->began_ms + watcher->request->verdict.timeout_ms;

	if (watcher->ending != ENDING_NOT)
		return watcher->ending_due_ms;
	if (trouble_due(watcher) < time)
		time = trouble_due(watcher);
	return silence_due(watcher) < time ? silence_due(watcher) : time;
}

static void decide_by_time(struct watcher *watcher)
{
	struct facts *facts = &watcher->facts;

	facts->out_of_time =
		watcher->now_ms >= watcher->began_ms + watcher->request->verdict.timeout_ms;
	facts->silent = watcher->now_ms >= silence_due(watcher);
	if (facts->out_of_time || facts->silent || watcher->now_ms >= trouble_due(watcher))
		begin_ending(watcher, false);
}

static void decide(struct watcher *watcher)
{
	const struct verdict_request *request = &watcher->request->verdict;
	struct facts *facts = &watcher->facts;

	if (facts->interrupted) {
		begin_ending(watcher, true);
	} else if (judge_forbidden(watcher->judge)) {
		begin_ending(watcher, false);
	} else if (verdict_is_satisfied(request, facts, watcher->judge)) {
		facts->satisfied = true;
		begin_ending(watcher, watcher->request->orderly);
	} else if (facts->powered_off) {
		begin_ending(watcher, false);
	} else {
		if (watcher->trouble_ms == 0 && verdict_is_trouble(request, facts, watcher->judge))
			watcher->trouble_ms = watcher->now_ms;
		decide_by_time(watcher);
	}
}

void watcher_decide(struct watcher *watcher)
{
	bool asked = watcher->ending == ENDING_POWERDOWN;

	if (watcher->ending == ENDING_NOT)
		decide(watcher);
	else if (watcher->now_ms >= watcher->ending_due_ms || (asked && watcher->facts.powered_off))
		watcher_press(watcher);
}
