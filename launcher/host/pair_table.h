/* SPDX-License-Identifier: MIT */
/*
 * The CODE and VARS files that belong together, distribution by distribution: rows come from the
 * packages' file lists and build recipes, and no row names a CODE where VARS must stand.
 */
#ifndef SLIPWAY_HOST_PAIR_TABLE_H
#define SLIPWAY_HOST_PAIR_TABLE_H

#include <stddef.h>

#include "base/terms.h"

enum pair_trait {
	PAIR_SECURE_BOOT = 1,
	PAIR_REQUIRES_SMM = 2,
	PAIR_ENROLLED_KEYS = 4,
	PAIR_LIBVIRT = 8, /* one of the entries that libvirt is built with (qemu_conf.c,
			     DEFAULT_LOADER_NVRAM) */
};

struct known_pair {
	enum arch arch;
	enum image_format format;
	unsigned int family_mib; /* x86: CODE and VARS together; others: the board's flash; 0: the
				    names do not tell */
	unsigned int traits;     /* bits of enum pair_trait */
	const char *directory;   /* "" for files beside an emulator */
	const char *code;
	const char *vars; /* in `directory`, unless it begins with a slash */
};

/* The rows in search order: for each architecture plain builds stand before secure ones. */
const struct known_pair *known_pairs(size_t *ret_count);

/* QEMU's own firmware, beside a QEMU that was not packaged by a distribution. */
const struct known_pair *emulator_pairs(size_t *ret_count);

#endif
