/* SPDX-License-Identifier: MIT */
#include "act/last_byte.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/file.h"

#define LIMIT_MOST 65536
/* Linux 4.17; older kernels ignore it and take the address as a hint, which is noticed below. */
#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0x100000
#endif
/* User space ends at 2^BITS or one page below it; x86-64, arm64 and RISC-V use these (TASK_SIZE in
 * arch/<name>/include/asm/processor.h). */
#define BITS_MOST 57
#define BITS_LEAST 38

/* Maps the page that ends at `end`. False: not possible; *ret_taken: because something is there. */
static bool map_page_below(uint64_t end, size_t page, bool *ret_taken)
{
	void *wanted = (void *)(uintptr_t)(end - page); /* NOLINT: an address is what is wanted */
	void *got = mmap(wanted, page, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);

	*ret_taken = got == MAP_FAILED && errno == EEXIST;
	if (got == MAP_FAILED)
		return false;
	if (got == wanted)
		return true;
	(void)munmap(got, page);
	return false;
}

/* From the highest candidate down: the first page that can be had is the last one there is. */
static struct error *map_last_page(uint64_t *ret_address)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	for (unsigned half = 2 * BITS_MOST + 1; half >= 2 * BITS_LEAST; half--) {
		uint64_t end = (UINT64_C(1) << half / 2) - (half % 2 ? 0 : page);
		bool taken;

		if (map_page_below(end, page, &taken)) {
			*ret_address = end - 1;
			return NULL;
		}
		if (taken)
			break;
	}
	return error_new("the last page of the address space cannot be had");
}

static struct error *lower_limit(rlim_t *ret_number)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return error_system(errno, "limit of open files");
	if (limit.rlim_max > LIMIT_MOST)
		limit.rlim_max = LIMIT_MOST;
	limit.rlim_cur = limit.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
		return error_system(errno, "limit of open files");
	*ret_number = limit.rlim_max - 1;
	return NULL;
}

struct error *last_byte_prepare(const char *path, struct last_byte *ret_last)
{
	auto_fd int opened = file_open(path, O_PATH);
	rlim_t number = 0;
	struct rlimit limit;

	if (opened < 0)
		return error_system(errno, "'%s'", path);
	TRY(lower_limit(&number));
	if (dup3(opened, (int)number, O_CLOEXEC) < 0)
		return error_system(errno, "'%s' as descriptor %d", path, (int)number);
	limit = (struct rlimit){.rlim_cur = number, .rlim_max = number};
	if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
		return error_system(errno, "limit of open files");
	TRY(map_last_page(&ret_last->address));
	ret_last->fd = (int)number;
	return NULL;
}
