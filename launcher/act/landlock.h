/* SPDX-License-Identifier: MIT */
/*
 * Landlock: what the plan's path and port rules do not name, QEMU cannot open, whoever runs it. The
 * rules hold for the rest of the process's life and for all that it executes.
 *
 * The one layer that also binds io_uring. Its versions (ABI 1, Linux 5.13, to 9, Linux 7.1) each
 * add something; what a kernel lacks is left out and can be told (landlock_gaps).
 */
#ifndef SLIPWAY_ACT_LANDLOCK_H
#define SLIPWAY_ACT_LANDLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/error.h"
#include "base/text.h"
#include "plan/plan.h"

struct landlock_request {
	const struct path_rule *paths;
	size_t path_count;
	const struct port_rule *ports;
	size_t port_count;
	bool any_listen;     /* every TCP port may be listened on */
	bool any_connect;    /* every TCP port may be connected to: user networking */
	const char *program; /* may be read and executed, or NULL */
	int program_fd;      /* the same, open already; 0 or less: it is not. Borrowed */
};

/* The version that all of the sandbox needs: `require` is satisfied with it. What is newer says
 * again what the filter says already (connecting to unix sockets). */
#define LANDLOCK_ABI_WANTED 6

/* The kernel's version; 0: none (not built, not switched on, or older than Linux 5.13). An error
 * where the kernel says neither. */
struct error *landlock_find(int *ret_abi) MUST_USE;

/* The same for who only tells of it; 0 where that is not known. */
int landlock_abi(void);

/* What a kernel of version `abi` cannot limit, one line each, for the user. */
void landlock_gaps(int abi, struct strings *ret_gaps);

/*
 * Opens what the rules name and makes the ruleset of it; nothing is limited yet. A path that is not
 * there is left out, but for a file that is to be made: that is made. *ret_fd is close-on-exec and
 * the caller's; -1 where `abi` is 0. An exec has to follow, or the end: some of what was opened
 * stays so, close-on-exec.
 */
struct error *landlock_prepare(
	const struct landlock_request *request, int abi, int *ret_fd) MUST_USE;

/* Limits this thread. Needs no_new_privs. `fd` -1 does nothing. */
struct error *landlock_apply(int fd) MUST_USE;

#endif
