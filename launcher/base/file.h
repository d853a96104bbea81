/* SPDX-License-Identifier: MIT */
/*
 * Bounded reads below a directory: a host is looked at through one directory fd, and neither ".."
 * nor an absolute symbolic link leaves it (openat2 with RESOLVE_IN_ROOT, Linux 5.6).
 */
#ifndef SLIPWAY_BASE_FILE_H
#define SLIPWAY_BASE_FILE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "base/attr.h"
#include "base/error.h"

/* Closes *fd unless it is negative: for CLEANUP. */
void fd_close(int *fd);
#define auto_fd CLEANUP(fd_close)

/* Takes the number out of an fd variable: the variable is -1 afterwards and closes nothing. */
int fd_steal(int *fd) MUST_USE;

/*
 * Opens `path` with `flags` and O_CLOEXEC. Negative errno on failure, which errno has, too, else
 * the fd. One system call with every C library: musl's open(3) sets FD_CLOEXEC by a second one.
 */
int file_open(const char *path, int flags) MUST_USE;

/* Opens `path` with `flags` and O_WRONLY, and makes it with `mode`, less the umask, where it is not
 * there; nothing that is there is changed or waited for. Negative errno on failure, else the fd. */
int file_make(const char *path, int flags, mode_t mode) MUST_USE;

/*
 * Opens `path` (absolute or relative, read as below `root_fd`) with `flags` and O_CLOEXEC, without
 * waiting for the other end of a FIFO. Negative errno on failure, else the fd: a plain look-up is
 * no failure of the program, so the caller decides what absence means. FILE_TOP in place of a
 * directory is "/" itself, for absolute paths; it need not be opened.
 */
#define FILE_TOP (-2)
int file_open_below(int root_fd, const char *path, int flags) MUST_USE;

/* An error where nothing can be opened below a directory since this process may not call openat2:
 * every file would seem to be missing. */
struct error *file_below_check(void) MUST_USE;

/*
 * Opens what `path_fd` (O_PATH) is, whatever has its name by now: a path is looked at before it is
 * opened, since to open a device can already have an effect (a watchdog starts, a tape rewinds).
 * Negative errno on failure, -ENOENT where there is no /proc.
 */
int file_reopen(int path_fd, int flags) MUST_USE;

/*
 * Opens `path` for reading where it is a regular file or a block device. Negative errno on failure;
 * -ENODEV: it is something else, and was not opened.
 */
int file_open_data(const char *path) MUST_USE;

/*
 * Reads a whole regular file of at most `limit_bytes` from `fd`. *ret_bytes is owned by the caller,
 * has a NUL behind the last byte and may hold NULs. `name` is for messages. Errors: not a regular
 * file, larger than the limit, read failure.
 */
struct error *file_read(int fd, const char *name, size_t limit_bytes, char **ret_bytes,
	size_t *ret_size_bytes) MUST_USE;

/* The same for who has looked at `fd` already: fstat said `status`. */
struct error *file_read_known(int fd, const struct stat *status, const char *name,
	size_t limit_bytes, char **ret_bytes, size_t *ret_size_bytes) MUST_USE;

/* file_open_below and file_read in one; error->number is ENOENT where there is no such file. */
struct error *file_read_below(int root_fd, const char *path, size_t limit_bytes, char **ret_bytes,
	size_t *ret_size_bytes) MUST_USE;

/* Of the file that this process runs; NULL where there is no /proc. The caller frees it. */
char *path_of_program(void) MUST_USE;

/* The part of `path` behind the last slash; points into `path`. */
const char *path_base(const char *path);

/* The directory part ("." where there is none, "/" for the root); the caller frees it. */
char *path_directory(const char *path) MUST_USE;

/* `path` made absolute against `directory`; the caller frees it. */
char *path_absolute(const char *directory, const char *path) MUST_USE;

#endif
