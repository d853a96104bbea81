/* SPDX-License-Identifier: MIT */
#include "act/store_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "act/copy.h"
#include "act/store_lock.h"
#include "base/file.h"
#include "base/memory.h"

/* No template's mode and no umask decides who may read a VM's variables. */
#define STORE_MODE 0600

/* A name is taken only by one in 2^64, or by a sweep that removed our file between its making and
 * its lock. */
#define ATTEMPTS 20

/* ".NAME.slipway-": what all temporaries of this store begin with. The caller frees it. */
static char *temporary_prefix(const struct store_place *place)
{
	return xasprintf(".%s.slipway-", place->name);
}

static char *temporary_name(const struct store_place *place)
{
	auto_free char *prefix = temporary_prefix(place);
	struct timespec now = {0};
	uint64_t number = 0;

	/* not a secret: the name only has to be new, and O_EXCL guards it */
	if (getrandom(&number, sizeof(number), GRND_NONBLOCK) != (ssize_t)sizeof(number)) {
		clock_gettime(CLOCK_MONOTONIC, &now);
		number = ((uint64_t)now.tv_nsec << 32) ^ (uint64_t)getpid();
	}
	return xasprintf("%s%016llx", prefix, (unsigned long long)number);
}

/* A temporary that nobody has locked has nobody who will finish it. */
static void remove_abandoned(int directory_fd, const char *name)
{
	auto_fd int fd =
		openat(directory_fd, name, O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd >= 0 && store_lock_try(fd) == 0)
		unlinkat(directory_fd, name, 0);
}

/* Removes temporaries of this store that a killed program left. */
static void sweep(const struct store_place *place)
{
	auto_free char *prefix = temporary_prefix(place);
	int fd = openat(place->directory_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *directory = fd >= 0 ? fdopendir(fd) : NULL;
	const struct dirent *entry;

	if (!directory) {
		fd_close(&fd);
		return;
	}
	while ((entry = readdir(directory)) != NULL)
		if (text_starts_with(entry->d_name, prefix))
			remove_abandoned(place->directory_fd, entry->d_name);
	closedir(directory);
}

/* A file with a name, locked before another program's sweep can take it for abandoned. */
static int open_named(const struct store_place *place, char **ret_name)
{
	sweep(place);
	for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
		auto_free char *name = temporary_name(place);
		auto_fd int fd = openat(place->directory_fd, name,
			O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, STORE_MODE);
		struct stat status = {0};

		if (fd < 0 && errno == EEXIST)
			continue;
		if (fd < 0)
			return -errno;
		/* locked or without a name: another program's sweep was faster */
		if (store_lock_try(fd) != EAGAIN && fstat(fd, &status) == 0 &&
			status.st_nlink > 0) {
			*ret_name = steal(&name);
			return fd_steal(&fd);
		}
		unlinkat(place->directory_fd, name, 0);
	}
	return -EEXIST;
}

/* EISDIR and ENOENT: kernels that take the flag for its O_DIRECTORY part (open(2)). */
static bool nameless_is_unknown(int number)
{
	return number == EOPNOTSUPP || number == EISDIR || number == ENOENT || number == EINVAL;
}

struct error *store_file_new(const struct store_place *place, struct store_file *ret_file)
{
	auto_store_file struct store_file file = {.place = place, .fd = -1};

	file.fd = openat(place->directory_fd, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, STORE_MODE);
	if (file.fd < 0 && nameless_is_unknown(errno)) {
		int fd = open_named(place, &file.name);

		if (fd < 0)
			return copy_failure(-fd);
		file.fd = fd;
	}
	if (file.fd < 0)
		return copy_failure(errno);
	if (!file.name && store_lock_try(file.fd) == EAGAIN)
		return copy_failure(EAGAIN);
	/* EPERM: a file system without modes (FAT, SMB), where the mount says who may read */
	if (fchmod(file.fd, STORE_MODE) < 0 && errno != EPERM && errno != EOPNOTSUPP)
		return copy_failure(errno);
	*ret_file = file;
	file = (struct store_file){.fd = -1};
	return NULL;
}

struct error *store_file_sync(const struct store_file *file)
{
	/* EINVAL: a special file system without fsync (fsync(2)) */
	if (fsync(file->fd) < 0 && errno != EINVAL && errno != ENOSYS)
		return copy_failure(errno);
	return NULL;
}

/* 0 or errno. Root links a nameless file by its descriptor, everybody else by its name in proc
 * (open(2), O_TMPFILE). */
static int link_nameless(const struct store_file *file, const char *name)
{
	auto_free char *self = xasprintf("/proc/self/fd/%d", file->fd);
	int directory_fd = file->place->directory_fd;

	if (linkat(file->fd, "", directory_fd, name, AT_EMPTY_PATH) == 0)
		return 0;
	if (errno != ENOENT && errno != EPERM)
		return errno;
	if (linkat(AT_FDCWD, self, directory_fd, name, AT_SYMLINK_FOLLOW) == 0)
		return 0;
	return errno;
}

/* 0 or errno; never replaces what is there. */
static int rename_new(const struct store_file *file, const char *name)
{
	int fd = file->place->directory_fd;

	/* by number: musl has no name for it */
	if (syscall(SYS_renameat2, fd, file->name, fd, name, RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return errno;
	/* NFS and older file systems: a second name, then the first goes */
	if (linkat(fd, file->name, fd, name, 0) < 0)
		return errno;
	unlinkat(fd, file->name, 0);
	return 0;
}

struct error *store_file_publish(struct store_file *file, const char *name, bool *ret_taken)
{
	int number = file->name ? rename_new(file, name) : link_nameless(file, name);

	if (number != 0 && number != EEXIST)
		return copy_failure(number);
	if (number == 0) {
		free(file->name);
		file->name = NULL;
	}
	*ret_taken = number == EEXIST;
	return NULL;
}

struct error *store_file_replace(struct store_file *file, const char *name)
{
	int fd = file->place->directory_fd;

	if (!file->name) {
		auto_free char *temporary = temporary_name(file->place);
		int number;

		sweep(file->place);
		number = link_nameless(file, temporary);

		if (number != 0)
			return copy_failure(number);
		file->name = steal(&temporary);
	}
	if (renameat(fd, file->name, fd, name) < 0)
		return copy_failure(errno);
	free(file->name);
	file->name = NULL;
	return NULL;
}

void store_file_clear(struct store_file *file)
{
	if (file->name)
		unlinkat(file->place->directory_fd, file->name, 0);
	free(file->name);
	file->name = NULL;
	fd_close(&file->fd);
}
