/* SPDX-License-Identifier: MIT */
#include "spec/read.h"

#include <stdlib.h>

#include "spec/field.h"
#include "spec/node.h"
#include "spec/parse.h"

static const struct field smbios_fields[] = {
	FIELD("os/smbios@mode", struct spec_smbios, mode),
	FIELD_LINE("os/smbios", struct spec_smbios, line),
};

static const struct field entry_fields[] = {
	FIELD_LINE("", struct spec_smbios_entry, line),
	FIELD("@name", struct spec_smbios_entry, name),
	FIELD("", struct spec_smbios_entry, value),
};

static const struct field fwcfg_fields[] = {
	FIELD_LINE("", struct spec_fwcfg, line),
	FIELD("@name", struct spec_fwcfg, name),
	FIELD("@file", struct spec_fwcfg, file),
	FIELD_AS("", FIELD_KIND_EXACT, struct spec_fwcfg, text),
};

static const struct field acpi_fields[] = {
	FIELD_LINE("", struct spec_acpi_table, line),
	FIELD("@type", struct spec_acpi_table, type),
	FIELD("", struct spec_acpi_table, path),
};

/* DMTF DSP0134, "Structure definitions": the numbers of the tables. */
struct table_type {
	const char *element;
	unsigned int type;
};

static const struct table_type table_types[] = {
	{"bios", 0},
	{"system", 1},
	{"baseBoard", 2},
	{"chassis", 3},
	{"oemStrings", 11},
};

#define OEM_STRINGS 11

static void read_table(struct places *places, xmlNode *element, struct spec_smbios_table *table)
{
	table->line = element_line(element);
	for (xmlNode *entry = element_child(element, "entry"); entry; entry = element_next(entry)) {
		struct spec_smbios_entry *record =
			array_push(&table->entries, &table->entry_count, sizeof(*record));

		FIELDS_READ(places, entry, entry_fields, record);
		if (!record->name && table->type != OEM_STRINGS)
			report_missing(places, entry, "attribute 'name'");
		if (!record->value)
			record->value = xstrdup("");
	}
}

static void read_smbios(struct places *places, xmlNode *sysinfo, struct spec_smbios *smbios)
{
	for (size_t i = 0; i < ARRAY_COUNT(table_types); i++) {
		for (xmlNode *element = element_child(sysinfo, table_types[i].element); element;
			element = element_next(element)) {
			struct spec_smbios_table *table =
				array_push(&smbios->tables, &smbios->table_count, sizeof(*table));

			table->type = table_types[i].type;
			read_table(places, element, table);
		}
	}
}

static void read_fwcfg(struct places *places, xmlNode *entry, struct spec *spec)
{
	struct spec_fwcfg *record = array_push(&spec->fwcfgs, &spec->fwcfg_count, sizeof(*record));

	FIELDS_READ(places, entry, fwcfg_fields, record);
	if (!record->name)
		report_missing(places, entry, "attribute 'name'");
	else if (!text_starts_with(record->name, "opt/"))
		place_wrong(places, record->line,
			"name of <entry>: '%s' does not begin with 'opt/'; other names are "
			"QEMU's own",
			record->name);
	if (!record->text == !record->file && record->name)
		place_wrong(
			places, record->line, "<entry> needs either a text or attribute 'file'");
}

static void read_sysinfo(struct places *places, xmlNode *sysinfo, struct spec *spec)
{
	if (attribute_is(sysinfo, "type", "smbios")) {
		read_smbios(places, sysinfo, &spec->smbios);
	} else if (attribute_is(sysinfo, "type", "fwcfg")) {
		for (xmlNode *entry = element_child(sysinfo, "entry"); entry;
			entry = element_next(entry))
			read_fwcfg(places, entry, spec);
	} else {
		report_missing(places, sysinfo, "attribute 'type'");
	}
}

void read_tables(struct places *places, xmlNode *domain, struct spec *spec)
{
	FIELDS_READ(places, domain, smbios_fields, &spec->smbios);
	for (xmlNode *sysinfo = element_child(domain, "sysinfo"); sysinfo;
		sysinfo = element_next(sysinfo))
		read_sysinfo(places, sysinfo, spec);
	for (xmlNode *table = element_at(domain, "os/acpi/table"); table;
		table = element_next(table)) {
		struct spec_acpi_table *record =
			array_push(&spec->acpi_tables, &spec->acpi_table_count, sizeof(*record));

		FIELDS_READ(places, table, acpi_fields, record);
		if (!record->path)
			report_missing(places, table, "a path");
	}
}

void clear_tables(struct spec *spec)
{
	struct spec_smbios *smbios = &spec->smbios;

	FIELDS_CLEAR(smbios_fields, smbios);
	for (size_t i = 0; i < smbios->table_count; i++) {
		struct spec_smbios_table *table = &smbios->tables[i];

		for (size_t entry = 0; entry < table->entry_count; entry++)
			FIELDS_CLEAR(entry_fields, &table->entries[entry]);
		free(table->entries);
	}
	free(smbios->tables);
	for (size_t i = 0; i < spec->fwcfg_count; i++)
		FIELDS_CLEAR(fwcfg_fields, &spec->fwcfgs[i]);
	free(spec->fwcfgs);
	for (size_t i = 0; i < spec->acpi_table_count; i++)
		FIELDS_CLEAR(acpi_fields, &spec->acpi_tables[i]);
	free(spec->acpi_tables);
}
