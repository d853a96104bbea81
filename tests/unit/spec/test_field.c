/* SPDX-License-Identifier: MIT */
/* spec/field: a member's type says how its text is read. */
#include "unit/spec/reading.h"

#include "spec/field.h"
#include "spec/node.h"
#include "spec/parse.h"

#define AUTO_TREE __attribute__((cleanup(tree_free))) xmlDoc *

static void tree_free(xmlDoc **tree)
{
	xmlFreeDoc(*tree);
}

static const char *const colour_names[] = {"", "red", "green", NULL};

struct record {
	char *text, *exact, *own;
	bool flag, there;
	enum choice choice, bare;
	unsigned int number;
	int signed_number;
	uint16_t port;
	uint64_t big, bytes;
	int colour, line;
	enum image_format format;
};

static const struct field fields[] = {
	FIELD("a/b@text", struct record, text),
	FIELD_AS("exact", FIELD_KIND_EXACT, struct record, exact),
	FIELD("", struct record, own),
	FIELD("@flag", struct record, flag),
	FIELD("there", struct record, there),
	FIELD_CHOICE("@choice", struct record, choice),
	FIELD_CHOICE("bare", struct record, bare),
	FIELD("@number", struct record, number),
	FIELD("@signed", struct record, signed_number),
	FIELD("@port", struct record, port),
	FIELD("@big", struct record, big),
	FIELD_BYTES("bytes", struct record, bytes),
	FIELD_NAME("@colour", struct record, colour, colour_names),
	FIELD_LINE("bytes", struct record, line),
	FIELD_FORMAT("@format", struct record, format),
};

/* Reads `text` into `record`; the caller clears it. Returns how many places were reported. */
static size_t read_record(const char *text, struct record *record)
{
	auto_places struct places places = {.path = "vm.xml"};
	AUTO_TREE tree = NULL;
	auto_error struct error *error = parse_tree(text, strlen(text), "vm.xml", &tree);

	assert_null(error);
	FIELDS_READ(&places, xmlDocGetRootElement(tree), fields, record);
	return places.count;
}

static void every_type_is_read(void **state)
{
	struct record record = {0};

	(void)state;
	assert_int_equal(
		read_record("<r flag='yes' choice='off' number='0x1f' signed='-1' port='65535' "
			    "big='18446744073709551615' colour='green' format='qcow2'> own <there/>"
			    "<a><b text=' t '/></a><exact> e </exact><bare/>\n"
			    "<bytes unit='MiB'>2</bytes></r>",
			&record),
		0);
	assert_string_equal(record.text, " t ");
	assert_string_equal(record.exact, " e ");
	assert_string_equal(record.own, "own");
	assert_true(record.flag);
	assert_true(record.there);
	assert_int_equal(record.choice, CHOICE_NO);
	assert_int_equal(record.bare, CHOICE_YES);
	assert_int_equal(record.number, 31);
	assert_int_equal(record.signed_number, -1);
	assert_int_equal(record.port, 65535);
	assert_true(record.big == UINT64_MAX);
	assert_int_equal(record.bytes, 2 << 20);
	assert_int_equal(record.colour, 2);
	assert_int_equal(record.line, 2);
	assert_int_equal(record.format, IMAGE_FORMAT_QCOW2);
	FIELDS_CLEAR(fields, &record);
	assert_null(record.text);
}

static void what_is_absent_or_empty_keeps_its_value(void **state)
{
	struct record record = {.signed_number = 7, .number = 8, .choice = CHOICE_YES, .colour = 1};

	(void)state;
	assert_int_equal(
		read_record("<r signed='' colour=''><a/><exact> </exact></r>", &record), 0);
	assert_int_equal(record.signed_number, 7);
	assert_int_equal(record.number, 8);
	assert_int_equal(record.choice, CHOICE_YES);
	assert_int_equal(record.colour, 1);
	assert_null(record.text);
	assert_null(record.exact);
	assert_null(record.own);
	assert_false(record.there);
}

static void an_element_is_there_whatever_its_text(void **state)
{
	struct record record = {0};

	(void)state;
	read_record("<r><there>no</there></r>", &record);
	assert_true(record.there);
}

static void bad_numbers_are_reported(void **state)
{
	static const char *const bad[] = {"<r number='x'/>", "<r number='4294967296'/>",
		"<r signed='2147483648'/>", "<r signed='-2'/>", "<r port='65536'/>",
		"<r big='18446744073709551616'/>", "<r bytes='1'><bytes>x</bytes></r>",
		"<r><bytes unit='x'>1</bytes></r>", "<r><bytes/></r>", "<r colour='blue'/>"};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
		struct record record = {0};

		assert_int_equal(read_record(bad[i], &record), 1);
		FIELDS_CLEAR(fields, &record);
	}
}

static void a_second_reading_frees_the_first_text(void **state)
{
	struct record record = {0};

	(void)state;
	read_record("<r><a><b text='one'/></a></r>", &record);
	read_record("<r><a><b text='two'/></a></r>", &record);
	assert_string_equal(record.text, "two");
	FIELDS_CLEAR(fields, &record);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_type_is_read),
		cmocka_unit_test(what_is_absent_or_empty_keeps_its_value),
		cmocka_unit_test(an_element_is_there_whatever_its_text),
		cmocka_unit_test(bad_numbers_are_reported),
		cmocka_unit_test(a_second_reading_frees_the_first_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
