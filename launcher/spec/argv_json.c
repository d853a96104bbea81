/* SPDX-License-Identifier: MIT */
/*
 * The one file of this room that knows json-c: -blockdev, -device, -netdev and -object in JSON.
 */
#include <json-c/json.h>

#include "base/memory.h"
#include "spec/argv_reader.h"

/* QEMU's own parser takes 1024 levels; no option has more than a handful. */
#define DEPTH_MOST 16

static void add_value(
	struct argv_values *values, const char *name, struct json_object *value, int depth);

static void add_members(
	struct argv_values *values, const char *name, struct json_object *object, int depth)
{
	json_object_object_foreach(object, key, member)
	{
		auto_free char *path = xasprintf("%s%s%s", name, name[0] ? "." : "", key);

		add_value(values, path, member, depth);
	}
}

static void add_items(
	struct argv_values *values, const char *name, struct json_object *array, int depth)
{
	for (size_t i = 0; i < json_object_array_length(array); i++) {
		auto_free char *path = xasprintf("%s.%zu", name, i);

		add_value(values, path, json_object_array_get_idx(array, i), depth);
	}
}

static void add_value(
	struct argv_values *values, const char *name, struct json_object *value, int depth)
{
	if (depth > DEPTH_MOST)
		return;
	switch (json_object_get_type(value)) {
	case json_type_object:
		add_members(values, name, value, depth + 1);
		break;
	case json_type_array:
		add_items(values, name, value, depth + 1);
		break;
	case json_type_boolean:
		strings_add(&values->keys, name);
		strings_add(&values->values, json_object_get_boolean(value) ? "on" : "off");
		break;
	case json_type_null:
		break;
	case json_type_double:
	case json_type_int:
	case json_type_string:
		strings_add(&values->keys, name);
		strings_add(&values->values, json_object_get_string(value));
		break;
	}
}

bool argv_json_read(const char *text, struct argv_values *values)
{
	struct json_object *object = json_tokener_parse(text);
	bool is_object = json_object_is_type(object, json_type_object);

	if (is_object)
		add_members(values, "", object, 0);
	json_object_put(object);
	return is_object;
}
