/* SPDX-License-Identifier: MIT */
/*
 * Values as bytes, there and back: one function a type, which writes the value or reads it, so that
 * both directions cannot differ. For files that this program alone reads, on this machine: numbers
 * are 8 bytes in the machine's order.
 *
 * What is read is bounded by what there is. Behind the first value that does not fit, `broken` is
 * set and every value reads as zero, NULL or empty: who reads asks once, at the end.
 */
#ifndef SLIPWAY_BASE_PACK_H
#define SLIPWAY_BASE_PACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

struct pack {
	struct text *out; /* written to, borrowed; NULL: `in` is read */
	const char *in;   /* borrowed */
	size_t left;      /* bytes of `in` that are not read yet */
	bool broken;
};

/* `bytes` are `size` of them, in whichever direction. */
void pack_bytes(struct pack *pack, void *bytes, size_t size);
void pack_number(struct pack *pack, uint64_t *number);
/* NULL stays NULL. What was read is the caller's to free; what stood there before is not. */
void pack_text(struct pack *pack, char **text);
/* The same, but what was read is borrowed: it stands in what is read. */
void pack_text_there(struct pack *pack, const char **text);
/* Like pack_text with any bytes in it. */
void pack_text_bytes(struct pack *pack, struct text *text);
/* What was read is added. */
void pack_strings(struct pack *pack, struct strings *strings);

/*
 * The number of items that follow, each of at least one byte. *items are `size` bytes each: where
 * they are read, they are made, zeroed, and the caller's to free.
 */
void pack_items(struct pack *pack, void *items_pointer, size_t *count, size_t size);

/* A number, truth value or enumeration of any size. */
#define PACK_VALUE(pack, value)                                                                    \
	do {                                                                                       \
		uint64_t number_ = (uint64_t)(value);                                              \
		pack_number(pack, &number_);                                                       \
		(value) = (__typeof__(value))number_;                                              \
	} while (0)

#endif
