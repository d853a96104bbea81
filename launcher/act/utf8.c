/* SPDX-License-Identifier: MIT */
#include "act/utf8.h"

#include <string.h>

bool utf8_continues(unsigned char byte)
{
	return (byte & 0xc0) == 0x80;
}

bool utf8_is_inside(const struct utf8 *utf8)
{
	return utf8->wanted > 0;
}

/* The bytes of a character that begins with `byte`; 0: none does. 0xc0, 0xc1 and 0xf5 to 0xff are
 * in no character. */
static size_t length_of(unsigned char byte)
{
	if (byte < 0x80)
		return 1;
	if (byte >= 0xc2 && byte <= 0xdf)
		return 2;
	if (byte >= 0xe0 && byte <= 0xef)
		return 3;
	return byte >= 0xf0 && byte <= 0xf4 ? 4 : 0;
}

/* Written in more bytes than needed, half of a UTF-16 pair, beyond Unicode, or no XML character. */
static bool is_allowed(unsigned int character, size_t length)
{
	static const unsigned int least[] = {0, 0, 0x80, 0x800, 0x10000};

	return character >= least[length] && character <= 0x10ffff &&
	       !(character >= 0xd800 && character <= 0xdfff) && character != 0xfffe &&
	       character != 0xffff;
}

static void end_character(struct utf8 *utf8, struct utf8_result *result)
{
	if (!is_allowed(utf8->character, utf8->length)) {
		result->bad = true;
		return;
	}
	result->done = true;
	result->character = utf8->character;
	result->length = utf8->length;
	memcpy(result->bytes, utf8->bytes, utf8->length);
}

static void begin_character(struct utf8 *utf8, unsigned char byte, struct utf8_result *result)
{
	static const unsigned char bits[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
	size_t length = length_of(byte);

	if (length == 0) {
		result->done = byte >= 0x80 && byte <= 0x9f;
		result->bad = result->bad || !result->done;
		result->character = byte;
		return;
	}
	utf8->character = byte & bits[length];
	utf8->bytes[0] = (char)byte;
	utf8->length = 1;
	utf8->wanted = length - 1;
	if (utf8->wanted == 0)
		end_character(utf8, result);
}

struct utf8_result utf8_take(struct utf8 *utf8, unsigned char byte)
{
	struct utf8_result result = {0};

	if (utf8->wanted > 0 && utf8_continues(byte)) {
		utf8->character = utf8->character << 6 | (byte & 0x3fu);
		utf8->bytes[utf8->length++] = (char)byte;
		utf8->wanted--;
		if (utf8->wanted == 0)
			end_character(utf8, &result);
		return result;
	}
	result.bad = utf8->wanted > 0;
	utf8->wanted = 0;
	begin_character(utf8, byte, &result);
	return result;
}
