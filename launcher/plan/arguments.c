/* SPDX-License-Identifier: MIT */
#include "plan/arguments.h"

#include "base/memory.h"
#include "base/qopt.h"
#include "plan/layout.h"
#include "plan/machine.h"
#include "plan/plan.h"
#include "plan/refusals.h"
#include "spec/spec.h"

void add_option(struct strings *argv, const char *option, char *value)
{
	strings_add(argv, option);
	strings_add_owned(argv, value);
}

static void add_name(const struct arguments *arguments)
{
	struct text name = {0};

	qopt_add(&name, "guest", arguments->spec->name);
	qopt_flag(&name, "debug-threads", true);
	add_option(&arguments->plan->argv, "-name", text_take(&name));
}

/* pflash0/pflash1 name nodes that -blockdev made; everything else is spelled, not left to QEMU. */
void add_machine(const struct arguments *arguments)
{
	const struct spec *spec = arguments->spec;
	const struct plan *plan = arguments->plan;
	const struct plan_firmware *firmware = &plan->firmware;
	bool has_acpi_switch =
		arch_is_x86(plan->arch) || plan->arch == ARCH_AARCH64 || plan->arch == ARCH_ARM;
	struct text machine = {0};

	qopt_word(&machine, plan->machine);
	qopt_flag(&machine, "usb", false);
	qopt_flag(&machine, "dump-guest-core", spec->memory.dump_core == CHOICE_YES);
	if (firmware->smm || spec->smm == CHOICE_NO)
		qopt_flag(&machine, "smm", firmware->smm);
	if (firmware->device == FIRMWARE_DEVICE_FLASH)
		qopt_add(&machine, "pflash0", "pflash0-format");
	if (plan->nvram.action != NVRAM_NONE && !plan->nvram.combined && !plan->nvram.json)
		qopt_add(&machine, "pflash1", "pflash1-format");
	if (has_acpi_switch)
		qopt_flag(&machine, "acpi", spec->acpi == CHOICE_YES);
	add_machine_features(arguments, &machine);
	add_option(&arguments->plan->argv, "-machine", text_take(&machine));
	add_accel(arguments);
	if (firmware->device == FIRMWARE_DEVICE_MEMORY)
		add_option(&arguments->plan->argv, "-bios", xstrdup(firmware->open_path));
	if (firmware->secure)
		add_option(&arguments->plan->argv, "-global",
			xstrdup("driver=cfi.pflash01,property=secure,value=on"));
}

static void add_kernel(const struct arguments *arguments)
{
	const struct spec *spec = arguments->spec;
	const struct plan_firmware *firmware = &arguments->plan->firmware;
	struct strings *argv = &arguments->plan->argv;

	if (firmware->device == FIRMWARE_DEVICE_KERNEL)
		add_option(argv, "-kernel", xstrdup(firmware->open_path));
	else if (spec->kernel)
		add_option(argv, "-kernel", xstrdup(spec->kernel));
	if (spec->initrd)
		add_option(argv, "-initrd", xstrdup(spec->initrd));
	if (spec->cmdline)
		add_option(argv, "-append", xstrdup(spec->cmdline));
	if (spec->dtb)
		add_option(argv, "-dtb", xstrdup(spec->dtb));
}

static void add_own_arguments(const struct arguments *arguments)
{
	const struct strings *lists[] = {
		&arguments->spec->qemu_arguments, arguments->options->arguments};

	for (size_t i = 0; i < ARRAY_COUNT(lists); i++)
		for (size_t j = 0; lists[i] && j < lists[i]->count; j++)
			strings_add(&arguments->plan->argv, lists[i]->items[j]);
}

/* The board, before what is plugged into it. */
static struct error *add_board(const struct arguments *arguments)
{
	struct strings *argv = &arguments->plan->argv;

	strings_add(argv, arguments->plan->emulator);
	add_name(arguments);
	strings_add(argv, "-no-user-config");
	strings_add(argv, "-nodefaults");
	TRY(add_flash_nodes(arguments));
	add_security(arguments);
	add_audio(arguments);
	add_machine(arguments);
	add_cpu(arguments);
	add_memory(arguments);
	add_threads(arguments);
	if (arguments->spec->uuid)
		add_option(argv, "-uuid", xstrdup(arguments->spec->uuid));
	add_tables(arguments);
	add_clock(arguments);
	add_power(arguments);
	add_boot(arguments);
	add_kernel(arguments);
	add_features(arguments);
	return NULL;
}

/* In the order in which libvirt has them: some guests name devices by it. */
static void add_devices(const struct arguments *arguments)
{
	add_controllers(arguments);
	add_disks(arguments);
	add_filesystems(arguments);
	add_interfaces(arguments);
	add_lines(arguments);
	add_tpms(arguments);
	add_inputs(arguments);
	add_graphics(arguments);
	add_videos(arguments);
	add_sounds(arguments);
	add_redirections(arguments);
	add_host_devices(arguments);
	add_small_devices(arguments);
}

/* What a command line alone does not show. */
static void note_surroundings(struct plan *plan)
{
	for (size_t i = 0; i < plan->opening_count; i++)
		strings_addf(&plan->notes, "descriptor %d is opened before QEMU for line %d",
			plan->openings[i].fd, plan->openings[i].line);
	for (size_t i = 0; i < plan->companion_count; i++) {
		const struct companion *companion = &plan->companions[i];
		auto_text struct text words = {0};

		for (size_t j = 0; j < companion->argv.count; j++) {
			auto_free char *word = text_shell_quoted(companion->argv.items[j]);

			text_addf(&words, "%s%s", j > 0 ? " " : "", word);
		}
		strings_addf(&plan->notes, "beside QEMU, joined to its descriptor %d: %s",
			companion->fd, words.bytes);
	}
}

static struct error *add_all(const struct arguments *arguments)
{
	TRY(add_board(arguments));
	add_devices(arguments);
	add_watch(arguments);
	add_sandbox(arguments);
	add_own_arguments(arguments);
	note_surroundings(arguments->plan);
	return NULL;
}

struct error *add_arguments(const struct arguments *given)
{
	struct arguments arguments = *given;
	auto_layout struct layout layout = {0};
	auto_refusals struct refusals refusals = {
		.path = given->spec->path,
		.lenient = given->options->lenient,
		.warnings = &given->plan->warnings,
	};

	arguments.layout = &layout;
	arguments.refusals = &refusals;
	layout_make(given->spec, given->plan->arch, machine_board(given->plan->machine), &refusals,
		&layout);
	TRY(add_all(&arguments));
	return refusals_error(&refusals);
}
