/* SPDX-License-Identifier: MIT */
#include "spec/walk.h"

#include <stdbool.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "spec/node.h"
#include "spec/parse.h"
#include "spec/part.h"

struct walk {
	struct places *places;
	struct text path; /* of the element that is looked at */
	bool cut_element; /* a value says that the element is one slipway has not */
	bool cut_device;  /* a value inside the device says the same of it */
	bool undecided;   /* its type= is unknown, so nobody can say what its <source> may have */
};

/* Goes down to `name` and returns the length to come back to. */
static size_t path_push(struct text *path, const char *separator, const char *name)
{
	size_t length = path->length;

	text_add(path, separator);
	text_add(path, name);
	return length;
}

static void path_pop(struct text *path, size_t length)
{
	path->length = length;
	path->bytes[length] = '\0';
}

/* Cuts an element out with all that is in it. */
static void cut_element(xmlNode *element)
{
	xmlUnlinkNode(element);
	xmlFreeNode(element);
}

static void add_hint(struct places *places, const char *path, const char *value)
{
	const char *hint = part_hint(path, value);

	if (hint)
		place_hint(places, hint);
}

/* "…; it can be 'a', 'b', 0 to 7" */
static void add_choices(struct places *places, const struct part *part)
{
	auto_text struct text text = {0};

	for (const char *at = part->values; *at; at += strspn(at, " ")) {
		size_t length = strcspn(at, " ");
		const char *dots = memmem(at, length, "..", 2);

		text_add(&text, text.length == 0 ? "it can be " : ", ");
		if (dots)
			text_addf(&text, "%.*s to %.*s", (int)(dots - at), at,
				(int)(at + length - dots - 2), dots + 2);
		else
			text_addf(&text, "'%.*s'", (int)length, at);
		at += length;
	}
	place_hint(places, text.bytes);
}

/* Reports a value that the part does not have. */
static void report_value(struct walk *walk, const struct part *part, int line, const char *subject,
	const char *value)
{
	auto_free char *shown_value = shown(value);
	const char *hint = part_hint(walk->path.bytes, value);

	if (value[0] == '\0')
		place_wrong(walk->places, line, "%s is empty", subject);
	else if ((part->flags & PART_NEEDED) || part_is_plain(part))
		place_wrong(walk->places, line, "%s cannot be '%s'", subject, shown_value);
	else
		place_unsupported(
			walk->places, line, "%s '%s' is not supported", subject, shown_value);
	if (hint)
		place_hint(walk->places, hint);
	else
		add_choices(walk->places, part);
	if (walk->places->lenient && (part->flags & PART_DECIDES_DEVICE))
		place_hint(walk->places, "the device is left out");
}

static void report_attribute(struct walk *walk, const xmlNode *element, const xmlAttr *attribute)
{
	auto_free char *value = attribute_text(attribute);

	if (walk->undecided && xmlStrEqual(element->name, (const xmlChar *)"source"))
		return;
	place_unsupported(walk->places, element_line(element),
		"attribute '%s' of <%s> is not supported", attribute->name, element->name);
	add_hint(walk->places, walk->path.bytes, value);
}

static void check_value(
	struct walk *walk, const struct part *part, xmlNode *element, xmlAttr *attribute)
{
	auto_free char *value = attribute_text(attribute);
	auto_free char *subject = NULL;

	if (part_takes(part, value)) {
		if (part->class != PART_HONOURED)
			attribute_mark_read(attribute);
		return;
	}
	subject = xasprintf("%s of <%s>", attribute->name, element->name);
	report_value(walk, part, element_line(element), subject, value);
	walk->cut_element = walk->cut_element || (part->flags & PART_DECIDES);
	if (part->flags & PART_DECIDES_DEVICE) {
		walk->cut_device = true;
		walk->undecided = true;
	}
	xmlRemoveProp(attribute);
}

static void check_attribute(struct walk *walk, xmlNode *element, xmlAttr *attribute)
{
	size_t length = path_push(&walk->path, "@", (const char *)attribute->name);
	const struct part *part = attribute->ns ? NULL : part_find(walk->path.bytes);

	if (part) {
		check_value(walk, part, element, attribute);
	} else {
		report_attribute(walk, element, attribute);
		xmlRemoveProp(attribute);
	}
	path_pop(&walk->path, length);
}

static void check_attributes(struct walk *walk, xmlNode *element)
{
	xmlAttr *next;

	for (xmlAttr *attribute = element->properties; attribute; attribute = next) {
		next = attribute->next;
		check_attribute(walk, element, attribute);
	}
}

/* False when the element cannot stay, because its text says something unknown. */
static bool check_text(struct walk *walk, const struct part *part, xmlNode *element)
{
	auto_free char *text = element_text(element);
	auto_free char *shown_text = NULL;
	auto_free char *subject = NULL;

	/* empty: nothing was said, as tools write it that fill in a template */
	if (!text)
		return true;
	if (strcmp(part->values, VALUE_NONE) == 0) {
		shown_text = shown(text);
		place_unsupported(walk->places, element_line(element),
			"text '%s' in <%s> is not supported", shown_text, element->name);
		return true;
	}
	if (part_takes(part, text))
		return true;
	subject = xasprintf("<%s>", element->name);
	report_value(walk, part, element_line(element), subject, text);
	return false;
}

static const xmlNode *earlier_twin(const xmlNode *element)
{
	for (const xmlNode *node = element->parent->children; node != element; node = node->next)
		if (node->type == XML_ELEMENT_NODE && node->ns == element->ns &&
			xmlStrEqual(node->name, element->name))
			return node;
	return NULL;
}

/* Reports an element that is not in the table. */
static void report_element(struct walk *walk, const xmlNode *element)
{
	int line = element_line(element);

	if (walk->undecided && xmlStrEqual(element->parent->name, (const xmlChar *)"source"))
		return;
	place_unsupported(walk->places, line, "element <%s> in <%s> is not supported",
		element->name, element->parent->name);
	if (element->ns && !element_is_qemu(element))
		place_hint(walk->places, "slipway knows no elements of its namespace");
	else if (!element->ns && strchr((const char *)element->name, ':'))
		place_hint(walk->places, "its prefix is not declared; add "
					 "xmlns:qemu='" QEMU_NAMESPACE "' to <domain>");
	else
		add_hint(walk->places, walk->path.bytes, NULL);
}

static void check_children(struct walk *walk, xmlNode *element);

static void mark_whole(xmlNode *element)
{
	element_mark_read(element);
	while (element->children)
		cut_element(element->children);
	while (element->properties)
		xmlRemoveProp(element->properties);
}

/* Compares one element, whose path is walk->path, with its part. False when it cannot stay. */
static bool check_element(struct walk *walk, const struct part *part, xmlNode *element)
{
	const xmlNode *twin = part->flags & PART_MANY ? NULL : earlier_twin(element);

	if (part->class == PART_ACCEPTED_WHOLE) {
		mark_whole(element);
		return true;
	}
	if (twin) {
		place_wrong(walk->places, element_line(element),
			"second <%s> in <%s>, the first is in line %d; there can be one only",
			element->name, element->parent->name, element_line(twin));
		return false;
	}
	if (part->class == PART_ACCEPTED)
		element_mark_read(element);
	walk->cut_element = false;
	check_attributes(walk, element);
	if (walk->cut_element || !check_text(walk, part, element))
		return false;
	check_children(walk, element);
	return true;
}

/* The same for an element of <devices>, which may turn out to be a device that slipway has not. */
static bool check_device(struct walk *walk, const struct part *part, xmlNode *device)
{
	bool stays;

	walk->cut_device = false;
	walk->undecided = false;
	stays = check_element(walk, part, device);
	return stays && !walk->cut_device;
}

/* Whether a part's child stays in the tree. */
static bool check_part(struct walk *walk, const struct part *part, xmlNode *child)
{
	if (!part) {
		report_element(walk, child);
		return false;
	}
	if (xmlStrEqual(child->parent->name, (const xmlChar *)"devices"))
		return check_device(walk, part, child);
	return check_element(walk, part, child);
}

static void check_child(struct walk *walk, const struct part *outer, xmlNode *child)
{
	bool nested = outer && (outer->flags & PART_NESTS) &&
		      xmlStrEqual(child->name, child->parent->name);
	auto_free char *name = element_path_name(child);
	size_t length = path_push(&walk->path, nested ? "" : "/", nested ? "" : name);

	if (!check_part(walk, element_has_path(child) ? part_find(walk->path.bytes) : NULL, child))
		cut_element(child);
	path_pop(&walk->path, length);
}

static void check_children(struct walk *walk, xmlNode *element)
{
	const struct part *part = part_find(walk->path.bytes);
	xmlNode *next;

	for (xmlNode *child = element->children; child; child = next) {
		next = child->next;
		if (child->type == XML_ELEMENT_NODE)
			check_child(walk, part, child);
	}
}

void walk_check(xmlNode *root, struct places *places)
{
	struct walk walk = {.places = places};

	text_add(&walk.path, "domain");
	check_attributes(&walk, root);
	check_children(&walk, root);
	text_clear(&walk.path);
}

static void report_unread_attributes(const xmlNode *element, struct places *places)
{
	for (const xmlAttr *attribute = element->properties; attribute; attribute = attribute->next)
		if (!attribute_was_read(attribute))
			place_unsupported(places, element_line(element),
				"attribute '%s' of <%s> means nothing here", attribute->name,
				element->name);
}

void walk_report_unread(const xmlNode *root, struct places *places)
{
	report_unread_attributes(root, places);
	for (const xmlNode *child = root->children; child; child = child->next) {
		if (child->type != XML_ELEMENT_NODE)
			continue;
		if (element_was_read(child))
			walk_report_unread(child, places);
		else
			place_unsupported(places, element_line(child),
				"element <%s> in <%s> means nothing here", child->name, root->name);
	}
}
