/* SPDX-License-Identifier: MIT */
/*
 * A plan as bytes, there and back, for a later start that finds everything as this one did. Only
 * what carries a plan out is in them: candidates and notes, which explain it, are not.
 */
#ifndef SLIPWAY_PLAN_PLAN_PACK_H
#define SLIPWAY_PLAN_PLAN_PACK_H

#include <stdbool.h>

#include "base/pack.h"
#include "plan/plan.h"

/* Whether the same plan would be good for another start: it holds no time, and nothing that is
 * opened or started beside QEMU, which may be there no more. */
bool plan_is_repeatable(const struct plan *plan);

/* Writes *plan, or fills it, which is zeroed before: the caller frees it in any case. Of a plan
 * that is repeatable. */
void plan_pack(struct pack *pack, struct plan *plan);

#endif
