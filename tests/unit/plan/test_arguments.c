/* SPDX-License-Identifier: MIT */
/* plan/arguments: machine, memory, kernel, boot; and no text of a spec that becomes an option. */
#include "plan/arguments.h"

#include <string.h>

#include "made_up.h"

/* What a hostile or careless text may hold. */
#define HOSTILE "-a,b \"c\" 'd'\n%s%n=on\\"
/* … as QEMU's option parser must get it */
#define HOSTILE_OPTION "-a,,b \"c\" 'd'\n%s%n=on\\"

static void bare(struct made_up *made)
{
	made->spec.firmware.kind = SPEC_FIRMWARE_UNSET;
}

static void the_name_is_the_guests_and_its_commas_are_doubled(void **state)
{
	struct made_up *made = *state;

	bare(made);
	assert_string_equal(argument_of(planned(made), "-name"), "guest=vm,debug-threads=on");
	made->spec.name = made_text(made, HOSTILE);
	assert_string_equal(
		argument_of(planned(made), "-name"), "guest=" HOSTILE_OPTION ",debug-threads=on");
}

static void a_machine_cannot_add_options(void **state)
{
	struct made_up *made = *state;

	bare(made);
	made->spec.machine = made_text(made, "q35,accel=kvm");
	assert_true(text_starts_with(
		argument_of(planned(made), "-machine"), "q35,,accel=kvm,usb=off,"));
}

static void qemu_reads_no_configuration_of_its_own(void **state)
{
	struct made_up *made = *state;

	bare(made);
	assert_true(strings_contain(&planned(made)->argv, "-no-user-config"));
	assert_true(strings_contain(&made->plan->argv, "-nodefaults"));
}

static void acpi_is_as_the_spec_says_it(void **state)
{
	struct made_up *made = *state;

	bare(made);
	assert_non_null(strstr(argument_of(planned(made), "-machine"), ",acpi=on"));
	made->spec.acpi = CHOICE_UNSET;
	assert_non_null(strstr(argument_of(planned(made), "-machine"), ",acpi=off"));
}

static void boards_without_an_acpi_switch_are_not_asked(void **state)
{
	struct made_up *made = *state;

	bare(made);
	made_virt(made, ARCH_AARCH64);
	assert_non_null(strstr(argument_of(planned(made), "-machine"), ",acpi="));
	made_virt(made, ARCH_RISCV64);
	assert_null(strstr(argument_of(planned(made), "-machine"), ",acpi="));
	made_virt(made, ARCH_LOONGARCH64);
	assert_null(strstr(argument_of(planned(made), "-machine"), ",acpi="));
}

static void memory_is_whole_kibibytes_rounded_up(void **state)
{
	struct made_up *made = *state;

	bare(made);
	assert_string_equal(argument_of(planned(made), "-m"), "size=1048576k");
	made->spec.memory_bytes = 1025;
	assert_string_equal(argument_of(planned(made), "-m"), "size=2k");
	made->spec.memory_bytes = 1024;
	assert_string_equal(argument_of(planned(made), "-m"), "size=1k");
}

static void a_uuid_is_passed_where_there_is_one(void **state)
{
	struct made_up *made = *state;

	bare(made);
	assert_null(argument_of(planned(made), "-uuid"));
	made->spec.uuid = made_text(made, "63840878-0deb-4095-97e6-fc444d9bc9fa");
	assert_string_equal(
		argument_of(planned(made), "-uuid"), "63840878-0deb-4095-97e6-fc444d9bc9fa");
}

static void the_boot_menu_is_said_only_where_it_was_said(void **state)
{
	struct made_up *made = *state;

	bare(made);
	assert_null(strstr(argument_of(planned(made), "-boot"), "menu"));
	made->spec.boot_menu = CHOICE_YES;
	assert_non_null(strstr(argument_of(planned(made), "-boot"), "menu=on"));
	made->spec.boot_menu = CHOICE_NO;
	assert_non_null(strstr(argument_of(planned(made), "-boot"), "menu=off"));
}

/* These are whole words of argv: QEMU takes the word behind the option as it is. */
static void kernel_words_reach_qemu_unharmed(void **state)
{
	struct made_up *made = *state;

	bare(made);
	made->spec.kernel = made_text(made, "/k" HOSTILE);
	made->spec.initrd = made_text(made, "/i" HOSTILE);
	made->spec.cmdline = made_text(made, HOSTILE);
	made->spec.dtb = made_text(made, "/d" HOSTILE);
	planned(made);
	assert_string_equal(argument_of(made->plan, "-kernel"), "/k" HOSTILE);
	assert_string_equal(argument_of(made->plan, "-initrd"), "/i" HOSTILE);
	assert_string_equal(argument_of(made->plan, "-append"), HOSTILE);
	assert_string_equal(argument_of(made->plan, "-dtb"), "/d" HOSTILE);
}

static void without_a_kernel_there_are_no_kernel_words(void **state)
{
	struct made_up *made = *state;

	bare(made);
	planned(made);
	assert_null(argument_of(made->plan, "-kernel"));
	assert_null(argument_of(made->plan, "-initrd"));
	assert_null(argument_of(made->plan, "-append"));
	assert_null(argument_of(made->plan, "-dtb"));
}

static void the_owners_own_arguments_come_last(void **state)
{
	struct made_up *made = *state;
	auto_strings struct strings own = {0};
	const struct strings *argv;

	bare(made);
	strings_add(&made->spec.qemu_arguments, "-device");
	strings_add(&made->spec.qemu_arguments, HOSTILE);
	strings_add(&own, "-S");
	made->options.arguments = &own;
	argv = &planned(made)->argv;
	assert_string_equal(argv->items[argv->count - 3], "-device");
	assert_string_equal(argv->items[argv->count - 2], HOSTILE);
	assert_string_equal(argv->items[argv->count - 1], "-S");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MADE_UP(the_name_is_the_guests_and_its_commas_are_doubled),
		MADE_UP(a_machine_cannot_add_options),
		MADE_UP(qemu_reads_no_configuration_of_its_own),
		MADE_UP(acpi_is_as_the_spec_says_it),
		MADE_UP(boards_without_an_acpi_switch_are_not_asked),
		MADE_UP(memory_is_whole_kibibytes_rounded_up),
		MADE_UP(a_uuid_is_passed_where_there_is_one),
		MADE_UP(the_boot_menu_is_said_only_where_it_was_said),
		MADE_UP(kernel_words_reach_qemu_unharmed),
		MADE_UP(without_a_kernel_there_are_no_kernel_words),
		MADE_UP(the_owners_own_arguments_come_last),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
