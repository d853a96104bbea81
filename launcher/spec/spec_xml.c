/* SPDX-License-Identifier: MIT */
#include "spec/spec.h"

#include <stdlib.h>

#include "base/memory.h"
#include "spec/node.h"
#include "spec/parse.h"
#include "spec/read.h"
#include "spec/walk.h"

static void read_all(struct places *places, xmlNode *domain, struct spec *spec)
{
	xmlNode *devices = element_child(domain, "devices");

	read_domain(places, domain, spec);
	read_os(places, domain, spec);
	read_memory(places, domain, spec);
	read_cpu(places, domain, spec);
	read_features(places, domain, spec);
	read_clock(places, domain, spec);
	read_threads(places, domain, spec);
	read_tables(places, domain, spec);
	read_security(places, domain, spec);
	read_disks(places, devices, spec);
	read_chardevs(places, devices, spec);
	read_controllers(places, devices, spec);
	read_interfaces(places, devices, spec);
	read_screen(places, devices, spec);
	read_sound(places, devices, spec);
	read_hostdevs(places, devices, spec);
	read_filesystems(places, devices, spec);
	read_small_devices(places, devices, spec);
}

static struct spec *read_domain_tree(struct places *places, xmlNode *domain)
{
	struct spec *spec = xcalloc(1, sizeof(*spec));

	spec->path = xstrdup(places->path);
	walk_check(domain, places);
	read_all(places, domain, spec);
	walk_report_unread(domain, places);
	check_firmware(places, spec);
	check_machine(places, spec);
	check_devices(places, spec);
	return spec;
}

static struct error *check_root(const xmlNode *root, const char *path)
{
	auto_free char *name = shown((const char *)root->name);

	if (!root->ns && xmlStrEqual(root->name, (const xmlChar *)"domain"))
		return NULL;
	return error_at(path, element_line(root),
		"the outermost element is <%s>, not <domain>; slipway reads libvirt domain XML",
		name);
}

static struct error *read_tree(xmlDoc *tree, const char *path, bool lenient, struct spec **ret_spec)
{
	auto_places struct places places = {.path = path, .lenient = lenient};
	auto_spec struct spec *spec = NULL;
	xmlNode *root = xmlDocGetRootElement(tree);

	TRY(check_root(root, path));
	spec = read_domain_tree(&places, root);
	TRY(places_error(&places));
	places_notes(&places, &spec->notes);
	*ret_spec = steal(&spec);
	return NULL;
}

struct error *spec_read_xml(const char *bytes, size_t size_bytes, const char *path, bool lenient,
	struct spec **ret_spec)
{
	xmlDoc *tree = NULL;
	struct error *error;

	TRY(parse_tree(bytes, size_bytes, path, &tree));
	error = read_tree(tree, path, lenient, ret_spec);
	xmlFreeDoc(tree);
	return error;
}

void spec_free(struct spec *spec)
{
	if (!spec)
		return;
	clear_domain(spec);
	clear_os(spec);
	clear_memory(spec);
	clear_cpu(spec);
	clear_features(spec);
	clear_clock(spec);
	clear_threads(spec);
	clear_tables(spec);
	clear_security(spec);
	clear_disks(spec);
	clear_chardevs(spec);
	clear_controllers(spec);
	clear_interfaces(spec);
	clear_screen(spec);
	clear_sound(spec);
	clear_hostdevs(spec);
	clear_filesystems(spec);
	clear_small_devices(spec);
	clear_command(spec);
	strings_clear(&spec->notes);
	free(spec->path);
	free(spec);
}

void spec_free_pointer(struct spec **spec)
{
	spec_free(*spec);
	*spec = NULL;
}

void report_missing(struct places *places, xmlNode *element, const char *what)
{
	/* what else is wrong with the line says why it is missing */
	if (!places_have_line(places, element_line(element)))
		place_wrong(places, element_line(element), "<%s> without %s", element->name, what);
}
