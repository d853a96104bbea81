/* SPDX-License-Identifier: MIT */
#include "act/store_image.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "act/copy.h"
#include "base/memory.h"

/* Offsets in the qcow2 header; numbers are big-endian. */
#define QCOW2_HEADER_BYTES 104
#define QCOW2_HEADER_2_BYTES 72
#define AT_VERSION 4
#define AT_BACKING_OFFSET 8
#define AT_CLUSTER_BITS 20
#define AT_SIZE 24
#define AT_ENCRYPTION 32
#define AT_L1_SIZE 36
#define AT_L1_OFFSET 40
#define AT_INCOMPATIBLE 72

/* Incompatible features: dirty and corrupt concern writers; the others change how data are found.
 */
#define FEATURE_DIRTY 1U
#define FEATURE_CORRUPT 2U

/* qcow2.txt: cluster_bits is at least 9, and QEMU's limit is 21. */
#define CLUSTER_BITS_LEAST 9
#define CLUSTER_BITS_MOST 21

#define ENTRY_BYTES 8
#define ENTRY_OFFSET_MASK 0x00fffffffffffe00
#define ENTRY_COMPRESSED 0x4000000000000000
#define ENTRY_ZERO 1U

/* The largest store that is looked into; see TEMPLATE_LIMIT_BYTES in nvram_fill.c. */
#define IMAGE_LIMIT_BYTES (256U * 1024 * 1024)

static uint64_t big_endian(const unsigned char *bytes, size_t size_bytes)
{
	uint64_t number = 0;

	for (size_t i = 0; i < size_bytes; i++)
		number = number << 8 | bytes[i];
	return number;
}

static struct error *refuse_features(unsigned int version, const unsigned char *header)
{
	uint64_t features = version >= 3 ? big_endian(header + AT_INCOMPATIBLE, 8) : 0;

	if (big_endian(header + AT_BACKING_OFFSET, 8) != 0)
		return error_new("it is a qcow2 overlay of another file");
	if (big_endian(header + AT_ENCRYPTION, 4) != 0)
		return error_new("it is an encrypted qcow2 image");
	if (features & ~(uint64_t)(FEATURE_DIRTY | FEATURE_CORRUPT))
		return error_new("it is a qcow2 image with features that are not read here (%#llx)",
			(unsigned long long)features);
	return NULL;
}

/* The L1 table must lie in the file and reach over the whole image. */
static struct error *check_geometry(const struct store_image *image)
{
	uint64_t entries_per_cluster;
	uint64_t reach;

	if (image->cluster_bits < CLUSTER_BITS_LEAST || image->cluster_bits > CLUSTER_BITS_MOST)
		return error_new(
			"its qcow2 header has clusters of 2^%u bytes", image->cluster_bits);
	if (image->size_bytes > IMAGE_LIMIT_BYTES)
		return error_new("it has %llu bytes, more than any flash device",
			(unsigned long long)image->size_bytes);
	entries_per_cluster = ((uint64_t)1 << image->cluster_bits) / ENTRY_BYTES;
	reach = entries_per_cluster << image->cluster_bits; /* at most 2^39 */
	if ((image->size_bytes + reach - 1) / reach > image->l1_entries ||
		image->l1_offset > image->file_bytes ||
		image->l1_entries > (image->file_bytes - image->l1_offset) / ENTRY_BYTES)
		return error_new("the first table of its qcow2 image is cut off");
	return NULL;
}

static struct error *open_qcow2(struct store_image *image)
{
	auto_free unsigned char *header = xcalloc(QCOW2_HEADER_BYTES, 1);
	size_t present = image->file_bytes < QCOW2_HEADER_BYTES ? (size_t)image->file_bytes
								: QCOW2_HEADER_BYTES;

	TRY(copy_read_at(image->fd, header, present, 0));
	image->version = (unsigned int)big_endian(header + AT_VERSION, 4);
	if (present < QCOW2_HEADER_2_BYTES || image->version < 2 || image->version > 3 ||
		(image->version == 3 && present < QCOW2_HEADER_BYTES))
		return error_new("its qcow2 header is cut off or of an unknown version");
	TRY(refuse_features(image->version, header));
	image->cluster_bits = (unsigned int)big_endian(header + AT_CLUSTER_BITS, 4);
	image->size_bytes = big_endian(header + AT_SIZE, 8);
	image->l1_entries = big_endian(header + AT_L1_SIZE, 4);
	image->l1_offset = big_endian(header + AT_L1_OFFSET, 8);
	return check_geometry(image);
}

struct error *store_image_open(int fd, struct store_image *ret_image)
{
	auto_free unsigned char *magic = xcalloc(4, 1);
	struct store_image image = {.fd = fd, .format = IMAGE_FORMAT_RAW};
	struct stat status;

	if (fstat(fd, &status) < 0)
		return copy_failure(errno);
	image.file_bytes = (uint64_t)status.st_size;
	image.size_bytes = image.file_bytes;
	if (image.file_bytes >= 4)
		TRY(copy_read_at(fd, magic, 4, 0));
	if (memcmp(magic, "QFI\xfb", 4) == 0) {
		image.format = IMAGE_FORMAT_QCOW2;
		TRY(open_qcow2(&image));
	}
	*ret_image = image;
	return NULL;
}

/* One entry of a table. */
static struct error *read_entry(
	const struct store_image *image, uint64_t table, uint64_t index, uint64_t *ret_entry)
{
	auto_free unsigned char *entry = xcalloc(ENTRY_BYTES, 1);

	if (table > image->file_bytes || index >= (image->file_bytes - table) / ENTRY_BYTES)
		return error_new("a table of its qcow2 image lies outside the file");
	TRY(copy_read_at(image->fd, entry, ENTRY_BYTES, table + index * ENTRY_BYTES));
	*ret_entry = big_endian(entry, ENTRY_BYTES);
	return NULL;
}

/* Where in the file the cluster is that holds `offset`; 0 for one of zeros. */
static struct error *find_cluster(
	const struct store_image *image, uint64_t offset, uint64_t *ret_cluster)
{
	unsigned int l2_bits = image->cluster_bits - 3; /* entries of 8 bytes */
	uint64_t cluster = offset >> image->cluster_bits;
	uint64_t l1 = 0;
	uint64_t l2 = 0;

	TRY(read_entry(image, image->l1_offset, cluster >> l2_bits, &l1));
	l1 &= ENTRY_OFFSET_MASK;
	if (l1 != 0)
		TRY(read_entry(image, l1, cluster & (((uint64_t)1 << l2_bits) - 1), &l2));
	if (l2 & ENTRY_COMPRESSED)
		return error_new("its qcow2 image is compressed");
	if (image->version >= 3 && (l2 & ENTRY_ZERO))
		l2 = 0;
	*ret_cluster = l2 & ENTRY_OFFSET_MASK;
	return NULL;
}

/* Part of one cluster. QEMU reads zeros behind the end of the file, where the last cluster was not
 * written in full. */
static struct error *read_cluster(const struct store_image *image, unsigned char *ret_bytes,
	size_t size_bytes, uint64_t file_offset)
{
	size_t present = size_bytes;

	if (file_offset > image->file_bytes)
		return error_new("a cluster of its qcow2 image lies outside the file");
	if (present > image->file_bytes - file_offset)
		present = (size_t)(image->file_bytes - file_offset);
	memset(ret_bytes + present, 0, size_bytes - present);
	return copy_read_at(image->fd, ret_bytes, present, file_offset);
}

struct error *store_image_read(const struct store_image *image, unsigned char *ret_bytes,
	size_t size_bytes, uint64_t offset)
{
	if (offset > image->size_bytes || size_bytes > image->size_bytes - offset)
		return error_new("it ends at byte %llu, %llu were expected",
			(unsigned long long)image->size_bytes,
			(unsigned long long)offset + size_bytes);
	if (image->format != IMAGE_FORMAT_QCOW2)
		return copy_read_at(image->fd, ret_bytes, size_bytes, offset);
	while (size_bytes > 0) {
		uint64_t inside = offset & (((uint64_t)1 << image->cluster_bits) - 1);
		uint64_t left = ((uint64_t)1 << image->cluster_bits) - inside;
		size_t piece = size_bytes < left ? size_bytes : (size_t)left;
		uint64_t cluster = 0;

		TRY(find_cluster(image, offset, &cluster));
		memset(ret_bytes, 0, piece);
		if (cluster != 0)
			TRY(read_cluster(image, ret_bytes, piece, cluster + inside));
		ret_bytes += piece;
		size_bytes -= piece;
		offset += piece;
	}
	return NULL;
}
