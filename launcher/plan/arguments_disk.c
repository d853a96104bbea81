/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/memory.h"
#include "base/qopt.h"
#include "plan/arguments.h"
#include "plan/boot.h"
#include "plan/cage.h"
#include "plan/device.h"
#include "plan/disk.h"
#include "plan/layout.h"
#include "plan/plan.h"
#include "plan/refusals.h"
#include "spec/spec.h"

/* The buses, and what a disk on each of them can be told. */
enum disk_ability {
	CAN_WWN = 1,
	CAN_VENDOR = 2, /* vendor and product */
	CAN_QUEUES = 4, /* queues, queue_size, iothread, ioeventfd, event_idx */
	CAN_ROTATION = 8,
	CAN_REMOVABLE = 16,
	CAN_GEOMETRY = 32,
	CAN_BLOCK_SIZES = 64,
	CAN_SERIAL = 128,
	CAN_SHARE = 256,
	CAN_ERRORS = 512,
};

struct disk_bus {
	const char *name;
	const char *prefix;         /* of the device's id, as libvirt names it */
	const char *hard, *optical; /* QEMU's devices; NULL: by transport, or none */
	unsigned int abilities;
};

#define EVERY_DISK (CAN_SERIAL | CAN_SHARE | CAN_ERRORS | CAN_BLOCK_SIZES)

static const struct disk_bus disk_buses[] = {
	{"virtio", "virtio-disk", NULL, NULL, EVERY_DISK | CAN_QUEUES | CAN_GEOMETRY},
	{"scsi", "scsi", "scsi-hd", "scsi-cd", EVERY_DISK | CAN_WWN | CAN_VENDOR | CAN_ROTATION},
	{"sata", "sata", "ide-hd", "ide-cd", EVERY_DISK | CAN_WWN | CAN_ROTATION | CAN_GEOMETRY},
	{"ide", "ide", "ide-hd", "ide-cd", EVERY_DISK | CAN_WWN | CAN_ROTATION | CAN_GEOMETRY},
	{"usb", "usb-disk", "usb-storage", "usb-storage", EVERY_DISK | CAN_REMOVABLE},
	{"nvme", "nvme", "nvme", NULL, CAN_SERIAL | CAN_SHARE | CAN_BLOCK_SIZES},
	{"fdc", "fdc", "floppy", NULL, 0},
};

/* NULL where nobody says it. The last is what is left: the reader lets no other bus through. */
static const struct disk_bus *find_bus(const struct spec_disk *disk)
{
	const char *name = disk_bus(disk);
	size_t i = 0;

	if (!name)
		return NULL;
	while (i + 1 < ARRAY_COUNT(disk_buses) && strcmp(disk_buses[i].name, name) != 0)
		i++;
	return &disk_buses[i];
}

static char *driver_name(
	const struct disk_bus *bus, const struct spec_disk *disk, const struct address *address)
{
	bool floppy = strcmp(bus->name, "fdc") == 0;

	switch (disk->device) {
	case SPEC_DISK_CDROM:
		return bus->optical ? xstrdup(bus->optical) : NULL;
	case SPEC_DISK_LUN:
		return strcmp(bus->name, "scsi") == 0 ? xstrdup("scsi-block") : NULL;
	case SPEC_DISK_DISK:
	case SPEC_DISK_FLOPPY:;
	}
	if (floppy != (disk->device == SPEC_DISK_FLOPPY))
		return NULL;
	if (strcmp(bus->name, "virtio") == 0)
		return virtio_driver("virtio-blk", disk->model, address);
	return xstrdup(bus->hard);
}

struct scsi_model {
	const char *model;
	bool narrow; /* libvirt says unit= for what is the target's number */
};

/* The SCSI controllers whose targets have no units beside 0. */
static const struct scsi_model scsi_models[] = {
	{"lsilogic", true},
	{"am53c974", true},
	{"dc390", true},
	{"lsisas1068", false},
	{"vmpvscsi", false},
};

static const struct scsi_model *single_unit(const struct controller *controller)
{
	for (size_t i = 0; controller && i < ARRAY_COUNT(scsi_models); i++)
		if (strcmp(scsi_models[i].model, controller->model) == 0)
			return &scsi_models[i];
	return NULL;
}

static void place_wide(struct text *option, const struct arguments *arguments,
	const struct spec_disk *disk, const struct address *address, bool single)
{
	bool written = disk->common.address.kind == SPEC_ADDRESS_DRIVE;
	bool swapped = single && !written;

	if (single && written && address->unit > 0)
		refuse(arguments->refusals, disk->common.address.line,
			"this SCSI controller's targets have unit 0 only; write the number as "
			"target=");
	qopt_addf(option, "channel", "%u", address->bus);
	qopt_addf(option, "scsi-id", "%u", swapped ? address->unit : address->target);
	qopt_addf(option, "lun", "%u", swapped ? 0 : address->unit);
}

static void place_scsi(struct text *option, const struct arguments *arguments,
	const struct spec_disk *disk, const struct address *address)
{
	const struct controller *controller =
		layout_controller(arguments->layout, SPEC_CONTROLLER_SCSI, address->controller);
	const struct scsi_model *single = single_unit(controller);
	bool narrow = single && single->narrow;
	auto_free char *id = narrow ? xasprintf("drive-scsi%u-%u-%u", address->controller,
					      address->bus, address->unit)
				    : xasprintf("drive-scsi%u-%u-%u-%u", address->controller,
					      address->bus, address->target, address->unit);

	qopt_addf(option, "bus", "scsi%u.0", address->controller);
	if (narrow)
		qopt_addf(option, "scsi-id", "%u", address->unit);
	else
		place_wide(option, arguments, disk, address, single != NULL);
	if (narrow && address->target > 0)
		refuse(arguments->refusals, disk->common.address.line,
			"a %s has target 0 only; write the number as unit=", controller->model);
	/* by which Linux names the disk in /dev/disk/by-id */
	if (disk->device != SPEC_DISK_LUN)
		qopt_add(option, "device_id", disk->serial ? disk->serial : id);
}

static void place(struct text *option, const struct arguments *arguments,
	const struct disk_bus *bus, const struct spec_disk *disk, const struct address *address)
{
	bool board = arguments->layout->board == BOARD_Q35 && address->controller == 0;

	if (address->kind != SPEC_ADDRESS_DRIVE)
		return;
	if (strcmp(bus->name, "scsi") == 0)
		place_scsi(option, arguments, disk, address);
	else if (strcmp(bus->name, "ide") == 0)
		qopt_addf(option, "bus", "ide.%u", address->bus);
	else if (strcmp(bus->name, "sata") == 0 && board)
		qopt_addf(option, "bus", "ide.%u", address->unit);
	else if (strcmp(bus->name, "sata") == 0)
		qopt_addf(option, "bus", "sata%u.%u", address->controller, address->unit);
	if (strcmp(bus->name, "ide") == 0 || strcmp(bus->name, "fdc") == 0)
		qopt_addf(option, "unit", "%u", address->unit);
}

static void check(
	const struct arguments *arguments, const struct disk_bus *bus, const struct spec_disk *disk)
{
	unsigned int can = bus->abilities;
	bool queues = disk->queues || disk->queue_size || disk->iothread ||
		      disk->ioeventfd != CHOICE_UNSET || disk->event_idx != CHOICE_UNSET;
	bool sizes = disk->logical_block_size || disk->physical_block_size ||
		     disk->discard_granularity >= 0;
	bool fixed = disk->device == SPEC_DISK_DISK || disk->device == SPEC_DISK_LUN;
	const struct said_part parts[] = {
		{"<serial>", disk->serial != NULL, (can & CAN_SERIAL) != 0},
		{"<wwn>", disk->wwn != NULL, (can & CAN_WWN) != 0},
		{"<vendor> or <product>", disk->vendor || disk->product, (can & CAN_VENDOR) != 0},
		{"queues=, queue_size=, iothread=, ioeventfd= or event_idx= of <driver>", queues,
			(can & CAN_QUEUES) != 0},
		{"rotation_rate=", disk->rotation_rate > 0, (can & CAN_ROTATION) && fixed},
		{"removable=", disk->removable != CHOICE_UNSET, (can & CAN_REMOVABLE) != 0},
		{"<geometry>", disk->cylinders > 0, (can & CAN_GEOMETRY) && fixed},
		{"<blockio>", sizes, (can & CAN_BLOCK_SIZES) != 0},
		{"<shareable>", disk->shareable, (can & CAN_SHARE) != 0},
		{"error_policy= or rerror_policy=", disk->error_policy || disk->rerror_policy,
			(can & CAN_ERRORS) != 0},
		{"model=", disk->model != NULL, (can & CAN_QUEUES) != 0},
		{"tray=", disk->tray_open != CHOICE_UNSET, !fixed},
	};
	auto_free char *what = xasprintf("a disk on the bus '%s'", bus->name);

	refuse_useless(arguments, disk->line, what, parts, ARRAY_COUNT(parts));
	if (disk->readonly && disk->device == SPEC_DISK_DISK && text_equal(bus->hard, "ide-hd"))
		refuse(arguments->refusals, disk->line,
			"<readonly> on a disk on the bus '%s': QEMU has no such disk that cannot "
			"be "
			"written; write bus='virtio', or leave <readonly> out",
			bus->name);
	if (text_equal(disk->startup_policy, "optional"))
		refuse_part(arguments->refusals, disk->line,
			"startupPolicy='optional' is not supported: what is written is opened; "
			"leave <source> out for an empty drive");
}

static void add_sizes(struct text *option, const struct spec_disk *disk)
{
	add_number(option, "logical_block_size", disk->logical_block_size);
	add_number(option, "physical_block_size", disk->physical_block_size);
	if (disk->discard_granularity >= 0)
		qopt_addf(option, "discard_granularity", "%d", disk->discard_granularity);
	add_number(option, "cyls", disk->cylinders);
	add_number(option, "heads", disk->heads);
	add_number(option, "secs", disk->sectors);
}

/* The name by which NVMe disks are told apart is demanded by the standard. */
static void add_serial(
	struct text *option, const struct disk_bus *bus, const struct spec_disk *disk, size_t index)
{
	if (disk->serial)
		qopt_add(option, "serial", disk->serial);
	else if (strcmp(bus->name, "nvme") == 0)
		qopt_addf(option, "serial", "disk%zu", index);
}

static void add_properties(
	struct text *option, const struct disk_bus *bus, const struct spec_disk *disk)
{
	enum choice write_cache = disk_write_cache(disk);
	bool lun = disk->device == SPEC_DISK_LUN;

	if (disk->shareable)
		qopt_flag(option, "share-rw", true);
	if ((bus->abilities & CAN_ERRORS) && !lun)
		add_choice(option, "write-cache", write_cache);
	add_text(option, "werror", disk->error_policy);
	add_text(option, "rerror", disk->rerror_policy);
	add_number(option, "num-queues", disk->queues);
	add_number(option, "queue-size", disk->queue_size);
	add_choice(option, "ioeventfd", disk->ioeventfd);
	add_choice(option, "event_idx", disk->event_idx);
	add_iothread(option, disk->iothread);
	add_number(option, "rotation_rate", disk->rotation_rate);
	if (disk->wwn)
		qopt_addf(option, "wwn", "0x%s", disk->wwn);
	add_text(option, "vendor", disk->vendor);
	add_text(option, "product", disk->product);
	if (bus->abilities & CAN_REMOVABLE)
		qopt_flag(option, "removable", disk->removable == CHOICE_YES);
	add_sizes(option, disk);
}

/* libvirt, qemuAssignDeviceDiskAlias: by the place on the bus, or by the target's number. */
static char *device_id(const struct arguments *arguments, const struct disk_bus *bus,
	const struct spec_disk *disk, const struct address *address)
{
	const struct scsi_model *single = single_unit(
		layout_controller(arguments->layout, SPEC_CONTROLLER_SCSI, address->controller));
	bool wide = strcmp(bus->name, "scsi") == 0 && !(single && single->narrow);
	long number = disk_number(disk);
	long index = disk - arguments->spec->disks;

	if (address->kind != SPEC_ADDRESS_DRIVE)
		return xasprintf("%s%ld", bus->prefix, number >= 0 ? number : index);
	if (wide)
		return xasprintf("scsi%u-%u-%u-%u", address->controller, address->bus,
			address->target, address->unit);
	return xasprintf(
		"%s%u-%u-%u", bus->prefix, address->controller, address->bus, address->unit);
}

/* The bus to write for a disk of this kind. */
static const char *bus_for(const struct spec_disk *disk)
{
	static const char *const buses[] = {
		[SPEC_DISK_DISK] = "virtio",
		[SPEC_DISK_CDROM] = "sata",
		[SPEC_DISK_FLOPPY] = "fdc",
		[SPEC_DISK_LUN] = "scsi",
	};

	return buses[disk->device];
}

static void add_device(const struct arguments *arguments, const struct disk_bus *bus, size_t index,
	const char *node)
{
	const struct spec_disk *disk = &arguments->spec->disks[index];
	const struct address *address = layout_address(arguments->layout, DEVICE_DISK, index);
	unsigned int boot = boot_index_of_disk(arguments->spec, index);
	bool floppy = strcmp(bus->name, "fdc") == 0;
	auto_free char *driver = driver_name(bus, disk, address);
	auto_free char *id = device_id(arguments, bus, disk, address);
	struct text option = {0};

	if (!driver) {
		refuse(arguments->refusals, disk->line,
			"the bus '%s' has no disks of this device=; use bus='%s'", bus->name,
			bus_for(disk));
		return;
	}
	qopt_word(&option, driver);
	qopt_add(&option, "id", id);
	place(&option, arguments, bus, disk, address);
	add_text(&option, "drive", node);
	add_serial(&option, bus, disk, index);
	add_properties(&option, bus, disk);
	if (!floppy)
		add_number(&option, "bootindex", boot);
	else if (boot > 0 && address->unit < 2)
		add_option(&arguments->plan->argv, "-global",
			xasprintf("isa-fdc.bootindex%c=%u", 'A' + (int)address->unit, boot));
	device_finish(&option, arguments, DEVICE_DISK, index,
		DEVICE_BOOTS | (strcmp(bus->name, "virtio") == 0 ? DEVICE_VIRTIO : 0));
	if (disk->device == SPEC_DISK_LUN)
		cage_policy(arguments->plan, "scsi-generic");
}

static void add_disk(const struct arguments *arguments, size_t index)
{
	const struct spec_disk *disk = &arguments->spec->disks[index];
	const struct disk_bus *bus = find_bus(disk);
	auto_free char *node = NULL;

	if (!bus) {
		refuse(arguments->refusals, disk->line,
			"the bus of disk '%s' is not said; add bus= to <target>", disk->target);
		return;
	}
	check(arguments, bus, disk);
	node = add_disk_nodes(arguments, index);
	add_device(arguments, bus, index, node);
}

/* Only a PC of the i440FX kind has a floppy controller on its board. */
static void add_floppy_controller(const struct arguments *arguments)
{
	const struct controller *controller =
		layout_controller(arguments->layout, SPEC_CONTROLLER_FDC, 0);

	if (controller && !controller->built_in)
		add_option(&arguments->plan->argv, "-device", xstrdup("isa-fdc"));
}

void add_disks(const struct arguments *arguments)
{
	add_floppy_controller(arguments);
	for (size_t i = 0; i < arguments->spec->disk_count; i++)
		add_disk(arguments, i);
}
