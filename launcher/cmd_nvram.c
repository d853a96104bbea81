/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "act/nvram.h"
#include "act/nvram_store.h"
#include "act/store_record.h"
#include "base/memory.h"
#include "cmd.h"
#include "host/host.h"
#include "launch.h"
#include "options.h"
#include "report_varstore.h"
#include "spec/spec.h"

static void print_report(const char *name, const struct nvram_report *report)
{
	printf("name       %s\n", name);
	printf("store      %s\n", report->path);
	printf("on disk    %" PRIu64 " bytes\n", report->disk_bytes);
	if (report->holder)
		printf("in use by  %s\n", report->holder);
	if (report->record && report->record->code.path)
		printf("made for   %s\n", report->record->code.path);
	if (report->record && report->record->template.path)
		printf("made from  %s\n", report->record->template.path);
	if (report->record_problem)
		printf("record     %s\n", report->record_problem);
	report_varstore(report->varstore);
}

static struct error *show(const char *name, const char *path)
{
	auto_nvram_report struct nvram_report *report = NULL;

	TRY(nvram_show(path, &report));
	if (report->varstore->json && !report->varstore->problem)
		varstore_take_json(report->varstore, path);
	print_report(name, report);
	return NULL;
}

static struct error *reset(const struct plan *plan)
{
	const struct plan_nvram *nvram = &plan->nvram;
	auto_nvram_ready struct nvram_ready ready = {.lock_fd = -1, .store_fd = -1};

	TRY(nvram_prepare(nvram, &ready));
	store_record_update(nvram, &plan->firmware, &ready);
	printf("%s is new%s%s\n", nvram->path, nvram->template ? ", from " : "",
		nvram->template ? nvram->template : "");
	if (ready.backup)
		printf("the old one is %s\n", ready.backup);
	return NULL;
}

/* save PATH SPEC.xml: PATH must not exist yet. */
static struct error *save(const char *path, const char *target)
{
	TRY(nvram_save(path, target, false));
	printf("%s is saved as %s\n", path, target);
	return NULL;
}

static struct error *refuse_no_store(const struct plan *plan)
{
	if (plan->nvram.action == NVRAM_NETWORK)
		return error_new(
			"the variables of this VM are at '%s', which slipway neither makes "
			"nor copies; QEMU's own tools reach it",
			plan->nvram.path);
	if (plan->nvram.action == NVRAM_EPHEMERAL)
		return error_new("an ephemeral store is gone when the VM ends; leave "
				 "--nvram=ephemeral out");
	return error_new("this VM has no variable store: its firmware keeps no variables");
}

/* The VM's store where its firmware cannot be chosen: of the places where it may be, the first that
 * has one. Borrowed from the launch. */
static const char *found_store(const struct launch *launch)
{
	for (size_t i = 0; launch->host && i < launch->host->store_count; i++)
		if (launch->host->stores[i]->error_number == 0)
			return launch->host->stores[i]->path;
	return NULL;
}

/* What is there is shown and saved whether or not this host could run it. Takes ownership of
 * `refusal`, which may be NULL. */
static struct error *act(const struct options *options, const char *action,
	const struct launch *launch, struct error *refusal)
{
	const struct plan *plan = launch->plan;
	const char *path = plan ? plan->nvram.path : found_store(launch);

	if (plan && (!path || plan->nvram.action == NVRAM_NETWORK))
		return refuse_no_store(plan);
	if (strcmp(action, "reset") == 0)
		return plan ? reset(plan) : refusal;
	if (!path)
		return refusal;
	error_free(refusal);
	if (strcmp(action, "show") == 0)
		return show(launch->spec->name, path);
	return save(path, options->operands.items[1]);
}

struct error *cmd_nvram(const struct options *options, int *ret_status)
{
	/* what is there need not fit: it is shown, saved or replaced, not run */
	struct options all = *options;
	auto_launch struct launch launch = {0};
	const char *action = options->operands.count > 0 ? options->operands.items[0] : "";
	bool is_save = strcmp(action, "save") == 0;
	struct error *error;

	if (!is_save && strcmp(action, "show") != 0 && strcmp(action, "reset") != 0)
		return error_new("nvram: what is to be done is missing: show SPEC.xml, reset "
				 "SPEC.xml, or save PATH SPEC.xml");
	if (options->operands.count != (is_save ? 3 : 2))
		return error_new("nvram %s: the operands are %s", action,
			is_save ? "PATH SPEC.xml" : "SPEC.xml");
	all.reset_nvram = true;
	*ret_status = 0;
	error = launch_prepare(&all, options->operands.items[options->operands.count - 1], &launch);
	return act(options, action, &launch, error);
}
