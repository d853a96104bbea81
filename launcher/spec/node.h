/* SPDX-License-Identifier: MIT */
/*
 * Elements and attributes by name, and their text; whoever asks for one has read it, and what
 * nobody asked for is refused in the end (walk_report_unread).
 */
#ifndef SLIPWAY_SPEC_NODE_H
#define SLIPWAY_SPEC_NODE_H

#include <stdbool.h>

#include "base/attr.h"
#include "spec/libxml.h"

/* The first child element of that name ("qemu:arg" for QEMU's namespace), or NULL. */
xmlNode *element_child(xmlNode *element, const char *name);

/* The next sibling of the same name, or NULL. */
xmlNode *element_next(xmlNode *element);

/* The element at "driver/limit" below `element`, each the first of its name; "" is the element
 * itself. NULL when there is none. */
xmlNode *element_at(xmlNode *element, const char *path);

/* The attribute's value, or NULL when the element is NULL, has none, or has an empty one: libvirt's
 * readers treat an empty text as one that was not said. The caller frees it. */
char *attribute_value(xmlNode *element, const char *name) MUST_USE;

/* Whether the attribute has this value. */
bool attribute_is(xmlNode *element, const char *name, const char *value);

/* The attribute's value as it stands; the caller frees it. */
char *attribute_text(const xmlAttr *attribute) MUST_USE;

/* The element's own text, white space around it removed; NULL when nothing is left. Marks nothing.
 * The caller frees it. */
char *element_text(const xmlNode *element) MUST_USE;

/* The same with its white space. */
char *element_text_exact(const xmlNode *element) MUST_USE;

/* In QEMU's namespace. */
bool element_is_qemu(const xmlNode *element);

/* Whether a path can name the element: no namespace, or QEMU's. */
bool element_has_path(const xmlNode *element);

/* "name", or "qemu:name" in QEMU's namespace; the caller frees it. */
char *element_path_name(const xmlNode *element) MUST_USE;

#endif
