/* SPDX-License-Identifier: MIT */
#include "plan/json.h"

#include <json-c/json.h>

#include "base/memory.h"

static void add(struct json_object *object, const char *key, struct json_object *value)
{
	if (json_object_object_add(object, key, value) != 0)
		memory_exhausted();
}

struct json_object *json_new(void)
{
	return memory_made(json_object_new_object());
}

void json_add_text(struct json_object *object, const char *key, const char *value)
{
	add(object, key, memory_made(json_object_new_string(value)));
}

void json_add_bool(struct json_object *object, const char *key, bool value)
{
	add(object, key, memory_made(json_object_new_boolean(value)));
}

void json_add_number(struct json_object *object, const char *key, int64_t value)
{
	add(object, key, memory_made(json_object_new_int64(value)));
}

void json_add_null(struct json_object *object, const char *key)
{
	add(object, key, NULL);
}

void json_add_object(struct json_object *object, const char *key, struct json_object *child)
{
	add(object, key, child);
}

char *json_take(struct json_object *object)
{
	const char *made = json_object_to_json_string_ext(
		object, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
	char *text = xstrdup(memory_made((char *)made));

	json_object_put(object);
	return text;
}
