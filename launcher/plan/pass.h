/* SPDX-License-Identifier: MIT */
/*
 * One pass over a machine's PCI devices, which gives places to those that have none: for
 * layout_pci.c and layout_board.c alone.
 */
#ifndef SLIPWAY_PLAN_PASS_H
#define SLIPWAY_PLAN_PASS_H

#include <stdbool.h>

#include "plan/layout.h"

struct pass {
	struct layout *layout;
	struct refusals *refusals; /* NULL in the first pass: the second one finds the same */
	struct pci_buses buses;
};

/* A PCI device without a place. */
bool wants_place(const struct device *device);

/* Takes `error` and refuses the device with it; NULL is nothing. */
void pass_report(const struct pass *pass, const struct device *device, struct error *error);

/* On bus 0, if that place is free; false: it is not. */
bool settle_at(struct pass *pass, struct device *device, unsigned int slot, unsigned int function);

/* At the next free place; reports where there is none. `function` as in pci_take_next. */
void settle_anywhere(struct pass *pass, struct device *device, int function);

/* Of a DEVICE_CONTROLLER or DEVICE_BRIDGE. */
const char *controller_model(const struct layout *layout, const struct device *device);

/* Takes the board's own places, and gives places to what a real board has. */
void prepare_board(struct pass *pass);

#endif
