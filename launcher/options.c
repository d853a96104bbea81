/* SPDX-License-Identifier: MIT */
#include "options.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/words.h"

enum option_id {
	OPTION_FIRST = 256, /* above every character */
	OPTION_ROOT,
	OPTION_FIRMWARE,
	OPTION_SECURE_BOOT,
	OPTION_NVRAM,
	OPTION_RESET_NVRAM,
	OPTION_ACCEL,
	OPTION_SANDBOX,
	OPTION_SANDBOX_PATH,
	OPTION_EMULATOR,
	OPTION_FORMAT,
	OPTION_DRY_RUN,
	OPTION_LENIENT,
	OPTION_EXPECT,
	OPTION_FORBID,
	OPTION_TIMEOUT,
	OPTION_CONSOLE_LOG,
	OPTION_JUNIT,
	OPTION_SUCCESS_EXIT,
	OPTION_SEND,
	OPTION_READY,
	OPTION_ALLOW_SHELL,
	OPTION_REBOOTS,
	OPTION_SILENCE,
	OPTION_KEEP,
	OPTION_CONSOLE,
	OPTION_SCREENSHOT,
	OPTION_SCREENSHOT_ALWAYS,
	OPTION_JOBS,
	OPTION_VERSION,
	OPTION_HELP,
};

static const struct option_row rows[] = {
	{OPTION_FIRMWARE, 0, "firmware", "WHAT",
		"auto, uefi, bios, none, DESCRIPTOR.json or CODE[:VARS]"},
	{OPTION_SECURE_BOOT, 0, "secure-boot", "auto|yes|no",
		"yes: Secure Boot that enforces; no: a build without it"},
	{OPTION_NVRAM, 0, "nvram", "auto|ephemeral|PATH", "where the UEFI variables live"},
	{OPTION_RESET_NVRAM, 0, "reset-nvram", NULL,
		"start from the template, keep the old store as a backup"},
	{'x', 'x', "ephemeral", NULL, "nothing is kept: NVRAM and disks are thrown away"},
	{OPTION_ACCEL, 0, "accel", "auto|kvm|tcg", "default: what <domain type=…> says"},
	{OPTION_SANDBOX, 0, "sandbox", "on|require|log|off", "default: on"},
	{OPTION_SANDBOX_PATH, 0, "sandbox-path", "PATH:r|rw", "another path QEMU may open"},
	{OPTION_EMULATOR, 0, "emulator", "PATH", "the QEMU binary"},
	{OPTION_ROOT, 0, "root", "DIR", "look for firmware below DIR"},
	{OPTION_FORMAT, 0, "format", "text|shell|json", "of plan, firmware, policy, doctor"},
	{OPTION_DRY_RUN, 0, "dry-run", NULL, "print the command line, start nothing"},
	{OPTION_LENIENT, 0, "lenient", NULL, "unsupported parts of the spec only warn"},
	{OPTION_EXPECT, 0, "expect", "REGEX", "test: must appear on the console, in order"},
	{OPTION_FORBID, 0, "forbid", "REGEX", "test: must not appear"},
	{OPTION_TIMEOUT, 0, "timeout", "TIME", "test: 90, 90s, 2m, 1h"},
	{OPTION_CONSOLE_LOG, 0, "console-log", "FILE", "test: console with time stamps"},
	{OPTION_JUNIT, 0, "junit", "FILE", "test: result as JUnit XML"},
	{OPTION_SUCCESS_EXIT, 0, "success-exit", "N", "test: a status of QEMU that means passed"},
	{OPTION_SEND, 0, "send", "'REGEX => TEXT'", "test: what to type when REGEX appears"},
	{OPTION_READY, 0, "ready", NULL, "test: passed when the guest says READY=1"},
	{OPTION_REBOOTS, 0, "reboots", "N", "test: how often the guest may reboot; default: 0"},
	{OPTION_SILENCE, 0, "silence", "TIME", "test: failed after so long without output"},
	{OPTION_ALLOW_SHELL, 0, "allow-shell", NULL,
		"test: a firmware's shell, menu or network boot is no failure"},
	{OPTION_KEEP, 0, "keep", NULL, "test: keep what the guest writes to NVRAM and disks"},
	{OPTION_CONSOLE, 0, "console", "clean|raw|off|pty",
		"test: the console on stdout; pty: not the terminal"},
	{OPTION_SCREENSHOT, 0, "screenshot", "FILE.png", "test: the screen of a guest that failed"},
	{OPTION_SCREENSHOT_ALWAYS, 0, "screenshot-always", NULL, "test: … and of one that passed"},
	{OPTION_JOBS, 0, "jobs", "N", "test: so many specs at a time"},
	{'q', 'q', "quiet", NULL, "no warnings"},
	{'v', 'v', "verbose", NULL, "say what was decided, and why"},
	{OPTION_VERSION, 0, "version", NULL, "print the version"},
	{OPTION_HELP, 'h', "help", NULL, "a screen of all this"},
};

static const struct command_row commands[] = {
	{COMMAND_RUN, "run", "SPEC.xml [-- QEMU-ARGUMENT...]", "start it; run may be left out"},
	{COMMAND_PLAN, "plan", "SPEC.xml [-- QEMU-ARGUMENT...]", "what run would do"},
	{COMMAND_TEST, "test", "SPEC.xml [-- QEMU-ARGUMENT...]",
		"boot, watch, tell pass from fail"},
	{COMMAND_EXEC, "exec", "-- QEMU-BINARY QEMU-ARGUMENT...",
		"an existing command line, confined"},
	{COMMAND_FIRMWARE, "firmware", "[SPEC.xml]", "every firmware: chosen, or why not"},
	{COMMAND_NVRAM, "nvram", "show|reset|save SPEC.xml", "the VM's UEFI variable store"},
	{COMMAND_POLICY, "policy", "[SPEC.xml]", "what QEMU may call and open"},
	{COMMAND_DOCTOR, "doctor", "[SPEC.xml]", "what is wrong on this host"},
	{COMMAND_HELP, "help", "[TOPIC]", "this, or more on a topic"},
};

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
	path = xstrndup(text, (size_t)(colon - text));
	TRY(absolute(path, &full));
	if (!full || access(full, F_OK) < 0)
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

/* Which service runs this, and where files without a name go. */
static void read_surroundings(struct options *options)
{
	const char *github = getenv("GITHUB_ACTIONS");
	const char *gitlab = getenv("GITLAB_CI");
	const char *temporary = getenv("TMPDIR");

	if (text_equal(github, "true"))
		options->test.reader = LOG_READER_GITHUB;
	else if (text_equal(gitlab, "true"))
		options->test.reader = LOG_READER_GITLAB;
	options->temporary_directory = temporary && temporary[0] == '/' ? temporary : "/var/tmp";
	options->notify_socket = getenv("NOTIFY_SOCKET");
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
static struct error *read_word_option(int id, const char *text, struct options *options)
{
	int value = 0;

	switch (id) {
	case OPTION_SECURE_BOOT:
		TRY(READ_WORD(choices, "--secure-boot", text, &value));
		options->secure_boot = (enum choice)value;
		return NULL;
	case OPTION_ACCEL:
		TRY(READ_WORD(accels, "--accel", text, &value));
		options->accel = (enum accel_option)value;
		return NULL;
	case OPTION_SANDBOX:
		TRY(READ_WORD(sandboxes, "--sandbox", text, &value));
		options->sandbox = (enum sandbox_mode)value;
		return NULL;
	case OPTION_FORMAT:
		TRY(READ_WORD(formats, "--format", text, &value));
		options->format = (enum output_format)value;
		return NULL;
	}
	return read_test_option(id, text, &options->test);
}

static struct error *read_option(int id, const char *text, struct options *options)
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
		return read_firmware("--firmware", text, options);
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
	return read_word_option(id, text, options);
}

/* The options above, for where no option can be given: a libvirt <qemu:env>. Options win. */
static struct error *read_environment(struct options *options)
{
	const char *firmware = getenv("SLIPWAY_FIRMWARE");
	const char *secure_boot = getenv("SLIPWAY_SECURE_BOOT");
	const char *nvram = getenv("SLIPWAY_NVRAM");
	const char *sandbox = getenv("SLIPWAY_SANDBOX");
	int value = 0;

	options->emulator = getenv("SLIPWAY_EMULATOR");
	options->search_path = getenv("PATH");
	if (firmware && firmware[0])
		TRY(read_firmware("SLIPWAY_FIRMWARE", firmware, options));
	if (secure_boot && secure_boot[0]) {
		TRY(READ_WORD(choices, "SLIPWAY_SECURE_BOOT", secure_boot, &value));
		options->secure_boot = (enum choice)value;
	}
	if (nvram && nvram[0])
		TRY(read_nvram(nvram, options));
	if (sandbox && sandbox[0]) {
		TRY(READ_WORD(sandboxes, "SLIPWAY_SANDBOX", sandbox, &value));
		options->sandbox = (enum sandbox_mode)value;
	}
	return NULL;
}

static struct error *read_qemu_options(struct options *options)
{
	const char *text = getenv("QEMU_OPTS");

	if (text)
		TRY(error_while(words_split(text, &options->arguments), "QEMU_OPTS"));
	options->environment_arguments = options->arguments.count;
	return NULL;
}

/* $NAME, or $HOME/fallback; NULL without either. */
static char *user_directory(const char *name, const char *fallback)
{
	const char *directory = getenv(name);
	const char *home = getenv("HOME");

	if (directory && directory[0] == '/')
		return xstrdup(directory);
	return home && home[0] == '/' ? xasprintf("%s/%s", home, fallback) : NULL;
}

/* A user without a session of their own has the sockets among the temporary files. */
static char *find_runtime_directory(const struct options *options)
{
	const char *session = getenv("XDG_RUNTIME_DIR");

	if (options->privileged)
		return xstrdup("/run/slipway");
	if (session && session[0] == '/')
		return xasprintf("%s/slipway", session);
	return xasprintf("%s/slipway-%u", options->temporary_directory, (unsigned int)geteuid());
}

/* XDG Base Directory Specification; root's stores are the host's. libvirt never reads root's own
 * configuration directory; slipway does where root names it, but not ~/.config by itself. */
static void find_directories(struct options *options)
{
	const char *config = getenv("XDG_CONFIG_HOME");
	auto_free char *state = NULL;
	auto_free char *cache = NULL;

	options->privileged = geteuid() == 0;
	options->runtime_directory = find_runtime_directory(options);
	if (options->privileged) {
		options->state_directory = xstrdup("/var/lib/slipway");
		options->cache_directory = xstrdup("/var/cache/slipway");
		options->nvram_directory = xstrdup("/var/lib/slipway/nvram");
		options->secret_directory = xstrdup("/etc/slipway/secrets");
		if (config && config[0] == '/')
			options->config_directory = xstrdup(config);
		return;
	}
	state = user_directory("XDG_STATE_HOME", ".local/state");
	options->state_directory = xasprintf("%s/slipway", state ? state : "/nonexistent");
	options->nvram_directory = xasprintf("%s/nvram", options->state_directory);
	options->config_directory = user_directory("XDG_CONFIG_HOME", ".config");
	options->secret_directory = xasprintf("%s/slipway/secrets",
		options->config_directory ? options->config_directory : "/nonexistent");
	cache = user_directory("XDG_CACHE_HOME", ".cache");
	options->cache_directory = cache ? xasprintf("%s/slipway", cache) : NULL;
}

/* What QEMU and its libraries look at; everything else of the environment is nobody's business in
 * there. */
static const char *const passed_on[] = {"PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL",
	"LC_CTYPE", "LC_MESSAGES", "TERM", "TMPDIR", "TZ", "XDG_RUNTIME_DIR", "DISPLAY",
	"WAYLAND_DISPLAY", "XAUTHORITY", "PULSE_SERVER", "PIPEWIRE_REMOTE", "QEMU_MODULE_DIR",
	"LD_LIBRARY_PATH"};

static void read_passed_on(struct strings *environment)
{
	for (size_t i = 0; i < ARRAY_COUNT(passed_on); i++) {
		const char *value = getenv(passed_on[i]);

		if (value)
			strings_addf(environment, "%s=%s", passed_on[i], value);
	}
}

static const struct command_row *find_command(const char *name)
{
	for (size_t i = 0; i < ARRAY_COUNT(commands); i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

bool options_name_a_command(const char *word)
{
	return find_command(word) != NULL;
}

static struct error *read_letters(
	int argc, char **argv, const struct option *longs, bool in_order, struct options *options)
{
	int id;

	opterr = 0;
	while ((id = getopt_long(argc, argv, in_order ? "+:xqvh" : ":xqvh", longs, NULL)) != -1) {
		const char *word = argv[optind > 1 ? optind - 1 : 1];

		if (id == ':')
			return error_new("option '%s' needs a value; see slipway --help", word);
		if (id == '?' && optopt > 0 && optopt < OPTION_FIRST)
			return error_new("unknown option '-%c'; see slipway --help", optopt);
		if (id == '?' && optopt >= OPTION_FIRST)
			return error_new("option '%s' takes no value; see slipway --help", word);
		if (id == '?')
			return error_new("unknown option '%s'; see slipway --help", word);
		TRY(read_option(id, optarg, options));
	}
	return NULL;
}

static struct error *read_command_line(
	int argc, char **argv, bool in_order, struct options *options)
{
	struct option longs[ARRAY_COUNT(rows) + 1] = {0};

	for (size_t i = 0; i < ARRAY_COUNT(rows); i++)
		longs[i] = (struct option){rows[i].name,
			rows[i].value ? required_argument : no_argument, NULL, rows[i].id};
	optind = 1;
	TRY(read_letters(argc, argv, longs, in_order, options));
	for (int i = optind; i < argc; i++)
		strings_add(&options->operands, argv[i]);
	return NULL;
}

static int count_before_dashes(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], "--") == 0)
			return i;
	return argc;
}

struct error *options_from_environment(struct options *ret_options)
{
	*ret_options = (struct options){.root = "/"};
	find_directories(ret_options);
	read_passed_on(&ret_options->environment);
	read_surroundings(ret_options);
	return read_environment(ret_options);
}

struct error *options_read(int argc, char **argv, struct options *ret_options)
{
	int own = count_before_dashes(argc, argv);
	const struct command_row *command = own > 1 ? find_command(argv[1]) : NULL;
	bool in_order = command && command->command == COMMAND_EXEC;

	TRY(options_from_environment(ret_options));
	TRY(read_qemu_options(ret_options));
	ret_options->command = command ? command->command : COMMAND_RUN;
	if (command) {
		argv[1] = argv[0];
		argv++;
		argc--;
		own--;
	}
	TRY(read_command_line(own, argv, in_order, ret_options));
	for (int i = own + 1; i < argc; i++)
		strings_add(&ret_options->arguments, argv[i]);
	return NULL;
}

void options_clear(struct options *options)
{
	free(options->firmware_path);
	free(options->firmware_vars);
	free(options->nvram_path);
	free(options->nvram_directory);
	free(options->secret_directory);
	free(options->state_directory);
	free(options->cache_directory);
	free(options->runtime_directory);
	free(options->config_directory);
	strings_clear(&options->sandbox_read);
	strings_clear(&options->sandbox_write);
	strings_clear(&options->expect);
	strings_clear(&options->forbid);
	strings_clear(&options->test.send);
	strings_clear(&options->operands);
	strings_clear(&options->arguments);
	strings_clear(&options->environment);
}

const struct option_row *options_row(size_t index)
{
	return index < ARRAY_COUNT(rows) ? &rows[index] : NULL;
}

const struct command_row *options_command(size_t index)
{
	return index < ARRAY_COUNT(commands) ? &commands[index] : NULL;
}
