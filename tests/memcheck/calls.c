/* SPDX-License-Identifier: MIT */
/*
 * Preloaded into what runs under valgrind, which does not know openat2 (3.19): the call is made of
 * openat here, with every link that it meets followed below the root (RESOLVE_IN_ROOT), or none of
 * /proc's descriptors (RESOLVE_NO_MAGICLINKS), which is all that slipway asks for. Not for races:
 * the tree stands still meanwhile.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LINKS_MOST 40 /* as the kernel's */

/* A path without links that was walked, and what is left to walk. */
struct walk {
	char done[PATH_MAX];
	char rest[PATH_MAX];
	int links;
};

static void leave_folder(struct walk *walk)
{
	char *slash = strrchr(walk->done, '/');

	if (slash)
		*slash = '\0';
	else
		walk->done[0] = '\0';
}

/* Takes the next name off the rest; false at its end. */
static bool next_name(struct walk *walk, char *ret_name)
{
	const char *begin = walk->rest + strspn(walk->rest, "/");
	size_t length = strcspn(begin, "/");

	if (length == 0)
		return false;
	memcpy(ret_name, begin, length);
	ret_name[length] = '\0';
	memmove(walk->rest, begin + length, strlen(begin + length) + 1);
	return true;
}

/* A link's target is walked before the rest. False, with errno, where that leads nowhere. */
static bool follow(struct walk *walk, int root, const char *link)
{
	char target[PATH_MAX];
	char rest[PATH_MAX];
	ssize_t length = readlinkat(root, link, target, sizeof(target) - 1);
	int written;

	if (length < 0)
		return false;
	target[length] = '\0';
	written = snprintf(rest, sizeof(rest), "%s%s", target, walk->rest);
	if (++walk->links > LINKS_MOST || written < 0 || (size_t)written >= sizeof(rest)) {
		errno = ELOOP;
		return false;
	}
	memcpy(walk->rest, rest, sizeof(rest));
	if (target[0] == '/')
		walk->done[0] = '\0';
	return true;
}

/* One name further. False, with errno, where that is not possible. */
static bool step(struct walk *walk, int root, const char *name, bool follows_last)
{
	size_t length = strlen(walk->done);
	bool last = walk->rest[strspn(walk->rest, "/")] == '\0';
	char whole[PATH_MAX];
	struct stat status;
	int written;

	if (strcmp(name, ".") == 0)
		return true;
	if (strcmp(name, "..") == 0) {
		leave_folder(walk);
		return true;
	}
	written = snprintf(whole, sizeof(whole), "%s%s%s", walk->done, length > 0 ? "/" : "", name);
	if (written < 0 || (size_t)written >= sizeof(whole)) {
		errno = ENAMETOOLONG;
		return false;
	}
	if (fstatat(root, whole, &status, AT_SYMLINK_NOFOLLOW) != 0) {
		if (!last || errno != ENOENT)
			return false;
	} else if (S_ISLNK(status.st_mode) && (!last || follows_last)) {
		return follow(walk, root, whole);
	}
	memcpy(walk->done, whole, sizeof(whole));
	return true;
}

static long open_in_root(int root, const char *path, const struct open_how *how)
{
	struct walk walk = {0};
	char name[PATH_MAX];
	size_t length = strlen(path);

	if (length == 0 || length >= sizeof(walk.rest)) {
		errno = length == 0 ? ENOENT : ENAMETOOLONG;
		return -1;
	}
	memcpy(walk.rest, path, length + 1);
	while (next_name(&walk, name))
		if (!step(&walk, root, name, (how->flags & O_NOFOLLOW) == 0))
			return -1;
	return openat(root, walk.done[0] ? walk.done : ".", (int)how->flags | O_NOFOLLOW,
		(mode_t)how->mode);
}

static long open_at_top(int directory, const char *path, const struct open_how *how)
{
	if ((how->resolve & RESOLVE_NO_MAGICLINKS) && strncmp(path, "/proc/self/fd/", 14) == 0) {
		errno = ELOOP;
		return -1;
	}
	return openat(directory, path, (int)how->flags, (mode_t)how->mode);
}

long syscall(long number, ...)
{
	long (*next)(long, ...) = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
	long arguments[6];
	va_list list;

	va_start(list, number);
	for (int i = 0; i < 6; i++)
		arguments[i] = va_arg(list, long);
	va_end(list);
	if (number == SYS_openat2) {
		const struct open_how *how = (const struct open_how *)arguments[2];

		return (how->resolve & RESOLVE_IN_ROOT ? open_in_root : open_at_top)(
			(int)arguments[0], (const char *)arguments[1], how);
	}
	return next(number, arguments[0], arguments[1], arguments[2], arguments[3], arguments[4],
		arguments[5]);
}
