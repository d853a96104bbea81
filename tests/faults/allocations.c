/* SPDX-License-Identifier: MIT */
/*
 * Memory that runs out: linked into slipway, it takes the place of the C library's allocator for
 * the program and all its libraries. FAIL_ALLOCATION=N in the environment: the N-th allocation
 * fails, and every one after it. At the end, what was counted stands in the file that
 * COUNT_ALLOCATIONS names.
 *
 * glibc alone lets a program do so and has its own allocator under other names (malloc(3),
 * "Replacing malloc"); elsewhere this is slipway as it is, and the test says that it cannot run.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef __GLIBC__
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);

/* A program's own memory is all that it may use here; there is one thread while it counts. */
static unsigned long counted;
static unsigned long fails_at;

static void write_count(void)
{
	const char *path = getenv("COUNT_ALLOCATIONS");
	char text[32];
	int fd = path ? open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600) : -1;
	int length = snprintf(text, sizeof(text), "%lu\n", counted);

	if (fd >= 0 && write(fd, text, (size_t)length) != length)
		_exit(99);
	if (fd >= 0)
		close(fd);
}

__attribute__((constructor)) static void begin(void)
{
	const char *at = getenv("FAIL_ALLOCATION");

	atexit(write_count);
	counted = 0;
	fails_at = at ? strtoul(at, NULL, 10) : 0;
}

/* libseccomp 2.5 frees twice and follows NULL when memory runs out while it makes a program. The
 * process dies of it before anything was made or started: it is left out here. */
static bool is_libseccomp(const void *caller)
{
	Dl_info where;

	return dladdr(caller, &where) && where.dli_fname && strstr(where.dli_fname, "libseccomp");
}

static bool fails(const void *caller)
{
	if (fails_at == 0) {
		counted++;
		return false;
	}
	if (is_libseccomp(caller) || ++counted < fails_at)
		return false;
	errno = ENOMEM;
	return true;
}

void *malloc(size_t size)
{
	return fails(__builtin_return_address(0)) ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
	return fails(__builtin_return_address(0)) ? NULL : __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size)
{
	return fails(__builtin_return_address(0)) ? NULL : __libc_realloc(memory, size);
}
#endif
