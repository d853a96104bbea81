/* SPDX-License-Identifier: MIT */
/*
 * One VM tested: planned, started, watched, and told about as a result.
 */
#ifndef SLIPWAY_TEST_ONE_H
#define SLIPWAY_TEST_ONE_H

#include "base/attr.h"
#include "base/error.h"
#include "test_request.h"
#include "test_result.h"

struct options;

/* Where one test's files go; NULL: nowhere. */
struct test_files {
	char *console_log;
	char *screenshot;
};

void test_files_clear(struct test_files *files);
#define auto_test_files CLEANUP(test_files_clear)

/*
 * Runs the test of `spec_path`. What could not be started is a result, too (status 125 to 127), so
 * that it stands in every report. The caller clears *ret_result.
 */
void test_one(const struct options *options, const struct test_request *request,
	const char *spec_path, const struct test_files *files, struct test_result *ret_result);

#endif
