/* SPDX-License-Identifier: MIT */
#include "act/varstore_text.h"

#include "base/text.h"

#define GUID_BYTES 16

uint64_t little_endian(const unsigned char *bytes, size_t size_bytes)
{
	uint64_t number = 0;

	while (size_bytes-- > 0)
		number = number << 8 | bytes[size_bytes];
	return number;
}

char *guid_text(const unsigned char *guid)
{
	struct text text = {0};

	text_addf(&text, "%08x-%04x-%04x-", (unsigned int)little_endian(guid, 4),
		(unsigned int)little_endian(guid + 4, 2), (unsigned int)little_endian(guid + 6, 2));
	for (size_t i = 8; i < GUID_BYTES; i++)
		text_addf(&text, i == 10 ? "-%02x" : "%02x", guid[i]);
	return text_take(&text);
}

static void add_utf8(struct text *text, uint32_t point)
{
	char bytes[4];

	if (point < ' ' || (point >= 0x7f && point < 0xa0) || (point >= 0xd800 && point < 0xe000))
		point = 0xfffd;
	if (point < 0x80) {
		bytes[0] = (char)point;
		text_add_bytes(text, bytes, 1);
		return;
	}
	if (point < 0x800) {
		bytes[0] = (char)(0xc0 | point >> 6);
		bytes[1] = (char)(0x80 | (point & 0x3f));
		text_add_bytes(text, bytes, 2);
		return;
	}
	if (point < 0x10000) {
		bytes[0] = (char)(0xe0 | point >> 12);
		bytes[1] = (char)(0x80 | (point >> 6 & 0x3f));
		bytes[2] = (char)(0x80 | (point & 0x3f));
		text_add_bytes(text, bytes, 3);
		return;
	}
	bytes[0] = (char)(0xf0 | point >> 18);
	bytes[1] = (char)(0x80 | (point >> 12 & 0x3f));
	bytes[2] = (char)(0x80 | (point >> 6 & 0x3f));
	bytes[3] = (char)(0x80 | (point & 0x3f));
	text_add_bytes(text, bytes, 4);
}

char *name_text(const unsigned char *bytes, size_t size_bytes)
{
	struct text text = {0};

	for (size_t i = 0; i + 1 < size_bytes; i += 2) {
		uint32_t unit = (uint32_t)little_endian(bytes + i, 2);
		uint32_t low = i + 3 < size_bytes ? (uint32_t)little_endian(bytes + i + 2, 2) : 0;

		if (unit == 0)
			break;
		if (unit >= 0xd800 && unit < 0xdc00 && low >= 0xdc00 && low < 0xe000) {
			unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
			i += 2;
		}
		add_utf8(&text, unit);
	}
	return text_take(&text);
}
