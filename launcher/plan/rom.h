/* SPDX-License-Identifier: MIT */
/* Option ROMs that devices have in common. */
#ifndef SLIPWAY_PLAN_ROM_H
#define SLIPWAY_PLAN_ROM_H

#include <stdbool.h>

#include "base/terms.h"

struct spec;
struct spec_device;

/*
 * The nearest device before one, without a BAR for its ROM as that one, whose ROM has the same
 * name: NULL is none. QEMU hands such a ROM to the firmware by its file's name, without the
 * folders, and refuses a second one of the name (hw/pci/pci.c, pci_add_option_rom;
 * hw/core/loader.c, rom_add_file; hw/nvram/fw_cfg.c). The same file serves all devices of a kind.
 */
struct rom_before {
	const struct spec_device *device;
	bool same_file;
};

struct rom_before rom_find_before(
	const struct spec *spec, enum arch arch, const struct spec_device *common);

#endif
