/* SPDX-License-Identifier: MIT */
/*
 * A file that saves work the next time, and that nobody misses: it appears whole or not at all.
 */
#ifndef SLIPWAY_ACT_CACHE_H
#define SLIPWAY_ACT_CACHE_H

/* Makes the directory (mode 0700) where it is not there. What fails is not worth a word. */
void cache_write(const char *path, const char *text);

#endif
