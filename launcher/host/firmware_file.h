/* SPDX-License-Identifier: MIT */
/*
 * Facts about one firmware file, from one look at what is really there: identity, size, format and
 * what its first firmware volume says it is for; nothing here waits, writes or fails.
 */
#ifndef SLIPWAY_HOST_FIRMWARE_FILE_H
#define SLIPWAY_HOST_FIRMWARE_FILE_H

#include "host/host.h"

/*
 * Looks at `path` below `root_fd`, the directory that this process knows as `root_path`. The
 * result's own state says what could not be read.
 */
void firmware_file_look(
	int root_fd, const char *root_path, const char *path, struct firmware_file *ret_file);

void firmware_file_clear(struct firmware_file *file);

#endif
