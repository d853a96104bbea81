/* SPDX-License-Identifier: MIT */
/*
 * Where every device of a machine is: the controllers that there are, the ones that a spec leaves
 * unsaid included, and the address of each device; the same spec has the same layout, run after
 * run, and libvirt's where the spec leaves addresses to it.
 *
 * Borrows from the spec, which outlives it.
 */
#ifndef SLIPWAY_PLAN_LAYOUT_H
#define SLIPWAY_PLAN_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/terms.h"
#include "plan/machine.h"
#include "plan/pci.h"
#include "spec/spec.h"

struct refusals;

/* A place on one of the machine's buses. */
struct address {
	enum spec_address_kind kind;
	struct pci_place pci;
	bool multifunction; /* PCI: other functions of this slot are taken, this is function 0 */
	unsigned int controller, bus, target, unit; /* DRIVE; VIRTIO_SERIAL: controller, unit */
	char *port;                                 /* USB, owned */
	unsigned int iobase, irq;                   /* ISA; 0 = QEMU's */
};

/* In the order in which libvirt gives out PCI addresses. */
enum device_kind {
	DEVICE_BRIDGE, /* controllers that make a PCI bus */
	DEVICE_FILESYSTEM,
	DEVICE_INTERFACE,
	DEVICE_SOUND,
	DEVICE_CONTROLLER, /* the others, by position in layout->controllers */
	DEVICE_DISK,
	DEVICE_HOSTDEV,
	DEVICE_BALLOON,
	DEVICE_RNG,
	DEVICE_WATCHDOG,
	DEVICE_VIDEO,
	DEVICE_INPUT,
	DEVICE_SERIAL,
	DEVICE_VSOCK,
	DEVICE_CHANNEL,
	DEVICE_CONSOLE,
	DEVICE_REDIRDEV,
	DEVICE_PARALLEL,
	DEVICE_PANIC,
	DEVICE_HUB, /* USB hubs, which nobody writes: made where ports are too few */
};

struct device {
	enum device_kind kind;
	size_t index;                     /* in the spec's array, or in that of the controllers */
	const struct spec_device *common; /* NULL: not in the spec */
	int line;
	unsigned int needs; /* enum pci_connect; PCI_CONNECT_NONE: not a PCI device */
	bool on_usb;
	bool is_ich9;  /* sound: an ICH9's, which has a place of its own on Q35 */
	bool assigned; /* a PCI address that layout_pci gave */
	struct address address;
};

struct controller {
	enum spec_controller_kind kind;
	unsigned int index;
	const char *model;                  /* libvirt's word; NULL where a kind has one only */
	const struct spec_controller *spec; /* NULL: not in the spec */
	int line;
	bool built_in; /* part of the board: no -device */
};

struct layout {
	enum arch arch;
	enum board board;
	bool pci; /* false: virtio devices are on the board's virtio-mmio transports */
	struct controller *controllers;
	size_t controller_count;
	struct device *devices;
	size_t device_count;
	/* The spec's, or the ones that libvirt adds */
	const struct spec_video *videos;
	size_t video_count;
	struct spec_video default_video;
	const char *balloon_model; /* NULL: no balloon */
	unsigned int hub_count;
};

/* What cannot be placed is refused; the layout is complete enough to go on to the other parts. */
void layout_make(const struct spec *spec, enum arch arch, enum board board,
	struct refusals *refusals, struct layout *layout);

/* Never NULL for a device of the spec. */
const struct address *layout_address(
	const struct layout *layout, enum device_kind kind, size_t index);

/* NULL when there is none. */
const struct controller *layout_controller(
	const struct layout *layout, enum spec_controller_kind kind, unsigned int index);

void layout_clear(struct layout *layout);
#define auto_layout CLEANUP(layout_clear)

/* Parts of layout_make, in their order. */
void layout_controllers(const struct spec *spec, struct refusals *refusals, struct layout *layout);
void layout_devices(const struct spec *spec, struct refusals *refusals, struct layout *layout);
/* Lists the controllers that are not in the list of devices yet. */
void layout_list_controllers(struct refusals *refusals, struct layout *layout);
void layout_drives(const struct spec *spec, struct refusals *refusals, struct layout *layout);
void layout_ports(const struct spec *spec, struct refusals *refusals, struct layout *layout);
void layout_usb(struct refusals *refusals, struct layout *layout);
void layout_pci(struct refusals *refusals, struct layout *layout);

/* Adds a controller that the spec does not have, unless there is one. */
void layout_need_controller(
	struct layout *layout, enum spec_controller_kind kind, unsigned int index);
struct device *layout_add_device(struct layout *layout, enum device_kind kind, size_t index,
	const struct spec_device *common);
struct device *layout_find_device(const struct layout *layout, enum device_kind kind, size_t index);

/* What a device must be plugged into, by libvirt's rules; PCI_CONNECT_NONE when it is not a PCI
 * device. */
unsigned int needs_of_controller(const struct controller *controller);
unsigned int needs_of_interface(const char *model);
unsigned int needs_of_sound(const char *model);
unsigned int needs_of_video(const char *model);
unsigned int needs_of_virtio(const char *model);

/* The first port of its EHCI that a companion, ich9-uhci1 to 3, has. */
int usb_first_port(const struct controller *companion);

/* The model of a network card, whose default depends on the architecture. */
const char *interface_model(enum arch arch, const struct spec_interface *interface);
/* The bus as it was written, or told by the target's name; NULL when neither says it. */
const char *disk_bus(const struct spec_disk *disk);
/* vda 0, vdb 1 … vdz 25, vdaa 26; -1 when the target's name does not end so. */
long disk_number(const struct spec_disk *disk);
/* ps2, usb or virtio; NULL for an event device of the host. */
const char *input_bus(enum arch arch, const struct spec_input *input);
/* The card's model, which is the machine's usual one where none is said. */
const char *video_model(const struct layout *layout, const struct spec_video *video);

#endif
