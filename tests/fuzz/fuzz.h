/* SPDX-License-Identifier: MIT */
/*
 * What every fuzz target has: its one function, which is given an input, and what it says of the
 * program's answer. A target ends the process (abort) where the program breaks a promise; crashes
 * and leaks are the sanitizers' to find.
 *
 * A target is a file fuzz_LANGUAGE.c, linked with libFuzzer by tests/fuzz/run.sh and, by make
 * check, with replay.c, which gives it the inputs of tests/fuzz/corpus/LANGUAGE.
 */
#ifndef SLIPWAY_TESTS_FUZZ_FUZZ_H
#define SLIPWAY_TESTS_FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/memory.h"
#include "base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* A promise of the program; says which one was broken. */
#define PROMISE(condition)                                                                         \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			fprintf(stderr, "%s:%d: broken: %s\n", __FILE__, __LINE__, #condition);    \
			abort();                                                                   \
		}                                                                                  \
	} while (0)

/* The input as a text: up to its first NUL, owned by the caller. */
static UNUSED char *input_text(const uint8_t *bytes, size_t size)
{
	return xstrndup((const char *)bytes, size);
}

/* The input as an open file of no name; the caller closes it. */
static UNUSED int input_file(const uint8_t *bytes, size_t size)
{
	int fd = memfd_create("input", MFD_CLOEXEC);

	PROMISE(fd >= 0);
	PROMISE(write(fd, bytes, size) == (ssize_t)size);
	return fd;
}

/* Takes the first line of *rest out, which the caller frees; NULL behind the last one. */
static UNUSED char *take_line(const char **rest)
{
	const char *end = strchrnul(*rest, '\n');
	char *line;

	if (!**rest)
		return NULL;
	line = xstrndup(*rest, (size_t)(end - *rest));
	*rest = *end ? end + 1 : end;
	return line;
}

#endif
