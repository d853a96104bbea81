/* SPDX-License-Identifier: MIT */
/*
 * The firmware of somebody else's command line: where it was asked for, one is added behind words
 * that have none, and one that is not there is replaced by its equivalent; else words stay, and
 * what stands for a missing file is named.
 */
#ifndef SLIPWAY_PLAN_COMMAND_FIRMWARE_H
#define SLIPWAY_PLAN_COMMAND_FIRMWARE_H

#include "base/attr.h"
#include "base/error.h"

struct candidates;
struct host;
struct plan;
struct plan_options;
struct spec;

/* `plan` has the words in its argv; they are changed or added to. */
struct error *decide_command_firmware(const struct spec *spec, const struct host *host,
	const struct plan_options *options, struct candidates *ret_candidates,
	struct plan *plan) MUST_USE;

#endif
