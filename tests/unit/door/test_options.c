/* SPDX-License-Identifier: MIT */
/* options: what the command line and the environment say, and what is said of wrong ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/text.h"
#include "base/words.h"
#include "options.h"
#include "support/child.h"
#include "support/tempdir.h"

#define WORDS_MOST 8
#define LINE_BYTES 256

/* The variables that decide where things are. */
static const char *const variables[] = {"HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME",
	"XDG_CACHE_HOME", "XDG_RUNTIME_DIR", "TMPDIR", "GITHUB_ACTIONS", "GITLAB_CI", "QEMU_OPTS",
	"SLIPWAY_EMULATOR", "SLIPWAY_FIRMWARE", "SLIPWAY_SECURE_BOOT", "SLIPWAY_NVRAM",
	"SLIPWAY_SANDBOX", "NOTIFY_SOCKET"};

static void clear_environment(void)
{
	for (size_t i = 0; i < ARRAY_COUNT(variables); i++)
		(void)unsetenv(variables[i]);
}

/* "NAME=VALUE NAME=VALUE …" */
static void set_environment(const char *text)
{
	auto_strings struct strings words = {NULL, 0};

	clear_environment();
	assert_null(words_split(text, &words));
	for (size_t i = 0; i < words.count; i++) {
		size_t length = strcspn(words.items[i], "=");
		auto_free char *name = xstrndup(words.items[i], length);

		assert_int_equal(setenv(name, words.items[i] + length + 1, 1), 0);
	}
}

/* `line` is words with blanks between them, behind "slipway"; they last until the next one. */
static struct error *read_line(const char *line, struct options *ret_options)
{
	static char bytes[LINE_BYTES];
	char *words[WORDS_MOST + 2] = {(char *)"slipway"};
	char *rest = bytes;
	int count = 1;

	assert_true(strlen(line) < sizeof(bytes));
	memcpy(bytes, line, strlen(line) + 1);
	for (char *word = strtok_r(rest, " ", &rest); word && count <= WORDS_MOST;
		word = strtok_r(NULL, " ", &rest))
		words[count++] = word;
	return options_read(count, words, ret_options);
}

static void refuses(const char *line, const char *wanted)
{
	struct options options = {0};
	auto_error struct error *error = read_line(line, &options);

	if (!error)
		fail_msg("'%s' is taken", line);
	else if (!strstr(error->text, wanted))
		fail_msg("'%s': wanted '%s', got '%s'", line, wanted, error->text);
	options_clear(&options);
}

static void a_wrong_word_is_named(void **state)
{
	(void)state;
	clear_environment();
	refuses("--nvram", "option '--nvram' needs a value; see slipway --help");
	refuses("run --nvram", "option '--nvram' needs a value");
	refuses("-z", "unknown option '-z'");
	refuses("run -xz vm.xml", "unknown option '-z'");
	refuses("--nonsense", "unknown option '--nonsense'");
	refuses("--quiet=yes", "option '--quiet=yes' takes no value");
	refuses("--accel=xen", "--accel");
	refuses("--sandbox=maybe", "--sandbox");
	refuses("--secure-boot=perhaps", "--secure-boot");
	refuses("--format=yaml", "--format");
	refuses("--console=loud", "--console");
	refuses("--nvram=", "--nvram");
	refuses("--firmware=", "--firmware");
	refuses("--firmware=odd", "--firmware");
	refuses("--sandbox-path=/usr", "--sandbox-path");
	refuses("--sandbox-path=/usr:x", "--sandbox-path");
	refuses("--sandbox-path=/nowhere/at/all:r", "/nowhere/at/all");
	refuses("--sandbox-path=:rw", "--sandbox-path=':rw' has no path");
}

static void a_wrong_variable_is_named(void **state)
{
	static const char *const wrong[][2] = {
		{"SLIPWAY_FIRMWARE=odd", "SLIPWAY_FIRMWARE"},
		{"SLIPWAY_SECURE_BOOT=perhaps", "SLIPWAY_SECURE_BOOT"},
		{"SLIPWAY_SANDBOX=maybe", "SLIPWAY_SANDBOX"},
		{"QEMU_OPTS=\"'\"", "QEMU_OPTS"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(wrong); i++) {
		set_environment(wrong[i][0]);
		refuses("vm.xml", wrong[i][1]);
	}
}

static void variables_are_taken_and_options_win(void **state)
{
	struct options options = {0};

	(void)state;
	set_environment("SLIPWAY_FIRMWARE=uefi SLIPWAY_SECURE_BOOT=yes SLIPWAY_NVRAM=ephemeral "
			"SLIPWAY_SANDBOX=require SLIPWAY_EMULATOR=/opt/qemu QEMU_OPTS=-s "
			"GITLAB_CI=true TMPDIR=/scratch NOTIFY_SOCKET=@here");
	assert_null(read_line("--sandbox=log vm.xml -- -S", &options));
	assert_int_equal(options.firmware, FIRMWARE_OPTION_UEFI);
	assert_int_equal(options.secure_boot, CHOICE_YES);
	assert_int_equal(options.nvram, NVRAM_OPTION_EPHEMERAL);
	assert_int_equal(options.sandbox, SANDBOX_LOG);
	assert_string_equal(options.emulator, "/opt/qemu");
	assert_string_equal(options.temporary_directory, "/scratch");
	assert_string_equal(options.notify_socket, "@here");
	assert_int_equal(options.test.reader, LOG_READER_GITLAB);
	assert_int_equal(options.arguments.count, 2);
	assert_int_equal(options.environment_arguments, 1);
	options_clear(&options);
	/* empty ones are none, and a path that begins nowhere is none */
	set_environment("SLIPWAY_FIRMWARE= SLIPWAY_NVRAM= TMPDIR=scratch GITHUB_ACTIONS=false");
	options = (struct options){0};
	assert_null(read_line("vm.xml", &options));
	assert_int_equal(options.firmware, FIRMWARE_OPTION_AUTO);
	assert_string_equal(options.temporary_directory, "/var/tmp");
	assert_int_equal(options.test.reader, LOG_READER_ANYBODY);
	options_clear(&options);
}

/* In a child that is not root, or is: where its files are, in one line. */
static char *places(void *argument)
{
	struct options options = {0};
	struct error *error;

	set_environment(argument);
	error = options_from_environment((char *[]){NULL}, &options);
	return error ? error->text
		     : xasprintf("%s %s %s %s %s %s", options.state_directory,
			       options.nvram_directory,
			       options.config_directory ? options.config_directory : "-",
			       options.secret_directory,
			       options.cache_directory ? options.cache_directory : "-",
			       options.runtime_directory);
}

static char *places_of_nobody(void *argument)
{
	child_become_nobody();
	return places(argument);
}

struct place_case {
	const char *variables, *places;
};

static void check_places(child_work *work, const struct place_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		auto_free char *said = child_answer(work, (void *)cases[i].variables);

		assert_string_equal(said, cases[i].places);
	}
}

static void a_users_files_are_where_xdg_says(void **state)
{
	const struct place_case cases[] = {
		{"HOME=/h", "/h/.local/state/slipway /h/.local/state/slipway/nvram /h/.config "
			    "/h/.config/slipway/secrets /h/.cache/slipway /var/tmp/slipway-65534"},
		{"HOME=/h XDG_STATE_HOME=/s XDG_CONFIG_HOME=/c XDG_CACHE_HOME=/k "
		 "XDG_RUNTIME_DIR=/r",
			"/s/slipway /s/slipway/nvram /c /c/slipway/secrets /k/slipway /r/slipway"},
		{"HOME=/h XDG_STATE_HOME=s XDG_RUNTIME_DIR=r TMPDIR=/t",
			"/h/.local/state/slipway /h/.local/state/slipway/nvram /h/.config "
			"/h/.config/slipway/secrets /h/.cache/slipway /t/slipway-65534"},
		{"HOME=relative", "/nonexistent/slipway /nonexistent/slipway/nvram - "
				  "/nonexistent/slipway/secrets - /var/tmp/slipway-65534"},
		{"", "/nonexistent/slipway /nonexistent/slipway/nvram - "
		     "/nonexistent/slipway/secrets - /var/tmp/slipway-65534"},
	};

	(void)state;
	if (geteuid() != 0)
		skip();
	check_places(places_of_nobody, cases, ARRAY_COUNT(cases));
}

static void roots_files_are_the_hosts(void **state)
{
	const struct place_case cases[] = {
		{"HOME=/h XDG_STATE_HOME=/s XDG_RUNTIME_DIR=/r",
			"/var/lib/slipway /var/lib/slipway/nvram - /etc/slipway/secrets "
			"/var/cache/slipway /run/slipway"},
		{"XDG_CONFIG_HOME=/c", "/var/lib/slipway /var/lib/slipway/nvram /c "
				       "/etc/slipway/secrets /var/cache/slipway /run/slipway"},
		{"XDG_CONFIG_HOME=c", "/var/lib/slipway /var/lib/slipway/nvram - "
				      "/etc/slipway/secrets /var/cache/slipway /run/slipway"},
	};

	(void)state;
	if (geteuid() != 0)
		skip();
	check_places(places, cases, ARRAY_COUNT(cases));
}

static void words_behind_two_dashes_are_qemus(void **state)
{
	struct options options = {0};

	(void)state;
	clear_environment();
	assert_null(read_line("plan -x vm.xml -- --format=json -x", &options));
	assert_int_equal(options.command, COMMAND_PLAN);
	assert_true(options.ephemeral);
	assert_int_equal(options.operands.count, 1);
	assert_int_equal(options.arguments.count, 2);
	assert_string_equal(options.arguments.items[1], "-x");
	options_clear(&options);
	options = (struct options){0};
	assert_null(read_line("", &options));
	assert_int_equal(options.command, COMMAND_RUN);
	assert_int_equal(options.operands.count, 0);
	options_clear(&options);
}

/* In a folder that is gone: what is said of an option whose path begins here. */
static char *here_is_nowhere(void *argument)
{
	char *folder = tempdir_make();
	struct options options = {0};
	struct error *error;

	if (chdir(folder) != 0)
		return xstrdup("no folder");
	tempdir_remove(folder);
	error = read_line(argument, &options);
	return error ? error->text : xstrdup("taken");
}

static void a_path_that_begins_nowhere_is_refused(void **state)
{
	static const char *const lines[][2] = {
		{"--nvram=vars.fd", "'vars.fd': the working directory"},
		{"--firmware=./code:vars", "'./code': the working directory"},
		{"--firmware=a.json", "'a.json': the working directory"},
		{"--sandbox-path=here:r", "'here': the working directory"},
		{"--firmware=/code:vars", "'vars': the working directory"},
		{"--nvram=/vars.fd", "taken"}};

	(void)state;
	clear_environment();
	for (size_t i = 0; i < ARRAY_COUNT(lines); i++) {
		auto_free char *said = child_answer(here_is_nowhere, (void *)lines[i][0]);

		assert_ptr_equal(strstr(said, lines[i][1]), said);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_wrong_word_is_named),
		cmocka_unit_test(a_wrong_variable_is_named),
		cmocka_unit_test(variables_are_taken_and_options_win),
		cmocka_unit_test(a_users_files_are_where_xdg_says),
		cmocka_unit_test(roots_files_are_the_hosts),
		cmocka_unit_test(a_path_that_begins_nowhere_is_refused),
		cmocka_unit_test(words_behind_two_dashes_are_qemus),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
