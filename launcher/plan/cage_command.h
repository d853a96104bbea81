/* SPDX-License-Identifier: MIT */
/*
 * The sandbox of a command line, or of arguments that are added to a spec's: the policies and paths
 * of what it was found to need. Whatever is not understood widens it, and is said; QEMU is never
 * refused what its command line asks for.
 */
#ifndef SLIPWAY_PLAN_CAGE_COMMAND_H
#define SLIPWAY_PLAN_CAGE_COMMAND_H

#include "base/attr.h"
#include "base/error.h"

struct host;
struct plan;
struct plan_options;
struct spec;

/* Adds to what decide_cage has decided. Refuses only with --sandbox=require, and a need that no
 * sandbox can hold. */
struct error *decide_command_cage(const struct spec *spec, const struct host *host,
	const struct plan_options *options, struct plan *plan) MUST_USE;

/* The same for what was added to the arguments of a spec; before add_arguments. */
struct error *decide_added_cage(const struct spec *spec, const struct host *host,
	const struct plan_options *options, struct plan *plan) MUST_USE;

#endif
