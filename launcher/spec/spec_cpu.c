/* SPDX-License-Identifier: MIT */
#include "spec/read.h"

#include <stdlib.h>

#include "spec/field.h"
#include "spec/node.h"

static const struct field fields[] = {
	FIELD_LINE("", struct spec_cpu, line),
	FIELD("@mode", struct spec_cpu, mode),
	FIELD("@check", struct spec_cpu, check),
	FIELD_CHOICE("@migratable", struct spec_cpu, migratable),
	FIELD("model", struct spec_cpu, model),
	FIELD("model@vendor_id", struct spec_cpu, vendor_id),
	FIELD("topology@sockets", struct spec_cpu, sockets),
	FIELD("topology@dies", struct spec_cpu, dies),
	FIELD("topology@clusters", struct spec_cpu, clusters),
	FIELD("topology@cores", struct spec_cpu, cores),
	FIELD("topology@threads", struct spec_cpu, threads),
	FIELD("cache@mode", struct spec_cpu, cache_mode),
	FIELD("cache@level", struct spec_cpu, cache_level),
	FIELD("maxphysaddr@mode", struct spec_cpu, maxphysaddr_mode),
	FIELD("maxphysaddr@bits", struct spec_cpu, maxphysaddr_bits),
	FIELD("maxphysaddr@limit", struct spec_cpu, maxphysaddr_limit),
};

static const struct field feature_fields[] = {
	FIELD_LINE("", struct spec_cpu_feature, line),
	FIELD("@name", struct spec_cpu_feature, name),
	FIELD("@policy", struct spec_cpu_feature, policy),
};

void read_cpu(struct places *places, xmlNode *domain, struct spec *spec)
{
	xmlNode *cpu = element_child(domain, "cpu");

	FIELDS_READ(places, cpu, fields, &spec->cpu);
	attribute_is(cpu, "match", "exact"); /* the one value that is left */
	for (xmlNode *feature = element_child(cpu, "feature"); feature;
		feature = element_next(feature)) {
		struct spec_cpu_feature *record =
			array_push(&spec->cpu.features, &spec->cpu.feature_count, sizeof(*record));

		FIELDS_READ(places, feature, feature_fields, record);
		if (!record->name)
			report_missing(places, feature, "attribute 'name'");
	}
}

void clear_cpu(struct spec *spec)
{
	FIELDS_CLEAR(fields, &spec->cpu);
	for (size_t i = 0; i < spec->cpu.feature_count; i++)
		FIELDS_CLEAR(feature_fields, &spec->cpu.features[i]);
	free(spec->cpu.features);
}
