/* SPDX-License-Identifier: MIT */
/*
 * Runs a program as on a kernel that has not got something:
 *
 *	without_call seccomp|landlock PROGRAM ARGUMENT...
 *
 * Its system call is ENOSYS, by a filter that is loaded before.
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define CALL_LANDLOCK_CREATE_RULESET 444

int main(int argc, char **argv)
{
	unsigned call = argc > 1 && strcmp(argv[1], "seccomp") == 0 ? SYS_seccomp
								    : CALL_LANDLOCK_CREATE_RULESET;
	struct sock_filter instructions[] = {
		{BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(struct seccomp_data, nr)},
		{BPF_JMP | BPF_JEQ | BPF_K, 0, 1, call},
		{BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | ENOSYS},
		{BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW},
	};
	const struct sock_fprog program = {4, instructions};

	if (argc < 3 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
		prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
		return 99;
	(void)execv(argv[2], argv + 2);
	perror(argv[2]);
	return 98;
}
