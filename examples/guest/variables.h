/* SPDX-License-Identifier: MIT */
#ifndef SLIPWAY_GUEST_VARIABLES_H
#define SLIPWAY_GUEST_VARIABLES_H

/*
 * What the guest reads from and keeps in UEFI variables (UEFI Specification 2.10, 8.2); each
 * function says its result on the console and claims only what it has read back.
 */

#include "guest.h"

/* "secure boot on|off|setup mode|unknown", from the variables SecureBoot and SetupMode (3.3). */
void say_secure_boot(struct guest *guest);

/*
 * Adds one to SlipwayBootCount and says "boot count N". The count is 1 on every boot where nothing
 * keeps it. When the variable cannot be read or written, a line says why, then "boot count
 * unknown"; 0 is returned.
 */
uint32_t count_boot(struct guest *guest);

/* One line for each variable, "variable VENDOR-GUID NAME", then "variables N". */
void say_variables(struct guest *guest);

#endif
