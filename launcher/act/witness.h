/* SPDX-License-Identifier: MIT */
/*
 * Who says what the sandbox denies: a process beside QEMU that is the filter's listener. It names
 * each call once, with the policies that would allow it, and answers it: log lets it run, else it
 * is ENOSYS as without a witness. It ends with QEMU, holds nothing but its two descriptors, and has
 * no part in what is allowed: without it every call that it is asked about is ENOSYS.
 */
#ifndef SLIPWAY_ACT_WITNESS_H
#define SLIPWAY_ACT_WITNESS_H

#include <linux/seccomp.h>
#include <stdbool.h>

#include "base/attr.h"
#include "base/error.h"

/* All are close-on-exec. */
struct witness {
	int pipe[2]; /* the listener's number goes through it; closed by the exec, it says so */
	int process; /* a pidfd of this process */
	int itself;  /* a pidfd of the witness */
	int heard;   /* an eventfd: it has copies of what it needs */
};
#define WITNESS_NONE                                                                               \
	{                                                                                          \
		{-1, -1}, -1, -1, -1                                                               \
	}

/*
 * Starts one that will write to `words_fd`; `lets_run`: calls are named and run. The process has no
 * other thread. It shares this process's descriptors until it has heard of the listener, and from
 * then on holds copies of three. Where it cannot, the exec fails: nobody waits for it.
 */
struct error *witness_start(int words_fd, bool lets_run, struct witness *ret_witness) MUST_USE;

/* Hands it the listener, which is closed here then. Calls that the filter denies are answered from
 * now on, or, should the witness end, ENOSYS, as the exec that is still to come would be. */
struct error *witness_begin(const struct witness *witness, int listener) MUST_USE;

/* Ends it, where no listener could be made. It ends by itself when this process does. */
void witness_end(struct witness *witness);
#define auto_witness CLEANUP(witness_end)

/* What it says about a call, without a line's end: what was called, and which policies would allow
 * it. The caller frees it. */
char *witness_words(const struct seccomp_data *call, bool lets_run) MUST_USE;

#endif
