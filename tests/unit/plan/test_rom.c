/* SPDX-License-Identifier: MIT */
/* plan/rom: option ROMs without a BAR, of which QEMU takes one of a name. */
#include "plan/rom.h"

#include "made_device.h"

/* 46 bytes: one less than QEMU tells names apart by. */
#define LONG_NAME "a-rom-of-a-long-name-is-cut-where-qemu-cuts-it"

static void has_rom(struct made_up *made, struct spec_device *common, const char *file)
{
	common->rom_bar = CHOICE_NO;
	common->rom_file = file ? made_text(made, file) : NULL;
}

static struct spec_device *card(struct made_up *made, const char *model, const char *file)
{
	struct spec_interface *interface = made_interface(made, SPEC_INTERFACE_USER);

	interface->model = made_text(made, model);
	has_rom(made, &interface->common, file);
	return &interface->common;
}

static struct spec_device *host_device(struct made_up *made, const char *file)
{
	struct spec_hostdev *hostdev = made_hostdev(made, SPEC_HOSTDEV_PCI);

	hostdev->host_bus = (unsigned int)made->spec.hostdev_count;
	has_rom(made, &hostdev->common, file);
	return &hostdev->common;
}

/* The `romfile` of a -device, or its whole. */
static const char *rom_of(struct made_up *made, const char *driver)
{
	const char *device = device_of(planned(made), driver);
	const char *rom;

	assert_non_null(device);
	rom = strstr(device, ",romfile=");
	return rom ? rom + strlen(",romfile=") : device;
}

static void assert_namesakes(struct made_up *made, bool wanted)
{
	if (wanted)
		assert_refused(made, "has another ROM of this one's name, by which alone QEMU "
				     "tells those without a BAR apart; rename a file, or leave out "
				     "bar='off'");
	else
		planned(made);
}

static void a_file_of_two_devices_is_given_once(void **state)
{
	struct made_up *made = *state;

	made_bare(made);
	card(made, "pcnet", "/roms/x.rom");
	card(made, "e1000", "/roms/x.rom");
	assert_true(text_starts_with(rom_of(made, "pcnet"), "/roms/x.rom,rombar=0"));
	assert_true(text_starts_with(rom_of(made, "e1000"), ",rombar=0"));
}

static void another_file_of_the_same_name_is_refused(void **state)
{
	struct made_up *made = *state;
	struct spec_device *second;

	made_bare(made);
	card(made, "pcnet", "/roms/x.rom")->line = 31;
	second = card(made, "e1000", "/other/x.rom");
	second->line = 33;
	assert_namesakes(made, true);
	assert_refused(made, "vm.xml:33: the device in line 31 has another ROM");
	second->rom_file = made_text(made, "/roms/y.rom");
	assert_namesakes(made, false);
	second->rom_file = made_text(made, "x.rom");
	assert_namesakes(made, true);
	second->rom_bar = CHOICE_YES;
	assert_namesakes(made, false);
	second->rom_bar = CHOICE_UNSET;
	assert_namesakes(made, false);
	second->rom_bar = CHOICE_NO;
	second->rom_enabled = CHOICE_NO;
	assert_namesakes(made, false);
}

static void a_models_own_rom_has_a_name_too(void **state)
{
	struct made_up *made = *state;
	struct spec_device *second;

	made_bare(made);
	card(made, "e1000", NULL);
	second = card(made, "pcnet", "/roms/efi-e1000.rom");
	assert_namesakes(made, true);
	second->rom_file = NULL;
	assert_namesakes(made, false);
}

static void names_are_told_apart_as_far_as_qemu_reads_them(void **state)
{
	struct made_up *made = *state;
	struct spec_device *second;

	made_bare(made);
	card(made, "pcnet", "/roms/" LONG_NAME "11.rom");
	second = card(made, "e1000", "/roms/" LONG_NAME "12.rom");
	assert_namesakes(made, true);
	second->rom_file = made_text(made, "/roms/" LONG_NAME "2.rom");
	assert_namesakes(made, false);
}

/* Its own ROM is on the device: QEMU loads no file. */
static void a_host_device_without_a_file_has_no_name(void **state)
{
	struct made_up *made = *state;

	made_bare(made);
	host_device(made, NULL);
	host_device(made, NULL);
	assert_non_null(strstr(device_of(planned(made), "vfio-pci"), "rombar=0"));
	assert_null(strstr(device_of(made->plan, "vfio-pci"), "romfile"));
	host_device(made, "/roms/x.rom");
	card(made, "e1000", "/other/x.rom");
	assert_namesakes(made, true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MADE_UP(a_file_of_two_devices_is_given_once),
		MADE_UP(another_file_of_the_same_name_is_refused),
		MADE_UP(a_models_own_rom_has_a_name_too),
		MADE_UP(names_are_told_apart_as_far_as_qemu_reads_them),
		MADE_UP(a_host_device_without_a_file_has_no_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
