/* SPDX-License-Identifier: MIT */
/*
 * Memory that runs out: linked into slipway, it takes the place of the C library's allocator for
 * the program and all its libraries. FAIL_ALLOCATION=N in the environment: the N-th allocation
 * fails, and every one after it; with FAIL_ALLOCATIONS=one, it alone. What was counted stands in
 * the file that COUNT_ALLOCATIONS names, of 64 bits, until the program executes another.
 *
 * glibc alone lets a program do so and has its own allocator under other names (malloc(3),
 * "Replacing malloc"); elsewhere this is slipway as it is, and the test says that it cannot run.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#ifdef __GLIBC__
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);

/* A program's own memory is all that it may use here; there is one thread while it counts. */
static unsigned long counted;
static unsigned long fails_at;
static bool fails_once;
static volatile uint64_t *shown; /* shared with who counts */

static void show_count(void)
{
	const char *path = getenv("COUNT_ALLOCATIONS");
	int fd = path ? open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600) : -1;
	void *memory;

	if (fd < 0)
		return;
	if (ftruncate(fd, sizeof(*shown)) != 0)
		_exit(99);
	memory = mmap(NULL, sizeof(*shown), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (memory == MAP_FAILED)
		_exit(99);
	close(fd);
	shown = memory;
}

__attribute__((constructor)) static void begin(void)
{
	const char *at = getenv("FAIL_ALLOCATION");
	const char *which = getenv("FAIL_ALLOCATIONS");

	show_count();
	counted = 0;
	fails_at = at ? strtoul(at, NULL, 10) : 0;
	fails_once = which && strcmp(which, "one") == 0;
}

/* libseccomp 2.5 frees twice and follows NULL when memory runs out while it makes a program. The
 * process dies of it before anything was made or started: it is left out here. */
static bool is_libseccomp(const void *caller)
{
	Dl_info where;

	return dladdr(caller, &where) && where.dli_fname && strstr(where.dli_fname, "libseccomp");
}

/* A child that was forked counts on from its parent. */
static void count(void)
{
	counted++;
	if (shown && counted > *shown)
		*shown = counted;
}

static bool fails(const void *caller)
{
	if (fails_at != 0 && is_libseccomp(caller))
		return false;
	count();
	if (fails_at == 0 || counted < fails_at || (fails_once && counted > fails_at))
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
