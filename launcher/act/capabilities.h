/* SPDX-License-Identifier: MIT */
/*
 * Capabilities: all of them go, for root too, and with no_new_privs none comes back by an exec.
 */
#ifndef SLIPWAY_ACT_CAPABILITIES_H
#define SLIPWAY_ACT_CAPABILITIES_H

#include "base/attr.h"
#include "base/error.h"

/*
 * Empties the ambient, permitted, effective and inheritable set of this thread, and the bounding
 * set where this process may (CAP_SETPCAP). The user and groups stay.
 */
struct error *capabilities_drop(void) MUST_USE;

#endif
