/* SPDX-License-Identifier: MIT */
/*
 * The state of one watched guest, shared by the files that watch_run is made of (watch.c: the loop;
 * watch_console.c: what it writes; watch_control.c: what QEMU says; watch_end.c: how it is ended).
 * Each field is written by one of them, as said beside it.
 */
#ifndef SLIPWAY_ACT_WATCHER_H
#define SLIPWAY_ACT_WATCHER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "act/child.h"
#include "act/console.h"
#include "act/judge.h"
#include "act/outlet.h"
#include "act/qmp.h"
#include "act/tail.h"
#include "act/verdict.h"
#include "act/watch.h"
#include "base/text.h"

/* How long an unfinished line must stay as it is to be looked at, and to be at rest. */
#define PAUSE_MS 100
#define REST_MS 1000

/* Bytes that come line by line: the console, QEMU's words, the firmware's log, readiness. */
struct stream {
	int fd; /* borrowed from the child; -1 at its end */
	struct console *console;
	struct tail tail;
	uint64_t changed_ms;    /* when the last byte came */
	uint64_t line_began_ms; /* when the current line's first byte came */
	bool in_line;           /* the current line has bytes */
	enum line_state looked; /* how the unfinished line was looked at */
	bool looked_at;
};

/* The ways to end QEMU, each tried when the one before has not done it in time. */
enum ending {
	ENDING_NOT,
	ENDING_SCREENSHOT,
	ENDING_POWERDOWN, /* the guest is asked */
	ENDING_QUIT,      /* QEMU is asked */
	ENDING_KILL,
};

struct watcher {
	const struct watch_request *request;
	struct child child;
	struct judge *judge;
	struct facts facts;
	uint64_t memory_kills; /* before the start */
	pid_t pid;
	uint64_t began_ms;
	uint64_t now_ms; /* the time of this round of the loop */

	/* watch_console.c */
	struct stream guest, emulator, firmware, readiness;
	struct stream notice; /* the connection by which systemd says that it is ready */
	int notice_fd;        /* owned */
	struct outlet screen, log, words;
	size_t shown;      /* bytes of the guest's unfinished line that are on the screen */
	struct text input; /* what is to be typed */
	size_t typed;
	uint64_t console_bytes, console_lines;

	/* watch_control.c */
	struct qmp qmp;
	bool negotiated;
	char *paused, *bad_disk; /* owned; what facts point to */

	/* watch_end.c */
	uint64_t trouble_ms; /* when trouble was first seen; 0: none */
	enum ending ending;
	uint64_t ending_due_ms; /* when the next way is tried */
	bool powerdown;         /* the guest is to be asked first */
	bool wants_screenshot;
	bool has_screenshot;
	char *death;
	struct strings notes;

	/* watch.c */
	int signal_fd;
	uint64_t progress_ms;
};

/* watch_console.c */
void watcher_open_streams(struct watcher *watcher);
void watcher_read_streams(struct watcher *watcher);
/* The first moment at which an unfinished line is looked at again; UINT64_MAX: none. */
uint64_t watcher_next_look(const struct watcher *watcher);
void watcher_look_again(struct watcher *watcher);
void watcher_type(struct watcher *watcher);
/* The rest of what was written: an unfinished line is one at the end. */
void watcher_finish_streams(struct watcher *watcher);
void watcher_close_streams(struct watcher *watcher);
/* One of slipway's own lines, or QEMU's. */
void watcher_say(struct watcher *watcher, const char *line);

/* watch_control.c */
void watcher_listen(struct watcher *watcher);

/* watch_end.c */
void watcher_decide(struct watcher *watcher);
/* The next way to end QEMU, now. */
void watcher_press(struct watcher *watcher);
uint64_t watcher_next_decision(const struct watcher *watcher);
void watcher_screenshot_done(struct watcher *watcher, const char *problem);

#endif
