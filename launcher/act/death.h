/* SPDX-License-Identifier: MIT */
/*
 * Why QEMU was killed, as far as the kernel tells: the system call that the sandbox does not allow
 * (its audit record), or memory that ran out (its count of such kills).
 */
#ifndef SLIPWAY_ACT_DEATH_H
#define SLIPWAY_ACT_DEATH_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/attr.h"

/* How many processes this kernel has killed for lack of memory (/proc/vmstat, oom_kill); 0 where it
 * does not say. */
uint64_t death_memory_kills(void);

/* What is known about process `pid`, killed by `signal`, in words; `memory_kills` was counted
 * before it started. NULL: nothing. The caller frees it. */
char *death_explain(pid_t pid, int signal, uint64_t memory_kills) MUST_USE;

/* The number of the system call in the kernel's record `text` (type 1326, AUDIT_SECCOMP) if it is
 * about `pid` being killed, else -1. */
int death_call_in(const char *text, pid_t pid);

#endif
