/* SPDX-License-Identifier: MIT */
/*
 * Which QEMU binary would run: the one that was asked for, or the first that the search finds;
 * looked up at "/" even when the survey's root is another, since it is this system that runs it.
 */
#ifndef SLIPWAY_HOST_EMULATOR_H
#define SLIPWAY_HOST_EMULATOR_H

#include "base/attr.h"
#include "host/host.h"

/* Fills the emulator's fields; nothing found is a result, not an error. */
void emulator_find(const struct survey_request *request, struct emulator *ret_emulator);

/* The name of the QEMU that is called by `called_as`: its last part without "-slipway". The caller
 * frees it. */
char *emulator_name_behind(const char *called_as) MUST_USE;

/* True where that is a name of QEMU: qemu-system-ARCH, qemu-kvm or kvm, alone or with "-slipway"
 * behind it. */
bool emulator_has_name(const char *called_as);

/*
 * "share/qemu" beside the emulator, symbolic links of the binary followed (Homebrew, Nix and /opt
 * have their firmware there); NULL when there is no emulator. The caller frees it.
 */
char *emulator_data_directory(const struct emulator *emulator) MUST_USE;

void emulator_clear(struct emulator *emulator);

#endif
