/* SPDX-License-Identifier: MIT */
/*
 * The place of a store: its directory, open, and its name in there. Everything about a store is
 * done through this descriptor, so that what was checked is what is used, and no symbolic link in
 * the last component of the path is followed.
 */
#ifndef SLIPWAY_ACT_STORE_PLACE_H
#define SLIPWAY_ACT_STORE_PLACE_H

#include <stdbool.h>
#include <sys/stat.h>

#include "base/attr.h"
#include "base/error.h"

struct store_place {
	char *path;       /* owned; as the user knows it, for messages */
	char *directory;  /* owned */
	const char *name; /* last component, points into `path` */
	int directory_fd; /* -1 when not open */
	struct stat directory_status;
};

/*
 * Opens the directory of `path`. `make`: missing directories are made, mode 0700. Errors: no such
 * directory, not one that may be searched, or — for root — one in which other users can replace
 * files.
 */
struct error *store_place_open(const char *path, bool make, struct store_place *ret_place) MUST_USE;

void store_place_clear(struct store_place *place);
#define auto_store_place CLEANUP(store_place_clear)

/*
 * Opens what is there for reading, and for writing when `write`; never a symbolic link, device,
 * directory or FIFO, and in a directory like /tmp nothing that another user may have put there.
 * *ret_status is what fstat says about *ret_fd. error->number is ENOENT where nothing is there.
 */
struct error *store_place_open_store(
	const struct store_place *place, bool write, int *ret_fd, struct stat *ret_status) MUST_USE;

/* Whether the file at the place is (still) the one that `status` describes, which then describes it
 * as it is by now. */
bool store_place_has(const struct store_place *place, struct stat *status);

/* fsync of the directory: names that were made or replaced in it last. */
struct error *store_place_sync(const struct store_place *place) MUST_USE;

/* What a failed `number` in this place means and the way out, as a hint; NULL when nothing is
 * known. The caller frees it. */
char *store_place_hint(const struct store_place *place, int number) MUST_USE;

#endif
