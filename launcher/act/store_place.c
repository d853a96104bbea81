/* SPDX-License-Identifier: MIT */
#include "act/store_place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"

#define DIRECTORY_MODE 0700

/* The longest link there is (PATH_MAX), and its NUL. */
#define PATH_LIMIT_BYTES 4097

/* File systems that cannot sync a directory say EINVAL (fsync(2)); they order it themselves. */
static int sync_directory(int fd)
{
	if (fsync(fd) == 0 || errno == EINVAL || errno == ENOSYS)
		return 0;
	return errno;
}

/* Makes one directory that is missing and opens it. */
static struct error *make_directory(int parent_fd, const char *name, int *ret_fd)
{
	auto_fd int fd = -1;
	int number;

	/* another start may have made it meanwhile */
	if (mkdirat(parent_fd, name, DIRECTORY_MODE) < 0 && errno != EEXIST)
		return error_system(errno, "cannot make it");
	fd = openat(parent_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return error_system(errno, "cannot open it");
	number = sync_directory(parent_fd);
	if (number != 0)
		return error_system(number, "cannot sync its parent");
	*ret_fd = fd_steal(&fd);
	return NULL;
}

/* Opens `path` component by component from the root, making those that are missing. */
static struct error *make_directories(const char *path, int *ret_fd)
{
	auto_fd int fd = file_open(path[0] == '/' ? "/" : ".", O_RDONLY | O_DIRECTORY);
	const char *rest = path + strspn(path, "/");

	while (fd >= 0 && *rest) {
		size_t length = strcspn(rest, "/");
		auto_free char *name = xstrndup(rest, length);
		int next = openat(fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

		/* a directory that may only be searched is passed through */
		if (next < 0 && errno == EACCES)
			next = openat(fd, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (next < 0 && errno == ENOENT)
			TRY(error_while(make_directory(fd, name, &next), "directory '%.*s'",
				(int)(rest + length - path), path));
		fd_close(&fd);
		fd = next;
		rest += length;
		rest += strspn(rest, "/");
	}
	if (fd < 0)
		return error_system(errno, "cannot open directory '%s'", path);
	*ret_fd = fd_steal(&fd);
	return NULL;
}

/* Root's files in a directory where others may rename and remove are theirs, not root's. */
static struct error *refuse_shared_directory(const struct store_place *place)
{
	mode_t mode = place->directory_status.st_mode;
	bool by_all = (mode & S_IWOTH) != 0;
	bool by_group = (mode & S_IWGRP) != 0 && place->directory_status.st_gid != 0;

	if ((mode & S_ISVTX) || !(by_all || by_group) || geteuid() != 0)
		return NULL;
	return error_new("directory '%s' (mode %04o) can be written by other users, who could "
			 "replace the store that root's VM uses; take that right away (chmod go-w "
			 "'%s') or choose another place",
		place->directory, (unsigned int)(mode & 07777), place->directory);
}

static struct error *open_directory(struct store_place *place, bool make)
{
	int number;

	place->directory_fd = file_open(place->directory, O_RDONLY | O_DIRECTORY);
	number = errno;
	if (place->directory_fd < 0 && number == ENOENT && make)
		TRY(make_directories(place->directory, &place->directory_fd));
	else if (place->directory_fd < 0)
		return error_system(number, "cannot open directory '%s'", place->directory);
	if (fstat(place->directory_fd, &place->directory_status) < 0)
		return error_system(errno, "cannot look at directory '%s'", place->directory);
	return refuse_shared_directory(place);
}

struct error *store_place_open(const char *path, bool make, struct store_place *ret_place)
{
	auto_store_place struct store_place place = {.directory_fd = -1};

	place.path = xstrdup(path);
	place.directory = path_directory(path);
	place.name = path_base(place.path);
	if (!place.name[0] || text_equal(place.name, ".") || text_equal(place.name, ".."))
		return error_new("'%s' names a directory; it has to be a file", path);
	TRY(open_directory(&place, make));
	*ret_place = place;
	place = (struct store_place){.directory_fd = -1};
	return NULL;
}

void store_place_clear(struct store_place *place)
{
	fd_close(&place->directory_fd);
	free(place->path);
	free(place->directory);
	place->path = NULL;
	place->directory = NULL;
	place->name = NULL;
}

/* A symbolic link in the store's place: what it says, and the way out. */
static struct error *error_link(const struct store_place *place)
{
	auto_free char *target = xcalloc(PATH_LIMIT_BYTES, 1);
	struct stat status;

	if (readlinkat(place->directory_fd, place->name, target, PATH_LIMIT_BYTES - 1) < 0)
		return error_system(errno, "nvram '%s': cannot read this link", place->path);
	if (fstatat(place->directory_fd, place->name, &status, 0) < 0)
		return error_new("nvram '%s' is a symbolic link to '%s', which cannot be reached "
				 "(%s); remove the link",
			place->path, target, strerror(errno));
	return error_new("nvram '%s' is a symbolic link to '%s', and links are not followed here; "
			 "name the file itself",
		place->path, target);
}

/* In a sticky directory such as /tmp others cannot replace a store, but may have put one there
 * before, or a second name of one of our files. */
static struct error *refuse_foreign_store(
	const struct store_place *place, const struct stat *status)
{
	bool shared = (place->directory_status.st_mode & (S_IWOTH | S_IWGRP)) != 0;

	if (!shared || !(place->directory_status.st_mode & S_ISVTX))
		return NULL;
	if (status->st_uid != geteuid() && status->st_uid != place->directory_status.st_uid)
		return error_new("nvram '%s' belongs to another user (uid %u) in a directory that "
				 "everybody can write; choose another place",
			place->path, (unsigned int)status->st_uid);
	if (geteuid() == 0 && status->st_nlink > 1)
		return error_new("nvram '%s' has a second name in a directory that everybody can "
				 "write; choose another place",
			place->path);
	return NULL;
}

static struct error *check_store(const struct store_place *place, const struct stat *status)
{
	if (S_ISDIR(status->st_mode))
		return error_new("nvram '%s' is a directory; it has to be a file", place->path);
	if (!S_ISREG(status->st_mode))
		return error_new("nvram '%s' is not a regular file", place->path);
	return refuse_foreign_store(place, status);
}

static struct error *error_open(const struct store_place *place, bool write, int number)
{
	auto_free char *hint = NULL;
	struct error *error;
	struct stat status;

	if (number == ELOOP)
		return error_link(place);
	error = error_system(
		number, "cannot open nvram '%s'%s", place->path, write ? " for writing" : "");
	if (number == ENOENT)
		return error;
	if (fstatat(place->directory_fd, place->name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
		number == EACCES)
		return error_hint(error, "it belongs to uid %u and has mode %04o, you are uid %u",
			(unsigned int)status.st_uid, (unsigned int)(status.st_mode & 07777),
			(unsigned int)geteuid());
	hint = store_place_hint(place, number);
	return hint ? error_hint(error, "%s", hint) : error;
}

struct error *store_place_open_store(
	const struct store_place *place, bool write, int *ret_fd, struct stat *ret_status)
{
	/* O_NONBLOCK: a FIFO must not stop the program; it is refused by what fstat says */
	int flags = O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
	auto_fd int fd = -1;
	struct stat status;

	if (fstatat(place->directory_fd, place->name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
		!S_ISLNK(status.st_mode))
		/* before opening: opening a device or FIFO can have effects */
		TRY(check_store(place, &status));
	fd = openat(place->directory_fd, place->name, flags | (write ? O_RDWR : O_RDONLY));
	if (fd < 0)
		return error_open(place, write, errno);
	if (fstat(fd, &status) < 0)
		return error_system(errno, "cannot look at nvram '%s'", place->path);
	TRY(check_store(place, &status));
	*ret_fd = fd_steal(&fd);
	*ret_status = status;
	return NULL;
}

bool store_place_has(const struct store_place *place, struct stat *status)
{
	struct stat now;

	if (fstatat(place->directory_fd, place->name, &now, AT_SYMLINK_NOFOLLOW) != 0 ||
		now.st_dev != status->st_dev || now.st_ino != status->st_ino)
		return false;
	*status = now;
	return true;
}

struct error *store_place_sync(const struct store_place *place)
{
	int number = sync_directory(place->directory_fd);

	if (number != 0)
		return error_system(number, "cannot sync directory '%s'", place->directory);
	return NULL;
}

char *store_place_hint(const struct store_place *place, int number)
{
	if (number == EACCES || number == EPERM)
		return xasprintf("directory '%s' belongs to uid %u and has mode %04o, you are uid "
				 "%u",
			place->directory, (unsigned int)place->directory_status.st_uid,
			(unsigned int)(place->directory_status.st_mode & 07777),
			(unsigned int)geteuid());
	return NULL;
}
