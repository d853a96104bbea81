/* SPDX-License-Identifier: MIT */
#include "made_up.h"

#include <stdlib.h>
#include <string.h>

#include "base/record.h"

/* The most of each kind that a test makes: arrays that never move keep handed out pointers valid.
 */
enum {
	MOST_DESCRIPTORS = 8,
	MOST_PAIRS = 8,
	MOST_FILES = 32,
	MOST_STORES = 8,
};

static void *keep(struct made_up *made, void *memory)
{
	void **slot = array_push(&made->kept, &made->kept_count, sizeof(*made->kept));

	*slot = memory;
	return memory;
}

char *made_text(struct made_up *made, const char *text)
{
	return keep(made, xstrdup(text));
}

void *made_memory(struct made_up *made, size_t count, size_t size)
{
	return keep(made, xcalloc(count, size));
}

static void add_alias(struct made_up *made, const char *alias, const char *canonical)
{
	struct host *host = &made->host;

	host->machines[host->machine_count++] =
		(struct machine_alias){made_text(made, alias), made_text(made, canonical)};
}

static void make_host(struct made_up *made)
{
	struct host *host = &made->host;

	host->descriptors = made_memory(made, MOST_DESCRIPTORS, sizeof(*host->descriptors));
	host->pairs = made_memory(made, MOST_PAIRS, sizeof(*host->pairs));
	host->files = made_memory(made, MOST_FILES, sizeof(struct firmware_file *));
	host->stores = made_memory(made, MOST_STORES, sizeof(struct firmware_file *));
	host->machines = made_memory(made, 4, sizeof(*host->machines));
	host->packages = PACKAGE_FAMILY_DEBIAN;
	host->emulator.path = made_text(made, "/usr/bin/qemu");
	add_alias(made, "q35", "pc-q35-9.2");
	add_alias(made, "pc", "pc-i440fx-9.2");
	add_alias(made, "virt", "virt-9.2");
}

int made_up_setup(void **state)
{
	struct made_up *made = xcalloc(1, sizeof(*made));
	struct spec *spec = &made->spec;

	make_host(made);
	spec->path = made_text(made, "vm.xml");
	spec->name = made_text(made, "vm");
	spec->accel = SPEC_ACCEL_TCG;
	spec->accel_line = 1;
	spec->arch = ARCH_X86_64;
	spec->machine = made_text(made, "q35");
	spec->memory_bytes = UINT64_C(1) << 30;
	spec->vcpus = 1;
	spec->acpi = CHOICE_YES;
	spec->firmware.kind = SPEC_FIRMWARE_EFI;
	spec->firmware.line = 5;
	made->options.accel = ACCEL_OPTION_SPEC;
	made->options.nvram_directory = "/state";
	made->options.working_directory = "/home/vm";
	*state = made;
	return 0;
}

static void forget_result(struct made_up *made)
{
	plan_free_pointer(&made->plan);
	error_free_pointer(&made->error);
	candidates_clear(&made->candidates);
}

int made_up_teardown(void **state)
{
	struct made_up *made = *state;

	forget_result(made);
	/* all, since a test may take the last ones away */
	for (size_t i = 0; i < MOST_DESCRIPTORS; i++) {
		struct descriptor *descriptor = &made->host.descriptors[i];

		strings_clear(&descriptor->features);
		for (size_t j = 0; j < descriptor->target_count; j++)
			strings_clear(&descriptor->targets[j].machines);
	}
	strings_clear(&made->host.notes);
	strings_clear(&made->host.absent_pairs);
	strings_clear(&made->spec.notes);
	strings_clear(&made->spec.qemu_arguments);
	strings_clear(&made->spec.qemu_environment);
	for (size_t i = 0; i < made->kept_count; i++)
		free(made->kept[i]);
	free(made->kept);
	free(made);
	return 0;
}

void made_virt(struct made_up *made, enum arch arch)
{
	made->spec.arch = arch;
	made->spec.machine = made_text(made, "virt");
}

/* A file of no list yet. */
static struct firmware_file *new_file(struct made_up *made, const char *path)
{
	struct firmware_file *file = made_memory(made, 1, sizeof(*file));

	file->path = made_text(made, path);
	file->host_path = keep(made, xasprintf("/root%s", path));
	file->regular = true;
	file->device = 1;
	file->inode = made->kept_count; /* of no other file */
	file->format = IMAGE_FORMAT_RAW;
	return file;
}

static void set_size(struct firmware_file *file, uint64_t size_bytes)
{
	file->size_bytes = size_bytes;
	file->virtual_size_bytes = size_bytes;
}

struct firmware_file *made_file(
	struct made_up *made, const char *path, uint64_t size_bytes, enum firmware_role role)
{
	struct host *host = &made->host;
	struct firmware_file *file;

	for (size_t i = 0; i < host->file_count; i++)
		if (strcmp(host->files[i]->path, path) == 0)
			return host->files[i];
	assert_true(host->file_count < MOST_FILES);
	file = new_file(made, path);
	set_size(file, size_bytes);
	file->role = role;
	host->files[host->file_count++] = file;
	return file;
}

struct firmware_file *made_code(struct made_up *made, const char *path)
{
	enum arch arch = made->spec.arch;
	uint64_t board_bytes = arch_flash_bytes(arch);
	struct firmware_file *file;

	if (arch == ARCH_LOONGARCH64)
		board_bytes = 16 << 20;
	file = made_file(
		made, path, board_bytes > 0 ? board_bytes : CODE_4M_BYTES, FIRMWARE_ROLE_CODE);
	file->code_arch = arch_is_x86(arch) ? ARCH_X86_64 : arch;
	return file;
}

struct firmware_file *made_vars(struct made_up *made, const char *path)
{
	uint64_t board_bytes = arch_flash_bytes(made->spec.arch);

	if (made->spec.arch == ARCH_LOONGARCH64)
		board_bytes = 16 << 20;
	return made_file(
		made, path, board_bytes > 0 ? board_bytes : VARS_4M_BYTES, FIRMWARE_ROLE_VARIABLES);
}

struct firmware_file *made_link(
	struct made_up *made, const char *path, const struct firmware_file *file)
{
	struct firmware_file *link = made_file(made, path, file->size_bytes, file->role);
	char *own_path = link->path;
	char *own_host_path = link->host_path;

	*link = *file;
	link->path = own_path;
	link->host_path = own_host_path;
	return link;
}

static void add_target(struct made_up *made, struct descriptor *descriptor)
{
	struct descriptor_target *target = made_memory(made, 2, sizeof(*target));
	bool x86 = arch_is_x86(made->spec.arch);

	target->arch = made->spec.arch;
	target->arch_text = made_text(made, arch_name(target->arch));
	strings_add(&target->machines, x86 ? "pc-q35-*" : "virt-*");
	if (x86)
		strings_add(&target->machines, "pc-i440fx-*");
	descriptor->targets = target;
	descriptor->target_count = 1;
}

static struct descriptor *add_descriptor(struct made_up *made, const char *path)
{
	struct descriptor *descriptor;

	assert_true(made->host.descriptor_count < MOST_DESCRIPTORS);
	descriptor = &made->host.descriptors[made->host.descriptor_count++];
	descriptor->path = made_text(made, path);
	descriptor->state = DESCRIPTOR_USABLE;
	add_target(made, descriptor);
	return descriptor;
}

struct descriptor *made_descriptor(
	struct made_up *made, const char *path, const char *code, const char *vars)
{
	struct descriptor *descriptor = add_descriptor(made, path);

	descriptor->interfaces = FIRMWARE_INTERFACE_UEFI;
	descriptor->device = FIRMWARE_DEVICE_FLASH;
	descriptor->mode = FIRMWARE_MODE_SPLIT;
	descriptor->executable = made_code(made, code);
	descriptor->executable_format = IMAGE_FORMAT_RAW;
	descriptor->executable_format_text = made_text(made, "raw");
	descriptor->template = made_vars(made, vars);
	descriptor->template_format = IMAGE_FORMAT_RAW;
	descriptor->template_format_text = made_text(made, "raw");
	return descriptor;
}

struct descriptor *made_memory_descriptor(
	struct made_up *made, const char *path, const char *file, unsigned int interfaces)
{
	struct descriptor *descriptor = add_descriptor(made, path);

	descriptor->interfaces = interfaces;
	descriptor->device = FIRMWARE_DEVICE_MEMORY;
	descriptor->executable = made_file(made, file, 262144, FIRMWARE_ROLE_UNKNOWN);
	return descriptor;
}

struct firmware_pair *made_pair(struct made_up *made, const char *code, const char *vars)
{
	struct firmware_pair *pair;

	assert_true(made->host.pair_count < MOST_PAIRS);
	pair = &made->host.pairs[made->host.pair_count++];
	pair->source = PAIR_BUILT_IN;
	pair->arch = made->spec.arch;
	pair->code = made_code(made, code);
	pair->vars = made_vars(made, vars);
	pair->format = IMAGE_FORMAT_RAW;
	return pair;
}

void made_loader(struct made_up *made, const char *path)
{
	struct spec_loader *loader = &made->spec.firmware.loader;

	made->spec.firmware.kind = SPEC_FIRMWARE_UNSET;
	loader->present = true;
	loader->line = 6;
	loader->path = made_text(made, path);
	loader->type = SPEC_LOADER_PFLASH;
	loader->readonly = CHOICE_YES;
	made_code(made, path);
}

void made_template(struct made_up *made, const char *path)
{
	struct spec_nvram *nvram = &made->spec.firmware.nvram;

	nvram->present = true;
	nvram->line = 7;
	nvram->template = made_text(made, path);
	made_vars(made, path);
}

struct firmware_file *made_store(struct made_up *made, const char *path)
{
	struct firmware_file *store = new_file(made, path);
	uint64_t board_bytes = arch_flash_bytes(made->spec.arch);

	assert_true(made->host.store_count < MOST_STORES);
	set_size(store, board_bytes > 0 ? board_bytes : VARS_4M_BYTES);
	store->role = FIRMWARE_ROLE_VARIABLES;
	made->host.stores[made->host.store_count++] = store;
	return store;
}

struct backing_file *made_backing(struct made_up *made, const char *above, const char *name)
{
	struct backing *backing = &made->host.backing;
	struct backing_file *file;

	if (!backing->files)
		backing->files = made_memory(made, MOST_STORES, sizeof(*backing->files));
	assert_true(backing->count < MOST_STORES);
	file = &backing->files[backing->count++];
	file->image = made_text(made, above);
	file->name = made_text(made, name);
	file->of_image = file->format_said = true;
	return file;
}

void made_record(struct made_up *made, const char *code)
{
	struct host *host = &made->host;
	struct record *record = made_memory(made, 1, sizeof(*record));

	assert_true(host->store_count > 0);
	record->code.path = made_text(made, code);
	if (!host->records)
		host->records = made_memory(made, MOST_STORES, sizeof(*host->records));
	host->records[host->store_count - 1] = record;
}

const struct firmware_request *made_request(struct made_up *made)
{
	error_free_pointer(&made->error);
	made->error =
		firmware_request_make(&made->spec, &made->options, &made->host, &made->request);
	if (made->error)
		fail_msg("refused: %s", made->error->text);
	return &made->request;
}

void made_plan(struct made_up *made)
{
	forget_result(made);
	made->error =
		plan_make(&made->spec, &made->host, &made->options, &made->candidates, &made->plan);
}

const struct plan *planned(struct made_up *made)
{
	made_plan(made);
	if (made->error)
		fail_msg("refused: %s", made->error->text);
	return made->plan;
}

void assert_plan_refused(struct made_up *made, const char *text)
{
	made_plan(made);
	assert_null(made->plan);
	assert_non_null(made->error);
	assert_string_equal(made->error->text, text);
	assert_int_equal(made->error->status, ERROR_STATUS_REFUSED);
}

void assert_reason(char *got, const char *wanted)
{
	auto_free char *reason = got;

	if (!wanted) {
		if (reason)
			fail_msg("refused: %s", reason);
		return;
	}
	assert_non_null(reason);
	assert_string_equal(reason, wanted);
}

const char *argument_at(const struct plan *plan, const char *option, size_t index)
{
	for (size_t i = 1; i + 1 < plan->argv.count; i++)
		if (strcmp(plan->argv.items[i], option) == 0 && index-- == 0)
			return plan->argv.items[i + 1];
	return NULL;
}

const char *argument_of(const struct plan *plan, const char *option)
{
	return argument_at(plan, option, 0);
}

const char *device_of(const struct plan *plan, const char *driver)
{
	size_t length = strlen(driver);

	for (size_t i = 0; argument_at(plan, "-device", i); i++) {
		const char *device = argument_at(plan, "-device", i);

		if (strncmp(device, driver, length) == 0 &&
			(device[length] == ',' || device[length] == '\0'))
			return device;
	}
	return NULL;
}
