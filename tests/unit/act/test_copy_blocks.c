/* SPDX-License-Identifier: MIT */
/* act/copy_blocks: what two threads read is what one would have read, and its errors, too. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#include "act/copy.h"
#include "act/copy_blocks.h"
#include "base/file.h"
#include "base/memory.h"
#include "support/child.h"
#include "support/fault.h"
#include "support/tempdir.h"

#define MIB UINT64_C(0x100000)
#define LARGE_BYTES (4 * MIB + 12288)

/* How often what depends on who is first is tried. */
#define RACES 20

struct stage {
	char *folder;
	int from; /* LARGE_BYTES of which a part is zero */
	int to;
};

/* Bytes of which about every second block is zero. */
static unsigned char *pattern(size_t size_bytes)
{
	unsigned char *bytes = xcalloc(size_bytes, 1);

	for (size_t i = 0; i < size_bytes; i++)
		if ((i / COPY_BLOCK_BYTES * 2654435761U >> 16) % 2)
			bytes[i] = (unsigned char)(i % 251 + 1);
	return bytes;
}

static int new_file(const struct stage *stage, const char *name)
{
	auto_free char *path = tempdir_path(stage->folder, name);
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	return fd;
}

static int set_up(void **state)
{
	struct stage *stage = xcalloc(1, sizeof(*stage));
	auto_free unsigned char *bytes = pattern(LARGE_BYTES);

	stage->folder = tempdir_make();
	stage->from = new_file(stage, "from");
	stage->to = new_file(stage, "to");
	assert_null(copy_write_at(stage->from, bytes, LARGE_BYTES, 0));
	*state = stage;
	return 0;
}

static int tear_down(void **state)
{
	struct stage *stage = *state;

	(void)close(stage->from);
	(void)close(stage->to);
	tempdir_remove(stage->folder);
	free(stage);
	return 0;
}

/* Whether both are the same in [offset, size_bytes). Makes no call that tests let fail. */
static bool are_same(const struct stage *stage, uint64_t offset, uint64_t size_bytes)
{
	bool made_long = ftruncate(stage->to, (off_t)size_bytes) == 0; /* zeros were not written */
	const char *wanted = mmap(NULL, size_bytes, PROT_READ, MAP_SHARED, stage->from, 0);
	const char *got = mmap(NULL, size_bytes, PROT_READ, MAP_SHARED, stage->to, 0);
	bool same = made_long && wanted != MAP_FAILED && got != MAP_FAILED &&
		    memcmp(wanted + offset, got + offset, size_bytes - offset) == 0;

	(void)munmap((void *)wanted, size_bytes);
	(void)munmap((void *)got, size_bytes);
	return same;
}

static void every_piece_is_copied(void **state)
{
	static const uint64_t sizes[] = {
		1, MIB, 4 * MIB - 1, 4 * MIB, 4 * MIB + 1, LARGE_BYTES - 4096, LARGE_BYTES};
	const struct stage *stage = *state;

	for (size_t i = 0; i < ARRAY_COUNT(sizes); i++) {
		uint64_t count = 0;
		struct stat status;

		assert_int_equal(pwrite(stage->from, "e", 1, (off_t)sizes[i] - 1), 1);
		assert_int_equal(ftruncate(stage->to, 0), 0);
		assert_null(copy_blocks(stage->from, stage->to, 0, sizes[i], &count));
		assert_int_equal(fstat(stage->to, &status), 0);
		assert_true((uint64_t)status.st_size <= sizes[i]);
		assert_true(are_same(stage, 0, sizes[i]));
	}
}

static void what_is_before_the_offset_is_left(void **state)
{
	const struct stage *stage = *state;
	uint64_t offset = MIB / 2 + 4096;
	uint64_t count = 0;
	char byte;

	assert_null(copy_blocks(stage->from, stage->to, offset, LARGE_BYTES, &count));
	assert_true(are_same(stage, offset, LARGE_BYTES));
	for (uint64_t at = 0; at < offset; at += 512) {
		assert_int_equal(pread(stage->to, &byte, 1, (off_t)at), 1);
		assert_int_equal(byte, 0);
	}
}

static void both_count(void **state)
{
	const struct stage *stage = *state;
	auto_free unsigned char *bytes = pattern(LARGE_BYTES);
	uint64_t wanted = 0;
	uint64_t count = 0;

	for (size_t i = 0; i < LARGE_BYTES; i += COPY_BLOCK_BYTES)
		wanted += bytes[i] ? COPY_BLOCK_BYTES : 0;
	for (int i = 0; i < RACES; i++) {
		assert_null(copy_blocks(stage->from, -1, 0, LARGE_BYTES, &count));
		assert_int_equal(count, wanted);
	}
}

/* The places of holes and data are found by moving the file's offset, which both threads share. */
static void holes_are_found_by_both(void **state)
{
	const struct stage *stage = *state;

	assert_int_equal(ftruncate(stage->from, 0), 0);
	assert_int_equal(ftruncate(stage->from, 64 * MIB), 0);
	for (uint64_t at = MIB / 2; at < 64 * MIB; at += 3 * MIB)
		assert_int_equal(pwrite(stage->from, "data", 4, (off_t)at), 4);
	for (int i = 0; i < RACES; i++) {
		uint64_t count = 0;

		assert_int_equal(ftruncate(stage->to, 0), 0);
		assert_null(copy_blocks(stage->from, stage->to, 0, 64 * MIB, &count));
		assert_int_equal(count, 22 * COPY_BLOCK_BYTES);
		assert_true(are_same(stage, 0, 64 * MIB));
	}
}

/* Who reads behind the end would give another place for it. */
static void the_end_is_where_it_is(void **state)
{
	const struct stage *stage = *state;

	for (int i = 0; i < RACES; i++) {
		uint64_t end = MIB + (uint64_t)i * 50000;
		auto_free char *wanted =
			xasprintf("reading: the file ends at byte %llu, ", (unsigned long long)end);
		auto_error struct error *error = NULL;
		uint64_t count;

		assert_int_equal(ftruncate(stage->from, 0), 0);
		assert_int_equal(ftruncate(stage->from, LARGE_BYTES), 0);
		assert_int_equal(ftruncate(stage->from, (off_t)end), 0);
		error = copy_blocks(stage->from, stage->to, 0, LARGE_BYTES, &count);
		assert_non_null(error);
		assert_memory_equal(error->text, wanted, strlen(wanted));
	}
}

static unsigned long thread_count(void)
{
	struct stat status;

	assert_int_equal(stat("/proc/self/task", &status), 0);
	return status.st_nlink;
}

/* The kernel takes one that was joined out of its list a moment later. */
static void no_thread_is_left(void **state)
{
	const struct stage *stage = *state;
	unsigned long before = thread_count();
	unsigned long after = 0;
	uint64_t count;

	assert_null(copy_blocks(stage->from, stage->to, 0, LARGE_BYTES, &count));
	for (int i = 0; i < 1000 && (after = thread_count()) != before; i++)
		usleep(10000);
	assert_int_equal(after, before);
}

/* ---- with calls that fail ----------------------------------------------------------------------
 */

#define WHOLE "whole"

static char *copied(void *argument)
{
	const struct stage *stage = argument;
	uint64_t count = 0;
	struct error *error;

	if (ftruncate(stage->to, 0) != 0)
		return xstrdup("no file");
	error = copy_blocks(stage->from, stage->to, 0, LARGE_BYTES, &count);
	if (error)
		return xasprintf("error: %s", error->text);
	return xstrdup(are_same(stage, 0, LARGE_BYTES) ? WHOLE : "half a file");
}

/* The processors of the copy are those of this one. */
static char *copied_by_one(void *argument)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET((size_t)sched_getcpu(), &set);
	if (sched_setaffinity(0, sizeof(set), &set) != 0)
		return xstrdup("no affinity");
	return copied(argument);
}

static void is_whole(const char *said, const struct fault *fault)
{
	if (strcmp(said, WHOLE) != 0)
		fail_msg("call %d: '%s'", fault->call, said);
}

static void is_whole_or_an_error(const char *said, const struct fault *fault)
{
	if (strcmp(said, WHOLE) != 0 && strncmp(said, "error: ", 7) != 0)
		fail_msg("call %d: '%s'", fault->call, said);
}

static const long thread_calls[] = {SYS_clone,
#ifdef SYS_clone3
	SYS_clone3,
#endif
	-1};

static bool has_processors(void)
{
	cpu_set_t set;

	return sched_getaffinity(0, sizeof(set), &set) == 0 && CPU_COUNT(&set) > 1;
}

static void without_a_thread_one_does_all(void **state)
{
	int threads = fault_each(copied, *state, EAGAIN, thread_calls, is_whole, WHOLE);

	assert_int_equal(threads, has_processors() ? 1 : 0);
}

static void on_one_processor_there_is_one_thread(void **state)
{
	assert_int_equal(
		fault_each(copied_by_one, *state, EAGAIN, thread_calls, is_whole, WHOLE), 0);
}

static void no_call_that_fails_is_missed(void **state)
{
	static const long calls[] = {SYS_pread64, SYS_pwrite64, SYS_lseek, -1};

	/* of two, the one that is traced may come too late for any piece */
	assert_true(fault_each(copied_by_one, *state, EIO, calls, is_whole_or_an_error, WHOLE) > 0);
	(void)fault_interrupt_each(copied_by_one, *state, WHOLE);
	(void)fault_each(copied, *state, EIO, calls, is_whole_or_an_error, WHOLE);
}

/* One of them meets the limit, in the last piece, and now and then it is the other one. */
static char *copied_below_a_limit(void *argument)
{
	const struct stage *stage = argument;
	const struct rlimit limit = {4 * MIB, 4 * MIB};
	uint64_t count;
	struct error *error;

	signal(SIGXFSZ, SIG_IGN);
	if (setrlimit(RLIMIT_FSIZE, &limit) < 0)
		return xstrdup("no limit");
	error = copy_blocks(stage->from, stage->to, 0, LARGE_BYTES, &count);
	return error ? xasprintf("%d", error->number) : xstrdup("copied");
}

static void a_failure_of_the_other_thread_is_one(void **state)
{
	auto_free char *wanted = xasprintf("%d", EFBIG);

	for (int i = 0; i < RACES; i++) {
		auto_free char *said = child_answer(copied_below_a_limit, *state);

		assert_string_equal(said, wanted);
	}
}

#define ON_STAGE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_STAGE(every_piece_is_copied),
		ON_STAGE(what_is_before_the_offset_is_left),
		ON_STAGE(both_count),
		ON_STAGE(holes_are_found_by_both),
		ON_STAGE(the_end_is_where_it_is),
		ON_STAGE(no_thread_is_left),
		ON_STAGE(without_a_thread_one_does_all),
		ON_STAGE(on_one_processor_there_is_one_thread),
		ON_STAGE(no_call_that_fails_is_missed),
		ON_STAGE(a_failure_of_the_other_thread_is_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
