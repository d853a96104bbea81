/* SPDX-License-Identifier: MIT */
/*
 * The one exec: the filter is loaded and QEMU is executed in this process, and after that no exec
 * of anything is possible, whatever QEMU's memory holds.
 *
 * The process stays the same one: same id, same descriptors but those that are close-on-exec, same
 * limits, no supervisor. The call returns only when QEMU was not executed.
 */
#ifndef SLIPWAY_ACT_EXEC_ONCE_H
#define SLIPWAY_ACT_EXEC_ONCE_H

#include "act/filter.h"
#include "base/attr.h"
#include "base/error.h"

/*
 * Whether `path` can be executed under `filter` (NULL: without one), looked at before anything is
 * changed. Status 127 where it is not there, 126 where it is no program. A script is refused under
 * a filter: what it would start cannot be executed any more. *ret_fd is `path`, open and
 * close-on-exec, the caller's; -1 where it was not opened.
 */
struct error *exec_check(const struct filter *filter, const char *path, int *ret_fd) MUST_USE;

/*
 * Loads `filter` and executes `path`. Needs no_new_privs, which the caller has set, as confine.c
 * has: to a process without the kernel gives no filter, but to root. `argv` and `envp` end with
 * NULL. The process must have no other thread. On failure the filter may be loaded already: report
 * and exit.
 *
 * How exec stays impossible: execve asks a seccomp listener that a thread of this process answers;
 * executing kills the thread and closes the listener, and without a listener the kernel answers
 * ENOSYS (seccomp_unotify(2), Linux 5.5). Where a listener exists already (EBUSY: containers that
 * intercept calls, slipway under slipway) the path of execveat is pinned to the last byte of the
 * address space instead, see act/last_byte.h.
 */
struct error *exec_once(const struct filter *filter, const char *path, char *const argv[],
	char *const envp[]) MUST_USE;

/* Where what the filter denies is said. */
struct exec_words {
	int fd;        /* for lines that begin "slipway: "; -1: nowhere */
	bool lets_run; /* the filter is the log form */
};

/* The same with a witness (act/witness.h), who answers the exec as well; without one where a
 * listener cannot be made. The filter's default is LOG or SEEN. */
struct error *exec_witnessed(const struct filter *filter, const struct exec_words *words,
	const char *path, char *const argv[], char *const envp[]) MUST_USE;

/* The same by the second way, whatever the kernel can. */
struct error *exec_once_last_byte(const struct filter *filter, const char *path, char *const argv[],
	char *const envp[]) MUST_USE;

/* Executes without a filter. */
struct error *exec_plain(const char *path, char *const argv[], char *const envp[]) MUST_USE;

/* What a failed exec of `path` means: an error with status 126 or 127. */
struct error *exec_failure(int number, const char *path) MUST_USE;

#endif
