/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <sys/utsname.h>

#include "base/memory.h"
#include "cmd.h"
#include "host/host.h"
#include "launch.h"
#include "options.h"
#include "report.h"
#include "spec/spec.h"

struct spec *usual_spec(const char *command)
{
	struct spec *spec = xcalloc(1, sizeof(*spec));
	struct utsname names = {0};

	spec->arch = uname(&names) == 0 ? arch_from_name(names.machine) : ARCH_X86_64;
	spec->path = xstrdup(command);
	spec->name = xstrdup("any");
	spec->machine = xstrdup(arch_is_x86(spec->arch) ? "q35" : "virt");
	spec->firmware.kind = SPEC_FIRMWARE_EFI;
	spec->acpi = CHOICE_YES;
	spec->vcpus = 1;
	return spec;
}

/* The list is on stdout; stderr gets what is wrong, without the list again. */
static void keep_first_line(struct error *error)
{
	error->text[strcspn(error->text, "\n")] = '\0';
}

struct error *cmd_firmware(const struct options *options, int *ret_status)
{
	auto_launch struct launch launch = {0};
	const char *spec_path = NULL;
	struct error *error;

	if (options->operands.count > 0)
		TRY(one_operand(options, "SPEC.xml", &spec_path));
	if (!spec_path)
		launch.spec = usual_spec("slipway firmware");
	error = launch_prepare(options, spec_path, &launch);
	if (error && options->format == OUTPUT_JSON)
		report_error_json(error, &launch.candidates);
	else if (options->format == OUTPUT_JSON)
		report_firmware_json(launch.plan);
	else if (launch.host)
		report_candidates(
			error ? &launch.candidates : &launch.plan->candidates, &launch.host->notes);
	if (error) {
		keep_first_line(error);
		return error;
	}
	*ret_status = 0;
	return NULL;
}
