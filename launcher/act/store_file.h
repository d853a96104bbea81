/* SPDX-License-Identifier: MIT */
/*
 * A store that is being made: a private file in the store's own directory, locked from its first
 * moment, which gets the store's name only when it is whole. Until then nobody sees it, and
 * whatever ends the program, nothing is left under the store's name.
 *
 * Where the file system knows nameless files (O_TMPFILE) nothing at all is left; elsewhere the
 * temporary has a name, which the next one to make a store of this name recognises and removes.
 */
#ifndef SLIPWAY_ACT_STORE_FILE_H
#define SLIPWAY_ACT_STORE_FILE_H

#include <stdbool.h>

#include "act/store_place.h"
#include "base/attr.h"
#include "base/error.h"
#include "base/text.h"

struct store_file {
	const struct store_place *place; /* borrowed */
	int fd;                          /* -1 when there is none; close-on-exec */
	char *name;                      /* owned; the temporary's name, NULL while it has none */
};

/*
 * Makes an empty file of mode 0600, whatever the umask is. Locked where the file system can lock;
 * a lock that cannot be had is the affair of the one who opens the store, and a note there.
 */
struct error *store_file_new(const struct store_place *place, struct store_file *ret_file) MUST_USE;

/* fsync of the contents. */
struct error *store_file_sync(const struct store_file *file) MUST_USE;

/*
 * Gives the file the name `name` in its directory unless that exists: *ret_taken tells. The file
 * stays open and locked.
 */
struct error *store_file_publish(
	struct store_file *file, const char *name, bool *ret_taken) MUST_USE;

/* Gives the file the name `name` in the place of what has it now, in one step. */
struct error *store_file_replace(struct store_file *file, const char *name) MUST_USE;

/* Closes the file, and removes it unless it was published. */
void store_file_clear(struct store_file *file);
#define auto_store_file CLEANUP(store_file_clear)

#endif
