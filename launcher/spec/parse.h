/* SPDX-License-Identifier: MIT */
/*
 * From bytes to an XML tree that is safe to walk: well-formed UTF-8 without DOCTYPE or entities,
 * bounded in size, depth and count, each element with the line of its '<'; nothing is fetched from
 * anywhere and libxml2 prints nothing.
 */
#ifndef SLIPWAY_SPEC_PARSE_H
#define SLIPWAY_SPEC_PARSE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/error.h"
#include "spec/libxml.h"

/* Parts of a spec lie at most nine deep, backing chains and metadata deeper. */
#define PARSE_DEPTH_LIMIT 64

/* A value is at most one argument of an exec (Linux, MAX_ARG_STRLEN: 32 pages of 4 KiB); counted
 * from one '<' to the next, which bounds a start tag's attributes as well: libxml2 before 2.12
 * needs quadratic time for their names. */
#define PARSE_VALUE_LIMIT_BYTES ((size_t)128 << 10)

/* A VM with a thousand disks stays below it; steps that compare elements with each other stay
 * fast. */
#define PARSE_ELEMENT_LIMIT 20000

/*
 * Parses `bytes`; `path` names the file in messages. The caller frees the tree with xmlFreeDoc;
 * its root is not NULL.
 */
struct error *parse_tree(
	const char *bytes, size_t size_bytes, const char *path, xmlDoc **ret_tree) MUST_USE;

/* The line on which the element's tag begins. */
int element_line(const xmlNode *element);

/* Elements and attributes that something has read; what nobody reads is refused in the end. */
void element_mark_read(xmlNode *element);
void attribute_mark_read(xmlAttr *attribute);
bool element_was_read(const xmlNode *element);
bool attribute_was_read(const xmlAttr *attribute);

#endif
