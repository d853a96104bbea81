/* SPDX-License-Identifier: MIT */
/*
 * Test results as JUnit XML, in the form that CI systems read: one suite, one case for each VM. The
 * file appears whole or not at all.
 */
#ifndef SLIPWAY_JUNIT_H
#define SLIPWAY_JUNIT_H

#include <stdint.h>

#include "base/attr.h"
#include "base/error.h"

struct test_results;

struct error *junit_write(
	const char *path, const struct test_results *results, uint64_t duration_ms) MUST_USE;

#endif
