/* SPDX-License-Identifier: MIT */
/*
 * How a file looked from outside, its content unread: two sightings that are the same are of a file
 * that has not changed between them, on file systems that keep stat(2)'s promises.
 */
#ifndef SLIPWAY_BASE_SIGHTING_H
#define SLIPWAY_BASE_SIGHTING_H

#include <stdbool.h>
#include <stdint.h>

/* Of what the path led to, symbolic links followed. Of a directory, the times tell when a name in
 * it last came or went. Without padding: compared and kept as bytes. */
struct sighting {
	uint64_t error_number; /* of stat; where it is not 0, nothing below is known */
	uint64_t device;
	uint64_t inode;
	uint64_t size_bytes;
	uint64_t modified_ns; /* since 1970 */
	uint64_t changed_ns;  /* mode and owner included */
};

void sighting_take(const char *path, struct sighting *ret_sighting);
bool sighting_equals(const struct sighting *a, const struct sighting *b);

/* Neither changed at `moment_ns` nor behind it: a change that came after the look, but within the
 * file system's tick, would have a later look find the same times. */
bool sighting_is_before(const struct sighting *sighting, uint64_t moment_ns);

#endif
