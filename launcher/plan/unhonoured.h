/* SPDX-License-Identifier: MIT */
/*
 * Parts of a spec that were read and that no argument is made of: they are refused by name, all at
 * once, so that no VM starts without a device that its owner wrote.
 */
#ifndef SLIPWAY_PLAN_UNHONOURED_H
#define SLIPWAY_PLAN_UNHONOURED_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/error.h"

struct spec;
struct strings;

/* With `lenient` the places are added to `warnings` instead. */
struct error *refuse_unhonoured(
	const struct spec *spec, bool lenient, struct strings *warnings) MUST_USE;

#endif
