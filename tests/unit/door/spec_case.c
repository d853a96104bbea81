/* SPDX-License-Identifier: MIT */
#include "spec_case.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/memory.h"
#include "launch.h"
#include "options.h"
#include "plan_facts.h"

static struct spec_case *add_case(struct spec_cases *cases, const char *name)
{
	struct spec_case *one = array_push(&cases->items, &cases->count, sizeof(*cases->items));

	*one = (struct spec_case){.name = xstrdup(name)};
	return one;
}

static struct strings *list_of(struct spec_case *one, const char *word)
{
	if (strcmp(word, "option") == 0)
		return &one->options;
	if (strcmp(word, "has") == 0)
		return &one->has;
	if (strcmp(word, "lacks") == 0)
		return &one->lacks;
	return strcmp(word, "refused") == 0 ? &one->refused : NULL;
}

static struct text *xml_of(struct spec_case *one, const char *word)
{
	if (strcmp(word, "os") == 0)
		return &one->os;
	if (strcmp(word, "spec") == 0)
		return &one->spec;
	return strcmp(word, "device") == 0 ? &one->devices : NULL;
}

static char **field_of(struct spec_case *one, const char *word)
{
	if (strcmp(word, "arch") == 0)
		return &one->board;
	return strcmp(word, "type") == 0 ? &one->type : NULL;
}

/* "WORD VALUE" of a case. */
static void add_line(struct spec_case *one, const char *line)
{
	const char *space = strchr(line, ' ');
	auto_free char *word = space ? xstrndup(line, (size_t)(space - line)) : xstrdup(line);
	struct strings *list = list_of(one, word);
	struct text *xml = xml_of(one, word);
	char **field = field_of(one, word);

	if (!one || !space || (!list && !xml && !field))
		fail_msg("what is '%s'?", line);
	else if (list)
		strings_add(list, space + 1);
	else if (xml)
		text_addf(xml, "%s\n", space + 1);
	else
		*field = xstrdup(space + 1);
}

/* Lines that begin with a tab are joined to those above them, the tab left out. */
static void unfold(char *text)
{
	char *to = text;

	for (const char *from = text; *from; from++) {
		if (from[0] == '\n' && from[1] == '\t')
			from++;
		else
			*to++ = *from;
	}
	*to = '\0';
}

void spec_cases_read(const char *path, struct spec_cases *cases)
{
	auto_fd int fd = open(path, O_RDONLY | O_CLOEXEC);
	auto_free char *text = NULL;
	struct spec_case *one = NULL;
	size_t size_bytes = 0;
	char *next = NULL;

	assert_null(file_read(fd, path, SIZE_MAX - 1, &text, &size_bytes));
	unfold(text);
	for (char *line = text; line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		if (text_starts_with(line, "= "))
			one = add_case(cases, line + 2);
		else if (line[0] != '#' && line[0] != '\0')
			add_line(one, line);
	}
}

void spec_case_clear(struct spec_case *one)
{
	free(one->name);
	free(one->board);
	free(one->type);
	strings_clear(&one->options);
	text_clear(&one->os);
	text_clear(&one->spec);
	text_clear(&one->devices);
	strings_clear(&one->has);
	strings_clear(&one->lacks);
	strings_clear(&one->refused);
}

void spec_cases_clear(struct spec_cases *cases)
{
	for (size_t i = 0; i < cases->count; i++)
		spec_case_clear(&cases->items[i]);
	free(cases->items);
	*cases = (struct spec_cases){0};
}

char *spec_case_xml(const struct spec_case *one)
{
	const char *board = one->board ? one->board : "x86_64 q35";
	const char *space = strchr(board, ' ');
	const char *spec = one->spec.length > 0 ? one->spec.bytes : "";

	assert_non_null(space);
	return xasprintf(
		"<domain type='%s' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>\n"
		"<name>vm</name>\n%s<os><type arch='%.*s' machine='%s'>hvm</type>%s</os>\n"
		"%s<devices>\n%s</devices>\n</domain>\n",
		one->type ? one->type : "qemu",
		strstr(spec, "<memory ") ? "" : "<memory unit='MiB'>512</memory>\n",
		(int)(space - board), board, space + 1, one->os.length > 0 ? one->os.bytes : "",
		spec, one->devices.length > 0 ? one->devices.bytes : "");
}

bool pattern_fits(const char *pattern, const char *text)
{
	for (; *pattern != '*'; pattern++, text++) {
		if (*pattern != *text)
			return false;
		if (*pattern == '\0')
			return true;
	}
	for (; *text; text++)
		if (pattern_fits(pattern + 1, text))
			return true;
	return pattern_fits(pattern + 1, text);
}

/* An option that nobody knows is a mistake of the case. */
static void check_options(const struct spec_case *one)
{
	static const char *const known[] = {"lenient", "ephemeral", "no-sandbox", "test"};

	for (size_t i = 0; i < one->options.count; i++) {
		bool found = false;

		for (size_t j = 0; j < ARRAY_COUNT(known); j++)
			found = found || strcmp(known[j], one->options.items[i]) == 0;
		if (!found)
			fail_msg("%s: there is no option '%s'", one->name, one->options.items[i]);
	}
}

static bool has_option(const struct spec_case *one, const char *option)
{
	return strings_contain(&one->options, option);
}

/* Borrows from `stage`. */
static struct options options_of(const struct spec_case *one, const struct strings *stage)
{
	return (struct options){
		.command = has_option(one, "test") ? COMMAND_TEST : COMMAND_PLAN,
		.root = stage->items[0],
		.emulator = stage->items[1],
		.lenient = has_option(one, "lenient"),
		.ephemeral = has_option(one, "ephemeral"),
		.sandbox = has_option(one, "no-sandbox") ? SANDBOX_OFF : SANDBOX_ON,
		.nvram_directory = stage->items[2],
		.state_directory = stage->items[3],
		.runtime_directory = stage->items[4],
		.dry_run = true,
		.search_path = "",
		.temporary_directory = "/tmp",
	};
}

static struct error *plan_case(
	const struct spec_case *one, const char *folder, struct launch *launch)
{
	auto_free char *xml = spec_case_xml(one);
	auto_fd int fd = memfd_create("vm.xml", MFD_CLOEXEC);
	auto_free char *path = xasprintf("/proc/self/fd/%d", fd);
	auto_strings struct strings stage = {0};
	struct options options;

	strings_addf(&stage, "%s/root", folder);
	strings_addf(&stage, "%s/qemu", folder);
	strings_addf(&stage, "%s/nvram", folder);
	strings_addf(&stage, "%s/state", folder);
	strings_addf(&stage, "%s/run", folder);
	options = options_of(one, &stage);
	assert_int_equal(write(fd, xml, strlen(xml)), strlen(xml));
	return launch_prepare(&options, path, launch);
}

/* The refusal's lines, without the file's name and the number of the line. */
static void add_lines(const char *text, struct strings *lines)
{
	for (const char *line = text; line; line = strchr(line, '\n')) {
		const char *what;

		line += line[0] == '\n';
		what = text_starts_with(line, "/proc/self/fd/") ? strstr(line, ": ") : NULL;
		what = what ? what + 2 : line;
		strings_add_owned(lines, xstrndup(what, strcspn(what, "\n")));
	}
}

bool spec_case_plan(const struct spec_case *one, const char *folder, struct strings *said)
{
	auto_launch struct launch launch = {0};
	auto_error struct error *error = NULL;

	check_options(one);
	error = plan_case(one, folder, &launch);
	if (error)
		add_lines(error->text, said);
	else
		plan_facts(launch.plan, said);
	return !error;
}
