/* SPDX-License-Identifier: MIT */
/*
 * How the tables of parts are written: one macro a class, so that a row is one line.
 */
#ifndef SLIPWAY_SPEC_PART_ROWS_H
#define SLIPWAY_SPEC_PART_ROWS_H

#include "base/memory.h"
#include "spec/part.h"

#define HONOUR(path, values)                                                                       \
	{                                                                                          \
		path, sizeof(path) - 1, PART_HONOURED, 0, values, NULL                             \
	}
#define HONOUR_MANY(path, values)                                                                  \
	{                                                                                          \
		path, sizeof(path) - 1, PART_HONOURED, PART_MANY, values, NULL                     \
	}
#define HONOUR_FLAGS(path, values, flags)                                                          \
	{                                                                                          \
		path, sizeof(path) - 1, PART_HONOURED, flags, values, NULL                         \
	}
/* An unknown value makes the whole device unsupported. */
#define DECIDE(path, values)                                                                       \
	{                                                                                          \
		path, sizeof(path) - 1, PART_HONOURED, PART_DECIDES_DEVICE, values, NULL           \
	}
/* An unknown value is wrong. */
#define NEED(path, values)                                                                         \
	{                                                                                          \
		path, sizeof(path) - 1, PART_HONOURED, PART_NEEDED, values, NULL                   \
	}
#define ACCEPT(path, values, why)                                                                  \
	{                                                                                          \
		path, sizeof(path) - 1, PART_ACCEPTED, 0, values, why                              \
	}
#define ACCEPT_MANY(path, values, why)                                                             \
	{                                                                                          \
		path, sizeof(path) - 1, PART_ACCEPTED, PART_MANY, values, why                      \
	}
#define ACCEPT_WHOLE(path, why)                                                                    \
	{                                                                                          \
		path, sizeof(path) - 1, PART_ACCEPTED_WHOLE, PART_MANY, VALUE_TEXT, why            \
	}

#define PART_TABLE(name, prefix, rows)                                                             \
	const struct part_table name = {prefix, rows, ARRAY_COUNT(rows)}

#endif
