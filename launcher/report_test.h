/* SPDX-License-Identifier: MIT */
/*
 * What slipway test says: what is tested, how it ended and why, in words on stderr and as JSON on
 * stdout. The last line of stderr is the verdict.
 */
#ifndef SLIPWAY_REPORT_TEST_H
#define SLIPWAY_REPORT_TEST_H

#include <stdbool.h>
#include <stdint.h>

struct options;
struct plan;
struct test_result;
struct test_results;

/* Before the start: `by_default` tells that nobody chose the time. */
void report_test_begin(const struct options *options, const struct plan *plan, uint64_t timeout_ms,
	bool by_default);

/* Notes, the last lines of a guest that failed, and the verdict. */
void report_test_end(const struct options *options, const struct test_result *result);

/* Several: a line for each, and the verdict on all. */
void report_tests_summary(const struct test_results *results, uint64_t duration_ms);

/* One JSON object. */
void report_tests_json(const struct test_results *results, uint64_t duration_ms);

#endif
