/* SPDX-License-Identifier: MIT */
/*
 * Carries out the plan's NVRAM step: afterwards the VM's store is there, whole, fits what was
 * planned, and is locked for this VM alone; or an error says why not and nothing was changed.
 */
#ifndef SLIPWAY_ACT_NVRAM_H
#define SLIPWAY_ACT_NVRAM_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/error.h"
#include "base/text.h"
#include "plan/plan.h"

/*
 * What QEMU inherits, once the cage hands it over (confine.h, keep_fds): until then the descriptors
 * are close-on-exec. The lock lives as long as the last process that has one.
 */
struct nvram_ready {
	int lock_fd;  /* the locked store, or -1 */
	int store_fd; /* an ephemeral store: QEMU reaches it through -add-fd; or -1 */
	bool created; /* a new store was made (CREATE, RESET) */
	char *backup; /* owned; where RESET kept the old store, or NULL */
	struct strings notes;
};

/*
 * KEEP     opens and locks the store; one that does not fit any more is refused.
 * CREATE   makes it from the template, or from nothing where there is none: zeros for a board with
 *          a fixed flash size, an empty file for a JSON store. If somebody else made it meanwhile
 *          it is kept.
 * RESET    makes a new one and keeps the old one as "NAME.bak-20260131T120000Z" beside it.
 * EPHEMERAL makes a private copy in memory.
 * NETWORK  locks a local block device, leaves everything else alone. NONE does nothing.
 *
 * *ret_ready is written on success only; the caller clears it.
 */
struct error *nvram_prepare(const struct plan_nvram *nvram, struct nvram_ready *ret_ready) MUST_USE;

/*
 * Moves the ephemeral store to descriptor `number`, open across exec, which the plan put into
 * QEMU's arguments. An error if something else is open under that number. Nothing to do where there
 * is no such store.
 */
struct error *nvram_ready_place_store(struct nvram_ready *ready, int number) MUST_USE;

/* Closes everything; the lock ends. */
void nvram_ready_clear(struct nvram_ready *ready);
#define auto_nvram_ready CLEANUP(nvram_ready_clear)

#endif
