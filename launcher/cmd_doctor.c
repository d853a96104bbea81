/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "cmd.h"
#include "doctor.h"
#include "host/kvm.h"
#include "options.h"
#include "plan/plan.h"
#include "spec/spec.h"

#define STATUS_OF_AN_ERROR 1

/*
 * The refusal is a finding: it is kept in *ret_refusal, and launch as far as it was made. KVM that
 * cannot work has a finding of its own and must not hide the others: the rest is planned without.
 */
static void prepare(const struct doctor *doctor, const char *spec_path, struct launch *launch,
	struct error **ret_refusal)
{
	struct options rest = *doctor->options;

	if (!spec_path)
		launch->spec = usual_spec("slipway doctor");
	if (!spec_path || !doctor->kvm->usable)
		rest.accel = ACCEL_OPTION_TCG;
	*ret_refusal = launch_prepare(&rest, spec_path, launch);
}

static void look(const struct doctor *doctor)
{
	doctor_kvm(doctor);
	doctor_emulator(doctor);
	doctor_descriptors(doctor);
	doctor_plan(doctor);
	doctor_store(doctor);
	doctor_devices(doctor);
	doctor_sandbox(doctor);
	doctor_programs(doctor);
	doctor_libvirt(doctor);
}

static void report(enum output_format format, const struct findings *findings)
{
	if (format == OUTPUT_JSON)
		report_findings_json(findings);
	else
		report_findings_text(findings);
}

struct error *cmd_doctor(const struct options *options, int *ret_status)
{
	auto_launch struct launch launch = {0};
	auto_findings struct findings findings = {0};
	auto_error struct error *refusal = NULL;
	auto_fd int root_fd = file_open(options->root, O_PATH | O_DIRECTORY);
	struct kvm_state kvm = {0};
	auto_free char *problem = NULL;
	const char *spec_path = NULL;
	struct doctor doctor = {
		.options = options,
		.with_spec = options->operands.count > 0,
		.here = strcmp(options->root, "/") == 0,
		.root_fd = root_fd,
		.launch = &launch,
		.kvm = &kvm,
		.findings = &findings,
	};

	if (doctor.with_spec)
		TRY(one_operand(options, "SPEC.xml", &spec_path));
	if (root_fd < 0)
		return error_system(errno, "--root: cannot open '%s'", options->root);
	if (doctor.here)
		kvm_look("/dev/kvm", &kvm);
	problem = kvm.problem;
	prepare(&doctor, spec_path, &launch, &refusal);
	doctor.plan_error = refusal;
	look(&doctor);
	report(options->format, &findings);
	*ret_status = findings_worst(&findings) == SEVERITY_ERROR ? STATUS_OF_AN_ERROR : 0;
	return NULL;
}
