/* SPDX-License-Identifier: MIT */
/*
 * QEMU as a child: started confined, with pipes for its console and its words and sockets for what
 * slipway talks to it about, in a process group of its own; it dies with slipway, however slipway
 * dies (prctl(2), PR_SET_PDEATHSIG).
 */
#ifndef SLIPWAY_ACT_CHILD_H
#define SLIPWAY_ACT_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "act/confine.h"
#include "base/attr.h"
#include "base/error.h"

/* Which sockets the child gets: descriptors that QEMU's arguments name (enum plan_fd). */
#define CHILD_SOCKETS_MOST 4

struct child_request {
	const struct confine_request *confine; /* keep_fds: what else is inherited */
	const char *path;                      /* absolute */
	char *const *argv;
	char *const *envp;
	int socket_numbers[CHILD_SOCKETS_MOST]; /* what each is called in the child */
	size_t socket_count;
};

struct child {
	pid_t pid; /* 0: not started, or waited for */
	int pid_fd;
	int input_fd;                    /* to its stdin, does not wait */
	int output_fd;                   /* from its stdout, does not wait */
	int words_fd;                    /* from its stderr, does not wait */
	int sockets[CHILD_SOCKETS_MOST]; /* our ends, do not wait */
};

#define CHILD_NONE                                                                                 \
	{                                                                                          \
		.pid_fd = -1, .input_fd = -1, .output_fd = -1, .words_fd = -1, .sockets = {        \
			-1,                                                                        \
			-1,                                                                        \
			-1,                                                                        \
			-1                                                                         \
		}                                                                                  \
	}

/*
 * Returns when the program was executed, or with the error that stopped it (its status is 125, 126
 * or 127). The caller's signal mask is not inherited: the child has none blocked. The caller clears
 * *ret_child.
 */
struct error *child_start(const struct child_request *request, struct child *ret_child) MUST_USE;

/* How it ended: *ret_signal is 0 for an exit. False: it has not. */
bool child_has_ended(struct child *child, int *ret_status, int *ret_signal);

void child_signal(const struct child *child, int signal);

/* Kills it if it is still there, and closes everything. */
void child_clear(struct child *child);
#define auto_child CLEANUP(child_clear)

#endif
