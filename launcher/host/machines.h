/* SPDX-License-Identifier: MIT */
/*
 * Canonical machine names for the aliases that people write: descriptors' globs are matched against
 * the canonical name (rule P5), as "pc-q35-*" never matches "q35".
 */
#ifndef SLIPWAY_HOST_MACHINES_H
#define SLIPWAY_HOST_MACHINES_H

#include "host/host.h"

/* Fills host->machines for the guest's architecture: as the emulator reports them where
 * request->machines asks for that, else from a table. */
void machines_list(const struct survey_request *request, struct host *host);

#endif
