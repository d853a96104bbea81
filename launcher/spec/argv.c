/* SPDX-License-Identifier: MIT */
#include "spec/argv.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "spec/argv_reader.h"

void argv_need(struct argv_reader *reader, enum spec_use use)
{
	struct spec_command *command = &reader->spec->command;
	struct spec_need *need;

	for (size_t i = 0; i < command->need_count; i++)
		if (command->needs[i].use == use)
			return;
	need = array_push(&command->needs, &command->need_count, sizeof(*command->needs));
	need->use = use;
	need->because = xasprintf("%s%s%s", reader->option ? reader->option : "QEMU's defaults",
		reader->value ? " " : "", reader->value ? reader->value : "");
}

static struct spec_access *add_access(struct argv_reader *reader, const char *path)
{
	struct spec_command *command = &reader->spec->command;
	struct spec_access *access =
		array_push(&command->accesses, &command->access_count, sizeof(*access));

	access->path = path_absolute(reader->directory, path);
	return access;
}

static bool is_path(const char *path)
{
	return path && path[0] && !text_starts_with(path, "/dev/fdset/");
}

void argv_read_path(struct argv_reader *reader, const char *path)
{
	if (is_path(path))
		(void)add_access(reader, path);
}

void argv_write_path(struct argv_reader *reader, const char *path)
{
	if (is_path(path))
		add_access(reader, path)->write = true;
}

void argv_device_path(struct argv_reader *reader, const char *path)
{
	struct spec_access *access = is_path(path) ? add_access(reader, path) : NULL;

	if (access) {
		access->write = true;
		access->device = true;
	}
}

void argv_directory(struct argv_reader *reader, const char *path, bool write)
{
	struct spec_access *access = is_path(path) ? add_access(reader, path) : NULL;

	if (access) {
		access->write = write;
		access->directory = true;
	}
}

void argv_output_path(struct argv_reader *reader, const char *path)
{
	struct spec_access *access = is_path(path) ? add_access(reader, path) : NULL;

	if (access) {
		access->write = true;
		access->made = true;
	}
}

void argv_socket_path(struct argv_reader *reader, const char *path, bool listen)
{
	auto_free char *directory = is_path(path) ? path_directory(path) : NULL;
	struct spec_access *access = directory ? add_access(reader, directory) : NULL;

	if (access) {
		access->write = listen;
		access->directory = true;
		access->sockets = true;
	}
}

void argv_made_path(struct argv_reader *reader, const char *path)
{
	auto_free char *directory = is_path(path) ? path_directory(path) : NULL;

	argv_write_path(reader, path);
	if (directory && !text_starts_with(directory, "/dev"))
		argv_directory(reader, directory, true);
}

/* An option that this table does not have: one of a newer QEMU. Whether the next word is its value
 * cannot be told, and taking an option for one would hide it. */
static void read_unknown(struct argv_reader *reader, char *const *word, size_t *index)
{
	reader->option = word[0];
	reader->value = NULL;
	argv_need(reader, SPEC_USE_NOT_KNOWN);
	if (word[1] && word[1][0] != '-')
		(*index)++;
}

static void read_word(struct argv_reader *reader, char *const words[], size_t *index)
{
	const char *word = words[*index];
	const char *name = argv_option_name(word);
	const struct argv_option *option = name ? argv_option_find(name) : NULL;
	argv_read_function *read = option ? argv_reader_find(name) : NULL;

	if (!name) {
		reader->option = "image";
		reader->value = word;
		argv_hard_disk(reader, word);
		return;
	}
	if (!option) {
		read_unknown(reader, &words[*index], index);
		return;
	}
	reader->option = word;
	reader->value = NULL;
	if (option->takes_value) {
		if (!words[*index + 1])
			return; /* QEMU says so */
		reader->value = words[++*index];
	}
	reader->word = *index;
	if (read)
		read(reader, reader->value);
}

/* What QEMU makes when nothing is said: a user network, a window or a VNC server (system/vl.c,
 * qemu_disable_default_devices, qemu_setup_display). */
static void add_defaults(struct argv_reader *reader)
{
	reader->option = NULL;
	reader->value = NULL;
	if (!reader->network && !reader->no_defaults)
		argv_netdev(reader, "user");
	if (!reader->display && !reader->graphic_off) {
		argv_need(reader, SPEC_USE_VNC);
		argv_display(reader, "default");
	}
}

/* A monitor on a socket that was inherited: whoever started QEMU goes on telling it what to do. */
static void find_driver(struct argv_reader *reader)
{
	for (size_t i = 0; i < reader->monitors.count; i++) {
		if (!strings_contain(&reader->sockets, reader->monitors.items[i]))
			continue;
		reader->option = "-mon";
		reader->value = reader->monitors.items[i];
		argv_need(reader, SPEC_USE_DRIVEN);
	}
}

static void clear_reader(struct argv_reader *reader)
{
	for (size_t i = 0; i < reader->node_count; i++) {
		free(reader->nodes[i].name);
		free(reader->nodes[i].below);
		free(reader->nodes[i].filename);
		free(reader->nodes[i].format);
	}
	free(reader->nodes);
	strings_clear(&reader->sockets);
	strings_clear(&reader->monitors);
	free(reader->flash_nodes[0]);
	free(reader->flash_nodes[1]);
}

/* qemu-system-ARCH; others, such as qemu-kvm, run this machine's own architecture: UNKNOWN. */
static enum arch arch_of_name(const char *name)
{
	static const char prefix[] = "qemu-system-";
	const char *base = path_base(name);

	return text_starts_with(base, prefix) ? arch_from_name(base + strlen(prefix))
					      : ARCH_UNKNOWN;
}

void spec_read_added(struct spec *spec, const struct strings *words, const char *directory)
{
	static char *const none[] = {NULL};
	/* what the readers say about machine and firmware is QEMU's business here */
	auto_spec struct spec *added = xcalloc(1, sizeof(*added));
	struct argv_reader reader = {.spec = added, .directory = directory};
	char *const *items = words->count > 0 ? words->items : none;

	added->arch = spec->arch;
	for (size_t i = 0; items[i]; i++)
		read_word(&reader, items, &i);
	find_driver(&reader);
	clear_reader(&reader);
	spec->command = added->command;
	added->command = (struct spec_command){0};
}

struct spec *spec_read_argv(const char *name, char *const words[], const char *directory)
{
	struct spec *spec = xcalloc(1, sizeof(*spec));
	struct argv_reader reader = {.spec = spec, .directory = directory};

	spec->command.present = true;
	spec->path = xstrdup("the command line");
	spec->arch = arch_of_name(name);
	spec->acpi = CHOICE_YES;
	spec->vcpus = 1;
	for (size_t i = 0; words[i]; i++)
		strings_add(&spec->command.words, words[i]);
	for (size_t i = 0; words[i]; i++)
		read_word(&reader, words, &i);
	add_defaults(&reader);
	argv_resolve_flash(&reader);
	find_driver(&reader);
	if (text_ends_with(name, "kvm")) /* Debian's and RHEL's switch it on by themselves */
		spec->command.kvm = true;
	spec->accel = spec->command.kvm ? SPEC_ACCEL_KVM : SPEC_ACCEL_TCG;
	if (!spec->name)
		spec->name = xstrdup("qemu");
	clear_reader(&reader);
	return spec;
}

void clear_command(struct spec *spec)
{
	struct spec_command *command = &spec->command;

	strings_clear(&command->words);
	strings_clear(&command->images);
	for (size_t i = 0; i < command->need_count; i++)
		free(command->needs[i].because);
	free(command->needs);
	for (size_t i = 0; i < command->access_count; i++)
		free(command->accesses[i].path);
	free(command->accesses);
	for (size_t i = 0; i < ARRAY_COUNT(command->flash); i++) {
		free(command->flash[i].path);
		free(command->flash[i].word);
	}
	for (size_t i = 0; i < command->bridge_count; i++) {
		free(command->bridges[i].bridge);
		free(command->bridges[i].helper);
		free(command->bridges[i].others);
	}
	free(command->bridges);
	free(command->bios);
	free(command->bios_word);
}
