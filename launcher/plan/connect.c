/* SPDX-License-Identifier: MIT */
/*
 * What each device is plugged into: libvirt's choice between conventional PCI and PCI Express
 * (src/qemu/qemu_domain_address.c, qemuDomainDeviceCalculatePCIConnectFlags).
 */
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "plan/layout.h"

#define CONVENTIONAL (PCI_CONNECT_DEVICE | PCI_CONNECT_HOTPLUG)
#define EXPRESS (PCI_CONNECT_EXPRESS | PCI_CONNECT_HOTPLUG)

struct model_needs {
	const char *model;
	unsigned int needs;
};

static unsigned int find(
	const struct model_needs *rows, size_t count, const char *model, unsigned int otherwise)
{
	for (size_t i = 0; model && i < count; i++)
		if (strcmp(rows[i].model, model) == 0)
			return rows[i].needs;
	return otherwise;
}

/* A transitional device has registers in I/O space, which PCI Express ports do not give. */
unsigned int needs_of_virtio(const char *model)
{
	return text_equal(model, "virtio-transitional") ? CONVENTIONAL : EXPRESS;
}

static const struct model_needs interfaces[] = {
	{"virtio-transitional", CONVENTIONAL},
	{"rtl8139", CONVENTIONAL},
	{"e1000", CONVENTIONAL},
	{"vmxnet3", CONVENTIONAL},
	{"usb-net", PCI_CONNECT_NONE},
	{"ne2k_isa", PCI_CONNECT_NONE},
};

/* Cards that libvirt does not know by name are plugged into PCI Express ports. */
unsigned int needs_of_interface(const char *model)
{
	return find(interfaces, ARRAY_COUNT(interfaces), model, EXPRESS);
}

static const struct model_needs sounds[] = {
	{"sb16", PCI_CONNECT_NONE},
	{"pcspk", PCI_CONNECT_NONE},
	{"usb", PCI_CONNECT_NONE},
	{"virtio", EXPRESS},
};

unsigned int needs_of_sound(const char *model)
{
	return find(sounds, ARRAY_COUNT(sounds), model, CONVENTIONAL);
}

static const struct model_needs videos[] = {
	{"virtio", EXPRESS},
	{"ramfb", PCI_CONNECT_NONE},
	{"none", PCI_CONNECT_NONE},
};

unsigned int needs_of_video(const char *model)
{
	return find(videos, ARRAY_COUNT(videos), model, CONVENTIONAL);
}

static const struct model_needs usbs[] = {
	{"qemu-xhci", EXPRESS},
	{"nec-xhci", EXPRESS},
	{"none", PCI_CONNECT_NONE},
};

static const struct model_needs scsis[] = {
	{"virtio-scsi", EXPRESS},
	{"virtio-non-transitional", EXPRESS},
};

unsigned int needs_of_controller(const struct controller *controller)
{
	switch (controller->kind) {
	case SPEC_CONTROLLER_PCI:
		return pci_model_find(controller->model)->needs;
	case SPEC_CONTROLLER_USB:
		return find(usbs, ARRAY_COUNT(usbs), controller->model, CONVENTIONAL);
	case SPEC_CONTROLLER_SCSI:
		return find(scsis, ARRAY_COUNT(scsis), controller->model, CONVENTIONAL);
	case SPEC_CONTROLLER_IDE:
	case SPEC_CONTROLLER_SATA:
		return CONVENTIONAL;
	case SPEC_CONTROLLER_VIRTIO_SERIAL:
		return needs_of_virtio(controller->model);
	case SPEC_CONTROLLER_FDC:
	case SPEC_CONTROLLER_ISA:
	case SPEC_CONTROLLER_CCID:;
	}
	return PCI_CONNECT_NONE;
}

const char *interface_model(enum arch arch, const struct spec_interface *interface)
{
	if (interface->model)
		return interface->model;
	return arch_is_x86(arch) ? "rtl8139" : "virtio";
}

/* libvirt, qemuDomainDefaultVideoDevice */
const char *video_model(const struct layout *layout, const struct spec_video *video)
{
	if (video->model)
		return video->model;
	if (arch_is_x86(layout->arch))
		return "cirrus";
	return layout->pci ? "virtio" : "none";
}

/* libvirt, virDomainInputDefPostParse: PCs have a PS/2 keyboard and mouse. */
const char *input_bus(enum arch arch, const struct spec_input *input)
{
	if (text_equal(input->type, "evdev"))
		return NULL;
	if (input->bus)
		return input->bus;
	if (text_equal(input->type, "passthrough"))
		return "virtio";
	return arch_is_x86(arch) && !text_equal(input->type, "tablet") ? "ps2" : "usb";
}

/* What libvirt takes from the target's name where no bus is written. */
static const char *const bus_by_target[][2] = {
	{"vd", "virtio"},
	{"hd", "ide"},
	{"sd", "scsi"},
	{"fd", "fdc"},
};

const char *disk_bus(const struct spec_disk *disk)
{
	for (size_t i = 0; !disk->bus && i < ARRAY_COUNT(bus_by_target); i++)
		if (text_starts_with(disk->target, bus_by_target[i][0]))
			return bus_by_target[i][1];
	return disk->bus;
}
