/* SPDX-License-Identifier: MIT */
/*
 * Copies of firmware files: the result reads the same as the source byte for byte, and takes up no
 * more room than the blocks that are not zero.
 *
 * Packaged 64 MiB flash images are dense files of which 99 % are zeros, so holes have to be found
 * by looking at the bytes: 768 KiB are written instead of 64 MiB.
 */
#ifndef SLIPWAY_ACT_COPY_H
#define SLIPWAY_ACT_COPY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/error.h"

/* Unit in which zeros are looked for: the block size of the file systems in use. */
#define COPY_BLOCK_BYTES 4096

/* A failure whose text is strerror(number) alone, for a caller who says what was being done. */
struct error *copy_failure(int number) MUST_USE;

/*
 * Copies the first `size_bytes` of `from` to the empty file `to` (both open, both seekable; their
 * offsets do not matter): shared blocks where the file system has them (FICLONE), else the blocks
 * that are not zero. `to` has `size_bytes` afterwards. Errors carry the errno: writing is
 * strerror alone, reading begins "reading: ", and a source that ends early says so.
 */
struct error *copy_contents(int from, int to, uint64_t size_bytes) MUST_USE;

/* Bytes that copy_contents would write: the blocks of `from` that are not zero. 0 when it cannot
 * be read. */
uint64_t copy_needed_bytes(int from, uint64_t size_bytes);

/* Whether there is no byte but zero in `bytes`. */
bool bytes_are_zero(const unsigned char *bytes, size_t size_bytes);

/* All of `size_bytes` at `offset`, or an error ("reading: …"). */
struct error *copy_read_at(
	int fd, unsigned char *ret_bytes, size_t size_bytes, uint64_t offset) MUST_USE;

/* All of `bytes` to `offset`, however many writes it takes. */
struct error *copy_write_at(
	int fd, const unsigned char *bytes, size_t size_bytes, uint64_t offset) MUST_USE;

#endif
