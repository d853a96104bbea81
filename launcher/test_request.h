/* SPDX-License-Identifier: MIT */
/*
 * What slipway test was asked for, read from the options once: numbers and times with their limits,
 * files with the places they will have.
 */
#ifndef SLIPWAY_TEST_REQUEST_H
#define SLIPWAY_TEST_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/error.h"

struct options;

struct test_request {
	uint64_t timeout_ms; /* 0: the default of the accelerator */
	uint64_t silence_ms;
	unsigned int reboots;
	int success_exit; /* -1: not said */
	unsigned int jobs;
};

/* Errors name the option. */
struct error *test_request_read(
	const struct options *options, struct test_request *ret_request) MUST_USE;

/* "90", "90s", "2m", "1h30m", "500ms": more than nothing, at most a year. `name` is the option. */
struct error *test_duration_read(
	const char *name, const char *text, uint64_t *ret_milliseconds) MUST_USE;

#endif
