/* SPDX-License-Identifier: MIT */
/*
 * How elements and attributes become members of a record: a table of "where in the XML" and "which
 * member", so that reading and freeing a record are the same table, and a member's type says how
 * its text is read.
 */
#ifndef SLIPWAY_SPEC_FIELD_H
#define SLIPWAY_SPEC_FIELD_H

#include <stddef.h>
#include <stdint.h>

#include "base/memory.h"
#include "base/terms.h"
#include "spec/libxml.h"
#include "spec/place.h"

enum field_kind {
	FIELD_KIND_TEXT,   /* char *: owned by the record; NULL when not said */
	FIELD_KIND_EXACT,  /* the same with white space kept; NULL when nothing but white space */
	FIELD_KIND_FLAG,   /* bool: the element is there, or the attribute says yes or on */
	FIELD_KIND_CHOICE, /* enum choice: an element that is there without a value says yes */
	FIELD_KIND_UINT,   /* unsigned int, decimal or 0x… */
	FIELD_KIND_INT,    /* int, "-1" too */
	FIELD_KIND_U16,    /* uint16_t */
	FIELD_KIND_U64,    /* uint64_t */
	FIELD_KIND_NAME,   /* an enum: index of the text in `names` */
	FIELD_KIND_FORMAT, /* enum image_format */
	FIELD_KIND_LINE,   /* int: the line of the element */
	FIELD_KIND_BYTES,  /* uint64_t: a number with a unit= attribute, KiB when there is none */
};

struct field {
	/* below the record's element: "driver@cache", "serial", "@type"; "" is the element's own
	 * text */
	const char *path;
	enum field_kind kind;
	size_t offset;
	const char *const *names; /* NAME: NULL behind the last; "" for a value without a name */
};

/* The kind that belongs to a member's C type. An enum is an unsigned int to the compiler, so
 * choices and names are said by macros of their own. */
#define FIELD_KIND(member)                                                                         \
	_Generic((member), char *: FIELD_KIND_TEXT, bool: FIELD_KIND_FLAG,                         \
		unsigned int: FIELD_KIND_UINT, int: FIELD_KIND_INT, uint16_t: FIELD_KIND_U16,      \
		uint64_t: FIELD_KIND_U64)

#define FIELD(path, type, member)                                                                  \
	{                                                                                          \
		path, FIELD_KIND(((type *)0)->member), offsetof(type, member), NULL                \
	}
#define FIELD_AS(path, kind, type, member)                                                         \
	{                                                                                          \
		path, kind, offsetof(type, member), NULL                                           \
	}
#define FIELD_CHOICE(path, type, member) FIELD_AS(path, FIELD_KIND_CHOICE, type, member)
#define FIELD_LINE(path, type, member) FIELD_AS(path, FIELD_KIND_LINE, type, member)
#define FIELD_BYTES(path, type, member) FIELD_AS(path, FIELD_KIND_BYTES, type, member)
#define FIELD_FORMAT(path, type, member) FIELD_AS(path, FIELD_KIND_FORMAT, type, member)
#define FIELD_NAME(path, type, member, names)                                                      \
	{                                                                                          \
		path, FIELD_KIND_NAME, offsetof(type, member), names                               \
	}

/*
 * Fills the members of `record` from `element`; a member whose part is absent keeps its value.
 * What has no good value goes into `places` as wrong.
 */
void fields_read(struct places *places, xmlNode *element, const struct field *fields, size_t count,
	void *record);
#define FIELDS_READ(places, element, fields, record)                                               \
	fields_read(places, element, fields, ARRAY_COUNT(fields), record)

/* Frees the record's texts. */
void fields_clear(const struct field *fields, size_t count, void *record);
#define FIELDS_CLEAR(fields, record) fields_clear(fields, ARRAY_COUNT(fields), record)

/* The scaled number in the element's text, in bytes; 0 and a place when there is no good one. */
uint64_t element_bytes(struct places *places, xmlNode *element);

#endif
