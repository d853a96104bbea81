/* SPDX-License-Identifier: MIT */
#include "host/host.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "base/file.h"
#include "base/memory.h"
#include "host/backing.h"
#include "host/descriptor.h"
#include "host/descriptors.h"
#include "host/emulator.h"
#include "host/emulator_report.h"
#include "host/file_table.h"
#include "host/firmware_file.h"
#include "host/kvm.h"
#include "host/machines.h"
#include "host/os_release.h"
#include "host/pairs.h"

/* One file for each path, in their order. */
static void look_at_each(const struct strings *paths, struct file_table *table,
	struct firmware_file ***ret_files, size_t *ret_count)
{
	for (size_t i = 0; paths && i < paths->count; i++) {
		struct firmware_file **slot = array_push(ret_files, ret_count, sizeof(*slot));

		*slot = file_table_look(table, paths->items[i]);
	}
}

/* The record beside a store says which firmware it was used with; that file is looked at, too. */
static struct record *read_record(
	int top_fd, const char *store_path, struct file_table *files, struct host *host)
{
	auto_free char *path = xasprintf("%s%s", store_path, RECORD_SUFFIX);
	auto_free char *bytes = NULL;
	auto_record struct record *record = NULL;
	auto_error struct error *error = NULL;
	size_t size_bytes = 0;

	strings_add(&host->looked_at, path);
	error = file_read_below(top_fd, path, RECORD_LIMIT_BYTES, &bytes, &size_bytes);
	if (error && error->number == ENOENT)
		return NULL;
	if (!error)
		error = record_parse(bytes, size_bytes, path, &record);
	if (error)
		strings_addf(&host->notes, "%s", error->text);
	else if (record->code.path)
		file_table_look(files, record->code.path);
	return steal(&record);
}

static void read_records(int top_fd, struct file_table *files, struct host *host)
{
	host->records = xcalloc(host->store_count, sizeof(struct record *));
	for (size_t i = 0; i < host->store_count; i++)
		if (host->stores[i]->error_number == 0)
			host->records[i] = read_record(top_fd, host->stores[i]->path, files, host);
}

/* host->files owns what the table has found. */
static void keep_files(struct file_table *table, struct host *host)
{
	size_t count;
	auto_free struct firmware_file **files = file_table_take(table, &count);

	for (size_t i = 0; i < count; i++) {
		struct firmware_file **slot =
			array_push(&host->files, &host->file_count, sizeof(*host->files));

		*slot = files[i];
	}
}

static bool targets(const struct descriptor *descriptor, enum arch arch)
{
	for (size_t i = 0; i < descriptor->target_count; i++)
		if (descriptor->targets[i].arch == arch)
			return true;
	return false;
}

static bool firmware_was_found(const struct host *host, enum arch arch)
{
	for (size_t i = 0; i < host->descriptor_count; i++)
		if (host->descriptors[i].state == DESCRIPTOR_USABLE &&
			targets(&host->descriptors[i], arch))
			return true;
	return host->pair_count > 0;
}

/* The last resort before "no firmware": QEMU itself is asked where its files are. */
static void ask_emulator(const struct survey_request *request, const char *known,
	struct file_table *files, struct host *host)
{
	auto_strings struct strings directories = {0};

	if (strcmp(request->root_path, "/") != 0 || host->emulator.status != 0 ||
		firmware_was_found(host, request->arch))
		return;
	emulator_data_directories(host->emulator.path, &directories);
	for (size_t i = 0; i < directories.count; i++)
		if (!text_equal(directories.items[i], known))
			pairs_add_reported(request, directories.items[i], files, host);
}

/* QEMU is only asked where the answer can matter: it takes as long as all else together. */
static void look_for_uefi_vars(const struct survey_request *request, struct host *host)
{
	bool matters = request->uefi_vars;

	for (size_t i = 0; i < host->descriptor_count; i++)
		matters |= host->descriptors[i].state == DESCRIPTOR_USABLE &&
			   host->descriptors[i].uefi_vars;
	if (matters && host->emulator.status == 0)
		host->emulator.uefi_vars = emulator_contains(host->emulator.path, "uefi-vars-");
}

static void look_at_firmware(
	const struct survey_request *request, struct file_table *files, struct host *host)
{
	auto_free char *data_directory = NULL;
	bool descriptor_seen;

	if (!request->firmware)
		return;
	data_directory = emulator_data_directory(&host->emulator);
	descriptor_seen = descriptors_find(request, data_directory, files, host);
	if (!request->brief) {
		pairs_find(request, data_directory, descriptor_seen, files, host);
		pairs_know(request, host);
		ask_emulator(request, data_directory, files, host);
	}
	look_for_uefi_vars(request, host);
}

static enum arch own_arch(void)
{
	struct utsname names;

	return uname(&names) == 0 ? arch_from_name(names.machine) : ARCH_UNKNOWN;
}

struct error *host_survey(const struct survey_request *request, struct host **ret_host)
{
	auto_file_table struct file_table files = {.root_fd = request->root_fd,
		.root_path = request->root_path,
		.only_arch = request->brief ? request->arch : ARCH_UNKNOWN};
	bool is_own = strcmp(request->root_path, "/") == 0;
	auto_fd int opened = is_own ? -1 : file_open("/", O_PATH | O_DIRECTORY);
	int top_fd = is_own ? request->root_fd : opened;
	/* the VM's own stores belong to the system that runs it, whatever root firmware is from */
	auto_file_table struct file_table stores = {.root_fd = top_fd, .root_path = "/"};
	auto_host struct host *host = xcalloc(1, sizeof(*host));

	files.looked_at = &host->looked_at;
	if (top_fd < 0)
		return error_system(errno, "cannot open '/'");
	TRY(file_below_check());
	host->arch = request->kvm ? own_arch() : ARCH_UNKNOWN;
	emulator_find(request, &host->emulator);
	host->looked_at = host->emulator.looked_at; /* the first paths of all */
	host->emulator.looked_at = (struct strings){0};
	/* a caller's whole command line has its own -sandbox, or none */
	if (!request->called_as && host->emulator.status == 0)
		host->emulator.seccomp = emulator_contains(host->emulator.path, "libseccomp.so");
	machines_list(request, host);
	look_at_each(request->paths, &files, &host->asked, &host->asked_count);
	look_at_each(request->store_paths, &stores, &host->stores, &host->store_count);
	read_records(top_fd, &files, host);
	look_at_firmware(request, &files, host);
	if (request->kvm)
		kvm_look("/dev/kvm", &host->kvm);
	if (request->firmware && !request->brief) /* what firmware would be installed by */
		host->packages = os_release_read(request->root_fd);
	backing_find(request->images, &host->backing);
	keep_files(&files, host);
	keep_files(&stores, host);
	*ret_host = steal(&host);
	return NULL;
}

static void free_files(struct host *host)
{
	for (size_t i = 0; i < host->known_count; i++)
		free(host->known[i].path);
	free(host->known);
	for (size_t i = 0; i < host->file_count; i++) {
		firmware_file_clear(host->files[i]);
		free(host->files[i]);
	}
	free(host->files);
	for (size_t i = 0; i < host->store_count; i++)
		record_free(host->records[i]);
	free(host->records);
	free(host->stores);
	free(host->asked);
}

void host_free(struct host *host)
{
	if (!host)
		return;
	for (size_t i = 0; i < host->descriptor_count; i++)
		descriptor_clear(&host->descriptors[i]);
	free(host->descriptors);
	free(host->pairs);
	free_files(host);
	for (size_t i = 0; i < host->machine_count; i++) {
		free(host->machines[i].alias);
		free(host->machines[i].canonical);
	}
	free(host->machines);
	emulator_clear(&host->emulator);
	free(host->kvm.problem);
	strings_clear(&host->absent_pairs);
	free(host->cache.path);
	free(host->cache.text);
	backing_clear(&host->backing);
	strings_clear(&host->looked_at);
	strings_clear(&host->notes);
	free(host);
}

void host_free_pointer(struct host **host)
{
	host_free(*host);
	*host = NULL;
}
