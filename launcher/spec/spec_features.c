/* SPDX-License-Identifier: MIT */
#include "spec/read.h"

#include <inttypes.h>
#include <stdlib.h>

#include "spec/field.h"
#include "spec/node.h"
#include "spec/parse.h"

static const struct field spec_fields[] = {
	FIELD_CHOICE("acpi", struct spec, acpi),
	FIELD_LINE("acpi", struct spec, acpi_line),
	FIELD_CHOICE("apic", struct spec, apic),
	/* there without a state is on */
	FIELD_CHOICE("smm", struct spec, smm),
	FIELD_CHOICE("smm@state", struct spec, smm),
	FIELD_LINE("smm", struct spec, smm_line),
	FIELD_LINE("", struct spec, features.line),
	FIELD_CHOICE("apic@eoi", struct spec, features.apic_eoi),
	FIELD("hyperv", struct spec, features.hyperv),
};

/* Where the value of a feature stands. */
static const char *const value_attributes[] = {
	"retries",
	"value",
	"size",
	"version",
	"driver",
};

static const struct field feature_fields[] = {
	FIELD_LINE("", struct spec_feature, line),
	FIELD_CHOICE("", struct spec_feature, state),
	FIELD_CHOICE("@state", struct spec_feature, state),
	FIELD_CHOICE("@enabled", struct spec_feature, state),
};

static void clear_list(struct spec_feature *items, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(items[i].name);
		free(items[i].value);
	}
	free(items);
}

/* A list of features under construction. */
struct feature_list {
	struct places *places;
	struct spec_feature **items;
	size_t *count;
};

/* Adds the feature that `element` is, as `name`, which it takes over. */
static struct spec_feature *add(struct feature_list *list, xmlNode *element, char *name)
{
	struct spec_feature *feature = array_push(list->items, list->count, sizeof(*feature));

	feature->name = name;
	element_mark_read(element);
	FIELDS_READ(list->places, element, feature_fields, feature);
	for (size_t i = 0; i < ARRAY_COUNT(value_attributes) && !feature->value; i++)
		feature->value = attribute_value(element, value_attributes[i]);
	return feature;
}

/* Every child of `outer` and, as NAME-INNER, every child of these. */
static void read_nested(struct feature_list *list, xmlNode *outer)
{
	for (xmlNode *node = outer ? outer->children : NULL; node; node = node->next) {
		if (node->type != XML_ELEMENT_NODE)
			continue;
		add(list, node, xstrdup((const char *)node->name));
		for (xmlNode *inner = node->children; inner; inner = inner->next)
			if (inner->type == XML_ELEMENT_NODE)
				add(list, inner, xasprintf("%s-%s", node->name, inner->name));
	}
}

static void read_named(struct feature_list *list, xmlNode *features, const char *name)
{
	xmlNode *element = element_child(features, name);

	if (element)
		add(list, element, xstrdup(name));
}

/* A feature whose value is a size: `path` below <features>. */
static void read_sized(
	struct feature_list *list, xmlNode *features, const char *path, const char *name)
{
	xmlNode *element = element_at(features, path);
	struct spec_feature *feature;

	if (!element)
		return;
	feature = add(list, element, xstrdup(name));
	feature->value = xasprintf("%" PRIu64, element_bytes(list->places, element));
}

void read_features(struct places *places, xmlNode *domain, struct spec *spec)
{
	static const char *const names[] = {"vmport", "pmu", "gic", "ioapic", "pvspinlock",
		"vmcoreinfo", "ras", "mte", "ps2", "aia", "async-teardown"};
	xmlNode *element = element_child(domain, "features");
	struct spec_features *features = &spec->features;
	struct feature_list hyperv = {places, &features->hyperv_items, &features->hyperv_count};
	struct feature_list kvm = {places, &features->kvm_items, &features->kvm_count};
	struct feature_list others = {places, &features->items, &features->count};

	FIELDS_READ(places, element, spec_fields, spec);
	features->hyperv_passthrough =
		attribute_is(element_child(element, "hyperv"), "mode", "passthrough");
	read_nested(&hyperv, element_child(element, "hyperv"));
	read_nested(&kvm, element_child(element, "kvm"));
	for (size_t i = 0; i < ARRAY_COUNT(names); i++)
		read_named(&others, element, names[i]);
	read_sized(&others, element, "smm/tseg", "tseg");
	read_sized(&others, element, "tcg/tb-cache", "tb-cache");
}

void clear_features(struct spec *spec)
{
	clear_list(spec->features.hyperv_items, spec->features.hyperv_count);
	clear_list(spec->features.kvm_items, spec->features.kvm_count);
	clear_list(spec->features.items, spec->features.count);
}
