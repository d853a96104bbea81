/* SPDX-License-Identifier: MIT */
/*
 * The choice of firmware: descriptors in order, then pairs in order, the first that fits; every one
 * that was looked at is kept with its reason.
 */
#ifndef SLIPWAY_PLAN_CHOOSE_H
#define SLIPWAY_PLAN_CHOOSE_H

#include "base/attr.h"
#include "base/error.h"

struct candidates;
struct descriptor;
struct firmware_pair;
struct firmware_request;
struct host;

/* At most one of the two is set; neither means that nothing fits. Borrowed from the host. */
struct firmware_choice {
	const struct descriptor *descriptor;
	const struct firmware_pair *pair;
};

/*
 * Fills *ret_candidates in search order. Nothing that fits is no error here: a loader that was
 * named may stand for itself. An error is an ambiguity, and names both.
 */
struct error *firmware_choose(const struct host *host, const struct firmware_request *request,
	struct candidates *ret_candidates, struct firmware_choice *ret_choice) MUST_USE;

/* Forgets those that were looked at: another way of comparing begins anew. */
void candidates_forget_items(struct candidates *candidates);

/* The refusal when an automatic choice found nothing: what was wanted, each candidate, the fix,
 * which candidates->fix keeps as well. */
struct error *firmware_not_found(const struct host *host, const struct firmware_request *request,
	struct candidates *candidates) MUST_USE;

/* "; install it with: apt install ovmf" in the words of this host's package manager; caller frees.
 */
char *firmware_package_hint(
	const struct host *host, const struct firmware_request *request) MUST_USE;

#endif
