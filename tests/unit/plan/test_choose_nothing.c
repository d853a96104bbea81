/* SPDX-License-Identifier: MIT */
/* plan/choose: nothing fits (F3): every reason, and the fix of this host. */
#include "plan/choose.h"

#include <string.h>

#include "made_up.h"

static void f3_nothing_that_fits_is_refused_with_every_reason_and_the_fix(void **state)
{
	struct made_up *made = *state;

	strings_add(&made_descriptor(made, "40.json", "/fw/A.fd", "/fw/AV.fd")->features,
		"secure-boot");
	made_pair(made, "/fw/P.fd", "/fw/PV.fd")->vars->error_number = 2;
	made->spec.firmware.secure_boot = CHOICE_NO;
	assert_plan_refused(made,
		"vm.xml:5: no UEFI firmware for x86_64 pc-q35-9.2 without 'secure-boot'\n"
		"  40.json: feature 'secure-boot' is present, wanted no\n"
		"  /fw/P.fd: '/fw/PV.fd': No such file or directory\n"
		"  fix: let the spec ask for what one of these has, or install UEFI firmware: apt "
		"install ovmf; or name the files with "
		"--firmware=CODE:VARS");
	assert_int_equal(made->candidates.count, 2);
	assert_string_equal(made->error->file, "vm.xml");
	assert_int_equal(made->error->line, 5);
}

static void f3_a_host_without_firmware_is_told_where_was_looked(void **state)
{
	struct made_up *made = *state;

	strings_add(&made->host.absent_pairs, "/fw/CODE.fd:/fw/VARS.fd");
	strings_add(&made->host.notes, "'/etc/qemu/firmware/x' is a dangling link");
	assert_plan_refused(made,
		"vm.xml:5: no UEFI firmware for x86_64 pc-q35-9.2\n"
		"  no descriptor in /usr/share/qemu/firmware or /etc/qemu/firmware\n"
		"  note: '/etc/qemu/firmware/x' is a dangling link\n"
		"  the other files by which distributions install it are not there (slipway "
		"firmware lists them)\n"
		"  fix: install UEFI firmware: apt install ovmf; or name the files with "
		"--firmware=CODE:VARS");
}

struct hint_case {
	enum package_family family;
	enum arch arch;
	const char *hint;
};

static const struct hint_case hints[] = {
	{PACKAGE_FAMILY_DEBIAN, ARCH_X86_64, "apt install ovmf"},
	{PACKAGE_FAMILY_DEBIAN, ARCH_I386, "apt install ovmf-ia32"},
	{PACKAGE_FAMILY_DEBIAN, ARCH_AARCH64, "apt install qemu-efi-aarch64"},
	{PACKAGE_FAMILY_DEBIAN, ARCH_ARM, "apt install qemu-efi-arm"},
	{PACKAGE_FAMILY_DEBIAN, ARCH_RISCV64, "apt install qemu-efi-riscv64"},
	{PACKAGE_FAMILY_DEBIAN, ARCH_LOONGARCH64, "apt install qemu-efi-loongarch64"},
	{PACKAGE_FAMILY_FEDORA, ARCH_X86_64, "dnf install edk2-ovmf"},
	{PACKAGE_FAMILY_FEDORA, ARCH_AARCH64, "dnf install edk2-aarch64"},
	{PACKAGE_FAMILY_ARCH, ARCH_AARCH64, "pacman -S edk2-aarch64"},
	{PACKAGE_FAMILY_SUSE, ARCH_X86_64, "zypper install qemu-ovmf-x86_64"},
	{PACKAGE_FAMILY_SUSE, ARCH_ARM, "zypper install qemu-uefi-aarch32"},
	{PACKAGE_FAMILY_ALPINE, ARCH_X86_64, "apk add ovmf"},
	{PACKAGE_FAMILY_ALPINE, ARCH_AARCH64, "apk add aavmf"},
	{PACKAGE_FAMILY_GENTOO, ARCH_RISCV64, "emerge sys-firmware/edk2"},
	{PACKAGE_FAMILY_VOID, ARCH_X86_64, "xbps-install edk2-ovmf"},
};

static void the_fix_names_the_package_of_this_distribution(void **state)
{
	struct made_up *made = *state;

	for (size_t i = 0; i < ARRAY_COUNT(hints); i++) {
		auto_free char *wanted = xasprintf("install UEFI firmware: %s; or name the files "
						   "with --firmware=CODE:VARS",
			hints[i].hint);
		auto_free char *hint = NULL;

		made->host.packages = hints[i].family;
		made->spec.arch = hints[i].arch;
		hint = firmware_package_hint(&made->host, made_request(made));
		assert_string_equal(hint, wanted);
	}
}

static void on_an_unknown_distribution_the_fix_names_all(void **state)
{
	struct made_up *made = *state;
	auto_free char *hint = NULL;

	made->host.packages = PACKAGE_FAMILY_UNKNOWN;
	hint = firmware_package_hint(&made->host, made_request(made));
	assert_string_equal(hint,
		"install UEFI firmware: apt install ovmf | dnf install edk2-ovmf | pacman -S "
		"edk2-ovmf | zypper install qemu-ovmf-x86_64 | apk add ovmf | emerge "
		"sys-firmware/edk2 | xbps-install edk2-ovmf; or name the files with "
		"--firmware=CODE:VARS");
}

static void where_nothing_is_packaged_the_fix_names_no_package(void **state)
{
	struct made_up *made = *state;
	auto_free char *hint = NULL;

	made->host.packages = PACKAGE_FAMILY_ALPINE;
	made->spec.arch = ARCH_LOONGARCH64;
	hint = firmware_package_hint(&made->host, made_request(made));
	assert_string_equal(
		hint, "install UEFI firmware; or name the files with --firmware=CODE:VARS");
}

/* --firmware=…, <loader> and <nvram template=…> may name what a newer package calls otherwise */
static void a_named_file_that_is_gone_has_a_newer_name(void **state)
{
	struct made_up *made = *state;
	struct firmware_file *gone = made_code(made, "/old/OVMF_CODE.fd");

	made_descriptor(made, "60.json", "/fw/OVMF_CODE_4M.fd", "/fw/OVMF_VARS_4M.fd");
	gone->error_number = 2;
	made->spec.firmware.loader.path = made_text(made, "/old/OVMF_CODE.fd");
	assert_plan_refused(made,
		"vm.xml:5: no UEFI firmware for x86_64 pc-q35-9.2, loader '/old/OVMF_CODE.fd'\n"
		"  60.json: its executable '/fw/OVMF_CODE_4M.fd' is not the loader "
		"'/old/OVMF_CODE.fd'\n"
		"  fix: this host's build of that kind is '/fw/OVMF_CODE_4M.fd' (4M family): "
		"--firmware=/fw/OVMF_CODE_4M.fd:/fw/OVMF_VARS_4M.fd, or put it into the spec");
}

static void a_named_template_that_is_gone_has_a_newer_name(void **state)
{
	struct made_up *made = *state;

	made_descriptor(made, "60.json", "/fw/OVMF_CODE_4M.fd", "/fw/OVMF_VARS_4M.fd");
	made_template(made, "/old/OVMF_VARS.fd");
	made_vars(made, "/old/OVMF_VARS.fd")->error_number = 2;
	assert_plan_refused(made,
		"vm.xml:5: no UEFI firmware for x86_64 pc-q35-9.2, nvram template "
		"'/old/OVMF_VARS.fd'\n"
		"  60.json: its nvram template '/fw/OVMF_VARS_4M.fd' is not "
		"'/old/OVMF_VARS.fd'\n"
		"  fix: this host's template of that kind is '/fw/OVMF_VARS_4M.fd' (4M family), "
		"which belongs to '/fw/OVMF_CODE_4M.fd': <nvram template='/fw/OVMF_VARS_4M.fd'/>, "
		"or --firmware=/fw/OVMF_CODE_4M.fd:/fw/OVMF_VARS_4M.fd");
}

static void what_is_for_another_architecture_asks_for_nothing_less(void **state)
{
	struct made_up *made = *state;

	made_descriptor(made, "60.json", "/fw/C.fd", "/fw/V.fd")->targets[0].arch = ARCH_AARCH64;
	made->host.descriptors[0].targets[0].arch_text = made_text(made, "aarch64");
	assert_plan_refused(made,
		"vm.xml:5: no UEFI firmware for x86_64 pc-q35-9.2\n"
		"  60.json: architecture is aarch64, wanted x86_64\n"
		"  fix: install UEFI firmware: apt install ovmf; or name the files with "
		"--firmware=CODE:VARS");
}

static void a_bios_that_must_be_writable_is_not_qemus_own(void **state)
{
	struct made_up *made = *state;

	made->spec.firmware.kind = SPEC_FIRMWARE_BIOS;
	made->spec.firmware.loader.readonly = CHOICE_NO;
	assert_plan_refused(made,
		"vm.xml:5: no BIOS firmware for x86_64 pc-q35-9.2\n"
		"  no descriptor in /usr/share/qemu/firmware or /etc/qemu/firmware\n"
		"  fix: leave the firmware out to get QEMU's own BIOS, or install seabios with a "
		"descriptor");
}

static void without_a_bios_descriptor_it_is_qemus_own(void **state)
{
	struct made_up *made = *state;

	made->spec.firmware.kind = SPEC_FIRMWARE_BIOS;
	made_plan(made);
	assert_int_equal(made->plan->firmware.source, FIRMWARE_SOURCE_DEFAULT);
	assert_null(made->plan->firmware.path);
}

static void a_pair_is_nothing_to_ask_for_where_a_bios_is_wanted(void **state)
{
	struct made_up *made = *state;

	made_pair(made, "/fw/CODE.fd", "/fw/VARS.fd");
	made->spec.firmware.kind = SPEC_FIRMWARE_BIOS;
	made->spec.firmware.loader.readonly = CHOICE_NO;
	assert_plan_refused(made,
		"vm.xml:5: no BIOS firmware for x86_64 pc-q35-9.2\n"
		"  /fw/CODE.fd: interface 'bios' is not offered\n"
		"  fix: leave the firmware out to get QEMU's own BIOS, or install seabios with a "
		"descriptor");
}

static void a_bios_of_which_more_was_said_is_not_qemus_own(void **state)
{
	static const char refusal[] = "vm.xml:5: no BIOS firmware for ";
	struct made_up *made = *state;
	struct spec_firmware *firmware = &made->spec.firmware;
	const struct spec_firmware plain = {.kind = SPEC_FIRMWARE_BIOS, .line = 5};
	const struct spec_firmware said[] = {
		{.loader = {.path = "/my/bios.bin"}},
		{.nvram = {.template = "/my/VARS.fd"}},
		{.suspend_to_mem = CHOICE_YES},
		{.suspend_to_disk = CHOICE_YES},
		{.loader = {.readonly = CHOICE_YES}},
		{.loader = {.stateless = CHOICE_NO}},
		{.loader = {.secure = CHOICE_NO}},
		{.loader = {.type = SPEC_LOADER_PFLASH}},
	};

	for (size_t i = 0; i < ARRAY_COUNT(said); i++) {
		*firmware = said[i];
		firmware->kind = SPEC_FIRMWARE_BIOS;
		firmware->line = 5;
		made_plan(made);
		assert_non_null(made->error);
		assert_true(text_starts_with(made->error->text, refusal));
	}
	*firmware = plain;
	firmware->loader.stateless = CHOICE_YES; /* as it is */
	assert_null(planned(made)->firmware.path);
	made_virt(made, ARCH_AARCH64); /* whose emulators have none */
	*firmware = plain;
	made_plan(made);
	assert_true(text_starts_with(made->error->text, refusal));
}

static void where_descriptors_offer_a_bios_qemus_own_is_not_taken(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor =
		made_memory_descriptor(made, "60.json", "/fw/bios.bin", FIRMWARE_INTERFACE_BIOS);

	made->spec.firmware.kind = SPEC_FIRMWARE_BIOS;
	assert_string_equal(planned(made)->firmware.path, "/fw/bios.bin");
	strings_clear(&descriptor->targets[0].machines);
	made_plan(made);
	assert_non_null(strstr(made->error->text, "machine 'pc-q35-9.2' is not among its targets"));
	descriptor->interfaces = FIRMWARE_INTERFACE_UEFI;
	assert_null(planned(made)->firmware.path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MADE_UP(f3_nothing_that_fits_is_refused_with_every_reason_and_the_fix),
		MADE_UP(f3_a_host_without_firmware_is_told_where_was_looked),
		MADE_UP(the_fix_names_the_package_of_this_distribution),
		MADE_UP(on_an_unknown_distribution_the_fix_names_all),
		MADE_UP(where_nothing_is_packaged_the_fix_names_no_package),
		MADE_UP(a_named_file_that_is_gone_has_a_newer_name),
		MADE_UP(a_named_template_that_is_gone_has_a_newer_name),
		MADE_UP(what_is_for_another_architecture_asks_for_nothing_less),
		MADE_UP(a_bios_that_must_be_writable_is_not_qemus_own),
		MADE_UP(without_a_bios_descriptor_it_is_qemus_own),
		MADE_UP(a_pair_is_nothing_to_ask_for_where_a_bios_is_wanted),
		MADE_UP(a_bios_of_which_more_was_said_is_not_qemus_own),
		MADE_UP(where_descriptors_offer_a_bios_qemus_own_is_not_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
