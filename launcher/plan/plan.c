/* SPDX-License-Identifier: MIT */
#include "plan/plan.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "host/host.h"
#include "plan/arguments.h"
#include "plan/cage.h"
#include "plan/cage_command.h"
#include "plan/firmware.h"
#include "plan/machine.h"
#include "plan/recorded.h"
#include "plan/request.h"
#include "plan/store.h"
#include "spec/spec.h"

static const char *const nvram_actions[] = {
	[NVRAM_NONE] = "none",
	[NVRAM_KEEP] = "keep",
	[NVRAM_CREATE] = "create",
	[NVRAM_RESET] = "reset",
	[NVRAM_EPHEMERAL] = "ephemeral",
	[NVRAM_NETWORK] = "network",
};

const char *nvram_action_name(enum nvram_action action)
{
	return nvram_actions[action];
}

static const char *const firmware_sources[] = {
	[FIRMWARE_SOURCE_DEFAULT] = "default",
	[FIRMWARE_SOURCE_EXPLICIT] = "explicit",
	[FIRMWARE_SOURCE_DESCRIPTOR] = "descriptor",
	[FIRMWARE_SOURCE_FALLBACK] = "fallback",
};

const char *firmware_source_name(enum firmware_source source)
{
	return firmware_sources[source];
}

static bool kvm_is_wanted(const struct spec *spec, const struct plan_options *options)
{
	if (options->accel == ACCEL_OPTION_SPEC)
		return spec->accel == SPEC_ACCEL_KVM;
	return options->accel != ACCEL_OPTION_TCG;
}

/* KVM runs the machine's own instructions: a 64-bit x86 or ARM host runs 32-bit guests besides. */
static bool kvm_runs(enum arch host, enum arch guest)
{
	return host == guest || (host == ARCH_X86_64 && guest == ARCH_I386) ||
	       (host == ARCH_AARCH64 && guest == ARCH_ARM);
}

/* NULL, or why KVM cannot run this guest here; the caller frees it. */
static char *kvm_problem(const struct host *host, enum arch guest)
{
	if (host->arch != ARCH_UNKNOWN && !kvm_runs(host->arch, guest))
		return xasprintf("it runs %s guests on this machine, and this one is %s",
			arch_name(host->arch), arch_name(guest));
	if (host->kvm.asked && !host->kvm.usable)
		return xstrdup(host->kvm.problem);
	return NULL;
}

static struct error *decide_accel(const struct spec *spec, const struct host *host,
	const struct plan_options *options, struct plan *plan)
{
	auto_free char *problem = kvm_problem(host, spec->arch);

	plan->accel = "tcg";
	if (!kvm_is_wanted(spec, options))
		return NULL;
	if (!problem) {
		plan->accel = "kvm";
		return NULL;
	}
	if (options->accel == ACCEL_OPTION_AUTO) {
		strings_addf(&plan->warnings,
			"accel: KVM is not usable (%s); using tcg, which is slower", problem);
		return NULL;
	}
	if (options->accel == ACCEL_OPTION_KVM)
		return error_new("--accel=kvm: KVM is not usable: %s", problem);
	return error_at(spec->path, spec->accel_line,
		"type='kvm', and KVM is not usable: %s; or run with --accel=auto or --accel=tcg",
		problem);
}

static void take_emulator(const struct spec *spec, const struct host *host,
	const struct plan_options *options, struct plan *plan)
{
	if (host->emulator.path)
		plan->emulator = xstrdup(host->emulator.path);
	else
		plan->emulator = xasprintf("/usr/bin/qemu-system-%s", arch_name(spec->arch));
	if (host->emulator.status != 0 && !options->other_host)
		strings_addf(&plan->notes, "emulator '%s' %s on this host", plan->emulator,
			host->emulator.status == ERROR_STATUS_NOT_FOUND ? "is not there"
									: "cannot be executed");
}

static struct error *decide(const struct spec *spec, const struct host *host,
	const struct plan_options *options, struct candidates *candidates, struct plan *plan)
{
	struct firmware_request request = {0};
	struct firmware_files files = {0};
	struct arguments arguments = {.spec = spec,
		.host = host,
		.options = options,
		.plan = plan,
		.own_sandbox = host->emulator.seccomp && !options->other_host};
	const struct store_question question = {
		spec, host, options, &request, &files, &plan->firmware};
	auto_free char *warning = NULL;
	struct error *error;

	plan->name = xstrdup(spec->name);
	plan->arch = spec->arch;
	plan->machine = xstrdup(spec->machine ? spec->machine : machine_default(spec->arch));
	take_emulator(spec, host, options, plan);
	TRY(decide_accel(spec, host, options, plan));
	TRY(firmware_request_make(spec, options, host, &request));
	error = decide_firmware(host, &request, candidates, &files, &plan->firmware);
	if (!error && !options->other_host)
		error = refuse_missing_device(host, &request, &plan->firmware);
	TRY(keep_recorded_firmware(&question, error, &files, plan));
	free_pointer(&candidates->fix); /* kept firmware needs none */
	TRY(decide_store(&question, &plan->nvram));
	warning = store_warning(&question, &plan->nvram);
	if (warning)
		strings_add(&plan->warnings, warning);
	if (!options->below_root && plan->firmware.path) {
		free_pointer(&plan->firmware.open_path);
		plan->firmware.open_path = xstrdup(plan->firmware.path);
	}
	decide_cage(spec, options, plan);
	TRY(decide_added_cage(spec, host, options, plan));
	TRY(add_arguments(&arguments));
	for (size_t i = 0; i < spec->qemu_environment.count; i++)
		strings_add(&plan->environment, spec->qemu_environment.items[i]);
	for (size_t i = 0; i < spec->notes.count; i++)
		strings_add(&plan->warnings, spec->notes.items[i]);
	for (size_t i = 0; i < host->notes.count; i++)
		strings_add(&plan->notes, host->notes.items[i]);
	return NULL;
}

struct error *plan_make(const struct spec *spec, const struct host *host,
	const struct plan_options *options, struct candidates *ret_candidates,
	struct plan **ret_plan)
{
	auto_plan struct plan *plan = xcalloc(1, sizeof(*plan));

	*ret_candidates = (struct candidates){0};
	TRY(decide(spec, host, options, ret_candidates, plan));
	plan->candidates = *ret_candidates;
	*ret_candidates = (struct candidates){0};
	*ret_plan = steal(&plan);
	return NULL;
}
