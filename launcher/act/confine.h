/* SPDX-License-Identifier: MIT */
/*
 * The cage, closed in its one order around the process, and QEMU executed in it: limits, Landlock
 * rules opened, capabilities dropped, no_new_privs, descriptors closed, Landlock, filter, exec.
 *
 * Nothing is printed. What a kernel lacks is asked for before (confine_check), because after
 * confine_and_exec there is nobody left to say it.
 */
#ifndef SLIPWAY_ACT_CONFINE_H
#define SLIPWAY_ACT_CONFINE_H

#include <stdbool.h>
#include <stddef.h>

#include "act/filter.h"
#include "act/landlock.h"
#include "base/attr.h"
#include "base/error.h"
#include "base/text.h"
#include "plan/plan.h"

/*
 * What is done in which mode: ON and REQUIRE do everything below; LOG sets no_new_privs and loads a
 * filter that logs; OFF only executes; both hand keep_fds over, and nothing else. Borrowed.
 */
struct confine_request {
	enum sandbox_mode mode;
	const struct filter *filter; /* filter_build with filter_default_for(mode); OFF: NULL */
	const struct path_rule *paths;
	size_t path_count;
	const struct port_rule *ports;
	size_t port_count;
	/* TCP sockets that the filter allows may use any port unless limited to those of `ports`;
	 * where it allows none, no port is open either (which matters for io_uring). */
	bool limit_listen;
	bool limit_connect;
	/* Everything but 0 to 2 and keep_fds is made close-on-exec. */
	bool close_fds;
	const int *keep_fds; /* any order; inherited in every mode */
	size_t keep_fd_count;
	/* All capabilities, and what root's number means. The user stays. */
	bool drop_capabilities;
	/* Where QEMU starts, which looks for its firmware in the working directory first; NULL:
	 * where this process is. */
	const char *directory;
	/* Where what the filter denies is said by name, line by line; 0 or less: nowhere. The
	 * filter's default is LOG or SEEN then. */
	int words_fd;
	bool lock_memory; /* RLIMIT_MEMLOCK as high as this process may: mem-lock, vfio */
	bool core_dumps;  /* leave the limit as it is */
	int landlock_abi; /* as confine_check found it; 0: it is asked for once more */
};

/*
 * What this kernel can of the layers: for ON a note for each thing it lacks, for REQUIRE an error
 * that names them; an error for ON, REQUIRE and LOG where it cannot filter system calls at all.
 * *ret_abi is Landlock's version (landlock_find), 0 where the mode has no use for it.
 */
struct error *confine_check(
	enum sandbox_mode mode, int *ret_abi, struct strings *ret_notes) MUST_USE;

/*
 * Returns only when QEMU was not executed; the process may be confined then: report and exit with
 * error->status. `path` is absolute; `argv` and `envp` end with NULL.
 */
struct error *confine_and_exec(const struct confine_request *request, const char *path,
	char *const argv[], char *const envp[]) MUST_USE;

#endif
