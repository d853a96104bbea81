/* SPDX-License-Identifier: MIT */
/*
 * The plan for a QEMU command line that somebody else wrote: its words stay as they are and in
 * their order; firmware is added behind them only where it was asked for, and the sandbox is what
 * the words need.
 */
#ifndef SLIPWAY_PLAN_COMMAND_H
#define SLIPWAY_PLAN_COMMAND_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/error.h"
#include "plan/plan.h"

/* As plan_make, for a spec that spec_read_argv has made. */
struct error *plan_command(const struct spec *spec, const struct host *host,
	const struct plan_options *options, struct candidates *ret_candidates,
	struct plan **ret_plan) MUST_USE;

/* Was a firmware asked for, beside what the command line says? */
bool command_wants_firmware(const struct plan_options *options);

#endif
