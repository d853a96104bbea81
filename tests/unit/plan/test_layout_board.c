/* SPDX-License-Identifier: MIT */
/* plan/layout_board: places on PCI that are the board's own, and those of what a real one has. */
#include "made_device.h"

/* The `at`th (from 0) -device of `driver` in the plan made last has `part`. */
static void assert_at(struct made_up *made, const char *driver, size_t at, const char *part)
{
	for (size_t i = 0; argument_at(made->plan, "-device", i); i++) {
		const char *device = argument_at(made->plan, "-device", i);

		if (!text_starts_with(device, driver) || at-- > 0)
			continue;
		if (!strstr(device, part))
			assert_string_equal(device, part); /* shows both */
		return;
	}
	fail_msg("there is no such '%s'", driver);
}

static void begin(struct made_up *made, const char *machine)
{
	made_bare(made);
	made_board(made, machine);
}

static struct spec_device *card(struct made_up *made)
{
	return &made_interface(made, SPEC_INTERFACE_NULL)->common;
}

static struct spec_controller *usb(struct made_up *made, const char *model)
{
	struct spec_controller *controller = made_controller(made, SPEC_CONTROLLER_USB, model);

	controller->index = 0;
	return controller;
}

/* ---- Q35 */

static void places_of_q35_are_not_given_away(void **state)
{
	struct made_up *made = *state;
	struct spec_device *common;

	begin(made, "q35");
	made_input(made, "mouse", "ps2"); /* is on no PCI bus */
	made_pci(card(made), 0, 4, 0);
	common = card(made);
	for (unsigned int function = 0; function < 4; function++) {
		auto_free char *text =
			xasprintf("vm.xml:%d: PCI address 0000:00:1f.%u is the board's own",
				common->line, function);

		made_pci(common, 0, 0x1f, function);
		if (function == 1) /* where a real one has nothing either */
			planned(made);
		else
			assert_plan_refused(made, text);
	}
}

static void only_the_device_in_the_way_is_blamed(void **state)
{
	struct made_up *made = *state;
	struct spec_device *common;
	auto_free char *text = NULL;

	begin(made, "q35");
	made_controller(made, SPEC_CONTROLLER_PCI, "pcie-root");
	made_controller(made, SPEC_CONTROLLER_PCI, "dmi-to-pci-bridge");
	made_pci(card(made), 1, 0x1f, 0); /* another bus */
	made_pci(card(made), 0, 0x1f, 1); /* another function */
	common = card(made);
	made_pci(common, 0, 0x1f, 0);
	text = xasprintf("vm.xml:%d: PCI address 0000:00:1f.0 is the board's own", common->line);
	assert_plan_refused(made, text);
}

static void the_first_sata_controller_is_where_q35_has_it(void **state)
{
	struct made_up *made = *state;
	struct spec_controller *sata;

	begin(made, "q35");
	sata = made_controller(made, SPEC_CONTROLLER_SATA, NULL);
	sata->index = 0;
	planned(made);
	made_pci(&sata->common, 0, 0x1f, 2);
	planned(made);
	sata->common.address.slot = 3;
	assert_refused(made, "this controller is part of the board, at PCI address "
			     "0000:00:1f.2; leave its <address> out");
	sata->common.address.slot = 0x1f;
	sata->common.address.function = 3;
	assert_refused(made, "this controller is part of the board");
	sata->common.address.kind = SPEC_ADDRESS_VIRTIO_MMIO;
	assert_refused(made, "this controller is part of the board");
	sata->index = 1;
	made_pci(&sata->common, 0, 3, 0);
	assert_device(made, "ahci", "addr=0x3");
}

static void the_first_screen_of_q35_is_in_slot_1_if_that_is_free(void **state)
{
	struct made_up *made = *state;
	struct spec_device *common;

	begin(made, "q35");
	made_video(made, "vga");
	common = card(made);
	assert_device(made, "VGA", "bus=pcie.0,addr=0x1");
	made_pci(common, 0, 1, 0);
	assert_null(strstr(device_of(planned(made), "VGA"), "addr=0x1,"));
	common->address = (struct spec_address){0};
	made_pci(&made->spec.videos[0].common, 0, 9, 0);
	assert_device(made, "VGA", "addr=0x9");
}

static void usb2_groups_of_q35_are_in_1d_then_1a_then_anywhere(void **state)
{
	struct made_up *made = *state;

	begin(made, "q35");
	made->spec.controller_count = 0;
	for (size_t i = 0; i < 3; i++) {
		made_controller(made, SPEC_CONTROLLER_USB, "ich9-ehci1");
		made_controller(made, SPEC_CONTROLLER_USB, "ich9-uhci1");
	}
	planned(made);
	assert_at(made, "ich9-usb-uhci1", 0, "multifunction=on,addr=0x1d");
	assert_at(made, "ich9-usb-ehci1", 0, "addr=0x1d.0x7");
	assert_at(made, "ich9-usb-uhci1", 1, "multifunction=on,addr=0x1a");
	assert_at(made, "ich9-usb-ehci1", 1, "addr=0x1a.0x7");
	assert_at(made, "ich9-usb-ehci1", 2, "bus=pci.2,addr=0x1.0x7");
	assert_at(made, "ich9-usb-uhci1", 2, "bus=pci.2,multifunction=on,addr=0x1");
}

static void the_bridge_of_q35_is_in_slot_1e_if_that_is_free(void **state)
{
	struct made_up *made = *state;
	struct spec_device *common;

	begin(made, "q35");
	made_controller(made, SPEC_CONTROLLER_PCI, "pcie-root");
	made_controller(made, SPEC_CONTROLLER_PCI, "dmi-to-pci-bridge");
	common = card(made);
	assert_device(made, "i82801b11-bridge", "addr=0x1e");
	made_pci(common, 0, 0x1e, 0);
	assert_null(strstr(device_of(planned(made), "i82801b11-bridge"), "addr=0x1e"));
}

static void the_sound_of_ich9_is_in_slot_1b_if_that_is_free(void **state)
{
	struct made_up *made = *state;
	struct spec_sound *sound;

	begin(made, "q35");
	sound = made_sound(made, "ich9");
	assert_device(made, "ich9-intel-hda", "bus=pcie.0,addr=0x1b");
	made_pci(card(made), 0, 0x1b, 0);
	assert_null(strstr(device_of(planned(made), "ich9-intel-hda"), "addr=0x1b"));
	made->spec.interface_count = 0;
	made_pci(&sound->common, 0, 7, 0);
	assert_device(made, "ich9-intel-hda", "addr=0x7");
	sound->common.address = (struct spec_address){0};
	sound->model = made_text(made, "ich6");
	assert_null(strstr(device_of(planned(made), "intel-hda"), "addr=0x1b"));
}

/* ---- i440fx */

static void the_chip_of_a_pc_is_in_slot_1(void **state)
{
	struct made_up *made = *state;
	struct spec_device *common;

	begin(made, "pc");
	common = card(made);
	made_pci(common, 0, 1, 0);
	assert_refused(made, "PCI address 0000:00:01.0 is the board's own");
	made_controller(made, SPEC_CONTROLLER_IDE, NULL);
	made_pci(common, 0, 1, 1);
	assert_refused(made, "PCI address 0000:00:01.1 is the board's own");
}

static void usb_of_a_pc_is_on_its_chip_unless_it_is_written_elsewhere(void **state)
{
	struct made_up *made = *state;
	struct spec_controller *controller;

	begin(made, "pc");
	made->spec.controller_count = 0;
	controller = usb(made, "piix3-uhci");
	assert_device(made, "piix3-usb-uhci", "addr=0x1.0x2");
	made_pci(&controller->common, 0, 5, 0); /* a device like others, where it is written */
	assert_device(made, "piix3-usb-uhci", "addr=0x5");
	controller->common.address = (struct spec_address){0};
	controller->model = made_text(made, "ehci");
	assert_null(strstr(device_of(planned(made), "usb-ehci"), "addr=0x1.0x2"));
	controller->model = made_text(made, "piix3-uhci");
	controller->index = 1;
	assert_null(strstr(device_of(planned(made), "piix3-usb-uhci"), "addr=0x1.0x2"));
}

static void the_first_screen_of_a_pc_is_in_slot_2(void **state)
{
	struct made_up *made = *state;
	struct spec_device *common;

	begin(made, "pc");
	made_video(made, "vga");
	common = card(made);
	card(made);
	assert_device(made, "VGA", "addr=0x2");
	made_pci(common, 0, 2, 0);
	assert_device(made, "VGA", "addr=0x3"); /* still before the others */
}

static void another_board_has_no_places_of_its_own(void **state)
{
	struct made_up *made = *state;

	begin(made, "q35");
	made_virt(made, ARCH_AARCH64);
	made_pci(card(made), 0, 0x1f, 0);
	made_pci(card(made), 0, 1, 0);
	planned(made);
	assert_at(made, "virtio-net-pci", 0, "addr=0x1f");
	assert_at(made, "virtio-net-pci", 1, "addr=0x1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MADE_UP(places_of_q35_are_not_given_away),
		MADE_UP(only_the_device_in_the_way_is_blamed),
		MADE_UP(the_first_sata_controller_is_where_q35_has_it),
		MADE_UP(the_first_screen_of_q35_is_in_slot_1_if_that_is_free),
		MADE_UP(usb2_groups_of_q35_are_in_1d_then_1a_then_anywhere),
		MADE_UP(the_bridge_of_q35_is_in_slot_1e_if_that_is_free),
		MADE_UP(the_sound_of_ich9_is_in_slot_1b_if_that_is_free),
		MADE_UP(the_chip_of_a_pc_is_in_slot_1),
		MADE_UP(usb_of_a_pc_is_on_its_chip_unless_it_is_written_elsewhere),
		MADE_UP(the_first_screen_of_a_pc_is_in_slot_2),
		MADE_UP(another_board_has_no_places_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
