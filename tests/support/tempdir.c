/* SPDX-License-Identifier: MIT */
#include "support/tempdir.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void must(int succeeded, const char *what, const char *path)
{
	if (succeeded)
		return;
	perror(what);
	fprintf(stderr, "tempdir: cannot go on: %s '%s'\n", what, path);
	exit(1);
}

char *tempdir_make(void)
{
	const char *parent = getenv("TMPDIR");
	char *folder = tempdir_path(parent ? parent : "/tmp", "slipway-unit.XXXXXX");

	must(mkdtemp(folder) != NULL, "mkdtemp", folder);
	return folder;
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *place)
{
	(void)status;
	(void)kind;
	(void)place;
	return remove(path);
}

/* A test may have taken the rights away that removing needs. */
static int allow_one(const char *path, const struct stat *status, int kind, struct FTW *place)
{
	(void)place;
	if (kind == FTW_D || kind == FTW_DNR)
		(void)chmod(path, (status->st_mode & 07777) | S_IRWXU);
	return 0;
}

void tempdir_remove(char *folder)
{
	if (!folder)
		return;
	(void)nftw(folder, allow_one, 16, FTW_PHYS);
	must(nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS) == 0, "nftw", folder);
	free(folder);
}

char *tempdir_path(const char *folder, const char *path)
{
	char *whole = NULL;

	must(asprintf(&whole, "%s/%s", folder, path + strspn(path, "/")) >= 0, "asprintf", path);
	return whole;
}

/* The directories above what `whole` names. */
static void make_parents(const char *whole)
{
	char *copy = strdup(whole);

	must(copy != NULL, "strdup", whole);
	for (char *slash = strchr(copy + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		(void)mkdir(copy, 0755); /* what is wrong shows when the file is made */
		*slash = '/';
	}
	free(copy);
}

static char *prepare(const char *folder, const char *path)
{
	char *whole = tempdir_path(folder, path);

	make_parents(whole);
	return whole;
}

void tempdir_directory(const char *folder, const char *path)
{
	char *whole = prepare(folder, path);

	must(mkdir(whole, 0755) == 0, "mkdir", whole);
	free(whole);
}

void tempdir_write(const char *folder, const char *path, const void *bytes, size_t size)
{
	char *whole = prepare(folder, path);
	int fd = open(whole, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	must(fd >= 0, "open", whole);
	must(size == 0 || write(fd, bytes, size) == (ssize_t)size, "write", whole);
	must(close(fd) == 0, "close", whole);
	free(whole);
}

void tempdir_text(const char *folder, const char *path, const char *text)
{
	tempdir_write(folder, path, text, strlen(text));
}

void tempdir_link(const char *folder, const char *path, const char *target)
{
	char *whole = prepare(folder, path);

	must(symlink(target, whole) == 0, "symlink", whole);
	free(whole);
}

void tempdir_fifo(const char *folder, const char *path)
{
	char *whole = prepare(folder, path);

	must(mkfifo(whole, 0644) == 0, "mkfifo", whole);
	free(whole);
}

void tempdir_zeros(const char *folder, const char *path, uint64_t size_bytes)
{
	char *whole;

	tempdir_write(folder, path, "", 0);
	whole = tempdir_path(folder, path);
	must(truncate(whole, (off_t)size_bytes) == 0, "truncate", whole);
	free(whole);
}

void tempdir_patch(
	const char *folder, const char *path, uint64_t offset, const void *bytes, size_t size)
{
	char *whole = tempdir_path(folder, path);
	int fd = open(whole, O_WRONLY | O_CLOEXEC);

	must(fd >= 0, "open", whole);
	must(pwrite(fd, bytes, size, (off_t)offset) == (ssize_t)size, "pwrite", whole);
	must(close(fd) == 0, "close", whole);
	free(whole);
}
