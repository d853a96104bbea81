/* SPDX-License-Identifier: MIT */
/*
 * Each word that the reader lets through has a row of its own in the plan, whose tables take the
 * last one for what is left: two words do not make the same plan, or the same refusal.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "spec/part.h"
#include "spec_case.h"
#include "support/tempdir.h"

struct place {
	const char *path;
	const char *before, *behind; /* XML around the word, below <devices> */
	bool reaches_qemu; /* QEMU is told the word: the rest of the plan is what counts */
};

static const struct place places[] = {
	{"domain/devices/filesystem@accessmode", "<filesystem type='mount' accessmode='",
		"'><source dir='/share'/><target dir='tag'/></filesystem>", false},
	{"domain/devices/disk/source@protocol",
		"<disk type='network' device='cdrom'><readonly/><source name='a/1' protocol='",
		"'><host name='h'/></source><target dev='sda' bus='sata'/></disk>", true},
	{"domain/devices/disk/target@bus",
		"<disk type='file'><source file='/vm/a.img'/><target dev='sda' bus='", "'/></disk>",
		false},
	{"domain/devices/input@type", "<input bus='virtio' type='",
		"'><source dev='/dev/a' evdev='/dev/a'/></input>", false},
	{"domain/devices/audio@type", "<graphics type='spice'/><audio id='1' path='/vm/a' type='",
		"'/>", false},
	{"domain/devices/video/model@type", "<video><model type='", "'/></video>", false},
};

static void add_without(struct text *text, const char *line, const char *word)
{
	const char *found;

	for (; (found = strstr(line, word)); line = found + strlen(word))
		text_addf(text, "%.*s*", (int)(found - line), line);
	text_addf(text, "%s\n", line);
}

/* What the plan says where the word is `word`; the caller frees it. */
static char *plan_of(const struct place *place, const char *word, const char *folder)
{
	struct spec_case one = {.name = xstrdup(word)};
	auto_strings struct strings said = {0};
	struct text all = {0};

	strings_add(&one.options, "lenient");
	strings_add(&one.options, "no-sandbox");
	text_addf(&one.devices, "%s%s%s", place->before, word, place->behind);
	spec_case_plan(&one, folder, &said);
	for (size_t i = 0; i < said.count; i++)
		if (!text_starts_with(said.items[i], "warning "))
			add_without(&all, said.items[i], place->reaches_qemu ? word : "\n");
	spec_case_clear(&one);
	return text_take(&all);
}

static void split(const char *words, struct strings *list)
{
	for (const char *at = words; *at; at += strspn(at, " ")) {
		size_t length = strcspn(at, " ");

		strings_add_owned(list, xstrndup(at, length));
		at += length;
	}
}

static void each_word_has_a_row_of_its_own(void **state)
{
	const struct place *place = *state;
	const struct part *part = part_find(place->path);
	char *folder = tempdir_make();
	auto_strings struct strings words = {0};
	auto_strings struct strings plans = {0};

	assert_non_null(part);
	tempdir_directory(folder, "root");
	split(part->values, &words);
	assert_true(words.count > 1);
	for (size_t i = 0; i < words.count; i++) {
		strings_add_owned(&plans, plan_of(place, words.items[i], folder));
		for (size_t j = 0; j < i; j++)
			if (strcmp(plans.items[j], plans.items[i]) == 0)
				fail_msg("%s: '%s' is planned as '%s' is", place->path,
					words.items[i], words.items[j]);
	}
	tempdir_remove(folder);
}

int main(void)
{
	struct CMUnitTest tests[ARRAY_COUNT(places)];

	for (size_t i = 0; i < ARRAY_COUNT(places); i++)
		tests[i] = (struct CMUnitTest){.name = places[i].path,
			.test_func = each_word_has_a_row_of_its_own,
			.initial_state = (void *)&places[i]};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
