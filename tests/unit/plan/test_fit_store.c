/* SPDX-License-Identifier: MIT */
/* plan/fit: which stores go with which CODE. */
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

static void assert_store(enum arch arch, const struct firmware_file *code,
	const struct firmware_file *store, const char *wanted)
{
	assert_reason(store_misfit(arch, code, store, IMAGE_FORMAT_RAW), wanted);
}

static void stores_of_the_same_family_fit(void **state)
{
	assert_store(
		ARCH_X86_64, code_of(*state, CODE_4M_BYTES), vars_of(*state, VARS_4M_BYTES), NULL);
	assert_store(
		ARCH_X86_64, code_of(*state, CODE_2M_BYTES), vars_of(*state, VARS_2M_BYTES), NULL);
}

static void a_2m_store_does_not_fit_4m_code(void **state)
{
	assert_store(ARCH_X86_64, code_of(*state, CODE_4M_BYTES), vars_of(*state, VARS_2M_BYTES),
		"'" VARS "' is a 2M store (131072 bytes) and '" CODE "' is 4M firmware, which "
		"needs 540672: QEMU would start and the guest lose every variable");
}

static void a_4m_store_does_not_fit_2m_code(void **state)
{
	assert_store(ARCH_X86_64, code_of(*state, CODE_2M_BYTES), vars_of(*state, VARS_4M_BYTES),
		"'" VARS "' is a 4M store (540672 bytes) and '" CODE "' is 2M firmware, which "
		"needs 131072: QEMU would start and the guest lose every variable");
}

static void a_store_of_no_family_does_not_fit_known_code(void **state)
{
	assert_store(ARCH_X86_64, code_of(*state, CODE_4M_BYTES), vars_of(*state, 262144),
		"'" VARS "' has 262144 bytes and '" CODE "' needs a store of 540672: QEMU would "
		"start and the guest lose its variables or hang");
}

static void code_of_no_family_takes_any_store_that_qemu_takes(void **state)
{
	struct firmware_file *code = code_of(*state, 3145728);

	assert_store(ARCH_X86_64, code, vars_of(*state, VARS_2M_BYTES), NULL);
	assert_store(ARCH_X86_64, code, vars_of(*state, 262144), NULL);
}

static void x86_code_and_store_have_8_mib_together(void **state)
{
	assert_store(ARCH_X86_64, code_of(*state, 6291456), vars_of(*state, 2097152), NULL);
	assert_store(ARCH_X86_64, code_of(*state, 6291456), vars_of(*state, 2101248),
		"'" CODE "' and '" VARS "' together have more than the 8388608 bytes that QEMU "
		"maps");
}

static void code_is_no_store(void **state)
{
	struct firmware_file *vars = vars_of(*state, VARS_4M_BYTES);

	vars->role = FIRMWARE_ROLE_CODE;
	assert_store(ARCH_X86_64, code_of(*state, CODE_4M_BYTES), vars,
		"'" VARS "' is firmware, not a variable store: the guest would crash");
}

static void a_unified_file_is_no_store(void **state)
{
	struct firmware_file *vars = vars_of(*state, 4194304);

	vars->role = FIRMWARE_ROLE_UNIFIED;
	assert_store(ARCH_X86_64, code_of(*state, CODE_4M_BYTES), vars,
		"'" VARS "' is firmware and variables in one file, not a variable store");
}

static void a_blank_file_of_the_right_size_is_a_store(void **state)
{
	struct firmware_file *vars = vars_of(*state, VARS_4M_BYTES);

	vars->role = FIRMWARE_ROLE_BLANK;
	assert_store(ARCH_X86_64, code_of(*state, CODE_4M_BYTES), vars, NULL);
}

static void a_cut_off_store_is_refused_by_its_header(void **state)
{
	struct firmware_file *vars = vars_of(*state, VARS_4M_BYTES);

	vars->volume_bytes = VARS_4M_BYTES;
	assert_store(ARCH_X86_64, code_of(*state, CODE_4M_BYTES), vars, NULL);
	vars->virtual_size_bytes = 4096;
	assert_store(ARCH_X86_64, code_of(*state, CODE_4M_BYTES), vars,
		"'" VARS "' is cut off: its header says 540672 bytes, it has 4096");
}

static void one_file_is_not_code_and_store(void **state)
{
	struct made_up *made = *state;
	struct firmware_file *code = code_of(made, ARM_FLASH_BYTES);
	struct firmware_file *store = made_link(made, VARS, code);

	store->role = FIRMWARE_ROLE_UNKNOWN;
	assert_store(ARCH_AARCH64, code, store,
		"'" CODE "' and '" VARS "' are one file, and a store is written");
}

static void a_store_has_the_format_that_is_said(void **state)
{
	struct firmware_file *code = code_of(*state, CODE_4M_BYTES);
	struct firmware_file *vars = vars_of(*state, VARS_4M_BYTES);

	assert_reason(store_misfit(ARCH_X86_64, code, vars, IMAGE_FORMAT_QCOW2),
		"'" VARS "' is said to be qcow2 and is not: QEMU would refuse it");
	vars->format = IMAGE_FORMAT_QCOW2;
	assert_reason(store_misfit(ARCH_X86_64, code, vars, IMAGE_FORMAT_QCOW2), NULL);
	assert_store(ARCH_X86_64, code, vars,
		"'" VARS "' is said to be raw and is qcow2: the guest would hang without a word");
}

static void a_store_of_a_virt_board_has_the_boards_size(void **state)
{
	assert_store(ARCH_AARCH64, code_of(*state, ARM_FLASH_BYTES),
		vars_of(*state, ARM_FLASH_BYTES), NULL);
	assert_store(ARCH_AARCH64, code_of(*state, ARM_FLASH_BYTES),
		vars_of(*state, ARM_FLASH_BYTES + 4096),
		"'" VARS "' has 67112960 bytes, more than the 67108864 of the board's flash");
	assert_store(ARCH_RISCV64, code_of(*state, RISCV_FLASH_BYTES),
		vars_of(*state, RISCV_FLASH_BYTES), NULL);
}

static void the_store_that_is_wanted_follows_from_the_code(void **state)
{
	assert_int_equal(
		store_size_wanted(ARCH_X86_64, code_of(*state, CODE_4M_BYTES)), VARS_4M_BYTES);
	assert_int_equal(
		store_size_wanted(ARCH_I386, code_of(*state, CODE_2M_BYTES)), VARS_2M_BYTES);
	assert_int_equal(store_size_wanted(ARCH_X86_64, code_of(*state, 4194304)), 0);
	assert_int_equal(
		store_size_wanted(ARCH_AARCH64, code_of(*state, 2097152)), ARM_FLASH_BYTES);
	assert_int_equal(
		store_size_wanted(ARCH_RISCV64, code_of(*state, CODE_4M_BYTES)), RISCV_FLASH_BYTES);
	assert_int_equal(store_size_wanted(ARCH_LOONGARCH64, code_of(*state, 16 << 20)), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MADE_UP(stores_of_the_same_family_fit),
		MADE_UP(a_2m_store_does_not_fit_4m_code),
		MADE_UP(a_4m_store_does_not_fit_2m_code),
		MADE_UP(a_store_of_no_family_does_not_fit_known_code),
		MADE_UP(code_of_no_family_takes_any_store_that_qemu_takes),
		MADE_UP(x86_code_and_store_have_8_mib_together),
		MADE_UP(code_is_no_store),
		MADE_UP(a_unified_file_is_no_store),
		MADE_UP(a_blank_file_of_the_right_size_is_a_store),
		MADE_UP(a_cut_off_store_is_refused_by_its_header),
		MADE_UP(one_file_is_not_code_and_store),
		MADE_UP(a_store_has_the_format_that_is_said),
		MADE_UP(a_store_of_a_virt_board_has_the_boards_size),
		MADE_UP(the_store_that_is_wanted_follows_from_the_code),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
