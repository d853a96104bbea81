/* SPDX-License-Identifier: MIT */
/*
 * Filters that libseccomp made when slipway was built, of the policies that VMs usually have
 * (policy/ready.list): loading one costs neither the library nor the time to make it. They are made
 * by filter_make, like every other filter, and a test holds each against what that makes now.
 */
#ifndef SLIPWAY_ACT_FILTER_READY_H
#define SLIPWAY_ACT_FILTER_READY_H

#include <linux/filter.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/terms.h"
#include "base/text.h"

#define READY_POLICIES_MOST 12

/* A program for this host's architecture and the policy's default. */
struct filter_ready {
	const char *policies[READY_POLICIES_MOST]; /* ended by NULL */
	const struct sock_filter *instructions;
	size_t count;
	bool exec_stays; /* as in struct filter */
	bool tcp;
};

/* All of them; none where slipway was built on another machine than it is for. */
const struct filter_ready *filter_ready_table(size_t *ret_count);

/* The one of just these policies, in any order, or NULL. */
const struct filter_ready *filter_ready_find(const struct strings *policies);

#endif
