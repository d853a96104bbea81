/* SPDX-License-Identifier: MIT */
#include "host/directory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"

/* What editors and package managers leave behind. libvirt reads such files (it takes any name), so
 * an edit's or update's remains can decide which firmware a VM gets; here they are noted instead.
 */
static const char *const backup_endings[] = {
	"~",
	".bak",
	".old",
	".orig",
	".rej",
	".swp",
	".tmp",
	".rpmsave",
	".rpmnew",
	".rpmorig",
	".dpkg-old",
	".dpkg-new",
	".dpkg-dist",
	".dpkg-tmp",
	".dpkg-bak",
	".dpkg-backup",
	".dpkg-remove",
	".ucf-old",
	".ucf-new",
	".ucf-dist",
	".pacsave",
	".pacnew",
	".pacorig",
	".apk-new",
};

/* A file of one directory, before override. */
struct entry {
	char *path;  /* owned */
	size_t rank; /* the directory's place in the precedence */
	bool last;
	bool mask;
};

struct search {
	int root_fd;
	struct strings *notes;
	struct strings *looked_at;
	struct entry *entries;
	size_t count;
	bool any; /* see struct directory_files */
};

static bool is_backup(const char *name)
{
	for (size_t i = 0; i < ARRAY_COUNT(backup_endings); i++)
		if (text_ends_with(name, backup_endings[i]))
			return true;
	return false;
}

/* systemd's and the specification's way to switch a file off. In an image tree there is no
 * /dev/null for the link to lead to, so the link's text counts as well. */
static bool is_null_device(const struct stat *status)
{
	return S_ISCHR(status->st_mode) && status->st_rdev == makedev(1, 3);
}

/* A target that was cut off at PATH_MAX, which no system call would follow, does not end so. */
static bool links_to_null(int directory_fd, const char *name)
{
	auto_free char *target = xcalloc(PATH_MAX, 1);

	return readlinkat(directory_fd, name, target, PATH_MAX - 1) > 0 &&
	       text_ends_with(target, "/dev/null");
}

static const char *kind_name(mode_t mode)
{
	if (S_ISDIR(mode))
		return "a directory";
	if (S_ISFIFO(mode))
		return "a FIFO";
	if (S_ISSOCK(mode))
		return "a socket";
	return "a device";
}

static void add_entry(struct search *search, char *path, size_t rank, bool mask, bool last)
{
	struct entry *entry = array_push(&search->entries, &search->count, sizeof(*entry));

	*entry = (struct entry){.rank = rank, .mask = mask, .last = last};
	entry->path = path;
}

/*
 * Rules D2, D3 and D5 without their traps: libvirt gives up the whole list for one dangling link
 * (its stat fails) and does not take a link to /dev/null for a mask (it is no regular file).
 */
static void look_at_name(struct search *search, const struct search_directory *directory,
	size_t rank, int directory_fd, const char *name)
{
	auto_free char *path = xasprintf("%s/%s", directory->path, name);
	auto_fd int fd = file_open_below(search->root_fd, path, O_PATH);
	struct stat status;

	strings_add(search->looked_at, path);
	if (fd < 0 || fstat(fd, &status) < 0) {
		int number = fd < 0 ? -fd : errno;

		if (links_to_null(directory_fd, name))
			add_entry(search, steal(&path), rank, true, directory->last);
		else
			strings_addf(search->notes, "'%s' is skipped: %s%s", path, strerror(number),
				number == ENOENT ? " (a dangling symbolic link)" : "");
	} else if (is_null_device(&status)) {
		add_entry(search, steal(&path), rank, true, directory->last);
	} else if (S_ISREG(status.st_mode)) {
		search->any = search->any || !directory->last;
		add_entry(search, steal(&path), rank, status.st_size == 0, directory->last);
	} else {
		strings_addf(search->notes, "'%s' is skipped: it is %s", path,
			kind_name(status.st_mode));
	}
}

/* Root does not obey a directory that another user can write to. */
static bool is_roots(struct search *search, const char *path, int directory_fd)
{
	auto_fd int fd = -1;
	struct stat status;

	if (path)
		fd = file_open_below(search->root_fd, path, O_PATH);
	else
		fd = fcntl(directory_fd, F_DUPFD_CLOEXEC, 0);
	return fd >= 0 && fstat(fd, &status) == 0 && status.st_uid == 0 &&
	       (status.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

static void look_into(struct search *search, const struct search_directory *directory, size_t rank)
{
	int fd = file_open_below(search->root_fd, directory->path, O_RDONLY | O_DIRECTORY);
	struct dirent *item;
	DIR *stream;

	strings_add(search->looked_at, directory->path);
	if (directory->owner_path)
		strings_add(search->looked_at, directory->owner_path);
	if (fd < 0) {
		if (fd != -ENOENT)
			strings_addf(search->notes, "'%s' is not read: %s", directory->path,
				strerror(-fd));
		return;
	}
	if (directory->root_only &&
		(!is_roots(search, directory->owner_path, fd) || !is_roots(search, NULL, fd))) {
		strings_addf(search->notes,
			"'%s' is not read: another user than root can change it", directory->path);
		close(fd);
		return;
	}
	stream = fdopendir(fd);
	if (!stream) {
		close(fd);
		return;
	}
	while ((item = readdir(stream)) != NULL) {
		if (item->d_name[0] == '.')
			continue;
		if (is_backup(item->d_name)) {
			search->any = search->any || !directory->last;
			strings_addf(search->notes, "'%s/%s' is skipped: a backup file's name",
				directory->path, item->d_name);
		} else {
			look_at_name(search, directory, rank, fd, item->d_name);
		}
	}
	closedir(stream);
}

/* By file name, and among equal names the most specific directory first. */
static int compare_entries(const void *a, const void *b)
{
	const struct entry *left = a;
	const struct entry *right = b;
	int order = strcmp(path_base(left->path), path_base(right->path));

	if (order != 0)
		return order;
	return left->rank < right->rank ? 1 : left->rank > right->rank ? -1 : 0;
}

static int compare_files(const void *a, const void *b)
{
	const struct directory_file *left = a;
	const struct directory_file *right = b;
	int order;

	if (left->last != right->last)
		return left->last ? 1 : -1;
	order = strcmp(path_base(left->path), path_base(right->path));
	return order != 0 ? order : strcmp(left->path, right->path);
}

static void add_file(struct directory_files *files, struct entry *entry, const char *masked_by)
{
	struct directory_file *file = array_push(&files->items, &files->count, sizeof(*file));

	*file = (struct directory_file){.last = entry->last, .masked_by = xstrdup(masked_by)};
	file->path = steal(&entry->path);
}

/* Rule D4 for the `count` entries of one name: the first replaces or hides the others. */
static void decide_name(
	struct search *search, struct entry *entries, size_t count, struct directory_files *files)
{
	auto_free char *winner = xstrdup(entries[0].path);

	if (!entries[0].mask || count == 1)
		add_file(files, &entries[0], entries[0].mask ? winner : NULL);
	for (size_t i = 1; i < count; i++) {
		if (entries[0].mask)
			add_file(files, &entries[i], winner);
		else
			strings_addf(
				search->notes, "'%s' is replaced by '%s'", entries[i].path, winner);
	}
}

static void decide(struct search *search, struct directory_files *files)
{
	size_t end;

	qsort(search->entries, search->count, sizeof(search->entries[0]), compare_entries);
	for (size_t start = 0; start < search->count; start = end) {
		const char *name = path_base(search->entries[start].path);

		end = start + 1;
		while (end < search->count &&
			strcmp(path_base(search->entries[end].path), name) == 0)
			end++;
		decide_name(search, &search->entries[start], end - start, files);
	}
	qsort(files->items, files->count, sizeof(files->items[0]), compare_files);
}

void directory_files_find(int root_fd, const struct search_directory *directories, size_t count,
	struct strings *notes, struct strings *looked_at, struct directory_files *ret_files)
{
	struct search search = {.root_fd = root_fd, .notes = notes, .looked_at = looked_at};

	*ret_files = (struct directory_files){0};
	for (size_t rank = 0; rank < count; rank++)
		look_into(&search, &directories[rank], rank);
	ret_files->any = search.any;
	if (search.count > 0)
		decide(&search, ret_files);
	for (size_t i = 0; i < search.count; i++)
		free(search.entries[i].path);
	free(search.entries);
}

void directory_files_clear(struct directory_files *files)
{
	for (size_t i = 0; i < files->count; i++) {
		free(files->items[i].path);
		free(files->items[i].masked_by);
	}
	free(files->items);
	*files = (struct directory_files){0};
}
