/* SPDX-License-Identifier: MIT */
/*
 * Several VMs tested side by side: each in a process of its own, its output shown in one piece when
 * it has ended.
 */
#ifndef SLIPWAY_TEST_MANY_H
#define SLIPWAY_TEST_MANY_H

#include "base/attr.h"
#include "base/error.h"
#include "test_request.h"
#include "test_result.h"

struct options;

/* One result for each operand, in their order; the caller clears *ret_results. */
struct error *test_many(const struct options *options, const struct test_request *request,
	struct test_results *ret_results) MUST_USE;

#endif
