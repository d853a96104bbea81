/* SPDX-License-Identifier: MIT */
/*
 * A store's content as the guest sees it, read from a raw or a qcow2 file. The file is hostile
 * input: every offset and length in it is checked against the file before it is used, and nothing
 * is ever written.
 *
 * Of qcow2 (QEMU docs/interop/qcow2.txt) this reads what stores are: versions 2 and 3 without
 * backing file, external data, encryption, compressed clusters or extended L2 entries; the others
 * are refused by name.
 */
#ifndef SLIPWAY_ACT_STORE_IMAGE_H
#define SLIPWAY_ACT_STORE_IMAGE_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/error.h"
#include "base/terms.h"

struct store_image {
	int fd; /* borrowed */
	enum image_format format;
	uint64_t file_bytes;
	uint64_t size_bytes; /* what the guest sees */
	/* qcow2 only */
	unsigned int version;
	unsigned int cluster_bits;
	uint64_t l1_offset;
	uint64_t l1_entries;
};

/* The image in the regular file `fd`; its format is told by its first bytes. */
struct error *store_image_open(int fd, struct store_image *ret_image) MUST_USE;

/* `size_bytes` at `offset`; what lies behind the image's end is an error. */
struct error *store_image_read(const struct store_image *image, unsigned char *ret_bytes,
	size_t size_bytes, uint64_t offset) MUST_USE;

#endif
