/* SPDX-License-Identifier: MIT */
#include "plan/device.h"

#include "base/memory.h"
#include "base/qopt.h"
#include "plan/arguments.h"
#include "plan/cage.h"
#include "plan/plan.h"
#include "plan/refusals.h"
#include "plan/rom.h"

char *virtio_driver(const char *name, const char *model, const struct address *address)
{
	if (address->kind == SPEC_ADDRESS_VIRTIO_MMIO)
		return xasprintf("%s-device", name);
	if (text_equal(model, "virtio-transitional"))
		return xasprintf("%s-pci-transitional", name);
	if (text_equal(model, "virtio-non-transitional"))
		return xasprintf("%s-pci-non-transitional", name);
	return xasprintf("%s-pci", name);
}

char *pci_bus_name(const struct layout *layout, unsigned int bus)
{
	if (bus > 0)
		return xasprintf("pci.%u", bus);
	return xstrdup(layout->board == BOARD_I440FX ? "pci.0" : "pcie.0");
}

static const char *const controller_names[] = {
	[SPEC_CONTROLLER_USB] = "usb",
	[SPEC_CONTROLLER_PCI] = "pci",
	[SPEC_CONTROLLER_IDE] = "ide",
	[SPEC_CONTROLLER_FDC] = "fdc",
	[SPEC_CONTROLLER_SCSI] = "scsi",
	[SPEC_CONTROLLER_SATA] = "sata",
	[SPEC_CONTROLLER_VIRTIO_SERIAL] = "virtio-serial",
	[SPEC_CONTROLLER_ISA] = "isa",
	[SPEC_CONTROLLER_CCID] = "ccid",
};

/* libvirt's names, so that what people wrote into <qemu:commandline> finds its bus. */
char *controller_name(enum spec_controller_kind kind, unsigned int index)
{
	if (kind == SPEC_CONTROLLER_USB && index == 0)
		return xstrdup("usb");
	if (kind == SPEC_CONTROLLER_PCI)
		return xasprintf("pci.%u", index);
	return xasprintf("%s%u", controller_names[kind], index);
}

static void place_pci(
	struct text *option, const struct arguments *arguments, const struct address *address)
{
	auto_free char *bus = pci_bus_name(arguments->layout, address->pci.bus);

	qopt_add(option, "bus", bus);
	if (address->multifunction)
		qopt_flag(option, "multifunction", true);
	if (address->pci.function > 0)
		qopt_addf(option, "addr", "0x%x.0x%x", address->pci.slot, address->pci.function);
	else
		qopt_addf(option, "addr", "0x%x", address->pci.slot);
}

void device_place(
	struct text *option, const struct arguments *arguments, const struct address *address)
{
	auto_free char *controller = NULL;

	switch (address->kind) {
	case SPEC_ADDRESS_PCI:
		place_pci(option, arguments, address);
		break;
	case SPEC_ADDRESS_USB:
		controller = controller_name(SPEC_CONTROLLER_USB, address->bus);
		qopt_addf(option, "bus", "%s.0", controller);
		add_text(option, "port", address->port);
		break;
	case SPEC_ADDRESS_VIRTIO_SERIAL:
		controller = controller_name(SPEC_CONTROLLER_VIRTIO_SERIAL, address->controller);
		qopt_addf(option, "bus", "%s.0", controller);
		qopt_addf(option, "nr", "%u", address->unit);
		break;
	case SPEC_ADDRESS_ISA:
		if (address->iobase > 0)
			qopt_addf(option, "iobase", "0x%x", address->iobase);
		if (address->irq > 0)
			qopt_addf(option, "irq", "%u", address->irq);
		break;
	case SPEC_ADDRESS_DRIVE: /* the disk's own matter */
	case SPEC_ADDRESS_VIRTIO_MMIO:
	case SPEC_ADDRESS_NONE:;
	}
}

void add_choice(struct text *option, const char *key, enum choice choice)
{
	if (choice != CHOICE_UNSET)
		qopt_flag(option, key, choice == CHOICE_YES);
}

void add_text(struct text *option, const char *key, const char *value)
{
	if (value)
		qopt_add(option, key, value);
}

void add_number(struct text *option, const char *key, unsigned int value)
{
	if (value > 0)
		qopt_addf(option, key, "%u", value);
}

static void add_rom(
	struct text *option, const struct arguments *arguments, const struct spec_device *common)
{
	const struct rom_before before =
		rom_find_before(arguments->spec, arguments->layout->arch, common);

	if (before.device && !before.same_file)
		refuse(arguments->refusals, common->line,
			"the device in line %d has another ROM of this one's name, by which alone "
			"QEMU tells those without a BAR apart; rename a file, or leave out "
			"bar='off'",
			before.device->line);
	if (common->rom_enabled == CHOICE_NO || before.device)
		qopt_add(option, "romfile", "");
	else
		add_text(option, "romfile", common->rom_file);
	if (common->rom_bar != CHOICE_UNSET)
		qopt_add(option, "rombar", common->rom_bar == CHOICE_YES ? "1" : "0");
	add_number(option, "acpi-index", common->acpi_index);
	cage_file(arguments->plan, common->rom_file, false);
}

void device_common(struct text *option, const struct arguments *arguments,
	const struct spec_device *common, unsigned int abilities)
{
	bool virtio = (abilities & DEVICE_VIRTIO) != 0;
	bool rom = (abilities & DEVICE_ROM) != 0;
	const struct said_part parts[] = {
		{"<driver iommu=…>", common && common->iommu != CHOICE_UNSET, virtio},
		{"<driver ats=…>", common && common->ats != CHOICE_UNSET, virtio},
		{"<driver packed=…>", common && common->packed != CHOICE_UNSET, virtio},
		{"<driver page_per_vq=…>", common && common->page_per_vq != CHOICE_UNSET, virtio},
		{"<rom>",
			common && (common->rom_file || common->rom_enabled != CHOICE_UNSET ||
					  common->rom_bar != CHOICE_UNSET),
			rom},
		{"<acpi index=…>", common && common->acpi_index > 0, rom},
		{"<boot order=…>", common && common->boot_order > 0,
			(abilities & DEVICE_BOOTS) != 0},
	};

	if (!common)
		return;
	refuse_useless(arguments, common->line, "this device", parts, ARRAY_COUNT(parts));
	if (virtio) {
		add_choice(option, "iommu_platform", common->iommu);
		add_choice(option, "ats", common->ats);
		add_choice(option, "packed", common->packed);
		add_choice(option, "page-per-vq", common->page_per_vq);
	}
	if (rom)
		add_rom(option, arguments, common);
}

void device_finish(struct text *option, const struct arguments *arguments, enum device_kind kind,
	size_t index, unsigned int abilities)
{
	const struct device *device = layout_find_device(arguments->layout, kind, index);

	device_place(option, arguments, &device->address);
	device_common(option, arguments, device->common, abilities);
	add_option(&arguments->plan->argv, "-device", text_take(option));
}

uint32_t stable_number(const char *text)
{
	uint32_t hash = 2166136261u;

	for (const char *c = text; *c; c++)
		hash = (hash ^ (unsigned char)*c) * 16777619u;
	return hash;
}

void refuse_useless(const struct arguments *arguments, int line, const char *what,
	const struct said_part *parts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (parts[i].said && !parts[i].usable)
			refuse_part(arguments->refusals, line, "%s has no effect on %s",
				parts[i].name, what);
}
