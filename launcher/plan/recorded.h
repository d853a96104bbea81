/* SPDX-License-Identifier: MIT */
/*
 * A VM keeps its firmware: where its store's record names another CODE than the host's choice of
 * today, the recorded one is used as long as it is there, and said; never is it changed in silence.
 */
#ifndef SLIPWAY_PLAN_RECORDED_H
#define SLIPWAY_PLAN_RECORDED_H

#include "base/attr.h"
#include "base/error.h"

struct firmware_files;
struct plan;
struct store_question;

/*
 * Looks at the choice in plan->firmware, or at the refusal to make one, and replaces it, and
 * *files, by the recorded one. Refuses where that cannot be used and the host's choice is another;
 * --firmware and --reset-nvram are the ways on. Takes ownership of `refusal`, which may be NULL,
 * and returns it where it stands.
 */
struct error *keep_recorded_firmware(const struct store_question *ask, struct error *refusal,
	struct firmware_files *files, struct plan *plan) MUST_USE;

/* Ends what plan_firmware owns; it can be decided anew. */
void plan_firmware_clear(struct plan *plan);

#endif
