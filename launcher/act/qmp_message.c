/* SPDX-License-Identifier: MIT */
#include "act/qmp_message.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

/* A message has three levels, query results a few more. */
#define DEPTH_MOST 16

struct reader {
	const char *at, *end;
	struct text path; /* of the value that is read: "data.reason" */
	struct qmp_message *message;
	unsigned int depth;
};

static const struct {
	const char *path;
	size_t offset;
} members[] = {
	{"event", offsetof(struct qmp_message, event)},
	{"id", offsetof(struct qmp_message, id)},
	{"data.reason", offsetof(struct qmp_message, reason)},
	{"data.action", offsetof(struct qmp_message, action)},
	{"data.device", offsetof(struct qmp_message, device)},
	{"return.status", offsetof(struct qmp_message, status)},
	{"error.desc", offsetof(struct qmp_message, description)},
};

static const struct {
	const char *key;
	enum qmp_kind kind;
} kinds[] = {
	{"QMP", QMP_GREETING},
	{"event", QMP_EVENT},
	{"return", QMP_RETURN},
	{"error", QMP_ERROR},
};

static bool read_value(struct reader *reader);

static void skip_space(struct reader *reader)
{
	while (reader->at < reader->end && strchr(" \t\r\n", *reader->at) && *reader->at)
		reader->at++;
}

/* True when `c` is next, and taken. */
static bool take(struct reader *reader, char c)
{
	skip_space(reader);
	if (reader->at == reader->end || *reader->at != c)
		return false;
	reader->at++;
	return true;
}

static bool take_hex(struct reader *reader, unsigned int *ret_unit)
{
	static const char digits[] = "0123456789abcdefABCDEF";
	unsigned int unit = 0;

	for (int i = 0; i < 4; i++) {
		const char *digit;
		size_t value;

		if (reader->at == reader->end || *reader->at == '\0')
			return false;
		digit = strchr(digits, *reader->at++);
		if (!digit)
			return false;
		value = (size_t)(digit - digits);
		unit = unit * 16 + (unsigned int)(value < 16 ? value : value - 6);
	}
	*ret_unit = unit;
	return true;
}

/* The texts that are kept are words and paths: what is not ASCII becomes a question mark. */
static bool take_escape(struct reader *reader, struct text *text)
{
	static const char letters[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
	const char *letter;
	unsigned int unit;
	char c;

	if (reader->at == reader->end || *reader->at == '\0')
		return false;
	c = *reader->at++;
	if (c == 'u') {
		if (!take_hex(reader, &unit))
			return false;
		c = '?';
		if (unit >= 0x20 && unit < 0x7f)
			c = (char)(unsigned char)unit;
		text_add_bytes(text, &c, 1);
		return true;
	}
	letter = strchr(letters, c);
	if (!letter)
		return false;
	text_add_bytes(text, &meanings[letter - letters], 1);
	return true;
}

static bool take_string(struct reader *reader, struct text *text)
{
	if (!take(reader, '"'))
		return false;
	while (reader->at < reader->end) {
		char c = *reader->at++;

		if (c == '"')
			return true;
		if ((unsigned char)c < 0x20)
			return false;
		if (c != '\\')
			text_add_bytes(text, &c, 1);
		else if (!take_escape(reader, text))
			return false;
	}
	return false;
}

/* A message that has a member twice is read as its first: QEMU sends none. */
static void keep_string(struct reader *reader, struct text *value)
{
	for (size_t i = 0; i < ARRAY_COUNT(members); i++) {
		char **member = (char **)((char *)reader->message + members[i].offset);

		if (text_equal(reader->path.bytes, members[i].path) && !*member)
			*member = text_take(value);
	}
}

static bool read_string(struct reader *reader)
{
	auto_text struct text value = {0};

	if (!take_string(reader, &value))
		return false;
	keep_string(reader, &value);
	return true;
}

static void note_key(struct reader *reader, const char *key)
{
	for (size_t i = 0; i < ARRAY_COUNT(kinds); i++)
		if (reader->depth == 1 && text_equal(key, kinds[i].key))
			reader->message->kind = kinds[i].kind;
}

static bool read_member(struct reader *reader)
{
	auto_text struct text key = {0};
	size_t before = reader->path.length;
	bool well;

	text_add(&key, "");
	if (!take_string(reader, &key) || !take(reader, ':'))
		return false;
	note_key(reader, key.bytes);
	text_addf(&reader->path, "%s%s", before > 0 ? "." : "", key.bytes);
	well = read_value(reader);
	reader->path.length = before;
	reader->path.bytes[before] = '\0';
	return well;
}

static bool read_list(struct reader *reader, char end, bool (*read_one)(struct reader *))
{
	if (take(reader, end))
		return true;
	do {
		if (!read_one(reader))
			return false;
	} while (take(reader, ','));
	return take(reader, end);
}

static bool read_word(struct reader *reader)
{
	static const char *const words[] = {"true", "false", "null"};
	size_t left = (size_t)(reader->end - reader->at);

	for (size_t i = 0; i < ARRAY_COUNT(words); i++) {
		size_t length = strlen(words[i]);

		if (length > left || memcmp(reader->at, words[i], length) != 0)
			continue;
		reader->at += length;
		if (i == 0 && text_equal(reader->path.bytes, "data.guest"))
			reader->message->guest = true;
		return true;
	}
	return false;
}

/* The characters of a number; its value is of no interest. */
static bool read_number(struct reader *reader)
{
	const char *start = reader->at;

	while (reader->at < reader->end && *reader->at && strchr("+-.0123456789eE", *reader->at))
		reader->at++;
	return reader->at > start;
}

static bool read_value(struct reader *reader)
{
	bool well;

	skip_space(reader);
	if (reader->at == reader->end || reader->depth == DEPTH_MOST)
		return false;
	reader->depth++;
	if (*reader->at == '"')
		well = read_string(reader);
	else if (take(reader, '{'))
		well = read_list(reader, '}', read_member);
	else if (take(reader, '['))
		well = read_list(reader, ']', read_value);
	else
		well = read_word(reader) || read_number(reader);
	reader->depth--;
	return well;
}

bool qmp_message_read(const char *line, size_t length, struct qmp_message *ret_message)
{
	struct qmp_message message = {0};
	struct reader reader = {.at = line, .end = line + length, .message = &message};
	bool well;

	text_add(&reader.path, "");
	skip_space(&reader);
	well = reader.at < reader.end && *reader.at == '{' && read_value(&reader);
	skip_space(&reader);
	well = well && reader.at == reader.end;
	text_clear(&reader.path);
	if (message.kind == QMP_EVENT && !message.event)
		message.kind = QMP_OTHER; /* its name is no text */
	*ret_message = (struct qmp_message){0};
	if (well)
		*ret_message = message;
	else
		qmp_message_clear(&message);
	return well;
}

void qmp_message_clear(struct qmp_message *message)
{
	for (size_t i = 0; i < ARRAY_COUNT(members); i++)
		free(*(char **)((char *)message + members[i].offset));
	*message = (struct qmp_message){0};
}
