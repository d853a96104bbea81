/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <time.h>

#include "base/memory.h"
#include "cmd.h"
#include "junit.h"
#include "launch.h"
#include "options.h"
#include "report.h"
#include "report_test.h"
#include "test_many.h"
#include "test_one.h"
#include "test_request.h"
#include "test_result.h"

static uint64_t clock_ms(void)
{
	struct timespec now = {0};

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* Any failure is one; what could not be started counts where nothing worse is. */
static int status_of_all(const struct test_results *results)
{
	int status = 0;

	for (size_t i = 0; i < results->count; i++) {
		int one = results->items[i].status;
		bool started = one < ERROR_STATUS_REFUSED || one > ERROR_STATUS_NOT_FOUND;

		if (one != 0 && started)
			return 1;
		if (one != 0)
			status = ERROR_STATUS_REFUSED;
	}
	return status;
}

static void run_one(const struct options *options, const struct test_request *request,
	const char *spec_path, struct test_results *results)
{
	struct test_files files = {(char *)options->console_log, (char *)options->test.screenshot};
	struct test_result *result =
		array_push(&results->items, &results->count, sizeof(*results->items));

	test_one(options, request, spec_path, &files, result);
}

static struct error *run(const struct options *options, const struct test_request *request,
	struct test_results *results)
{
	if (options->operands.count != 1)
		return test_many(options, request, results);
	run_one(options, request, options->operands.items[0], results);
	return NULL;
}

/* What --dry-run prints is what `plan` prints: the VM, without what watches it. */
static struct error *print_plan(const struct options *options, int *ret_status)
{
	struct options plan = *options;

	plan.command = COMMAND_PLAN;
	return cmd_plan(&plan, ret_status);
}

struct error *cmd_test(const struct options *options, int *ret_status)
{
	auto_test_results struct test_results results = {0};
	struct test_request request = {0};
	uint64_t began_ms = clock_ms();
	uint64_t duration_ms;

	if (options->dry_run)
		return print_plan(options, ret_status);
	if (options->operands.count == 0)
		return error_new("SPEC.xml is missing; see slipway --help");
	TRY(test_request_read(options, &request));
	TRY(run(options, &request, &results));
	duration_ms = clock_ms() - began_ms;
	if (options->junit)
		TRY(junit_write(options->junit, &results, duration_ms));
	if (options->format == OUTPUT_JSON)
		report_tests_json(&results, duration_ms);
	if (results.count > 1)
		report_tests_summary(&results, duration_ms);
	*ret_status = results.count == 1 ? results.items[0].status : status_of_all(&results);
	return NULL;
}
