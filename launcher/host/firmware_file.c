/* SPDX-License-Identifier: MIT */
#include "host/firmware_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "host/firmware_volume.h"
#include "host/image.h"

static bool is_same_file(const char *path, const struct stat *status)
{
	struct stat other;

	return stat(path, &other) == 0 && other.st_dev == status->st_dev &&
	       other.st_ino == status->st_ino;
}

/* The kernel's own name for what `fd` holds, or NULL without /proc. The caller frees it. */
static char *name_of_fd(int fd)
{
	auto_free char *link = xasprintf("/proc/self/fd/%d", fd);
	char *name = realpath(link, NULL);

	return name;
}

/*
 * The name that leads this process to what was found below the root: plainly the root's path before
 * it, unless an absolute symbolic link on the way would lead out of the root, which the look-up
 * below the root did not follow but a plain open would.
 */
static char *host_path(const char *root_path, const char *path, int fd, const struct stat *status)
{
	size_t length = strlen(root_path);
	char *joined;
	char *name;

	while (length > 0 && root_path[length - 1] == '/')
		length--;
	joined = xasprintf("%.*s%s%s", (int)length, root_path, path[0] == '/' ? "" : "/", path);
	if (fd < 0 || length == 0 || is_same_file(joined, status))
		return joined;
	name = name_of_fd(fd);
	if (!name)
		return joined;
	free(joined);
	return name;
}

/* Size of what is open: a block device has none in its inode. */
static uint64_t open_size(int fd, const struct stat *status)
{
	off_t end;

	if (S_ISREG(status->st_mode))
		return (uint64_t)status->st_size;
	end = lseek(fd, 0, SEEK_END);
	return end > 0 ? (uint64_t)end : 0;
}

static void look_at_content(int fd, const struct stat *status, struct firmware_file *file)
{
	unsigned char lead[FIRMWARE_LEAD_BYTES];
	struct image image;

	file->regular = S_ISREG(status->st_mode);
	file->block_device = S_ISBLK(status->st_mode);
	file->device = status->st_dev;
	file->inode = status->st_ino;
	if (!file->regular && !file->block_device)
		return;
	file->size_bytes = open_size(fd, status);
	image_look_at_lead(fd, file->size_bytes, lead, sizeof(lead), &image);
	file->format = image.format;
	file->virtual_size_bytes = image.virtual_size_bytes;
	file->elsewhere = image.elsewhere;
	file->cut_off = image_is_cut_off(&image, file->size_bytes);
	firmware_volume_look(&image, file);
}

/* What `name_fd` is, or else what has its name by now: then that counts, and *status is of it. */
static int open_again(int root_fd, const char *path, int name_fd, struct stat *status)
{
	auto_fd int fd = file_reopen(name_fd, O_RDONLY);

	if (fd == -ENOENT) {
		fd = file_open_below(root_fd, path, O_RDONLY);
		if (fd >= 0 && fstat(fd, status) < 0)
			return -errno;
	}
	return fd < 0 ? fd : fd_steal(&fd);
}

void firmware_file_look(
	int root_fd, const char *root_path, const char *path, struct firmware_file *ret_file)
{
	/* O_PATH first: to open a device for reading can already have an effect (a watchdog starts,
	 * a tape rewinds), and only files and block devices are of use here */
	auto_fd int name_fd = file_open_below(root_fd, path, O_PATH);
	auto_fd int fd = -1;
	struct stat status = {0};

	*ret_file = (struct firmware_file){.path = xstrdup(path)};
	if (name_fd < 0)
		ret_file->error_number = -name_fd;
	else if (fstat(name_fd, &status) < 0)
		ret_file->error_number = errno;
	ret_file->host_path = host_path(root_path, path, name_fd, &status);
	if (ret_file->error_number != 0)
		return;
	ret_file->device = status.st_dev;
	ret_file->inode = status.st_ino;
	if (!S_ISREG(status.st_mode) && !S_ISBLK(status.st_mode))
		return;
	fd = open_again(root_fd, path, name_fd, &status);
	if (fd < 0)
		ret_file->error_number = -fd;
	else
		look_at_content(fd, &status, ret_file);
}

void firmware_file_clear(struct firmware_file *file)
{
	free(file->path);
	free(file->host_path);
	*file = (struct firmware_file){0};
}
