/* SPDX-License-Identifier: MIT */
/* plan/controllers: the controllers of a machine, their numbers and order. */
#include "made_device.h"
#include "plan/layout.h"
#include "plan/refusals.h"

/* The `at`th (from 0) of the plan's -device options that have `part`, or NULL. */
static const char *device_with(struct made_up *made, const char *part, size_t at)
{
	for (size_t i = 0; argument_at(made->plan, "-device", i); i++)
		if (strstr(argument_at(made->plan, "-device", i), part) && at-- == 0)
			return argument_at(made->plan, "-device", i);
	return NULL;
}

/* The plan's devices with `part` begin with these words, in their order. */
static void assert_order(
	struct made_up *made, const char *part, const char *const *beginnings, size_t count)
{
	planned(made);
	for (size_t i = 0; i < count; i++) {
		const char *device = device_with(made, part, i);

		assert_non_null(device);
		if (!text_starts_with(device, beginnings[i]))
			assert_string_equal(device, beginnings[i]); /* shows both */
	}
	assert_null(device_with(made, part, count));
}

static struct spec_controller *usb(struct made_up *made, const char *model, int index)
{
	struct spec_controller *controller = made_controller(made, SPEC_CONTROLLER_USB, model);

	controller->index = index;
	return controller;
}

/* No USB controller that nobody asked for. */
static void begin(struct made_up *made, const char *machine)
{
	made_bare(made);
	made->spec.controller_count = 0;
	made_board(made, machine);
}

/* ---- what is no controller of this machine */

static void models_of_other_kinds_are_refused(void **state)
{
	static const struct {
		enum spec_controller_kind kind;
		const char *model;
	} wrong[] = {{SPEC_CONTROLLER_USB, "lsilogic"}, {SPEC_CONTROLLER_SCSI, "piix3"},
		{SPEC_CONTROLLER_SATA, "ahci"}, {SPEC_CONTROLLER_PCI, "virtio"},
		{SPEC_CONTROLLER_CCID, "usb"}, {SPEC_CONTROLLER_USB, "xhci"}};
	struct made_up *made = *state;

	for (size_t i = 0; i < ARRAY_COUNT(wrong); i++) {
		auto_free char *text =
			xasprintf("controller 0 of model '%s' has no such model", wrong[i].model);

		begin(made, "q35");
		made_controller(made, wrong[i].kind, wrong[i].model);
		assert_refused(made, text);
	}
}

static void an_index_above_255_is_refused(void **state)
{
	struct made_up *made = *state;
	struct spec_controller *controller;

	begin(made, "q35");
	controller = usb(made, NULL, 255);
	assert_non_null(strstr(device_of(planned(made), "piix3-usb-uhci"), "id=usb255"));
	controller->index = 256;
	assert_refused(made, "controller 256 of model '' has an index above 255");
}

static void a_machine_without_pci_has_no_pci_controllers(void **state)
{
	struct made_up *made = *state;

	begin(made, "microvm");
	made_controller(made, SPEC_CONTROLLER_PCI, "pcie-root");
	assert_refused(made, "controller 0 of model 'pcie-root' is for a machine with PCI");
}

static void the_root_is_the_boards_and_at_index_0_alone(void **state)
{
	struct made_up *made = *state;
	struct spec_controller *controller;

	begin(made, "q35");
	controller = made_controller(made, SPEC_CONTROLLER_PCI, "pcie-root");
	planned(made);
	controller->index = 1;
	assert_refused(made, "controller 1 of model 'pcie-root' must be 'pcie-root' at index 0");
	controller->index = 0;
	controller->model = made_text(made, "pci-root");
	assert_refused(made, "controller 0 of model 'pci-root' must be 'pcie-root' at index 0");
	controller->model = made_text(made, "pcie-root-port");
	assert_refused(made, "model 'pcie-root-port' must be 'pcie-root' at index 0");
	made_board(made, "pc");
	assert_refused(made, "model 'pcie-root-port' must be 'pci-root' at index 0");
	controller->model = made_text(made, "pci-root");
	planned(made);
}

/* ---- models that nobody wrote */

static void usb_is_uhci_on_pcs_and_xhci_elsewhere(void **state)
{
	struct made_up *made = *state;

	begin(made, "pc");
	usb(made, NULL, -1);
	assert_device(made, "piix3-usb-uhci", "id=usb");
	made->spec.arch = ARCH_I386;
	assert_device(made, "piix3-usb-uhci", "id=usb");
	made_virt(made, ARCH_AARCH64);
	assert_device(made, "qemu-xhci", "id=usb");
}

static void scsi_is_virtio_where_there_is_no_pci(void **state)
{
	struct made_up *made = *state;
	struct spec_controller *controller;

	begin(made, "q35");
	controller = made_controller(made, SPEC_CONTROLLER_SCSI, NULL);
	assert_device(made, "lsi", "id=scsi0");
	controller->model = made_text(made, "auto");
	assert_device(made, "lsi", "id=scsi0");
	made_board(made, "microvm");
	assert_device(made, "virtio-scsi-device", "id=scsi0");
}

static void a_pci_controller_is_the_root_or_what_is_plugged_into_it(void **state)
{
	struct made_up *made = *state;

	begin(made, "q35");
	made_controller(made, SPEC_CONTROLLER_PCI, NULL);
	made_controller(made, SPEC_CONTROLLER_PCI, NULL);
	assert_device(made, "pcie-root-port", "id=pci.1");
	made_board(made, "pc");
	assert_device(made, "pci-bridge", "id=pci.1");
	assert_null(device_of(made->plan, "pcie-root-port"));
}

/* ---- parts of the board */

static void what_a_board_has_is_no_device(void **state)
{
	struct made_up *made = *state;

	begin(made, "q35");
	made_controller(made, SPEC_CONTROLLER_SATA, NULL)->index = 0;
	made_controller(made, SPEC_CONTROLLER_ISA, NULL);
	usb(made, "none", -1);
	assert_no_device(made, "ahci");
	made_controller(made, SPEC_CONTROLLER_SATA, NULL)->index = 1;
	assert_device(made, "ahci", "id=sata1");
	made->spec.controller_count = 0;
	made_controller(made, SPEC_CONTROLLER_SATA, NULL)->index = 0;
	made_board(made, "pc");
	assert_device(made, "ahci", "id=sata0");
}

static void every_machine_with_pci_has_its_root(void **state)
{
	struct made_up *made = *state;
	auto_refusals struct refusals refusals = {0};
	auto_layout struct layout q35 = {0};
	auto_layout struct layout microvm = {0};
	const struct controller *root;

	begin(made, "q35");
	layout_make(&made->spec, ARCH_X86_64, BOARD_Q35, &refusals, &q35);
	root = layout_controller(&q35, SPEC_CONTROLLER_PCI, 0);
	assert_string_equal(root->model, "pcie-root");
	assert_true(root->built_in);
	layout_make(&made->spec, ARCH_X86_64, BOARD_MICROVM, &refusals, &microvm);
	assert_null(layout_controller(&microvm, SPEC_CONTROLLER_PCI, 0));
}

static void a_pc_has_a_floppy_controller_and_q35_gets_one(void **state)
{
	struct made_up *made = *state;

	begin(made, "pc");
	made_disk(made, "fda", "fdc")->device = SPEC_DISK_FLOPPY;
	assert_no_device(made, "isa-fdc");
	made_board(made, "q35");
	assert_device(made, "isa-fdc", "");
}

static void a_pc_has_one_ide_controller_and_others_none(void **state)
{
	struct made_up *made = *state;
	struct spec_controller *controller;

	begin(made, "pc");
	controller = made_controller(made, SPEC_CONTROLLER_IDE, NULL);
	made_controller(made, SPEC_CONTROLLER_FDC, NULL);
	planned(made);
	controller->index = 1;
	assert_refused(made, "this machine has no such IDE controller");
	controller->index = 0;
	made_board(made, "q35");
	assert_refused(made, "this machine has no such IDE controller");
}

static void a_board_has_a_usb_controller_unless_one_is_written(void **state)
{
	struct made_up *made = *state;

	begin(made, "q35");
	assert_device(made, "qemu-xhci", "id=usb");
	made_board(made, "pc");
	assert_device(made, "piix3-usb-uhci", "id=usb");
	usb(made, "none", -1);
	assert_no_device(made, "piix3-usb-uhci");
	begin(made, "q35");
	made_virt(made, ARCH_AARCH64);
	assert_no_device(made, "qemu-xhci");
}

/* ---- numbers and order */

static void who_has_no_index_has_the_next_one_of_its_kind(void **state)
{
	static const char *const order[] = {
		"qemu-xhci,id=usb,", "qemu-xhci,id=usb1,", "qemu-xhci,id=usb2,"};
	struct made_up *made = *state;

	begin(made, "q35");
	usb(made, "qemu-xhci", -1);
	made_controller(made, SPEC_CONTROLLER_SCSI, "virtio-scsi")->index = 2;
	usb(made, "qemu-xhci", 1);
	usb(made, "qemu-xhci", -1);
	assert_order(made, "id=usb", order, ARRAY_COUNT(order));
}

static void lower_indices_stand_first(void **state)
{
	static const char *const order[] = {
		"qemu-xhci,id=usb,", "nec-usb-xhci,id=usb1,", "qemu-xhci,id=usb3,"};
	struct made_up *made = *state;

	begin(made, "q35");
	usb(made, "qemu-xhci", 3);
	made_controller(made, SPEC_CONTROLLER_SCSI, "virtio-scsi");
	usb(made, "qemu-xhci", 0);
	usb(made, "nec-xhci", 1);
	assert_order(made, "id=usb", order, ARRAY_COUNT(order));
}

static void controllers_of_a_kind_stand_together(void **state)
{
	struct made_up *made = *state;

	begin(made, "q35");
	usb(made, "qemu-xhci", -1);
	made_controller(made, SPEC_CONTROLLER_SCSI, "virtio-scsi");
	usb(made, "qemu-xhci", -1);
	planned(made);
	/* places on PCI are given out in that order */
	assert_non_null(strstr(device_with(made, "id=usb,", 0), "bus=pci.1"));
	assert_non_null(strstr(device_with(made, "id=usb1,", 0), "bus=pci.2"));
	assert_non_null(strstr(device_with(made, "id=scsi0,", 0), "bus=pci.3"));
}

static void a_usb2_controller_stands_before_its_companions_and_shares_their_index(void **state)
{
	static const char *const order[] = {"ich9-usb-ehci1,id=usb,",
		"ich9-usb-uhci1,masterbus=usb.0,firstport=0",
		"ich9-usb-uhci2,masterbus=usb.0,firstport=2"};
	struct made_up *made = *state;

	begin(made, "q35");
	usb(made, "ich9-uhci1", -1);
	made_controller(made, SPEC_CONTROLLER_SCSI, "virtio-scsi");
	usb(made, "ich9-uhci2", -1);
	usb(made, "ich9-ehci1", -1);
	assert_order(made, "ich9-usb", order, ARRAY_COUNT(order));
}

static void a_second_usb2_controller_begins_another_group(void **state)
{
	static const char *const order[] = {"ich9-usb-ehci1,id=usb,",
		"ich9-usb-uhci1,masterbus=usb.0", "ich9-usb-ehci1,id=usb1,",
		"ich9-usb-uhci1,masterbus=usb1.0"};
	struct made_up *made = *state;

	begin(made, "q35");
	usb(made, "ich9-ehci1", -1);
	usb(made, "ich9-uhci1", -1);
	usb(made, "ich9-ehci1", -1);
	usb(made, "ich9-uhci1", -1);
	assert_order(made, "ich9-usb", order, ARRAY_COUNT(order));
}

static void another_usb_controller_ends_a_group(void **state)
{
	struct made_up *made = *state;

	begin(made, "q35");
	usb(made, "ich9-ehci1", -1);
	usb(made, "qemu-xhci", -1);
	usb(made, "ich9-ehci1", -1);
	planned(made);
	assert_non_null(device_with(made, "ich9-usb-ehci1,id=usb,", 0));
	assert_non_null(device_with(made, "qemu-xhci,id=usb1,", 0));
	assert_non_null(device_with(made, "ich9-usb-ehci1,id=usb2,", 0));
}

static void one_of_another_kind_begins_no_group(void **state)
{
	struct made_up *made = *state;

	begin(made, "q35");
	made_controller(made, SPEC_CONTROLLER_SCSI, "virtio-scsi");
	usb(made, "ich9-ehci1", -1);
	assert_device(made, "ich9-usb-ehci1", "id=usb,");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MADE_UP(models_of_other_kinds_are_refused),
		MADE_UP(an_index_above_255_is_refused),
		MADE_UP(a_machine_without_pci_has_no_pci_controllers),
		MADE_UP(the_root_is_the_boards_and_at_index_0_alone),
		MADE_UP(usb_is_uhci_on_pcs_and_xhci_elsewhere),
		MADE_UP(scsi_is_virtio_where_there_is_no_pci),
		MADE_UP(a_pci_controller_is_the_root_or_what_is_plugged_into_it),
		MADE_UP(what_a_board_has_is_no_device),
		MADE_UP(every_machine_with_pci_has_its_root),
		MADE_UP(a_pc_has_a_floppy_controller_and_q35_gets_one),
		MADE_UP(a_pc_has_one_ide_controller_and_others_none),
		MADE_UP(a_board_has_a_usb_controller_unless_one_is_written),
		MADE_UP(who_has_no_index_has_the_next_one_of_its_kind),
		MADE_UP(lower_indices_stand_first),
		MADE_UP(controllers_of_a_kind_stand_together),
		MADE_UP(a_usb2_controller_stands_before_its_companions_and_shares_their_index),
		MADE_UP(a_second_usb2_controller_begins_another_group),
		MADE_UP(another_usb_controller_ends_a_group),
		MADE_UP(one_of_another_kind_begins_no_group),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
