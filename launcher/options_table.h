/* SPDX-License-Identifier: MIT */
/*
 * The numbers of the command line's options, and its commands by name; the rows themselves are in
 * options.h.
 */
#ifndef SLIPWAY_OPTIONS_TABLE_H
#define SLIPWAY_OPTIONS_TABLE_H

#include "options.h"

/* Those with a letter alone have that as their number. */
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

/* No more rows than these. */
#define OPTIONS_MOST 80

/* NULL where there is none of that name. */
const struct command_row *options_find_command(const char *name);

#endif
