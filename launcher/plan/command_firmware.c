/* SPDX-License-Identifier: MIT */
#include "plan/command_firmware.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/qopt.h"
#include "host/host.h"
#include "plan/arguments.h"
#include "plan/command.h"
#include "plan/equivalent.h"
#include "plan/firmware.h"
#include "plan/match.h"
#include "plan/request.h"
#include "plan/store.h"
#include "spec/spec.h"

/* What every step below looks at; the plan is what they fill. */
struct line {
	const struct spec *spec;
	const struct host *host;
	const struct plan_options *options;
	struct plan *plan;
};

static bool is_missing(const struct host *host, const char *path)
{
	const struct firmware_file *file = path ? host_file(host, path) : NULL;

	return file && file->error_number != 0;
}

/* The file, where it is there. */
static const struct firmware_file *kept_file(const struct host *host, const char *path)
{
	const struct firmware_file *file = path ? host_file(host, path) : NULL;

	return file && file->error_number == 0 ? file : NULL;
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
	if (firmware->device == FIRMWARE_DEVICE_MEMORY)
		add_option(&plan->argv, "-bios", xstrdup(firmware->open_path));
	if (firmware->secure)
		add_option(&plan->argv, "-global",
			xstrdup("driver=cfi.pflash01,property=secure,value=on"));
}

/* libvirt gives a VM a home of its own, and removes it when the VM ends (libvirt src/qemu/
 * qemu_process.c, qemuProcessStop). */
static void name_lost_store(const struct spec *spec, struct plan *plan)
{
	const struct plan_nvram *nvram = &plan->nvram;

	if (nvram->action != NVRAM_EPHEMERAL && nvram->path &&
		strstr(nvram->path, "/libvirt/qemu/domain-"))
		strings_addf(&plan->warnings,
			"nvram: libvirt removes '%s' when the VM ends; "
			"SLIPWAY_NVRAM=/var/lib/libvirt/qemu/nvram/%s_VARS.fd keeps it",
			nvram->path, spec->name);
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
	name_lost_store(spec, plan);
	if (!options->below_root && plan->firmware.path) {
		free(plan->firmware.open_path);
		plan->firmware.open_path = xstrdup(plan->firmware.path);
	}
	TRY(add_flash_nodes(&arguments));
	add_machine_options(plan);
	return NULL;
}

/* Where `path` stands as a whole value in `word`: behind the option's own signs and before them. */
static char *find_path(char *word, const char *path)
{
	size_t length = strlen(path);

	for (char *place = strstr(word, path); place; place = strstr(place + 1, path))
		if ((place == word || strchr("=,:\"", place[-1])) &&
			(place[length] == '\0' || strchr(",\"", place[length])))
			return place;
	return NULL;
}

/* In every word; both names as options spell them, without a comma. */
static void replace_path(struct plan *plan, const char *old, const char *new)
{
	for (size_t i = 1; i < plan->argv.count; i++) {
		char *word = plan->argv.items[i];
		char *place = find_path(word, old);

		if (!place)
			continue;
		plan->argv.items[i] =
			xasprintf("%.*s%s%s", (int)(place - word), word, new, place + strlen(old));
		free(word);
	}
}

static struct error *refuse_missing(const struct line *line, const char *path)
{
	const struct host *host = line->host;
	auto_text struct text there = {0};

	for (size_t i = 0; i < host->pair_count; i++)
		if (host->pairs[i].arch == line->spec->arch)
			text_addf(&there, "\n  %s%s%s", host->pairs[i].code->path,
				host->pairs[i].vars ? ":" : "",
				host->pairs[i].vars ? host->pairs[i].vars->path : "");
	return error_new("firmware '%s' is not there, and this host has no equivalent; there is%s",
		path, there.bytes ? there.bytes : " none");
}

/* The store that the command line names and that is not there is made from the template which
 * belongs to its CODE; one in a distribution's folder is a template itself, and a private copy
 * takes its place. */
static void make_store(const struct line *line, const struct spec_flash *flash,
	const struct firmware_file *template)
{
	struct plan *plan = line->plan;
	struct plan_nvram *nvram = &plan->nvram;
	int fd = PLAN_NVRAM_FD + plan->fd_shift;
	auto_free char *set = NULL;

	nvram->template = xstrdup(template->path);
	nvram->template_open = xstrdup(template->host_path);
	nvram->template_format = template->format;
	nvram->format = template->format;
	nvram->size_bytes = 0;
	if (!is_template(line->host, flash->path)) {
		nvram->action = NVRAM_CREATE;
		nvram->path = xstrdup(flash->path);
		strings_addf(&plan->warnings, "firmware: '%s' is not there; made from '%s'",
			flash->path, template->path);
		return;
	}
	nvram->action = NVRAM_EPHEMERAL;
	plan->nvram_by_fd = true;
	set = xasprintf("/dev/fdset/%d", fd);
	replace_path(plan, flash->word, set);
	strings_add(&plan->argv, "-add-fd");
	strings_addf(&plan->argv, "fd=%d,set=%d,opaque=nvram", fd, fd);
	strings_addf(&plan->warnings,
		"firmware: '%s' is not there; a copy of '%s' that is not kept takes its place",
		flash->path, template->path);
}

static const char *argv_path(const struct plan_options *options, const struct firmware_file *file)
{
	return options->below_root ? file->host_path : file->path;
}

/* The distribution's file must not be written to, whatever the one that is missing was for. */
static void make_readonly(struct plan *plan, const char *path)
{
	for (size_t i = 1; i < plan->argv.count; i++) {
		char *word = plan->argv.items[i];

		if (!find_path(word, path) || !strstr(word, "if=pflash") ||
			strstr(word, "readonly=on"))
			continue;
		plan->argv.items[i] = xasprintf("%s,readonly=on", word);
		free(word);
	}
}

static void take_code(const struct line *line, const char *word, const char *path,
	const struct firmware_file *code)
{
	struct plan *plan = line->plan;

	replace_path(plan, word, argv_path(line->options, code));
	plan->firmware.source = FIRMWARE_SOURCE_FALLBACK;
	plan->firmware.path = xstrdup(code->path);
	plan->firmware.open_path = xstrdup(argv_path(line->options, code));
	plan->firmware.format = code->format;
	strings_addf(&plan->warnings, "firmware: '%s' is not there; '%s' takes its place", path,
		code->path);
}

static struct equivalent_question ask_for_flash(const struct line *line)
{
	const struct spec_flash *flash = line->spec->command.flash;

	return (struct equivalent_question){
		.arch = line->spec->arch,
		.code = flash[0].path,
		.vars = flash[1].path,
		.kept_code = kept_file(line->host, flash[0].path),
		.kept_vars = kept_file(line->host, flash[1].path),
		.code_format = flash[0].format,
		.vars_format = flash[1].format,
	};
}

/* --firmware=CODE:VARS says itself what stands for what is missing. */
static struct equivalent find_flash(const struct line *line)
{
	const struct plan_options *options = line->options;
	const struct equivalent_question question = ask_for_flash(line);

	if (options->firmware == FIRMWARE_OPTION_FILES)
		return (struct equivalent){kept_file(line->host, options->firmware_path),
			kept_file(line->host, options->firmware_vars)};
	return find_equivalent(line->host, &question);
}

static struct error *replace_flash(const struct line *line)
{
	const struct spec_flash *code = &line->spec->command.flash[0];
	const struct spec_flash *vars = &line->spec->command.flash[1];
	bool code_is_missing = is_missing(line->host, code->path);
	bool vars_is_missing = is_missing(line->host, vars->path);
	struct equivalent found;

	if (!code_is_missing && !vars_is_missing)
		return NULL;
	found = find_flash(line);
	if (code_is_missing) {
		if (!found.code)
			return refuse_missing(line, code->path);
		take_code(line, code->word, code->path, found.code);
		if (!code->readonly)
			make_readonly(line->plan, line->plan->firmware.open_path);
	}
	if (vars_is_missing) {
		if (!found.vars)
			return refuse_missing(line, vars->path);
		if (vars->readonly)
			replace_path(line->plan, vars->word, argv_path(line->options, found.vars));
		else
			make_store(line, vars, found.vars);
	}
	return NULL;
}

static struct equivalent find_bios(const struct line *line)
{
	const struct equivalent_question question = {.arch = line->spec->arch,
		.code = line->spec->command.bios,
		.code_format = IMAGE_FORMAT_RAW,
		.memory = true};

	return find_equivalent(line->host, &question);
}

static struct error *replace_bios(const struct line *line)
{
	const struct spec_command *command = &line->spec->command;
	struct equivalent found;

	if (!is_missing(line->host, command->bios))
		return NULL;
	found = find_bios(line);
	if (!found.code)
		return refuse_missing(line, command->bios);
	take_code(line, command->bios_word, command->bios, found.code);
	return NULL;
}

/* QEMU's own error about a missing file comes next; this line says what to write instead. */
static void name_equivalent(
	const struct line *line, const char *path, const struct firmware_file *file)
{
	if (is_missing(line->host, path) && file)
		strings_addf(&line->plan->warnings,
			"firmware: '%s' is not there; this host has '%s' (SLIPWAY_FIRMWARE=uefi "
			"takes it)",
			path, file->path);
}

static void name_equivalents(const struct line *line)
{
	const struct spec_command *command = &line->spec->command;
	const struct equivalent_question question = ask_for_flash(line);
	struct equivalent flash = find_equivalent(line->host, &question);

	name_equivalent(line, command->flash[0].path, flash.code);
	name_equivalent(line, command->flash[1].path, flash.vars);
	name_equivalent(line, command->bios, find_bios(line).code);
}

struct error *decide_command_firmware(const struct spec *spec, const struct host *host,
	const struct plan_options *options, struct candidates *ret_candidates, struct plan *plan)
{
	const struct spec_command *command = &spec->command;
	const struct line line = {spec, host, options, plan};
	bool has_own = command->flash[0].path || command->flash[1].path || command->bios_word;

	if (!command_wants_firmware(options)) {
		name_equivalents(&line);
		return NULL;
	}
	if (!has_own && (!spec->kernel || options->firmware != FIRMWARE_OPTION_AUTO))
		return add_firmware(spec, host, options, ret_candidates, plan);
	if (!has_own) {
		strings_add(&plan->notes, "firmware: the command line boots a kernel of its own");
		return NULL;
	}
	TRY(replace_flash(&line));
	return replace_bios(&line);
}
