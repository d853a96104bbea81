/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/memory.h"
#include "base/qopt.h"
#include "plan/arguments.h"
#include "plan/cage.h"
#include "plan/device.h"
#include "plan/layout.h"
#include "plan/plan.h"
#include "plan/refusals.h"
#include "spec/spec.h"

struct input_device {
	const char *type;   /* libvirt's */
	const char *usb;    /* QEMU's on each bus; NULL: it has none there */
	const char *virtio; /* without what says the transport */
};

static const struct input_device input_devices[] = {
	{"passthrough", NULL, "virtio-input-host"},
	{"mouse", "usb-mouse", "virtio-mouse"},
	{"tablet", "usb-tablet", "virtio-tablet"},
	{"keyboard", "usb-kbd", "virtio-keyboard"},
};

/* The last is what is left: the reader lets no other type through, and evdev has no bus. */
static const struct input_device *find(const char *type)
{
	size_t i = 0;

	while (i + 1 < ARRAY_COUNT(input_devices) && strcmp(input_devices[i].type, type) != 0)
		i++;
	return &input_devices[i];
}

static void check(
	const struct arguments *arguments, const struct spec_input *input, const char *bus)
{
	bool evdev = text_equal(input->type, "evdev");
	const struct said_part parts[] = {
		{"bus=", input->bus != NULL, !evdev},
		{"model=", input->model != NULL, text_equal(bus, "virtio")},
	};

	refuse_useless(arguments, input->common.line, "this input", parts, ARRAY_COUNT(parts));
}

/* A keyboard or mouse of the host is the guest's and the host's by turns. */
static void add_evdev(
	const struct arguments *arguments, const struct spec_input *input, size_t index)
{
	struct text option = {0};

	qopt_word(&option, "input-linux");
	qopt_addf(&option, "id", "input%zu", index);
	add_text(&option, "evdev", input->source);
	add_choice(&option, "repeat", input->repeat);
	if (input->grab)
		qopt_flag(&option, "grab_all", true);
	add_text(&option, "grab-toggle", input->grab_toggle);
	add_option(&arguments->plan->argv, "-object", text_take(&option));
	cage_policy(arguments->plan, "host-input");
	cage_device(arguments->plan, input->source);
}

static void add_virtio(const struct arguments *arguments, const struct spec_input *input,
	size_t index, const struct input_device *device)
{
	const struct address *address = layout_address(arguments->layout, DEVICE_INPUT, index);
	auto_free char *driver = virtio_driver(device->virtio, input->model, address);
	struct text option = {0};

	if (text_equal(input->model, "virtio-transitional"))
		refuse_part(arguments->refusals, input->common.line,
			"a virtio input has no transitional model");
	qopt_word(&option, driver);
	qopt_addf(&option, "id", "input%zu", index);
	add_text(&option, "evdev", input->evdev);
	device_finish(&option, arguments, DEVICE_INPUT, index, DEVICE_VIRTIO);
	if (!input->evdev)
		return;
	cage_policy(arguments->plan, "host-input");
	cage_device(arguments->plan, input->evdev);
}

static void add_input(const struct arguments *arguments, size_t index)
{
	const struct spec_input *input = &arguments->spec->inputs[index];
	const char *bus = input_bus(arguments->plan->arch, input);
	const struct input_device *device = find(input->type);
	struct text option = {0};

	check(arguments, input, bus);
	if (!bus) {
		add_evdev(arguments, input, index);
	} else if (strcmp(bus, "virtio") == 0) {
		add_virtio(arguments, input, index, device);
	} else if (strcmp(bus, "usb") == 0 && device->usb) {
		qopt_word(&option, device->usb);
		qopt_addf(&option, "id", "input%zu", index);
		device_finish(&option, arguments, DEVICE_INPUT, index, DEVICE_PLAIN);
	} else if (strcmp(bus, "ps2") != 0 || text_equal(input->type, "tablet") ||
		   text_equal(input->type, "passthrough") || !arch_is_x86(arguments->plan->arch)) {
		refuse(arguments->refusals, input->common.line,
			"there is no %s on the bus '%s' of this machine; write bus='usb' or "
			"'virtio'",
			input->type, bus);
	}
}

/* PS/2 mouse and keyboard are part of a PC. */
void add_inputs(const struct arguments *arguments)
{
	for (size_t i = 0; i < arguments->spec->input_count; i++)
		add_input(arguments, i);
}
