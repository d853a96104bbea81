/* SPDX-License-Identifier: MIT */
#include "plan/arguments.h"

#include <inttypes.h>

#include "base/memory.h"
#include "base/qopt.h"
#include "plan/machine.h"
#include "plan/plan.h"
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
	qopt_flag(&machine, "dump-guest-core", false);
	if (firmware->smm || spec->smm == CHOICE_NO)
		qopt_flag(&machine, "smm", firmware->smm);
	if (firmware->device == FIRMWARE_DEVICE_FLASH)
		qopt_add(&machine, "pflash0", "pflash0-format");
	if (plan->nvram.action != NVRAM_NONE && !plan->nvram.combined && !plan->nvram.json)
		qopt_add(&machine, "pflash1", "pflash1-format");
	if (spec->firmware.launch_security != SPEC_LAUNCH_SECURITY_NONE)
		qopt_add(&machine, "confidential-guest-support", "lsec0");
	if (has_acpi_switch)
		qopt_flag(&machine, "acpi", spec->acpi == CHOICE_YES);
	add_option(&arguments->plan->argv, "-machine", text_take(&machine));
	add_option(&arguments->plan->argv, "-accel", xstrdup(plan->accel));
	if (firmware->device == FIRMWARE_DEVICE_MEMORY)
		add_option(&arguments->plan->argv, "-bios", xstrdup(firmware->open_path));
	if (firmware->secure)
		add_option(&arguments->plan->argv, "-global",
			xstrdup("driver=cfi.pflash01,property=secure,value=on"));
}

static void add_memory(const struct arguments *arguments)
{
	/* QEMU reads KiB with a suffix; libvirt rounds up to whole KiB the same way */
	uint64_t kib = (arguments->spec->memory_bytes + 1023) / 1024;

	add_option(&arguments->plan->argv, "-m", xasprintf("size=%" PRIu64 "k", kib));
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

static void add_boot(const struct arguments *arguments)
{
	struct text boot = {0};

	if (arguments->spec->boot_menu != CHOICE_UNSET)
		qopt_flag(&boot, "menu", arguments->spec->boot_menu == CHOICE_YES);
	qopt_flag(&boot, "strict", true);
	add_option(&arguments->plan->argv, "-boot", text_take(&boot));
}

static void add_own_arguments(const struct arguments *arguments)
{
	const struct strings *lists[] = {
		&arguments->spec->qemu_arguments, arguments->options->arguments};

	for (size_t i = 0; i < ARRAY_COUNT(lists); i++)
		for (size_t j = 0; lists[i] && j < lists[i]->count; j++)
			strings_add(&arguments->plan->argv, lists[i]->items[j]);
}

struct error *add_arguments(const struct arguments *arguments)
{
	struct strings *argv = &arguments->plan->argv;

	strings_add(argv, arguments->plan->emulator);
	add_name(arguments);
	strings_add(argv, "-no-user-config");
	strings_add(argv, "-nodefaults");
	TRY(add_flash_nodes(arguments));
	TRY(add_security(arguments));
	add_machine(arguments);
	TRY(add_cpu(arguments));
	add_memory(arguments);
	if (arguments->spec->uuid)
		add_option(argv, "-uuid", xstrdup(arguments->spec->uuid));
	add_option(argv, "-rtc", xstrdup("base=utc"));
	add_boot(arguments);
	add_kernel(arguments);
	add_option(argv, "-display", xstrdup("none"));
	TRY(add_disks(arguments));
	TRY(add_serials(arguments));
	add_watch(arguments);
	add_own_arguments(arguments);
	return NULL;
}
