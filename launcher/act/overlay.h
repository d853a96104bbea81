/* SPDX-License-Identifier: MIT */
/*
 * A disk's throw-away overlay: an empty qcow2 image of the disk's size in a file without a name, in
 * which QEMU writes what the guest writes; the disk's own file is opened read-only and stays as it
 * is, and nothing is left however slipway and QEMU end.
 */
#ifndef SLIPWAY_ACT_OVERLAY_H
#define SLIPWAY_ACT_OVERLAY_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/error.h"
#include "base/text.h"
#include "plan/plan.h"

/*
 * Makes the overlay in `directory` and places it under overlay->fd, open across exec; the caller
 * closes that. Errors: a disk whose size is not known (formats other than raw and qcow2), no room.
 */
struct error *overlay_make(const struct plan_overlay *overlay, const char *directory) MUST_USE;

/* The image's first bytes for a disk of `size_bytes`: header, reference counts and first table
 * (QEMU docs/interop/qcow2.txt). What follows is found to be empty. */
struct error *overlay_image(uint64_t size_bytes, struct text *image) MUST_USE;

#endif
