/* SPDX-License-Identifier: MIT */
/*
 * The NVRAM step: where the VM's variables live, in which format, and what has to be done with the
 * store before QEMU sees it.
 */
#ifndef SLIPWAY_PLAN_STORE_H
#define SLIPWAY_PLAN_STORE_H

#include "base/attr.h"
#include "base/error.h"

struct firmware_file;
struct firmware_files;
struct firmware_request;
struct host;
struct plan_firmware;
struct plan_nvram;
struct plan_options;
struct spec;
struct strings;

/* What all questions about the store are asked of. Borrowed. */
struct store_question {
	const struct spec *spec;
	const struct host *host;
	const struct plan_options *options;
	const struct firmware_request *request;
	const struct firmware_files *files;
	const struct plan_firmware *firmware;
};

/* What the survey found at one of plan_store_paths(); NULL where it did not look. Borrowed. */
const struct firmware_file *store_file(const struct host *host, const char *path);

/* Refuses a template or an existing store that does not fit the firmware, and a missing template.
 */
struct error *decide_store(const struct store_question *ask, struct plan_nvram *ret_nvram) MUST_USE;

/* A line for the user where the store is taken and yet nothing is kept in it, else NULL. The caller
 * frees it. */
char *store_warning(const struct store_question *ask, const struct plan_nvram *nvram) MUST_USE;

#endif
