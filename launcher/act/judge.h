/* SPDX-License-Identifier: MIT */
/*
 * What a console's lines mean for a test: which of the expected texts were seen, whether a
 * forbidden one was, what is to be answered, and whether the guest is in trouble. It knows neither
 * time nor QEMU, and the same lines give the same judgement.
 *
 * An expected text that stands in the same line as a sign of trouble makes it none: a test may
 * expect a panic.
 */
#ifndef SLIPWAY_ACT_JUDGE_H
#define SLIPWAY_ACT_JUDGE_H

#include <stdbool.h>
#include <stddef.h>

#include "act/marker.h"
#include "base/attr.h"
#include "base/error.h"
#include "base/text.h"

/* Whether the VM is meant to boot from the network. */
enum network_boot {
	NETWORK_BOOT_NONE, /* a try is a sign that nothing else could be booted */
	NETWORK_BOOT_ALSO, /* one of several, so neither a try nor a failure means anything */
	NETWORK_BOOT_ONLY, /* no answer is the end */
};

/* Borrowed for the call of judge_new. */
struct judge_request {
	const struct strings *expect; /* in this order */
	const struct strings *forbid;
	const struct strings *send;
	bool allow_shell; /* prompts, menus and network boot are no trouble */
	enum network_boot network;
};

struct judge;

/* Errors: an expression or an answer that is none, by option and text. */
struct error *judge_new(const struct judge_request *request, struct judge **ret_judge) MUST_USE;

/*
 * Looks at a line. An unfinished line (state) may be looked at again, and whole at last; what was
 * found in it before is not found twice.
 */
void judge_look(struct judge *judge, const char *line, enum line_state state);

/* Looks at a line of the firmware's own log: for trouble only. */
void judge_look_at_firmware(struct judge *judge, const char *line);

/* The next answer that is due, once; NULL: none. Belongs to the judge. */
const char *judge_take_reply(struct judge *judge);

/* How many expected texts there are, and how many were seen. */
size_t judge_expected(const struct judge *judge);
size_t judge_seen(const struct judge *judge);
/* The expected text that is waited for, or NULL: all were seen, or none was asked for. */
const char *judge_awaited(const struct judge *judge);

/* The first forbidden text that was seen ("--forbid='…': \"line\""), or NULL. */
const char *judge_forbidden(const struct judge *judge);

/* The heaviest trouble, TROUBLE_NONE without any, and what it is in words with its line, or NULL. A
 * remark is no trouble. */
enum trouble judge_trouble(const struct judge *judge);
const char *judge_trouble_words(const struct judge *judge);

/* True when a panic was expected and seen: QEMU's report of one is no news then. */
bool judge_panic_was_expected(const struct judge *judge);

/* The last remark, or NULL. */
const char *judge_remark(const struct judge *judge);

/* `line` in double quotes, cut where it is long; the caller frees it. */
char *judge_quote(const char *line) MUST_USE;

/* NULL is allowed. */
void judge_free(struct judge *judge);
void judge_free_pointer(struct judge **judge);
#define auto_judge CLEANUP(judge_free_pointer)

#endif
