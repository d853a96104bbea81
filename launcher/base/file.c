/* SPDX-License-Identifier: MIT */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/memory.h"

void fd_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

int fd_steal(int *fd)
{
	int number = *fd;

	*fd = -1;
	return number;
}

int file_open(const char *path, int flags)
{
	int fd = openat(AT_FDCWD, path, flags | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

int file_make(const char *path, int flags, mode_t mode)
{
	const int always = O_WRONLY | O_CREAT | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
	int fd = openat(AT_FDCWD, path, flags | always, mode);

	return fd < 0 ? -errno : fd;
}

int file_open_below(int root_fd, const char *path, int flags)
{
	/* O_NONBLOCK: a FIFO in the place of a file must not stop the program */
	struct open_how how = {
		.flags = (unsigned int)(flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY),
		.resolve = RESOLVE_IN_ROOT,
	};
	int from = root_fd == FILE_TOP ? AT_FDCWD : root_fd;
	int fd;

	if (root_fd == FILE_TOP && path[0] != '/')
		return -EINVAL;
	/* no name leads out of "/"; a link of /proc that is none is refused below a root, too */
	if (root_fd == FILE_TOP)
		how.resolve = RESOLVE_NO_MAGICLINKS;
	if (flags & O_PATH)
		how.flags = (unsigned int)(flags | O_CLOEXEC);
	do {
		fd = (int)syscall(SYS_openat2, from, path, &how, sizeof(how));
	} while (fd < 0 && (errno == EINTR || errno == EAGAIN));
	return fd < 0 ? -errno : fd;
}

int file_reopen(int path_fd, int flags)
{
	auto_free char *link = xasprintf("/proc/self/fd/%d", path_fd);

	return file_open(link, flags | O_NONBLOCK | O_NOCTTY);
}

int file_open_data(const char *path)
{
	auto_fd int path_fd = file_open(path, O_PATH);
	struct stat status;
	int fd;

	if (path_fd < 0)
		return path_fd;
	if (fstat(path_fd, &status) < 0)
		return -errno;
	if (!S_ISREG(status.st_mode) && !S_ISBLK(status.st_mode))
		return -ENODEV;
	fd = file_reopen(path_fd, O_RDONLY);
	return fd == -ENOENT ? file_open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY) : fd;
}

struct error *file_below_check(void)
{
	/* no size at all is EINVAL where the call can be made, and nothing to be closed */
	struct open_how how = {0}; /* valgrind looks at it */
	long result = syscall(SYS_openat2, -1, "", &how, 0);

	if (result >= 0 || (errno != ENOSYS && errno != EPERM))
		return NULL;
	/* systemd.exec(5) has RestrictSUIDSGID=; its filter cannot see openat2's modes */
	return error_new(
		"openat2 cannot be called: %s; Linux 5.6 or later is needed, and no filter "
		"of a container or service without it (systemd's RestrictSUIDSGID=yes is one)",
		strerror(errno));
}

struct error *file_read(
	int fd, const char *name, size_t limit_bytes, char **ret_bytes, size_t *ret_size_bytes)
{
	struct stat status;

	if (fstat(fd, &status) < 0)
		return error_system(errno, "cannot look at '%s'", name);
	return file_read_known(fd, &status, name, limit_bytes, ret_bytes, ret_size_bytes);
}

struct error *file_read_known(int fd, const struct stat *status, const char *name,
	size_t limit_bytes, char **ret_bytes, size_t *ret_size_bytes)
{
	auto_free char *bytes = NULL;
	size_t size = 0;

	if (!S_ISREG(status->st_mode))
		return error_new("'%s' is not a regular file", name);
	if ((uint64_t)status->st_size > limit_bytes)
		return error_new("'%s' has %lld bytes, more than the %zu that are read", name,
			(long long)status->st_size, limit_bytes);
	bytes = xcalloc((size_t)status->st_size + 1, 1);
	while (size < (size_t)status->st_size) {
		ssize_t got = read(fd, bytes + size, (size_t)status->st_size - size);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return error_system(errno, "cannot read '%s'", name);
		if (got == 0)
			break;
		size += (size_t)got;
	}
	bytes[size] = '\0';
	*ret_bytes = steal(&bytes);
	*ret_size_bytes = size;
	return NULL;
}

struct error *file_read_below(
	int root_fd, const char *path, size_t limit_bytes, char **ret_bytes, size_t *ret_size_bytes)
{
	auto_fd int fd = file_open_below(root_fd, path, O_RDONLY);

	if (fd < 0)
		return error_system(-fd, "cannot open '%s'", path);
	return file_read(fd, path, limit_bytes, ret_bytes, ret_size_bytes);
}

char *path_of_program(void)
{
	auto_free char *path = xcalloc(PATH_MAX, 1);
	ssize_t length = readlink("/proc/self/exe", path, PATH_MAX);

	return length > 0 && length < PATH_MAX ? steal(&path) : NULL;
}

const char *path_base(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

char *path_directory(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return xstrdup(".");
	return slash == path ? xstrdup("/") : xstrndup(path, (size_t)(slash - path));
}

char *path_absolute(const char *directory, const char *path)
{
	return path[0] == '/' ? xstrdup(path) : xasprintf("%s/%s", directory, path);
}
