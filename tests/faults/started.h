/* SPDX-License-Identifier: MIT */
/*
 * One start of a program in which one system call fails, and how it ended. The kernel asks at each
 * such call (SECCOMP_RET_USER_NOTIF, seccomp_unotify(2)): no tracer stands between the program and
 * what it starts, and it needs no rules for an architecture.
 */
#ifndef SLIPWAY_TESTS_FAULTS_STARTED_H
#define SLIPWAY_TESTS_FAULTS_STARTED_H

#include <stdbool.h>

struct fault {
	int call;         /* its number; negative: none fails, and none is counted */
	int error;        /* the errno of the one that fails */
	unsigned long at; /* which of them fails, from 1; 0: none, they are only counted */
};

struct ended {
	int status; /* as a shell has it: 128+n for signal n */
	bool late;  /* it had to be killed */
	bool left;  /* it left a process behind, which was killed */
	/* Calls of the program and of what it forks, until the fault; not of what these execute. */
	unsigned long counted;
};

/* Starts argv with no stdin and with these two files as its output, and waits for its end and that
 * of all it started. argv[0] is a path without links. Ends the program with a message if that
 * cannot be done. */
struct ended started(char **argv, struct fault fault, int out_fd, int err_fd);

#endif
