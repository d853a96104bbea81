/* SPDX-License-Identifier: MIT */
#ifndef SLIPWAY_GUEST_STATUS_H
#define SLIPWAY_GUEST_STATUS_H

/* Names an EFI_STATUS (UEFI 2.10, appendix D) in words; never NULL, nothing to free. */

#include "efi.h"

/* For a status without a name of its own "another status": print the number beside it. */
const char *status_name(uintptr_t status);

#endif
