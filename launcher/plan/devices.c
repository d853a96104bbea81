/* SPDX-License-Identifier: MIT */
/*
 * The list of a machine's devices, each with what it must be plugged into and the address that the
 * spec gives it; the list's order is that in which addresses are given out.
 */
#include "base/memory.h"
#include "base/number.h"
#include "base/text.h"
#include "plan/layout.h"
#include "plan/refusals.h"

/* The address as it was written; a PCI one without a place is none. */
static void take_address(const struct spec_address *written, struct address *address)
{
	address->kind = written->kind;
	address->pci = (struct pci_place){written->bus, written->slot, written->function};
	address->multifunction = written->multifunction == CHOICE_YES;
	address->controller = written->controller;
	address->bus = written->bus;
	address->target = written->target;
	address->unit = written->unit;
	address->iobase = written->iobase;
	address->irq = written->irq;
	if (written->port)
		address->port = xstrdup(written->port);
	if (written->kind == SPEC_ADDRESS_PCI && !written->placed)
		address->kind = SPEC_ADDRESS_NONE;
}

static void check_transport(
	struct refusals *refusals, const struct layout *layout, struct device *device)
{
	if (device->needs == PCI_CONNECT_NONE)
		return;
	if (device->address.kind == SPEC_ADDRESS_VIRTIO_MMIO) {
		device->needs = PCI_CONNECT_NONE;
		return;
	}
	if (layout->pci) {
		if (device->address.kind != SPEC_ADDRESS_NONE &&
			device->address.kind != SPEC_ADDRESS_PCI)
			refuse(refusals, device->line,
				"this device is plugged into PCI; write <address type='pci'>, or "
				"leave <address> out");
		return;
	}
	refuse_part(refusals, device->line,
		"this machine has no PCI bus for the device; take another device, or a machine "
		"such as '%s'",
		arch_is_x86(layout->arch) ? "q35" : "virt");
	device->needs = PCI_CONNECT_NONE;
}

/* A board without PCI Express has every device on its PCI bus. */
static unsigned int on_this_board(const struct layout *layout, unsigned int needs)
{
	if (layout->board != BOARD_I440FX || !(needs & PCI_CONNECT_EXPRESS))
		return needs;
	return (needs & ~(unsigned int)PCI_CONNECT_EXPRESS) | PCI_CONNECT_DEVICE;
}

static struct device *add(struct refusals *refusals, struct layout *layout, enum device_kind kind,
	size_t index, const struct spec_device *common, unsigned int needs)
{
	struct device *device = layout_add_device(layout, kind, index, common);

	device->needs = on_this_board(layout, needs);
	if (common)
		take_address(&common->address, &device->address);
	if (common && common->address.domain != 0)
		refuse(refusals, common->address.line,
			"PCI domain 0x%04x is not there; a guest has domain 0 only",
			common->address.domain);
	check_transport(refusals, layout, device);
	return device;
}

/* A virtio device of a machine without PCI is on one of its virtio-mmio transports. */
static void add_virtio(struct refusals *refusals, struct layout *layout, enum device_kind kind,
	size_t index, const struct spec_device *common, const char *model)
{
	struct device *device;

	if (layout->pci) {
		add(refusals, layout, kind, index, common, needs_of_virtio(model));
		return;
	}
	device = add(refusals, layout, kind, index, common, PCI_CONNECT_NONE);
	device->address.kind = SPEC_ADDRESS_VIRTIO_MMIO;
}

static bool is_virtio_model(const char *model)
{
	return model && text_starts_with(model, "virtio");
}

static void add_controller(struct refusals *refusals, struct layout *layout, size_t index)
{
	const struct controller *controller = &layout->controllers[index];
	const struct spec_device *common = controller->spec ? &controller->spec->common : NULL;
	unsigned int needs = needs_of_controller(controller);

	if (controller->kind == SPEC_CONTROLLER_PCI && controller->built_in)
		return;
	if (controller->kind == SPEC_CONTROLLER_PCI)
		add(refusals, layout, DEVICE_BRIDGE, index, common, needs);
	else if (controller->kind == SPEC_CONTROLLER_VIRTIO_SERIAL ||
		 is_virtio_model(controller->model))
		add_virtio(refusals, layout, DEVICE_CONTROLLER, index, common, controller->model);
	else
		add(refusals, layout, DEVICE_CONTROLLER, index, common, needs)->on_usb =
			controller->kind == SPEC_CONTROLLER_CCID;
}

static void add_disks(const struct spec *spec, struct refusals *refusals, struct layout *layout)
{
	for (size_t i = 0; i < spec->disk_count; i++) {
		const struct spec_disk *disk = &spec->disks[i];

		if (text_equal(disk_bus(disk), "virtio"))
			add_virtio(refusals, layout, DEVICE_DISK, i, &disk->common, disk->model);
		else
			add(refusals, layout, DEVICE_DISK, i, &disk->common,
				text_equal(disk_bus(disk), "nvme") ? needs_of_virtio(NULL)
								   : PCI_CONNECT_NONE)
				->on_usb = text_equal(disk_bus(disk), "usb");
	}
}

static void add_interfaces(
	const struct spec *spec, struct refusals *refusals, struct layout *layout)
{
	for (size_t i = 0; i < spec->interface_count; i++) {
		const struct spec_interface *interface = &spec->interfaces[i];
		const char *model = interface_model(layout->arch, interface);

		if (is_virtio_model(model))
			add_virtio(
				refusals, layout, DEVICE_INTERFACE, i, &interface->common, model);
		else
			add(refusals, layout, DEVICE_INTERFACE, i, &interface->common,
				needs_of_interface(model))
				->on_usb = text_equal(model, "usb-net");
	}
}

static void add_host_devices(
	const struct spec *spec, struct refusals *refusals, struct layout *layout)
{
	for (size_t i = 0; i < spec->hostdev_count; i++)
		add(refusals, layout, DEVICE_HOSTDEV, i, &spec->hostdevs[i].common,
			spec->hostdevs[i].kind == SPEC_HOSTDEV_USB ? PCI_CONNECT_NONE
								   : needs_of_virtio(NULL))
			->on_usb = spec->hostdevs[i].kind == SPEC_HOSTDEV_USB;
	for (size_t i = 0; i < spec->redirdev_count; i++)
		add(refusals, layout, DEVICE_REDIRDEV, i, &spec->redirdevs[i].common,
			PCI_CONNECT_NONE)
			->on_usb = true;
}

static void add_shown(const struct spec *spec, struct refusals *refusals, struct layout *layout)
{
	for (size_t i = 0; i < spec->sound_count; i++) {
		struct device *sound = add(refusals, layout, DEVICE_SOUND, i,
			&spec->sounds[i].common, needs_of_sound(spec->sounds[i].model));

		sound->on_usb = text_equal(spec->sounds[i].model, "usb");
		sound->is_ich9 = text_equal(spec->sounds[i].model, "ich9");
	}
	for (size_t i = 0; i < layout->video_count; i++)
		add(refusals, layout, DEVICE_VIDEO, i, &layout->videos[i].common,
			needs_of_video(video_model(layout, &layout->videos[i])));
	for (size_t i = 0; i < spec->input_count; i++) {
		const struct spec_input *input = &spec->inputs[i];
		const char *bus = input_bus(layout->arch, input);

		if (text_equal(bus, "virtio"))
			add_virtio(refusals, layout, DEVICE_INPUT, i, &input->common, input->model);
		else
			add(refusals, layout, DEVICE_INPUT, i, &input->common, PCI_CONNECT_NONE)
				->on_usb = text_equal(bus, "usb");
	}
}

static void add_lines(const struct spec *spec, struct refusals *refusals, struct layout *layout)
{
	for (size_t i = 0; i < spec->serial_count; i++)
		add(refusals, layout, DEVICE_SERIAL, i, &spec->serials[i].common,
			text_equal(spec->serials[i].target, "pci-serial") ? needs_of_sound(NULL)
									  : PCI_CONNECT_NONE)
			->on_usb = text_equal(spec->serials[i].target, "usb-serial");
	for (size_t i = 0; i < spec->parallel_count; i++)
		add(refusals, layout, DEVICE_PARALLEL, i, &spec->parallels[i].common,
			PCI_CONNECT_NONE);
	for (size_t i = 0; i < spec->channel_count; i++)
		add(refusals, layout, DEVICE_CHANNEL, i, &spec->channels[i].common,
			PCI_CONNECT_NONE);
	for (size_t i = 0; i < spec->console_count; i++)
		add(refusals, layout, DEVICE_CONSOLE, i, &spec->consoles[i].common,
			PCI_CONNECT_NONE);
}

static void add_small(const struct spec *spec, struct refusals *refusals, struct layout *layout)
{
	if (layout->balloon_model)
		add_virtio(refusals, layout, DEVICE_BALLOON, 0,
			spec->balloon.present ? &spec->balloon.common : NULL,
			layout->balloon_model);
	for (size_t i = 0; i < spec->rng_count; i++)
		add_virtio(refusals, layout, DEVICE_RNG, i, &spec->rngs[i].common,
			spec->rngs[i].model);
	for (size_t i = 0; i < spec->watchdog_count; i++)
		add(refusals, layout, DEVICE_WATCHDOG, i, &spec->watchdogs[i].common,
			text_equal(spec->watchdogs[i].model, "i6300esb") ? needs_of_sound(NULL)
									 : PCI_CONNECT_NONE);
	for (size_t i = 0; i < spec->panic_count; i++)
		add(refusals, layout, DEVICE_PANIC, i, &spec->panics[i].common,
			text_equal(spec->panics[i].model, "pvpanic") ? needs_of_sound(NULL)
								     : PCI_CONNECT_NONE);
	for (size_t i = 0; i < spec->vsock_count; i++)
		add_virtio(refusals, layout, DEVICE_VSOCK, i, &spec->vsocks[i].common,
			spec->vsocks[i].model);
	for (size_t i = 0; i < spec->filesystem_count; i++)
		add_virtio(refusals, layout, DEVICE_FILESYSTEM, i, &spec->filesystems[i].common,
			spec->filesystems[i].model);
}

void layout_devices(const struct spec *spec, struct refusals *refusals, struct layout *layout)
{
	add_disks(spec, refusals, layout);
	add_interfaces(spec, refusals, layout);
	add_host_devices(spec, refusals, layout);
	add_shown(spec, refusals, layout);
	add_lines(spec, refusals, layout);
	add_small(spec, refusals, layout);
}

/* Controllers that other devices made necessary are there only now. */
static bool controller_is_listed(const struct layout *layout, size_t index)
{
	for (size_t i = 0; i < layout->device_count; i++)
		if ((layout->devices[i].kind == DEVICE_CONTROLLER ||
			    layout->devices[i].kind == DEVICE_BRIDGE) &&
			layout->devices[i].index == index)
			return true;
	return false;
}

void layout_list_controllers(struct refusals *refusals, struct layout *layout)
{
	for (size_t i = 0; i < layout->controller_count; i++)
		if (!controller_is_listed(layout, i))
			add_controller(refusals, layout, i);
}
