/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/memory.h"
#include "base/qopt.h"
#include "plan/arguments.h"
#include "plan/boot.h"
#include "plan/cage.h"
#include "plan/device.h"
#include "plan/layout.h"
#include "plan/network.h"
#include "plan/openings.h"
#include "plan/plan.h"
#include "plan/refusals.h"
#include "spec/spec.h"

/*
 * An address that nobody wrote is the same at each start: made from the VM's UUID, or its name,
 * behind the prefix that QEMU's cards have (52:54:00, locally administered).
 */
static char *stable_mac(const struct spec *spec, size_t index)
{
	auto_free char *seed = xasprintf("%s/%zu", spec->uuid ? spec->uuid : spec->name, index);
	uint32_t hash = stable_number(seed);

	return xasprintf(
		"52:54:00:%02x:%02x:%02x", (hash >> 16) & 0xff, (hash >> 8) & 0xff, hash & 0xff);
}

struct card {
	const char *model;  /* libvirt's */
	const char *driver; /* QEMU's, where it has another name */
};

static const struct card cards[] = {
	{"usb-net", "usb-net"},
	{"ne2k_isa", "ne2k_isa"},
};

static bool has_no_rom(const char *model)
{
	for (size_t i = 0; i < ARRAY_COUNT(cards); i++)
		if (strcmp(cards[i].model, model) == 0)
			return true;
	return false;
}

static bool is_tap(const struct spec_interface *interface)
{
	return interface->kind == SPEC_INTERFACE_BRIDGE ||
	       interface->kind == SPEC_INTERFACE_ETHERNET ||
	       interface->kind == SPEC_INTERFACE_DIRECT;
}

static void check_card(
	const struct arguments *arguments, const struct spec_interface *interface, bool virtio)
{
	bool tap = is_tap(interface);
	const struct said_part parts[] = {
		{"txmode=", interface->tx_mode != NULL, virtio},
		{"ioeventfd=", interface->ioeventfd != CHOICE_UNSET, virtio},
		{"event_idx=", interface->event_idx != CHOICE_UNSET, virtio},
		{"rx_queue_size=", interface->rx_queue_size > 0, virtio},
		{"tx_queue_size=", interface->tx_queue_size > 0, virtio},
		{"queues= above 1", interface->queues > 1, virtio && tap},
		{"name='vhost' of <driver>", text_equal(interface->driver, "vhost"), virtio && tap},
		{"<mtu>", interface->mtu > 0, virtio && tap},
	};

	refuse_useless(arguments, interface->common.line,
		tap ? "this model" : "this type of interface or model", parts, ARRAY_COUNT(parts));
	if (text_equal(interface->link, "down"))
		refuse_part(arguments->refusals, interface->common.line,
			"<link state='down'> is not supported: QEMU starts a card with its cable "
			"in; write type='null' for one without");
}

static void add_virtio_parts(struct text *option, const struct spec_interface *interface)
{
	if (interface->tx_mode)
		qopt_add(option, "tx", strcmp(interface->tx_mode, "timer") == 0 ? "timer" : "bh");
	add_choice(option, "ioeventfd", interface->ioeventfd);
	add_choice(option, "event_idx", interface->event_idx);
	add_number(option, "rx_queue_size", interface->rx_queue_size);
	add_number(option, "tx_queue_size", interface->tx_queue_size);
	add_number(option, "host_mtu", interface->mtu);
	if (interface->queues > 1 && is_tap(interface)) {
		qopt_flag(option, "mq", true);
		/* one for each direction of each queue, one for the configuration, one spare */
		qopt_addf(option, "vectors", "%u", 2 * interface->queues + 2);
	}
}

static void add_card(const struct arguments *arguments, size_t index)
{
	const struct spec_interface *interface = &arguments->spec->interfaces[index];
	const char *model = interface_model(arguments->plan->arch, interface);
	const struct address *address = layout_address(arguments->layout, DEVICE_INTERFACE, index);
	bool virtio = text_starts_with(model, "virtio");
	auto_free char *virtio_name = virtio_driver("virtio-net", model, address);
	auto_free char *mac =
		interface->mac ? xstrdup(interface->mac) : stable_mac(arguments->spec, index);
	struct text option = {0};

	check_card(arguments, interface, virtio);
	qopt_word(&option, virtio ? virtio_name : model);
	qopt_addf(&option, "netdev", "hostnet%zu", index);
	if (!text_equal(model, "ne2k_isa"))
		qopt_addf(&option, "id", "net%zu", index);
	qopt_add(&option, "mac", mac);
	if (virtio)
		add_virtio_parts(&option, interface);
	add_number(&option, "bootindex", boot_index_of_interface(arguments->spec, index));
	device_finish(&option, arguments, DEVICE_INTERFACE, index,
		DEVICE_BOOTS | (virtio ? DEVICE_VIRTIO : 0) | (has_no_rom(model) ? 0 : DEVICE_ROM));
}

/* A card without a cable: QEMU wants a backend, and a hub with one port leads nowhere. */
static void add_nothing(const struct arguments *arguments, size_t index)
{
	add_option(&arguments->plan->argv, "-netdev",
		xasprintf("hubport,id=hostnet%zu,hubid=%zu", index, index));
}

/* What the backends of other types have. */
static void check_backend(const struct arguments *arguments, const struct spec_interface *interface)
{
	bool passt = text_equal(interface->backend, "passt");
	const struct said_part parts[] = {
		{"<source>", interface->source != NULL,
			interface->kind != SPEC_INTERFACE_USER || passt},
		{"<backend logFile=…>", interface->backend_log_file != NULL, passt},
		{"<backend tap=…>", interface->tap_device != NULL,
			interface->kind != SPEC_INTERFACE_DIRECT},
	};

	refuse_useless(arguments, interface->common.line, "this type of interface", parts,
		ARRAY_COUNT(parts));
}

static void add_backend(const struct arguments *arguments, size_t index)
{
	const struct spec_interface *interface = &arguments->spec->interfaces[index];

	check_backend(arguments, interface);
	switch (interface->kind) {
	case SPEC_INTERFACE_USER:
		if (text_equal(interface->backend, "passt"))
			add_passt(arguments, index);
		else
			add_user(arguments, index);
		return;
	case SPEC_INTERFACE_BRIDGE:
	case SPEC_INTERFACE_ETHERNET:
	case SPEC_INTERFACE_DIRECT:
		add_tap(arguments, index);
		return;
	case SPEC_INTERFACE_NULL:;
	}
	add_nothing(arguments, index);
}

void add_interfaces(const struct arguments *arguments)
{
	for (size_t i = 0; i < arguments->spec->interface_count; i++) {
		add_backend(arguments, i);
		add_card(arguments, i);
	}
}
