/* SPDX-License-Identifier: MIT */
/*
 * From what happened to passed or failed: pure, so that every case of it can be tested without a
 * guest. When something is due is the watcher's business, what it means is decided here.
 */
#ifndef SLIPWAY_ACT_VERDICT_H
#define SLIPWAY_ACT_VERDICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

struct judge;

/* Exit statuses of a test; others are those of struct error. */
enum verdict_status {
	VERDICT_PASSED = 0,
	VERDICT_FAILED = 1,
	VERDICT_TIMEOUT = 124,
	VERDICT_SIGNAL = 128, /* and the signal's number added */
};

/* What was asked for. */
struct verdict_request {
	uint64_t timeout_ms;
	uint64_t silence_ms; /* 0: a guest may be silent */
	unsigned int reboots;
	int success_exit;    /* -1: the guest is not asked for a status */
	bool ready;          /* the guest has to say that it is ready */
	const char *unheard; /* who could not say so on this host, and why, or NULL */
	const char *keys;    /* what a Secure Boot refusal is about and the way out, or NULL */
};

/* What happened. Texts are owned by the watcher. */
struct facts {
	bool satisfied; /* all that was asked for was there while nothing spoke against it */
	bool ready;
	int interrupted; /* the signal that slipway got, or 0 */
	bool out_of_time;
	bool silent;
	bool powered_off;        /* by the guest itself */
	bool ended_from_outside; /* somebody told QEMU to end: SHUTDOWN with reason host-… */
	bool panicked;           /* pvpanic */
	bool watchdog;
	unsigned int resets;  /* by the guest */
	const char *paused;   /* QEMU's state (query-status) that a guest does not leave, or NULL */
	const char *bad_disk; /* whose error paused it, or NULL */
	bool by_us;           /* QEMU was told to end, or killed, by slipway */
	bool exited;          /* QEMU ended with `exit_status` */
	int exit_status;
	int killed_by;              /* QEMU ended by this signal, or 0 */
	const char *death;          /* what is known about it, or NULL */
	const char *emulator_words; /* QEMU's last line on stderr, or NULL */
	const char *last_line;      /* of the console, or NULL */
};

/* Everything that was asked for has been seen and the guest's end is not waited for. */
bool verdict_is_satisfied(const struct verdict_request *request, const struct facts *facts,
	const struct judge *judge);

/* What happened is a reason to fail, unless what was expected still comes. */
bool verdict_is_trouble(const struct verdict_request *request, const struct facts *facts,
	const struct judge *judge);

/* The status, and *ret_words without "passed: " or "failed: "; the caller frees them. */
int verdict_decide(const struct verdict_request *request, const struct facts *facts,
	const struct judge *judge, char **ret_words);

/* "90 s", "1.5 s"; the caller frees it. */
char *verdict_duration(uint64_t milliseconds) MUST_USE;

#endif
