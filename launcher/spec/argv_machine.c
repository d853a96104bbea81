/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "spec/argv_reader.h"

static void set_text(char **text, const char *value)
{
	if (!value)
		return;
	free(*text);
	*text = xstrdup(value);
}

/* "kvm:tcg", in the order of preference; "hvf" and others are not of this system. */
static void read_accel(struct argv_reader *reader, const char *value)
{
	struct spec_command *command = &reader->spec->command;

	while (value && *value) {
		size_t length = strcspn(value, ":");

		if (length == 3 && strncmp(value, "kvm", length) == 0)
			command->kvm = true;
		else if (length == 3 && strncmp(value, "tcg", length) == 0)
			command->tcg = true;
		else if (length == 3 && strncmp(value, "xen", length) == 0)
			argv_need(reader, SPEC_USE_OUTSIDE);
		value += length;
		value += strspn(value, ":");
	}
}

void argv_machine(struct argv_reader *reader, const char *value)
{
	auto_argv_values struct argv_values values = {0};
	struct spec *spec = reader->spec;

	if (!argv_values_read(value, "type", &values)) {
		argv_need(reader, SPEC_USE_NOT_KNOWN);
		return;
	}
	set_text(&spec->machine, argv_value(&values, "type"));
	read_accel(reader, argv_value(&values, "accel"));
	set_text(&reader->flash_nodes[0], argv_value(&values, "pflash0"));
	set_text(&reader->flash_nodes[1], argv_value(&values, "pflash1"));
	if (argv_value(&values, "kernel"))
		argv_kernel(reader, argv_value(&values, "kernel"));
	if (argv_value(&values, "initrd"))
		argv_initrd(reader, argv_value(&values, "initrd"));
	if (argv_value(&values, "dtb"))
		argv_dtb(reader, argv_value(&values, "dtb"));
	if (argv_value(&values, "firmware"))
		argv_bios(reader, argv_value(&values, "firmware"));
	argv_made_path(reader, argv_value(&values, "dumpdtb"));
	if (argv_is_on(&values, "smm"))
		spec->smm = CHOICE_YES;
	if (argv_is_off(&values, "smm"))
		spec->smm = CHOICE_NO;
}

void argv_accel(struct argv_reader *reader, const char *value)
{
	auto_argv_values struct argv_values values = {0};

	if (argv_values_read(value, "accel", &values))
		read_accel(reader, argv_value(&values, "accel"));
}

void argv_enable_kvm(struct argv_reader *reader, const char *value)
{
	(void)value;
	reader->spec->command.kvm = true;
}

void argv_xen(struct argv_reader *reader, const char *value)
{
	(void)value;
	argv_need(reader, SPEC_USE_OUTSIDE);
}

/* A name without a slash is looked for in QEMU's data directories, too, which it may read anyway.
 */
void argv_bios(struct argv_reader *reader, const char *value)
{
	struct spec_command *command = &reader->spec->command;

	set_text(&command->bios_word, value);
	free(command->bios);
	command->bios = strchr(value, '/') ? path_absolute(reader->directory, value) : NULL;
	argv_read_path(reader, value);
}

void argv_kernel(struct argv_reader *reader, const char *value)
{
	free(reader->spec->kernel);
	reader->spec->kernel = path_absolute(reader->directory, value);
	argv_read_path(reader, value);
}

/* One file, or for multiboot "FILE ARGUMENTS,FILE ARGUMENTS". */
void argv_initrd(struct argv_reader *reader, const char *value)
{
	free(reader->spec->initrd);
	reader->spec->initrd = path_absolute(reader->directory, value);
	argv_read_path(reader, value);
	while (*value) {
		auto_free char *path = xstrndup(value, strcspn(value, ", "));

		argv_read_path(reader, path);
		value += strcspn(value, ",");
		value += strspn(value, ",");
	}
}

void argv_dtb(struct argv_reader *reader, const char *value)
{
	free(reader->spec->dtb);
	reader->spec->dtb = path_absolute(reader->directory, value);
	argv_read_path(reader, value);
}

void argv_name(struct argv_reader *reader, const char *value)
{
	auto_argv_values struct argv_values values = {0};

	if (argv_values_read(value, "guest", &values) && argv_value(&values, "guest")) {
		free(reader->spec->name);
		reader->spec->name = xstrdup(argv_value(&values, "guest"));
	}
}

/* Files that are read: as the whole value, or behind file= and the like. */
void argv_file(struct argv_reader *reader, const char *value)
{
	auto_argv_values struct argv_values values = {0};

	argv_read_path(reader, value);
	if (!argv_values_read(value, "file", &values))
		return;
	argv_read_path(reader, argv_value(&values, "file"));
	argv_read_path(reader, argv_value(&values, "romfile"));
	argv_read_path(reader, argv_value(&values, "path"));
}

void argv_smbios(struct argv_reader *reader, const char *value)
{
	auto_argv_values struct argv_values values = {0};

	if (!argv_values_read(value, NULL, &values))
		return;
	argv_read_path(reader, argv_value(&values, "file"));
	argv_read_path(reader, argv_value(&values, "path"));
}

/* -acpitable file=A:B, data=A:B */
void argv_files(struct argv_reader *reader, const char *value)
{
	static const char *const keys[] = {"file", "data"};
	auto_argv_values struct argv_values values = {0};

	if (!argv_values_read(value, NULL, &values))
		return;
	for (size_t i = 0; i < ARRAY_COUNT(keys); i++) {
		const char *list = argv_value(&values, keys[i]);

		while (list && *list) {
			auto_free char *path = xstrndup(list, strcspn(list, ":"));

			argv_read_path(reader, path);
			list += strcspn(list, ":");
			list += strspn(list, ":");
		}
	}
}

void argv_made(struct argv_reader *reader, const char *value)
{
	argv_made_path(reader, value);
}

void argv_mem_path(struct argv_reader *reader, const char *value)
{
	argv_need(reader, SPEC_USE_HUGEPAGES);
	argv_directory(reader, value, true);
	argv_made_path(reader, value);
}

void argv_overcommit(struct argv_reader *reader, const char *value)
{
	auto_argv_values struct argv_values values = {0};

	if (argv_values_read(value, NULL, &values) && !argv_is_off(&values, "mem-lock") &&
		argv_value(&values, "mem-lock"))
		argv_need(reader, SPEC_USE_MEM_LOCK);
}

/* -L DIRECTORY: firmware, keymaps. */
void argv_library(struct argv_reader *reader, const char *value)
{
	argv_directory(reader, value, false);
}

void argv_trace(struct argv_reader *reader, const char *value)
{
	auto_argv_values struct argv_values values = {0};

	if (!argv_values_read(value, "enable", &values))
		return;
	argv_read_path(reader, argv_value(&values, "events"));
	argv_made_path(reader, argv_value(&values, "file"));
}

void argv_pidfile(struct argv_reader *reader, const char *value)
{
	argv_need(reader, SPEC_USE_PIDFILE);
	argv_made_path(reader, value);
}

void argv_daemonize(struct argv_reader *reader, const char *value)
{
	(void)value;
	argv_need(reader, SPEC_USE_DAEMONIZE);
	argv_write_path(reader, "/dev/null");
}

void argv_chroot(struct argv_reader *reader, const char *value)
{
	argv_need(reader, SPEC_USE_CHROOT);
	argv_directory(reader, value, false);
}

void argv_runas(struct argv_reader *reader, const char *value)
{
	(void)value;
	argv_need(reader, SPEC_USE_RUN_AS);
	argv_directory(reader, "/etc", false); /* the user's name */
}

void argv_run_with(struct argv_reader *reader, const char *value)
{
	auto_argv_values struct argv_values values = {0};

	if (!argv_values_read(value, NULL, &values))
		return;
	if (argv_value(&values, "chroot"))
		argv_chroot(reader, argv_value(&values, "chroot"));
	if (argv_value(&values, "user"))
		argv_runas(reader, argv_value(&values, "user"));
	if (argv_is_on(&values, "async-teardown"))
		argv_need(reader, SPEC_USE_OUTSIDE); /* a process of its own, by clone(2) */
}

void argv_sandbox(struct argv_reader *reader, const char *value)
{
	if (!text_equal(value, "off"))
		argv_need(reader, SPEC_USE_QEMU_SANDBOX);
}

void argv_no_defaults(struct argv_reader *reader, const char *value)
{
	(void)value;
	reader->no_defaults = true;
}

void argv_icount(struct argv_reader *reader, const char *value)
{
	auto_argv_values struct argv_values values = {0};

	if (argv_values_read(value, "shift", &values))
		argv_made_path(reader, argv_value(&values, "rrfile"));
}

void argv_boot(struct argv_reader *reader, const char *value)
{
	auto_argv_values struct argv_values values = {0};

	if (argv_values_read(value, "order", &values))
		argv_read_path(reader, argv_value(&values, "splash"));
}

void argv_any_file(struct argv_reader *reader, const char *value)
{
	(void)value;
	argv_need(reader, SPEC_USE_ANY_FILE);
}

void argv_outside(struct argv_reader *reader, const char *value)
{
	(void)value;
	argv_need(reader, SPEC_USE_OUTSIDE);
}
