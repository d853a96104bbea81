/* SPDX-License-Identifier: MIT */
/*
 * The table of every element and attribute of domain XML that slipway knows: honoured, or accepted
 * without effect; what is not in the table is refused. The manual page slipway.xml(5) says the
 * same, and a test compares the two.
 *
 * A path reads "domain/devices/disk/driver@cache". A name in braces stands for each member of a
 * group: "domain/devices/{device}/alias". "qemu:" stands for QEMU_NAMESPACE, whatever prefix a file
 * gives it. An element inside one of its own name (backingStore) has the outer one's path.
 */
#ifndef SLIPWAY_SPEC_PART_H
#define SLIPWAY_SPEC_PART_H

#include <stdbool.h>
#include <stddef.h>

#define QEMU_NAMESPACE "http://libvirt.org/schemas/domain/qemu/1.0"

/* Values of a part. Otherwise alternatives, separated by blanks: a word, "LEAST..MOST" for a
 * decimal number, "0xLEAST..0xMOST" for a number in either base. */
#define VALUE_NONE ""  /* an element without text */
#define VALUE_TEXT "*" /* any text */
#define VALUE_YES_NO "yes no"
#define VALUE_ON_OFF "on off"
#define VALUE_COUNT "0..4294967295"
#define VALUE_HEX "0x0..0xffffffff"
#define VALUE_PORT "0..65535"
#define VALUE_BIG "0..18446744073709551615"

enum part_class {
	PART_HONOURED,
	PART_ACCEPTED,       /* has no effect on what slipway does */
	PART_ACCEPTED_WHOLE, /* … and neither has anything inside the element */
};

enum part_flags {
	PART_MANY = 1,    /* the element may stand there more than once */
	PART_NESTS = 2,   /* the element may contain elements of its own name */
	PART_NEEDED = 4,  /* an unknown value is wrong, not just unsupported */
	PART_DECIDES = 8, /* says what its element is: with an unknown value the whole element is
			     unsupported */
	PART_DECIDES_DEVICE = 16, /* … and the device that it is in */
};

struct part {
	const char *path;
	size_t path_length;
	enum part_class class;
	unsigned int flags; /* enum part_flags */
	const char *values;
	const char *why; /* ACCEPTED: why it has no effect; else NULL */
};

/* Rows of one subject; all paths begin with `prefix`. */
struct part_table {
	const char *prefix;
	const struct part *rows;
	size_t count;
};

/* The way out for something that is refused: a part that is not in the table, or a value. */
struct part_hint {
	const char *path;
	const char *value; /* NULL: whatever the value */
	const char *hint;
};

/* Part number `number` of the whole table, counted from 0; NULL behind the last one. */
const struct part *spec_part(size_t number);

/* Blank-separated members of a group that a path names in braces; NULL for an unknown name. */
const char *spec_part_group(const char *name);

/* The part for an element's or attribute's path, NULL when it is not in the table. */
const struct part *part_find(const char *path);

/* A hint for a refused part or value (NULL: the part itself), or NULL. */
const char *part_hint(const char *path, const char *value);

/* Whether `value` is one that the part has. */
bool part_takes(const struct part *part, const char *value);

/* Whether the part's values are only numbers, yes/no or on/off: another value is a mistake, not
 * something that slipway may learn. */
bool part_is_plain(const struct part *part);

/* The tables, for part.c. */
extern const struct part_table part_domain_table;
extern const struct part_table part_os_table;
extern const struct part_table part_features_table;
extern const struct part_table part_device_table;
extern const struct part_table part_disk_table;
extern const struct part_table part_network_table;
extern const struct part_table part_chardev_table;
extern const struct part_table part_screen_table;
extern const struct part_table part_host_device_table;

#endif
