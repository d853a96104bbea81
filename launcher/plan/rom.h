/* SPDX-License-Identifier: MIT */
/* Option ROMs that devices have in common. */
#ifndef SLIPWAY_PLAN_ROM_H
#define SLIPWAY_PLAN_ROM_H

#include <stdbool.h>

#include "base/terms.h"

struct spec;
struct spec_device;

/*
 * Whether a device before this one, without a BAR for its ROM as this one, has the same ROM. QEMU
 * hands such a ROM to the firmware by its file's name, where one serves all devices of a kind, and
 * refuses a second one of the name (hw/pci/pci.c, pci_add_option_rom; hw/nvram/fw_cfg.c).
 */
bool rom_is_given_before(const struct spec *spec, enum arch arch, const struct spec_device *common);

#endif
