/* SPDX-License-Identifier: MIT */
#include "plan/boot.h"

#include "base/memory.h"

/* 1 for the first kind in <os>; nothing said means hard disks. */
static unsigned int position(const struct spec *spec, enum spec_boot_device kind)
{
	if (spec->boot_count == 0)
		return kind == SPEC_BOOT_HD ? 1 : 0;
	for (size_t i = 0; i < spec->boot_count; i++)
		if (spec->boot[i] == kind)
			return (unsigned int)i + 1;
	return 0;
}

static enum spec_boot_device boot_kind(const struct spec_disk *disk)
{
	static const enum spec_boot_device kinds[] = {
		[SPEC_DISK_DISK] = SPEC_BOOT_HD,
		[SPEC_DISK_CDROM] = SPEC_BOOT_CDROM,
		[SPEC_DISK_FLOPPY] = SPEC_BOOT_FD,
		[SPEC_DISK_LUN] = SPEC_BOOT_HD,
	};

	return kinds[disk->device];
}

#define ADD_ORDERS(said, items, count)                                                             \
	do {                                                                                       \
		for (size_t order_ = 0; order_ < (count); order_++)                                \
			(said) = (said) || (items)[order_].common.boot_order > 0;                  \
	} while (0)

/* One order at a device, and <os> says nothing any more. */
static bool devices_say(const struct spec *spec)
{
	bool said = false;

	ADD_ORDERS(said, spec->disks, spec->disk_count);
	ADD_ORDERS(said, spec->interfaces, spec->interface_count);
	ADD_ORDERS(said, spec->hostdevs, spec->hostdev_count);
	ADD_ORDERS(said, spec->redirdevs, spec->redirdev_count);
	return said;
}

/* The first device of each kind is meant. */
unsigned int boot_index_of_disk(const struct spec *spec, size_t disk)
{
	const struct spec_disk *disks = spec->disks;

	if (devices_say(spec))
		return disks[disk].common.boot_order;
	for (size_t i = 0; i < disk; i++)
		if (boot_kind(&disks[i]) == boot_kind(&disks[disk]))
			return 0;
	return position(spec, boot_kind(&disks[disk]));
}

unsigned int boot_index_of_interface(const struct spec *spec, size_t interface)
{
	if (devices_say(spec))
		return spec->interfaces[interface].common.boot_order;
	return interface == 0 ? position(spec, SPEC_BOOT_NETWORK) : 0;
}
