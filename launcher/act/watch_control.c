/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "act/watcher.h"
#include "base/memory.h"

/* QEMU docs/interop/qmp-spec.rst: commands and events begin after qmp_capabilities. The machine
 * waits for "cont" (-S), so that no event is missed. */
static void take_greeting(struct watcher *watcher)
{
	if (!watcher->negotiated)
		(void)qmp_send(&watcher->qmp, "qmp_capabilities", NULL);
}

/* QEMU qapi/run-state.json, ShutdownCause. */
static void take_shutdown(struct watcher *watcher, const struct qmp_message *event)
{
	if (event->guest && text_equal(event->reason, "guest-reset"))
		watcher->facts.resets++; /* QEMU was told not to reboot (-no-reboot) */
	else if (event->guest)
		watcher->facts.powered_off = true;
	else if (!watcher->facts.by_us)
		watcher->facts.ended_from_outside = true;
}

static void take_disk_error(struct watcher *watcher, const struct qmp_message *event)
{
	if (!text_equal(event->action, "stop"))
		return;
	free(watcher->bad_disk);
	watcher->bad_disk = xstrdup(event->device);
	watcher->facts.bad_disk = watcher->bad_disk;
}

static void take_event(struct watcher *watcher, const struct qmp_message *event)
{
	if (text_equal(event->event, "SHUTDOWN"))
		take_shutdown(watcher, event);
	else if (text_equal(event->event, "RESET") && event->guest)
		watcher->facts.resets++;
	else if (text_equal(event->event, "GUEST_PANICKED"))
		watcher->facts.panicked = true;
	else if (text_equal(event->event, "WATCHDOG"))
		watcher->facts.watchdog = true;
	else if (text_equal(event->event, "BLOCK_IO_ERROR"))
		take_disk_error(watcher, event);
	else if (text_equal(event->event, "STOP"))
		(void)qmp_send(&watcher->qmp, "query-status", NULL);
}

/* QEMU qapi/run-state.json, RunState: what a guest does not leave by itself. */
static bool is_stuck(const char *status)
{
	static const char *const stuck[] = {"internal-error", "io-error", "guest-panicked",
		"watchdog", "paused", "save-vm", "restore-vm"};

	for (size_t i = 0; i < ARRAY_COUNT(stuck); i++)
		if (text_equal(status, stuck[i]))
			return true;
	return false;
}

static void take_answer(struct watcher *watcher, const struct qmp_message *answer)
{
	if (text_equal(answer->id, "qmp_capabilities")) {
		watcher->negotiated = true;
		(void)qmp_send(&watcher->qmp, "cont", NULL);
	}
	if (text_equal(answer->id, "query-status") && is_stuck(answer->status)) {
		free(watcher->paused);
		watcher->paused = xstrdup(answer->status);
		watcher->facts.paused = watcher->paused;
	}
	if (text_equal(answer->id, "screendump"))
		watcher_screenshot_done(watcher, NULL);
}

static void take_refusal(struct watcher *watcher, const struct qmp_message *refusal)
{
	const char *why = refusal->description ? refusal->description : "no reason given";

	if (text_equal(refusal->id, "screendump"))
		watcher_screenshot_done(watcher, why);
	else
		strings_addf(&watcher->notes, "QEMU refused '%s': %s",
			refusal->id ? refusal->id : "", why);
}

void watcher_listen(struct watcher *watcher)
{
	struct qmp_message message;

	qmp_receive(&watcher->qmp);
	while (qmp_next(&watcher->qmp, &message)) {
		switch (message.kind) {
		case QMP_GREETING:
			take_greeting(watcher);
			break;
		case QMP_EVENT:
			take_event(watcher, &message);
			break;
		case QMP_RETURN:
			take_answer(watcher, &message);
			break;
		case QMP_ERROR:
			take_refusal(watcher, &message);
			break;
		case QMP_OTHER:
			break;
		}
		qmp_message_clear(&message);
	}
}
