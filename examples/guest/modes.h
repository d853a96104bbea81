/* SPDX-License-Identifier: MIT */
#ifndef SLIPWAY_GUEST_MODES_H
#define SLIPWAY_GUEST_MODES_H

/*
 * The modes: ways in which a guest behaves, good and bad, each found by its name in one table;
 * every mode but hello begins with the line "mode NAME". README.md lists what each one does.
 */

#include "guest.h"

/*
 * Gives back what efi_main() returns; most modes end the machine instead. An unknown mode is said,
 * then power off.
 */
uintptr_t mode_run(struct guest *guest, const char *name, const char *argument);

/* A mode's own function: argument is "" where none was given. */
typedef uintptr_t mode_function(struct guest *guest, const char *argument);

/* noise.c */
mode_function mode_flood;
mode_function mode_escape;

/* prompt.c */
mode_function mode_prompt;

#endif
