/* SPDX-License-Identifier: MIT */
/* base/terms: each term has one spelling, and a spelling that is none of them is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/terms.h"

static void architectures_have_qemus_names(void **state)
{
	static const struct {
		enum arch arch;
		const char *name;
	} arches[] = {
		{ARCH_X86_64, "x86_64"},
		{ARCH_I386, "i386"},
		{ARCH_AARCH64, "aarch64"},
		{ARCH_ARM, "arm"},
		{ARCH_RISCV64, "riscv64"},
		{ARCH_LOONGARCH64, "loongarch64"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(arches); i++) {
		assert_string_equal(arch_name(arches[i].arch), arches[i].name);
		assert_int_equal(arch_from_name(arches[i].name), arches[i].arch);
	}
	assert_string_equal(arch_name(ARCH_UNKNOWN), "unknown");
}

static void libvirts_names_of_architectures_are_known(void **state)
{
	(void)state;
	assert_int_equal(arch_from_name("i686"), ARCH_I386);
	assert_int_equal(arch_from_name("armv7l"), ARCH_ARM);
}

/* S5: an ARMv6 guest never matches a descriptor for arm */
static void s5_armv6l_is_no_architecture(void **state)
{
	static const char *const names[] = {"armv6l", "", "X86_64", "x86-64", "mips", "unknown"};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(names); i++)
		assert_int_equal(arch_from_name(names[i]), ARCH_UNKNOWN);
}

static void x86_is_two_architectures(void **state)
{
	(void)state;
	assert_true(arch_is_x86(ARCH_X86_64));
	assert_true(arch_is_x86(ARCH_I386));
	assert_false(arch_is_x86(ARCH_AARCH64));
	assert_false(arch_is_x86(ARCH_ARM));
	assert_false(arch_is_x86(ARCH_RISCV64));
	assert_false(arch_is_x86(ARCH_LOONGARCH64));
	assert_false(arch_is_x86(ARCH_UNKNOWN));
}

static void virt_boards_have_flash_of_one_size(void **state)
{
	(void)state;
	assert_int_equal(arch_flash_bytes(ARCH_AARCH64), 67108864);
	assert_int_equal(arch_flash_bytes(ARCH_ARM), 67108864);
	assert_int_equal(arch_flash_bytes(ARCH_RISCV64), 33554432);
	assert_int_equal(arch_flash_bytes(ARCH_LOONGARCH64), 0);
	assert_int_equal(arch_flash_bytes(ARCH_X86_64), 0);
	assert_int_equal(arch_flash_bytes(ARCH_I386), 0);
	assert_int_equal(arch_flash_bytes(ARCH_UNKNOWN), 0);
}

static void formats_have_qemus_names(void **state)
{
	(void)state;
	assert_string_equal(image_format_name(IMAGE_FORMAT_RAW), "raw");
	assert_string_equal(image_format_name(IMAGE_FORMAT_QCOW2), "qcow2");
	assert_string_equal(image_format_name(IMAGE_FORMAT_VMDK), "vmdk");
	assert_string_equal(image_format_name(IMAGE_FORMAT_VDI), "vdi");
	assert_string_equal(image_format_name(IMAGE_FORMAT_VHDX), "vhdx");
	for (int format = IMAGE_FORMAT_RAW; format < IMAGE_FORMAT_UNKNOWN; format++)
		assert_int_equal(
			image_format_from_name(image_format_name((enum image_format)format)),
			format);
}

static void another_format_is_unknown_and_not_unset(void **state)
{
	(void)state;
	assert_int_equal(image_format_from_name("RAW"), IMAGE_FORMAT_UNKNOWN);
	assert_int_equal(image_format_from_name(""), IMAGE_FORMAT_UNKNOWN);
	assert_int_equal(image_format_from_name("qcow"), IMAGE_FORMAT_UNKNOWN);
	assert_string_equal(image_format_name(IMAGE_FORMAT_UNSET), "unknown");
}

static void interfaces_are_single_bits(void **state)
{
	static const char *const names[] = {"bios", "uefi", "openfirmware", "uboot", "svsm"};
	unsigned int seen = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		enum firmware_interface interface = firmware_interface_from_name(names[i]);

		assert_string_equal(firmware_interface_name(interface), names[i]);
		assert_int_equal(interface & (interface - 1), 0);
		assert_int_equal(seen & interface, 0);
		seen |= interface;
	}
	assert_int_equal(seen, 31);
}

static void devices_and_modes_have_firmware_jsons_names(void **state)
{
	static const char *const device_names[] = {"flash", "memory", "kernel", "igvm"};
	static const char *const mode_names[] = {"split", "combined", "stateless"};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(device_names); i++) {
		enum firmware_device device = firmware_device_from_name(device_names[i]);

		assert_int_not_equal(device, FIRMWARE_DEVICE_NONE);
		assert_string_equal(firmware_device_name(device), device_names[i]);
	}
	for (size_t i = 0; i < ARRAY_COUNT(mode_names); i++) {
		enum firmware_mode mode = firmware_mode_from_name(mode_names[i]);

		assert_int_not_equal(mode, FIRMWARE_MODE_NONE);
		assert_string_equal(firmware_mode_name(mode), mode_names[i]);
	}
}

static void other_spellings_are_none(void **state)
{
	(void)state;
	assert_int_equal(firmware_interface_from_name("UEFI"), FIRMWARE_INTERFACE_NONE);
	assert_int_equal(firmware_interface_from_name("efi"), FIRMWARE_INTERFACE_NONE);
	assert_int_equal(firmware_device_from_name("pflash"), FIRMWARE_DEVICE_NONE);
	assert_int_equal(firmware_mode_from_name(""), FIRMWARE_MODE_NONE);
	assert_string_equal(firmware_interface_name(FIRMWARE_INTERFACE_NONE), "none");
	assert_string_equal(firmware_device_name(FIRMWARE_DEVICE_NONE), "none");
	assert_string_equal(firmware_mode_name(FIRMWARE_MODE_NONE), "none");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(architectures_have_qemus_names),
		cmocka_unit_test(libvirts_names_of_architectures_are_known),
		cmocka_unit_test(s5_armv6l_is_no_architecture),
		cmocka_unit_test(x86_is_two_architectures),
		cmocka_unit_test(virt_boards_have_flash_of_one_size),
		cmocka_unit_test(formats_have_qemus_names),
		cmocka_unit_test(another_format_is_unknown_and_not_unset),
		cmocka_unit_test(interfaces_are_single_bits),
		cmocka_unit_test(devices_and_modes_have_firmware_jsons_names),
		cmocka_unit_test(other_spellings_are_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
