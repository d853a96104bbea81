/* SPDX-License-Identifier: MIT */
#include "spec/read.h"

#include <stdlib.h>

#include "spec/field.h"
#include "spec/node.h"

static const struct field fields[] = {
	FIELD("driver@type", struct spec_filesystem, driver),
	FIELD("@accessmode", struct spec_filesystem, access_mode),
	FIELD("source@dir", struct spec_filesystem, source),
	FIELD("target@dir", struct spec_filesystem, target),
	FIELD("readonly", struct spec_filesystem, readonly),
};

static const struct field ninep_fields[] = {
	FIELD("@multidevs", struct spec_filesystem, multidevs),
	FIELD("@model", struct spec_filesystem, model),
};

static const struct field virtiofs_fields[] = {
	FIELD("source@socket", struct spec_filesystem, socket),
	FIELD("driver@queue", struct spec_filesystem, queue),
	FIELD("binary@path", struct spec_filesystem, binary),
	FIELD_CHOICE("binary@xattr", struct spec_filesystem, xattr),
	FIELD_CHOICE("binary/lock@posix", struct spec_filesystem, posix_lock),
	FIELD_CHOICE("binary/lock@flock", struct spec_filesystem, flock),
	FIELD("binary/cache@mode", struct spec_filesystem, cache),
	FIELD("binary/sandbox@mode", struct spec_filesystem, sandbox),
	FIELD("binary/thread_pool@size", struct spec_filesystem, thread_pool),
	FIELD("binary/thread_pool", struct spec_filesystem, thread_pool_said),
	FIELD("binary/openfiles@max", struct spec_filesystem, open_files),
};

static const struct field map_fields[] = {
	FIELD_LINE("", struct spec_id_map, line),
	FIELD("@start", struct spec_id_map, start),
	FIELD("@target", struct spec_id_map, target),
	FIELD("@count", struct spec_id_map, count),
};

/* fmode= and dmode= are octal, as chmod(1) has them; the table lets only 0 to 777 through. */
static unsigned int read_mode(struct places *places, xmlNode *element, const char *name, int line)
{
	auto_free char *text = attribute_value(element, name);
	unsigned int mode = 0;

	for (const char *c = text; c && *c; c++) {
		if (*c < '0' || *c > '7') {
			place_wrong(
				places, line, "%s of <filesystem>: '%s' is not octal", name, text);
			return 0;
		}
		mode = mode * 8 + (unsigned int)(*c - '0');
	}
	return mode;
}

static void read_maps(
	struct places *places, xmlNode *map, bool group, struct spec_filesystem *filesystem)
{
	for (; map; map = element_next(map)) {
		struct spec_id_map *record = array_push(
			&filesystem->id_maps, &filesystem->id_map_count, sizeof(*record));

		FIELDS_READ(places, map, map_fields, record);
		record->group = group;
		if (record->count == 0)
			report_missing(places, map, "attribute 'count'");
	}
}

static void read_virtiofs(
	struct places *places, xmlNode *element, struct spec_filesystem *filesystem)
{
	xmlNode *map = element_child(element, "idmap");

	FIELDS_READ(places, element, virtiofs_fields, filesystem);
	read_maps(places, element_child(map, "uid"), false, filesystem);
	read_maps(places, element_child(map, "gid"), true, filesystem);
	if (filesystem->source && filesystem->socket)
		place_wrong(places, filesystem->common.line,
			"<source> of <filesystem> has both a dir and a socket");
}

static void read_9p(struct places *places, xmlNode *element, struct spec_filesystem *filesystem)
{
	int line = filesystem->common.line;

	FIELDS_READ(places, element, ninep_fields, filesystem);
	filesystem->fmode = read_mode(places, element, "fmode", line);
	filesystem->dmode = read_mode(places, element, "dmode", line);
}

static void read_filesystem(
	struct places *places, xmlNode *element, struct spec_filesystem *filesystem)
{
	read_common(places, element, &filesystem->common);
	attribute_is(element, "type", "mount"); /* the only one, and libvirt's default */
	FIELDS_READ(places, element, fields, filesystem);
	if (text_equal(filesystem->driver, "virtiofs"))
		read_virtiofs(places, element, filesystem);
	else
		read_9p(places, element, filesystem);
	if (!filesystem->target)
		report_missing(places, element, "<target dir=…>");
	if (!filesystem->source && !filesystem->socket)
		report_missing(places, element, "<source dir=…>");
}

void read_filesystems(struct places *places, xmlNode *devices, struct spec *spec)
{
	for (xmlNode *element = element_child(devices, "filesystem"); element;
		element = element_next(element))
		read_filesystem(places, element,
			array_push(&spec->filesystems, &spec->filesystem_count,
				sizeof(*spec->filesystems)));
}

void clear_filesystems(struct spec *spec)
{
	for (size_t i = 0; i < spec->filesystem_count; i++) {
		struct spec_filesystem *filesystem = &spec->filesystems[i];

		clear_common(&filesystem->common);
		FIELDS_CLEAR(fields, filesystem);
		FIELDS_CLEAR(ninep_fields, filesystem);
		FIELDS_CLEAR(virtiofs_fields, filesystem);
		free(filesystem->id_maps);
	}
	free(spec->filesystems);
}
