/* SPDX-License-Identifier: MIT */
#include "host/image.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"

enum {
	QCOW2_HEADER_BYTES = 104, /* version 3's fixed part; version 2 ends at 72 */
	QCOW2_HEADER_BYTES_V2 = 72,
	CLUSTER_BITS_LEAST = 9,
	CLUSTER_BITS_MOST = 21, /* QEMU's own limit, 2 MiB (block/qcow2.h) */
};

/* Incompatible features that change nothing for a reader: dirty (bit 0) and corrupt (bit 1) speak
 * of reference counts. */
static const uint64_t harmless_features = 3;
static const uint64_t external_data = 4;

/* QEMU's flash devices have 64 MiB at most; see store_image.c. */
static const uint64_t flash_limit_bytes = UINT64_C(256) << 20;

/* Bits 9 to 55 of an L1 or L2 entry: where the cluster is in the file; 0 = not allocated. */
static const uint64_t offset_mask = UINT64_C(0x00fffffffffffe00);
static const uint64_t compressed_flag = UINT64_C(1) << 62;
static const uint64_t zero_flag = 1;

static uint64_t big_endian(const unsigned char *bytes, size_t count)
{
	uint64_t number = 0;

	for (size_t i = 0; i < count; i++)
		number = number << 8 | bytes[i];
	return number;
}

/* How many of `count` bytes at `offset` could be read. */
static size_t read_at(int fd, uint64_t offset, size_t count, unsigned char *ret_bytes)
{
	size_t done = 0;

	while (done < count && offset + done <= INT64_MAX) {
		ssize_t got = pread(fd, ret_bytes + done, count - done, (off_t)(offset + done));

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		done += (size_t)got;
	}
	return done;
}

static void look_at_qcow2(const unsigned char *header, size_t size, struct image *image)
{
	uint64_t version = big_endian(header + 4, 4);
	uint64_t features = 0;

	image->format = IMAGE_FORMAT_QCOW2;
	image->virtual_size_bytes = 0;
	if (size < QCOW2_HEADER_BYTES_V2 || version < 2 || version > 3)
		return;
	image->virtual_size_bytes = big_endian(header + 24, 8);
	image->cluster_bits = (unsigned int)big_endian(header + 20, 4);
	image->l1_count = big_endian(header + 36, 4);
	image->l1_offset = big_endian(header + 40, 8);
	if (version == 3)
		features = size >= QCOW2_HEADER_BYTES ? big_endian(header + 72, 8) : UINT64_MAX;
	image->elsewhere = big_endian(header + 8, 8) != 0 ||
			   (features != UINT64_MAX && (features & external_data) != 0);
	image->mapped = big_endian(header + 8, 8) == 0 && big_endian(header + 32, 4) == 0 &&
			(features & ~harmless_features) == 0 &&
			image->cluster_bits >= CLUSTER_BITS_LEAST &&
			image->cluster_bits <= CLUSTER_BITS_MOST;
}

void image_look_at_lead(int fd, uint64_t size_bytes, unsigned char *lead, size_t lead_bytes,
	struct image *ret_image)
{
	static const unsigned char magic[4] = {'Q', 'F', 'I', 0xfb};
	size_t size = read_at(fd, 0, lead_bytes, lead);

	*ret_image = (struct image){.fd = fd,
		.format = IMAGE_FORMAT_RAW,
		.virtual_size_bytes = size_bytes,
		.lead = lead,
		.lead_bytes = size};
	if (size >= sizeof(magic) && memcmp(lead, magic, sizeof(magic)) == 0)
		look_at_qcow2(lead, size, ret_image);
}

void image_look(int fd, uint64_t size_bytes, struct image *ret_image)
{
	unsigned char header[QCOW2_HEADER_BYTES] = {0};

	image_look_at_lead(fd, size_bytes, header, sizeof(header), ret_image);
	ret_image->lead = NULL;
	ret_image->lead_bytes = 0;
}

/* Whether one L2 table, or a cluster that it names, is behind the end. */
static bool table_is_cut_off(const struct image *image, uint64_t table, uint64_t size_bytes)
{
	uint64_t table_bytes = UINT64_C(1) << image->cluster_bits;
	auto_free unsigned char *entries = xcalloc(table_bytes, 1);

	if (table > size_bytes || table_bytes > size_bytes - table ||
		read_at(image->fd, table, table_bytes, entries) < table_bytes)
		return true;
	for (uint64_t at = 0; at < table_bytes; at += 8) {
		uint64_t entry = big_endian(entries + at, 8);

		if (!(entry & (compressed_flag | zero_flag)) && (entry & offset_mask) >= size_bytes)
			return true;
	}
	return false;
}

bool image_is_cut_off(const struct image *image, uint64_t size_bytes)
{
	uint64_t reach;
	uint64_t count;
	auto_free unsigned char *entries = NULL;

	if (image->format == IMAGE_FORMAT_QCOW2 && size_bytes < QCOW2_HEADER_BYTES)
		return true;
	if (image->format != IMAGE_FORMAT_QCOW2 || !image->mapped ||
		image->virtual_size_bytes > flash_limit_bytes)
		return false;
	reach = UINT64_C(1) << (2 * image->cluster_bits - 3);
	count = (image->virtual_size_bytes + reach - 1) / reach; /* at most 2^13 */
	if (count > image->l1_count || image->l1_offset > size_bytes ||
		count * 8 > size_bytes - image->l1_offset)
		return true;
	entries = xcalloc(count + 1, 8);
	if (read_at(image->fd, image->l1_offset, count * 8, entries) < count * 8)
		return true;
	for (uint64_t i = 0; i < count; i++) {
		uint64_t table = big_endian(entries + i * 8, 8) & offset_mask;

		if (table != 0 && table_is_cut_off(image, table, size_bytes))
			return true;
	}
	return false;
}

/* The table entry at `offset`; UINT64_MAX, which no valid entry is, where it cannot be read. */
static uint64_t table_entry(const struct image *image, uint64_t offset)
{
	unsigned char bytes[8];

	if (read_at(image->fd, offset, sizeof(bytes), bytes) < sizeof(bytes))
		return UINT64_MAX;
	return big_endian(bytes, sizeof(bytes));
}

/* L2 entry of the cluster that holds guest offset `offset`: 0 = not allocated. */
static uint64_t cluster_entry(const struct image *image, uint64_t offset)
{
	unsigned int l2_bits = image->cluster_bits - 3;
	uint64_t cluster = offset >> image->cluster_bits;
	uint64_t l1_index = cluster >> l2_bits;
	uint64_t l2_index = cluster & ((UINT64_C(1) << l2_bits) - 1);
	uint64_t l1_entry;

	if (l1_index >= image->l1_count || image->l1_offset > INT64_MAX - l1_index * 8)
		return UINT64_MAX;
	l1_entry = table_entry(image, image->l1_offset + l1_index * 8);
	if (l1_entry == UINT64_MAX || (l1_entry & offset_mask) == 0)
		return l1_entry == UINT64_MAX ? UINT64_MAX : 0;
	return table_entry(image, (l1_entry & offset_mask) + l2_index * 8);
}

/* One piece within one cluster. */
static size_t read_cluster(
	const struct image *image, uint64_t offset, size_t count, unsigned char *ret_bytes)
{
	uint64_t inside = offset & ((UINT64_C(1) << image->cluster_bits) - 1);
	uint64_t entry = cluster_entry(image, offset);

	if (entry == UINT64_MAX || (entry & compressed_flag))
		return 0;
	if ((entry & zero_flag) || (entry & offset_mask) == 0) {
		memset(ret_bytes, 0, count);
		return count;
	}
	return read_at(image->fd, (entry & offset_mask) + inside, count, ret_bytes);
}

static size_t read_raw(
	const struct image *image, uint64_t offset, size_t count, unsigned char *ret_bytes)
{
	if (offset > image->lead_bytes || count > image->lead_bytes - offset)
		return read_at(image->fd, offset, count, ret_bytes);
	memcpy(ret_bytes, image->lead + offset, count);
	return count;
}

size_t image_read(
	const struct image *image, uint64_t offset, size_t count, unsigned char *ret_bytes)
{
	size_t done = 0;

	if (offset >= image->virtual_size_bytes)
		return 0;
	if (count > image->virtual_size_bytes - offset)
		count = (size_t)(image->virtual_size_bytes - offset);
	if (image->format != IMAGE_FORMAT_QCOW2)
		return read_raw(image, offset, count, ret_bytes);
	while (image->mapped && done < count) {
		uint64_t cluster_bytes = UINT64_C(1) << image->cluster_bits;
		uint64_t left = cluster_bytes - ((offset + done) & (cluster_bytes - 1));
		size_t piece = left < count - done ? (size_t)left : count - done;

		if (read_cluster(image, offset + done, piece, ret_bytes + done) < piece)
			return 0;
		done += piece;
	}
	return done;
}
