/* SPDX-License-Identifier: MIT */
/*
 * A folder of a test's own, and what the test puts into it: every function works or ends the test
 * program, so that no test goes on with a stage that is not set.
 *
 * `path` is below the folder; missing directories on the way are made.
 */
#ifndef SLIPWAY_TESTS_SUPPORT_TEMPDIR_H
#define SLIPWAY_TESTS_SUPPORT_TEMPDIR_H

#include <stddef.h>
#include <stdint.h>

/* Makes the folder and returns its absolute path; tempdir_remove frees it. */
char *tempdir_make(void);

/* Removes the folder with all that is in it. NULL is allowed. */
void tempdir_remove(char *folder);

/* Where `path` is in the folder; the caller frees it. */
char *tempdir_path(const char *folder, const char *path);

void tempdir_directory(const char *folder, const char *path);
void tempdir_write(const char *folder, const char *path, const void *bytes, size_t size);
void tempdir_text(const char *folder, const char *path, const char *text);
void tempdir_link(const char *folder, const char *path, const char *target);
void tempdir_fifo(const char *folder, const char *path);

/* A file of `size_bytes` zeros, which take no room. */
void tempdir_zeros(const char *folder, const char *path, uint64_t size_bytes);

/* Writes into a file that exists, at `offset`. */
void tempdir_patch(
	const char *folder, const char *path, uint64_t offset, const void *bytes, size_t size);

#endif
