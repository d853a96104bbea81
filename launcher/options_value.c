/* SPDX-License-Identifier: MIT */
#include "options_value.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "options_table.h"

struct word_value {
	const char *word;
	int value;
};

static const struct word_value choices[] = {
	{"auto", CHOICE_UNSET}, {"yes", CHOICE_YES}, {"no", CHOICE_NO}};
static const struct word_value accels[] = {
	{"auto", ACCEL_OPTION_AUTO}, {"kvm", ACCEL_OPTION_KVM}, {"tcg", ACCEL_OPTION_TCG}};
static const struct word_value sandboxes[] = {{"on", SANDBOX_ON}, {"require", SANDBOX_REQUIRE},
	{"log", SANDBOX_LOG}, {"off", SANDBOX_OFF}};
static const struct word_value consoles[] = {{"clean", CONSOLE_OPTION_CLEAN},
	{"raw", CONSOLE_OPTION_RAW}, {"off", CONSOLE_OPTION_OFF}, {"pty", CONSOLE_OPTION_PTY}};
static const struct word_value formats[] = {
	{"text", OUTPUT_TEXT}, {"shell", OUTPUT_SHELL}, {"json", OUTPUT_JSON}};
static const struct word_value firmwares[] = {{"auto", FIRMWARE_OPTION_AUTO},
	{"uefi", FIRMWARE_OPTION_UEFI}, {"efi", FIRMWARE_OPTION_UEFI},
	{"bios", FIRMWARE_OPTION_BIOS}, {"none", FIRMWARE_OPTION_NONE}};
static const struct word_value nvrams[] = {
	{"auto", NVRAM_OPTION_AUTO}, {"ephemeral", NVRAM_OPTION_EPHEMERAL}};

static const struct word_value *find_word(
	const struct word_value *words, size_t count, const char *word)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(words[i].word, word) == 0)
			return &words[i];
	return NULL;
}

/* `name` is what a message calls the setting: "--sandbox", "SLIPWAY_SANDBOX". */
static struct error *read_word(const struct word_value *words, size_t count, const char *name,
	const char *text, int *ret_value)
{
	const struct word_value *found = find_word(words, count, text);
	auto_text struct text all = {0};

	if (found) {
		*ret_value = found->value;
		return NULL;
	}
	for (size_t i = 0; i < count; i++)
		text_addf(&all, "%s%s", i > 0 ? ", " : "", words[i].word);
	return error_new("%s='%s' is not known; it is one of %s", name, text, all.bytes);
}

#define READ_WORD(words, name, text, ret_value)                                                    \
	read_word(words, ARRAY_COUNT(words), name, text, ret_value)

/* Paths are made absolute where they are read, so nothing later depends on the working directory.
 */
static struct error *absolute(const char *path, char **ret_path)
{
	auto_free char *here = NULL;

	if (path[0] != '/') {
		here = getcwd(NULL, 0);
		if (!here)
			return error_new("'%s': the working directory is not readable; give an "
					 "absolute path",
				path);
	}
	free(*ret_path);
	*ret_path = here ? path_absolute(here, path) : xstrdup(path);
	return NULL;
}

static struct error *read_firmware(const char *name, const char *text, struct options *options)
{
	const struct word_value *word = find_word(firmwares, ARRAY_COUNT(firmwares), text);
	const char *colon = strchr(text, ':');
	auto_free char *code = NULL;

	if (word) {
		options->firmware = (enum firmware_option)word->value;
		return NULL;
	}
	if (text_ends_with(text, ".json")) {
		options->firmware = FIRMWARE_OPTION_DESCRIPTOR;
		return absolute(text, &options->firmware_path);
	}
	if (!strchr(text, '/') && !colon)
		return error_new("%s='%s' is not known; it is auto, uefi, bios, none, a path "
				 "DESCRIPTOR.json, or paths CODE[:VARS]",
			name, text);
	code = colon ? xstrndup(text, (size_t)(colon - text)) : xstrdup(text);
	options->firmware = FIRMWARE_OPTION_FILES;
	TRY(absolute(code, &options->firmware_path));
	return colon ? absolute(colon + 1, &options->firmware_vars) : NULL;
}

static struct error *read_nvram(const char *text, struct options *options)
{
	const struct word_value *word = find_word(nvrams, ARRAY_COUNT(nvrams), text);

	options->nvram = word ? (enum nvram_option)word->value : NVRAM_OPTION_PATH;
	if (text[0] == '\0')
		return error_new("--nvram='' is not known; it is auto, ephemeral or a path");
	return word ? NULL : absolute(text, &options->nvram_path);
}

static struct error *read_sandbox_path(const char *text, struct options *options)
{
	const char *colon = strrchr(text, ':');
	auto_free char *path = NULL;
	auto_free char *full = NULL;
	bool write = colon && strcmp(colon, ":rw") == 0;

	if (!colon || (!write && strcmp(colon, ":r") != 0))
		return error_new("--sandbox-path='%s' does not end in ':r' or ':rw'", text);
	if (colon == text)
		return error_new("--sandbox-path='%s' has no path", text);
	path = xstrndup(text, (size_t)(colon - text));
	TRY(absolute(path, &full));
	if (!full || access(full, F_OK) < 0) /* never NULL; an analyser cannot tell */
		return error_new("--sandbox-path: '%s' does not exist", path);
	strings_add(write ? &options->sandbox_write : &options->sandbox_read, full);
	return NULL;
}

/* Numbers and times are read by the command itself. */
static struct error *read_test_option(int id, const char *text, struct test_options *test)
{
	int value = 0;

	switch (id) {
	case OPTION_SEND:
		strings_add(&test->send, text);
		return NULL;
	case OPTION_READY:
		test->ready = true;
		return NULL;
	case OPTION_ALLOW_SHELL:
		test->allow_shell = true;
		return NULL;
	case OPTION_REBOOTS:
		test->reboots = text;
		return NULL;
	case OPTION_SILENCE:
		test->silence = text;
		return NULL;
	case OPTION_KEEP:
		test->keep = true;
		return NULL;
	case OPTION_CONSOLE:
		TRY(READ_WORD(consoles, "--console", text, &value));
		test->console = (enum console_option)value;
		return NULL;
	case OPTION_SCREENSHOT:
		test->screenshot = text;
		return NULL;
	case OPTION_SCREENSHOT_ALWAYS:
		test->screenshot_always = true;
		return NULL;
	case OPTION_JOBS:
		test->jobs = text;
		return NULL;
	}
	return error_new("option %d is not handled", id);
}

/* Options that are said or not. NULL: not one of them. */
static bool *flag_of(int id, struct options *options)
{
	switch (id) {
	case OPTION_RESET_NVRAM:
		return &options->reset_nvram;
	case 'x':
		return &options->ephemeral;
	case OPTION_DRY_RUN:
		return &options->dry_run;
	case OPTION_LENIENT:
		return &options->lenient;
	case 'q':
		return &options->quiet;
	case 'v':
		return &options->verbose;
	}
	return NULL;
}

/* Options whose last text counts. NULL: not one of them. */
static const char **text_of(int id, struct options *options)
{
	switch (id) {
	case OPTION_ROOT:
		return &options->root;
	case OPTION_EMULATOR:
		return &options->emulator;
	case OPTION_TIMEOUT:
		return &options->timeout;
	case OPTION_CONSOLE_LOG:
		return &options->console_log;
	case OPTION_JUNIT:
		return &options->junit;
	case OPTION_SUCCESS_EXIT:
		return &options->success_exit;
	}
	return NULL;
}

/* Options whose every text counts. NULL: not one of them. */
static struct strings *list_of(int id, struct options *options)
{
	if (id == OPTION_EXPECT)
		return &options->expect;
	return id == OPTION_FORBID ? &options->forbid : NULL;
}

/* Options that are one word of several. */
static struct error *read_word_option(
	int id, const char *name, const char *text, struct options *options)
{
	int value = 0;

	switch (id) {
	case OPTION_SECURE_BOOT:
		TRY(READ_WORD(choices, name, text, &value));
		options->secure_boot = (enum choice)value;
		return NULL;
	case OPTION_ACCEL:
		TRY(READ_WORD(accels, name, text, &value));
		options->accel = (enum accel_option)value;
		return NULL;
	case OPTION_SANDBOX:
		TRY(READ_WORD(sandboxes, name, text, &value));
		options->sandbox = (enum sandbox_mode)value;
		return NULL;
	case OPTION_FORMAT:
		TRY(READ_WORD(formats, name, text, &value));
		options->format = (enum output_format)value;
		return NULL;
	}
	return read_test_option(id, text, &options->test);
}

struct error *option_take(int id, const char *name, const char *text, struct options *options)
{
	bool *flag = flag_of(id, options);
	const char **last = text_of(id, options);
	struct strings *list = list_of(id, options);

	if (flag)
		*flag = true;
	else if (last)
		*last = text;
	else if (list)
		strings_add(list, text);
	if (flag || last || list)
		return NULL;
	switch (id) {
	case OPTION_FIRMWARE:
		return read_firmware(name, text, options);
	case OPTION_NVRAM:
		return read_nvram(text, options);
	case OPTION_SANDBOX_PATH:
		return read_sandbox_path(text, options);
	case OPTION_VERSION:
		options->command = COMMAND_VERSION;
		return NULL;
	case 'h':
	case OPTION_HELP:
		options->command = COMMAND_SCREEN;
		return NULL;
	}
	return read_word_option(id, name, text, options);
}
