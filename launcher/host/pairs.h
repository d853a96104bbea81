/* SPDX-License-Identifier: MIT */
/*
 * The CODE and VARS pairs of a host that no descriptor speaks for: those of qemu.conf, those of the
 * built-in table and those beside the emulator, in this order, each looked at.
 */
#ifndef SLIPWAY_HOST_PAIRS_H
#define SLIPWAY_HOST_PAIRS_H

#include "host/file_table.h"
#include "host/host.h"

/*
 * Fills host->pairs, absent_pairs, pairs_from_qemu_conf and notes. `data_directory` is the
 * "share/qemu" beside the emulator, or NULL; `descriptor_seen` is what rule L0 asks.
 */
void pairs_find(const struct survey_request *request, const char *data_directory,
	bool descriptor_seen, struct file_table *files, struct host *host);

/* Fills host->known with what the built-in table says about the request's paths. */
void pairs_know(const struct survey_request *request, struct host *host);

/* Pairs in a data directory that only the emulator knows of; behind all others. */
void pairs_add_reported(const struct survey_request *request, const char *data_directory,
	struct file_table *files, struct host *host);

#endif
