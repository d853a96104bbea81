/* SPDX-License-Identifier: MIT */
#include "host/json.h"

#include <json_tokener.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

enum { NESTING_LIMIT = 32 };

/* What follows the value is refused here in better words; json-c before 0.15 has no flag for it and
 * refuses it itself. */
#ifdef JSON_TOKENER_ALLOW_TRAILING_CHARS
#define ALLOW_TRAILING JSON_TOKENER_ALLOW_TRAILING_CHARS
#else
#define ALLOW_TRAILING 0
#endif

static void tokener_clear(struct json_tokener **tokener)
{
	if (*tokener)
		json_tokener_free(*tokener);
}

static void value_clear(struct json_object **value)
{
	json_object_put(*value);
}

/* Bytes of the UTF-8 sequence that `first` begins, 0 when none begins so. */
static size_t sequence_length(unsigned char first)
{
	if (first < 0x80)
		return 1;
	if (first >= 0xc2 && first < 0xe0)
		return 2;
	if (first >= 0xe0 && first < 0xf0)
		return 3;
	return first >= 0xf0 && first < 0xf5 ? 4 : 0;
}

/* Whether `second` may follow `first`: no longer form than needed, no surrogate, nothing beyond
 * U+10FFFF (RFC 3629, section 4). */
static bool may_follow(unsigned char first, unsigned char second)
{
	unsigned char least = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
	unsigned char most = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;

	return second >= least && second <= most;
}

/* Offset of the first byte that is no UTF-8; `size` where all is well. json-c checks this itself
 * only since 0.15. */
static size_t utf8_end(const unsigned char *bytes, size_t size)
{
	size_t at = 0;

	while (at < size) {
		size_t length = sequence_length(bytes[at]);

		if (length == 0 || length > size - at)
			return at;
		if (length > 1 && !may_follow(bytes[at], bytes[at + 1]))
			return at;
		for (size_t i = 2; i < length; i++)
			if (bytes[at + i] < 0x80 || bytes[at + i] > 0xbf)
				return at;
		at += length;
	}
	return size;
}

static int line_at(const char *bytes, size_t offset)
{
	int line = 1;

	for (size_t i = 0; i < offset; i++)
		line += bytes[i] == '\n' && line < INT_MAX;
	return line;
}

/*
 * Offset of the first byte that JSON has no use for in its place, `size` where there is none: a
 * control character in a string (RFC 8259, section 7), or outside of strings what only json-c's
 * extensions know, such as 'single quotes' and NaN, which its strict mode lets pass. Counts the
 * colons outside of strings: every member of every object has one.
 */
static size_t scan_end(const char *bytes, size_t size, size_t *ret_colons)
{
	static const char outside[] = "{}[]:,\"+-.0123456789eEtrufalsn \t\r\n";
	bool in_string = false;

	*ret_colons = 0;
	for (size_t i = 0; i < size; i++) {
		if (in_string ? (unsigned char)bytes[i] < ' ' : !strchr(outside, bytes[i]))
			return i;
		if (in_string && bytes[i] == '\\')
			i++;
		else if (bytes[i] == '"')
			in_string = !in_string;
		else if (!in_string && bytes[i] == ':')
			++*ret_colons;
	}
	return size;
}

/* Recursion ends: the parser refused deeper nesting than NESTING_LIMIT. */
static size_t count_members(struct json_object *value)
{
	size_t count = 0;

	if (json_object_is_type(value, json_type_array)) {
		for (size_t i = 0; i < (size_t)json_object_array_length(value); i++)
			count += count_members(json_object_array_get_idx(value, i));
	} else if (json_object_is_type(value, json_type_object)) {
		json_object_object_foreach(value, key, member)
		{
			(void)key;
			count += 1 + count_members(member);
		}
	}
	return count;
}

static struct error *parse_bytes(
	const char *file, const char *bytes, size_t size, struct json_object **ret_value)
{
	CLEANUP(tokener_clear) struct json_tokener *tokener = json_tokener_new_ex(NESTING_LIMIT);
	CLEANUP(value_clear) struct json_object *value = NULL;
	size_t end;

	if (!tokener)
		return error_new("out of memory");
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | ALLOW_TRAILING);
	value = json_tokener_parse_ex(tokener, bytes, (int)size);
	end = (size_t)tokener->char_offset;
	if (json_tokener_get_error(tokener) == json_tokener_continue)
		return error_at(file, line_at(bytes, size), "not JSON: it ends too early");
	if (json_tokener_get_error(tokener) != json_tokener_success)
		return error_at(file, line_at(bytes, end < size ? end : size), "not JSON: %s",
			json_tokener_error_desc(json_tokener_get_error(tokener)));
	while (end < size && strchr(" \t\r\n", bytes[end]))
		end++;
	if (end < size)
		return error_at(file, line_at(bytes, end), "text behind the JSON value");
	*ret_value = steal(&value);
	return NULL;
}

struct error *json_parse(
	const char *file, const char *bytes, size_t size, struct json_object **ret_value)
{
	CLEANUP(value_clear) struct json_object *value = NULL;
	const char *nul = size > 0 ? memchr(bytes, '\0', size) : NULL;
	size_t end = utf8_end((const unsigned char *)bytes, size);
	size_t colons;

	if (size > INT_MAX)
		return error_at(file, 0, "larger than a JSON text may be");
	if (nul)
		return error_at(file, line_at(bytes, (size_t)(nul - bytes)), "holds a NUL");
	if (end < size)
		return error_at(file, line_at(bytes, end), "not UTF-8");
	TRY(parse_bytes(file, bytes, size, &value));
	end = scan_end(bytes, size, &colons);
	if (end < size)
		return error_at(file, line_at(bytes, end), "not JSON: unexpected character");
	/* json-c keeps the last of several members of one name, other readers the first */
	if (count_members(value) != colons)
		return error_at(file, 0, "an object has two members of the same name");
	*ret_value = steal(&value);
	return NULL;
}

static void add_pointer(struct text *text, const struct json_place *place)
{
	if (!place->parent)
		return;
	add_pointer(text, place->parent);
	if (place->key)
		text_addf(text, "/%s", place->key);
	else
		text_addf(text, "/%zu", place->index);
}

char *json_place_name(const struct json_place *place)
{
	struct text name = {0};

	text_addf(&name, "%s#", place->file);
	add_pointer(&name, place);
	return text_take(&name);
}

struct error *json_error(const struct json_place *place, const char *format, ...)
{
	auto_free char *name = json_place_name(place);
	auto_free char *what = NULL;
	struct error *error;
	va_list values;

	va_start(values, format);
	what = xvasprintf(format, values);
	va_end(values);
	error = error_new("%s: %s", name, what);
	error->file = xstrdup(place->file);
	return error;
}

bool json_has(const struct json_place *object, const char *key)
{
	return json_object_object_get_ex(object->value, key, NULL);
}

struct error *json_member(const struct json_place *object, const char *key, enum json_type type,
	struct json_place *ret_member)
{
	struct json_place member = {.file = object->file, .parent = object, .key = key};

	if (!json_object_object_get_ex(object->value, key, &member.value))
		return json_error(&member, "is missing");
	if (json_object_get_type(member.value) != type)
		return json_error(&member, "is of type '%s', not '%s'",
			json_type_to_name(json_object_get_type(member.value)),
			json_type_to_name(type));
	*ret_member = member;
	return NULL;
}

struct json_place json_item(const struct json_place *array, size_t index)
{
	return (struct json_place){
		.file = array->file,
		.parent = array,
		.index = index,
		.value = json_object_array_get_idx(array->value, index),
	};
}

struct error *json_text(const struct json_place *place, const char **ret_text)
{
	const char *text;

	if (!json_object_is_type(place->value, json_type_string))
		return json_error(place, "is of type '%s', not 'string'",
			json_type_to_name(json_object_get_type(place->value)));
	text = json_object_get_string(place->value);
	if (strlen(text) != (size_t)json_object_get_string_len(place->value))
		return json_error(place, "holds a NUL");
	*ret_text = text;
	return NULL;
}

struct error *json_member_text(const struct json_place *object, const char *key,
	struct json_place *ret_member, const char **ret_text)
{
	TRY(json_member(object, key, json_type_string, ret_member));
	return json_text(ret_member, ret_text);
}
