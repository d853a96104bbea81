/* SPDX-License-Identifier: MIT */
#include "act/copy_blocks.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <unistd.h>

#include "act/copy.h"
#include "act/thread.h"
#include "base/memory.h"

/* 64 KiB reads stay in any second-level cache; larger ones measured no faster, smaller ones
 * slower. */
#define CHUNK_BYTES (16 * COPY_BLOCK_BYTES)

/* What a thread takes at a time. Shares that are settled beforehand would make the copy as slow as
 * the thread that the scheduler lets wait. */
#define PIECE_BYTES (1024 * 1024)

/* A second thread reads while there is as much as this: it costs 0.1 ms, reading this 0.6. Memory's
 * pace and not the number of processors is what limits more of them. */
#define SHARED_LEAST_BYTES (4 * PIECE_BYTES)

/* What is copied, and who is next. */
struct job {
	int from;
	int to; /* < 0: blocks are only counted */
	uint64_t size_bytes;
	_Atomic uint64_t next_offset; /* of the first piece that nobody has taken */
};

/* One thread's part in it. */
struct reader {
	struct job *job; /* borrowed */
	unsigned char
		*chunk;  /* owned; of CHUNK_BYTES. An allocation in a thread would make a heap */
	uint64_t count;  /* of the bytes that are not zero */
	uint64_t offset; /* of the piece in which `error` was met */
	struct error *error;
};

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

/* What is done with each run of bytes that are not zero. */
static struct error *write_runs(struct reader *reader, size_t size_bytes, uint64_t offset)
{
	const unsigned char *bytes = reader->chunk;
	size_t position = 0;

	while (position < size_bytes) {
		size_t end = next_run(bytes, size_bytes, &position);

		reader->count += end - position;
		if (reader->job->to >= 0)
			TRY(copy_write_at(reader->job->to, bytes + position, end - position,
				offset + position));
		position = end;
	}
	return NULL;
}

/* The end of the data that begins at or behind *offset, which is moved to its beginning (down to a
 * whole block); `limit` for both when only a hole follows up to there. A file system that cannot
 * tell is all data. The offset of the file, which this moves, means nothing to anybody. */
static uint64_t next_data(int from, uint64_t *offset, uint64_t limit)
{
	off_t begin = lseek(from, (off_t)*offset, SEEK_DATA);
	off_t end;

	/* the same error for a hole up to the end and for an end that came too early */
	if (begin < 0 && errno == ENXIO && lseek(from, 0, SEEK_END) >= (off_t)limit) {
		*offset = limit;
		return limit;
	}
	if (begin < 0 || (uint64_t)begin < *offset)
		return limit;
	end = lseek(from, begin, SEEK_HOLE);
	begin -= begin % COPY_BLOCK_BYTES;
	*offset = (uint64_t)begin < *offset ? *offset : (uint64_t)begin;
	if (*offset > limit)
		*offset = limit;
	if (end < 0 || (uint64_t)end > limit || (uint64_t)end <= *offset)
		return limit;
	return (uint64_t)end;
}

static struct error *copy_piece(struct reader *reader, uint64_t offset, uint64_t limit)
{
	int from = reader->job->from;

	while (offset < limit) {
		uint64_t end = next_data(from, &offset, limit);

		while (offset < end) {
			size_t part =
				end - offset < CHUNK_BYTES ? (size_t)(end - offset) : CHUNK_BYTES;

			TRY(copy_read_at(from, reader->chunk, part, offset));
			TRY(write_runs(reader, part, offset));
			offset += part;
		}
	}
	return NULL;
}

/* Takes pieces until there are no more, or one cannot be copied. */
static void copy_pieces(struct reader *reader)
{
	struct job *job = reader->job;

	while (!reader->error) {
		uint64_t offset = atomic_fetch_add(&job->next_offset, PIECE_BYTES);
		uint64_t limit = offset + PIECE_BYTES;

		if (offset >= job->size_bytes)
			return;
		reader->offset = offset;
		reader->error = copy_piece(
			reader, offset, limit < job->size_bytes ? limit : job->size_bytes);
	}
	/* what is behind would be copied in vain; what is before has been taken */
	atomic_store(&job->next_offset, job->size_bytes);
}

static void *read_along(void *argument)
{
	copy_pieces(argument);
	return NULL;
}

/* It fails where there are more than the 1024 that a set has room for. */
static bool has_processors(void)
{
	cpu_set_t set;

	return sched_getaffinity(0, sizeof(set), &set) != 0 || CPU_COUNT(&set) > 1;
}

/* The error of the lower place: the file's end is told by who met it, and not by who read behind
 * it. Takes and returns ownership. */
static struct error *first_error(struct reader *one, struct reader *other)
{
	struct reader *last = one->error && one->offset < other->offset ? other : one;

	if (!one->error || !other->error)
		return one->error ? one->error : other->error;
	error_free(last->error);
	return last == one ? other->error : one->error;
}

/* Where there cannot be another thread (a limit on processes), this one does all. */
static struct error *copy_together(struct reader *own)
{
	auto_free unsigned char *chunk = xcalloc(CHUNK_BYTES, 1);
	struct reader other = {.job = own->job, .chunk = chunk};
	pthread_t thread;
	bool is_helped = thread_start(&thread, read_along, &other) == 0;

	copy_pieces(own);
	if (is_helped)
		(void)pthread_join(thread, NULL);
	own->count += other.count;
	return first_error(own, &other);
}

struct error *copy_blocks(
	int from, int to, uint64_t offset, uint64_t size_bytes, uint64_t *ret_count)
{
	auto_free unsigned char *chunk = xcalloc(CHUNK_BYTES, 1);
	struct job job = {.from = from, .to = to, .size_bytes = size_bytes, .next_offset = offset};
	struct reader reader = {.job = &job, .chunk = chunk};

	if (offset < size_bytes && size_bytes - offset >= SHARED_LEAST_BYTES && has_processors()) {
		TRY(copy_together(&reader));
	} else {
		copy_pieces(&reader);
		TRY(reader.error);
	}
	*ret_count = reader.count;
	return NULL;
}
