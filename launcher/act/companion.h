/* SPDX-License-Identifier: MIT */
/*
 * Programs that serve a VM beside QEMU: started before it, joined to it by sockets that no file
 * system shows, and gone when it is gone, however it ends: they are told when the process dies that
 * becomes QEMU (prctl(2), PR_SET_PDEATHSIG), and see their socket closed. One that goes into the
 * background by itself is told by its socket alone.
 */
#ifndef SLIPWAY_ACT_COMPANION_H
#define SLIPWAY_ACT_COMPANION_H

#include <sys/types.h>

#include "base/attr.h"
#include "base/error.h"
#include "plan/plan.h"

struct companion_surroundings {
	const char *search_path; /* where programs are found that have no path */
	const char *directory;   /* private, for a socket that is gone at once */
	char *const *environment;
};

/*
 * Prepares its state and starts it; QEMU's end of the socket is open under companion->fd then, and
 * the caller closes it. *ret_pid is who serves or, where its state is thrown away, who removes
 * that. Errors name the program, and the package where it is missing.
 */
struct error *companion_start(const struct companion *companion,
	const struct companion_surroundings *surroundings, pid_t *ret_pid) MUST_USE;

#endif
