/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/memory.h"
#include "base/qopt.h"
#include "plan/arguments.h"
#include "plan/controller.h"
#include "plan/device.h"
#include "plan/layout.h"
#include "plan/plan.h"
#include "plan/refusals.h"
#include "spec/spec.h"

struct model_driver {
	const char *model;  /* libvirt's */
	const char *driver; /* QEMU's */
};

static const struct model_driver usb_drivers[] = {
	{"piix3-uhci", "piix3-usb-uhci"},
	{"piix4-uhci", "piix4-usb-uhci"},
	{"ehci", "usb-ehci"},
	{"ich9-ehci1", "ich9-usb-ehci1"},
	{"ich9-uhci1", "ich9-usb-uhci1"},
	{"ich9-uhci2", "ich9-usb-uhci2"},
	{"ich9-uhci3", "ich9-usb-uhci3"},
	{"vt82c686b-uhci", "vt82c686b-usb-uhci"},
	{"pci-ohci", "pci-ohci"},
	{"nec-xhci", "nec-usb-xhci"},
	{"qemu-xhci", "qemu-xhci"},
};

static const struct model_driver scsi_drivers[] = {
	{"lsilogic", "lsi"},
	{"lsisas1068", "mptsas1068"},
	{"lsisas1078", "megasas"},
	{"vmpvscsi", "pvscsi"},
	{"am53c974", "am53c974"},
	{"dc390", "dc390"},
};

static const char *find(const struct model_driver *rows, size_t count, const char *model)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(rows[i].model, model) == 0)
			return rows[i].driver;
	return NULL;
}

static bool has_master(const struct layout *layout, unsigned int index)
{
	for (size_t i = 0; i < layout->controller_count; i++)
		if (layout->controllers[i].kind == SPEC_CONTROLLER_USB &&
			layout->controllers[i].index == index &&
			text_equal(layout->controllers[i].model, "ich9-ehci1"))
			return true;
	return false;
}

static void add_usb(
	const struct arguments *arguments, const struct controller *controller, size_t index)
{
	const char *driver = find(usb_drivers, ARRAY_COUNT(usb_drivers), controller->model);
	bool companion = text_starts_with(controller->model, "ich9-uhci");
	bool xhci = text_equal(controller->model, "qemu-xhci") ||
		    text_equal(controller->model, "nec-xhci");
	auto_free char *id = controller_name(SPEC_CONTROLLER_USB, controller->index);
	int ports = CONTROLLER_SAID(controller, ports);
	struct text option = {0};
	const struct said_part parts[] = {
		{"ports=", ports > 0, xhci},
		{"<master>", CONTROLLER_SAID(controller, master_startport) >= 0, companion},
	};

	if (companion && !has_master(arguments->layout, controller->index))
		refuse(arguments->refusals, controller->line,
			"a companion without the controller it accompanies; add <controller "
			"type='usb' index='%u' model='ich9-ehci1'/>",
			controller->index);
	refuse_useless(arguments, controller->line, controller->model, parts, ARRAY_COUNT(parts));
	qopt_word(&option, driver);
	if (companion) {
		qopt_addf(&option, "masterbus", "%s.0", id);
		qopt_addf(&option, "firstport", "%d", usb_first_port(controller));
	} else {
		qopt_add(&option, "id", id);
	}
	if (xhci && ports > 0) {
		qopt_addf(&option, "p2", "%d", ports);
		qopt_addf(&option, "p3", "%d", ports);
	}
	device_finish(&option, arguments, DEVICE_CONTROLLER, index, DEVICE_PLAIN);
}

static void add_scsi(
	const struct arguments *arguments, const struct controller *controller, size_t index)
{
	const struct spec_controller *spec = controller->spec;
	const struct address *address = layout_address(arguments->layout, DEVICE_CONTROLLER, index);
	bool virtio = text_starts_with(controller->model, "virtio");
	const char *driver = find(scsi_drivers, ARRAY_COUNT(scsi_drivers), controller->model);
	auto_free char *virtio_name = virtio_driver("virtio-scsi", controller->model, address);
	auto_free char *id = controller_name(SPEC_CONTROLLER_SCSI, controller->index);
	struct text option = {0};

	qopt_word(&option, virtio ? virtio_name : driver);
	qopt_add(&option, "id", id);
	if (spec) {
		bool tuned = spec->queues || spec->cmd_per_lun || spec->max_sectors ||
			     spec->ioeventfd != CHOICE_UNSET || spec->iothread;

		refuse_useless(arguments, controller->line, controller->model,
			&(const struct said_part){"<driver>", tuned, virtio}, 1);
		add_number(&option, "num_queues", spec->queues);
		add_number(&option, "cmd_per_lun", spec->cmd_per_lun);
		add_number(&option, "max_sectors", spec->max_sectors);
		add_choice(&option, "ioeventfd", spec->ioeventfd);
		add_iothread(&option, spec->iothread);
	}
	device_finish(&option, arguments, DEVICE_CONTROLLER, index,
		virtio ? DEVICE_VIRTIO : DEVICE_PLAIN);
}

static void add_virtio_serial(
	const struct arguments *arguments, const struct controller *controller, size_t index)
{
	const struct address *address = layout_address(arguments->layout, DEVICE_CONTROLLER, index);
	auto_free char *driver = virtio_driver("virtio-serial", controller->model, address);
	auto_free char *id = controller_name(SPEC_CONTROLLER_VIRTIO_SERIAL, controller->index);
	int ports = CONTROLLER_SAID(controller, ports);
	int vectors = CONTROLLER_SAID(controller, vectors);
	struct text option = {0};

	qopt_word(&option, driver);
	qopt_add(&option, "id", id);
	if (ports >= 0)
		qopt_addf(&option, "max_ports", "%d", ports);
	if (vectors >= 0)
		qopt_addf(&option, "vectors", "%d", vectors);
	device_finish(&option, arguments, DEVICE_CONTROLLER, index, DEVICE_VIRTIO);
}

static void add_simple(const struct arguments *arguments, const struct controller *controller,
	size_t index, const char *driver)
{
	auto_free char *id = controller_name(controller->kind, controller->index);
	struct text option = {0};

	qopt_word(&option, driver);
	qopt_add(&option, "id", id);
	device_finish(&option, arguments, DEVICE_CONTROLLER, index, DEVICE_PLAIN);
}

static void add_controller(const struct arguments *arguments, size_t index)
{
	const struct controller *controller = &arguments->layout->controllers[index];

	if (controller->built_in)
		return;
	switch (controller->kind) {
	case SPEC_CONTROLLER_USB:
		add_usb(arguments, controller, index);
		break;
	case SPEC_CONTROLLER_SCSI:
		add_scsi(arguments, controller, index);
		break;
	case SPEC_CONTROLLER_VIRTIO_SERIAL:
		add_virtio_serial(arguments, controller, index);
		break;
	case SPEC_CONTROLLER_SATA:
		add_simple(arguments, controller, index, "ahci");
		break;
	case SPEC_CONTROLLER_IDE:
		if (controller->spec)
			refuse_part(arguments->refusals, controller->line,
				"this machine has no such IDE controller; use type='sata'");
		break;
	case SPEC_CONTROLLER_PCI:  /* before the others, see add_controllers */
	case SPEC_CONTROLLER_FDC:  /* with its drives */
	case SPEC_CONTROLLER_CCID: /* a USB device, behind the USB controllers */
	case SPEC_CONTROLLER_ISA:;
	}
}

static void add_ccids(const struct arguments *arguments)
{
	const struct layout *layout = arguments->layout;

	for (size_t i = 0; i < layout->controller_count; i++)
		if (layout->controllers[i].kind == SPEC_CONTROLLER_CCID)
			add_simple(arguments, &layout->controllers[i], i, "usb-ccid");
}

static void add_hub(const struct arguments *arguments, size_t index)
{
	struct text option = {0};

	qopt_word(&option, "usb-hub");
	qopt_addf(&option, "id", "hub%zu", index);
	device_finish(&option, arguments, DEVICE_HUB, index, DEVICE_PLAIN);
}

void add_controllers(const struct arguments *arguments)
{
	const struct layout *layout = arguments->layout;

	add_bridges(arguments);
	for (size_t i = 0; i < layout->controller_count; i++)
		add_controller(arguments, i);
	for (size_t i = 0; i < layout->hub_count; i++)
		add_hub(arguments, i);
	add_ccids(arguments);
}
