/* SPDX-License-Identifier: MIT */
#include "test_request.h"

#include <string.h>

#include "act/judge.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/text.h"
#include "options.h"

#define SECOND_MS UINT64_C(1000)
/* A year: what is longer was not meant. */
#define DURATION_MOST_MS (UINT64_C(366) * 24 * 3600 * SECOND_MS)
#define REBOOTS_MOST 1000000
#define JOBS_MOST 1024

static const struct {
	const char *name;
	uint64_t milliseconds;
} units[] = {
	{"ms", 1},
	{"s", SECOND_MS},
	{"m", 60 * SECOND_MS},
	{"h", 3600 * SECOND_MS},
};

/* One number and its unit; *text moves behind them. */
static struct error *read_part(const char **text, bool alone, uint64_t *ret_milliseconds)
{
	size_t digits = strspn(*text, "0123456789");
	size_t letters = strcspn(*text + digits, "0123456789");
	auto_free char *number = xstrndup(*text, digits);
	auto_free char *unit = xstrndup(*text + digits, letters);
	uint64_t count = 0;

	*text += digits + letters;
	TRY(number_parse(number, 0, DURATION_MOST_MS, &count));
	for (size_t i = 0; i < ARRAY_COUNT(units); i++) {
		bool plain = unit[0] == '\0' && alone && units[i].milliseconds == SECOND_MS;

		if (!plain && strcmp(unit, units[i].name) != 0)
			continue;
		*ret_milliseconds = count * units[i].milliseconds;
		return count <= DURATION_MOST_MS / units[i].milliseconds
			       ? NULL
			       : error_new("it is more than a year");
	}
	return error_new("the unit '%s' is not known; there are ms, s, m and h", unit);
}

static struct error *read_duration(const char *text, uint64_t *ret_milliseconds)
{
	bool alone = text[strspn(text, "0123456789")] == '\0';
	uint64_t sum = 0;

	do {
		uint64_t part = 0;

		TRY(read_part(&text, alone, &part));
		sum += part;
		if (sum > DURATION_MOST_MS)
			return error_new("it is more than a year");
	} while (*text);
	if (sum == 0)
		return error_new("no time at all is too little");
	*ret_milliseconds = sum;
	return NULL;
}

struct error *test_duration_read(const char *name, const char *text, uint64_t *ret_milliseconds)
{
	return error_hint(error_while(read_duration(text, ret_milliseconds), "%s='%s'", name, text),
		"a time is 90, 90s, 2m or 1h30m");
}

static struct error *read_number(
	const char *name, const char *text, uint64_t least, uint64_t most, uint64_t *ret_number)
{
	return text ? error_while(number_parse(text, least, most, ret_number), "%s", name) : NULL;
}

/* Said before anything is begun. */
static struct error *check_expressions(const struct options *options)
{
	const struct judge_request request = {.expect = &options->expect,
		.forbid = &options->forbid,
		.send = &options->test.send};
	auto_judge struct judge *judge = NULL;

	return judge_new(&request, &judge);
}

struct error *test_request_read(const struct options *options, struct test_request *ret_request)
{
	struct test_request request = {.success_exit = -1};
	uint64_t reboots = 0, success = 0, jobs = 1;

	if (options->test.console == CONSOLE_OPTION_PTY)
		return error_new("--console=pty is not for a test, which reads the console itself");
	if (options->timeout)
		TRY(test_duration_read("--timeout", options->timeout, &request.timeout_ms));
	if (options->test.silence)
		TRY(test_duration_read("--silence", options->test.silence, &request.silence_ms));
	TRY(read_number("--reboots", options->test.reboots, 0, REBOOTS_MOST, &reboots));
	TRY(read_number("--success-exit", options->success_exit, 0, 255, &success));
	TRY(read_number("--jobs", options->test.jobs, 1, JOBS_MOST, &jobs));
	request.reboots = (unsigned int)reboots;
	request.jobs = (unsigned int)jobs;
	if (options->success_exit)
		request.success_exit = (int)success;
	*ret_request = request;
	return check_expressions(options);
}
