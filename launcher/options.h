/* SPDX-License-Identifier: MIT */
/*
 * The command line and the environment as values: read once, here, and const from then on. The
 * tables in options.c are also what --help, the completions and the manual page's test are made
 * from.
 */
#ifndef SLIPWAY_OPTIONS_H
#define SLIPWAY_OPTIONS_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/attr.h"
#include "base/error.h"
#include "base/text.h"
#include "plan/plan.h"

enum command {
	COMMAND_RUN,
	COMMAND_PLAN,
	COMMAND_TEST,
	COMMAND_EXEC,
	COMMAND_FIRMWARE,
	COMMAND_NVRAM,
	COMMAND_POLICY,
	COMMAND_DOCTOR,
	COMMAND_HELP,
	COMMAND_SCREEN, /* --help */
	COMMAND_VERSION,
};

/* --format=… */
enum output_format {
	OUTPUT_TEXT,
	OUTPUT_SHELL,
	OUTPUT_JSON,
};

/* --console=… */
enum console_option {
	CONSOLE_OPTION_CLEAN,
	CONSOLE_OPTION_RAW,
	CONSOLE_OPTION_OFF,
	CONSOLE_OPTION_PTY, /* not of a test: libvirt's meaning of a line of this type */
};

/* Whose log slipway test writes to, told by the environment. */
enum log_reader {
	LOG_READER_ANYBODY,
	LOG_READER_GITHUB, /* GITHUB_ACTIONS=true */
	LOG_READER_GITLAB, /* GITLAB_CI=true */
};

/* What only slipway test takes; NULL was not said. */
struct test_options {
	struct strings send;
	const char *silence, *reboots, *jobs, *screenshot;
	enum console_option console;
	bool keep, allow_shell, ready, screenshot_always;
	enum log_reader reader;
	uint32_t ready_guest, ready_port; /* not an option: what the host has (struct plan_watch) */
};

/* Set by the front (front.c) for the whole program alone: what was called. */
#define OPTIONS_FRONT "SLIPWAY_FRONT"

struct options {
	enum command command;
	const char *root; /* "/" unless --root */
	char *firmware_path;
	char *firmware_vars;
	char *nvram_path;
	enum firmware_option firmware;
	enum choice secure_boot;
	enum nvram_option nvram;
	bool reset_nvram;
	bool ephemeral;
	enum accel_option accel;
	enum sandbox_mode sandbox;
	struct strings sandbox_read, sandbox_write;
	const char *emulator; /* NULL: not said */
	enum output_format format;
	bool dry_run, lenient, quiet, verbose;
	struct strings expect, forbid;
	const char *timeout, *console_log, *junit, *success_exit;
	struct test_options test;
	struct strings operands;         /* SPEC.xml …, without the command */
	size_t environment_arguments;    /* how many of `arguments` are of QEMU_OPTS */
	struct strings arguments;        /* QEMU_OPTS, then what stands behind "--" */
	char *nvram_directory;           /* where stores without a path live */
	char *secret_directory;          /* files that hold the passwords a spec names */
	char *state_directory;           /* … and TPMs: it is above that of the stores */
	char *cache_directory;           /* what saves work the next time; NULL: nowhere */
	char *runtime_directory;         /* where a running VM's sockets are */
	char *config_directory;          /* the user's, or NULL: not to be read (see options.c) */
	const char *search_path;         /* PATH */
	const char *temporary_directory; /* TMPDIR, else /var/tmp */
	const char *notify_socket;       /* NOTIFY_SOCKET, or NULL */
	struct strings said; /* all of this in its own words: those of the command line, and each
				variable that was asked for, "NAME=value" or "NAME" */
	bool cache;          /* false: SLIPWAY_CACHE=off */
	struct strings environment; /* what QEMU gets of slipway's own: NAME=value */
	uid_t user;                 /* the effective ones */
	gid_t group;
	bool privileged;     /* user 0 */
	const char *program; /* the file that makes plans: slipway, whole */
	const char *front;   /* the one that was called instead and executed it; NULL: none */
};

/* Reads argv and the environment; *ret_options borrows from both. */
struct error *options_read(int argc, char **argv, struct options *ret_options) MUST_USE;
/* The environment alone, without QEMU_OPTS: for slipway in QEMU's place, whose arguments are
 * QEMU's and which hands its own environment on. `said` are the caller's words, up to a NULL, for
 * options->said. */
struct error *options_from_environment(char *const *said, struct options *ret_options) MUST_USE;
void options_clear(struct options *options);

/* Whether `word` is the name of a command. */
bool options_name_a_command(const char *word);

/* The tables: what the command line may say. */
struct option_row {
	int id;      /* of options_table.h */
	char letter; /* '\0': none */
	const char *name;
	const char *value; /* NULL: takes none */
	const char *help;
};

struct command_row {
	enum command command;
	const char *name;
	const char *operands;
	const char *help;
};

/* NULL behind the last one. */
const struct option_row *options_row(size_t index);
const struct command_row *options_command(size_t index);

#endif
