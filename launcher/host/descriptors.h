/* SPDX-License-Identifier: MIT */
/*
 * All descriptors of a host in search order: what the directories hold, read, with masked and
 * broken ones in their places so that a report can name them.
 */
#ifndef SLIPWAY_HOST_DESCRIPTORS_H
#define SLIPWAY_HOST_DESCRIPTORS_H

#include "host/file_table.h"
#include "host/host.h"

/*
 * Fills host->descriptors and notes. `data_directory` is the "share/qemu" beside the emulator, or
 * NULL. Returns whether libvirt would see any descriptor file on this host (rule L0).
 */
bool descriptors_find(const struct survey_request *request, const char *data_directory,
	struct file_table *files, struct host *host);

#endif
