/* SPDX-License-Identifier: MIT */
/*
 * What a new store is filled with: the template, in the store's format and size, or what stands for
 * an empty store where there is no template. The target is only seen by this process until it is
 * whole.
 */
#ifndef SLIPWAY_ACT_NVRAM_FILL_H
#define SLIPWAY_ACT_NVRAM_FILL_H

#include "base/attr.h"
#include "base/error.h"
#include "plan/plan.h"

/* Fills the empty file `fd`. Errors do not name the store: see nvram_creation_failed. */
struct error *nvram_fill(const struct plan_nvram *nvram, int fd) MUST_USE;

/*
 * "cannot create nvram 'PATH' from 'TEMPLATE': cause", with what a full disk lacks. NULL stays
 * NULL. `fd` is the file that was being filled, or the directory it should have been in; takes and
 * returns ownership of `cause`.
 */
struct error *nvram_creation_failed(
	struct error *cause, const struct plan_nvram *nvram, int fd) MUST_USE;

#endif
