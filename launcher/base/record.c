/* SPDX-License-Identifier: MIT */
#include "base/record.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/number.h"
#include "base/text.h"

/* Raised when a reader of this version could misunderstand what is written. */
#define RECORD_VERSION 1

static void add_escaped(struct text *text, const char *value)
{
	for (const char *c = value; *c; c++) {
		if (*c == '\\')
			text_add(text, "\\\\");
		else if (*c == '\n')
			text_add(text, "\\n");
		else
			text_add_bytes(text, c, 1);
	}
}

/* NULL for an escape that add_escaped does not write. */
static char *unescaped(const char *value, size_t length)
{
	auto_free char *plain = xcalloc(length + 1, 1);
	size_t end = 0;

	for (size_t i = 0; i < length; i++) {
		char byte = value[i];

		if (byte == '\\') {
			i++;
			if (i == length || (value[i] != '\\' && value[i] != 'n'))
				return NULL;
			byte = '\n';
			if (value[i] == '\\')
				byte = '\\';
		}
		plain[end++] = byte;
	}
	return steal(&plain);
}

static void add_value(struct text *text, const char *key, const char *part, const char *value)
{
	if (!value)
		return;
	text_addf(text, "%s%s=", key, part);
	add_escaped(text, value);
	text_add(text, "\n");
}

static void add_file(struct text *text, const char *key, const struct record_file *file)
{
	if (!file->path)
		return;
	add_value(text, key, "", file->path);
	text_addf(text, "%s-size=%llu\n", key, (unsigned long long)file->size_bytes);
	text_addf(text, "%s-modified=%llu\n", key, (unsigned long long)file->modified_ns);
	text_addf(text, "%s-changed=%llu\n", key, (unsigned long long)file->changed_ns);
	text_addf(text, "%s-inode=%llu\n", key, (unsigned long long)file->inode);
	add_value(text, key, "-digest", file->digest);
}

char *record_text(const struct record *record)
{
	struct text text = {0};

	text_add(&text, "# what this VM's NVRAM was made with, by slipway; safe to delete\n");
	text_addf(&text, "version=%d\n", RECORD_VERSION);
	add_value(&text, "created", "", record->created);
	add_file(&text, "code", &record->code);
	add_file(&text, "template", &record->template);
	add_file(&text, "descriptor", &record->descriptor);
	if (record->code_format != IMAGE_FORMAT_UNSET)
		text_addf(&text, "format=%s\n", image_format_name(record->code_format));
	if (record->features) {
		text_add(&text, "features=");
		add_escaped(&text, record->features);
		text_add(&text, "\n");
	}
	text_add(&text, "end\n");
	return text_take(&text);
}

static void set_text(char **place, char **value)
{
	free(*place);
	*place = steal(value);
}

/* `part` is what stands behind the file's name in the key: "" or "-size" … */
static struct error *set_file_part(struct record_file *file, const char *part, char **value)
{
	const struct {
		const char *part;
		uint64_t *number;
	} numbers[] = {
		{"-size", &file->size_bytes},
		{"-modified", &file->modified_ns},
		{"-changed", &file->changed_ns},
		{"-inode", &file->inode},
	};

	if (strcmp(part, "") == 0)
		set_text(&file->path, value);
	else if (strcmp(part, "-digest") == 0)
		set_text(&file->digest, value);
	for (size_t i = 0; i < ARRAY_COUNT(numbers); i++)
		if (strcmp(part, numbers[i].part) == 0)
			return number_parse(*value, 0, UINT64_MAX, numbers[i].number);
	return NULL;
}

static struct error *set_key(struct record *record, const char *key, char **value)
{
	const struct {
		const char *name;
		struct record_file *file;
	} files[] = {
		{"code", &record->code},
		{"template", &record->template},
		{"descriptor", &record->descriptor},
	};
	uint64_t version;

	if (strcmp(key, "version") == 0)
		return number_parse(*value, RECORD_VERSION, RECORD_VERSION, &version);
	if (strcmp(key, "created") == 0)
		set_text(&record->created, value);
	else if (strcmp(key, "features") == 0)
		set_text(&record->features, value);
	else if (strcmp(key, "format") == 0)
		record->code_format = image_format_from_name(*value);
	for (size_t i = 0; i < ARRAY_COUNT(files); i++)
		if (text_starts_with(key, files[i].name))
			return set_file_part(files[i].file, key + strlen(files[i].name), value);
	return NULL;
}

/* One line without its end: a comment, or key=value. */
static struct error *parse_line(struct record *record, const char *line, size_t length)
{
	const char *equals = memchr(line, '=', length);
	auto_free char *key = NULL;
	auto_free char *value = NULL;

	if (length == 0 || line[0] == '#')
		return NULL;
	if (!equals)
		return error_new("'%.*s' is not key=value", (int)(length < 80 ? length : 80), line);
	key = xstrndup(line, (size_t)(equals - line));
	value = unescaped(equals + 1, length - (size_t)(equals + 1 - line));
	if (!value)
		return error_new("the value of '%s' ends in the middle of an escape", key);
	return error_while(set_key(record, key, &value), "%s", key);
}

struct error *record_parse(
	const char *bytes, size_t size_bytes, const char *name, struct record **ret_record)
{
	auto_record struct record *record = xcalloc(1, sizeof(*record));
	const char *end = bytes + size_bytes;
	const char *line = bytes;
	int number = 0;

	if (size_bytes > RECORD_LIMIT_BYTES || memchr(bytes, '\0', size_bytes))
		return error_at(name, 0, "this is not a record of slipway");
	while (line < end) {
		const char *stop = memchr(line, '\n', (size_t)(end - line));
		size_t length = stop ? (size_t)(stop - line) : 0;
		struct error *error;

		number++;
		if (!stop)
			break;
		if (length == 3 && memcmp(line, "end", 3) == 0) {
			*ret_record = steal(&record);
			return NULL;
		}
		error = parse_line(record, line, length);
		if (error) {
			auto_error struct error *old = error;

			return error_at(name, number, "%s", old->text);
		}
		line = stop + 1;
	}
	return error_at(name, number, "the record is cut off: its last line is not 'end'");
}

bool record_file_is_untouched(const struct record_file *file, const struct record_file *other)
{
	return file->size_bytes == other->size_bytes && file->modified_ns == other->modified_ns &&
	       file->changed_ns == other->changed_ns && file->inode == other->inode;
}

void record_file_clear(struct record_file *file)
{
	free(file->path);
	free(file->digest);
	file->path = NULL;
	file->digest = NULL;
}

void record_free(struct record *record)
{
	if (!record)
		return;
	free(record->created);
	free(record->features);
	record_file_clear(&record->code);
	record_file_clear(&record->template);
	record_file_clear(&record->descriptor);
	free(record);
}

void record_free_pointer(struct record **record)
{
	record_free(*record);
	*record = NULL;
}
