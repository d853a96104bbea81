/* SPDX-License-Identifier: MIT */
#include "act/copy.h"

#include <errno.h>
#include <linux/fs.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/types.h>
#include <unistd.h>

#include "base/memory.h"

/* 64 KiB reads: larger ones measured no faster, smaller ones slower. */
#define CHUNK_BYTES (16 * COPY_BLOCK_BYTES)

/* Below this a copy inside the kernel is faster than looking for zeros (measured: 540 KiB 256
 * against 296 us); above, a padded image is expected and looking pays. */
#define KERNEL_COPY_LIMIT_BYTES (4U * 1024 * 1024)

struct error *copy_failure(int number)
{
	struct error *error = error_new("%s", strerror(number));

	error->number = number;
	return error;
}

bool bytes_are_zero(const unsigned char *bytes, size_t size_bytes)
{
	/* compared with itself, one byte further: the library's fastest loop, and no buffer */
	return size_bytes == 0 || (bytes[0] == 0 && memcmp(bytes, bytes + 1, size_bytes - 1) == 0);
}

struct error *copy_read_at(int fd, unsigned char *ret_bytes, size_t size_bytes, uint64_t offset)
{
	size_t done = 0;

	while (done < size_bytes) {
		ssize_t got =
			pread(fd, ret_bytes + done, size_bytes - done, (off_t)(offset + done));

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return error_while(copy_failure(errno), "reading");
		if (got == 0)
			return error_new("reading: the file ends at byte %llu, %llu were expected",
				(unsigned long long)offset + done,
				(unsigned long long)offset + size_bytes);
		done += (size_t)got;
	}
	return NULL;
}

struct error *copy_write_at(int fd, const unsigned char *bytes, size_t size_bytes, uint64_t offset)
{
	size_t done = 0;

	while (done < size_bytes) {
		ssize_t put = pwrite(fd, bytes + done, size_bytes - done, (off_t)(offset + done));

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return copy_failure(errno);
		if (put == 0)
			return copy_failure(ENOSPC);
		done += (size_t)put;
	}
	return NULL;
}

static size_t block_at(size_t position, size_t size_bytes)
{
	return size_bytes - position < COPY_BLOCK_BYTES ? size_bytes - position : COPY_BLOCK_BYTES;
}

/* The first run of blocks from *position on that are not all zero: where it begins goes to
 * *position, where it ends is returned (both `size_bytes` when there is none). */
static size_t next_run(const unsigned char *bytes, size_t size_bytes, size_t *position)
{
	size_t begin = *position;
	size_t end;

	while (begin < size_bytes && bytes_are_zero(bytes + begin, block_at(begin, size_bytes)))
		begin += block_at(begin, size_bytes);
	end = begin;
	while (end < size_bytes && !bytes_are_zero(bytes + end, block_at(end, size_bytes)))
		end += block_at(end, size_bytes);
	*position = begin;
	return end;
}

/* What is done with each run of bytes that are not zero. `to` < 0: only counted. */
static struct error *write_runs(
	int to, const unsigned char *bytes, size_t size_bytes, uint64_t offset, uint64_t *count)
{
	size_t position = 0;

	while (position < size_bytes) {
		size_t end = next_run(bytes, size_bytes, &position);

		*count += end - position;
		if (to >= 0)
			TRY(copy_write_at(to, bytes + position, end - position, offset + position));
		position = end;
	}
	return NULL;
}

/* The end of the data that begins at or behind *offset, which is moved to its beginning (down to a
 * whole block); `size_bytes` for both when only a hole follows. A file system that cannot tell is
 * all data. */
static uint64_t next_data(int from, uint64_t *offset, uint64_t size_bytes)
{
	off_t begin = lseek(from, (off_t)*offset, SEEK_DATA);
	off_t end;

	/* the same error for a hole up to the end and for an end that came too early */
	if (begin < 0 && errno == ENXIO && lseek(from, 0, SEEK_END) >= (off_t)size_bytes) {
		*offset = size_bytes;
		return size_bytes;
	}
	if (begin < 0 || (uint64_t)begin < *offset)
		return size_bytes;
	end = lseek(from, begin, SEEK_HOLE);
	begin -= begin % COPY_BLOCK_BYTES;
	*offset = (uint64_t)begin < *offset ? *offset : (uint64_t)begin;
	if (*offset > size_bytes)
		*offset = size_bytes;
	if (end < 0 || (uint64_t)end > size_bytes || (uint64_t)end <= *offset)
		return size_bytes;
	return (uint64_t)end;
}

/* Copies (or counts, `to` < 0) the blocks of `from` at and behind `offset` that are not zero. */
static struct error *copy_data(
	int from, int to, uint64_t offset, uint64_t size_bytes, uint64_t *ret_count)
{
	auto_free unsigned char *chunk = xcalloc(CHUNK_BYTES, 1);
	uint64_t count = 0;

	while (offset < size_bytes) {
		uint64_t end = next_data(from, &offset, size_bytes);

		while (offset < end) {
			size_t piece =
				end - offset < CHUNK_BYTES ? (size_t)(end - offset) : CHUNK_BYTES;

			TRY(copy_read_at(from, chunk, piece, offset));
			TRY(write_runs(to, chunk, piece, offset, &count));
			offset += piece;
		}
	}
	*ret_count = count;
	return NULL;
}

/* How much the kernel copied by itself: nothing across file systems on old kernels (EXDEV) and
 * where the file system cannot. Its failures are no failures: the rest is copied here, and a disk
 * that is really broken fails again. */
static uint64_t copy_in_kernel(int from, int to, uint64_t size_bytes)
{
	off_t read_offset = 0;
	off_t write_offset = 0;

	while ((uint64_t)read_offset < size_bytes) {
		ssize_t got = copy_file_range(from, &read_offset, to, &write_offset,
			(size_t)(size_bytes - (uint64_t)read_offset), 0);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
	}
	return (uint64_t)read_offset;
}

struct error *copy_contents(int from, int to, uint64_t size_bytes)
{
	uint64_t begin = 0;
	uint64_t count;
	off_t cloned;

	/* a clone takes the whole source, which may have grown since it was looked at */
	if (ioctl(to, FICLONE, from) == 0) {
		cloned = lseek(to, 0, SEEK_END);
		if (cloned >= 0 && (uint64_t)cloned < size_bytes)
			return error_new("reading: the file ends at byte %llu, %llu were expected",
				(unsigned long long)cloned, (unsigned long long)size_bytes);
	} else {
		if (size_bytes <= KERNEL_COPY_LIMIT_BYTES)
			begin = copy_in_kernel(from, to, size_bytes);
		TRY(copy_data(from, to, begin, size_bytes, &count));
	}
	/* zeros at the end were not written */
	if (ftruncate(to, (off_t)size_bytes) < 0)
		return copy_failure(errno);
	return NULL;
}

uint64_t copy_needed_bytes(int from, uint64_t size_bytes)
{
	uint64_t count = 0;

	error_free(copy_data(from, -1, 0, size_bytes, &count));
	return count;
}
