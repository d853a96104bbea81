/* SPDX-License-Identifier: MIT */
#include "options_table.h"

#include <string.h>

#include "base/memory.h"

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
_Static_assert(ARRAY_COUNT(rows) <= OPTIONS_MOST, "OPTIONS_MOST is too low");

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

const struct command_row *options_find_command(const char *name)
{
	for (size_t i = 0; i < ARRAY_COUNT(commands); i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

bool options_name_a_command(const char *word)
{
	return options_find_command(word) != NULL;
}

const struct option_row *options_row(size_t index)
{
	return index < ARRAY_COUNT(rows) ? &rows[index] : NULL;
}

const struct command_row *options_command(size_t index)
{
	return index < ARRAY_COUNT(commands) ? &commands[index] : NULL;
}
