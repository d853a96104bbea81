/* SPDX-License-Identifier: MIT */
/*
 * What a plan needs before QEMU can be executed, made and held: filter, NVRAM, overlays,
 * environment. Who executes it (this process, or a child that is watched) is the command's
 * business.
 */
#ifndef SLIPWAY_READY_H
#define SLIPWAY_READY_H

#include <stddef.h>
#include <sys/types.h>

#include "act/confine.h"
#include "act/filter.h"
#include "act/nvram.h"
#include "base/attr.h"
#include "base/error.h"
#include "base/text.h"

struct emulator;
struct launch;
struct options;

struct ready {
	struct filter *filter;
	struct nvram_ready nvram;
	int landlock_abi; /* this kernel's */
	int code_fd;
	int words_fd; /* where denied calls are said, or -1 */
	int *keep;    /* what QEMU inherits */
	size_t keep_count;
	int *opened; /* of those, what was opened for the devices: closed with this */
	size_t opened_count;
	pid_t *companions; /* they have ended when this is cleared */
	size_t companion_count;
	pid_t keeper; /* of the sockets' directory, in a test; 0: none */
	struct strings environment;
	struct confine_request confine; /* borrows from here and from the plan */
};

/* NULL, or that there is no emulator, with all that was tried. */
struct error *refuse_emulator(const struct emulator *emulator) MUST_USE;

#define READY_NONE                                                                                 \
	{                                                                                          \
		.nvram = {.lock_fd = -1, .store_fd = -1}, .code_fd = -1, .words_fd = -1            \
	}

/* Warnings are printed, unless options->quiet. *ready is READY_NONE before and cleared by the
 * caller afterwards, also after an error. */
struct error *ready_make(
	const struct options *options, const struct launch *launch, struct ready *ready) MUST_USE;
/* QEMU inherits `fd`, too, which is borrowed. */
void ready_keep(struct ready *ready, int fd);
void ready_clear(struct ready *ready);
#define auto_ready CLEANUP(ready_clear)

#endif
