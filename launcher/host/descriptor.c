/* SPDX-License-Identifier: MIT */
#include "host/descriptor.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "host/json.h"

/* What libvirt reads at most (src/qemu/qemu_firmware.c, DOCUMENT_SIZE_MAX); real ones have 1 KiB.
 */
static const size_t descriptor_limit_bytes = (size_t)1 << 20;

/* firmware.json, FirmwareFeature. A feature may be a demand on the VM, as requires-smm is: one that
 * is not known here may be a demand that would go unmet. */
static const char *const known_features[] = {
	"acpi-s3",
	"acpi-s4",
	"amd-sev",
	"amd-sev-es",
	"amd-sev-snp",
	"arm-rme",
	"enrolled-keys",
	"host-uefi-vars",
	"intel-tdx",
	"requires-smm",
	"secure-boot",
	"verbose-dynamic",
	"verbose-static",
};

struct reading {
	struct descriptor *descriptor;
	struct file_table *files;
	struct strings *notes;
	bool foreign; /* for other architectures than the one that matters */
};

/* The first reason stays: it is the one that is met first in the file. */
static void unsupported(struct reading *reading, const struct json_place *place, const char *what)
{
	auto_free char *name = json_place_name(place);

	if (reading->descriptor->state != DESCRIPTOR_USABLE)
		return;
	reading->descriptor->state = DESCRIPTOR_UNSUPPORTED;
	reading->descriptor->problem = xasprintf("%s: %s", name, what);
}

static void unsupported_name(
	struct reading *reading, const struct json_place *place, const char *kind, const char *name)
{
	auto_free char *what = xasprintf("unknown %s '%s'", kind, name);

	unsupported(reading, place, what);
}

static struct error *read_interfaces(struct reading *reading, const struct json_place *top)
{
	struct json_place types;
	const char *name = NULL;

	TRY(json_member(top, "interface-types", json_type_array, &types));
	for (size_t i = 0; i < json_object_array_length(types.value); i++) {
		struct json_place item = json_item(&types, i);

		TRY(json_text(&item, &name));
		reading->descriptor->interfaces |= firmware_interface_from_name(name);
	}
	/* an unknown one among known ones only adds a use that is not made of it */
	if (name && reading->descriptor->interfaces == FIRMWARE_INTERFACE_NONE)
		unsupported_name(reading, &types, "interface", name);
	return NULL;
}

/* A member that is the absolute path of a firmware file; a relative one would mean another file in
 * each working directory. */
static struct error *read_file(struct reading *reading, const struct json_place *object,
	const char *key, struct firmware_file **ret_file)
{
	struct json_place place;
	const char *path;

	TRY(json_member_text(object, key, &place, &path));
	if (path[0] != '/')
		return json_error(&place, "'%s' is not an absolute path", path);
	*ret_file = reading->foreign ? file_table_pass_over(reading->files, path)
				     : file_table_look(reading->files, path);
	return NULL;
}

/* { "filename": PATH, "format": NAME }, both mandatory; the name is judged where one is chosen. */
static struct error *read_flash_file(struct reading *reading, const struct json_place *object,
	struct firmware_file **ret_file, enum image_format *ret_format, char **ret_format_text)
{
	struct json_place place;
	const char *format;

	TRY(read_file(reading, object, "filename", ret_file));
	TRY(json_member_text(object, "format", &place, &format));
	*ret_format = image_format_from_name(format);
	*ret_format_text = xstrdup(format);
	return NULL;
}

static struct error *read_flash_mode(struct reading *reading, const struct json_place *mapping)
{
	struct json_place place;
	const char *name;

	reading->descriptor->mode = FIRMWARE_MODE_SPLIT;
	if (!json_has(mapping, "mode"))
		return NULL;
	TRY(json_member_text(mapping, "mode", &place, &name));
	reading->descriptor->mode = firmware_mode_from_name(name);
	if (reading->descriptor->mode == FIRMWARE_MODE_NONE)
		unsupported_name(reading, &place, "flash mode", name);
	return NULL;
}

static struct error *read_flash(struct reading *reading, const struct json_place *mapping)
{
	struct descriptor *descriptor = reading->descriptor;
	struct json_place place;

	TRY(read_flash_mode(reading, mapping));
	TRY(json_member(mapping, "executable", json_type_object, &place));
	TRY(read_flash_file(reading, &place, &descriptor->executable,
		&descriptor->executable_format, &descriptor->executable_format_text));
	if (descriptor->mode != FIRMWARE_MODE_SPLIT)
		return NULL; /* a template beside another mode has no meaning (rule S4) */
	TRY(json_member(mapping, "nvram-template", json_type_object, &place));
	return read_flash_file(reading, &place, &descriptor->template, &descriptor->template_format,
		&descriptor->template_format_text);
}

static struct error *read_memory(struct reading *reading, const struct json_place *mapping)
{
	struct json_place store;

	TRY(read_file(reading, mapping, "filename", &reading->descriptor->executable));
	if (!json_has(mapping, "uefi-vars"))
		return NULL;
	TRY(json_member(mapping, "uefi-vars", json_type_object, &store));
	reading->descriptor->uefi_vars = true;
	return read_file(reading, &store, "template", &reading->descriptor->template);
}

static struct error *read_kernel(struct reading *reading, const struct json_place *mapping)
{
	return read_file(reading, mapping, "filename", &reading->descriptor->executable);
}

static struct error *read_igvm(struct reading *reading, const struct json_place *mapping)
{
	TRY(read_file(reading, mapping, "filename", &reading->descriptor->executable));
	unsupported(reading, mapping, "device 'igvm' is for confidential guests only");
	return NULL;
}

typedef struct error *(*mapping_reader)(struct reading *, const struct json_place *);

static const struct {
	enum firmware_device device;
	mapping_reader read;
} mapping_readers[] = {
	{FIRMWARE_DEVICE_FLASH, read_flash},
	{FIRMWARE_DEVICE_MEMORY, read_memory},
	{FIRMWARE_DEVICE_KERNEL, read_kernel},
	{FIRMWARE_DEVICE_IGVM, read_igvm},
};

static struct error *read_mapping(struct reading *reading, const struct json_place *top)
{
	struct json_place mapping;
	struct json_place place;
	const char *name;

	TRY(json_member(top, "mapping", json_type_object, &mapping));
	TRY(json_member_text(&mapping, "device", &place, &name));
	reading->descriptor->device = firmware_device_from_name(name);
	for (size_t i = 0; i < ARRAY_COUNT(mapping_readers); i++)
		if (mapping_readers[i].device == reading->descriptor->device)
			return mapping_readers[i].read(reading, &mapping);
	unsupported_name(reading, &place, "device", name);
	return NULL;
}

static struct error *read_machines(
	struct reading *reading, const struct json_place *object, struct strings *machines)
{
	struct json_place array;

	TRY(json_member(object, "machines", json_type_array, &array));
	for (size_t i = 0; i < json_object_array_length(array.value); i++) {
		struct json_place item = json_item(&array, i);
		const char *glob;
		auto_error struct error *error = json_text(&item, &glob);

		/* libvirt lets it stand as a machine that never matches (rule S6) */
		if (error)
			strings_addf(reading->notes, "%s; it matches no machine", error->text);
		else
			strings_add(machines, glob);
	}
	return NULL;
}

static struct error *read_target(
	struct reading *reading, const struct json_place *object, bool *any_known)
{
	struct descriptor *descriptor = reading->descriptor;
	struct descriptor_target *target =
		array_push(&descriptor->targets, &descriptor->target_count, sizeof(*target));
	struct json_place place;
	const char *name;

	if (!json_object_is_type(object->value, json_type_object))
		return json_error(object, "is not an object");
	TRY(json_member_text(object, "architecture", &place, &name));
	target->arch = arch_from_name(name);
	target->arch_text = xstrdup(name);
	*any_known = *any_known || target->arch != ARCH_UNKNOWN;
	return read_machines(reading, object, &target->machines);
}

static struct error *read_targets(struct reading *reading, const struct json_place *top)
{
	struct descriptor *descriptor = reading->descriptor;
	struct json_place targets;
	bool any_known = false;

	TRY(json_member(top, "targets", json_type_array, &targets));
	for (size_t i = 0; i < json_object_array_length(targets.value); i++) {
		struct json_place item = json_item(&targets, i);

		TRY(read_target(reading, &item, &any_known));
	}
	if (descriptor->target_count > 0 && !any_known)
		unsupported_name(
			reading, &targets, "architecture", descriptor->targets[0].arch_text);
	return NULL;
}

static bool feature_is_known(const char *name)
{
	for (size_t i = 0; i < ARRAY_COUNT(known_features); i++)
		if (strcmp(known_features[i], name) == 0)
			return true;
	return false;
}

static struct error *read_features(struct reading *reading, const struct json_place *top)
{
	struct json_place features;
	const char *name;

	TRY(json_member(top, "features", json_type_array, &features));
	for (size_t i = 0; i < json_object_array_length(features.value); i++) {
		struct json_place item = json_item(&features, i);

		TRY(json_text(&item, &name));
		strings_add(&reading->descriptor->features, name);
		if (!feature_is_known(name))
			unsupported_name(reading, &item, "feature", name);
	}
	return NULL;
}

/* Whether no target is of the table's architecture. What is wrong with targets is found later. */
static bool is_foreign(const struct reading *reading, const struct json_place *top)
{
	enum arch arch = reading->files->only_arch;
	struct json_object *targets = NULL;
	struct json_object *name;

	if (arch == ARCH_UNKNOWN || !json_object_object_get_ex(top->value, "targets", &targets) ||
		!json_object_is_type(targets, json_type_array))
		return false;
	for (size_t i = 0; i < json_object_array_length(targets); i++)
		if (json_object_object_get_ex(
			    json_object_array_get_idx(targets, i), "architecture", &name) &&
			json_object_is_type(name, json_type_string) &&
			arch_from_name(json_object_get_string(name)) == arch)
			return false;
	return true;
}

/* description and tags are for people, and real files lack them (rule S1). */
static struct error *read_document(struct reading *reading, const struct json_place *top)
{
	if (!json_object_is_type(top->value, json_type_object))
		return json_error(top, "is not an object");
	reading->foreign = is_foreign(reading, top);
	TRY(read_interfaces(reading, top));
	TRY(read_mapping(reading, top));
	TRY(read_targets(reading, top));
	return read_features(reading, top);
}

static struct error *read_path(struct reading *reading, const char *path)
{
	struct json_place top = {.file = path};
	auto_free char *bytes = NULL;
	struct error *error;
	size_t size;

	TRY(file_read_below(reading->files->root_fd, path, descriptor_limit_bytes, &bytes, &size));
	TRY(json_parse(path, bytes, size, &top.value));
	error = read_document(reading, &top);
	json_object_put(top.value);
	return error;
}

void descriptor_read(const char *path, struct file_table *files, struct strings *notes,
	struct descriptor *ret_descriptor)
{
	struct reading reading = {ret_descriptor, files, notes, false};
	auto_error struct error *error = NULL;

	*ret_descriptor = (struct descriptor){.path = xstrdup(path), .state = DESCRIPTOR_USABLE};
	error = read_path(&reading, path);
	if (!error)
		return;
	/* half a descriptor must not be taken for a whole one */
	descriptor_clear(ret_descriptor);
	*ret_descriptor = (struct descriptor){
		.path = xstrdup(path),
		.state = DESCRIPTOR_UNREADABLE,
		.problem = steal(&error->text),
	};
}

void descriptor_clear(struct descriptor *descriptor)
{
	for (size_t i = 0; i < descriptor->target_count; i++) {
		free(descriptor->targets[i].arch_text);
		strings_clear(&descriptor->targets[i].machines);
	}
	free(descriptor->targets);
	free(descriptor->path);
	free(descriptor->problem);
	free(descriptor->executable_format_text);
	free(descriptor->template_format_text);
	strings_clear(&descriptor->features);
	*descriptor = (struct descriptor){0};
}
