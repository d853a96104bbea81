/* SPDX-License-Identifier: MIT */
#ifndef SLIPWAY_GUEST_GUEST_H
#define SLIPWAY_GUEST_GUEST_H

/*
 * The guest as a value: the firmware's tables and the console opened on them; filled once by
 * efi_main(), afterwards only the console's own buffer changes.
 */

#include "console.h"
#include "efi.h"

struct guest {
	void *image; /* the firmware's handle of this program */
	struct efi_system_table *system;
	struct console console;
};

/* The firmware calls it (4.1). What it returns goes back to the boot manager. */
uintptr_t EFIAPI efi_main(void *image, struct efi_system_table *system);

#endif
