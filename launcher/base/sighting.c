/* SPDX-License-Identifier: MIT */
#include "base/sighting.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#define NS_PER_S UINT64_C(1000000000)

static uint64_t nanoseconds(const struct timespec *time)
{
	return (uint64_t)time->tv_sec * NS_PER_S + (uint64_t)time->tv_nsec;
}

void sighting_take(const char *path, struct sighting *ret_sighting)
{
	struct stat status;

	*ret_sighting = (struct sighting){0};
	if (stat(path, &status) != 0) {
		ret_sighting->error_number = (uint64_t)errno;
		return;
	}
	ret_sighting->device = status.st_dev;
	ret_sighting->inode = status.st_ino;
	ret_sighting->size_bytes = (uint64_t)status.st_size;
	ret_sighting->modified_ns = nanoseconds(&status.st_mtim);
	ret_sighting->changed_ns = nanoseconds(&status.st_ctim);
}

bool sighting_equals(const struct sighting *a, const struct sighting *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

bool sighting_is_before(const struct sighting *sighting, uint64_t moment_ns)
{
	return sighting->modified_ns < moment_ns && sighting->changed_ns < moment_ns;
}
