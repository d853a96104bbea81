/* SPDX-License-Identifier: MIT */
#include "plan/recorded.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "host/host.h"
#include "plan/firmware.h"
#include "plan/fit.h"
#include "plan/match.h"
#include "plan/plan.h"
#include "plan/request.h"
#include "plan/store.h"
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

/* What the VM's store was last used with, by whatever name and format the store has. */
static const struct record *find_record(
	const struct spec *spec, const struct host *host, const struct plan_options *options)
{
	for (size_t i = 0; i < host->store_count; i++)
		if (host->records && host->records[i] && host->records[i]->code.path &&
			is_the_vms(spec, options, host->stores[i]->path))
			return host->records[i];
	return NULL;
}

/* Only an automatic choice can drift: who names a file, or wants a new store, has decided. */
static bool may_drift(const struct plan_options *options, const struct firmware_request *request)
{
	return options->firmware == FIRMWARE_OPTION_AUTO && request->automatic &&
	       !request->loader && !options->reset_nvram;
}

static struct error *refuse_gone(const struct firmware_request *request, const char *recorded,
	const char *reason, const char *chosen)
{
	return error_at(request->file, request->line,
		"the VM's variables were made with firmware '%s', which cannot be kept (%s); "
		"--firmware=%s goes on with that one and the same variables, --reset-nvram begins "
		"with new ones",
		recorded, reason, chosen);
}

static void split_features(const char *joined, struct strings *ret_features)
{
	const char *word = joined;

	while (*word) {
		size_t length = strcspn(word, ",");

		if (length > 0)
			strings_add_owned(ret_features, xstrndup(word, length));
		word += length + (word[length] == ',');
	}
}

/* CODE that is there and that no descriptor or pair of the host names any more: the record says
 * what they said. Its template is not needed, as the store is there. */
static char *take_recorded(const struct host *host, const struct firmware_request *request,
	const struct record *record, struct firmware_files *files, struct plan_firmware *firmware)
{
	const struct firmware_file *code = host_file(host, record->code.path);
	char *reason;

	if (!record->features || record->code_format == IMAGE_FORMAT_UNSET || !code)
		return xstrdup("no descriptor and no known pair names it, and what it needs is not "
			       "recorded");
	split_features(record->features, &firmware->features);
	reason = features_refusal(request, &firmware->features);
	if (!reason)
		reason = code_misfit(request->arch, code, record->code_format);
	if (reason)
		return reason;
	*files = (struct firmware_files){.code = code};
	plan_firmware_set_code(code, record->code_format, firmware);
	firmware->source = FIRMWARE_SOURCE_EXPLICIT;
	firmware->interface = FIRMWARE_INTERFACE_UEFI;
	firmware->device = FIRMWARE_DEVICE_FLASH;
	firmware->mode = FIRMWARE_MODE_SPLIT;
	firmware->secure = strings_contain(&firmware->features, "requires-smm");
	firmware->smm = firmware->secure || request->smm == CHOICE_YES;
	if (code->virtual_size_bytes < arch_flash_bytes(request->arch))
		firmware->pad_bytes = arch_flash_bytes(request->arch);
	return NULL;
}

/* As the host offers it today, else as it was recorded. NULL, or why it cannot be. */
static char *decide_recorded(const struct host *host, const struct firmware_request *request,
	const struct record *record, struct firmware_files *files, struct plan *plan)
{
	struct firmware_request again = *request;
	struct candidates candidates = {0};
	struct error *error;

	again.loader = record->code.path;
	plan_firmware_clear(plan);
	error = decide_firmware(host, &again, &candidates, files, &plan->firmware);
	candidates_clear(&candidates);
	if (!error)
		return NULL;
	error_free(error);
	plan_firmware_clear(plan);
	return take_recorded(host, request, record, files, &plan->firmware);
}

static bool is_recorded(
	const struct host *host, const struct record *record, const struct plan_firmware *firmware)
{
	return strcmp(record->code.path, firmware->path) == 0 ||
	       same_file(host_file(host, record->code.path), host_file(host, firmware->path));
}

static struct error *keep(const struct store_question *ask, const struct record *record,
	struct firmware_files *files, struct plan *plan)
{
	auto_free char *chosen = xstrdup(plan->firmware.path);
	auto_free char *reason = decide_recorded(ask->host, ask->request, record, files, plan);

	if (reason)
		return refuse_gone(ask->request, record->code.path, reason, chosen);
	strings_addf(&plan->warnings,
		"firmware: this host's choice is now '%s'; the VM keeps '%s', which its variables "
		"were made with (--reset-nvram changes over)",
		chosen, record->code.path);
	return NULL;
}

struct error *keep_recorded_firmware(const struct store_question *ask, struct error *refusal,
	struct firmware_files *files, struct plan *plan)
{
	const struct record *record = find_record(ask->spec, ask->host, ask->options);
	auto_free char *reason = NULL;

	if (!record || !may_drift(ask->options, ask->request))
		return refusal;
	if (!refusal && (!plan->firmware.path || is_recorded(ask->host, record, &plan->firmware)))
		return NULL;
	if (!refusal)
		return keep(ask, record, files, plan);
	reason = decide_recorded(ask->host, ask->request, record, files, plan);
	if (reason)
		return refusal;
	error_free(refusal);
	strings_addf(&plan->warnings,
		"firmware: this host offers none for the VM any more; it keeps '%s', which its "
		"variables were made with",
		record->code.path);
	return NULL;
}
