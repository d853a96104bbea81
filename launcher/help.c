/* SPDX-License-Identifier: MIT */
#include "help.h"

#include <stdbool.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "options.h"

#define SCREEN_COLUMNS 80
#define NAME_COLUMNS 11

struct topic {
	const char *name;
	const char *options; /* their names, separated by blanks */
	bool values;         /* the screen shows what an option takes */
	const char *text;
};

static const struct topic topics[] = {
	{"firmware", "firmware secure-boot root", true,
		"The spec's <os> says what is wanted; descriptors, then known pairs of CODE and "
		"VARS,\n"
		"are looked through in order, and the first that fits is taken. `slipway firmware\n"
		"SPEC.xml` has each one with the reason. Manual: slipway.xml(5), \"Firmware\".\n"},
	{"nvram", "nvram reset-nvram ephemeral", true,
		"A VM's UEFI variables are in a file of its own, made from the firmware's "
		"template:\n"
		"/var/lib/slipway/nvram/NAME_VARS.fd for root, ~/.local/state/slipway/nvram/… for\n"
		"others. It is locked while the VM runs. `slipway nvram show|reset|save` is for "
		"it.\n"},
	{"start", "accel emulator lenient dry-run", true,
		"QEMU is executed in place of slipway: same process, and its status is QEMU's. "
		"Words\n"
		"behind -- and those of $QEMU_OPTS are QEMU's own.\n"},
	{"sandbox", "sandbox sandbox-path", true,
		"QEMU may make the system calls of this VM's policies, open the files of this VM, "
		"and\n"
		"execute nothing. `slipway policy SPEC.xml` lists both. Manual: "
		"slipway-policy(5).\n"},
	{"output", "format quiet verbose version help", true,
		"stdout is what was asked for; stderr has slipway's own words, each line "
		"beginning\n"
		"with \"slipway: \".\n"},
	{"test",
		"expect forbid timeout console-log junit success-exit send ready reboots silence "
		"allow-shell keep console screenshot screenshot-always jobs",
		false,
		"Passed when every --expect has been seen and, with --ready, the guest is ready; "
		"without\n"
		"either, when the guest powers off. Failed at a panic, a firmware's shell, a "
		"--forbid\n"
		"text, a reboot, a pause; 124 when the time is over. Manual: slipway(1), "
		"\"TESTS\".\n"},
	{"status", "", false,
		"QEMU's own  run, exec: slipway is gone\n"
		"0, 1        test: passed, failed; doctor: an error was found\n"
		"124         test: the time is over\n"
		"125         slipway failed or refused, nothing was started\n"
		"126, 127    the emulator cannot be executed, is not there\n"
		"128+n       test: QEMU died of signal n; 159 is a call that the sandbox denies\n"},
	{"libvirt", "", false,
		"Called by a name of QEMU (qemu-system-x86_64-slipway, qemu-kvm …) slipway is an\n"
		"emulator: all words are QEMU's, and QEMU is confined to what they need. That is "
		"for\n"
		"libvirt's <emulator>, and for scripts: `slipway exec -- qemu-system-x86_64 …`.\n"
		"Settings are SLIPWAY_SANDBOX, SLIPWAY_FIRMWARE … Manual: slipway-libvirt(7).\n"},
};

/* Is `name` one of the blank-separated `names`? */
static bool among(const char *names, const char *name)
{
	size_t length = strlen(name);

	while (*names) {
		size_t word = strcspn(names, " ");

		if (word == length && strncmp(names, name, length) == 0)
			return true;
		names += word;
		names += strspn(names, " ");
	}
	return false;
}

static void print_row(FILE *stream, const struct option_row *row)
{
	auto_free char *name = xasprintf("%s--%s%s%s", row->letter ? "" : "    ", row->name,
		row->value ? "=" : "", row->value ? row->value : "");

	if (row->letter)
		fprintf(stream, "  -%c, %-29s %s\n", row->letter, name, row->help);
	else
		fprintf(stream, "  %-33s %s\n", name, row->help);
}

/* NULL: all of them. */
static void print_rows(FILE *stream, const char *names)
{
	const struct option_row *row;

	for (size_t i = 0; (row = options_row(i)) != NULL; i++)
		if (!names || among(names, row->name))
			print_row(stream, row);
}

/* The topic's options in lines that fit the screen, its name in front of the first. */
static void print_names(FILE *stream, const struct topic *topic)
{
	const struct option_row *row;
	size_t column = NAME_COLUMNS + 1;

	fprintf(stream, "  %-*s", NAME_COLUMNS - 1, topic->name);
	for (size_t i = 0; (row = options_row(i)) != NULL; i++) {
		auto_free char *name = NULL;

		if (!among(topic->options, row->name))
			continue;
		name = row->letter ? xasprintf("-%c,--%s", row->letter, row->name)
				   : xasprintf("--%s%s%s", row->name, row->value ? "=" : "",
					     row->value && topic->values ? row->value : "");
		if (column + strlen(name) >= SCREEN_COLUMNS) {
			fprintf(stream, "\n  %-*s", NAME_COLUMNS - 1, "");
			column = NAME_COLUMNS + 1;
		}
		fprintf(stream, " %s", name);
		column += strlen(name) + 1;
	}
	fputs("\n", stream);
}

void help_screen(FILE *stream)
{
	const struct command_row *command;

	fputs("usage: slipway [COMMAND] [OPTION...] SPEC.xml [-- QEMU-ARGUMENT...]\n", stream);
	for (size_t i = 0; (command = options_command(i)) != NULL; i++)
		fprintf(stream, "  %-9s %-31s %s\n", command->name, command->operands,
			command->help);
	fputs("Options by topic; `slipway help options` has a line for each:\n", stream);
	for (size_t i = 0; i < ARRAY_COUNT(topics); i++)
		if (topics[i].options[0])
			print_names(stream, &topics[i]);
	fputs("Topics without options: status, libvirt. Manual: slipway(1)\n", stream);
}

static const struct topic *find_topic(const char *name)
{
	for (size_t i = 0; i < ARRAY_COUNT(topics); i++)
		if (strcmp(topics[i].name, name) == 0)
			return &topics[i];
	return NULL;
}

static bool print_command(const char *name)
{
	const struct command_row *command;

	for (size_t i = 0; (command = options_command(i)) != NULL; i++) {
		if (strcmp(command->name, name) != 0)
			continue;
		printf("usage: slipway %s [OPTION...] %s\n%s\n", name, command->operands,
			command->help);
		return true;
	}
	return false;
}

static struct error *print_topic(const char *name)
{
	const struct topic *topic = find_topic(name);
	auto_text struct text all = {0};
	bool found = print_command(name);

	if (topic) {
		fputs(topic->text, stdout);
		print_rows(stdout, topic->options);
	}
	if (found || topic)
		return NULL;
	for (size_t i = 0; i < ARRAY_COUNT(topics); i++)
		text_addf(&all, ", %s", topics[i].name);
	return error_new("there is no help for '%s'; topics are options%s, and each command", name,
		all.bytes);
}

struct error *cmd_help(const struct options *options, int *ret_status)
{
	if (options->operands.count > 1)
		return error_new("help is for one topic; there is another one: '%s'",
			options->operands.items[1]);
	*ret_status = 0;
	if (options->operands.count == 0) {
		help_screen(stdout);
		return NULL;
	}
	if (strcmp(options->operands.items[0], "options") == 0) {
		print_rows(stdout, NULL);
		return NULL;
	}
	return print_topic(options->operands.items[0]);
}
