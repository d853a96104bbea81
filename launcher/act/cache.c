/* SPDX-License-Identifier: MIT */
#include "act/cache.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "act/openings.h"
#include "base/file.h"
#include "base/memory.h"

void cache_write(const char *path, const char *text)
{
	auto_free char *directory = path_directory(path);
	auto_free char *fresh = xasprintf("%s.new.%d", path, (int)getpid());
	auto_error struct error *error = private_directory_make(directory);
	auto_fd int fd = -1;
	bool whole;

	if (error)
		return;
	fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return;
	whole = write(fd, text, strlen(text)) == (ssize_t)strlen(text);
	if (!whole || rename(fresh, path) != 0)
		(void)unlink(fresh);
}
