/* SPDX-License-Identifier: MIT */
/*
 * The places of a spec that cannot be honoured, collected so that one run reports all of them; a
 * place is refused or, with lenient reading, noted, and never lost.
 */
#ifndef SLIPWAY_SPEC_PLACE_H
#define SLIPWAY_SPEC_PLACE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/error.h"
#include "base/text.h"

struct place {
	int line;
	bool wrong; /* false: unsupported, which lenient reading turns into a note */
	char *what; /* owned */
};

struct places {
	const char *path; /* borrowed: the file's name for messages */
	bool lenient;
	struct place *items;
	size_t count;
};

/* A part that slipway does not honour: lenient reading leaves it out and says so. */
void place_unsupported(struct places *places, int line, const char *format, ...) PRINTF_LIKE(3, 4);

/* A bad value, a contradiction, or something that is missing: refused in any case. */
void place_wrong(struct places *places, int line, const char *format, ...) PRINTF_LIKE(3, 4);

/* Adds "; FORMAT" to the place that was added last. */
void place_hint(struct places *places, const char *hint);

/* Whether something on this line was reported already: what follows from it is not worth a line. */
bool places_have_line(const struct places *places, int line);

/*
 * NULL when nothing is refused. Otherwise all places, one "path:line: what" each, in the order of
 * their lines; error->file and error->line are the first one's.
 */
struct error *places_error(struct places *places) MUST_USE;

/* Adds what lenient reading let pass to `notes`, "path:line: what" each. */
void places_notes(struct places *places, struct strings *notes);

void places_clear(struct places *places);
#define auto_places CLEANUP(places_clear)

/*
 * `value` as a message shows it: control characters become '?', so that a message stays one line
 * and moves no cursor, and what is longer than a line is cut. The caller frees it.
 */
char *shown(const char *value) MUST_USE;

#endif
