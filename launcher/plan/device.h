/* SPDX-License-Identifier: MIT */
/*
 * The parts that many -device options have: the driver's name by transport, the place on a bus, and
 * what every device of a spec may say; each said part is used or refused here.
 */
#ifndef SLIPWAY_PLAN_DEVICE_H
#define SLIPWAY_PLAN_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/text.h"
#include "plan/layout.h"

struct arguments;

/* "virtio-blk" as the device of this transport: virtio-blk-pci, …-pci-transitional, …-device. The
 * caller frees it. */
char *virtio_driver(const char *name, const char *model, const struct address *address) MUST_USE;

/* QEMU's name of a PCI bus; the caller frees it. */
char *pci_bus_name(const struct layout *layout, unsigned int bus) MUST_USE;

/* "usb" or "usb1", "sata0": QEMU's id of a controller; the caller frees it. */
char *controller_name(enum spec_controller_kind kind, unsigned int index) MUST_USE;

/* bus=, addr=, port= … */
void device_place(
	struct text *option, const struct arguments *arguments, const struct address *address);

/* What a device can do with the parts that all may have. */
enum device_ability {
	DEVICE_PLAIN = 0,
	DEVICE_VIRTIO = 1, /* iommu, ats, packed, page_per_vq */
	DEVICE_ROM = 2,    /* an option ROM, an ACPI index */
	DEVICE_BOOTS = 4,  /* bootindex, which the caller adds */
};

/* Adds the parts of `common` (NULL: a device that is not in the spec) and refuses those that the
 * device has no use for. */
void device_common(struct text *option, const struct arguments *arguments,
	const struct spec_device *common, unsigned int abilities);

/* device_place and device_common of a device of the spec, then the finished -device. */
void device_finish(struct text *option, const struct arguments *arguments, enum device_kind kind,
	size_t index, unsigned int abilities);

/* key=on or key=off where it was said. */
void add_choice(struct text *option, const char *key, enum choice choice);
/* key=value where it was said. */
void add_text(struct text *option, const char *key, const char *value);
void add_number(struct text *option, const char *key, unsigned int value);

/* A number that is always that of `text` (FNV-1a, 32 bits). */
uint32_t stable_number(const char *text);

/* One part of an element, and whether the device it belongs to can use it. */
struct said_part {
	const char *name;
	bool said, usable;
};

/* Refuses what was said and has no use: "NAME has no effect on WHAT". */
void refuse_useless(const struct arguments *arguments, int line, const char *what,
	const struct said_part *parts, size_t count);

#endif
