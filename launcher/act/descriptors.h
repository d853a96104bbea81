/* SPDX-License-Identifier: MIT */
/*
 * Which descriptors QEMU inherits: 0 to 2 and the intended ones, whatever the caller left open.
 */
#ifndef SLIPWAY_ACT_DESCRIPTORS_H
#define SLIPWAY_ACT_DESCRIPTORS_H

#include <stddef.h>

#include "base/attr.h"
#include "base/error.h"

/* Makes the `count` in `keep` open across exec. Errors: one of them is not open. */
struct error *descriptors_inherit(const int *keep, size_t count) MUST_USE;

/*
 * Makes every descriptor above 2 close-on-exec but the `count` in `keep` (any order), which are
 * made to be inherited. Errors: one of `keep` is not open.
 */
struct error *descriptors_close_on_exec(const int *keep, size_t count) MUST_USE;

/* Closes `first` and all above it: for a process that stays and executes nothing. */
void descriptors_close_from(int first);

#endif
