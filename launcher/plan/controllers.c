/* SPDX-License-Identifier: MIT */
/*
 * The controllers of a machine: the spec's, with their numbers, and those that libvirt adds
 * (src/qemu/qemu_domain.c, qemuDomainDefAddDefaultDevices; src/conf/domain_conf.c,
 * virDomainAssignControllerIndexes, virDomainDefAddImplicitDevices).
 */
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "plan/layout.h"
#include "plan/refusals.h"

const struct controller *layout_controller(
	const struct layout *layout, enum spec_controller_kind kind, unsigned int index)
{
	for (size_t i = 0; i < layout->controller_count; i++)
		if (layout->controllers[i].kind == kind && layout->controllers[i].index == index)
			return &layout->controllers[i];
	return NULL;
}

/* The models of each kind that QEMU's devices stand for; NULL: the kind has one, without a name. */
static const char *const models[] = {
	[SPEC_CONTROLLER_USB] = " none piix3-uhci piix4-uhci ehci ich9-ehci1 ich9-uhci1 ich9-uhci2 "
				"ich9-uhci3 vt82c686b-uhci pci-ohci nec-xhci qemu-xhci ",
	[SPEC_CONTROLLER_PCI] = NULL, /* those of plan/pci.h */
	[SPEC_CONTROLLER_IDE] = " piix3 ",
	[SPEC_CONTROLLER_FDC] = NULL,
	[SPEC_CONTROLLER_SCSI] = " auto lsilogic lsisas1068 lsisas1078 vmpvscsi am53c974 dc390 "
				 "virtio-scsi virtio-transitional virtio-non-transitional ",
	[SPEC_CONTROLLER_SATA] = NULL,
	[SPEC_CONTROLLER_VIRTIO_SERIAL] = " virtio virtio-transitional virtio-non-transitional ",
	[SPEC_CONTROLLER_ISA] = NULL,
	[SPEC_CONTROLLER_CCID] = NULL,
};

static bool model_fits(enum spec_controller_kind kind, const char *model)
{
	auto_free char *word = xasprintf(" %s ", model);

	if (kind == SPEC_CONTROLLER_PCI)
		return pci_model_find(model) != NULL;
	return models[kind] && strstr(models[kind], word) != NULL;
}

static const char *root_model(const struct layout *layout)
{
	return layout->board == BOARD_I440FX ? "pci-root" : "pcie-root";
}

/* Says whether the controller can be one of this machine. */
static bool check(
	struct refusals *refusals, const struct layout *layout, const struct controller *controller)
{
	bool pci = controller->kind == SPEC_CONTROLLER_PCI;
	bool root = pci && text_ends_with(controller->model, "-root");
	const char *wrong = NULL;

	if (controller->model && !model_fits(controller->kind, controller->model))
		wrong = "has no such model";
	else if (controller->index >= PCI_BUS_COUNT)
		wrong = "has an index above 255";
	else if (pci && !layout->pci)
		wrong = "is for a machine with PCI, which this one is not";
	else if (root != (pci && controller->index == 0) ||
		 (root && !text_equal(controller->model, root_model(layout))))
		wrong = layout->board == BOARD_I440FX
				? "must be 'pci-root' at index 0, and only there"
				: "must be 'pcie-root' at index 0, and only there";
	if (!wrong)
		return true;
	refuse_part(refusals, controller->line, "controller %u of model '%s' %s", controller->index,
		controller->model ? controller->model : "", wrong);
	return false;
}

/* libvirt, qemuDomainControllerDefPostParse */
static const char *default_model(const struct layout *layout, enum spec_controller_kind kind)
{
	if (kind == SPEC_CONTROLLER_USB)
		return arch_is_x86(layout->arch) ? "piix3-uhci" : "qemu-xhci";
	if (kind == SPEC_CONTROLLER_SCSI)
		return layout->pci ? "lsilogic" : "virtio-scsi";
	return NULL;
}

static bool is_built_in(const struct layout *layout, const struct controller *controller)
{
	enum spec_controller_kind kind = controller->kind;
	bool pc = layout->board == BOARD_I440FX;

	if (kind == SPEC_CONTROLLER_USB)
		return text_equal(controller->model, "none");
	if (kind == SPEC_CONTROLLER_FDC)
		return pc;
	return controller->index == 0 &&
	       (kind == SPEC_CONTROLLER_PCI || (kind == SPEC_CONTROLLER_IDE && pc) ||
		       (kind == SPEC_CONTROLLER_SATA && layout->board == BOARD_Q35));
}

static void describe(struct layout *layout, struct controller *controller)
{
	if (!controller->model || text_equal(controller->model, "auto"))
		controller->model = default_model(layout, controller->kind);
	controller->built_in = is_built_in(layout, controller);
}

static struct controller *append(
	struct layout *layout, enum spec_controller_kind kind, unsigned int index)
{
	struct controller *controller = array_push(
		&layout->controllers, &layout->controller_count, sizeof(*layout->controllers));

	controller->kind = kind;
	controller->index = index;
	return controller;
}

void layout_need_controller(
	struct layout *layout, enum spec_controller_kind kind, unsigned int index)
{
	if (!layout_controller(layout, kind, index))
		describe(layout, append(layout, kind, index));
}

static bool is_usb2(const char *model)
{
	return model && text_starts_with(model, "ich9-");
}

static unsigned int free_index(const struct spec *spec, const int *indices, size_t of)
{
	for (int index = 0;; index++) {
		bool taken = false;

		for (size_t i = 0; i < spec->controller_count; i++)
			taken = taken || (spec->controllers[i].kind == spec->controllers[of].kind &&
						 indices[i] == index);
		if (!taken)
			return (unsigned int)index;
	}
}

/* A USB 2 controller and its companions are one piece of hardware and have one index: one without
 * an index joins the USB controller before it, unless its model is there already. */
static int index_of_group(const struct spec *spec, const int *indices, size_t of)
{
	size_t before = of;

	if (spec->controllers[of].kind != SPEC_CONTROLLER_USB ||
		!is_usb2(spec->controllers[of].model))
		return -1;
	while (before > 0 && spec->controllers[before - 1].kind != SPEC_CONTROLLER_USB)
		before--;
	if (before == 0 || !is_usb2(spec->controllers[before - 1].model))
		return -1;
	for (size_t i = 0; i < spec->controller_count; i++)
		if (spec->controllers[i].kind == SPEC_CONTROLLER_USB &&
			indices[i] == indices[before - 1] &&
			text_equal(spec->controllers[i].model, spec->controllers[of].model))
			return -1;
	return indices[before - 1];
}

/* Where a controller stands among those of its kind: the lower index is first. Of one index are a
 * USB 2 controller, which is first, and its companions alone: the spec's reader refuses others. */
static bool stands_before(const struct controller *a, const struct controller *b)
{
	if (a->index != b->index)
		return a->index < b->index;
	return !text_starts_with(a->model, "ich9-uhci");
}

static void insert(struct layout *layout, struct controller controller)
{
	size_t at = layout->controller_count;
	bool found = false;

	for (size_t i = layout->controller_count; i > 0; i--) {
		if (layout->controllers[i - 1].kind != controller.kind)
			continue;
		if (stands_before(&controller, &layout->controllers[i - 1]))
			at = i - 1;
		else if (!found)
			at = i;
		found = true;
	}
	append(layout, controller.kind, controller.index);
	for (size_t i = layout->controller_count - 1; i > at; i--)
		layout->controllers[i] = layout->controllers[i - 1];
	layout->controllers[at] = controller;
}

static const char *default_pci_model(const struct layout *layout, unsigned int index)
{
	if (index == 0)
		return root_model(layout);
	return layout->board == BOARD_I440FX ? "pci-bridge" : "pcie-root-port";
}

static void take_spec(const struct spec *spec, struct refusals *refusals, struct layout *layout)
{
	int *indices = xcalloc(spec->controller_count + 1, sizeof(*indices));

	for (size_t i = 0; i < spec->controller_count; i++)
		indices[i] = spec->controllers[i].index;
	for (size_t i = 0; i < spec->controller_count; i++) {
		if (indices[i] < 0)
			indices[i] = index_of_group(spec, indices, i);
		if (indices[i] < 0)
			indices[i] = (int)free_index(spec, indices, i);
	}
	for (size_t i = 0; i < spec->controller_count; i++) {
		struct controller controller = {
			.kind = spec->controllers[i].kind,
			.index = (unsigned int)indices[i],
			.model = spec->controllers[i].model,
			.spec = &spec->controllers[i],
			.line = spec->controllers[i].common.line,
		};

		if (!controller.model && controller.kind == SPEC_CONTROLLER_PCI)
			controller.model = default_pci_model(layout, controller.index);
		if (!check(refusals, layout, &controller))
			continue;
		describe(layout, &controller);
		insert(layout, controller);
	}
	free_pointer(&indices);
}

static bool has_kind(const struct layout *layout, enum spec_controller_kind kind)
{
	for (size_t i = 0; i < layout->controller_count; i++)
		if (layout->controllers[i].kind == kind)
			return true;
	return false;
}

/* What the board has, and what libvirt gives each domain of it. */
static void add_board(struct layout *layout)
{
	bool x86 = layout->board == BOARD_I440FX || layout->board == BOARD_Q35;

	if (x86 && !has_kind(layout, SPEC_CONTROLLER_USB)) {
		struct controller *usb = append(layout, SPEC_CONTROLLER_USB, 0);

		usb->model = layout->board == BOARD_Q35 ? "qemu-xhci" : "piix3-uhci";
	}
	if (layout->board == BOARD_Q35)
		layout_need_controller(layout, SPEC_CONTROLLER_SATA, 0);
	if (layout->pci && !layout_controller(layout, SPEC_CONTROLLER_PCI, 0)) {
		struct controller *root = append(layout, SPEC_CONTROLLER_PCI, 0);

		root->model = root_model(layout);
		root->built_in = true;
	}
}

void layout_controllers(const struct spec *spec, struct refusals *refusals, struct layout *layout)
{
	take_spec(spec, refusals, layout);
	add_board(layout);
}
