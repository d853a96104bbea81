/* SPDX-License-Identifier: MIT */
/*
 * The host's side of a network card: QEMU's own user network, passt, or a tap device; all but the
 * first are made before QEMU is confined and named by descriptors.
 */
#ifndef SLIPWAY_PLAN_NETWORK_H
#define SLIPWAY_PLAN_NETWORK_H

#include <stddef.h>

struct arguments;

/* -netdev of the spec's interface `index`. */
void add_user(const struct arguments *arguments, size_t index);
void add_passt(const struct arguments *arguments, size_t index);
void add_tap(const struct arguments *arguments, size_t index);

#endif
