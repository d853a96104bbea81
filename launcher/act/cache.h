/* SPDX-License-Identifier: MIT */
/*
 * A file that saves work the next time, and that nobody misses: it appears whole or not at all.
 */
#ifndef SLIPWAY_ACT_CACHE_H
#define SLIPWAY_ACT_CACHE_H

#include <stddef.h>
#include <sys/types.h>

#include "base/attr.h"

/* Makes the directory (mode 0700) where it is not there. What fails is not worth a word. */
void cache_write(const char *path, const char *bytes, size_t size_bytes);

/* The file's content, or NULL where there is none of at most `limit_bytes` that is this user's
 * alone; the caller frees it. */
char *cache_read(const char *path, uid_t user, size_t limit_bytes, size_t *ret_size_bytes) MUST_USE;

#endif
