/* SPDX-License-Identifier: MIT */
/*
 * What a guest writes to its console: cleaned, looked through for signs of trouble and kept.
 * Promised: lines of bounded length, valid UTF-8, no control characters but tabs; and the same
 * lines however the bytes arrive.
 */
#include "act/console.h"
#include "act/marker.h"
#include "act/tail.h"
#include "act/utf8.h"
#include "fuzz/fuzz.h"

static void look_at_line(const char *line)
{
	struct utf8 utf8 = {0};

	PROMISE(strlen(line) <= CONSOLE_LINE_LIMIT_BYTES);
	for (const char *c = line; *c; c++) {
		unsigned char byte = (unsigned char)*c;

		PROMISE(byte == '\t' || (byte >= ' ' && byte != 0x7f));
		if (byte >= 0x80 || utf8_is_inside(&utf8)) {
			struct utf8_result result = utf8_take(&utf8, byte);

			PROMISE(!result.bad);
			PROMISE(!result.done || result.character >= 0xa0);
		}
	}
	PROMISE(!utf8_is_inside(&utf8));
}

/* All whole lines, one a line of the result, and what is left behind the last. */
static void clean(const char *bytes, size_t size, size_t step, struct text *ret_lines)
{
	auto_console struct console *console = console_new();
	auto_tail struct tail tail = {0};
	size_t from = 0;

	while (from < size) {
		size_t length = size - from < step ? size - from : step;
		bool whole = false;

		from += console_take(console, bytes + from, length, &whole);
		if (!whole)
			continue;
		look_at_line(console_line(console));
		marker_find(console_line(console), LINE_WHOLE);
		tail_add(&tail, console_line(console));
		text_addf(ret_lines, "%s\n", console_line(console));
	}
	look_at_line(console_line(console));
	marker_find(console_line(console), LINE_AT_REST);
	text_add(ret_lines, console_line(console));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	auto_text struct text at_once = {0};
	auto_text struct text byte_by_byte = {0};

	clean((const char *)bytes, size, size, &at_once);
	clean((const char *)bytes, size, 1, &byte_by_byte);
	PROMISE(at_once.length == byte_by_byte.length);
	PROMISE(at_once.length == 0 ||
		memcmp(at_once.bytes, byte_by_byte.bytes, at_once.length) == 0);
	return 0;
}
