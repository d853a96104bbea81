/* SPDX-License-Identifier: MIT */
/*
 * Answers to prompts: --send='REGEX => TEXT'. Each is given once, when the guest's console shows
 * what it answers.
 */
#ifndef SLIPWAY_ACT_REPLY_H
#define SLIPWAY_ACT_REPLY_H

#include <stdbool.h>
#include <stddef.h>

#include "act/pattern.h"
#include "base/attr.h"
#include "base/error.h"
#include "base/text.h"

struct replies {
	struct patterns patterns;
	struct strings texts; /* what is sent, in the order of the patterns; has no NUL */
	bool *sent;           /* owned */
};

/*
 * Reads the values of --send. In TEXT, \r \n \t \e \\ and \xHH (not 00) stand for their characters;
 * Enter (a carriage return) is added unless TEXT ends with \c. The caller clears *ret_replies, also
 * after an error.
 */
struct error *replies_read(const struct strings *values, struct replies *ret_replies) MUST_USE;

/* The first text that was not sent yet and whose pattern is found in `line` from *from on, which
 * moves behind the match; it counts as sent. NULL: none. */
const char *replies_find(struct replies *replies, const char *line, size_t *from);

void replies_clear(struct replies *replies);

#endif
