/* SPDX-License-Identifier: MIT */
#include "act/descriptors.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/number.h"

/* Linux 5.9 and 5.11; the number is the same on every architecture. */
#ifndef SYS_close_range
#define SYS_close_range 436
#endif
#define CLOEXEC_RANGE 4u

#define FIRST_NOT_STANDARD 3u

typedef void each_descriptor(int fd);

static void mark(int fd)
{
	(void)fcntl(fd, F_SETFD, FD_CLOEXEC);
}

static void shut(int fd)
{
	(void)close(fd);
}

/* On older kernels: one by one, as /proc names them. */
static struct error *do_each(int first, each_descriptor *action)
{
	DIR *directory = opendir("/proc/self/fd");
	const struct dirent *entry;

	if (!directory)
		return error_system(errno, "'/proc/self/fd'");
	while ((entry = readdir(directory))) {
		auto_error struct error *not_a_number = NULL;
		uint64_t number;

		not_a_number = number_parse(entry->d_name, (uint64_t)first, INT32_MAX, &number);
		if (!not_a_number && (int)number != dirfd(directory))
			action((int)number);
	}
	(void)closedir(directory);
	return NULL;
}

struct error *descriptors_inherit(const int *keep, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (fcntl(keep[i], F_SETFD, 0) != 0)
			return error_system(errno, "descriptor %d for QEMU", keep[i]);
	}
	return NULL;
}

struct error *descriptors_close_on_exec(const int *keep, size_t count)
{
	if (syscall(SYS_close_range, FIRST_NOT_STANDARD, UINT32_MAX, CLOEXEC_RANGE) != 0)
		TRY(do_each((int)FIRST_NOT_STANDARD, mark));
	return descriptors_inherit(keep, count);
}

void descriptors_close_from(int first)
{
	if (syscall(SYS_close_range, (unsigned int)first, UINT32_MAX, 0) != 0)
		error_free(do_each(first, shut));
}
