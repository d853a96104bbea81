/* SPDX-License-Identifier: MIT */
/*
 * Every firmware file that a survey meets, looked at once however often it is named: the same path
 * gives the same struct firmware_file, so two parts of the host never disagree about one file.
 */
#ifndef SLIPWAY_HOST_FILE_TABLE_H
#define SLIPWAY_HOST_FILE_TABLE_H

#include <stddef.h>

#include "base/attr.h"
#include "host/host.h"

/* Begin with {.root_fd = …, .root_path = …}, borrowed. */
struct file_table {
	int root_fd;
	const char *root_path;
	/* A descriptor for none but other architectures has its files passed over; UNKNOWN: none
	 * has. */
	enum arch only_arch;
	struct strings *looked_at;    /* borrowed: gets the paths; NULL: nobody wants them */
	struct firmware_file **items; /* in the order of the first look; owned */
	size_t count;
	void *by_path; /* search tree over `items`, so that n paths cost n log n */
};

/* The file of that name, which the table owns. */
struct firmware_file *file_table_look(struct file_table *table, const char *path);

/* A file of that name that was not looked at, and counts as absent. */
struct firmware_file *file_table_pass_over(struct file_table *table, const char *path);

/* Moves the files to the caller, who frees each and the array; the table is empty afterwards. */
struct firmware_file **file_table_take(struct file_table *table, size_t *ret_count) MUST_USE;

/* Frees the files too. */
void file_table_clear(struct file_table *table);
#define auto_file_table CLEANUP(file_table_clear)

#endif
