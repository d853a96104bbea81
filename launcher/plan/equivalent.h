/* SPDX-License-Identifier: MIT */
/*
 * What this host has in the place of a firmware file that it has not: the same kind of build by
 * another name, as distributions rename and regroup them.
 *
 * What kind a missing file was is told by slipway's table of pairs where it knows the path, else by
 * the file's name. CODE and VARS must be of one family (plan/fit.h), with a file that is there and
 * stays as well as with each other: QEMU would start with others, and the guest hang.
 */
#ifndef SLIPWAY_PLAN_EQUIVALENT_H
#define SLIPWAY_PLAN_EQUIVALENT_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/terms.h"
#include "base/text.h"

struct firmware_file;
struct host;

struct equivalent {
	const struct firmware_file *code; /* NULL: this host has none */
	const struct firmware_file
		*vars; /* the template that belongs to it; NULL: none is needed */
};

/* Borrowed. Zero-initialised but for `arch` and `code`: any format, nothing stays. */
struct equivalent_question {
	enum arch arch;
	const char *code; /* CODE's path, missing or not; NULL: none was named */
	const char *vars; /* … that of the store or template */
	const struct firmware_file *kept_code; /* the file that is there and stays; NULL: missing */
	const struct firmware_file *kept_vars;
	enum image_format code_format, vars_format; /* as what QEMU is told to read them */
	bool memory;                                /* for -bios: one file, no store */
};

/* The first firmware of this host that can stand for what is missing. Borrowed from the host. */
struct equivalent find_equivalent(
	const struct host *host, const struct equivalent_question *question) MUST_USE;

/* Is `path` a template, which must not be written to, rather than a store? */
bool is_template(const struct host *host, const char *path);

/* Adds the files for -bios that find_equivalent looks for: the survey must have seen them. */
void equivalent_paths(enum arch arch, struct strings *ret_paths);

/* A template that this host has for `code` and that fits it, or NULL. Borrowed from the host. */
const struct firmware_file *find_template(
	const struct host *host, enum arch arch, const struct firmware_file *code) MUST_USE;

/* The way out for a missing `path`, in words; NULL where there is no equivalent. The caller frees.
 */
char *equivalent_hint(const struct host *host, enum arch arch, const char *path) MUST_USE;

/* The same for a missing template. */
char *equivalent_template_hint(const struct host *host, enum arch arch, const char *path) MUST_USE;

#endif
