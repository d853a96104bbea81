/* SPDX-License-Identifier: MIT */
/*
 * Work in a process of its own, for tests that change what a process cannot change back — its user,
 * its limits, its mounts, its filters — or that need a second one. What the work says comes back as
 * text, so that every assertion stands in the test itself.
 */
#ifndef SLIPWAY_TESTS_SUPPORT_CHILD_H
#define SLIPWAY_TESTS_SUPPORT_CHILD_H

#include <stdbool.h>
#include <sys/types.h>

/* Runs in the child; the text it returns (allocated, or NULL for none) is what the child says. */
typedef char *child_work(void *argument);

struct child_process {
	pid_t pid;
	int says_fd;  /* what it says, until its end of file */
	int waits_fd; /* a byte written here lets it end */
};

/* Does `work` in a child. It says its text and then lives on until child_end. */
struct child_process child_begin(child_work *work, void *argument);

/* What it said, waiting until it has; the caller frees it. */
char *child_says(struct child_process *child);

/* Lets it end, and waits until it has; returns the status of waitpid(2). */
int child_end(struct child_process *child);

/* The three in one. A child that was killed says "killed by signal N". The caller frees the text.
 */
char *child_answer(child_work *work, void *argument);

/* From here on this process is nobody (uid and gid 65534), if it was root. */
void child_become_nobody(void);

/* From here on `folder` is a file system in memory of `size_bytes`, for this process alone. False:
 * this process may not mount. `read_only` mounts it so that nothing can be written. */
bool child_mount_memory(const char *folder, unsigned long size_bytes, bool read_only);

#endif
