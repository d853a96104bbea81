/* SPDX-License-Identifier: MIT */
/*
 * Linked into the slipway, whole and front, whose instructions make bench-check counts under
 * valgrind, with the linker's --wrap: openat2, which valgrind 3.19 does not know, is openat (the
 * root is "/" there), and an exec is the end of the program, so that the count is written. With
 * COUNTED_GOES_ON it is an exec.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The linker's names. */
long __real_syscall(long number, ...);
long __wrap_syscall(long number, ...);
int __real_execve(const char *path, char *const argv[], char *const envp[]);
int __wrap_execve(const char *path, char *const argv[], char *const envp[]);

long __wrap_syscall(long number, ...)
{
	long arguments[6];
	va_list list;

	va_start(list, number);
	for (int i = 0; i < 6; i++)
		arguments[i] = va_arg(list, long);
	va_end(list);
	if (number == SYS_openat2) {
		const char *path = (const char *)arguments[1];
		const struct open_how *how = (const struct open_how *)arguments[2];

		if (!how) { /* whether the call is there */
			errno = EINVAL;
			return -1;
		}
		if ((int)arguments[0] != AT_FDCWD)
			path += strspn(path, "/");
		return openat((int)arguments[0], path[0] ? path : ".", (int)how->flags, how->mode);
	}
	return __real_syscall(number, arguments[0], arguments[1], arguments[2], arguments[3],
		arguments[4], arguments[5]);
}

int __wrap_execve(const char *path, char *const argv[], char *const envp[])
{
	if (getenv("COUNTED_GOES_ON"))
		return __real_execve(path, argv, envp);
	/* where it would have failed, so that a start that ends in an error is not counted */
	if (access(path, X_OK) != 0)
		return -1;
	_exit(0);
}
