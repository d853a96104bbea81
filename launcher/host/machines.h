/* SPDX-License-Identifier: MIT */
/*
 * Canonical machine names for the aliases that people write: descriptors' globs are matched against
 * the canonical name (rule P5), as "pc-q35-*" never matches "q35".
 */
#ifndef SLIPWAY_HOST_MACHINES_H
#define SLIPWAY_HOST_MACHINES_H

#include "host/host.h"

/* Fills host->machines for the guest's architecture. */
void machines_list(enum arch arch, struct host *host);

#endif
