/* SPDX-License-Identifier: MIT */
#include "options.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/words.h"
#include "options_table.h"
#include "options_value.h"

/* What the environment says of the options: none may be read past this, but for what QEMU is given
 * as it is. */
static const char *variable(const char *name, struct options *options)
{
	const char *value = getenv(name);

	strings_add_joined(&options->said, name, value ? "=" : "", value ? value : "");
	return value;
}

/* Not of the user's: it is for this process alone. */
static void read_front(struct options *options)
{
	options->front = getenv(OPTIONS_FRONT);
	(void)unsetenv(OPTIONS_FRONT); /* what it points to stays */
}

/* Which service runs this, and where files without a name go. */
static void read_surroundings(struct options *options)
{
	const char *github = variable("GITHUB_ACTIONS", options);
	const char *gitlab = variable("GITLAB_CI", options);
	const char *temporary = variable("TMPDIR", options);

	if (text_equal(github, "true"))
		options->test.reader = LOG_READER_GITHUB;
	else if (text_equal(gitlab, "true"))
		options->test.reader = LOG_READER_GITLAB;
	options->temporary_directory = temporary && temporary[0] == '/' ? temporary : "/var/tmp";
	options->notify_socket = getenv("NOTIFY_SOCKET"); /* another one each time */
	options->cache = !text_equal(variable("SLIPWAY_CACHE", options), "off");
}

/* A variable that is empty is none. */
static struct error *take_variable(
	int id, const char *name, const char *value, struct options *options)
{
	return value && value[0] ? option_take(id, name, value, options) : NULL;
}

/* The options above, for where no option can be given: a libvirt <qemu:env>. Options win. */
static struct error *read_environment(struct options *options)
{
	const char *firmware = variable("SLIPWAY_FIRMWARE", options);
	const char *secure_boot = variable("SLIPWAY_SECURE_BOOT", options);
	const char *nvram = variable("SLIPWAY_NVRAM", options);
	const char *sandbox = variable("SLIPWAY_SANDBOX", options);

	options->emulator = variable("SLIPWAY_EMULATOR", options);
	options->search_path = variable("PATH", options);
	TRY(take_variable(OPTION_FIRMWARE, "SLIPWAY_FIRMWARE", firmware, options));
	TRY(take_variable(OPTION_SECURE_BOOT, "SLIPWAY_SECURE_BOOT", secure_boot, options));
	TRY(take_variable(OPTION_NVRAM, "SLIPWAY_NVRAM", nvram, options));
	return take_variable(OPTION_SANDBOX, "SLIPWAY_SANDBOX", sandbox, options);
}

static struct error *read_qemu_options(struct options *options)
{
	const char *text = variable("QEMU_OPTS", options);

	if (text)
		TRY(error_while(words_split(text, &options->arguments), "QEMU_OPTS"));
	options->environment_arguments = options->arguments.count;
	return NULL;
}

/* $NAME, or $HOME/fallback; NULL without either. */
static char *user_directory(const char *name, const char *fallback, struct options *options)
{
	const char *directory = variable(name, options);
	const char *home = variable("HOME", options);

	if (directory && directory[0] == '/')
		return xstrdup(directory);
	return home && home[0] == '/' ? xasprintf("%s/%s", home, fallback) : NULL;
}

/* A user without a session of their own has the sockets among the temporary files, whose place is
 * known already. */
static char *find_runtime_directory(struct options *options)
{
	const char *session = variable("XDG_RUNTIME_DIR", options);

	if (options->privileged)
		return xstrdup("/run/slipway");
	if (session && session[0] == '/')
		return xasprintf("%s/slipway", session);
	return xasprintf(
		"%s/slipway-%u", options->temporary_directory, (unsigned int)options->user);
}

/* XDG Base Directory Specification; root's stores are the host's. libvirt never reads root's own
 * configuration directory; slipway does where root names it, but not ~/.config by itself. */
static void find_directories(struct options *options)
{
	const char *config = variable("XDG_CONFIG_HOME", options);
	auto_free char *state = NULL;
	auto_free char *cache = NULL;

	options->user = geteuid();
	options->group = getegid();
	options->privileged = options->user == 0;
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
	state = user_directory("XDG_STATE_HOME", ".local/state", options);
	options->state_directory = xasprintf("%s/slipway", state ? state : "/nonexistent");
	options->nvram_directory = xasprintf("%s/nvram", options->state_directory);
	options->config_directory = user_directory("XDG_CONFIG_HOME", ".config", options);
	options->secret_directory = xasprintf("%s/slipway/secrets",
		options->config_directory ? options->config_directory : "/nonexistent");
	cache = user_directory("XDG_CACHE_HOME", ".cache", options);
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
			strings_add_joined(environment, passed_on[i], "=", value);
	}
}

static struct error *take_option(int id, const char *text, struct options *options)
{
	auto_free char *name = NULL;

	for (size_t i = 0; options_row(i) && !name; i++)
		if (options_row(i)->id == id)
			name = xasprintf("--%s", options_row(i)->name);
	return option_take(id, name, text, options);
}

/* Options that are a letter as well: what is wrong with one of these is its value. */
#define LETTERS "xqvh"

static struct error *read_letters(
	int argc, char **argv, const struct option *longs, bool in_order, struct options *options)
{
	int id;

	opterr = 0;
	while ((id = getopt_long(argc, argv, in_order ? "+:" LETTERS : ":" LETTERS, longs, NULL)) !=
		-1) {
		const char *word = argv[optind > 1 ? optind - 1 : 1];

		if (id == ':')
			return error_new("option '%s' needs a value; see slipway --help", word);
		if (id == '?' && optopt > 0 && optopt < OPTION_FIRST && !strchr(LETTERS, optopt))
			return error_new("unknown option '-%c'; see slipway --help", optopt);
		if (id == '?' && optopt > 0)
			return error_new("option '%s' takes no value; see slipway --help", word);
		if (id == '?')
			return error_new("unknown option '%s'; see slipway --help", word);
		TRY(take_option(id, optarg, options));
	}
	return NULL;
}

static struct error *read_command_line(
	int argc, char **argv, bool in_order, struct options *options)
{
	struct option longs[OPTIONS_MOST + 1] = {{NULL, 0, NULL, 0}};

	for (size_t i = 0; options_row(i); i++)
		longs[i] = (struct option){options_row(i)->name,
			options_row(i)->value ? required_argument : no_argument, NULL,
			options_row(i)->id};
	optind = 0; /* glibc and musl: from the beginning, also where a word was left half read */
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

struct error *options_from_environment(char *const *said, struct options *ret_options)
{
	*ret_options = (struct options){.root = "/", .program = "/proc/self/exe"};
	read_front(ret_options);
	read_surroundings(ret_options);
	find_directories(ret_options);
	for (size_t i = 0; said[i]; i++)
		strings_add(&ret_options->said, said[i]);
	return read_environment(ret_options);
}

struct error *options_read(int argc, char **argv, struct options *ret_options)
{
	int own = count_before_dashes(argc, argv);
	const struct command_row *command = own > 1 ? options_find_command(argv[1]) : NULL;
	bool in_order = command && command->command == COMMAND_EXEC;

	TRY(options_from_environment(argv + (argc > 0), ret_options));
	read_passed_on(&ret_options->environment);
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
	strings_clear(&options->said);
	strings_clear(&options->environment);
}
