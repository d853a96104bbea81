/* SPDX-License-Identifier: MIT */
/*
 * A template in another image format than the store: converted by qemu-img, run as a child process
 * before anything is confined. Both files are handed over as open descriptors, so what was checked
 * is what is read, and no file gets a name before it is whole.
 */
#ifndef SLIPWAY_ACT_NVRAM_CONVERT_H
#define SLIPWAY_ACT_NVRAM_CONVERT_H

#include "base/attr.h"
#include "base/error.h"
#include "base/terms.h"

struct conversion {
	int from_fd;
	int to_fd; /* an empty file */
	enum image_format from_format;
	enum image_format to_format;
	const char *from_name; /* for messages */
};

/* Runs "qemu-img" from PATH. error->number is ENOENT where there is none; the caller knows the
 * package. */
struct error *nvram_convert(const struct conversion *conversion) MUST_USE;

/* The same by the program `program`, a path or a name to look for in PATH. */
struct error *nvram_convert_by(const struct conversion *conversion, const char *program) MUST_USE;

#endif
