/* SPDX-License-Identifier: MIT */
/*
 * UTF-8, byte by byte: each byte either continues a character, ends one or is none (RFC 3629). What
 * comes out is valid everywhere, in XML 1.0 too.
 */
#ifndef SLIPWAY_ACT_UTF8_H
#define SLIPWAY_ACT_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* U+FFFD stands for what is no character. */
#define UTF8_REPLACEMENT "\xef\xbf\xbd"
#define UTF8_MOST_BYTES 4

/* Zero-initialised is between two characters. */
struct utf8 {
	unsigned int character;
	size_t wanted; /* bytes that are still to come */
	size_t length; /* bytes that are there */
	char bytes[UTF8_MOST_BYTES];
};

struct utf8_result {
	bool bad;  /* what was there before this byte, or the byte, is no character */
	bool done; /* `character` is there */
	unsigned int
		character; /* 0x80 to 0x9f also for a lone byte of that value: C1 in eight bits */
	char bytes[UTF8_MOST_BYTES];
	size_t length;
};

struct utf8_result utf8_take(struct utf8 *utf8, unsigned char byte);

/* True between the bytes of one character. */
bool utf8_is_inside(const struct utf8 *utf8);

/* True for a byte that is not a character's first. */
bool utf8_continues(unsigned char byte);

#endif
