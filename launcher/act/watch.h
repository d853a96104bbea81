/* SPDX-License-Identifier: MIT */
/*
 * A guest watched from start to end: QEMU as a child, its console read, its control socket listened
 * to, and always an end: passed, failed or timed out, with QEMU gone. The memory it takes does not
 * depend on what the guest writes, and nothing that hangs can hang it.
 */
#ifndef SLIPWAY_ACT_WATCH_H
#define SLIPWAY_ACT_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "act/confine.h"
#include "act/judge.h"
#include "act/verdict.h"
#include "base/attr.h"
#include "base/error.h"
#include "base/text.h"

/* What of the console goes to console_fd. */
enum console_form {
	CONSOLE_CLEAN,
	CONSOLE_RAW, /* as the guest writes it, escape sequences and all */
	CONSOLE_OFF,
};

/* Borrowed for the call of watch_run. */
struct watch_request {
	const struct confine_request *confine;
	const char *path; /* of the emulator */
	char *const *argv;
	char *const *envp;
	const char *name; /* of the VM, for messages */
	struct judge_request judge;
	struct verdict_request verdict;
	bool firmware_log;    /* argv has the firmware's own log (PLAN_FIRMWARE_LOG_FD) */
	bool ready_line;      /* … and the port by which a guest says that it is ready */
	int ready_listener;   /* a socket to which it connects to say so, or -1 */
	uint32_t ready_guest; /* … and its vsock address */
	int screenshot_fd;    /* … and this open file as PLAN_SCREENSHOT_FD; -1: no screenshot */
	bool screenshot_always; /* after a test that passed, too */
	bool orderly; /* the disks are kept: a guest that passed is powered down, not stopped */
	enum console_form form;
	int console_fd;  /* where the console goes live */
	int log_fd;      /* where it goes with time stamps; -1: nowhere */
	int words_fd;    /* where slipway's and QEMU's words go, each line behind "slipway: " */
	int progress_fd; /* a terminal that is kept up to date; -1: none */
};

struct watch_result {
	int status;  /* what slipway test ends with */
	char *words; /* why */
	uint64_t duration_ms;
	struct strings tail; /* the console's last lines, clean */
	bool firmware_tail;  /* they are the firmware's log, as the console was silent */
	uint64_t console_bytes, console_lines;
	size_t expected, seen;
	unsigned int resets;
	bool ready;
	bool screenshot;      /* one was made */
	struct strings notes; /* what did not work beside the test itself */
};

/*
 * Errors are those of the start: nothing was watched then. The caller clears *ret_result. The
 * process's handling of SIGPIPE and its signal mask are changed for the call; it must have no other
 * thread.
 */
struct error *watch_run(
	const struct watch_request *request, struct watch_result *ret_result) MUST_USE;

void watch_result_clear(struct watch_result *result);
#define auto_watch_result CLEANUP(watch_result_clear)

#endif
