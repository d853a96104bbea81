/* SPDX-License-Identifier: MIT */
/*
 * Disks on their buses: unit and controller by the target's name where no address is written, and
 * the controllers that this makes necessary (libvirt src/conf/domain_conf.c,
 * virDomainDiskDefAssignAddress, virDomainDefAddDiskControllersForType).
 */
#include <ctype.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "plan/layout.h"
#include "plan/refusals.h"

struct drive_bus {
	const char *bus;
	enum spec_controller_kind controller;
	unsigned int per_controller, units_per_bus; /* as libvirt numbers them */
	unsigned int last_unit, last_bus;           /* as the hardware has them */
};

/* In the order in which libvirt adds their controllers. */
static const struct drive_bus drive_buses[] = {
	{"scsi", SPEC_CONTROLLER_SCSI, 7, 7, 16383, 0},
	{"fdc", SPEC_CONTROLLER_FDC, 2, 2, 1, 0},
	{"ide", SPEC_CONTROLLER_IDE, 4, 2, 1, 1},
	{"sata", SPEC_CONTROLLER_SATA, 6, 6, 5, 0},
};

static const struct drive_bus *drive_bus(const struct spec_disk *disk)
{
	const char *bus = disk_bus(disk);

	for (size_t i = 0; bus && i < ARRAY_COUNT(drive_buses); i++)
		if (strcmp(drive_buses[i].bus, bus) == 0)
			return &drive_buses[i];
	return NULL;
}

long disk_number(const struct spec_disk *disk)
{
	const char *target = disk->target;
	static const char *const prefixes[] = {"fd", "hd", "vd", "sd", "xvd", "ubd"};
	const char *c = NULL;
	long number = 0;

	for (size_t i = 0; i < ARRAY_COUNT(prefixes); i++)
		if (text_starts_with(target, prefixes[i]))
			c = target + strlen(prefixes[i]);
	if (!c || !islower((unsigned char)*c) || strlen(c) > 4)
		return -1;
	for (; islower((unsigned char)*c); c++)
		number = number * 26 + (*c - 'a' + 1);
	c += strspn(c, "0123456789");
	return *c == '\0' ? number - 1 : -1;
}

static void place_by_name(struct refusals *refusals, const struct spec_disk *disk,
	const struct drive_bus *bus, struct address *address)
{
	long number = disk_number(disk);

	if (number < 0) {
		refuse(refusals, disk->line,
			"the target '%s' does not tell the disk's place; name it 'sda', 'sdb' …, "
			"or give it an <address type='drive'>",
			disk->target);
		return;
	}
	address->kind = SPEC_ADDRESS_DRIVE;
	address->controller = (unsigned int)number / bus->per_controller;
	address->bus = (unsigned int)number % bus->per_controller / bus->units_per_bus;
	address->unit = (unsigned int)number % bus->units_per_bus;
	address->target = 0;
}

/* Says whether the place is there. */
static bool check_place(struct refusals *refusals, const struct spec_disk *disk,
	const struct drive_bus *bus, const struct address *address)
{
	bool scsi = bus->controller == SPEC_CONTROLLER_SCSI;
	size_t before = refusals->count;

	if (address->kind != SPEC_ADDRESS_DRIVE)
		refuse(refusals, disk->common.address.line,
			"a disk on the bus '%s' has an <address type='drive'>", disk_bus(disk));
	else if (address->unit > bus->last_unit || address->bus > bus->last_bus ||
		 (!scsi && address->target > 0) || address->controller >= PCI_BUS_COUNT)
		refuse(refusals, disk->common.address.line,
			"the bus '%s' has no place controller %u, bus %u, target %u, unit %u",
			disk_bus(disk), address->controller, address->bus, address->target,
			address->unit);
	return refusals->count == before;
}

static bool same_drive(const struct address *a, const struct address *b)
{
	return a->kind == SPEC_ADDRESS_DRIVE && b->kind == SPEC_ADDRESS_DRIVE &&
	       a->controller == b->controller && a->bus == b->bus && a->target == b->target &&
	       a->unit == b->unit;
}

/* One that was written and one that a name gave may meet. */
static void check_doubles(
	const struct spec *spec, struct refusals *refusals, const struct layout *layout, size_t of)
{
	const struct spec_disk *disk = &spec->disks[of];
	const struct address *address = layout_address(layout, DEVICE_DISK, of);

	for (size_t i = 0; i < of; i++)
		if (text_equal(disk_bus(&spec->disks[i]), disk_bus(disk)) &&
			same_drive(layout_address(layout, DEVICE_DISK, i), address))
			refuse(refusals, disk->line,
				"disk '%s' is at the place of disk '%s' (line %d); give it another "
				"<target dev=…> or <address>",
				disk->target, spec->disks[i].target, spec->disks[i].line);
}

/* The board's own ones are all there are of some kinds. */
static void check_controller(struct refusals *refusals, const struct layout *layout,
	const struct spec_disk *disk, const struct address *address)
{
	bool ide = text_equal(disk_bus(disk), "ide");
	bool floppy = text_equal(disk_bus(disk), "fdc");

	if (ide && (layout->board != BOARD_I440FX || address->controller > 0))
		refuse(refusals, disk->line,
			layout->board == BOARD_I440FX
				? "this machine has one IDE controller; use bus='sata'"
				: "this machine has no IDE controller; use bus='sata', or machine "
				  "'pc'");
	if (floppy && ((layout->board != BOARD_I440FX && layout->board != BOARD_Q35) ||
			      address->controller > 0))
		refuse(refusals, disk->line, "this machine has no such floppy controller");
}

static void need_controllers(
	const struct spec *spec, struct layout *layout, const struct drive_bus *bus)
{
	unsigned int count = 0;

	for (size_t i = 0; i < spec->disk_count; i++) {
		const struct address *address = layout_address(layout, DEVICE_DISK, i);

		if (drive_bus(&spec->disks[i]) == bus && address->kind == SPEC_ADDRESS_DRIVE &&
			address->controller >= count)
			count = address->controller + 1;
	}
	for (unsigned int i = 0; i < count; i++)
		layout_need_controller(layout, bus->controller, i);
}

void layout_drives(const struct spec *spec, struct refusals *refusals, struct layout *layout)
{
	for (size_t i = 0; i < spec->disk_count; i++) {
		const struct spec_disk *disk = &spec->disks[i];
		const struct drive_bus *bus = drive_bus(disk);
		struct device *device = layout_find_device(layout, DEVICE_DISK, i);

		if (!bus)
			continue;
		if (device->address.kind == SPEC_ADDRESS_NONE)
			place_by_name(refusals, disk, bus, &device->address);
		else if (!check_place(refusals, disk, bus, &device->address))
			device->address.kind = SPEC_ADDRESS_NONE;
		check_controller(refusals, layout, disk, &device->address);
		check_doubles(spec, refusals, layout, i);
	}
	for (size_t i = 0; i < ARRAY_COUNT(drive_buses); i++)
		need_controllers(spec, layout, &drive_buses[i]);
}
