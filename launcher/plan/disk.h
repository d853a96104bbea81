/* SPDX-License-Identifier: MIT */
/*
 * What a disk's nodes and its device agree on.
 */
#ifndef SLIPWAY_PLAN_DISK_H
#define SLIPWAY_PLAN_DISK_H

#include <stdbool.h>

#include "spec/spec.h"

struct arguments;
struct json_object;

/* The device's cache as the guest may switch it; UNSET: QEMU's default. */
enum choice disk_write_cache(const struct spec_disk *disk);

bool disk_is_read_only(const struct spec_disk *disk);

/* Adds the driver of a storage node and what it is told of the source; of an empty one, nothing. */
void disk_add_source(const struct arguments *arguments, const struct spec_disk *disk,
	const struct spec_source *source, struct json_object *node, bool read_only);

/* The same of a server, for a disk or another node; what the sandbox must let through for it. */
void source_add_network(const struct arguments *arguments, const struct spec_source *source,
	struct json_object *node, bool read_only);

#endif
