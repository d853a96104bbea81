/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
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

/* Another device that QEMU has in the place of the usual one. */
struct other_driver {
	const char *model;  /* libvirt's */
	const char *driver; /* QEMU's */
};

static const struct other_driver other_drivers[] = {
	{"pcie-root-port", "ioh3420"},
};

static const char *other_driver(const char *model)
{
	for (size_t i = 0; i < ARRAY_COUNT(other_drivers); i++)
		if (strcmp(other_drivers[i].model, model) == 0)
			return other_drivers[i].driver;
	return NULL;
}

static const char *pci_driver(
	const struct arguments *arguments, const struct controller *controller)
{
	const char *usual = pci_model_find(controller->model)->driver;
	const char *other = other_driver(controller->model);
	const char *wanted = controller->spec ? controller->spec->pci_model : NULL;

	if (!wanted || text_equal(wanted, usual))
		return usual;
	if (text_equal(wanted, other))
		return other;
	refuse_part(arguments->refusals, controller->line,
		"<model name='%s'> is not a %s; leave it out", wanted, controller->model);
	return usual;
}

/* Only a spec has one. */
static bool is_expander(const struct controller *controller)
{
	return controller->model && strstr(controller->model, "expander-bus");
}

/* libvirt, qemuDomainAddressFindNewBusNr: below the lowest number that is taken. */
static unsigned int expander_number(const struct layout *layout, const struct controller *of)
{
	unsigned int lowest = 256;

	for (size_t i = 0; i < layout->controller_count; i++) {
		const struct controller *other = &layout->controllers[i];
		int said = CONTROLLER_SAID(other, bus_nr);

		if (other == of && said >= 0)
			return (unsigned int)said;
		if (said >= 0 && (unsigned int)said < lowest)
			lowest = (unsigned int)said;
	}
	for (const struct controller *other = layout->controllers; other <= of; other++)
		if (is_expander(other) && other->spec->bus_nr < 0)
			lowest -= 2;
	return lowest;
}

static unsigned int or_else(int value, unsigned int otherwise)
{
	return value >= 0 ? (unsigned int)value : otherwise;
}

static void add_port(
	struct text *option, const struct controller *controller, const struct address *address)
{
	bool downstream = text_equal(controller->model, "pcie-switch-downstream-port");
	unsigned int port =
		downstream ? address->pci.slot : (address->pci.slot << 3) + address->pci.function;

	qopt_addf(option, "port", "%u", or_else(CONTROLLER_SAID(controller, port), port));
	qopt_addf(option, "chassis", "%u",
		or_else(CONTROLLER_SAID(controller, chassis), controller->index));
	if (controller->spec)
		add_choice(option, "hotplug", controller->spec->hotplug);
	if (controller->spec && controller->spec->memory_reserve_kib > 0)
		qopt_addf(option, "mem-reserve", "%" PRIu64 "K",
			controller->spec->memory_reserve_kib);
}

/* What each kind of PCI controller can be told. */
static void check_pci(const struct arguments *arguments, const struct controller *controller)
{
	const struct spec_controller *spec = controller->spec;
	const char *model = controller->model;
	bool root = controller->built_in;
	bool port = text_equal(model, "pcie-root-port");
	bool downstream = text_equal(model, "pcie-switch-downstream-port");
	bool expander = is_expander(controller);
	bool i440fx_root = root && arguments->layout->board == BOARD_I440FX;

	if (!spec)
		return;
	refuse_useless(arguments, controller->line, model,
		(const struct said_part[]){
			{"<model name=…>", spec->pci_model != NULL, !root},
			{"<target chassisNr=…>", spec->chassis_nr >= 0,
				text_equal(model, "pci-bridge")},
			{"<target chassis=…>", spec->chassis >= 0, port || downstream},
			{"<target port=…>", spec->port >= 0, port || downstream},
			{"<target busNr=…>", spec->bus_nr >= 0, expander},
			{"<node>", spec->node >= 0, expander},
			{"<target hotplug=…>", spec->hotplug != CHOICE_UNSET,
				port || downstream || i440fx_root},
			{"<target memReserve=…>", spec->memory_reserve_kib > 0, port},
			{"<pcihole64>", spec->hole64, root && arch_is_x86(arguments->plan->arch)},
		},
		9);
}

static void add_bridge(const struct arguments *arguments, size_t index)
{
	const struct controller *controller = &arguments->layout->controllers[index];
	const struct address *address = layout_address(arguments->layout, DEVICE_BRIDGE, index);
	bool expander = is_expander(controller);
	auto_free char *id = controller_name(controller->kind, controller->index);
	struct text option = {0};

	check_pci(arguments, controller);
	qopt_word(&option, pci_driver(arguments, controller));
	qopt_add(&option, "id", id);
	if (text_equal(controller->model, "pcie-root-port") ||
		text_equal(controller->model, "pcie-switch-downstream-port"))
		add_port(&option, controller, address);
	if (text_equal(controller->model, "pci-bridge"))
		qopt_addf(&option, "chassis_nr", "%u",
			or_else(CONTROLLER_SAID(controller, chassis_nr), controller->index));
	if (expander)
		qopt_addf(&option, "bus_nr", "%u", expander_number(arguments->layout, controller));
	if (expander && controller->spec->node >= 0)
		qopt_addf(&option, "numa_node", "%d", controller->spec->node);
	device_finish(&option, arguments, DEVICE_BRIDGE, index, DEVICE_PLAIN);
}

/* The host bridge has no -device, only properties. */
static void add_root(const struct arguments *arguments, const struct controller *controller)
{
	const struct spec_controller *spec = controller->spec;
	struct strings *argv = &arguments->plan->argv;

	check_pci(arguments, controller);
	if (!spec)
		return;
	if (spec->hole64)
		add_option(argv, "-global",
			xasprintf("%s.pci-hole64-size=%" PRIu64,
				arguments->layout->board == BOARD_Q35 ? "q35-pcihost"
								      : "i440FX-pcihost",
				spec->hole64_bytes));
	if (spec->hotplug != CHOICE_UNSET)
		add_option(argv, "-global",
			xasprintf("PIIX4_PM.acpi-root-pci-hotplug=%s",
				spec->hotplug == CHOICE_YES ? "on" : "off"));
}

/* A bridge can only be plugged into one that QEMU has made already. */
static void add_bridges_below(const struct arguments *arguments, unsigned int bus)
{
	const struct layout *layout = arguments->layout;

	for (size_t i = 0; i < layout->controller_count; i++) {
		const struct device *device = layout_find_device(layout, DEVICE_BRIDGE, i);

		if (!device || device->address.kind != SPEC_ADDRESS_PCI ||
			device->address.pci.bus != bus)
			continue;
		add_bridge(arguments, i);
		add_bridges_below(arguments, layout->controllers[i].index);
	}
}

void add_bridges(const struct arguments *arguments)
{
	const struct controller *root =
		layout_controller(arguments->layout, SPEC_CONTROLLER_PCI, 0);

	if (root)
		add_root(arguments, root);
	add_bridges_below(arguments, 0);
}
