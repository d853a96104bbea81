/* SPDX-License-Identifier: MIT */
/*
 * A line of text split into words as a POSIX shell splits it (XCU 2.2, quoting): single quotes,
 * double quotes, backslashes; nothing is expanded.
 */
#ifndef SLIPWAY_BASE_WORDS_H
#define SLIPWAY_BASE_WORDS_H

#include "base/attr.h"
#include "base/error.h"
#include "base/text.h"

/* Adds the words of `line` to *words; an unfinished quote is an error, and *words is unchanged
 * then. */
struct error *words_split(const char *line, struct strings *words) MUST_USE;

#endif
