/* SPDX-License-Identifier: MIT */
/*
 * What this host has in the place of a firmware file that it has not: the same kind of build by
 * another name, as distributions rename and regroup them.
 */
#ifndef SLIPWAY_PLAN_EQUIVALENT_H
#define SLIPWAY_PLAN_EQUIVALENT_H

#include "base/attr.h"
#include "base/terms.h"

struct firmware_file;
struct host;

struct equivalent {
	const struct firmware_file *code; /* NULL: this host has none */
	const struct firmware_file
		*vars; /* the template that belongs to it; NULL: none is needed */
};

/*
 * The first firmware of this host that is for `arch`, and with or without Secure Boot as the name
 * of `path` says it was (secboot, secure, ms, snakeoil, enrolled). Borrowed from the host.
 */
struct equivalent find_equivalent(
	const struct host *host, enum arch arch, const char *path) MUST_USE;

/* A template that this host has for `code` and that fits it, or NULL. Borrowed from the host. */
const struct firmware_file *find_template(
	const struct host *host, enum arch arch, const struct firmware_file *code) MUST_USE;

/* The way out for a missing `path`, in words; NULL where there is no equivalent. The caller frees.
 */
char *equivalent_hint(const struct host *host, enum arch arch, const char *path) MUST_USE;

/* The same for a missing template. */
char *equivalent_template_hint(const struct host *host, enum arch arch, const char *path) MUST_USE;

#endif
