/* SPDX-License-Identifier: MIT */
#include "spec/read.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/number.h"
#include "spec/field.h"
#include "spec/node.h"
#include "spec/parse.h"

static const struct field fields[] = {
	FIELD_LINE("memoryBacking", struct spec_memory, line),
	FIELD_BYTES("currentMemory", struct spec_memory, current_bytes),
	FIELD_LINE("currentMemory", struct spec_memory, current_line),
	FIELD_CHOICE("memory@dumpCore", struct spec_memory, dump_core),
	FIELD("memoryBacking/hugepages", struct spec_memory, hugepages),
	FIELD("memoryBacking/nosharepages", struct spec_memory, no_sharing),
	FIELD("memoryBacking/locked", struct spec_memory, locked),
	FIELD("memoryBacking/discard", struct spec_memory, discard),
	FIELD("memoryBacking/source@type", struct spec_memory, source),
	FIELD("memoryBacking/access@mode", struct spec_memory, access),
	FIELD("memoryBacking/allocation@mode", struct spec_memory, allocation),
	FIELD("memoryBacking/allocation@threads", struct spec_memory, allocation_threads),
};

static const struct field page_fields[] = {
	FIELD_LINE("", struct spec_page, line),
	FIELD("@nodeset", struct spec_page, nodes),
};

static const struct field cell_fields[] = {
	FIELD_LINE("", struct spec_numa_cell, line),
	FIELD("@id", struct spec_numa_cell, id),
	FIELD("@cpus", struct spec_numa_cell, cpus),
	FIELD("@memAccess", struct spec_numa_cell, access),
	FIELD_CHOICE("@discard", struct spec_numa_cell, discard),
};

static const struct field distance_fields[] = {
	FIELD_LINE("", struct spec_numa_distance, line),
	FIELD("@id", struct spec_numa_distance, to),
	FIELD("@value", struct spec_numa_distance, distance),
};

/* A scaled number in an attribute, its unit in unit=, KiB when there is none. */
static uint64_t attribute_bytes(struct places *places, xmlNode *element, const char *name)
{
	auto_free char *number_text = attribute_value(element, name);
	auto_free char *unit = attribute_value(element, "unit");
	uint64_t number = 0;
	uint64_t unit_size_bytes;
	uint64_t bytes = 0;
	auto_error struct error *error = NULL;

	if (!number_text) {
		report_missing(places, element, "its size");
		return 0;
	}
	if (!unit_bytes(unit ? unit : "KiB", &unit_size_bytes)) {
		place_wrong(
			places, element_line(element), "unit of <%s> is not known", element->name);
		return 0;
	}
	error = number_parse(number_text, 1, UINT64_MAX, &number);
	if (!error)
		error = size_multiply(number, unit_size_bytes, &bytes);
	if (error)
		place_wrong(places, element_line(element), "%s of <%s>: %s", name, element->name,
			error->text);
	return bytes;
}

static void read_pages(struct places *places, xmlNode *hugepages, struct spec_memory *memory)
{
	for (xmlNode *page = element_child(hugepages, "page"); page; page = element_next(page)) {
		struct spec_page *record =
			array_push(&memory->pages, &memory->page_count, sizeof(*record));

		FIELDS_READ(places, page, page_fields, record);
		record->size_bytes = attribute_bytes(places, page, "size");
	}
}

static void read_cell(struct places *places, xmlNode *element, struct spec_numa_cell *cell)
{
	cell->id = -1;
	FIELDS_READ(places, element, cell_fields, cell);
	cell->memory_bytes = attribute_bytes(places, element, "memory");
	for (xmlNode *sibling = element_at(element, "distances/sibling"); sibling;
		sibling = element_next(sibling)) {
		struct spec_numa_distance *distance =
			array_push(&cell->distances, &cell->distance_count, sizeof(*distance));

		FIELDS_READ(places, sibling, distance_fields, distance);
	}
}

static uint64_t cells_bytes(const struct spec_memory *memory)
{
	uint64_t bytes = 0;

	for (size_t i = 0; i < memory->cell_count; i++)
		if (__builtin_add_overflow(bytes, memory->cells[i].memory_bytes, &bytes))
			return UINT64_MAX;
	return bytes;
}

/* libvirt takes the size from the NUMA cells when <memory> says none. */
static void read_size(struct places *places, xmlNode *domain, struct spec *spec)
{
	xmlNode *memory = element_child(domain, "memory");
	uint64_t cells = cells_bytes(&spec->memory);
	size_t before = places->count;

	if (memory) {
		spec->memory_line = element_line(memory);
		spec->memory_bytes = element_bytes(places, memory);
		if (spec->memory_bytes == 0 && places->count == before)
			place_wrong(places, spec->memory_line, "<memory> is 0");
	} else if (cells > 0) {
		spec->memory_line = spec->memory.cells[0].line;
		spec->memory_bytes = cells;
	} else {
		place_wrong(places, element_line(domain),
			"the VM has no memory; add <memory unit='GiB'>");
	}
	if (cells > 0 && places->count == before && cells != spec->memory_bytes)
		place_wrong(places, spec->memory_line,
			"<memory> is %" PRIu64 " bytes, the NUMA cells together have %" PRIu64,
			spec->memory_bytes, cells);
}

void read_memory(struct places *places, xmlNode *domain, struct spec *spec)
{
	struct spec_memory *memory = &spec->memory;

	FIELDS_READ(places, domain, fields, memory);
	read_pages(places, element_at(domain, "memoryBacking/hugepages"), memory);
	for (xmlNode *cell = element_at(domain, "cpu/numa/cell"); cell; cell = element_next(cell))
		read_cell(places, cell,
			array_push(&memory->cells, &memory->cell_count, sizeof(*memory->cells)));
	read_size(places, domain, spec);
}

void clear_memory(struct spec *spec)
{
	struct spec_memory *memory = &spec->memory;

	FIELDS_CLEAR(fields, memory);
	for (size_t i = 0; i < memory->page_count; i++)
		FIELDS_CLEAR(page_fields, &memory->pages[i]);
	for (size_t i = 0; i < memory->cell_count; i++) {
		FIELDS_CLEAR(cell_fields, &memory->cells[i]);
		free(memory->cells[i].distances);
	}
	free(memory->pages);
	free(memory->cells);
}
