/* SPDX-License-Identifier: MIT */
/*
 * Ports of virtio serial lines: number 0 of a controller is a console's, channels begin at 1, and a
 * controller is added where the ports of all are taken (libvirt src/conf/domain_addr.c,
 * virDomainVirtioSerialAddrAutoAssign; QEMU hw/char/virtio-serial-bus.c).
 */
#include "base/memory.h"
#include "base/number.h"
#include "base/text.h"
#include "plan/layout.h"
#include "plan/refusals.h"

#define DEFAULT_PORTS 31 /* QEMU's and libvirt's */

static bool is_line(const struct spec *spec, const struct device *device)
{
	if (device->kind == DEVICE_CONSOLE)
		return text_equal(spec->consoles[device->index].target, "virtio");
	return device->kind == DEVICE_CHANNEL;
}

static unsigned int port_count(const struct controller *controller)
{
	return controller->spec && controller->spec->ports > 0
		       ? (unsigned int)controller->spec->ports
		       : DEFAULT_PORTS;
}

static bool is_taken(const struct spec *spec, const struct layout *layout, unsigned int controller,
	unsigned int port)
{
	for (size_t i = 0; i < layout->device_count; i++) {
		const struct device *device = &layout->devices[i];

		if (is_line(spec, device) && device->address.kind == SPEC_ADDRESS_VIRTIO_SERIAL &&
			device->address.controller == controller && device->address.unit == port)
			return true;
	}
	return false;
}

static void check_port(struct refusals *refusals, const struct spec *spec,
	const struct layout *layout, const struct device *device, unsigned int port)
{
	unsigned int index = device->address.controller;
	unsigned int count =
		port_count(layout_controller(layout, SPEC_CONTROLLER_VIRTIO_SERIAL, index));

	if (port >= count)
		refuse(refusals, device->common->address.line,
			"virtio port %u is not there: controller %u has %u, from 0; give it more "
			"with ports= of <controller type='virtio-serial'>",
			port, index, count);
	if (port > 0 && is_taken(spec, layout, index, port))
		refuse(refusals, device->common->address.line,
			"virtio port %u of controller %u is taken already", port, index);
}

/* The port that was written; none counts as unplaced. */
static void take_port(const struct spec *spec, struct refusals *refusals, struct layout *layout,
	struct device *device)
{
	struct address *address = &device->address;
	auto_error struct error *error = NULL;
	uint64_t port = 0;

	if (address->kind == SPEC_ADDRESS_NONE)
		return;
	if (address->kind != SPEC_ADDRESS_VIRTIO_SERIAL || address->bus > 0 ||
		address->controller >= PCI_BUS_COUNT) {
		refuse(refusals, device->common->address.line,
			"a virtio line has an <address type='virtio-serial'> with bus 0 and a "
			"controller below 256");
		address->kind = SPEC_ADDRESS_NONE;
		return;
	}
	error = address->port ? number_parse_any_base(address->port, 0, 511, &port) : NULL;
	if (error)
		refuse(refusals, device->common->address.line, "port: %s", error->text);
	address->kind = SPEC_ADDRESS_NONE;
	layout_need_controller(layout, SPEC_CONTROLLER_VIRTIO_SERIAL, address->controller);
	check_port(refusals, spec, layout, device, (unsigned int)port);
	if (port > 0)
		address->kind = SPEC_ADDRESS_VIRTIO_SERIAL;
	address->unit = (unsigned int)port;
}

static bool take_free(const struct spec *spec, const struct layout *layout, unsigned int first,
	struct address *address)
{
	for (size_t i = 0; i < layout->controller_count; i++) {
		const struct controller *controller = &layout->controllers[i];

		if (controller->kind != SPEC_CONTROLLER_VIRTIO_SERIAL)
			continue;
		for (unsigned int port = first; port < port_count(controller); port++) {
			if (is_taken(spec, layout, controller->index, port))
				continue;
			address->kind = SPEC_ADDRESS_VIRTIO_SERIAL;
			address->controller = controller->index;
			address->unit = port;
			return true;
		}
	}
	return false;
}

static void place(const struct spec *spec, struct layout *layout, struct device *device)
{
	unsigned int first = device->kind == DEVICE_CONSOLE ? 0 : 1;
	unsigned int index = 0;

	if (take_free(spec, layout, first, &device->address))
		return;
	while (layout_controller(layout, SPEC_CONTROLLER_VIRTIO_SERIAL, index))
		index++;
	layout_need_controller(layout, SPEC_CONTROLLER_VIRTIO_SERIAL, index);
	take_free(spec, layout, first, &device->address);
}

/* A console beside a serial line: libvirt's first console is that line under another name. */
static bool needs_place(const struct spec *spec, const struct device *device)
{
	return is_line(spec, device) && device->address.kind == SPEC_ADDRESS_NONE;
}

void layout_ports(const struct spec *spec, struct refusals *refusals, struct layout *layout)
{
	static const enum device_kind kinds[] = {DEVICE_CHANNEL, DEVICE_CONSOLE};
	size_t count = layout->device_count;

	for (size_t i = 0; i < count; i++)
		if (is_line(spec, &layout->devices[i]))
			take_port(spec, refusals, layout, &layout->devices[i]);
	for (size_t i = 0; i < count; i++)
		if (needs_place(spec, &layout->devices[i]))
			layout_need_controller(layout, SPEC_CONTROLLER_VIRTIO_SERIAL, 0);
	for (size_t k = 0; k < ARRAY_COUNT(kinds); k++)
		for (size_t i = 0; i < count; i++)
			if (layout->devices[i].kind == kinds[k] &&
				needs_place(spec, &layout->devices[i]))
				place(spec, layout, &layout->devices[i]);
}
