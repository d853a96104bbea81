/* SPDX-License-Identifier: MIT */
/*
 * Capabilities: all of them go, for root too, and no exec brings one back.
 */
#ifndef SLIPWAY_ACT_CAPABILITIES_H
#define SLIPWAY_ACT_CAPABILITIES_H

#include "base/attr.h"
#include "base/error.h"

/*
 * Empties the permitted, effective, inheritable and ambient set of this thread. Where this process
 * may (CAP_SETPCAP), root's user id means nothing to the kernel from then on, in this process and
 * what it executes (securebits, locked): what is left to gain capabilities by is a file that has
 * some, and no_new_privs rules that out. The user and groups stay, and so does the bounding set,
 * which limits only what nothing gives any more.
 */
struct error *capabilities_drop(void) MUST_USE;

#endif
