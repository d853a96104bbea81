/* SPDX-License-Identifier: MIT */
/* act/outlet: a reader that is slow or gone makes nobody wait. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <signal.h>
#include <unistd.h>

#include <cmocka.h>

#include "act/outlet.h"
#include "base/file.h"
#include "base/memory.h"

#define BLOCK_BYTES 65536

/* What can be read without waiting, counted, and checked to be a..z over and over from *next on. */
static size_t drain(int fd, size_t *next)
{
	auto_free char *bytes = xcalloc(BLOCK_BYTES, 1);
	size_t count = 0;
	ssize_t got;

	while ((got = read(fd, bytes, BLOCK_BYTES)) > 0) {
		for (ssize_t i = 0; i < got; i++)
			assert_int_equal(bytes[i], 'a' + (int)((*next)++ % 26));
		count += (size_t)got;
	}
	return count;
}

static void a_full_pipe_is_not_waited_for(void **state)
{
	auto_free char *block = xcalloc(BLOCK_BYTES, 1);
	size_t added = 0, taken = 0, next = 0;
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(fcntl(fds[0], F_SETFL, O_NONBLOCK), 0);
	auto_outlet struct outlet outlet = outlet_open(fds[1]);

	while (!outlet_is_full(&outlet)) {
		for (size_t i = 0; i < BLOCK_BYTES; i++)
			block[i] = (char)('a' + (added + i) % 26);
		outlet_add(&outlet, block, BLOCK_BYTES);
		added += BLOCK_BYTES;
		outlet_flush(&outlet);
		assert_true(added < (size_t)100 * BLOCK_BYTES);
	}
	assert_true(outlet_is_behind(&outlet));
	/* the caller's own opening waits as before: its flags are not this outlet's */
	assert_int_equal(fcntl(fds[1], F_GETFL) & O_NONBLOCK, 0);
	while (outlet_is_behind(&outlet)) {
		taken += drain(fds[0], &next);
		outlet_flush(&outlet);
	}
	taken += drain(fds[0], &next);
	assert_int_equal(taken, added);
	assert_int_equal(outlet.problem, 0);
	assert_int_equal(close(fds[0]) | close(fds[1]), 0);
}

static void a_reader_that_has_gone_is_noted(void **state)
{
	int fds[2];

	(void)state;
	(void)signal(SIGPIPE, SIG_IGN);
	assert_int_equal(pipe(fds), 0);
	auto_outlet struct outlet outlet = outlet_open(fds[1]);

	assert_int_equal(close(fds[0]), 0);
	outlet_add(&outlet, "x", 1);
	outlet_flush(&outlet);
	assert_int_equal(outlet.problem, EPIPE);
	assert_false(outlet_is_behind(&outlet));
	outlet_add(&outlet, "x", 1);
	assert_false(outlet_is_behind(&outlet));
	assert_int_equal(close(fds[1]), 0);
}

/* Opening a file again would begin at its start. */
static void a_file_is_written_where_it_stands(void **state)
{
	FILE *file = tmpfile();
	char bytes[8] = {0};

	(void)state;
	assert_non_null(file);
	assert_int_equal(write(fileno(file), "abc", 3), 3);
	{
		auto_outlet struct outlet outlet = outlet_open(fileno(file));

		outlet_add(&outlet, "def", 3);
		outlet_flush(&outlet);
	}
	assert_int_equal(pread(fileno(file), bytes, sizeof(bytes), 0), 6);
	assert_string_equal(bytes, "abcdef");
	assert_int_equal(fclose(file), 0);
}

static void nowhere_is_a_place(void **state)
{
	auto_outlet struct outlet outlet = outlet_open(-1);

	(void)state;
	outlet_add(&outlet, "x", 1);
	outlet_flush(&outlet);
	assert_false(outlet_is_behind(&outlet));
	assert_int_equal(outlet.queue.room, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_full_pipe_is_not_waited_for),
		cmocka_unit_test(a_reader_that_has_gone_is_noted),
		cmocka_unit_test(a_file_is_written_where_it_stands),
		cmocka_unit_test(nowhere_is_a_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
