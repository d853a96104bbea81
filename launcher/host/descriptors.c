/* SPDX-License-Identifier: MIT */
#include "host/descriptors.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "host/descriptor.h"
#include "host/directory.h"

/* firmware.json, "@Firmware": the distribution's directory and the administrator's. */
#define DISTRIBUTION_DIRECTORY "/usr/share/qemu/firmware"
#define ADMINISTRATOR_DIRECTORY "/etc/qemu/firmware"

static struct descriptor *add_descriptor(struct host *host)
{
	return array_push(&host->descriptors, &host->descriptor_count, sizeof(*host->descriptors));
}

static void add_masked(struct host *host, const struct directory_file *file)
{
	struct descriptor *descriptor = add_descriptor(host);

	*descriptor = (struct descriptor){
		.path = xstrdup(file->path),
		.state = DESCRIPTOR_MASKED,
		.problem = text_equal(file->path, file->masked_by)
				   ? xstrdup("it is empty and hides files of its name")
				   : xasprintf("hidden by '%s', which is empty", file->masked_by),
	};
}

/*
 * Which names count. libvirt reads a file of any name (rule D2), systemd only "*.json", and
 * firmware.json demands no ending. As the same files must lead to the same decision as libvirt's, a
 * descriptor of another name is read too; but a file without the ending that is no descriptor, such
 * as a README, is not a broken descriptor: it gets a note and no place in the list.
 */
static void add_read(struct host *host, const char *path, struct file_table *files)
{
	struct descriptor descriptor;
	struct descriptor *slot;

	descriptor_read(path, files, &host->notes, &descriptor);
	if (descriptor.state == DESCRIPTOR_UNREADABLE && !text_ends_with(path, ".json")) {
		strings_addf(&host->notes,
			"'%s' is skipped: its name does not end in '.json' and "
			"it is no descriptor (%s)",
			path, descriptor.problem);
		descriptor_clear(&descriptor);
		return;
	}
	slot = add_descriptor(host);
	*slot = descriptor;
}

static bool is_listed(const struct host *host, const char *path)
{
	for (size_t i = 0; i < host->descriptor_count; i++)
		if (host->descriptors[i].state != DESCRIPTOR_MASKED &&
			strcmp(host->descriptors[i].path, path) == 0)
			return true;
	return false;
}

/* Descriptors that are asked for by name are under no rule of the directories. */
static void add_named(const struct strings *paths, struct file_table *files, struct host *host)
{
	for (size_t i = 0; paths && i < paths->count; i++) {
		if (is_listed(host, paths->items[i]))
			continue;
		strings_add(&host->looked_at, paths->items[i]);
		descriptor_read(paths->items[i], files, &host->notes, add_descriptor(host));
	}
}

/*
 * The directory beside an emulator of another prefix (/usr/local, Homebrew, Nix) is no part of
 * libvirt's search: its files are replaced by any of the same name and stand behind all others, so
 * they are found where nothing else is and change no decision where something is.
 */
static size_t list_directories(const struct survey_request *request, const char *beside_emulator,
	const char *user, struct search_directory *ret_directories)
{
	size_t count = 0;

	if (beside_emulator && strcmp(beside_emulator, DISTRIBUTION_DIRECTORY) != 0)
		ret_directories[count++] =
			(struct search_directory){.path = beside_emulator, .last = true};
	ret_directories[count++] = (struct search_directory){.path = DISTRIBUTION_DIRECTORY};
	ret_directories[count++] = (struct search_directory){.path = ADMINISTRATOR_DIRECTORY};
	if (user)
		ret_directories[count++] = (struct search_directory){.path = user,
			.owner_path = request->config_directory,
			.root_only = request->privileged};
	return count;
}

bool descriptors_find(const struct survey_request *request, const char *data_directory,
	struct file_table *files, struct host *host)
{
	auto_free char *beside = data_directory ? xasprintf("%s/firmware", data_directory) : NULL;
	auto_free char *user = request->config_directory
				       ? xasprintf("%s/qemu/firmware", request->config_directory)
				       : NULL;
	auto_directory_files struct directory_files found = {0};
	struct search_directory directories[4];
	size_t count = list_directories(request, beside, user, directories);

	directory_files_find(
		request->root_fd, directories, count, &host->notes, &host->looked_at, &found);
	for (size_t i = 0; i < found.count; i++) {
		if (found.items[i].masked_by)
			add_masked(host, &found.items[i]);
		else
			add_read(host, found.items[i].path, files);
	}
	add_named(request->descriptor_paths, files, host);
	return found.any;
}
