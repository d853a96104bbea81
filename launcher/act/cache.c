/* SPDX-License-Identifier: MIT */
#include "act/cache.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "act/openings.h"
#include "base/file.h"
#include "base/memory.h"

void cache_write(const char *path, const char *bytes, size_t size_bytes)
{
	auto_free char *directory = path_directory(path);
	auto_free char *fresh = xasprintf("%s.new.%d", path, (int)getpid());
	auto_error struct error *error = private_directory_make(directory);
	auto_fd int fd = -1;
	bool whole;

	if (error)
		return;
	fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0 && errno == EEXIST)
		(void)unlink(fresh); /* of a process of this number that was ended halfway */
	if (fd < 0)
		return;
	whole = write(fd, bytes, size_bytes) == (ssize_t)size_bytes;
	if (!whole || rename(fresh, path) != 0)
		(void)unlink(fresh);
}

static bool is_of(uid_t user, const struct stat *status)
{
	return status->st_uid == user && (status->st_mode & (S_IRWXG | S_IRWXO)) == 0;
}

char *cache_read(const char *path, uid_t user, size_t limit_bytes, size_t *ret_size_bytes)
{
	auto_fd int fd = file_open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	auto_error struct error *error = NULL;
	struct stat status;
	char *bytes = NULL;

	if (fd < 0 || fstat(fd, &status) < 0 || !is_of(user, &status))
		return NULL;
	error = file_read_known(fd, &status, path, limit_bytes, &bytes, ret_size_bytes);
	return error ? NULL : bytes;
}
