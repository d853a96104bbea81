/* SPDX-License-Identifier: MIT */
/*
 * What an option's text means, wherever it was given.
 */
#ifndef SLIPWAY_OPTIONS_VALUE_H
#define SLIPWAY_OPTIONS_VALUE_H

#include "base/attr.h"
#include "base/error.h"

struct options;

/*
 * Takes the value of the option `id` (enum option_id, or its letter) into *options, which may
 * borrow `text`; that is NULL for options without one. `name` is what a message calls it:
 * "--sandbox", "SLIPWAY_SANDBOX".
 */
struct error *option_take(
	int id, const char *name, const char *text, struct options *options) MUST_USE;

#endif
