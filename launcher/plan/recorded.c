/* SPDX-License-Identifier: MIT */
#include "plan/recorded.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "host/host.h"
#include "plan/firmware.h"
#include "plan/match.h"
#include "plan/plan.h"
#include "plan/request.h"
#include "spec/spec.h"

/* A store that was named is the only one: what lies where slipway would have put it is another
 * VM's, of the same name. */
static bool is_the_vms(
	const struct spec *spec, const struct plan_options *options, const char *store_path)
{
	const struct spec_source *source = &spec->firmware.nvram.source;

	if (options->nvram == NVRAM_OPTION_PATH)
		return text_equal(store_path, options->nvram_path);
	if (source->kind == SPEC_SOURCE_NONE && !spec->firmware.varstore.path)
		return true;
	return text_equal(store_path, source->path) ||
	       text_equal(store_path, spec->firmware.varstore.path);
}

/* The CODE that the VM's store was last used with, by whatever name and format the store has. */
static const char *recorded_code(
	const struct spec *spec, const struct host *host, const struct plan_options *options)
{
	for (size_t i = 0; i < host->store_count; i++)
		if (host->records && host->records[i] && host->records[i]->code.path &&
			is_the_vms(spec, options, host->stores[i]->path))
			return host->records[i]->code.path;
	return NULL;
}

/* Only an automatic choice can drift: who names a file, or wants a new store, has decided. */
static bool may_drift(const struct plan_options *options, const struct firmware_request *request)
{
	return options->firmware == FIRMWARE_OPTION_AUTO && request->automatic &&
	       !request->loader && !options->reset_nvram;
}

static struct error *refuse_gone(
	const struct firmware_request *request, const char *recorded, const char *chosen)
{
	return error_at(request->file, request->line,
		"the VM's variables were made with firmware '%s', which this host has no more for "
		"it; "
		"--firmware=%s goes on with that one and the same variables, --reset-nvram begins "
		"with new ones",
		recorded, chosen);
}

struct error *keep_recorded_firmware(const struct spec *spec, const struct host *host,
	const struct plan_options *options, const struct firmware_request *request,
	struct firmware_files *files, struct plan *plan)
{
	const char *recorded = recorded_code(spec, host, options);
	auto_free char *chosen = xstrdup(plan->firmware.path);
	struct firmware_request again = *request;
	struct candidates candidates = {0};
	struct error *error;

	if (!recorded || !chosen || !may_drift(options, request) || strcmp(recorded, chosen) == 0 ||
		same_file(host_file(host, recorded), host_file(host, chosen)))
		return NULL;
	again.loader = recorded;
	plan_firmware_clear(plan);
	error = decide_firmware(host, &again, &candidates, files, &plan->firmware);
	candidates_clear(&candidates);
	if (error) {
		error_free(error);
		return refuse_gone(request, recorded, chosen);
	}
	strings_addf(&plan->warnings,
		"firmware: this host's choice is now '%s'; the VM keeps '%s', which its variables "
		"were "
		"made with (--reset-nvram changes over)",
		chosen, recorded);
	return NULL;
}
