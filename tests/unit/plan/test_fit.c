/* SPDX-License-Identifier: MIT */
/* plan/fit: what QEMU would let through in silence, or refuse in words of its own. */
#include <errno.h>
#include <string.h>

#include "made_up.h"
#include "plan/fit.h"

#define CODE "/fw/CODE.fd"
#define VARS "/fw/VARS.fd"

static struct firmware_file *code_of(struct made_up *made, uint64_t size_bytes)
{
	struct firmware_file *code = made_file(made, CODE, size_bytes, FIRMWARE_ROLE_CODE);

	code->size_bytes = size_bytes;
	code->virtual_size_bytes = size_bytes;
	return code;
}

static struct firmware_file *vars_of(struct made_up *made, uint64_t size_bytes)
{
	struct firmware_file *vars = made_file(made, VARS, size_bytes, FIRMWARE_ROLE_VARIABLES);

	vars->size_bytes = size_bytes;
	vars->virtual_size_bytes = size_bytes;
	return vars;
}

static void assert_code(enum arch arch, const struct firmware_file *code, const char *wanted)
{
	assert_reason(code_misfit(arch, code, IMAGE_FORMAT_RAW), wanted);
}

static void assert_store(enum arch arch, const struct firmware_file *code,
	const struct firmware_file *store, const char *wanted)
{
	assert_reason(store_misfit(arch, code, store, IMAGE_FORMAT_RAW), wanted);
}

static void a_file_that_cannot_be_opened_is_refused_with_the_systems_reason(void **state)
{
	static const int numbers[] = {ENOENT, EACCES, ELOOP, ENOTDIR};
	struct firmware_file *code = code_of(*state, CODE_4M_BYTES);

	for (size_t i = 0; i < ARRAY_COUNT(numbers); i++) {
		auto_free char *wanted = xasprintf("'" CODE "': %s", strerror(numbers[i]));

		code->error_number = numbers[i];
		assert_code(ARCH_X86_64, code, wanted);
	}
}

static void what_is_no_regular_file_is_refused(void **state)
{
	struct firmware_file *code = code_of(*state, CODE_4M_BYTES);
	struct firmware_file *vars = vars_of(*state, VARS_4M_BYTES);

	vars->regular = false;
	assert_store(ARCH_X86_64, code, vars, "'" VARS "' is not a regular file");
	code->regular = false;
	assert_code(ARCH_X86_64, code, "'" CODE "' is not a regular file");
	assert_reason(memory_misfit(ARCH_X86_64, code), "'" CODE "' is not a regular file");
}

static void an_empty_file_is_refused(void **state)
{
	struct firmware_file *code = code_of(*state, 0);

	code->role = FIRMWARE_ROLE_UNKNOWN;
	assert_code(ARCH_X86_64, code, "'" CODE "' is empty");
	assert_code(ARCH_AARCH64, code, "'" CODE "' is empty");
	assert_reason(memory_misfit(ARCH_X86_64, code), "'" CODE "' is empty");
}

static void raw_that_is_said_to_be_qcow2_is_refused(void **state)
{
	struct firmware_file *code = code_of(*state, CODE_4M_BYTES);

	assert_reason(code_misfit(ARCH_X86_64, code, IMAGE_FORMAT_QCOW2),
		"'" CODE "' is said to be qcow2 and is not: QEMU would refuse it");
}

static void qcow2_that_is_said_to_be_raw_is_refused(void **state)
{
	struct firmware_file *code = code_of(*state, CODE_4M_BYTES);

	code->format = IMAGE_FORMAT_QCOW2;
	assert_code(ARCH_X86_64, code,
		"'" CODE "' is said to be raw and is qcow2: the guest would hang without a word");
	assert_reason(code_misfit(ARCH_X86_64, code, IMAGE_FORMAT_QCOW2), NULL);
	assert_reason(memory_misfit(ARCH_X86_64, code),
		"'" CODE "' is said to be raw and is qcow2: the guest would hang without a word");
}

static void of_qcow2_the_virtual_size_counts(void **state)
{
	struct firmware_file *code = code_of(*state, CODE_4M_BYTES);

	code->format = IMAGE_FORMAT_QCOW2;
	code->size_bytes = 197120;
	assert_reason(code_misfit(ARCH_X86_64, code, IMAGE_FORMAT_QCOW2), NULL);
	code->virtual_size_bytes = 197120 + 1;
	assert_reason(code_misfit(ARCH_X86_64, code, IMAGE_FORMAT_QCOW2),
		"'" CODE "' has 197121 bytes, and flash takes multiples of 4096");
}

static void both_families_of_x86_code_fit(void **state)
{
	assert_code(ARCH_X86_64, code_of(*state, CODE_4M_BYTES), NULL);
	assert_code(ARCH_X86_64, code_of(*state, CODE_2M_BYTES), NULL);
	assert_code(ARCH_I386, code_of(*state, CODE_4M_BYTES), NULL);
}

static void a_variable_store_is_no_code(void **state)
{
	struct firmware_file *code = code_of(*state, VARS_4M_BYTES);

	code->role = FIRMWARE_ROLE_VARIABLES;
	assert_code(ARCH_X86_64, code, "'" CODE "' is a variable store, not firmware");
	code->virtual_size_bytes = ARM_FLASH_BYTES;
	assert_code(ARCH_AARCH64, code, "'" CODE "' is a variable store, not firmware");
}

static void x86_code_has_a_multiple_of_4096_bytes(void **state)
{
	assert_code(ARCH_X86_64, code_of(*state, 296960),
		"'" CODE "' has 296960 bytes, and flash takes multiples of 4096");
	assert_code(ARCH_X86_64, code_of(*state, 294912), NULL);
}

static void x86_code_has_8_mib_at_most(void **state)
{
	assert_code(ARCH_X86_64, code_of(*state, 8388608), NULL);
	assert_code(ARCH_X86_64, code_of(*state, 8388608 + 4096),
		"'" CODE "' has 8392704 bytes, more than the 8388608 of the flash that QEMU maps");
}

static void arm_code_fills_the_boards_flash_or_is_padded(void **state)
{
	assert_code(ARCH_AARCH64, code_of(*state, ARM_FLASH_BYTES), NULL);
	assert_code(ARCH_AARCH64, code_of(*state, 2097152), NULL);
	assert_code(ARCH_ARM, code_of(*state, ARM_FLASH_BYTES), NULL);
	assert_code(ARCH_AARCH64, code_of(*state, ARM_FLASH_BYTES + 1),
		"'" CODE "' has 67108865 bytes, more than the 67108864 of the board's flash");
}

static void riscv_code_has_32_mib_at_most(void **state)
{
	assert_code(ARCH_RISCV64, code_of(*state, RISCV_FLASH_BYTES), NULL);
	assert_code(ARCH_RISCV64, code_of(*state, ARM_FLASH_BYTES),
		"'" CODE "' has 67108864 bytes, more than the 33554432 of the board's flash");
}

static void loongarch_code_has_whole_sectors_and_16_mib_at_most(void **state)
{
	assert_code(ARCH_LOONGARCH64, code_of(*state, 16 << 20), NULL);
	assert_code(ARCH_LOONGARCH64, code_of(*state, 262144), NULL);
	assert_code(ARCH_LOONGARCH64, code_of(*state, 262144 + 4096),
		"'" CODE "' has 266240 bytes, and the board's flash takes multiples of 262144");
	assert_code(ARCH_LOONGARCH64, code_of(*state, (16 << 20) + 262144),
		"'" CODE "' has 17039360 bytes, more than the 16777216 of the board's flash");
}

static void x86_code_is_none_for_arm(void **state)
{
	assert_code(ARCH_AARCH64, code_of(*state, CODE_4M_BYTES),
		"'" CODE "' has 3653632 bytes: it is x86 firmware, and the guest is aarch64");
	assert_code(ARCH_RISCV64, code_of(*state, CODE_2M_BYTES),
		"'" CODE "' has 1966080 bytes: it is x86 firmware, and the guest is riscv64");
}

static void a_bios_of_x86_has_a_multiple_of_64_kib(void **state)
{
	assert_reason(memory_misfit(ARCH_X86_64, code_of(*state, 131072)), NULL);
	assert_reason(memory_misfit(ARCH_X86_64, code_of(*state, 131072 + 4096)),
		"'" CODE "' has 135168 bytes, and -bios takes multiples of 65536");
}

static void a_bios_of_arm_has_any_size(void **state)
{
	assert_reason(memory_misfit(ARCH_AARCH64, code_of(*state, 12345)), NULL);
}

static void a_descriptor_is_looked_at_by_its_device(void **state)
{
	struct made_up *made = *state;
	struct descriptor *flash = made_descriptor(made, "60-a.json", CODE, VARS);
	struct descriptor *memory =
		made_memory_descriptor(made, "60-b.json", "/fw/ROM.fd", FIRMWARE_INTERFACE_UEFI);
	const struct firmware_request *request = made_request(made);

	assert_reason(descriptor_misfit(request, flash), NULL);
	assert_reason(descriptor_misfit(request, memory), NULL);
	memory->executable->virtual_size_bytes = 100;
	assert_reason(descriptor_misfit(request, memory),
		"'/fw/ROM.fd' has 100 bytes, and -bios takes multiples of 65536");
	memory->device = FIRMWARE_DEVICE_KERNEL;
	assert_reason(descriptor_misfit(request, memory), NULL);
	memory->executable->error_number = ENOENT;
	assert_reason(
		descriptor_misfit(request, memory), "'/fw/ROM.fd': No such file or directory");
}

static void a_split_descriptors_template_must_fit_too(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = made_descriptor(made, "60-a.json", CODE, VARS);
	const struct firmware_request *request = made_request(made);

	descriptor->template->error_number = ENOENT;
	assert_reason(
		descriptor_misfit(request, descriptor), "'" VARS "': No such file or directory");
	descriptor->mode = FIRMWARE_MODE_STATELESS;
	assert_reason(descriptor_misfit(request, descriptor), NULL);
}

static void a_descriptors_formats_are_its_own(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = made_descriptor(made, "60-a.json", CODE, VARS);
	const struct firmware_request *request = made_request(made);

	descriptor->template_format = IMAGE_FORMAT_QCOW2;
	assert_reason(descriptor_misfit(request, descriptor),
		"'" VARS "' is said to be qcow2 and is not: QEMU would refuse it");
	descriptor->executable_format = IMAGE_FORMAT_QCOW2;
	assert_reason(descriptor_misfit(request, descriptor),
		"'" CODE "' is said to be qcow2 and is not: QEMU would refuse it");
}

static void a_uefi_vars_template_must_be_there(void **state)
{
	struct made_up *made = *state;
	struct descriptor *memory =
		made_memory_descriptor(made, "60-b.json", "/fw/ROM.fd", FIRMWARE_INTERFACE_UEFI);
	const struct firmware_request *request = made_request(made);

	memory->uefi_vars = true;
	memory->template = made_file(made, "/fw/vars.json", 321, FIRMWARE_ROLE_UNKNOWN);
	assert_reason(descriptor_misfit(request, memory), NULL);
	memory->template->error_number = EACCES;
	assert_reason(descriptor_misfit(request, memory), "'/fw/vars.json': Permission denied");
}

static void a_pairs_template_counts_unless_another_was_given(void **state)
{
	struct made_up *made = *state;
	struct firmware_pair *pair = made_pair(made, CODE, VARS);

	pair->vars->virtual_size_bytes = 262144;
	assert_reason(pair_misfit(made_request(made), pair),
		"'" VARS "' has 262144 bytes and '" CODE "' needs a store of 540672: QEMU would "
		"start and the guest lose its variables or hang");
	made_template(made, "/fw/OTHER.fd");
	assert_reason(pair_misfit(made_request(made), pair), NULL);
	pair->code->error_number = ENOENT;
	assert_reason(
		pair_misfit(made_request(made), pair), "'" CODE "': No such file or directory");
}

/* A fallback never pairs a CODE with a CODE (what two published lists do). */
static void a_pair_of_two_codes_is_refused(void **state)
{
	struct made_up *made = *state;
	struct firmware_pair *pair = made_pair(made, CODE, CODE);

	pair->vars = made_code(made, "/fw/edk2-x86_64-code.fd");
	assert_reason(pair_misfit(made_request(made), pair),
		"'/fw/edk2-x86_64-code.fd' is firmware, not a variable store: the guest would "
		"crash");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MADE_UP(a_file_that_cannot_be_opened_is_refused_with_the_systems_reason),
		MADE_UP(what_is_no_regular_file_is_refused),
		MADE_UP(an_empty_file_is_refused),
		MADE_UP(raw_that_is_said_to_be_qcow2_is_refused),
		MADE_UP(qcow2_that_is_said_to_be_raw_is_refused),
		MADE_UP(of_qcow2_the_virtual_size_counts),
		MADE_UP(both_families_of_x86_code_fit),
		MADE_UP(a_variable_store_is_no_code),
		MADE_UP(x86_code_has_a_multiple_of_4096_bytes),
		MADE_UP(x86_code_has_8_mib_at_most),
		MADE_UP(arm_code_fills_the_boards_flash_or_is_padded),
		MADE_UP(riscv_code_has_32_mib_at_most),
		MADE_UP(loongarch_code_has_whole_sectors_and_16_mib_at_most),
		MADE_UP(x86_code_is_none_for_arm),
		MADE_UP(a_bios_of_x86_has_a_multiple_of_64_kib),
		MADE_UP(a_bios_of_arm_has_any_size),
		MADE_UP(a_descriptor_is_looked_at_by_its_device),
		MADE_UP(a_split_descriptors_template_must_fit_too),
		MADE_UP(a_descriptors_formats_are_its_own),
		MADE_UP(a_uefi_vars_template_must_be_there),
		MADE_UP(a_pairs_template_counts_unless_another_was_given),
		MADE_UP(a_pair_of_two_codes_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
