/* SPDX-License-Identifier: MIT */
/* base/pack: what was written reads as it was, and whatever else is read stays within its bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/pack.h"

enum colour { RED, GREEN = 70000 };

/* One of each kind, in whichever direction. */
struct things {
	uint64_t number;
	int minus;
	bool yes;
	enum colour colour;
	char *text, *empty, *nothing;
	const char *there, *not_there;
	struct text bytes;
	struct strings list;
	short *shorts;
	size_t short_count;
};

static void pack_things(struct pack *pack, struct things *things)
{
	pack_number(pack, &things->number);
	PACK_VALUE(pack, things->minus);
	PACK_VALUE(pack, things->yes);
	PACK_VALUE(pack, things->colour);
	pack_text(pack, &things->text);
	pack_text(pack, &things->empty);
	pack_text(pack, &things->nothing);
	pack_text_there(pack, &things->there);
	pack_text_there(pack, &things->not_there);
	pack_text_bytes(pack, &things->bytes);
	pack_strings(pack, &things->list);
	pack_items(pack, &things->shorts, &things->short_count, sizeof(*things->shorts));
	for (size_t i = 0; i < things->short_count; i++)
		PACK_VALUE(pack, things->shorts[i]);
}

static void clear_things(struct things *things)
{
	free(things->text);
	free(things->empty);
	free(things->nothing);
	text_clear(&things->bytes);
	strings_clear(&things->list);
	free(things->shorts);
}

static void write_things(struct text *out)
{
	static short shorts[] = {-1, 300};
	struct things things = {.number = UINT64_MAX,
		.minus = -5,
		.yes = true,
		.colour = GREEN,
		.text = (char *)"text, and more",
		.empty = (char *)"",
		.there = "where it is",
		.shorts = shorts,
		.short_count = 2};
	struct pack pack = {.out = out};

	text_add_bytes(&things.bytes, "a\0b", 3);
	strings_add(&things.list, "one");
	strings_add(&things.list, "");
	pack_things(&pack, &things);
	text_clear(&things.bytes);
	strings_clear(&things.list);
}

static void what_was_written_reads_as_it_was(void **state)
{
	auto_text struct text out = {0};
	struct things things = {0};
	struct pack pack;

	(void)state;
	write_things(&out);
	pack = (struct pack){.in = out.bytes, .left = out.length};
	pack_things(&pack, &things);
	assert_false(pack.broken);
	assert_int_equal(pack.left, 0);
	assert_int_equal(things.number, UINT64_MAX);
	assert_int_equal(things.minus, -5);
	assert_true(things.yes);
	assert_int_equal(things.colour, GREEN);
	assert_string_equal(things.text, "text, and more");
	assert_string_equal(things.empty, "");
	assert_null(things.nothing);
	assert_string_equal(things.there, "where it is");
	assert_true(things.there > out.bytes && things.there < out.bytes + out.length);
	assert_null(things.not_there);
	assert_int_equal(things.bytes.length, 3);
	assert_memory_equal(things.bytes.bytes, "a\0b", 3);
	assert_int_equal(things.list.count, 2);
	assert_string_equal(things.list.items[0], "one");
	assert_string_equal(things.list.items[1], "");
	assert_int_equal(things.short_count, 2);
	assert_int_equal(things.shorts[0], -1);
	assert_int_equal(things.shorts[1], 300);
	clear_things(&things);
}

/* From a copy that ends where it says, so that a sanitizer sees a read behind it. */
static void any_part_of_it_is_broken(void **state)
{
	auto_text struct text out = {0};

	(void)state;
	write_things(&out);
	for (size_t length = 0; length < out.length; length++) {
		auto_free char *part = xcalloc(length > 0 ? length : 1, 1);
		struct pack pack = {.in = part, .left = length};
		struct things things = {0};

		memcpy(part, out.bytes, length);
		pack_things(&pack, &things);
		assert_true(pack.broken);
		clear_things(&things);
	}
}

static void read_number_as(uint64_t number, void (*read)(struct pack *pack))
{
	struct pack pack = {.in = (const char *)&number, .left = sizeof(number)};

	read(&pack);
	assert_true(pack.broken);
}

static void read_a_text(struct pack *pack)
{
	char *text = (char *)"before";

	pack_text(pack, &text);
	assert_null(text);
}

static void read_a_text_there(struct pack *pack)
{
	const char *text = "before";

	pack_text_there(pack, &text);
	assert_null(text);
}

static void read_bytes(struct pack *pack)
{
	struct text text = {0};

	pack_text_bytes(pack, &text);
	assert_int_equal(text.length, 0);
}

static void read_a_list(struct pack *pack)
{
	struct strings list = {0};

	pack_strings(pack, &list);
	assert_int_equal(list.count, 0);
}

static void read_items(struct pack *pack)
{
	size_t count = 1;
	int *items = NULL;

	pack_items(pack, &items, &count, sizeof(*items));
	assert_int_equal(count, 0);
	assert_null(items);
}

static void lengths_beyond_the_end_are_broken(void **state)
{
	static void (*const readers[])(struct pack * pack) = {
		read_a_text, read_a_text_there, read_bytes, read_a_list, read_items};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(readers); i++) {
		read_number_as(1 + (readers[i] == read_a_text), readers[i]);
		read_number_as(UINT64_MAX, readers[i]);
	}
}

static void a_nul_in_a_text_is_broken(void **state)
{
	const char bytes[] = {4, 0, 0, 0, 0, 0, 0, 0, 'a', '\0', 'b'};
	struct pack pack = {.in = bytes, .left = sizeof(bytes)};
	char *text = NULL;
	const char *there = NULL;

	(void)state;
	pack_text(&pack, &text);
	assert_true(pack.broken);
	assert_null(text);
	pack = (struct pack){.in = bytes, .left = sizeof(bytes)};
	pack_text_there(&pack, &there);
	assert_true(pack.broken);
	assert_null(there);
}

static void a_text_without_its_nul_is_broken(void **state)
{
	const char bytes[] = {2, 0, 0, 0, 0, 0, 0, 0, 'a', 'b'};
	struct pack pack = {.in = bytes, .left = sizeof(bytes)};
	const char *there = NULL;

	(void)state;
	pack_text_there(&pack, &there);
	assert_true(pack.broken);
	assert_null(there);
}

static void a_list_without_one_of_its_texts_is_broken(void **state)
{
	const uint64_t numbers[] = {1, 0};
	struct pack pack = {.in = (const char *)numbers, .left = sizeof(numbers)};
	struct strings list = {0};

	(void)state;
	pack_strings(&pack, &list);
	assert_true(pack.broken);
	assert_int_equal(list.count, 0);
}

static void behind_what_is_broken_all_is_zero(void **state)
{
	struct pack pack = {.in = "\1", .left = 1};
	uint64_t number = 5;
	char byte = 'x';

	(void)state;
	pack_number(&pack, &number);
	assert_int_equal(number, 0);
	pack_bytes(&pack, &byte, 1);
	assert_int_equal(byte, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_written_reads_as_it_was),
		cmocka_unit_test(any_part_of_it_is_broken),
		cmocka_unit_test(lengths_beyond_the_end_are_broken),
		cmocka_unit_test(a_nul_in_a_text_is_broken),
		cmocka_unit_test(a_text_without_its_nul_is_broken),
		cmocka_unit_test(a_list_without_one_of_its_texts_is_broken),
		cmocka_unit_test(behind_what_is_broken_all_is_zero),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
