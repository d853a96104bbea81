/* SPDX-License-Identifier: MIT */
/*
 * JSON from files that nobody vouches for, read strictly: what json-c would let pass or silently
 * drop (bytes that are no UTF-8, a second member of one name, text behind the value) is an error,
 * and every error names the place as "file#/json/pointer: what" (RFC 6901).
 */
#ifndef SLIPWAY_HOST_JSON_H
#define SLIPWAY_HOST_JSON_H

#include <json.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/error.h"

/* A value and how it was reached. Everything is borrowed from the document and its reader. */
struct json_place {
	const char *file;
	const struct json_place *parent; /* NULL: the document itself */
	const char *key;                 /* name in the parent, NULL when the parent is an array */
	size_t index;
	struct json_object *value;
};

/*
 * Parses one JSON value of `size` bytes, which stand in `file`. The caller gives *ret_value back
 * with json_object_put. Nesting deeper than 32 is refused, json-c's and so libvirt's own limit.
 */
struct error *json_parse(
	const char *file, const char *bytes, size_t size, struct json_object **ret_value) MUST_USE;

/* A refusal of what stands at `place`. */
struct error *json_error(const struct json_place *place, const char *format, ...)
	PRINTF_LIKE(2, 3) MUST_USE;

/* "file#/json/pointer"; the caller frees it. */
char *json_place_name(const struct json_place *place) MUST_USE;

bool json_has(const struct json_place *object, const char *key);

/* Member `key` of an object, which must be there and of that type. */
struct error *json_member(const struct json_place *object, const char *key, enum json_type type,
	struct json_place *ret_member) MUST_USE;

/* Item `index` of an array; the index is in range. */
struct json_place json_item(const struct json_place *array, size_t index);

/* The text of a string, refused when the value is another or holds a NUL. */
struct error *json_text(const struct json_place *place, const char **ret_text) MUST_USE;

/* json_member and json_text in one. */
struct error *json_member_text(const struct json_place *object, const char *key,
	struct json_place *ret_member, const char **ret_text) MUST_USE;

#endif
