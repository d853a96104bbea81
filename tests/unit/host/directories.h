/* SPDX-License-Identifier: MIT */
/* The directories of descriptors, and what a test says of a file in them. */
#ifndef SLIPWAY_TESTS_UNIT_HOST_DIRECTORIES_H
#define SLIPWAY_TESTS_UNIT_HOST_DIRECTORIES_H

#include "stage.h"

#define USR "/usr/share/qemu/firmware/"
#define ETC "/etc/qemu/firmware/"
#define HOME "/home/u/.config"

static inline void expect_masked(const struct host *host, const char *path, const char *why)
{
	const struct descriptor *descriptor = find_descriptor(host, path);

	assert_non_null(descriptor);
	assert_int_equal(descriptor->state, DESCRIPTOR_MASKED);
	assert_non_null(strstr(descriptor->problem, why));
	assert_null(descriptor->executable);
}

#endif
