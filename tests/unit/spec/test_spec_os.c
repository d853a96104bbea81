/* SPDX-License-Identifier: MIT */
/* spec/spec_os: what is booted, and with which firmware. */
#include "unit/spec/reading.h"

#define UEFI(inside)                                                                               \
	WITH_OS("<os firmware='efi'><type arch='x86_64' machine='q35'>hvm</type>\n" inside         \
		"\n</os><features><acpi/></features>")

static void type_has_architecture_and_machine(void **state)
{
	auto_spec struct spec *spec =
		reads(WITH_OS("<os><type arch='i686' machine='pc'>hvm</type></os>"));

	(void)state;
	assert_int_equal(spec->arch, ARCH_I386);
	assert_int_equal(spec->arch_line, 2);
	assert_string_equal(spec->machine, "pc");
	assert_int_equal(spec->firmware.kind, SPEC_FIRMWARE_UNSET);
	assert_int_equal(spec->firmware.line, 2);
	assert_false(spec->firmware.loader.present);
	assert_false(spec->firmware.nvram.present);
}

static void the_emulator_s_name_says_the_architecture(void **state)
{
	auto_spec struct spec *named =
		reads(WITH_OS("<os><type>hvm</type></os><devices><emulator>\n"
			      "/opt/qemu-system-riscv64 </emulator></devices>"));
	auto_spec struct spec *other = reads(WITH_OS("<os><type>hvm</type></os><devices><emulator>"
						     "fake-system-x86_64</emulator></devices>"));
	auto_spec struct spec *unnamed = reads(WITH_OS(
		"<os><type>hvm</type></os><devices><emulator>/usr/bin/kvm</emulator></devices>"));

	(void)state;
	assert_string_equal(named->emulator, "/opt/qemu-system-riscv64");
	assert_int_equal(named->arch, ARCH_RISCV64);
	assert_int_equal(unnamed->arch, ARCH_UNKNOWN);
	assert_int_equal(other->arch, ARCH_UNKNOWN);
}

static void a_loader_is_read(void **state)
{
	auto_spec struct spec *spec = reads(UEFI(
		"<loader readonly='yes' secure='no' type='pflash' format='qcow2' stateless='no'>\n"
		"  /usr/share/CODE.fd\n</loader>"));
	const struct spec_loader *loader = &spec->firmware.loader;

	(void)state;
	assert_int_equal(spec->firmware.kind, SPEC_FIRMWARE_EFI);
	assert_true(loader->present);
	assert_int_equal(loader->line, 3);
	assert_string_equal(loader->path, "/usr/share/CODE.fd");
	assert_int_equal(loader->type, SPEC_LOADER_PFLASH);
	assert_int_equal(loader->readonly, CHOICE_YES);
	assert_int_equal(loader->secure, CHOICE_NO);
	assert_int_equal(loader->stateless, CHOICE_NO);
	assert_int_equal(loader->format, IMAGE_FORMAT_QCOW2);
}

static void an_empty_loader_is_present_without_a_path(void **state)
{
	auto_spec struct spec *spec = reads(UEFI("<loader readonly='no'/>"));

	(void)state;
	assert_true(spec->firmware.loader.present);
	assert_null(spec->firmware.loader.path);
	assert_int_equal(spec->firmware.loader.readonly, CHOICE_NO);
	assert_int_equal(spec->firmware.loader.type, SPEC_LOADER_UNSET);
}

static void nvram_is_a_path(void **state)
{
	auto_spec struct spec *spec = reads(
		UEFI("<nvram template='/t' templateFormat='raw' format='qcow2'> /v </nvram>"));
	const struct spec_nvram *nvram = &spec->firmware.nvram;

	(void)state;
	assert_true(nvram->present);
	assert_int_equal(nvram->line, 3);
	assert_int_equal(nvram->source.kind, SPEC_SOURCE_FILE);
	assert_string_equal(nvram->source.path, "/v");
	assert_int_equal(nvram->format, IMAGE_FORMAT_QCOW2);
	assert_string_equal(nvram->template, "/t");
	assert_int_equal(nvram->template_format, IMAGE_FORMAT_RAW);
}

static void nvram_is_a_file_in_a_source(void **state)
{
	auto_spec struct spec *spec =
		reads(UEFI("<nvram type='file'>\n<source file='/v'/></nvram>"));

	(void)state;
	assert_int_equal(spec->firmware.nvram.source.kind, SPEC_SOURCE_FILE);
	assert_string_equal(spec->firmware.nvram.source.path, "/v");
	assert_int_equal(spec->firmware.nvram.source.line, 4);
}

static void nvram_is_on_the_network(void **state)
{
	auto_spec struct spec *spec =
		reads(UEFI("<nvram type='network'><source protocol='nbd' name='bar'>"
			   "<host name='example.org' port='6000'/></source></nvram>"));
	const struct spec_source *source = &spec->firmware.nvram.source;

	(void)state;
	assert_int_equal(source->kind, SPEC_SOURCE_NETWORK);
	assert_string_equal(source->protocol, "nbd");
	assert_string_equal(source->export, "bar");
	assert_string_equal(source->host, "example.org");
	assert_int_equal(source->port, 6000);
	assert_null(source->socket);
}

#define OVER_ISCSI(auth)                                                                           \
	UEFI("<nvram type='network'><source protocol='iscsi' name='iqn.a:b'><host "                \
	     "name='h'/>\n" auth "</source></nvram>")

static void nvram_has_a_user_and_the_name_of_a_password(void **state)
{
	auto_spec struct spec *usage = reads(
		OVER_ISCSI("<auth username='vm'><secret type='iscsi' usage='store'/></auth>"));
	auto_spec struct spec *uuid =
		reads(OVER_ISCSI("<auth username='vm'><secret type='iscsi' uuid='u-u'/></auth>"));

	(void)state;
	assert_string_equal(usage->firmware.nvram.source.user, "vm");
	assert_string_equal(usage->firmware.nvram.source.secret, "store");
	assert_null(usage->firmware.nvram.source.secret_uuid);
	assert_string_equal(uuid->firmware.nvram.source.secret_uuid, "u-u");
}

static void an_empty_nvram_has_no_source(void **state)
{
	auto_spec struct spec *spec = reads(UEFI("<nvram format='qcow2'/>"));

	(void)state;
	assert_true(spec->firmware.nvram.present);
	assert_int_equal(spec->firmware.nvram.source.kind, SPEC_SOURCE_NONE);
	assert_int_equal(spec->firmware.nvram.format, IMAGE_FORMAT_QCOW2);
}

static void features_have_three_answers(void **state)
{
	auto_spec struct spec *some =
		reads(UEFI("<firmware><feature enabled='no' name='enrolled-keys'/></firmware>"));
	auto_spec struct spec *both =
		reads(UEFI("<firmware><feature enabled='yes' name='secure-boot'/>\n"
			   "<feature enabled='yes' name='enrolled-keys'/></firmware>"));

	(void)state;
	assert_int_equal(some->firmware.secure_boot, CHOICE_UNSET);
	assert_int_equal(some->firmware.enrolled_keys, CHOICE_NO);
	assert_int_equal(both->firmware.secure_boot, CHOICE_YES);
	assert_int_equal(both->firmware.secure_boot_line, 3);
	assert_int_equal(both->firmware.enrolled_keys, CHOICE_YES);
	assert_int_equal(both->firmware.enrolled_keys_line, 4);
}

static void boot_devices_are_in_order(void **state)
{
	auto_spec struct spec *spec = reads(
		UEFI("<boot dev='network'/><boot dev='cdrom'/><boot dev='fd'/><boot dev='hd'/>"));

	(void)state;
	assert_int_equal(spec->boot_count, 4);
	assert_int_equal(spec->boot[0], SPEC_BOOT_NETWORK);
	assert_int_equal(spec->boot[1], SPEC_BOOT_CDROM);
	assert_int_equal(spec->boot[2], SPEC_BOOT_FD);
	assert_int_equal(spec->boot[3], SPEC_BOOT_HD);
}

static void a_kernel_has_its_command_line_as_written(void **state)
{
	auto_spec struct spec *spec = reads(UEFI(
		"<kernel> /k </kernel><initrd>/i</initrd><cmdline>a  b </cmdline><dtb>/d</dtb>"));

	(void)state;
	assert_string_equal(spec->kernel, "/k");
	assert_string_equal(spec->initrd, "/i");
	assert_string_equal(spec->cmdline, "a  b ");
	assert_string_equal(spec->dtb, "/d");
}

/* Vagrant fills in a template and leaves these empty. */
static void empty_kernel_elements_are_no_kernel(void **state)
{
	auto_spec struct spec *spec =
		reads(UEFI("<kernel></kernel><initrd></initrd><cmdline></cmdline>"));

	(void)state;
	assert_null(spec->kernel);
	assert_null(spec->initrd);
	assert_null(spec->cmdline);
}

static void the_menu_and_the_bios_are_read(void **state)
{
	auto_spec struct spec *said = reads(UEFI("<bootmenu enable='no' timeout='3000'/>"
						 "<bios useserial='yes' rebootTimeout='-1'/>"));
	auto_spec struct spec *unsaid = reads(UEFI(""));

	(void)state;
	assert_int_equal(said->boot_menu, CHOICE_NO);
	assert_int_equal(said->boot_menu_timeout_ms, 3000);
	assert_int_equal(said->bios_serial, CHOICE_YES);
	assert_int_equal(said->bios_reboot_timeout_ms, -1);
	assert_int_equal(unsaid->boot_menu, CHOICE_UNSET);
	assert_int_equal(unsaid->bios_reboot_timeout_ms, -2);
}

static void suspend_is_asked_of_the_firmware(void **state)
{
	auto_spec struct spec *spec = reads(
		WITH("<pm><suspend-to-mem enabled='yes'/><suspend-to-disk enabled='no'/></pm>"));

	(void)state;
	assert_int_equal(spec->firmware.suspend_to_mem, CHOICE_YES);
	assert_int_equal(spec->firmware.suspend_to_disk, CHOICE_NO);
}

static void a_varstore_is_read(void **state)
{
	auto_spec struct spec *spec = reads(UEFI("<varstore path='/v.json' template='/t.json'/>"));

	(void)state;
	assert_true(spec->firmware.varstore.present);
	assert_string_equal(spec->firmware.varstore.path, "/v.json");
	assert_string_equal(spec->firmware.varstore.template, "/t.json");
	assert_int_equal(spec->firmware.varstore.line, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(type_has_architecture_and_machine),
		cmocka_unit_test(the_emulator_s_name_says_the_architecture),
		cmocka_unit_test(a_loader_is_read),
		cmocka_unit_test(an_empty_loader_is_present_without_a_path),
		cmocka_unit_test(nvram_is_a_path),
		cmocka_unit_test(nvram_is_a_file_in_a_source),
		cmocka_unit_test(nvram_is_on_the_network),
		cmocka_unit_test(nvram_has_a_user_and_the_name_of_a_password),
		cmocka_unit_test(an_empty_nvram_has_no_source),
		cmocka_unit_test(features_have_three_answers),
		cmocka_unit_test(boot_devices_are_in_order),
		cmocka_unit_test(a_kernel_has_its_command_line_as_written),
		cmocka_unit_test(empty_kernel_elements_are_no_kernel),
		cmocka_unit_test(the_menu_and_the_bios_are_read),
		cmocka_unit_test(suspend_is_asked_of_the_firmware),
		cmocka_unit_test(a_varstore_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
