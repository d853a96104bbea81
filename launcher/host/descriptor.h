/* SPDX-License-Identifier: MIT */
/*
 * One firmware descriptor read into a value: schema of QEMU's docs/interop/firmware.json up to its
 * newest mappings; whatever the file holds, the result is a descriptor whose state says what is
 * wrong with it, and a descriptor of an unknown kind is never taken for one of a known kind.
 */
#ifndef SLIPWAY_HOST_DESCRIPTOR_H
#define SLIPWAY_HOST_DESCRIPTOR_H

#include "host/file_table.h"
#include "host/host.h"

/*
 * Reads the descriptor `path` below the table's root. The files that it names are looked at through
 * `files`, which owns them; oddities that change nothing are added to `notes`.
 */
void descriptor_read(const char *path, struct file_table *files, struct strings *notes,
	struct descriptor *ret_descriptor);

/* Frees what the descriptor owns; not the files. */
void descriptor_clear(struct descriptor *descriptor);

#endif
