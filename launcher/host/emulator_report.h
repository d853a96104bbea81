/* SPDX-License-Identifier: MIT */
/*
 * What only the emulator itself knows: asked where the files around it do not tell, because it
 * costs a start of QEMU, or a look through its whole binary.
 */
#ifndef SLIPWAY_HOST_EMULATOR_REPORT_H
#define SLIPWAY_HOST_EMULATOR_REPORT_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/text.h"

/*
 * Adds the data directories that `path` reports ("-L help", QEMU since 2.12), absolute ones only.
 * Nothing is added where it does not answer within seconds.
 */
void emulator_data_directories(const char *path, struct strings *ret_directories);

/* What it says to "-machine help"; nothing where it does not answer. */
void emulator_machines(const char *path, struct text *ret_report);

/* Does the binary have this text in it: the name of a device, or of a library? */
bool emulator_contains(const char *path, const char *text);

#endif
