/* SPDX-License-Identifier: MIT */
#include "report.h"

#include <stdio.h>

#include "base/memory.h"
#include "base/terms.h"
#include "plan/plan.h"

void report_candidates(const struct candidates *candidates, const struct strings *notes)
{
	if (candidates->wanted)
		printf("wanted: %s\n", candidates->wanted);
	for (size_t i = 0; i < candidates->count; i++) {
		const struct candidate *candidate = &candidates->items[i];
		auto_free char *path = text_printable(candidate->path);
		auto_free char *reason = text_printable(candidate->reason);

		printf("%s %s %s: %s\n", candidate->chosen ? "*" : " ",
			firmware_source_name(candidate->source), path, reason);
	}
	for (size_t i = 0; notes && i < notes->count; i++)
		printf("  note %s\n", notes->items[i]);
	for (size_t i = 0; i < candidates->absent.count; i++)
		printf("  absent %s\n", candidates->absent.items[i]);
	if (candidates->fix)
		printf("fix: %s\n", candidates->fix);
}

static void print_row(const char *name, const char *value)
{
	if (value)
		printf("%-10s %s\n", name, value);
}

static void print_firmware(const struct plan_firmware *firmware)
{
	if (!firmware->path) {
		print_row("firmware", "QEMU's own");
		return;
	}
	printf("%-10s %s (%s, %s", "firmware", firmware->path,
		firmware_interface_name(firmware->interface),
		firmware_device_name(firmware->device));
	if (firmware->mode != FIRMWARE_MODE_NONE)
		printf(" %s", firmware_mode_name(firmware->mode));
	printf(", %s%s%s)\n", image_format_name(firmware->format), firmware->smm ? ", smm" : "",
		firmware->secure ? ", secure" : "");
	printf("%-10s %s%s%s\n", "  from", firmware_source_name(firmware->source),
		firmware->descriptor ? " " : "", firmware->descriptor ? firmware->descriptor : "");
}

static void print_nvram(const struct plan_nvram *nvram)
{
	printf("%-10s %s", "nvram", nvram_action_name(nvram->action));
	if (nvram->path)
		printf(" %s (%s)", nvram->path, image_format_name(nvram->format));
	printf("\n");
	if (nvram->template)
		printf("%-10s %s (%s)\n", "  template", nvram->template,
			image_format_name(nvram->template_format));
}

static void print_sandbox(const struct plan_sandbox *sandbox)
{
	static const char *const modes[] = {
		[SANDBOX_ON] = "on",
		[SANDBOX_REQUIRE] = "require",
		[SANDBOX_LOG] = "log",
		[SANDBOX_OFF] = "off",
	};

	printf("%-10s %s:", "sandbox", modes[sandbox->mode]);
	for (size_t i = 0; i < sandbox->policies.count; i++)
		printf(" %s", sandbox->policies.items[i]);
	printf("\n");
	for (size_t i = 0; i < sandbox->path_count; i++)
		if (sandbox->paths[i].write)
			print_row("  write", sandbox->paths[i].path);
}

void report_plan_text(const struct plan *plan)
{
	print_row("name", plan->name);
	print_row("machine", plan->machine);
	print_row("arch", arch_name(plan->arch));
	print_row("accel", plan->accel);
	print_row("emulator", plan->emulator);
	print_firmware(&plan->firmware);
	print_nvram(&plan->nvram);
	print_sandbox(&plan->sandbox);
	for (size_t i = 0; i < plan->warnings.count; i++)
		print_row("warning", plan->warnings.items[i]);
	for (size_t i = 0; i < plan->notes.count; i++)
		print_row("note", plan->notes.items[i]);
	if (plan->candidates.count > 0)
		printf("candidates\n");
	report_candidates(&plan->candidates, NULL);
	printf("command\n");
	report_plan_shell(plan);
}

void report_plan_shell(const struct plan *plan)
{
	for (size_t i = 0; i < plan->environment.count; i++) {
		auto_free char *word = text_shell_quoted(plan->environment.items[i]);

		printf("%s%s", i == 0 ? "env " : "", word);
		printf(" ");
	}
	for (size_t i = 0; i < plan->argv.count; i++) {
		auto_free char *word = text_shell_quoted(plan->argv.items[i]);

		printf("%s%s", i > 0 ? " " : "", word);
	}
	printf("\n");
}
