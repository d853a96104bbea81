/* SPDX-License-Identifier: MIT */
/*
 * The keeper of a companion whose state is to be thrown away: a process that makes that state,
 * stays to see the companion end, and removes what is left, whenever it is told to end itself
 * (SIGTERM). Nothing is made before it is there.
 */
#ifndef SLIPWAY_ACT_COMPANION_END_H
#define SLIPWAY_ACT_COMPANION_END_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/attr.h"
#include "base/error.h"

/* In a child: it dies with its parent, and leads its own process group: Ctrl-C is the guest's. */
void keeper_join(pid_t parent, int death_signal);

/* The signals of a keeper are waited for from here on; its children get *ret_before back. */
void keeper_begin(sigset_t *ret_before);

/* Waits for the end of a child that leads its own process group. False: the keeper was told to end
 * meanwhile, and the whole group was killed. */
bool keeper_wait(pid_t child, int *ret_status) MUST_USE;

/* No descriptor is held: it would look as if somebody still spoke there. */
void keeper_let_go(void);

/* The files of `directory` are removed, it itself, and the one above where that is empty then; this
 * process ends. */
NO_RETURN void keeper_end(const char *directory);

/* A keeper of a directory that its caller makes afterwards: there until the caller ends, or ends
 * it. */
struct error *keeper_start(const char *directory, pid_t *ret_keeper) MUST_USE;

/* Programs that have lost their socket: waited for, then told to end (SIGTERM), then killed. */
void companions_end(const pid_t *pids, size_t count);

#endif
