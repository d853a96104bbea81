/* SPDX-License-Identifier: MIT */
/*
 * The bytes of a disk image as the guest sees them, for raw and simple qcow2 files: enough to read
 * a firmware volume's header; every offset that comes from the file is checked by the read itself.
 *
 * qcow2: QEMU docs/interop/qcow2.txt ("Header", "Cluster mapping"); all numbers are big-endian.
 */
#ifndef SLIPWAY_HOST_IMAGE_H
#define SLIPWAY_HOST_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/terms.h"

/* An open image; the fd is borrowed. */
struct image {
	int fd;
	enum image_format format; /* by content: QCOW2 where the magic number stands, else RAW */
	uint64_t virtual_size_bytes;
	bool mapped; /* qcow2: the tables are of the kind that is understood here (no backing file,
			encryption, external data or unknown incompatible feature) */
	bool elsewhere; /* qcow2: a part of the content is in another file */
	unsigned int cluster_bits;
	uint64_t l1_offset;
	uint64_t l1_count;
	const unsigned char *lead; /* the file's first bytes, borrowed; NULL: not at hand */
	size_t lead_bytes;
};

/* Reads the header of the image in `fd`, which holds `size_bytes`. */
void image_look(int fd, uint64_t size_bytes, struct image *ret_image);

/* The same for who wants the beginning as well: one read of up to `lead_bytes`, at least a header's
 * 104, into `lead`, which the image borrows. */
void image_look_at_lead(int fd, uint64_t size_bytes, unsigned char *lead, size_t lead_bytes,
	struct image *ret_image);

/* Whether a table or a cluster of a qcow2 image lies behind the end of its `size_bytes`: a copy
 * that was broken off. False for what is not mapped, and for images larger than any flash. */
bool image_is_cut_off(const struct image *image, uint64_t size_bytes);

/*
 * Copies up to `count` guest bytes from guest offset `offset` and returns how many are valid: fewer
 * at the image's end, 0 where the content cannot be told (compressed or damaged qcow2).
 */
size_t image_read(
	const struct image *image, uint64_t offset, size_t count, unsigned char *ret_bytes);

#endif
