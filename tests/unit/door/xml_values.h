/* SPDX-License-Identifier: MIT */
/*
 * Where the values stand in a text of XML: each attribute's value and each element's own text, with
 * the path that the table of parts knows them by. For texts that the tests themselves have.
 */
#ifndef SLIPWAY_TESTS_UNIT_DOOR_XML_VALUES_H
#define SLIPWAY_TESTS_UNIT_DOOR_XML_VALUES_H

#include <stddef.h>

#include "base/attr.h"

struct xml_value {
	char *path; /* "domain/devices/disk/source@file" */
	size_t at, length;
};

struct xml_values {
	struct xml_value *items;
	size_t count;
};

void xml_values_find(const char *text, struct xml_values *ret_values);
void xml_values_clear(struct xml_values *values);
#define auto_xml_values CLEANUP(xml_values_clear)

/* `text` with another value there, escaped; the caller frees it. */
char *xml_value_replaced(
	const char *text, const struct xml_value *value, const char *other) MUST_USE;

#endif
