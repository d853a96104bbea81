/* SPDX-License-Identifier: MIT */
#include "plan/command.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/qopt.h"
#include "host/host.h"
#include "plan/arguments.h"
#include "plan/cage.h"
#include "plan/cage_command.h"
#include "plan/equivalent.h"
#include "plan/firmware.h"
#include "plan/machine.h"
#include "plan/match.h"
#include "plan/request.h"
#include "plan/store.h"
#include "spec/spec.h"

bool command_wants_firmware(const struct plan_options *options)
{
	return options->firmware != FIRMWARE_OPTION_AUTO || options->secure_boot != CHOICE_UNSET ||
	       options->nvram != NVRAM_OPTION_AUTO;
}

static bool is_missing(const struct host *host, const char *path)
{
	const struct firmware_file *file = path ? host_file(host, path) : NULL;

	return file && file->error_number != 0;
}

/* The plan's own firmware, behind the words: QEMU merges -machine options. */
static void add_machine_options(struct plan *plan)
{
	const struct plan_firmware *firmware = &plan->firmware;
	struct text machine = {0};

	if (firmware->device == FIRMWARE_DEVICE_FLASH)
		qopt_add(&machine, "pflash0", "pflash0-format");
	if (plan->nvram.action != NVRAM_NONE && !plan->nvram.combined && !plan->nvram.json)
		qopt_add(&machine, "pflash1", "pflash1-format");
	if (firmware->smm)
		qopt_flag(&machine, "smm", true);
	if (machine.length > 0)
		add_option(&plan->argv, "-machine", text_take(&machine));
	text_clear(&machine);
	if (firmware->device == FIRMWARE_DEVICE_MEMORY)
		add_option(&plan->argv, "-bios", xstrdup(firmware->open_path));
	if (firmware->secure)
		add_option(&plan->argv, "-global",
			xstrdup("driver=cfi.pflash01,property=secure,value=on"));
}

static struct error *add_firmware(const struct spec *spec, const struct host *host,
	const struct plan_options *options, struct candidates *candidates, struct plan *plan)
{
	struct firmware_request request = {0};
	struct firmware_files files = {0};
	struct plan_options asked = *options;
	struct arguments arguments = {.spec = spec, .options = options, .plan = plan};

	if (asked.firmware == FIRMWARE_OPTION_AUTO)
		asked.firmware = FIRMWARE_OPTION_UEFI;
	TRY(firmware_request_make(spec, &asked, host, &request));
	TRY(decide_firmware(host, &request, candidates, &files, &plan->firmware));
	TRY(decide_store(
		&(struct store_question){spec, host, &asked, &request, &files, &plan->firmware},
		&plan->nvram));
	if (!options->below_root && plan->firmware.path) {
		free(plan->firmware.open_path);
		plan->firmware.open_path = xstrdup(plan->firmware.path);
	}
	TRY(add_flash_nodes(&arguments));
	add_machine_options(plan);
	return NULL;
}

/* `old` in every word becomes `new`; both as options spell them, without a comma. */
static void replace_path(struct plan *plan, const char *old, const char *new)
{
	for (size_t i = 1; i < plan->argv.count; i++) {
		char *word = plan->argv.items[i];
		const char *place = strstr(word, old);
		char *changed;

		if (!place)
			continue;
		changed =
			xasprintf("%.*s%s%s", (int)(place - word), word, new, place + strlen(old));
		free(word);
		plan->argv.items[i] = changed;
	}
}

static struct error *refuse_missing(
	const struct spec *spec, const struct host *host, const char *path)
{
	auto_text struct text there = {0};

	for (size_t i = 0; i < host->pair_count; i++)
		if (host->pairs[i].arch == spec->arch)
			text_addf(&there, "\n  %s%s%s", host->pairs[i].code->path,
				host->pairs[i].vars ? ":" : "",
				host->pairs[i].vars ? host->pairs[i].vars->path : "");
	return error_new("firmware '%s' is not there, and this host has no equivalent; there is%s",
		path, there.bytes ? there.bytes : " none");
}

/* The store that the command line names and that is not there is made from the template which
 * belongs to its CODE; one in a distribution's folder is a template itself, and a private copy
 * takes its place. */
static void make_store(
	const struct spec_flash *flash, const struct firmware_file *template, struct plan *plan)
{
	struct plan_nvram *nvram = &plan->nvram;

	nvram->template = xstrdup(template->path);
	nvram->template_open = xstrdup(template->host_path);
	nvram->template_format = template->format;
	nvram->format = template->format;
	nvram->size_bytes = 0;
	if (!text_starts_with(flash->path, "/usr/")) {
		nvram->action = NVRAM_CREATE;
		nvram->path = xstrdup(flash->path);
		strings_addf(&plan->warnings, "firmware: '%s' is not there; made from '%s'",
			flash->path, template->path);
		return;
	}
	nvram->action = NVRAM_EPHEMERAL;
	plan->nvram_by_fd = true;
	replace_path(plan, flash->word, "/dev/fdset/30");
	strings_add(&plan->argv, "-add-fd");
	strings_addf(&plan->argv, "fd=%d,set=%d,opaque=nvram", PLAN_NVRAM_FD, PLAN_NVRAM_FD);
	strings_addf(&plan->warnings,
		"firmware: '%s' is not there; a copy of '%s' that is not kept takes its place",
		flash->path, template->path);
}

static bool format_fits(const struct spec_flash *flash, const struct firmware_file *file)
{
	return flash->format == IMAGE_FORMAT_UNSET || flash->format == file->format;
}

static const char *argv_path(const struct plan_options *options, const struct firmware_file *file)
{
	return options->below_root ? file->host_path : file->path;
}

static void take_code(const struct plan_options *options, const char *word, const char *path,
	const struct firmware_file *code, struct plan *plan)
{
	replace_path(plan, word, argv_path(options, code));
	plan->firmware.source = FIRMWARE_SOURCE_FALLBACK;
	plan->firmware.path = xstrdup(code->path);
	plan->firmware.open_path = xstrdup(argv_path(options, code));
	plan->firmware.format = code->format;
	strings_addf(&plan->warnings, "firmware: '%s' is not there; '%s' takes its place", path,
		code->path);
}

static struct error *replace_flash(const struct spec *spec, const struct host *host,
	const struct plan_options *options, struct plan *plan)
{
	const struct spec_flash *code = &spec->command.flash[0];
	const struct spec_flash *vars = &spec->command.flash[1];
	const char *asked = code->path ? code->path : vars->path;
	struct equivalent found = find_equivalent(host, spec->arch, asked);

	if (is_missing(host, code->path)) {
		if (!found.code || !format_fits(code, found.code))
			return refuse_missing(spec, host, code->path);
		take_code(options, code->word, code->path, found.code, plan);
	}
	if (is_missing(host, vars->path)) {
		if (!found.vars || !format_fits(vars, found.vars))
			return refuse_missing(spec, host, vars->path);
		if (vars->readonly)
			replace_path(plan, vars->word, argv_path(options, found.vars));
		else
			make_store(vars, found.vars, plan);
	}
	return NULL;
}

static struct error *replace_bios(const struct spec *spec, const struct host *host,
	const struct plan_options *options, struct plan *plan)
{
	const struct spec_command *command = &spec->command;
	struct equivalent found;

	if (!is_missing(host, command->bios))
		return NULL;
	found = find_equivalent(host, spec->arch, command->bios);
	if (!found.code)
		return refuse_missing(spec, host, command->bios);
	take_code(options, command->bios_word, command->bios, found.code, plan);
	return NULL;
}

/* QEMU's own error about a missing file comes next; this line says what to write instead. */
static void name_equivalent(const struct spec *spec, const struct host *host, const char *path,
	bool vars, struct plan *plan)
{
	struct equivalent found;
	const struct firmware_file *file;

	if (!is_missing(host, path))
		return;
	found = find_equivalent(host, spec->arch, path);
	file = vars ? found.vars : found.code;
	if (file)
		strings_addf(&plan->warnings,
			"firmware: '%s' is not there; this host has '%s' (SLIPWAY_FIRMWARE=uefi "
			"takes "
			"it)",
			path, file->path);
}

static struct error *decide_firmware_of_command(const struct spec *spec, const struct host *host,
	const struct plan_options *options, struct candidates *candidates, struct plan *plan)
{
	const struct spec_command *command = &spec->command;
	bool has_own = command->flash[0].path || command->flash[1].path || command->bios_word;

	if (!command_wants_firmware(options)) {
		name_equivalent(spec, host, command->flash[0].path, false, plan);
		name_equivalent(spec, host, command->flash[1].path, true, plan);
		name_equivalent(spec, host, command->bios, false, plan);
		return NULL;
	}
	if (!has_own && !spec->kernel)
		return add_firmware(spec, host, options, candidates, plan);
	if (!has_own) {
		strings_add(&plan->notes, "firmware: the command line boots a kernel of its own");
		return NULL;
	}
	TRY(replace_flash(spec, host, options, plan));
	return replace_bios(spec, host, options, plan);
}

static void begin(const struct spec *spec, const struct host *host, struct plan *plan)
{
	plan->name = xstrdup(spec->name);
	plan->arch = spec->arch;
	plan->machine = xstrdup(spec->machine ? spec->machine : machine_default(spec->arch));
	plan->accel = spec->command.kvm ? "kvm" : "tcg";
	plan->emulator = xstrdup(host->emulator.path ? host->emulator.path : "qemu");
	strings_add(&plan->argv, plan->emulator);
	for (size_t i = 0; i < spec->command.words.count; i++)
		strings_add(&plan->argv, spec->command.words.items[i]);
}

struct error *plan_command(const struct spec *spec, const struct host *host,
	const struct plan_options *options, struct candidates *ret_candidates,
	struct plan **ret_plan)
{
	auto_plan struct plan *plan = xcalloc(1, sizeof(*plan));

	*ret_candidates = (struct candidates){0};
	begin(spec, host, plan);
	TRY(decide_firmware_of_command(spec, host, options, ret_candidates, plan));
	decide_cage(spec, options, plan);
	TRY(decide_command_cage(spec, host, options, plan));
	for (size_t i = 0; i < host->notes.count; i++)
		strings_add(&plan->notes, host->notes.items[i]);
	plan->candidates = *ret_candidates;
	*ret_candidates = (struct candidates){0};
	*ret_plan = steal(&plan);
	return NULL;
}
