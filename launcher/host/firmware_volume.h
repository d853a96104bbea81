/* SPDX-License-Identifier: MIT */
/*
 * What an image's first firmware volume says the image is for (UEFI PI specification, volume 3,
 * "Firmware Volume Header"): one read of 64 KiB from the beginning decides, and a second one where
 * a variable store may have code behind it.
 */
#ifndef SLIPWAY_HOST_FIRMWARE_VOLUME_H
#define SLIPWAY_HOST_FIRMWARE_VOLUME_H

#include "host/host.h"
#include "host/image.h"

/* How much of the beginning is read first: a volume begins there in every file in the field. */
#define FIRMWARE_LEAD_BYTES 8192

/* Fills `role`, `volume_bytes` and `code_arch` of `file`. */
void firmware_volume_look(const struct image *image, struct firmware_file *file);

#endif
