/* SPDX-License-Identifier: MIT */
/*
 * What the attacker in QEMU's place can try: one attempt is one line of a table, and one run of the
 * program is one attempt.
 *
 * An attempt is possible when it did what its name says, or, where that would harm the host, when
 * the kernel looked at the call at all: such calls have arguments that it refuses, with any error
 * but ENOSYS, which is the cage's.
 */
#ifndef SLIPWAY_TESTS_SANDBOX_ATTACKER_H
#define SLIPWAY_TESTS_SANDBOX_ATTACKER_H

#include <stdbool.h>
#include <stddef.h>

/* 0 when it was possible, else an errno. */
typedef int attempt_function(void);

struct attempt {
	const char *group;
	const char *name;
	attempt_function *function; /* NULL: a call of the table below */
	long number;
	bool reached;  /* possible as soon as the kernel looks at it */
	bool landlock; /* only Landlock refuses it */
	long arguments[6];
};

const struct attempt *attempts_of_calls(size_t *ret_count);     /* attacker_calls.c */
const struct attempt *attempts_of_execution(size_t *ret_count); /* attacker_exec.c */
const struct attempt *attempts_of_files(size_t *ret_count);     /* attacker_files.c */
const struct attempt *attempts_of_others(size_t *ret_count);    /* attacker_others.c */

/* The stage that the test has set: environment variables, "" where there are none. */
const char *stage_text(const char *name);
long stage_number(const char *name);

/* 0 for a result that is no error, else errno. */
int result_of(long result);

#define CODE_BYTES 4096

#endif
