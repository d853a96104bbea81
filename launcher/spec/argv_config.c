/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/qopt.h"
#include "spec/argv_reader.h"

/* QEMU has no limit; a file with thousands of devices is under this. */
#define CONFIG_LIMIT_BYTES ((size_t)1 << 20)

/* A section's keys, gathered as the value that the option of its name would have. */
struct section {
	char *name; /* "drive" of [drive "disk0"]; NULL: none yet */
	struct text value;
};

static void end_section(struct argv_reader *reader, struct section *section)
{
	argv_read_function *read = section->name ? argv_reader_find(section->name) : NULL;

	if (read && section->value.bytes)
		read(reader, section->value.bytes);
	else if (section->name && !argv_option_find(section->name))
		argv_need(reader, SPEC_USE_NOT_KNOWN);
	free_pointer(&section->name);
	text_clear(&section->value);
}

/* [group] or [group "id"] */
static void begin_section(struct section *section, const char *line)
{
	const char *id = strchr(line, '"');

	section->name = xstrndup(line + 1, strcspn(line + 1, " \t\"]"));
	if (id) {
		auto_free char *text = xstrndup(id + 1, strcspn(id + 1, "\""));

		qopt_add(&section->value, "id", text);
	}
}

/* key = "value" */
static void add_line(struct section *section, const char *line)
{
	auto_free char *key = xstrndup(line, strcspn(line, " \t="));
	const char *quote = strchr(line, '"');

	if (quote && key[0]) {
		auto_free char *value = xstrndup(quote + 1, strcspn(quote + 1, "\""));

		qopt_add(&section->value, key, value);
	}
}

static void read_lines(struct argv_reader *reader, const char *text)
{
	struct section section = {0};

	while (*text) {
		size_t length = strcspn(text, "\n");
		auto_free char *line = xstrndup(text, length);
		const char *start = line + strspn(line, " \t");

		if (*start == '[') {
			end_section(reader, &section);
			begin_section(&section, start);
		} else if (*start && *start != '#') {
			add_line(&section, start);
		}
		text += length;
		text += *text == '\n';
	}
	end_section(reader, &section);
}

static void read_file(struct argv_reader *reader, const char *text)
{
	size_t word = reader->word;

	reader->word = ARGV_NO_WORD;
	read_lines(reader, text);
	reader->word = word;
}

/* A pipe cannot be read twice, so what QEMU will find in it stays unknown. Within a file there is
 * no such group, and a file that named itself would have no end. */
void argv_readconfig(struct argv_reader *reader, const char *value)
{
	auto_free char *path = path_absolute(reader->directory, value);
	auto_fd int fd = -1;
	auto_free char *bytes = NULL;
	auto_error struct error *error = NULL;
	size_t size_bytes = 0;

	if (reader->word == ARGV_NO_WORD) {
		argv_need(reader, SPEC_USE_NOT_KNOWN);
		return;
	}
	argv_read_path(reader, value);
	reader->spec->command.reads_files = true;
	if (!text_starts_with(path, "/dev/") && !text_starts_with(path, "/proc/"))
		fd = file_open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	if (fd >= 0)
		error = file_read(fd, path, CONFIG_LIMIT_BYTES, &bytes, &size_bytes);
	if (fd < 0 || error)
		argv_need(reader, SPEC_USE_NOT_KNOWN);
	else
		read_file(reader, bytes);
}
