/* SPDX-License-Identifier: MIT */
/*
 * POSIX extended regular expressions that a user gave, compiled once, before anything is started.
 */
#ifndef SLIPWAY_ACT_PATTERN_H
#define SLIPWAY_ACT_PATTERN_H

#include <regex.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/error.h"
#include "base/text.h"

struct pattern {
	regex_t regex; /* owned */
	char *source;  /* owned; as the user wrote it */
};

struct patterns {
	struct pattern *items;
	size_t count;
};

/*
 * Adds `source` to *patterns, which the caller clears. `option` names the option in the error. An
 * empty expression is an error: it would match everything.
 */
struct error *patterns_add(
	struct patterns *patterns, const char *option, const char *source) MUST_USE;
struct error *patterns_add_all(
	struct patterns *patterns, const char *option, const struct strings *sources) MUST_USE;

/* Looks in `line` from byte `*from` on; a match moves *from behind itself. Ends the program where
 * it cannot be told for want of memory. */
bool pattern_finds(const struct pattern *pattern, const char *line, size_t *from);

void patterns_clear(struct patterns *patterns);

#endif
