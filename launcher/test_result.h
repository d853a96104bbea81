/* SPDX-License-Identifier: MIT */
/*
 * One tested VM as a value: what every form of report (words, JSON, JUnit, annotations) is made
 * from.
 */
#ifndef SLIPWAY_TEST_RESULT_H
#define SLIPWAY_TEST_RESULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/error.h"
#include "base/text.h"

struct test_result {
	char *spec; /* as it was given */
	char *name; /* of the VM; of the file where the spec could not be read */
	int status; /* what slipway test ends with: 0, 1, 124, 128 and more; 125 to 127: not started
		     */
	char *words; /* why */
	uint64_t duration_ms;
	struct strings tail; /* last lines of the console */
	bool firmware_tail;  /* … of the firmware's log, as the console was silent */
	struct strings notes;
	uint64_t console_bytes;
	uint64_t expected, seen; /* --expect */
	uint64_t resets;
	bool ready;
	char *console_log; /* where it is, or NULL */
	char *screenshot;
};

struct test_results {
	struct test_result *items;
	size_t count;
};

/* "passed", "failed", or "error" for what was not started. */
const char *test_result_outcome(const struct test_result *result);

/* The result as bytes for another process of slipway, and back. */
void test_result_write(const struct test_result *result, struct text *bytes);
struct error *test_result_read(
	const char *bytes, size_t length, struct test_result *ret_result) MUST_USE;

void test_result_clear(struct test_result *result);
#define auto_test_result CLEANUP(test_result_clear)
void test_results_clear(struct test_results *results);
#define auto_test_results CLEANUP(test_results_clear)

#endif
