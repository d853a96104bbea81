/* SPDX-License-Identifier: MIT */
#include "spec/read.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "spec/field.h"
#include "spec/node.h"
#include "spec/parse.h"

static const char *const accel_names[] = {"qemu", "kvm", NULL};

static const struct field fields[] = {
	FIELD_NAME("@type", struct spec, accel, accel_names),
	FIELD_LINE("", struct spec, accel_line),
	FIELD_AS("name", FIELD_KIND_EXACT, struct spec, name),
	FIELD_LINE("name", struct spec, name_line),
	FIELD("vcpu", struct spec, vcpus),
	FIELD_LINE("vcpu", struct spec, vcpus_line),
	FIELD("vcpu@current", struct spec, vcpus_at_start),
	FIELD("devices/emulator", struct spec, emulator),
	FIELD_LINE("devices/emulator", struct spec, emulator_line),
	FIELD_LINE("genid", struct spec, genid_line),
};

#define UUID_BYTES 16

/*
 * A UUID as QEMU wants it, 8-4-4-4-12 in lower case, from all spellings that libvirt takes
 * (src/util/viruuid.c: hyphens anywhere between bytes, or none). NULL for anything else.
 */
static char *uuid_canonical(const char *text)
{
	auto_text struct text digits = {0};
	struct text uuid = {0};

	for (const char *c = text; *c; c++) {
		if (*c == '-' && digits.length % 2 == 0)
			continue;
		if (!isxdigit((unsigned char)*c))
			return NULL;
		text_addf(&digits, "%c", tolower((unsigned char)*c));
	}
	if (digits.length != (size_t)2 * UUID_BYTES)
		return NULL;
	text_addf(&uuid, "%.8s-%.4s-%.4s-%.4s-%.12s", digits.bytes, digits.bytes + 8,
		digits.bytes + 12, digits.bytes + 16, digits.bytes + 20);
	return text_take(&uuid);
}

/* The uuid in the element's text; NULL when there is none. */
static char *read_uuid(struct places *places, xmlNode *element)
{
	auto_free char *text = element ? element_text(element) : NULL;
	auto_free char *shown_text = NULL;
	char *uuid;

	if (!text)
		return NULL;
	uuid = uuid_canonical(text);
	if (uuid)
		return uuid;
	shown_text = shown(text);
	place_wrong(places, element_line(element),
		"<%s> '%s' is not a UUID of 32 hexadecimal digits", element->name, shown_text);
	return NULL;
}

static void read_genid(struct places *places, xmlNode *domain, struct spec *spec)
{
	xmlNode *genid = element_child(domain, "genid");

	if (!genid)
		return;
	spec->genid = read_uuid(places, genid);
	if (!spec->genid)
		spec->genid = xstrdup("");
}

static void check_name(struct places *places, xmlNode *domain, const struct spec *spec)
{
	auto_free char *name = NULL;

	if (!spec->name) {
		if (!places_have_line(places, spec->name_line))
			place_wrong(places,
				spec->name_line ? spec->name_line : element_line(domain),
				"the VM has no name; add <name>");
	} else if (strchr(spec->name, '/')) {
		name = shown(spec->name);
		place_wrong(places, spec->name_line,
			"<name> '%s' has a '/', which file names made from it cannot have", name);
	}
}

static void read_environment(struct places *places, xmlNode *env, struct strings *environment)
{
	auto_free char *name = attribute_value(env, "name");
	auto_free char *value = attribute_value(env, "value");

	if (!name)
		report_missing(places, env, "attribute 'name'");
	else if (strchr(name, '='))
		place_wrong(places, element_line(env), "name of <env> has a '='");
	else
		strings_addf(environment, "%s=%s", name, value ? value : "");
}

static void read_qemu(struct places *places, xmlNode *domain, struct spec *spec)
{
	xmlNode *commandline = element_child(domain, "qemu:commandline");

	for (xmlNode *arg = element_child(commandline, "qemu:arg"); arg; arg = element_next(arg)) {
		auto_free char *value = attribute_value(arg, "value");

		/* an empty argument is one */
		strings_add(&spec->qemu_arguments, value ? value : "");
	}
	for (xmlNode *env = element_child(commandline, "qemu:env"); env; env = element_next(env))
		read_environment(places, env, &spec->qemu_environment);
}

void read_domain(struct places *places, xmlNode *domain, struct spec *spec)
{
	spec->vcpus = 1;
	FIELDS_READ(places, domain, fields, spec);
	spec->uuid = read_uuid(places, element_child(domain, "uuid"));
	read_genid(places, domain, spec);
	read_qemu(places, domain, spec);
	check_name(places, domain, spec);
	if (!xmlHasProp(domain, (const xmlChar *)"type"))
		report_missing(places, domain, "attribute 'type': write type='kvm' or type='qemu'");
	if (spec->vcpus_at_start > spec->vcpus)
		place_wrong(
			places, spec->vcpus_line, "current of <vcpu> is more than %u", spec->vcpus);
}

void clear_domain(struct spec *spec)
{
	FIELDS_CLEAR(fields, spec);
	free(spec->uuid);
	free(spec->genid);
	strings_clear(&spec->qemu_arguments);
	strings_clear(&spec->qemu_environment);
}
