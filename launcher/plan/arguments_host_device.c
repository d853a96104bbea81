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

/* libvirt unbinds a managed device from its driver and binds it back; this is the host's matter. */
static void check_managed(const struct arguments *arguments, const struct spec_hostdev *hostdev)
{
	if (hostdev->managed == CHOICE_YES)
		refuse_part(arguments->refusals, hostdev->common.line,
			"managed='yes' is not supported: bind the device to vfio-pci before, for "
			"instance with driverctl, and write managed='no'");
}

/* A VFIO group, or the device's own file, by names that are not known before. */
static void cage_vfio(const struct arguments *arguments)
{
	struct plan *plan = arguments->plan;

	cage_policy(plan, "vfio");
	cage_policy(plan, "mem-lock");
	cage_devices_below(plan, "/dev/vfio");
	cage_device(plan, "/dev/iommu");
	cage_directory(plan, "/sys/bus/pci/devices", false);
	cage_directory(plan, "/sys/bus/mdev/devices", false);
	cage_directory(plan, "/sys/devices", false);
	cage_directory(plan, "/sys/kernel/iommu_groups", false);
}

static void add_pci(
	const struct arguments *arguments, const struct spec_hostdev *hostdev, size_t index)
{
	struct text option = {0};

	check_managed(arguments, hostdev);
	qopt_word(&option, "vfio-pci");
	qopt_addf(&option, "host", "%04x:%02x:%02x.%x", hostdev->host_domain, hostdev->host_bus,
		hostdev->host_slot, hostdev->host_function);
	qopt_addf(&option, "id", "hostdev%zu", index);
	add_number(&option, "bootindex", hostdev->common.boot_order);
	device_finish(&option, arguments, DEVICE_HOSTDEV, index, DEVICE_BOOTS | DEVICE_ROM);
	cage_vfio(arguments);
}

static void add_mdev(
	const struct arguments *arguments, const struct spec_hostdev *hostdev, size_t index)
{
	struct text option = {0};

	qopt_word(&option, "vfio-pci");
	qopt_addf(&option, "sysfsdev", "/sys/bus/mdev/devices/%s", hostdev->mdev_uuid);
	qopt_addf(&option, "id", "hostdev%zu", index);
	add_choice(&option, "display", hostdev->display);
	add_choice(&option, "ramfb", hostdev->ramfb);
	add_number(&option, "bootindex", hostdev->common.boot_order);
	device_finish(&option, arguments, DEVICE_HOSTDEV, index, DEVICE_BOOTS | DEVICE_ROM);
	cage_vfio(arguments);
}

struct reset_word {
	const char *word;
	const char *reset, *always; /* guest-reset=, guest-resets-all= */
};

/* libvirt, qemuBuildUSBHostdevDevProps */
static const struct reset_word reset_words[] = {
	{"off", "off", NULL},
	{"on", "on", "on"},
	{"uninitialized", "on", NULL},
};

/* One device by its place; one by its numbers may be plugged in anywhere. */
static void cage_usb(struct plan *plan, const struct spec_hostdev *hostdev)
{
	auto_free char *path =
		xasprintf("/dev/bus/usb/%03u/%03u", hostdev->host_bus, hostdev->host_device);

	if (hostdev->host_device > 0)
		cage_device(plan, path);
	else
		cage_devices_below(plan, "/dev/bus/usb");
}

static void add_usb(
	const struct arguments *arguments, const struct spec_hostdev *hostdev, size_t index)
{
	struct plan *plan = arguments->plan;
	struct text option = {0};

	qopt_word(&option, "usb-host");
	if (hostdev->host_device > 0) {
		qopt_addf(&option, "hostdevice", "/dev/bus/usb/%03u/%03u", hostdev->host_bus,
			hostdev->host_device);
	} else {
		qopt_addf(&option, "vendorid", "0x%04x", hostdev->vendor);
		qopt_addf(&option, "productid", "0x%04x", hostdev->product);
		/* QEMU waits for a device that is not plugged in; libvirt refuses to start */
		if (!text_equal(hostdev->startup_policy, "optional"))
			strings_addf(&plan->notes,
				"USB device %04x:%04x: QEMU starts without it where it is not "
				"plugged in, and takes it when it is",
				hostdev->vendor, hostdev->product);
	}
	qopt_addf(&option, "id", "hostdev%zu", index);
	for (size_t i = 0; hostdev->guest_reset && i < ARRAY_COUNT(reset_words); i++) {
		if (strcmp(reset_words[i].word, hostdev->guest_reset) != 0)
			continue;
		qopt_add(&option, "guest-reset", reset_words[i].reset);
		add_text(&option, "guest-resets-all", reset_words[i].always);
	}
	add_number(&option, "bootindex", hostdev->common.boot_order);
	device_finish(&option, arguments, DEVICE_HOSTDEV, index, DEVICE_BOOTS);
	cage_policy(plan, "usb-host");
	cage_usb(plan, hostdev);
	cage_directory(plan, "/sys/bus/usb", false);
	cage_directory(plan, "/sys/devices", false);
	cage_directory(plan, "/run/udev/data", false);
}

static void add_host_device(const struct arguments *arguments, size_t index)
{
	const struct spec_hostdev *hostdev = &arguments->spec->hostdevs[index];

	switch (hostdev->kind) {
	case SPEC_HOSTDEV_PCI:
		add_pci(arguments, hostdev, index);
		return;
	case SPEC_HOSTDEV_USB:
		add_usb(arguments, hostdev, index);
		return;
	case SPEC_HOSTDEV_MDEV:;
	}
	add_mdev(arguments, hostdev, index);
}

void add_host_devices(const struct arguments *arguments)
{
	for (size_t i = 0; i < arguments->spec->hostdev_count; i++)
		add_host_device(arguments, i);
}

/* Port 0 is the one that the kernel chooses. */
static void cage_port(struct plan *plan, const struct spec_redirdev *redirdev)
{
	if (!redirdev->listen)
		cage_connect(plan, redirdev->port);
	else if (redirdev->port == 0)
		plan->sandbox.any_listen = true;
	else
		cage_listen(plan, redirdev->port);
}

static void add_redirection_source(
	const struct arguments *arguments, const struct spec_redirdev *redirdev, const char *id)
{
	struct text option = {0};

	if (redirdev->spice) {
		add_option(&arguments->plan->argv, "-chardev",
			xasprintf("spicevmc,id=%s,name=usbredir", id));
		return;
	}
	if (!redirdev->host)
		refuse(arguments->refusals, redirdev->common.line,
			"<redirdev type='tcp'> has a host= in its <source>");
	qopt_word(&option, "socket");
	qopt_add(&option, "id", id);
	add_text(&option, "host", redirdev->host);
	qopt_addf(&option, "port", "%u", (unsigned int)redirdev->port);
	if (redirdev->listen) {
		qopt_flag(&option, "server", true);
		qopt_flag(&option, "wait", false);
	}
	add_option(&arguments->plan->argv, "-chardev", text_take(&option));
	cage_policy(arguments->plan, redirdev->listen ? "tcp-listen" : "tcp-client");
	cage_resolver(arguments->plan);
	cage_port(arguments->plan, redirdev);
}

/* USB devices that are plugged in where the screen is looked at. */
void add_redirections(const struct arguments *arguments)
{
	const struct spec *spec = arguments->spec;

	for (size_t i = 0; i < spec->redirdev_count; i++) {
		const struct spec_redirdev *redirdev = &spec->redirdevs[i];
		auto_free char *id = xasprintf("charredir%zu", i);
		struct text option = {0};

		if (redirdev->spice && !has_spice(spec))
			refuse(arguments->refusals, redirdev->common.line,
				"<redirdev type='spicevmc'> needs <graphics type='spice'>");
		add_redirection_source(arguments, redirdev, id);
		qopt_word(&option, "usb-redir");
		qopt_add(&option, "chardev", id);
		qopt_addf(&option, "id", "redir%zu", i);
		add_number(&option, "bootindex", redirdev->common.boot_order);
		device_finish(&option, arguments, DEVICE_REDIRDEV, i, DEVICE_BOOTS);
	}
}
