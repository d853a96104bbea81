/* SPDX-License-Identifier: MIT */
/*
 * A QEMU command line made up as its reader would find it in words: a test adds the words, needs
 * and paths that it is about, and looks at the plan or the refusal. The host and the options are
 * those of made_up.h, and everything lives as long as they do.
 */
#ifndef SLIPWAY_TESTS_MADE_LINE_H
#define SLIPWAY_TESTS_MADE_LINE_H

#include "made_device.h"
#include "plan/command.h"

#define LINE_MOST 6

struct line {
	struct made_up *made;
	struct spec spec;
	char *words[LINE_MOST];
	char *images[LINE_MOST];
	struct spec_need needs[LINE_MOST];
	struct spec_access accesses[LINE_MOST];
	struct spec_bridge bridge;
};

/* For cmocka: *state is a struct line without words. */
int line_setup(void **state);
int line_teardown(void **state);
#define LINE(test) cmocka_unit_test_setup_teardown(test, line_setup, line_teardown)

void add_word(struct line *line, const char *word);

/* "-because x" asked for it. */
void add_need(struct line *line, enum spec_use use);

/* One that tests change: nothing but its path is said. */
struct spec_access *add_access(struct line *line, const char *path);

/* An image of the line, whose header names `name`. */
void add_image(struct line *line, const char *path, const char *name);

/* The line's words are "-netdev bridge,id=n0,br=br7". */
void add_bridge(struct line *line);

/* The plan; a refusal fails the test with its text. */
const struct plan *line_plan(struct line *line);

/* The plan is refused, and `part` is in the text. */
void assert_line_refused(struct line *line, const char *part);

/* `part` is in the only warning. */
void assert_warning(const struct plan *plan, const char *part);

#endif
