/* SPDX-License-Identifier: MIT */
#include "spec/node.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "spec/parse.h"
#include "spec/part.h"

bool element_is_qemu(const xmlNode *element)
{
	return element->ns && text_equal((const char *)element->ns->href, QEMU_NAMESPACE);
}

bool element_has_path(const xmlNode *element)
{
	/* a name with a colon and no namespace has a prefix that was not declared */
	return element_is_qemu(element) ||
	       (!element->ns && !strchr((const char *)element->name, ':'));
}

char *element_path_name(const xmlNode *element)
{
	return xasprintf(
		"%s%s", element_is_qemu(element) ? "qemu:" : "", (const char *)element->name);
}

static bool element_has_name(const xmlNode *node, const char *name, size_t length)
{
	static const char prefix[] = "qemu:";
	const char *own = (const char *)node->name;
	bool qemu = length >= sizeof(prefix) && text_starts_with(name, prefix);

	if (node->type != XML_ELEMENT_NODE || !element_has_path(node) ||
		element_is_qemu(node) != qemu)
		return false;
	if (qemu) {
		name += sizeof(prefix) - 1;
		length -= sizeof(prefix) - 1;
	}
	return strncmp(own, name, length) == 0 && own[length] == '\0';
}

static xmlNode *first_named(xmlNode *node, const char *name, size_t length)
{
	for (; node; node = node->next) {
		if (element_has_name(node, name, length)) {
			element_mark_read(node);
			return node;
		}
	}
	return NULL;
}

xmlNode *element_child(xmlNode *element, const char *name)
{
	return element ? first_named(element->children, name, strlen(name)) : NULL;
}

xmlNode *element_next(xmlNode *element)
{
	auto_free char *name = element_path_name(element);

	return first_named(element->next, name, strlen(name));
}

xmlNode *element_at(xmlNode *element, const char *path)
{
	while (element && *path) {
		size_t length = strcspn(path, "/");

		element = first_named(element->children, path, length);
		path += length;
		path += strspn(path, "/");
	}
	return element;
}

static xmlAttr *attribute_find(xmlNode *element, const char *name)
{
	for (xmlAttr *attribute = element ? element->properties : NULL; attribute;
		attribute = attribute->next)
		if (!attribute->ns && text_equal((const char *)attribute->name, name))
			return attribute;
	return NULL;
}

char *attribute_text(const xmlAttr *attribute)
{
	struct text text = {0};

	for (const xmlNode *node = attribute->children; node; node = node->next)
		if (node->type == XML_TEXT_NODE && node->content)
			text_add(&text, (const char *)node->content);
	return text_take(&text);
}

char *attribute_value(xmlNode *element, const char *name)
{
	xmlAttr *attribute = attribute_find(element, name);
	auto_free char *value = NULL;

	if (!attribute)
		return NULL;
	attribute_mark_read(attribute);
	value = attribute_text(attribute);
	return value[0] ? steal(&value) : NULL;
}

bool attribute_is(xmlNode *element, const char *name, const char *value)
{
	auto_free char *found = attribute_value(element, name);

	return text_equal(found, value);
}

char *element_text_exact(const xmlNode *element)
{
	struct text text = {0};

	for (const xmlNode *node = element->children; node; node = node->next)
		if (node->type == XML_TEXT_NODE && node->content)
			text_add(&text, (const char *)node->content);
	return text_take(&text);
}

char *element_text(const xmlNode *element)
{
	auto_free char *exact = element_text_exact(element);
	const char *start = exact + strspn(exact, " \t\r\n");
	size_t length = strlen(start);

	while (length > 0 && strchr(" \t\r\n", start[length - 1]))
		length--;
	return length > 0 ? xstrndup(start, length) : NULL;
}
