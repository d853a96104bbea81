/* SPDX-License-Identifier: MIT */
/*
 * The ways out for parts that are often written and that slipway refuses.
 */
#ifndef SLIPWAY_SPEC_PART_HINTS_H
#define SLIPWAY_SPEC_PART_HINTS_H

#include "spec/part.h"

extern const struct part_hint part_hints[];
extern const size_t part_hint_count;

#endif
