/* SPDX-License-Identifier: MIT */
/*
 * Output that never makes its writer wait: what a slow terminal or pipe does not take yet is kept,
 * up to a limit, beyond which the writer has to hold back. A reader that has gone away is no
 * failure.
 */
#ifndef SLIPWAY_ACT_OUTLET_H
#define SLIPWAY_ACT_OUTLET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/text.h"

struct outlet {
	int fd;       /* owned: another opening of the caller's file where that can be made */
	int problem;  /* errno of the first write that failed; nothing is written after it */
	bool patient; /* fd is written without waiting; false for files on disk, which never wait */
	struct text queue;
	size_t written; /* bytes of the queue that are out */
};

/* `fd` is borrowed and must stay open; negative: everything is thrown away. */
struct outlet outlet_open(int fd) MUST_USE;

void outlet_add(struct outlet *outlet, const char *bytes, size_t length);

/* Writes what can be written without waiting. */
void outlet_flush(struct outlet *outlet);

/* Something is left to be written: poll outlet->fd for POLLOUT. */
bool outlet_is_behind(const struct outlet *outlet);

/* So much is left that no more should be added. */
bool outlet_is_full(const struct outlet *outlet);

void outlet_close(struct outlet *outlet);
#define auto_outlet CLEANUP(outlet_close)

#endif
