/* SPDX-License-Identifier: MIT */
/*
 * A machine's PCI buses and the places on them: who may be plugged in where, what is taken, and
 * the next place that is free; the rules are libvirt's, so that a device that has no address in its
 * spec gets the one it would get there.
 *
 * Rules: libvirt src/conf/domain_addr.c, "virDomainPCIAddressBusSetModel", "…GetNextAddr",
 * "…SetGrow", restated as a table and compared with the addresses that libvirt 9.0 assigns.
 */
#ifndef SLIPWAY_PLAN_PCI_H
#define SLIPWAY_PLAN_PCI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/error.h"

#define PCI_SLOT_COUNT 32
#define PCI_FUNCTION_COUNT 8
#define PCI_BUS_COUNT 256

/* What a device needs and what a bus takes: bits. */
enum pci_connect {
	PCI_CONNECT_NONE = 0,               /* not on a PCI bus at all */
	PCI_CONNECT_DEVICE = 1,             /* a conventional PCI device */
	PCI_CONNECT_EXPRESS = 2,            /* a PCI Express device */
	PCI_CONNECT_BRIDGE = 4,             /* pci-bridge */
	PCI_CONNECT_ROOT_PORT = 8,          /* pcie-root-port */
	PCI_CONNECT_UPSTREAM = 16,          /* pcie-switch-upstream-port */
	PCI_CONNECT_DOWNSTREAM = 32,        /* pcie-switch-downstream-port */
	PCI_CONNECT_DMI_BRIDGE = 64,        /* dmi-to-pci-bridge */
	PCI_CONNECT_EXPRESS_BRIDGE = 128,   /* pcie-to-pci-bridge */
	PCI_CONNECT_EXPANDER = 256,         /* pci-expander-bus */
	PCI_CONNECT_EXPRESS_EXPANDER = 512, /* pcie-expander-bus */
	PCI_CONNECT_HOTPLUG = 1024,         /* may be plugged and unplugged */
	PCI_CONNECT_SHARES_SLOT = 2048,     /* fills up the functions of a slot with its like */
};

/* A controller that makes a bus. */
struct pci_model {
	const char *name;   /* libvirt's */
	const char *driver; /* QEMU's device, where the spec names none; NULL: part of the board */
	unsigned int takes; /* enum pci_connect: what may be plugged into its bus */
	unsigned int needs; /* … and what it must be plugged into itself */
	unsigned int first_slot, last_slot;
};

/* NULL for another name. */
const struct pci_model *pci_model_find(const char *name);

struct pci_place {
	unsigned int bus, slot, function;
};

struct pci_bus {
	const struct pci_model *model;     /* NULL: no controller has this index */
	uint8_t functions[PCI_SLOT_COUNT]; /* taken ones, a bit each */
	bool shared[PCI_SLOT_COUNT];       /* first taken by one that shares its slot */
};

struct pci_buses {
	struct pci_bus *items; /* the position is the controller's index; the root is there first */
	size_t count;
	bool may_grow; /* controllers are added where no place is free */
};

/* Makes bus `index` that of `model`; buses before it that nobody named have no model. */
void pci_buses_set(struct pci_buses *buses, size_t index, const struct pci_model *model);

/* Gives every bus without a model the one that libvirt would make there. */
void pci_buses_fill(struct pci_buses *buses);

/* Whether any function of the slot is taken, a bus that does not exist being free. */
bool pci_slot_is_taken(const struct pci_buses *buses, unsigned int bus, unsigned int slot);

/* Takes a place that somebody named. */
struct error *pci_take(
	struct pci_buses *buses, const struct pci_place *place, unsigned int needs) MUST_USE;

/* Takes the next free place; `function` of a free slot, or -1 for 0. */
struct error *pci_take_next(struct pci_buses *buses, unsigned int needs, int function,
	struct pci_place *ret_place) MUST_USE;

void pci_buses_clear(struct pci_buses *buses);
#define auto_pci_buses CLEANUP(pci_buses_clear)

#endif
