/* SPDX-License-Identifier: MIT */
#include "act/store_lock.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"

/* What of /proc/PID/cmdline and fdinfo is read: enough for any -name, bounded because the process
 * chooses its length. */
#define PROC_READ_LIMIT_BYTES 65536

/* How often the holder is looked for: it may end while it is. */
#define HOLDER_ATTEMPTS 3

/* How much of another process's name stands in a message. */
#define NAME_LIMIT 80

/* The byte that a QEMU which writes to a file keeps locked for as long (block/file-posix.c:
 * RAW_LOCK_PERM_BASE, and the bit of BLK_PERM_WRITE). It does so for pflash, too, but shares it
 * with everyone. */
#define QEMU_WRITES_OFFSET 101

static int lock(int fd, short type)
{
	struct flock lock = {
		.l_type = type,
		.l_whence = SEEK_SET,
		.l_start = STORE_LOCK_OFFSET,
		.l_len = 1,
	};
	int failed;

	do {
		failed = fcntl(fd, F_OFD_SETLK, &lock);
	} while (failed < 0 && errno == EINTR);
	if (failed == 0)
		return 0;
	return errno == EACCES ? EAGAIN : errno; /* POSIX allows both for "held" */
}

int store_lock_try(int fd)
{
	return lock(fd, F_WRLCK);
}

/* Whether a QEMU writes to the file: libvirt's, or another that slipway did not start. Where a file
 * system has no locks, nobody knows. */
static bool qemu_writes(int fd)
{
	struct flock lock = {
		.l_type = F_WRLCK, /* what a lock of any kind is in the way of */
		.l_whence = SEEK_SET,
		.l_start = QEMU_WRITES_OFFSET,
		.l_len = 1,
	};

	return fcntl(fd, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

/* At most PROC_READ_LIMIT_BYTES of a file of proc, whose size is not known before; NULL where it
 * cannot be read. A NUL stands behind the last byte. The caller frees it. */
static char *proc_read(int directory_fd, const char *name, size_t *ret_size_bytes)
{
	auto_fd int fd = openat(directory_fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	auto_free char *bytes = NULL;
	size_t size = 0;

	if (fd < 0)
		return NULL;
	bytes = xcalloc(PROC_READ_LIMIT_BYTES + 1, 1);
	while (size < PROC_READ_LIMIT_BYTES) {
		ssize_t got = read(fd, bytes + size, PROC_READ_LIMIT_BYTES - size);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		size += (size_t)got;
	}
	*ret_size_bytes = size;
	return steal(&bytes);
}

/* Whether a lock's line ends with a range, "FIRST LAST", that has the byte in it. LAST may be
 * "EOF", in no lock that is looked for. */
static bool range_has(const char *line, const char *end, long long offset)
{
	const char *last = memrchr(line, ' ', (size_t)(end - line));
	const char *first = last ? memrchr(line, ' ', (size_t)(last - line)) : NULL;

	return first && strtoll(first, NULL, 10) <= offset && strtoll(last, NULL, 10) >= offset;
}

/* Whether the text of a fdinfo file (proc_pid_fdinfo(5)) has a lock on this byte in its "lock:"
 * lines. */
static bool fdinfo_has_lock(const char *text, long long offset)
{
	for (const char *line = text; (line = strstr(line, "lock:")) != NULL; line++) {
		const char *end = strchr(line, '\n');

		if (end && range_has(line, end, offset))
			return true;
	}
	return false;
}

/* Whether descriptor `name` of the process holds the lock on the file. */
static bool fd_holds_lock(
	int fds, int process_fd, const char *name, const struct stat *status, long long offset)
{
	auto_free char *fdinfo_name = NULL;
	auto_free char *text = NULL;
	struct stat other;
	size_t size;

	/* follows the link to the open file itself, whatever its name is now */
	if (fstatat(fds, name, &other, 0) < 0 || other.st_dev != status->st_dev ||
		other.st_ino != status->st_ino)
		return false;
	fdinfo_name = xasprintf("fdinfo/%s", name);
	text = proc_read(process_fd, fdinfo_name, &size);
	return text && fdinfo_has_lock(text, offset);
}

static bool process_holds_lock(int process_fd, const struct stat *status, long long offset)
{
	int fd = openat(process_fd, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *fds = fd >= 0 ? fdopendir(fd) : NULL;
	const struct dirent *entry;
	bool found = false;

	if (!fds) {
		fd_close(&fd);
		return false;
	}
	while (!found && (entry = readdir(fds)) != NULL)
		if (entry->d_name[0] != '.')
			found = fd_holds_lock(fd, process_fd, entry->d_name, status, offset);
	closedir(fds);
	return found;
}

/* The argument behind "-name" of a NUL-separated command line, or NULL. */
static const char *vm_name(const char *line, size_t size_bytes)
{
	const char *word = line;

	while (word < line + size_bytes) {
		const char *next = word + strlen(word) + 1;

		if ((text_equal(word, "-name") || text_equal(word, "--name")) &&
			next < line + size_bytes)
			return next;
		word = next;
	}
	return NULL;
}

/* Names come from another process: what a terminal could take for a command is replaced. */
static char *printable(const char *text, size_t length)
{
	char *copy = xstrndup(text, strnlen(text, length < NAME_LIMIT ? length : NAME_LIMIT));

	for (char *c = copy; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 127)
			*c = '?';
	return copy;
}

static char *process_text(int process_fd, const char *pid)
{
	size_t size = 0;
	auto_free char *line = proc_read(process_fd, "cmdline", &size);
	auto_free char *command = NULL;
	auto_free char *name = NULL;
	const char *vm;

	if (!line || size == 0)
		return xasprintf("process %s", pid);
	command = printable(path_base(line), strlen(line));
	vm = vm_name(line, size);
	if (!vm)
		return xasprintf("process %s (%s)", pid, command);
	/* "guest=vm,debug-threads=on" is what libvirt writes for "vm" */
	if (text_starts_with(vm, "guest="))
		vm += strlen("guest=");
	name = printable(vm, strcspn(vm, ","));
	return xasprintf("process %s (%s -name %s)", pid, command, name);
}

/* Who has a lock on this byte of the file; NULL where nobody can be seen. The caller frees it. */
static char *holder_of_byte(const struct stat *status, long long offset)
{
	DIR *proc = opendir("/proc");
	const struct dirent *entry;
	char *holder = NULL;

	if (!proc)
		return NULL;
	/* /proc/locks would be shorter, but gives no process for this kind of lock */
	while (!holder && (entry = readdir(proc)) != NULL) {
		auto_fd int process_fd = -1;

		if (entry->d_name[0] < '1' || entry->d_name[0] > '9')
			continue;
		process_fd = openat(dirfd(proc), entry->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (process_fd >= 0 && process_holds_lock(process_fd, status, offset))
			holder = process_text(process_fd, entry->d_name);
	}
	closedir(proc);
	return holder;
}

char *store_lock_holder(const struct stat *status)
{
	char *holder = holder_of_byte(status, STORE_LOCK_OFFSET);

	return holder ? holder : holder_of_byte(status, QEMU_WRITES_OFFSET);
}

/* NULL, when the one who had the lock is gone again. */
static char *holder_of(int fd, long long offset)
{
	struct stat status;

	return fstat(fd, &status) == 0 ? holder_of_byte(&status, offset) : NULL;
}

/* The error for a lock that is held. Takes ownership of `holder`, which may be NULL. */
static struct error *error_held(const char *path, char *holder)
{
	auto_free char *owned = holder;

	if (!owned)
		return error_new("nvram '%s' is in use by another process, which cannot be seen "
				 "from here; it may belong to another user or container",
			path);
	return error_new("nvram '%s' is in use by %s", path, owned);
}

/* An error if a QEMU that slipway did not start writes to the file. */
static struct error *check_others(int fd, const char *path)
{
	return qemu_writes(fd) ? error_held(path, holder_of(fd, QEMU_WRITES_OFFSET)) : NULL;
}

struct error *store_lock_take(int fd, const char *path, struct strings *notes)
{
	int number = store_lock_try(fd);

	for (int attempt = 0; number == EAGAIN && attempt < HOLDER_ATTEMPTS; attempt++) {
		char *holder = holder_of(fd, STORE_LOCK_OFFSET);

		if (holder)
			return error_held(path, holder);
		number = store_lock_try(fd);
	}
	if (number == EAGAIN)
		return error_held(path, NULL);
	if (number != 0)
		strings_addf(notes,
			"cannot lock nvram '%s': %s; nothing keeps a second VM from using it", path,
			strerror(number));
	return check_others(fd, path);
}

struct error *store_lock_share(int fd, const char *path)
{
	if (lock(fd, F_RDLCK) == EAGAIN)
		return error_held(path, holder_of(fd, STORE_LOCK_OFFSET));
	return check_others(fd, path);
}
