/* SPDX-License-Identifier: MIT */
/*
 * No text of a spec can become an option of QEMU or of a companion: each value that the table of
 * parts takes any text for is replaced by hostile ones, one at a time, in every spec of the tests.
 * The spec is refused, or its arguments have the same shape as before: the same options in the same
 * order, each with the same keys, the same members in each JSON object.
 *
 * A text that no spec here brings into a plan is listed in not_tried, with the reason.
 */
#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/memory.h"
#include "launch.h"
#include "options.h"
#include "plan/openings.h"
#include "spec/argv_reader.h"
#include "spec/part.h"
#include "support/tempdir.h"
#include "xml_values.h"

static const char *const not_tried[] = {
	/* the user's own arguments and variables, whatever they are */
	"domain/qemu:commandline/qemu:arg@value",
	"domain/qemu:commandline/qemu:env@name",
	"domain/qemu:commandline/qemu:env@value",
	/* compared with other parts or turned into numbers, never handed on */
	"domain/cputune/vcpupin@cpuset",
	"domain/cputune/iothreadpin@cpuset",
	"domain/devices/tpm/backend/profile@source",
	/* no firmware here has what they need, and no sound server is allowed */
	"domain/launchSecurity/mrConfigId",
	"domain/launchSecurity/mrOwner",
	"domain/launchSecurity/mrOwnerConfig",
	"domain/launchSecurity/quoteGenerationService@path",
	"domain/os/varstore@path",
	"domain/os/varstore@template",
	"domain/devices/audio@serverName",
	"domain/devices/video/model/acceleration@rendernode",
};

static const char *const hostile[] = {",file=/etc/shadow", "a,file=/etc/shadow", "a\",\"b\":\"c",
	"\"}", "\\", "a\\", "a\n-S", "/a\nfile=/etc/shadow", "%s%n", "-S", "--", "a,,b", "=", "a=b",
	"${HOME}`id`", "a'b", "{\"driver\":\"file\"}", "json:{\"driver\":\"file\"}", "/a,file=/b",
	"../../etc/shadow", "/x/../etc/shadow", "/../../etc/shadow", "\xc3\xa4\xe2\x80\xa8", "fd:3",
	"fat:rw:/etc", "|id"};

/* Options whose value is a text as it stands, commas and all (QEMU, qemu-options.hx). */
static const char *const plain_options[] = {"-append", "-kernel", "-initrd", "-dtb", "-bios",
	"-uuid", "-loadvm", "-L", "-D", "-pidfile", "-shim", "-k"};

/* A part that each spec has need not be tried in all of them. */
#define TRIES_MOST 8

struct stage {
	char *folder;
	struct options options;
	struct strings files;           /* specs of the tests */
	struct strings tried;           /* paths of parts, each as often as it was tried */
	size_t plans, refused, changed; /* of hostile texts */
};

static bool is_listed(const char *const *list, size_t count, const char *text)
{
	for (size_t i = 0; i < count; i++)
		if (text_equal(list[i], text))
			return true;
	return false;
}

static void add_specs(struct stage *stage, const char *folder)
{
	const char *source = getenv("SRCDIR");
	auto_free char *path = xasprintf("%s/%s", source ? source : ".", folder);
	struct dirent **entries = NULL;
	int count = scandir(path, &entries, NULL, alphasort);

	for (int i = 0; i < count; i++) {
		if (text_ends_with(entries[i]->d_name, ".xml"))
			strings_addf(&stage->files, "%s/%s", path, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
}

/* Each golden case's. */
static void add_golden_specs(struct stage *stage)
{
	const char *source = getenv("SRCDIR");
	auto_free char *golden = xasprintf("%s/tests/golden", source ? source : ".");
	struct dirent **entries = NULL;
	int count = scandir(golden, &entries, NULL, alphasort);

	for (int i = 0; i < count; i++) {
		auto_free char *spec = xasprintf("%s/%s/spec.xml", golden, entries[i]->d_name);

		if (access(spec, R_OK) == 0)
			strings_add(&stage->files, spec);
		free(entries[i]);
	}
	free(entries);
}

static int make_stage(void **state)
{
	struct stage *stage = xcalloc(1, sizeof(*stage));
	const char *emulator;

	stage->folder = tempdir_make();
	tempdir_zeros(stage->folder, "root/usr/share/OVMF/OVMF_CODE_4M.fd", 3653632);
	tempdir_zeros(stage->folder, "root/usr/share/OVMF/OVMF_VARS_4M.fd", 540672);
	tempdir_zeros(stage->folder, "root/usr/share/OVMF/OVMF.fd", 4194304);
	tempdir_zeros(stage->folder, "root/usr/share/AAVMF/AAVMF_CODE.fd", 67108864);
	tempdir_zeros(stage->folder, "root/usr/share/AAVMF/AAVMF_VARS.fd", 67108864);
	tempdir_text(stage->folder, "qemu-system-x86_64", "not to be started");
	emulator = tempdir_path(stage->folder, "qemu-system-x86_64");
	assert_int_equal(chmod(emulator, 0755), 0);
	stage->options = (struct options){
		.command = COMMAND_PLAN,
		.root = tempdir_path(stage->folder, "root"),
		.emulator = emulator,
		.lenient = false,
		.nvram_directory = tempdir_path(stage->folder, "nvram"),
		.state_directory = tempdir_path(stage->folder, "state"),
		.runtime_directory = tempdir_path(stage->folder, "run"),
		.search_path = "",
		.temporary_directory = stage->folder,
	};
	add_specs(stage, "examples");
	add_specs(stage, "tests/unit/spec/parts");
	add_specs(stage, "tests/unit/door/injection");
	add_specs(stage, "tests/integration/devices");
	add_golden_specs(stage);
	*state = stage;
	return 0;
}

static int drop_stage(void **state)
{
	struct stage *stage = *state;

	tempdir_remove(stage->folder);
	free((char *)stage->options.root);
	free((char *)stage->options.emulator);
	free(stage->options.nvram_directory);
	free(stage->options.state_directory);
	free(stage->options.runtime_directory);
	strings_clear(&stage->files);
	strings_clear(&stage->tried);
	free(stage);
	return 0;
}

/* The keys of one argument's value: what it says beside them may differ. */
static void add_shape_of_value(const char *option, const char *value, struct text *shape)
{
	auto_argv_values struct argv_values values = {0};

	if (is_listed(plain_options, ARRAY_COUNT(plain_options), option)) {
		text_add(shape, "(text)");
		return;
	}
	if (strcmp(option, "-cpu") == 0) {
		/* QEMU, parse_cpu_option and cpu_common_parse_features: no comma is doubled; names
		 * of features are keys that a spec may choose */
		for (const char *comma = value; (comma = strchr(comma, ',')); comma++)
			text_add(shape, " part");
		return;
	}
	/* a first part without "=" is the device's or object's name, or the text itself */
	assert_true(argv_values_read(value, "(first)", &values));
	for (size_t i = 0; i < values.keys.count; i++) {
		bool first = i == 0 && strcmp(option, "-vnc") == 0 &&
			     strcmp(values.keys.items[0], "vnc") == 0;

		text_addf(shape, " %s", first ? "(first)" : values.keys.items[i]);
	}
}

static void add_shape(const struct strings *argv, struct text *shape)
{
	const char *option = "";

	for (size_t i = 1; i < argv->count; i++) {
		const char *word = argv->items[i];
		bool is_option = word[0] == '-' && !option[0];

		text_addf(shape, "\n%s", is_option ? word : "");
		if (!is_option)
			add_shape_of_value(option, word, shape);
		/* the next word is this option's value, unless it is an option itself */
		option = is_option ? word : "";
	}
}

/* A companion's words, which no rule of QEMU's is for; swtpm has lists with commas as well, and no
 * way to escape one. */
static void add_words_shape(const struct strings *argv, bool lists, struct text *shape)
{
	bool value = false;

	for (size_t i = 0; i < argv->count; i++) {
		const char *word = argv->items[i];
		bool is_option = !value && text_starts_with(word, "--") && word[2];

		text_addf(shape, "\n%s", is_option ? word : "");
		for (const char *c = word; lists && *c; c++)
			text_add(shape, *c == ',' ? "," : "");
		value = is_option;
	}
}

/* What a plan makes start, or NULL where the spec is refused. The caller frees it. */
static char *shape_of(const struct stage *stage, const char *spec)
{
	auto_fd int fd = memfd_create("vm.xml", MFD_CLOEXEC);
	auto_free char *path = xasprintf("/proc/self/fd/%d", fd);
	auto_launch struct launch launch = {0};
	auto_error struct error *error = NULL;
	struct text shape = {0};

	assert_int_equal(write(fd, spec, strlen(spec)), strlen(spec));
	error = launch_prepare(&stage->options, path, &launch);
	if (error)
		return NULL;
	add_shape(&launch.plan->argv, &shape);
	for (size_t i = 0; i < launch.plan->companion_count; i++) {
		const struct companion *companion = &launch.plan->companions[i];

		add_words_shape(&companion->setup, false, &shape);
		add_words_shape(&companion->argv, text_equal(companion->name, "swtpm"), &shape);
	}
	for (size_t i = 0; i < launch.plan->sandbox.path_count; i++)
		assert_string_not_equal(launch.plan->sandbox.paths[i].path, "/");
	return text_take(&shape);
}

/* In how many places the part was tried so far. */
static size_t tries_of(const struct stage *stage, const char *path)
{
	size_t tries = 0;

	for (size_t i = 0; i < stage->tried.count; i++)
		tries += text_equal(stage->tried.items[i], path);
	return tries;
}

static void try_value(struct stage *stage, const char *file, const char *text,
	const struct xml_value *value, const char *wanted)
{
	for (size_t i = 0; i < ARRAY_COUNT(hostile); i++) {
		auto_free char *spec = xml_value_replaced(text, value, hostile[i]);
		auto_free char *shape = shape_of(stage, spec);

		if (!shape) {
			stage->refused++;
			continue;
		}
		stage->plans++;
		if (strcmp(shape, wanted) == 0)
			continue;
		print_error("%s: %s = '%s' changes the arguments\n", file, value->path, hostile[i]);
		stage->changed++;
	}
}

static void try_file(struct stage *stage, const char *file)
{
	auto_free char *text = NULL;
	auto_free char *shape = NULL;
	auto_xml_values struct xml_values values = {0};
	size_t size_bytes = 0;
	auto_fd int fd = open(file, O_RDONLY | O_CLOEXEC);

	assert_null(file_read(fd, file, SIZE_MAX - 1, &text, &size_bytes));
	shape = shape_of(stage, text);
	if (!shape)
		return;
	xml_values_find(text, &values);
	for (size_t i = 0; i < values.count; i++) {
		const struct part *part = part_find(values.items[i].path);

		if (!part || part->class != PART_HONOURED ||
			strcmp(part->values, VALUE_TEXT) != 0 ||
			is_listed(not_tried, ARRAY_COUNT(not_tried), part->path))
			continue;
		if (tries_of(stage, part->path) >= TRIES_MOST)
			continue;
		strings_add(&stage->tried, part->path);
		try_value(stage, file, text, &values.items[i], shape);
	}
}

static void no_text_becomes_an_option(void **state)
{
	struct stage *stage = *state;

	for (size_t i = 0; i < stage->files.count; i++)
		try_file(stage, stage->files.items[i]);
	print_message("%zu places, %zu plans of one shape, %zu refusals\n", stage->tried.count,
		stage->plans, stage->refused);
	assert_int_equal(stage->changed, 0);
	assert_true(stage->plans > 0 && stage->refused > 0);
}

static void every_text_of_the_table_was_tried(void **state)
{
	const struct stage *stage = *state;
	const struct part *part;
	size_t missing = 0;

	for (size_t i = 0; (part = spec_part(i)); i++) {
		bool excused = is_listed(not_tried, ARRAY_COUNT(not_tried), part->path);
		bool tried = strings_contain(&stage->tried, part->path);

		if (part->class != PART_HONOURED || strcmp(part->values, VALUE_TEXT) != 0)
			continue;
		if (tried == excused) {
			print_error(
				"%s: %s\n", part->path, tried ? "tried all the same" : "not tried");
			missing++;
		}
	}
	assert_int_equal(missing, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_text_becomes_an_option),
		cmocka_unit_test(every_text_of_the_table_was_tried),
	};

	return cmocka_run_group_tests(tests, make_stage, drop_stage);
}
