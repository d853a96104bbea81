/* SPDX-License-Identifier: MIT */
/* spec/place: one run reports all places, in the order of their lines. */
#include "unit/spec/reading.h"

#include "spec/place.h"

static void no_place_is_no_error(void **state)
{
	auto_places struct places places = {.path = "vm.xml"};

	(void)state;
	assert_null(places_error(&places));
}

static void all_places_are_told_in_the_order_of_their_lines(void **state)
{
	auto_places struct places places = {.path = "vm.xml"};
	auto_error struct error *error = NULL;

	(void)state;
	place_unsupported(&places, 9, "nine %d", 9);
	place_wrong(&places, 2, "two");
	place_unsupported(&places, 9, "and nine");
	error = places_error(&places);
	assert_non_null(error);
	assert_string_equal(error->text, "vm.xml:2: two\nvm.xml:9: and nine\nvm.xml:9: nine 9");
	assert_string_equal(error->file, "vm.xml");
	assert_int_equal(error->line, 2);
	assert_int_equal(error->status, ERROR_STATUS_REFUSED);
}

static void a_place_without_a_line_has_no_number(void **state)
{
	auto_places struct places places = {.path = "vm.xml"};
	auto_error struct error *error = NULL;

	(void)state;
	place_wrong(&places, 0, "empty");
	error = places_error(&places);
	assert_string_equal(error->text, "vm.xml: empty");
}

static void lenient_reading_notes_what_is_unsupported(void **state)
{
	auto_places struct places places = {.path = "vm.xml", .lenient = true};
	auto_strings struct strings notes = {0};

	(void)state;
	place_unsupported(&places, 3, "three");
	assert_null(places_error(&places));
	places_notes(&places, &notes);
	assert_int_equal(notes.count, 1);
	assert_string_equal(notes.items[0], "vm.xml:3: three");
}

static void lenient_reading_refuses_what_is_wrong(void **state)
{
	auto_places struct places places = {.path = "vm.xml", .lenient = true};
	auto_error struct error *error = NULL;

	(void)state;
	place_unsupported(&places, 3, "three");
	place_wrong(&places, 5, "five");
	error = places_error(&places);
	assert_string_equal(error->text, "vm.xml:5: five");
	assert_int_equal(error->line, 5);
}

static void a_hint_goes_to_the_last_place(void **state)
{
	auto_places struct places places = {.path = "vm.xml"};
	auto_error struct error *error = NULL;

	(void)state;
	place_wrong(&places, 1, "one");
	place_wrong(&places, 2, "two");
	place_hint(&places, "write three");
	error = places_error(&places);
	assert_string_equal(error->text, "vm.xml:1: one\nvm.xml:2: two; write three");
}

static void shown_text_stays_one_line(void **state)
{
	auto_free char *text = shown("a\nb\tc\x1b[2J\x7f");

	(void)state;
	assert_string_equal(text, "a?b?c?[2J?");
}

static void shown_text_has_no_c1_controls(void **state)
{
	auto_free char *csi = shown("a\xc2\x9b"
				    "2Jb");
	auto_free char *letter = shown("\xc3\xa4");

	(void)state;
	assert_string_equal(csi, "a?2Jb");
	assert_string_equal(letter, "\xc3\xa4");
}

static void long_text_is_cut_between_characters(void **state)
{
	auto_text struct text long_text = {0};
	auto_free char *text = NULL;

	(void)state;
	for (int i = 0; i < 79; i++)
		text_add(&long_text, "x");
	text_add(&long_text, "\xe2\x82\xac\xe2\x82\xac");
	text = shown(long_text.bytes);
	assert_int_equal(strlen(text), 79 + 3);
	assert_string_equal(text + 78, "x...");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_place_is_no_error),
		cmocka_unit_test(all_places_are_told_in_the_order_of_their_lines),
		cmocka_unit_test(a_place_without_a_line_has_no_number),
		cmocka_unit_test(lenient_reading_notes_what_is_unsupported),
		cmocka_unit_test(lenient_reading_refuses_what_is_wrong),
		cmocka_unit_test(a_hint_goes_to_the_last_place),
		cmocka_unit_test(shown_text_stays_one_line),
		cmocka_unit_test(shown_text_has_no_c1_controls),
		cmocka_unit_test(long_text_is_cut_between_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
