/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "act/nvram.h"
#include "act/nvram_store.h"
#include "act/store_record.h"
#include "base/memory.h"
#include "cmd.h"
#include "launch.h"
#include "options.h"

static void print_variables(const struct varstore *store)
{
	static const char *const states[] = {
		[VARIABLE_LIVE] = "",
		[VARIABLE_DELETED] = " (deleted)",
		[VARIABLE_INCOMPLETE] = " (incomplete)",
	};

	for (size_t i = 0; i < store->variable_count; i++) {
		const struct variable *variable = &store->variables[i];

		printf("variable   %s-%s, %" PRIu64 " bytes, attributes 0x%" PRIx32 "%s\n",
			variable->name, variable->guid, variable->size_bytes, variable->attributes,
			states[variable->state]);
	}
}

static const char *secure_boot_words(const struct varstore *store)
{
	if (store->keys_are_enrolled == CHOICE_UNSET)
		return "cannot be told";
	if (store->keys_are_enrolled == CHOICE_NO)
		return "setup mode: no platform key is enrolled, nothing is enforced";
	return store->secure_boot_enable == CHOICE_NO ? "keys are enrolled, switched off"
						      : "keys are enrolled, enforced";
}

static void print_store(const struct varstore *store)
{
	printf("size       %" PRIu64 " bytes, %s\n", store->size_bytes,
		image_format_name(store->format));
	printf("family     %s\n", varstore_family_name(store->family));
	if (store->blank)
		printf("content    blank: the firmware formats it at the next boot\n");
	if (store->problem)
		printf("problem    %s\n", store->problem);
	if (!store->volume_is_valid)
		return;
	printf("room       %" PRIu64 " of %" PRIu64 " bytes used\n", store->used_bytes,
		store->room_bytes);
	printf("secureboot %s\n", secure_boot_words(store));
	print_variables(store);
}

static void print_report(const struct nvram_report *report)
{
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
	print_store(report->varstore);
}

static struct error *show(const struct plan_nvram *nvram)
{
	auto_nvram_report struct nvram_report *report = NULL;

	TRY(nvram_show(nvram->path, &report));
	print_report(report);
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
static struct error *save(const struct plan_nvram *nvram, const char *target)
{
	TRY(nvram_save(nvram->path, target, false));
	printf("%s is saved as %s\n", nvram->path, target);
	return NULL;
}

static struct error *act(const struct options *options, const char *action, const struct plan *plan)
{
	const struct plan_nvram *nvram = &plan->nvram;

	if (!nvram->path || nvram->action == NVRAM_NETWORK)
		return error_new("this VM has no variable store in a file");
	if (strcmp(action, "show") == 0)
		return show(nvram);
	if (strcmp(action, "reset") == 0)
		return reset(plan);
	return save(nvram, options->operands.items[1]);
}

struct error *cmd_nvram(const struct options *options, int *ret_status)
{
	/* what is there need not fit: it is shown, saved or replaced, not run */
	struct options all = *options;
	auto_launch struct launch launch = {0};
	const char *action = options->operands.count > 0 ? options->operands.items[0] : "";
	bool is_save = strcmp(action, "save") == 0;

	if (!is_save && strcmp(action, "show") != 0 && strcmp(action, "reset") != 0)
		return error_new("nvram: what is to be done is missing: show SPEC.xml, reset "
				 "SPEC.xml, or save PATH SPEC.xml");
	if (options->operands.count != (is_save ? 3 : 2))
		return error_new("nvram %s: the operands are %s", action,
			is_save ? "PATH SPEC.xml" : "SPEC.xml");
	all.reset_nvram = true;
	TRY(launch_prepare(&all, options->operands.items[options->operands.count - 1], &launch));
	*ret_status = 0;
	return act(options, action, launch.plan);
}
