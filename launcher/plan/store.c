/* SPDX-License-Identifier: MIT */
#include "plan/store.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "host/host.h"
#include "plan/equivalent.h"
#include "plan/fit.h"
#include "plan/firmware.h"
#include "plan/match.h"
#include "plan/plan.h"
#include "plan/request.h"
#include "spec/spec.h"

static char *default_path(
	const struct spec *spec, const struct plan_options *options, const char *extension)
{
	return xasprintf("%s/%s_VARS.%s", options->nvram_directory, spec->name, extension);
}

void plan_store_paths(
	const struct spec *spec, const struct plan_options *options, struct strings *ret_paths)
{
	static const char *const extensions[] = {"fd", "qcow2", "json"};

	if (options->nvram == NVRAM_OPTION_PATH) {
		/* no other store is this VM's, nor what is recorded beside it */
		strings_add(ret_paths, options->nvram_path);
		return;
	}
	if (spec->firmware.nvram.source.path)
		strings_add(ret_paths, spec->firmware.nvram.source.path);
	if (spec->firmware.varstore.path)
		strings_add(ret_paths, spec->firmware.varstore.path);
	for (size_t i = 0; i < ARRAY_COUNT(extensions); i++)
		strings_add_owned(ret_paths, default_path(spec, options, extensions[i]));
}

const struct firmware_file *store_file(const struct host *host, const char *path)
{
	for (size_t i = 0; i < host->store_count; i++)
		if (strcmp(host->stores[i]->path, path) == 0)
			return host->stores[i];
	return NULL;
}

/* The path that was asked for, or NULL. Borrowed. */
static const char *asked_path(const struct store_question *ask)
{
	if (ask->options->nvram == NVRAM_OPTION_PATH)
		return ask->options->nvram_path;
	if (ask->firmware->uefi_vars)
		return ask->spec->firmware.varstore.path;
	return ask->spec->firmware.nvram.source.path;
}

/* libvirt, qemuFirmwareEnsureNVRAM: what was said, else the template's format where the store's
 * name is made here, else the loader's. */
static enum image_format store_format(const struct store_question *ask)
{
	enum image_format template_format = ask->files->template_format;

	if (ask->firmware->uefi_vars)
		return IMAGE_FORMAT_RAW;
	if (ask->spec->firmware.nvram.format != IMAGE_FORMAT_UNSET)
		return ask->spec->firmware.nvram.format;
	if (!asked_path(ask) && template_format != IMAGE_FORMAT_UNSET)
		return template_format;
	return ask->firmware->format;
}

static void set_path(const struct store_question *ask, struct plan_nvram *nvram)
{
	const char *asked = asked_path(ask);
	const char *extension = nvram->format == IMAGE_FORMAT_QCOW2 ? "qcow2" : "fd";

	nvram->path =
		asked ? xstrdup(asked)
		      : default_path(ask->spec, ask->options, nvram->json ? "json" : extension);
	nvram->make_directory = !asked;
}

/* "nbd://host:port/name", QEMU's own notation (qemu(1), "Device URL Syntax"); without a host the
 * store is reached through a UNIX socket. */
static char *network_url(const struct spec_source *source)
{
	struct text text = {0};

	text_addf(&text, "%s%s://", source->protocol, source->socket ? "+unix" : "");
	if (source->host)
		text_add(&text, source->host);
	if (source->port > 0)
		text_addf(&text, ":%u", (unsigned int)source->port);
	if (source->export)
		text_addf(&text, "/%s", source->export);
	if (source->socket)
		text_addf(&text, "?socket=%s", source->socket);
	return text_take(&text);
}

/* A uefi-vars store is JSON text, and empty before its first use; what is flash is none. */
static char *json_misfit(const struct firmware_file *file)
{
	if (file->error_number != 0)
		return xasprintf("'%s': %s", file->path, strerror(file->error_number));
	if (!file->regular)
		return xasprintf("'%s' is not a regular file", file->path);
	if (file->size_bytes > 0 &&
		(file->format == IMAGE_FORMAT_QCOW2 || file->role != FIRMWARE_ROLE_UNKNOWN))
		return xasprintf("'%s' is flash, and a uefi-vars store is JSON: QEMU would refuse "
				 "it",
			file->path);
	return NULL;
}

/* Would the guest run with `file` as its store? */
static char *misfit(const struct store_question *ask, const struct plan_nvram *nvram,
	const struct firmware_file *file, enum image_format format)
{
	if (nvram->json)
		return json_misfit(file);
	if (nvram->combined)
		return code_misfit(ask->request->arch, file, format);
	return store_misfit(ask->request->arch, ask->files->code, file, format);
}

/* A store is written where it lies: on a board of fixed flash it has that size to the byte, while a
 * shorter template is padded as it is copied. */
static char *store_size_misfit(const struct store_question *ask, const struct firmware_file *store)
{
	uint64_t wanted = arch_flash_bytes(ask->request->arch);

	if (store->cut_off)
		return xasprintf(
			"'%s' is cut off: its tables name what is behind its end", store->path);
	if (wanted == 0 || store->virtual_size_bytes == wanted)
		return NULL;
	return xasprintf("'%s' has %" PRIu64 " bytes, and the board's flash %" PRIu64
			 ": QEMU would refuse it",
		store->path, store->virtual_size_bytes, wanted);
}

static void set_template(const struct store_question *ask, struct plan_nvram *nvram)
{
	const struct firmware_file *template = ask->files->template;

	if (!template)
		return;
	nvram->template_format = ask->files->template_format;
	if (nvram->template_format == IMAGE_FORMAT_UNSET && template->error_number == 0)
		nvram->template_format = template->format;
	nvram->template = xstrdup(template->path);
	nvram->template_open = xstrdup(template->host_path);
}

/* A template that is not there: the one that this host has for the CODE. */
static char *hint_at_template(const struct store_question *ask)
{
	const struct firmware_file *found =
		find_template(ask->host, ask->request->arch, ask->files->code);

	if (ask->firmware->uefi_vars)
		return xstrdup("give one that fits with <varstore template=…>");
	if (!found)
		return xstrdup(
			"give one that fits with <nvram template=…> or --firmware=CODE:VARS");
	return xasprintf("the one that belongs to '%s' is '%s': <nvram template='%s'/>, or "
			 "--firmware=%s:%s",
		ask->firmware->path, found->path, found->path, ask->firmware->path, found->path);
}

/* A template is looked at when something will be copied from it; a VM whose store is there starts
 * without one. */
static struct error *check_template(
	const struct store_question *ask, const struct plan_nvram *nvram)
{
	auto_free char *reason = NULL;
	auto_free char *hint = NULL;

	if (!nvram->template || nvram->action == NVRAM_KEEP)
		return NULL;
	reason = misfit(ask, nvram, ask->files->template, nvram->template_format);
	if (!reason)
		return NULL;
	hint = hint_at_template(ask);
	return error_at(
		ask->request->file, ask->request->line, "nvram template %s; %s", reason, hint);
}

/* libvirt says "unable to find any master var store for loader" here, and names neither. */
static struct error *refuse_no_template(
	const struct store_question *ask, const struct plan_nvram *nvram)
{
	if (nvram->json)
		return error_at(ask->request->file, ask->spec->firmware.varstore.line,
			"no template is known for the store of '%s', and '%s' does not exist; give "
			"<varstore template=…>",
			ask->firmware->path, nvram->path);
	return error_at(ask->request->file, ask->request->line,
		"no nvram template is known for loader '%s', and '%s' does not exist; give "
		"<nvram template=…> or --firmware=CODE:VARS, or use a loader that a descriptor or "
		"a known pair names (slipway firmware lists them)",
		ask->firmware->path, nvram->path);
}

/* A new store needs a template that is there and fits: without one, --reset-nvram is no way out. */
static char *hint_at_reset(const struct store_question *ask, const struct plan_nvram *nvram)
{
	auto_free char *unfit = NULL;
	auto_free char *hint = NULL;

	if (nvram->template)
		unfit = misfit(ask, nvram, ask->files->template, nvram->template_format);
	if (nvram->template && !unfit)
		return xasprintf(
			"--reset-nvram makes a new one from %s and keeps the old one beside it",
			nvram->template);
	hint = hint_at_template(ask);
	return xasprintf("--reset-nvram cannot make a new one: %s%s; %s", unfit ? "template " : "",
		unfit ? unfit : "no template is known", hint);
}

static struct error *refuse_store(
	const struct store_question *ask, const struct plan_nvram *nvram, const char *reason)
{
	const struct spec_firmware *firmware = &ask->spec->firmware;
	const struct firmware_file *store = store_file(ask->host, nvram->path);
	bool optional = ask->options->nvram == NVRAM_OPTION_PATH;
	const char *file = optional ? nvram->path : ask->request->file;
	int line = nvram->json ? firmware->varstore.line : firmware->nvram.line;
	auto_free char *hint = store->regular ? hint_at_reset(ask, nvram)
					      : xstrdup("choose another place with --nvram=PATH");

	return error_at(file, optional ? 0 : line, "nvram %s; %s", reason, hint);
}

/* A throw-away copy begins with the VM's own store: it helps where another one was named. */
static struct error *refuse_closed(
	const struct store_question *ask, const struct firmware_file *store)
{
	bool denied = store->error_number == EACCES || store->error_number == EPERM;

	return error_hint(error_system(store->error_number, "cannot open nvram '%s'", store->path),
		"%schoose another place with --nvram=PATH%s",
		denied ? "the user who starts the VM must be able to read and write it; " : "",
		ask->options->nvram == NVRAM_OPTION_PATH ? ", or --nvram=ephemeral" : "");
}

/* A store that is there must fit before it is used; one that is not there needs a template. */
static struct error *decide_action(const struct store_question *ask, struct plan_nvram *nvram)
{
	const struct firmware_file *store = store_file(ask->host, nvram->path);
	bool exists = store && store->error_number != ENOENT;
	auto_free char *reason = NULL;

	if (exists && store->error_number != 0)
		return refuse_closed(ask, store);
	if (exists && !ask->options->reset_nvram)
		reason = misfit(ask, nvram, store, nvram->format);
	if (exists && !reason && !nvram->json && !ask->options->reset_nvram)
		reason = store_size_misfit(ask, store);
	if (reason)
		return refuse_store(ask, nvram, reason);
	if (exists && !ask->options->reset_nvram) {
		nvram->action = NVRAM_KEEP;
		return NULL;
	}
	if (!nvram->template)
		return refuse_no_template(ask, nvram);
	nvram->action = exists ? NVRAM_RESET : NVRAM_CREATE;
	return NULL;
}

/* A copy that is gone afterwards: of the VM's store, where there is one, else of the template. */
static struct error *make_ephemeral(const struct store_question *ask, struct plan_nvram *nvram)
{
	if (nvram->action == NVRAM_KEEP) {
		free_pointer(&nvram->template);
		free_pointer(&nvram->template_open);
		nvram->template = xstrdup(nvram->path);
		nvram->template_open = xstrdup(nvram->path);
		nvram->template_format = nvram->format;
	}
	if (!nvram->template)
		return refuse_no_template(ask, nvram);
	nvram->action = NVRAM_EPHEMERAL;
	nvram->make_directory = false;
	free_pointer(&nvram->path);
	return NULL;
}

static bool is_private(const struct plan_options *options)
{
	return options->ephemeral || options->nvram == NVRAM_OPTION_EPHEMERAL;
}

static void set_kind(const struct store_question *ask, struct plan_nvram *nvram)
{
	nvram->json = ask->firmware->uefi_vars;
	nvram->combined = ask->firmware->mode == FIRMWARE_MODE_COMBINED;
	nvram->format = store_format(ask);
	if (!nvram->json && !nvram->combined)
		nvram->size_bytes = store_size_wanted(ask->request->arch, ask->files->code);
	set_path(ask, nvram);
	set_template(ask, nvram);
}

static struct error *decide_file(const struct store_question *ask, struct plan_nvram *nvram)
{
	set_kind(ask, nvram);
	TRY(decide_action(ask, nvram));
	TRY(check_template(ask, nvram));
	return is_private(ask->options) ? make_ephemeral(ask, nvram) : NULL;
}

/* The throw-away copy of a store that is elsewhere begins with the template: what is there is not
 * read, and never written. */
static struct error *decide_private(const struct store_question *ask, struct plan_nvram *nvram)
{
	nvram->action = NVRAM_CREATE;
	set_kind(ask, nvram);
	TRY(check_template(ask, nvram));
	return make_ephemeral(ask, nvram);
}

/* What is on a block device counts like what is in a file; what cannot be seen from here, or is
 * none, is found out when it is opened. */
static struct error *check_device(const struct store_question *ask, const struct plan_nvram *nvram)
{
	const struct firmware_file *found = store_file(ask->host, nvram->path);
	struct firmware_file device;
	auto_free char *reason = NULL;

	if (!found || found->error_number != 0 || !found->block_device || ask->options->only_store)
		return NULL;
	device = *found;
	device.regular = true;
	reason = misfit(ask, nvram, &device, nvram->format);
	if (!reason)
		reason = store_size_misfit(ask, &device);
	if (!reason)
		return NULL;
	return error_at(ask->request->file, ask->spec->firmware.nvram.line,
		"nvram %s; write one onto it: qemu-img convert -O %s %s %s", reason,
		image_format_name(nvram->format),
		ask->files->template ? ask->files->template->path : "TEMPLATE", nvram->path);
}

/* A store that is used as it is: over the network, or a block device. */
static struct error *set_foreign(const struct store_question *ask, struct plan_nvram *nvram)
{
	const struct spec_source *source = &ask->spec->firmware.nvram.source;

	nvram->action = NVRAM_NETWORK;
	nvram->path =
		source->kind == SPEC_SOURCE_NETWORK ? network_url(source) : xstrdup(source->path);
	nvram->format = store_format(ask);
	if (ask->options->reset_nvram && !ask->options->only_store)
		return error_at(ask->request->file, ask->spec->firmware.nvram.line,
			"nvram '%s' is used as it is, and --reset-nvram makes files alone; write "
			"the template onto it with qemu-img, or choose a file with --nvram=PATH",
			nvram->path);
	return source->kind == SPEC_SOURCE_BLOCK ? check_device(ask, nvram) : NULL;
}

struct error *decide_store(const struct store_question *ask, struct plan_nvram *ret_nvram)
{
	enum spec_source_kind kind = ask->spec->firmware.nvram.source.kind;
	bool foreign = !ask->firmware->uefi_vars &&
		       (kind == SPEC_SOURCE_NETWORK || kind == SPEC_SOURCE_BLOCK);

	ret_nvram->action = NVRAM_NONE;
	if (!firmware_keeps_variables(ask->firmware))
		return NULL;
	if (!foreign || ask->options->nvram == NVRAM_OPTION_PATH)
		return decide_file(ask, ret_nvram);
	if (is_private(ask->options))
		return decide_private(ask, ret_nvram);
	return set_foreign(ask, ret_nvram);
}
