/* SPDX-License-Identifier: MIT */
/*
 * What a plan cannot do of what a spec asks for, collected so that one run names all places; a
 * place is refused or, where it is only not supported and reading is lenient, warned of, and never
 * lost.
 */
#ifndef SLIPWAY_PLAN_REFUSALS_H
#define SLIPWAY_PLAN_REFUSALS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/error.h"
#include "base/text.h"

struct refusals {
	const char *path; /* borrowed: the spec's file, for messages */
	bool lenient;
	struct strings *warnings; /* borrowed: where lenient reading puts what it lets pass */
	struct refusal {
		int line;
		char *what; /* owned */
	} * items;
	size_t count;
};

/* A contradiction, or something that has no sense without the rest: refused in any case. */
void refuse(struct refusals *refusals, int line, const char *format, ...) PRINTF_LIKE(3, 4);

/* A part that slipway cannot honour: lenient reading leaves it out and says so. */
void refuse_part(struct refusals *refusals, int line, const char *format, ...) PRINTF_LIKE(3, 4);

/* Takes `error` and refuses with its text; NULL is nothing. */
void refuse_error(struct refusals *refusals, int line, struct error *error);

/* NULL when nothing is refused; otherwise all places in the order of their lines, one
 * "path:line: what" a line. */
struct error *refusals_error(struct refusals *refusals) MUST_USE;

void refusals_clear(struct refusals *refusals);
#define auto_refusals CLEANUP(refusals_clear)

#endif
