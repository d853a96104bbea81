/* SPDX-License-Identifier: MIT */
#include "spec/read.h"

#include <stdlib.h>

#include "spec/field.h"
#include "spec/node.h"
#include "spec/parse.h"

static const char *const kind_names[] = {
	"", "pci", "drive", "usb", "virtio-serial", "virtio-mmio", "isa", NULL};

static const struct field common_fields[] = {
	FIELD_LINE("", struct spec_device, line),
	FIELD("boot@order", struct spec_device, boot_order),
	FIELD("acpi@index", struct spec_device, acpi_index),
	FIELD_CHOICE("driver@iommu", struct spec_device, iommu),
	FIELD_CHOICE("driver@ats", struct spec_device, ats),
	FIELD_CHOICE("driver@packed", struct spec_device, packed),
	FIELD_CHOICE("driver@page_per_vq", struct spec_device, page_per_vq),
	FIELD_CHOICE("rom@enabled", struct spec_device, rom_enabled),
	FIELD_CHOICE("rom@bar", struct spec_device, rom_bar),
	FIELD("rom@file", struct spec_device, rom_file),
};

static const struct field kind_fields[] = {
	FIELD_LINE("", struct spec_address, line),
	FIELD_NAME("@type", struct spec_address, kind, kind_names),
};

static const struct field pci_fields[] = {
	FIELD("@domain", struct spec_address, domain),
	FIELD("@bus", struct spec_address, bus),
	FIELD("@slot", struct spec_address, slot),
	FIELD("@function", struct spec_address, function),
	FIELD_CHOICE("@multifunction", struct spec_address, multifunction),
};

static const struct field drive_fields[] = {
	FIELD("@controller", struct spec_address, controller),
	FIELD("@bus", struct spec_address, bus),
	FIELD("@target", struct spec_address, target),
	FIELD("@unit", struct spec_address, unit),
};

static const struct field usb_fields[] = {
	FIELD("@bus", struct spec_address, bus),
	FIELD("@port", struct spec_address, port),
};

static const struct field virtio_serial_fields[] = {
	FIELD("@controller", struct spec_address, controller),
	FIELD("@bus", struct spec_address, bus),
	FIELD("@port", struct spec_address, port),
};

static const struct field isa_fields[] = {
	FIELD("@iobase", struct spec_address, iobase),
	FIELD("@irq", struct spec_address, irq),
};

static void read_address(struct places *places, xmlNode *element, struct spec_address *address)
{
	FIELDS_READ(places, element, kind_fields, address);
	switch (address->kind) {
	case SPEC_ADDRESS_NONE:
		report_missing(places, element, "attribute 'type'");
		break;
	case SPEC_ADDRESS_PCI:
		FIELDS_READ(places, element, pci_fields, address);
		/* 0000:00:00.0 is the host bridge's, and libvirt's way to say "none yet" */
		address->placed =
			address->domain || address->bus || address->slot || address->function;
		break;
	case SPEC_ADDRESS_DRIVE:
		FIELDS_READ(places, element, drive_fields, address);
		break;
	case SPEC_ADDRESS_USB:
		FIELDS_READ(places, element, usb_fields, address);
		break;
	case SPEC_ADDRESS_VIRTIO_SERIAL:
		FIELDS_READ(places, element, virtio_serial_fields, address);
		break;
	case SPEC_ADDRESS_VIRTIO_MMIO:
		break;
	case SPEC_ADDRESS_ISA:
		FIELDS_READ(places, element, isa_fields, address);
		break;
	}
}

void read_common(struct places *places, xmlNode *element, struct spec_device *common)
{
	xmlNode *address = element_child(element, "address");

	FIELDS_READ(places, element, common_fields, common);
	if (address)
		read_address(places, address, &common->address);
}

void clear_common(struct spec_device *common)
{
	FIELDS_CLEAR(common_fields, common);
	free(common->address.port);
}
