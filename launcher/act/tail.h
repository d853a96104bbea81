/* SPDX-License-Identifier: MIT */
/*
 * The last lines of a console that are not blank: what is shown when a guest has failed. Never more
 * than TAIL_LINES of them are kept.
 */
#ifndef SLIPWAY_ACT_TAIL_H
#define SLIPWAY_ACT_TAIL_H

#include <stddef.h>

#include "base/attr.h"
#include "base/text.h"

#define TAIL_LINES 30

/* Zero-initialised is empty. */
struct tail {
	char *lines[TAIL_LINES]; /* owned; a ring */
	size_t next;             /* where the next line goes */
};

/* A blank line is left out. */
void tail_add(struct tail *tail, const char *line);

/* The last line, or NULL; valid until the next one is added. */
const char *tail_last(const struct tail *tail);

/* Adds the lines to *lines, oldest first. */
void tail_copy(const struct tail *tail, struct strings *lines);

void tail_clear(struct tail *tail);
#define auto_tail CLEANUP(tail_clear)

#endif
