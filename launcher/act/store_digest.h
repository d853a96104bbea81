/* SPDX-License-Identifier: MIT */
/*
 * A digest of a firmware file's content: equal digests and sizes are equal files, however often a
 * package manager or a container image has written them anew.
 *
 * BLAKE2b with 256 bits (RFC 7693): of the digests that people can check by a standard tool
 * (b2sum -l 256) it is the one that is fast in plain C, about 4 ms for a 3.5 MiB file.
 */
#ifndef SLIPWAY_ACT_STORE_DIGEST_H
#define SLIPWAY_ACT_STORE_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/error.h"

#define DIGEST_BYTES 32
#define DIGEST_BLOCK_BYTES 128

/* A digest under construction. */
struct digest {
	uint64_t state[8];
	uint64_t count_bytes; /* compressed so far; 2^64 bytes are never reached */
	unsigned char block[DIGEST_BLOCK_BYTES];
	size_t block_bytes;
};

void digest_begin(struct digest *digest);
void digest_add(struct digest *digest, const unsigned char *bytes, size_t size_bytes);
/* DIGEST_BYTES bytes. */
void digest_end(struct digest *digest, unsigned char *ret_bytes);

/*
 * "blake2b-256:HEX" of the first `size_bytes` of `fd` without the 4 KiB blocks of zeros at their
 * end (61 of an ARM image's 64 MiB; the size tells them apart). The caller frees it.
 */
struct error *digest_file(int fd, uint64_t size_bytes, char **ret_text) MUST_USE;

#endif
