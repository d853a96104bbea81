/* SPDX-License-Identifier: MIT */
/*
 * Staying on one processor for a moment: a thread that is started then runs on this one as well,
 * and when either waits for the other, none has to be woken on another processor out of its sleep.
 * In a virtual machine that sleep is the host's business, and ending it takes longer than a start's
 * own work.
 *
 * Linux 6.2 and newer remember what a thread was restricted to, and keep it so when its cpuset has
 * more processors later. What is given back is therefore all of them, which restricts nothing.
 * Where that turns out to be more than there was before, the thread had been restricted
 * (taskset(1)), and is again; to those of its processors that it could run on.
 */
#ifndef SLIPWAY_ACT_PROCESSOR_H
#define SLIPWAY_ACT_PROCESSOR_H

#include <sched.h>
#include <stdbool.h>

#include "base/attr.h"
#include "base/error.h"

struct processor_stay {
	bool kept; /* false: all is as it was, since there is one processor, or it cannot be told */
	cpu_set_t before; /* where this thread could run */
};

/* Keeps this thread, and what it starts, on the processor that it runs on. */
void processor_keep(struct processor_stay *ret_stay);

/* This thread may run again where it could. Errors: sched_setaffinity's. */
struct error *processor_let_go(const struct processor_stay *stay) MUST_USE;

#endif
