/* SPDX-License-Identifier: MIT */
#include "base/pack.h"

#include <string.h>

#include "base/memory.h"

/* Sizes of texts: 0 is NULL, any other counts the NUL behind the text, which is written, too. */
#define NO_TEXT 0

void pack_bytes(struct pack *pack, void *bytes, size_t size)
{
	if (pack->out) {
		text_add_bytes(pack->out, bytes, size);
		return;
	}
	if (size > pack->left)
		pack->broken = true;
	if (pack->broken) {
		memset(bytes, 0, size);
		return;
	}
	memcpy(bytes, pack->in, size);
	pack->in += size;
	pack->left -= size;
}

void pack_number(struct pack *pack, uint64_t *number)
{
	pack_bytes(pack, number, sizeof(*number));
}

void pack_text_there(struct pack *pack, const char **text)
{
	uint64_t size = pack->out && *text ? strlen(*text) + 1 : NO_TEXT;

	pack_number(pack, &size);
	if (pack->out) {
		text_add_bytes(pack->out, *text, (size_t)size);
		return;
	}
	*text = NULL;
	if (size == NO_TEXT)
		return;
	/* the only NUL is the last byte */
	if (size > pack->left ||
		memchr(pack->in, '\0', (size_t)size) != pack->in + (size_t)size - 1) {
		pack->broken = true;
		return;
	}
	*text = pack->in;
	pack->in += size;
	pack->left -= (size_t)size;
}

void pack_text(struct pack *pack, char **text)
{
	const char *there = *text;

	pack_text_there(pack, &there);
	if (!pack->out)
		*text = there ? xstrdup(there) : NULL;
}

void pack_text_bytes(struct pack *pack, struct text *text)
{
	uint64_t length = text->length;

	pack_number(pack, &length);
	if (pack->out) {
		text_add_bytes(pack->out, text->bytes, (size_t)length);
		return;
	}
	if (length > pack->left) {
		pack->broken = true;
		return;
	}
	text_add_bytes(text, pack->in, (size_t)length);
	pack->in += length;
	pack->left -= (size_t)length;
}

void pack_strings(struct pack *pack, struct strings *strings)
{
	uint64_t count = strings->count;

	pack_number(pack, &count);
	for (uint64_t i = 0; i < count && !pack->broken; i++) {
		char *text = pack->out ? strings->items[i] : NULL;

		pack_text(pack, &text);
		if (!pack->out && text)
			strings_add_owned(strings, text);
		else if (!text)
			pack->broken = true; /* a list holds no NULL */
	}
}

void pack_items(struct pack *pack, void *items_pointer, size_t *count, size_t size)
{
	uint64_t number = *count;
	void *items;

	pack_number(pack, &number);
	if (pack->out)
		return;
	if (number > pack->left) {
		pack->broken = true;
		number = 0;
	}
	*count = (size_t)number;
	items = number > 0 ? xcalloc(*count, size) : NULL;
	memcpy(items_pointer, &items, sizeof(items));
}
