/* SPDX-License-Identifier: MIT */
/*
 * A process in which one system call fails, or which is killed at it, by ptrace(2), so that no
 * program is needed for it: the call's number is taken away when it is entered and its result is
 * written when it returns. For n = 1, 2, 3 … until there are no more, that is every way to fail.
 */
#ifndef SLIPWAY_TESTS_SUPPORT_FAULT_H
#define SLIPWAY_TESTS_SUPPORT_FAULT_H

#include <stdbool.h>

#include "support/child.h"

struct fault_work {
	void (*prepare)(void *argument); /* before the first call that counts; NULL: nothing */
	void (*work)(void *argument);
	void *argument;
};

struct fault {
	int call;         /* counted from 1 */
	int number;       /* errno, or 0: killed */
	const long *only; /* the calls that count, up to -1; NULL: all but those for memory */
};

/* Whether this architecture is known. */
bool fault_is_possible(void);

/* Does the work in a child; returns whether it made that many calls, with its wait status. */
bool fault_run(const struct fault_work *work, const struct fault *fault, int *ret_status);

/* What is asked of what a child said with a fault: fails the test, or returns. */
typedef void fault_judge(const char *said, const struct fault *fault);

/*
 * Does `work` in a child with each fault in turn and judges what it says, then without a fault: it
 * must say `wanted`, or NULL: anything. Skips the test where faults are not possible. Returns how
 * many faults there were.
 */
int fault_each(child_work *work, void *argument, int number, const long *only, fault_judge *judge,
	const char *wanted);

/* fault_each with EINTR for the calls that wait: whatever is interrupted is made again, so
 * that what is said is always the same. */
int fault_interrupt_each(child_work *work, void *argument, const char *wanted);

#endif
