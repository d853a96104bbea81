/* SPDX-License-Identifier: MIT */
/*
 * A VM keeps its firmware: where its store's record names another CODE than the host's choice of
 * today, the recorded one is used as long as it is there, and said; never is it changed in silence.
 */
#ifndef SLIPWAY_PLAN_RECORDED_H
#define SLIPWAY_PLAN_RECORDED_H

#include "base/attr.h"
#include "base/error.h"

struct firmware_files;
struct firmware_request;
struct host;
struct plan;
struct plan_options;
struct spec;

/*
 * Looks at the choice in plan->firmware and replaces it, and *files, by the recorded one. Refuses
 * where the recorded one is gone; --firmware and --reset-nvram are the ways on.
 */
struct error *keep_recorded_firmware(const struct spec *spec, const struct host *host,
	const struct plan_options *options, const struct firmware_request *request,
	struct firmware_files *files, struct plan *plan) MUST_USE;

/* Ends what plan_firmware owns; it can be decided anew. */
void plan_firmware_clear(struct plan *plan);

#endif
