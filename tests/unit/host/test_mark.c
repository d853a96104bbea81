/* SPDX-License-Identifier: MIT */
/* host/mark: slipway knows its own kind, of whichever version. */
#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "host/mark.h"
#include "support/tempdir.h"

static bool marked(const char *path)
{
	int fd = open(path, O_RDONLY);
	bool result;

	assert_true(fd >= 0);
	result = program_kind(fd) == PROGRAM_SLIPWAY;
	close(fd);
	return result;
}

static void this_program_has_it(void **state)
{
	(void)state;
	assert_true(marked("/proc/self/exe"));
}

static void other_programs_have_it_not(void **state)
{
	(void)state;
	assert_false(marked("/bin/sh"));
	assert_false(marked("/dev/null"));
}

static enum program_kind kind_of_text(const char *text)
{
	char *folder = tempdir_make();
	char *path = tempdir_path(folder, "text");
	enum program_kind kind;
	int fd;

	tempdir_text(folder, "text", text);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	kind = program_kind(fd);
	close(fd);
	tempdir_remove(folder);
	free(path);
	return kind;
}

static void a_script_is_told_by_its_first_two_characters(void **state)
{
	(void)state;
	assert_int_equal(kind_of_text("#!"), PROGRAM_SCRIPT);
	assert_int_equal(kind_of_text("#!/bin/sh\n"), PROGRAM_SCRIPT);
	assert_int_equal(kind_of_text("# !"), PROGRAM_ANY);
	assert_int_equal(kind_of_text("#"), PROGRAM_ANY);
	assert_int_equal(kind_of_text(""), PROGRAM_ANY);
}

static void its_text_in_another_file_is_no_mark(void **state)
{
	char *folder = tempdir_make();
	char *path = tempdir_path(folder, "text");

	(void)state;
	tempdir_text(folder, "text", "\177ELF slipway slipway slipway");
	assert_false(marked(path));
	tempdir_remove(folder);
	free(path);
}

/* A program whose headers say what a test wants of them. */
struct program {
	ElfW(Ehdr) header;
	ElfW(Phdr) segments[66];
	struct {
		ElfW(Nhdr) header;
		char name[8];
	} note;
};

static struct program marked_program(size_t segments)
{
	struct program program = {.note = {{.n_namesz = 8, .n_type = 1}, "slipway"}};

	memcpy(program.header.e_ident, ELFMAG, SELFMAG);
	program.header.e_phoff = offsetof(struct program, segments);
	program.header.e_phentsize = sizeof(program.segments[0]);
	program.header.e_phnum = (ElfW(Half))segments;
	program.segments[segments - 1].p_type = PT_NOTE;
	program.segments[segments - 1].p_offset = offsetof(struct program, note);
	program.segments[segments - 1].p_filesz = sizeof(program.note);
	return program;
}

static bool program_is_marked(const void *program, size_t size)
{
	char *folder = tempdir_make();
	char *path = tempdir_path(folder, "program");
	bool result;

	tempdir_write(folder, "program", program, size);
	result = marked(path);
	tempdir_remove(folder);
	free(path);
	return result;
}

static void a_note_in_a_programs_first_64_segments_is_a_mark(void **state)
{
	struct program first = marked_program(1);
	struct program last = marked_program(64);
	struct program behind = marked_program(65);

	(void)state;
	assert_true(program_is_marked(&first, sizeof(first)));
	assert_true(program_is_marked(&last, sizeof(last)));
	assert_false(program_is_marked(&behind, sizeof(behind)));
}

/* No linker places them so, but a file that does is read where they are. */
static void headers_and_notes_may_be_far_behind(void **state)
{
	struct {
		ElfW(Ehdr) header;
		char room[5000];
		ElfW(Phdr) segments[2];
		char more[5000];
		ElfW(Nhdr) note;
		char name[8];
	} far = {.note = {.n_namesz = 8, .n_type = 1}, .name = "slipway"};
	struct program program = marked_program(2);

	(void)state;
	far.header = program.header;
	far.header.e_phoff = offsetof(__typeof__(far), segments);
	far.segments[1] = program.segments[1];
	far.segments[1].p_offset = offsetof(__typeof__(far), note);
	assert_true(program_is_marked(&far, sizeof(far)));
	assert_false(program_is_marked(&far, offsetof(__typeof__(far), name)));
}

static void half_a_program_has_no_mark(void **state)
{
	struct program program = marked_program(2);
	struct program other = marked_program(2);
	struct program empty = marked_program(2);

	(void)state;
	assert_false(program_is_marked(&program, sizeof(program.header) - 1));
	assert_false(program_is_marked(&program, sizeof(program.header) + 10));
	assert_false(program_is_marked(&program, offsetof(struct program, note)));
	other.header.e_ident[0] = 0;
	assert_false(program_is_marked(&other, sizeof(other)));
	other.header.e_ident[0] = ELFMAG0;
	other.header.e_phentsize++;
	assert_false(program_is_marked(&other, sizeof(other)));
	empty.segments[1].p_filesz = 0;
	assert_false(program_is_marked(&empty, sizeof(empty)));
	empty.segments[1].p_filesz = UINT64_MAX;
	assert_true(program_is_marked(&empty, sizeof(empty)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(this_program_has_it),
		cmocka_unit_test(other_programs_have_it_not),
		cmocka_unit_test(a_script_is_told_by_its_first_two_characters),
		cmocka_unit_test(its_text_in_another_file_is_no_mark),
		cmocka_unit_test(a_note_in_a_programs_first_64_segments_is_a_mark),
		cmocka_unit_test(headers_and_notes_may_be_far_behind),
		cmocka_unit_test(half_a_program_has_no_mark),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
