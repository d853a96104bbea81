/* SPDX-License-Identifier: MIT */
/*
 * JSON objects for -blockdev and -object: the one place of this room that knows json-c, so that no
 * text reaches QEMU's JSON parser unescaped.
 */
#ifndef SLIPWAY_PLAN_JSON_H
#define SLIPWAY_PLAN_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"

struct json_object;

/* An empty object; json_take() ends its life. */
struct json_object *json_new(void) MUST_USE;
void json_add_text(struct json_object *object, const char *key, const char *value);
void json_add_bool(struct json_object *object, const char *key, bool value);
void json_add_number(struct json_object *object, const char *key, int64_t value);
void json_add_null(struct json_object *object, const char *key);
/* Takes ownership of `child`. */
void json_add_object(struct json_object *object, const char *key, struct json_object *child);

/* The object as one line of text, which the caller frees; the object is gone. */
char *json_take(struct json_object *object) MUST_USE;

#endif
