/* SPDX-License-Identifier: MIT */
/*
 * Keeps the record beside a store (base/record.h) true, and tells when the firmware that a VM runs
 * with is not the one that its store was last used with.
 *
 * The content of a file is only hashed where it matters, not when the store is made: at the first
 * start after that, and when a file looks touched. A start with nothing new costs one small read
 * and one stat.
 */
#ifndef SLIPWAY_ACT_STORE_RECORD_H
#define SLIPWAY_ACT_STORE_RECORD_H

#include "act/nvram.h"
#include "base/attr.h"
#include "base/error.h"
#include "base/record.h"
#include "plan/plan.h"

/*
 * Called after nvram_prepare, while the store is locked; does nothing for a VM without a store file
 * of its own. What has changed is added to ready->notes. A record that cannot be read or written is
 * no reason not to start: it is a note for a new store, and left for the next start otherwise.
 */
void store_record_update(const struct plan_nvram *nvram, const struct plan_firmware *firmware,
	struct nvram_ready *ready);

/*
 * The record of the store `path`. Errors: error->number is ENOENT where there is none; not a
 * regular file; not a record.
 */
struct error *store_record_read(const char *path, struct record **ret_record) MUST_USE;

#endif
