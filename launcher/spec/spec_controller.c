/* SPDX-License-Identifier: MIT */
#include "spec/read.h"

#include <stdlib.h>

#include "spec/field.h"
#include "spec/node.h"

static const char *const kind_names[] = {
	"usb", "pci", "ide", "fdc", "scsi", "sata", "virtio-serial", "isa", "ccid", NULL};

static const struct field fields[] = {
	FIELD_NAME("@type", struct spec_controller, kind, kind_names),
	FIELD("@index", struct spec_controller, index),
	FIELD("@model", struct spec_controller, model),
};

static const struct field usb_fields[] = {
	FIELD("@ports", struct spec_controller, ports),
	FIELD("master@startport", struct spec_controller, master_startport),
};

static const struct field serial_fields[] = {
	FIELD("@ports", struct spec_controller, ports),
	FIELD("@vectors", struct spec_controller, vectors),
};

static const struct field scsi_fields[] = {
	FIELD("driver@queues", struct spec_controller, queues),
	FIELD("driver@cmd_per_lun", struct spec_controller, cmd_per_lun),
	FIELD("driver@max_sectors", struct spec_controller, max_sectors),
	FIELD_CHOICE("driver@ioeventfd", struct spec_controller, ioeventfd),
	FIELD("driver@iothread", struct spec_controller, iothread),
};

static const struct field pci_fields[] = {
	FIELD("model@name", struct spec_controller, pci_model),
	FIELD("target@chassisNr", struct spec_controller, chassis_nr),
	FIELD("target@chassis", struct spec_controller, chassis),
	FIELD("target@port", struct spec_controller, port),
	FIELD("target@busNr", struct spec_controller, bus_nr),
	FIELD_CHOICE("target@hotplug", struct spec_controller, hotplug),
	FIELD("target@memReserve", struct spec_controller, memory_reserve_kib),
	FIELD("target/node", struct spec_controller, node),
	FIELD_BYTES("pcihole64", struct spec_controller, hole64_bytes),
	FIELD("pcihole64", struct spec_controller, hole64),
};

static void read_controller(
	struct places *places, xmlNode *element, struct spec_controller *controller)
{
	controller->index = -1;
	controller->ports = -1;
	controller->vectors = -1;
	controller->master_startport = -1;
	controller->chassis_nr = -1;
	controller->chassis = -1;
	controller->port = -1;
	controller->bus_nr = -1;
	controller->node = -1;
	read_common(places, element, &controller->common);
	if (!xmlHasProp(element, (const xmlChar *)"type")) {
		report_missing(places, element, "attribute 'type'");
		return;
	}
	FIELDS_READ(places, element, fields, controller);
	switch (controller->kind) {
	case SPEC_CONTROLLER_USB:
		FIELDS_READ(places, element, usb_fields, controller);
		break;
	case SPEC_CONTROLLER_PCI:
		FIELDS_READ(places, element, pci_fields, controller);
		break;
	case SPEC_CONTROLLER_SCSI:
		FIELDS_READ(places, element, scsi_fields, controller);
		break;
	case SPEC_CONTROLLER_VIRTIO_SERIAL:
		FIELDS_READ(places, element, serial_fields, controller);
		break;
	case SPEC_CONTROLLER_IDE:
	case SPEC_CONTROLLER_FDC:
	case SPEC_CONTROLLER_SATA:
	case SPEC_CONTROLLER_ISA:
	case SPEC_CONTROLLER_CCID:
		break;
	}
}

void read_controllers(struct places *places, xmlNode *devices, struct spec *spec)
{
	for (xmlNode *element = element_child(devices, "controller"); element;
		element = element_next(element))
		read_controller(places, element,
			array_push(&spec->controllers, &spec->controller_count,
				sizeof(*spec->controllers)));
}

void clear_controllers(struct spec *spec)
{
	for (size_t i = 0; i < spec->controller_count; i++) {
		clear_common(&spec->controllers[i].common);
		FIELDS_CLEAR(fields, &spec->controllers[i]);
		FIELDS_CLEAR(pci_fields, &spec->controllers[i]);
	}
	free(spec->controllers);
}
