/* SPDX-License-Identifier: MIT */
/*
 * The blocks of a file that are not zero, found by looking at the bytes: what a copy of flash of
 * 64 MiB takes is reading all of it, so two threads read where there are processors for them.
 */
#ifndef SLIPWAY_ACT_COPY_BLOCKS_H
#define SLIPWAY_ACT_COPY_BLOCKS_H

#include <stdint.h>

#include "base/attr.h"
#include "base/error.h"

/*
 * Writes the blocks of `from` at and behind `offset` that are not zero to the same places of `to`,
 * or only counts their bytes (`to` < 0). Both are open and seekable. No thread is left. Errors are
 * those of copy_contents; of several, that of the lowest place.
 */
struct error *copy_blocks(
	int from, int to, uint64_t offset, uint64_t size_bytes, uint64_t *ret_count) MUST_USE;

#endif
