/* SPDX-License-Identifier: MIT */
#include "made_line.h"

#include <stdlib.h>

int line_setup(void **state)
{
	struct line *line = xcalloc(1, sizeof(*line));
	void *made = NULL;

	made_up_setup(&made);
	line->made = made;
	line->spec = line->made->spec;
	line->spec.firmware = (struct spec_firmware){0};
	line->spec.command.present = true;
	line->spec.command.words.items = line->words;
	line->spec.command.images.items = line->images;
	line->spec.command.needs = line->needs;
	line->spec.command.accesses = line->accesses;
	line->spec.command.bridges = &line->bridge;
	*state = line;
	return 0;
}

int line_teardown(void **state)
{
	struct line *line = *state;
	void *made = line->made;

	made_up_teardown(&made);
	free(line);
	return 0;
}

void add_word(struct line *line, const char *word)
{
	assert_true(line->spec.command.words.count < LINE_MOST);
	line->words[line->spec.command.words.count++] = made_text(line->made, word);
}

void add_need(struct line *line, enum spec_use use)
{
	assert_true(line->spec.command.need_count < LINE_MOST);
	line->needs[line->spec.command.need_count++] =
		(struct spec_need){use, made_text(line->made, "-because x")};
}

struct spec_access *add_access(struct line *line, const char *path)
{
	struct spec_access *access = &line->accesses[line->spec.command.access_count++];

	assert_true(line->spec.command.access_count <= LINE_MOST);
	*access = (struct spec_access){.path = made_text(line->made, path)};
	return access;
}

void add_image(struct line *line, const char *path, const char *name)
{
	struct backing_file *file = made_backing(line->made, path, name);

	assert_true(line->spec.command.images.count < LINE_MOST);
	line->images[line->spec.command.images.count++] = file->image;
}

void add_bridge(struct line *line)
{
	add_word(line, "-netdev");
	add_word(line, "bridge,id=n0,br=br7");
	line->bridge = (struct spec_bridge){
		.word = 1,
		.bridge = made_text(line->made, "br7"),
		.others = made_text(line->made, "id=n0"),
	};
	line->spec.command.bridge_count = 1;
}

static void decide(struct line *line)
{
	struct made_up *made = line->made;

	plan_free_pointer(&made->plan);
	error_free_pointer(&made->error);
	candidates_clear(&made->candidates);
	made->error = plan_command(
		&line->spec, &made->host, &made->options, &made->candidates, &made->plan);
}

const struct plan *line_plan(struct line *line)
{
	decide(line);
	if (line->made->error)
		fail_msg("refused: %s", line->made->error->text);
	return line->made->plan;
}

void assert_line_refused(struct line *line, const char *part)
{
	decide(line);
	assert_null(line->made->plan);
	assert_non_null(line->made->error);
	if (!strstr(line->made->error->text, part))
		assert_string_equal(line->made->error->text, part); /* shows both */
}

void assert_warning(const struct plan *plan, const char *part)
{
	assert_int_equal(plan->warnings.count, 1);
	if (!strstr(plan->warnings.items[0], part))
		assert_string_equal(plan->warnings.items[0], part); /* shows both */
}
