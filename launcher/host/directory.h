/* SPDX-License-Identifier: MIT */
/*
 * Which files of the descriptor directories count, by the rules for the directories alone: override
 * by file name, masking, order; no file is read here, and nothing that lies in a directory makes
 * the others unusable.
 */
#ifndef SLIPWAY_HOST_DIRECTORY_H
#define SLIPWAY_HOST_DIRECTORY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/text.h"

/* A directory to look into. Borrowed. */
struct search_directory {
	const char *path;
	bool root_only; /* read only if it and its parent configuration directory are root's */
	const char *owner_path; /* that parent, or NULL */
	bool last;              /* its files stand behind those of the other directories */
};

/* A file that counts. */
struct directory_file {
	char *path;
	bool last;
	char *masked_by; /* the file that hides this one, or NULL; the same path for a mask that
			    hides nothing */
};

struct directory_files {
	struct directory_file *items; /* sorted by file name, bytes compared */
	size_t count;
	bool any; /* a directory that libvirt reads has a file that it would take for a descriptor,
		     broken or empty ones included (what rule L0 asks) */
};

/*
 * Looks into `directories`, the least specific first, below `root_fd`. What is passed over is added
 * to `notes` with the reason.
 */
void directory_files_find(int root_fd, const struct search_directory *directories, size_t count,
	struct strings *notes, struct strings *looked_at, struct directory_files *ret_files);

void directory_files_clear(struct directory_files *files);
#define auto_directory_files CLEANUP(directory_files_clear)

#endif
