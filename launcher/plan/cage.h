/* SPDX-License-Identifier: MIT */
/*
 * The sandbox of exactly this VM: which policies it needs and which paths it may open, derived from
 * what was decided and from nothing else.
 */
#ifndef SLIPWAY_PLAN_CAGE_H
#define SLIPWAY_PLAN_CAGE_H

struct plan;
struct plan_options;
struct spec;

void decide_cage(const struct spec *spec, const struct plan_options *options, struct plan *plan);

#endif
