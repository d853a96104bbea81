/* SPDX-License-Identifier: MIT */
/*
 * The files below a disk image: the backing chain and external data file that qcow2 headers name
 * (QEMU docs/interop/qcow2.txt, "Header"). What a header says is a name to allow, never trusted for
 * anything else.
 */
#ifndef SLIPWAY_HOST_BACKING_H
#define SLIPWAY_HOST_BACKING_H

#include "base/text.h"

/* Adds the names behind each image, absolute paths where they are paths; other names ("json:{…}",
 * "nbd://…") as they stand. Images that cannot be read are passed over. */
void backing_find(const struct strings *images, struct strings *names);

#endif
