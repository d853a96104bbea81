/* SPDX-License-Identifier: MIT */
/*
 * What boards have on PCI before anything is plugged in, and where libvirt puts the first screen
 * and the parts that a real board has (src/qemu/qemu_domain_address.c,
 * qemuDomainValidateDevicePCISlotsPIIX3, …Q35).
 */
#include "base/text.h"
#include "plan/pass.h"
#include "plan/refusals.h"

#define Q35_LPC_SLOT 0x1f
#define Q35_SATA_FUNCTION 2
#define Q35_SMBUS_FUNCTION 3
#define Q35_HDA_SLOT 0x1b
#define Q35_USB_SLOT 0x1d
#define Q35_SECOND_USB_SLOT 0x1a
#define Q35_DMI_BRIDGE_SLOT 0x1e
#define PIIX3_SLOT 1
#define PIIX3_IDE_FUNCTION 1
#define PIIX3_USB_FUNCTION 2

/* A device was written at a place that the board has taken. */
static void blame(struct pass *pass, unsigned int slot, unsigned int function)
{
	const struct layout *layout = pass->layout;

	for (size_t i = 0; i < layout->device_count && pass->refusals; i++) {
		const struct device *device = &layout->devices[i];
		const struct pci_place *place = &device->address.pci;

		if (device->needs != PCI_CONNECT_NONE && device->address.kind == SPEC_ADDRESS_PCI &&
			place->bus == 0 && place->slot == slot && place->function == function)
			refuse(pass->refusals, device->common->address.line,
				"PCI address 0000:00:%02x.%u is the board's own", slot, function);
	}
}

static void reserve(struct pass *pass, unsigned int slot, unsigned int function)
{
	struct pci_place place = {0, slot, function};
	struct error *error =
		pci_take(&pass->buses, &place, PCI_CONNECT_DEVICE | PCI_CONNECT_EXPRESS);

	if (error)
		blame(pass, slot, function);
	error_free(error);
}

/* NULL for a device of another kind, and for a PCI bus' controller. */
static const struct controller *controller_of(
	const struct layout *layout, const struct device *device)
{
	return device->kind == DEVICE_CONTROLLER ? &layout->controllers[device->index] : NULL;
}

/* A controller that is part of the board has one place; another one written is a mistake. */
static void pin(struct pass *pass, enum spec_controller_kind kind, const char *model,
	unsigned int slot, unsigned int function)
{
	struct layout *layout = pass->layout;

	for (size_t i = 0; i < layout->device_count; i++) {
		struct device *device = &layout->devices[i];
		const struct controller *controller = controller_of(layout, device);

		if (!controller || controller->kind != kind || controller->index > 0 ||
			(model && !text_equal(controller->model, model)))
			continue;
		if (wants_place(device)) {
			if (!settle_at(pass, device, slot, function))
				blame(pass, slot, function);
		} else if (controller->built_in && pass->refusals &&
			   (device->address.pci.slot != slot ||
				   device->address.pci.function != function)) {
			refuse(pass->refusals, device->common->address.line,
				"this controller is part of the board, at PCI address "
				"0000:00:%02x.%u; leave its <address> out",
				slot, function);
		}
	}
}

static void place_screen(struct pass *pass, unsigned int slot)
{
	struct device *screen = layout_find_device(pass->layout, DEVICE_VIDEO, 0);

	if (!screen || !wants_place(screen))
		return;
	if (pci_slot_is_taken(&pass->buses, 0, slot))
		settle_anywhere(pass, screen, -1);
	else
		settle_at(pass, screen, slot, 0);
}

static void prepare_i440fx(struct pass *pass)
{
	pin(pass, SPEC_CONTROLLER_IDE, NULL, PIIX3_SLOT, PIIX3_IDE_FUNCTION);
	pin(pass, SPEC_CONTROLLER_USB, "piix3-uhci", PIIX3_SLOT, PIIX3_USB_FUNCTION);
	reserve(pass, PIIX3_SLOT, 0);
	place_screen(pass, 2);
}

/* Where a real Q35 board has them: USB 2 at 1d and 1a, a bridge to PCI at 1e. */
static void prepare_q35_controllers(struct pass *pass)
{
	struct layout *layout = pass->layout;

	for (size_t i = 0; i < layout->device_count; i++) {
		struct device *device = &layout->devices[i];

		if (!wants_place(device))
			continue;
		if (device->kind == DEVICE_CONTROLLER &&
			text_equal(controller_model(layout, device), "ich9-uhci1")) {
			if (!pci_slot_is_taken(&pass->buses, 0, Q35_USB_SLOT))
				settle_at(pass, device, Q35_USB_SLOT, 0);
			else if (!pci_slot_is_taken(&pass->buses, 0, Q35_SECOND_USB_SLOT))
				settle_at(pass, device, Q35_SECOND_USB_SLOT, 0);
		} else if (device->kind == DEVICE_BRIDGE &&
			   text_equal(controller_model(layout, device), "dmi-to-pci-bridge") &&
			   !pci_slot_is_taken(&pass->buses, 0, Q35_DMI_BRIDGE_SLOT)) {
			settle_at(pass, device, Q35_DMI_BRIDGE_SLOT, 0);
		}
	}
}

static void prepare_q35(struct pass *pass)
{
	struct layout *layout = pass->layout;

	pin(pass, SPEC_CONTROLLER_SATA, NULL, Q35_LPC_SLOT, Q35_SATA_FUNCTION);
	prepare_q35_controllers(pass);
	reserve(pass, Q35_LPC_SLOT, 0);
	reserve(pass, Q35_LPC_SLOT, Q35_SMBUS_FUNCTION);
	place_screen(pass, 1);
	for (size_t i = 0; i < layout->device_count; i++) {
		struct device *device = &layout->devices[i];

		if (device->kind == DEVICE_SOUND && wants_place(device) && device->is_ich9 &&
			!pci_slot_is_taken(&pass->buses, 0, Q35_HDA_SLOT))
			settle_at(pass, device, Q35_HDA_SLOT, 0);
	}
}

void prepare_board(struct pass *pass)
{
	if (pass->layout->board == BOARD_I440FX)
		prepare_i440fx(pass);
	else if (pass->layout->board == BOARD_Q35)
		prepare_q35(pass);
}
