/* SPDX-License-Identifier: MIT */
/* The grammar of qemu.conf as libvirt reads it, and what is wrong in it as notes. */
#include "stage.h"

#include "host/qemu_conf.h"

struct result {
	struct qemu_conf conf;
	struct strings notes;
};

static void clear(struct result *result)
{
	qemu_conf_clear(&result->conf);
	strings_clear(&result->notes);
}

static struct result parse(const char *text)
{
	struct result result = {0};

	qemu_conf_parse("q.conf", text, &result.notes, &result.conf);
	return result;
}

/* `pairs`: "CODE:VARS CODE:VARS"; `note`: how the only note begins, NULL for none. */
static void expect(const char *text, bool set, const char *pairs, const char *note)
{
	struct result result = parse(text);
	struct text got = {0};

	for (size_t i = 0; i < result.conf.count; i++)
		text_addf(&got, "%s%s:%s", i > 0 ? " " : "", result.conf.pairs[i].code,
			result.conf.pairs[i].vars);
	assert_int_equal(result.conf.set, set);
	assert_string_equal(got.bytes ? got.bytes : "", pairs);
	for (size_t i = 0; i < result.notes.count; i++)
		if (!note || !text_starts_with(result.notes.items[i], note))
			print_message("note: %s\n", result.notes.items[i]);
	assert_int_equal(result.notes.count, note ? 1 : 0);
	if (note)
		assert_true(text_starts_with(result.notes.items[0], note));
	text_clear(&got);
	clear(&result);
}

static void a_list_of_pairs_is_read(void **state)
{
	(void)state;
	expect("nvram = [ \"/a:/b\" ]\n", true, "/a:/b", NULL);
	expect("nvram=['/a:/b','/c:/d',]", true, "/a:/b /c:/d", NULL);
	expect("nvram = [\n   \"/a:/b\",\r\n\t\"\"\"/c:/d\"\"\"\n]\n", true, "/a:/b /c:/d", NULL);
	expect("nvram = [ \"  /a:/b\" ]", true, "/a:/b", NULL);
	expect("nvram = []", true, "", NULL);
}

static void comments_are_skipped(void **state)
{
	(void)state;
	expect("# nvram = [ \"/x:/y\" ]\n#\n nvram = [ # the pairs\n \"/a:/b\", # one\n# two\n"
	       "\"/c:/d\" ] # done\n",
		true, "/a:/b /c:/d", NULL);
	expect("", false, "", NULL);
	expect("#nvram = [\n# \"/a:/b\"\n#]\n", false, "", NULL);
}

static void there_are_no_escapes(void **state)
{
	(void)state;
	expect("nvram = [ \"/a\\n:/b\\\" ]", true, "/a\\n:/b\\", NULL);
	expect("nvram = [ '/a\"b:/c d' ]", true, "/a\"b:/c d", NULL);
}

static void other_keys_are_skipped(void **state)
{
	(void)state;
	expect("user = \"root\"\ncgroup = [ \"/dev/null\", 'x', 3, ]\nport = -12; flag = 1\n"
	       "nvram_x = [ \"/x:/y\" ]\ntext = \"\"\"nvram = [\n'/x:/y']\"\"\"\n"
	       "nvram = [ \"/a:/b\" ]\nlast = +3",
		true, "/a:/b", NULL);
}

static void the_first_of_several_counts(void **state)
{
	(void)state;
	expect("nvram = [ \"/a:/b\" ]\nnvram = [ \"/c:/d\" ]\n", true, "/a:/b", NULL);
}

static void a_malformed_entry_is_a_note_with_its_line(void **state)
{
	(void)state;
	expect("nvram = [ \"/a:/b\",\n\"/only-code\" ]", true, "/a:/b", "q.conf:2: nvram entry");
	expect("nvram = [ \"/a:/b:/c\" ]", true, "", "q.conf:1: nvram entry '/a:/b:/c'");
	expect("nvram = [ \":/b\" ]", true, "", "q.conf:1: nvram entry");
	expect("nvram = [ \"/a:\" ]", true, "", "q.conf:1: nvram entry");
	expect("nvram = [ \"a:b\" ]", true, "", "q.conf:1: nvram entry");
	expect("\nnvram = [ 7, \"/a:/b\" ]", true, "/a:/b", "q.conf:2: an nvram entry is a number");
}

static void what_libvirt_would_refuse_is_a_note_and_the_rest_is_read(void **state)
{
	(void)state;
	expect("nvram = \"/a:/b\"\n", false, "", "q.conf:1: nvram is not a list");
	expect("user = \"root\nnvram = [ \"/a:/b\" ]\n", true, "/a:/b",
		"q.conf:1: a string has no closing quote");
	expect("\n=\nnvram = [ \"/a:/b\" ]\n", true, "/a:/b", "q.conf:2: a name is expected");
	expect("user\nnvram = [ \"/a:/b\" ]\n", true, "/a:/b", "q.conf:1: '=' is missing");
	expect("user = \nnvram = [ \"/a:/b\" ]\n", true, "/a:/b", "q.conf:1: a value is missing");
	expect("a = 1 b = 2\nnvram = [ \"/a:/b\" ]", true, "/a:/b", "q.conf:1: text behind");
	expect("nvram = [ \"/a:/b\" \"/c:/d\" ]", true, "/a:/b", "q.conf:1: a list is not closed");
	expect("nvram = [ \"/a:/b\"", true, "/a:/b", "q.conf:1: a list is not closed");
	expect("nvram = [ [ \"/a:/b\" ] ]", true, "", "q.conf:1: a list holds something");
}

static void no_text_stops_the_parser(void **state)
{
	static const char text[] = "nvram = [ \"/a:/b\", '/c:/d' ]; x = \"\"\"y\"\"\" # z\n";

	(void)state;
	for (size_t length = 0; length < sizeof(text); length++) {
		char *part = xstrndup(text, length);
		struct result result = parse(part);

		assert_true(result.conf.count <= 2);
		clear(&result);
		free(part);
	}
}

static void the_file_is_read_below_the_root(void **state)
{
	struct stage *stage = *state;
	struct result result = {0};

	qemu_conf_read(stage->request.root_fd, &result.notes, &result.conf);
	assert_false(result.conf.set);
	assert_int_equal(result.notes.count, 0);
	tempdir_text(stage->folder, "/etc/libvirt/qemu.conf", "nvram = [\n 'x' ]");
	qemu_conf_read(stage->request.root_fd, &result.notes, &result.conf);
	assert_true(result.conf.set);
	assert_int_equal(count_notes(&result.notes, "/etc/libvirt/qemu.conf:2: nvram entry"), 1);
	clear(&result);
}

static void a_directory_in_its_place_is_a_note(void **state)
{
	struct stage *stage = *state;
	struct result result = {0};

	tempdir_text(stage->folder, "/etc/libvirt/qemu.conf/x", "");
	qemu_conf_read(stage->request.root_fd, &result.notes, &result.conf);
	assert_int_equal(count_notes(&result.notes, "not a regular file"), 1);
	clear(&result);
}

static void what_follows_a_nul_is_not_read(void **state)
{
	static const char text[] = "nvram = [ \"/a:/b\" ]\0nvram = [ \"/c:/d\" ]";
	struct stage *stage = *state;
	struct result result = {0};

	tempdir_write(stage->folder, "/etc/libvirt/qemu.conf", text, sizeof(text));
	qemu_conf_read(stage->request.root_fd, &result.notes, &result.conf);
	assert_int_equal(result.conf.count, 1);
	assert_int_equal(count_notes(&result.notes, "holds a NUL"), 1);
	clear(&result);
}

static void a_file_in_the_place_of_its_directory_is_nothing(void **state)
{
	struct stage *stage = *state;
	struct result result = {0};

	tempdir_text(stage->folder, "/etc/libvirt", "a file");
	qemu_conf_read(stage->request.root_fd, &result.notes, &result.conf);
	assert_int_equal(result.conf.count, 0);
	assert_int_equal(result.notes.count, 0);
}

static void numbers_may_have_a_sign(void **state)
{
	(void)state;
	expect("a = -1\nb = +1\nc = [ -1, +2, 3 ]\nnvram = [ \"/a:/b\" ]", true, "/a:/b", NULL);
	expect("nvram = [ +1, \"/a:/b\" ]", true, "/a:/b", "q.conf:1: an nvram entry is a number");
	expect("nvram \t=\t[ \"/a:/b\" ]\t", true, "/a:/b", NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_list_of_pairs_is_read),
		cmocka_unit_test(comments_are_skipped),
		cmocka_unit_test(there_are_no_escapes),
		cmocka_unit_test(other_keys_are_skipped),
		cmocka_unit_test(the_first_of_several_counts),
		cmocka_unit_test(a_malformed_entry_is_a_note_with_its_line),
		cmocka_unit_test(what_libvirt_would_refuse_is_a_note_and_the_rest_is_read),
		cmocka_unit_test(no_text_stops_the_parser),
		stage_test(the_file_is_read_below_the_root),
		stage_test(a_directory_in_its_place_is_a_note),
		stage_test(what_follows_a_nul_is_not_read),
		stage_test(a_file_in_the_place_of_its_directory_is_nothing),
		stage_test(numbers_may_have_a_sign),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
