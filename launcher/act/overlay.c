/* SPDX-License-Identifier: MIT */
#include "act/overlay.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"

/* qcow2.txt, "Header". QEMU's own choices: clusters of 64 KiB, reference counts of 16 bits. */
#define MAGIC 0x514649fbu
#define VERSION 3
#define CLUSTER_BITS 16
#define CLUSTER_BYTES ((uint64_t)1 << CLUSTER_BITS)
#define REFCOUNT_ORDER 4
#define HEADER_BYTES 104
#define SIZE_OFFSET 24

/* An entry of the first table is 8 bytes and covers a cluster full of entries, one a cluster. */
#define BYTES_PER_L1_ENTRY (CLUSTER_BYTES / 8 * CLUSTER_BYTES)
/* 8192 TiB: the first table is 128 MiB then, and QEMU allows no longer one (QCOW_MAX_L1_SIZE, 32
 * MiB, in block/qcow2.h). */
#define L1_MOST_BYTES ((uint64_t)32 << 20)

#define SECTOR_BYTES 512

struct header {
	uint32_t magic, version;
	uint64_t backing_file_offset;
	uint32_t backing_file_size, cluster_bits;
	uint64_t size;
	uint32_t crypt_method, l1_size;
	uint64_t l1_table_offset, refcount_table_offset;
	uint32_t refcount_table_clusters, snapshot_count;
	uint64_t snapshots_offset, incompatible, compatible, autoclear;
	uint32_t refcount_order, header_length;
};

_Static_assert(sizeof(struct header) == HEADER_BYTES, "the header has no padding");

/* Cluster 0: header; 1: table of reference counts; 2: its one block; from 3 on: first table. */
enum cluster {
	CLUSTER_HEADER,
	CLUSTER_REFCOUNT_TABLE,
	CLUSTER_REFCOUNTS,
	CLUSTER_L1,
};

static void add_padding(struct text *image, uint64_t clusters)
{
	size_t length = (size_t)(clusters * CLUSTER_BYTES) - image->length;
	auto_free char *zeros = xcalloc(length + 1, 1);

	text_add_bytes(image, zeros, length);
}

struct error *overlay_image(uint64_t size_bytes, struct text *image)
{
	uint64_t entries = size_bytes / BYTES_PER_L1_ENTRY + (size_bytes % BYTES_PER_L1_ENTRY > 0);
	uint64_t l1_clusters = (entries * 8 + CLUSTER_BYTES - 1) / CLUSTER_BYTES;
	uint64_t refcounts_at = htobe64(CLUSTER_REFCOUNTS * CLUSTER_BYTES);
	uint16_t one = htobe16(1);
	struct header header = {
		.magic = htobe32(MAGIC),
		.version = htobe32(VERSION),
		.cluster_bits = htobe32(CLUSTER_BITS),
		.size = htobe64(size_bytes),
		.l1_size = htobe32((uint32_t)entries),
		.l1_table_offset = htobe64(CLUSTER_L1 * CLUSTER_BYTES),
		.refcount_table_offset = htobe64(CLUSTER_REFCOUNT_TABLE * CLUSTER_BYTES),
		.refcount_table_clusters = htobe32(1),
		.refcount_order = htobe32(REFCOUNT_ORDER),
		.header_length = htobe32(HEADER_BYTES),
	};

	if (entries * 8 > L1_MOST_BYTES)
		return error_new("it is larger than a qcow2 overlay can be");
	text_add_bytes(image, (const char *)&header, sizeof(header));
	add_padding(image, CLUSTER_REFCOUNT_TABLE);
	text_add_bytes(image, (const char *)&refcounts_at, sizeof(refcounts_at));
	add_padding(image, CLUSTER_REFCOUNTS);
	for (uint64_t i = 0; i < CLUSTER_L1 + l1_clusters; i++)
		text_add_bytes(image, (const char *)&one, sizeof(one));
	add_padding(image, CLUSTER_L1 + l1_clusters);
	return NULL;
}

static struct error *size_of_qcow2(int fd, uint64_t *ret_size_bytes)
{
	uint32_t magic;
	uint64_t size;

	if (pread(fd, &magic, sizeof(magic), 0) != (ssize_t)sizeof(magic) ||
		be32toh(magic) != MAGIC ||
		pread(fd, &size, sizeof(size), SIZE_OFFSET) != (ssize_t)sizeof(size))
		return error_new("it is not a qcow2 image");
	*ret_size_bytes = be64toh(size);
	return NULL;
}

/* What the guest sees of it. */
static struct error *size_of_disk(
	int fd, const struct plan_overlay *overlay, uint64_t *ret_size_bytes)
{
	struct stat status;

	if (overlay->format == IMAGE_FORMAT_QCOW2)
		return size_of_qcow2(fd, ret_size_bytes);
	if (overlay->format != IMAGE_FORMAT_RAW)
		return error_new("an ephemeral disk of format '%s' is not supported; convert it to "
				 "qcow2 (qemu-img convert)",
			image_format_name(overlay->format));
	if (fstat(fd, &status) != 0)
		return error_system(errno, "its size");
	*ret_size_bytes = (uint64_t)status.st_size;
	if (S_ISBLK(status.st_mode) && ioctl(fd, BLKGETSIZE64, ret_size_bytes) != 0)
		return error_system(errno, "its size");
	/* QEMU block/raw-format.c: a last sector that is not whole is one, too */
	*ret_size_bytes += (SECTOR_BYTES - *ret_size_bytes % SECTOR_BYTES) % SECTOR_BYTES;
	return NULL;
}

/* Memory is the last choice: a guest may write as much as its disk holds. */
static int open_nameless(const char *directory)
{
	int fd = open(directory, O_TMPFILE | O_EXCL | O_RDWR | O_CLOEXEC, 0600);

	return fd >= 0 ? fd : memfd_create("slipway-overlay", MFD_CLOEXEC);
}

static struct error *write_all(int fd, const struct text *image)
{
	for (size_t at = 0; at < image->length;) {
		ssize_t count = write(fd, image->bytes + at, image->length - at);

		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return error_system(errno, "overlay");
		at += (size_t)count;
	}
	return NULL;
}

static struct error *place(int fd, int number)
{
	if (fcntl(number, F_GETFD) >= 0)
		return error_new("descriptor %d is open already", number);
	return dup2(fd, number) < 0 ? error_system(errno, "descriptor %d", number) : NULL;
}

static struct error *make(const struct plan_overlay *overlay, const char *directory)
{
	auto_fd int disk = file_open(overlay->path, O_RDONLY | O_NONBLOCK);
	auto_fd int fd = -1;
	auto_text struct text image = {0};
	uint64_t size_bytes = 0;

	if (disk < 0)
		return error_system(errno, "cannot open");
	TRY(size_of_disk(disk, overlay, &size_bytes));
	TRY(overlay_image(size_bytes, &image));
	fd = open_nameless(directory);
	if (fd < 0)
		return error_system(errno, "overlay in '%s'", directory);
	TRY(write_all(fd, &image));
	return place(fd, overlay->fd);
}

struct error *overlay_make(const struct plan_overlay *overlay, const char *directory)
{
	return error_while(make(overlay, directory), "ephemeral disk '%s'", overlay->path);
}
