/* SPDX-License-Identifier: MIT */
#include "host/qemu_conf.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"

/* What libvirt reads at most (src/util/virconf.c, MAX_CONFIG_FILE_SIZE). */
static const size_t conf_limit_bytes = (size_t)10 << 20;

/*
 * The grammar (libvirt src/util/virconf.c): statements `name = value`, separated by line ends or
 * semicolons; '#' begins a comment; a value is a string in 'single', "double" or """triple"""
 * quotes (there are no escapes, and only the last may span lines), a number, or a [list] of values
 * over any number of lines. Here comments are allowed within a list too, where libvirt refuses
 * them.
 */
struct cursor {
	const char *name;
	const char *at;
	int line;
	struct strings *notes;
};

static void note(struct cursor *cursor, const char *what)
{
	strings_addf(cursor->notes, "%s:%d: %s", cursor->name, cursor->line, what);
}

static void step(struct cursor *cursor)
{
	if (*cursor->at == '\n')
		cursor->line++;
	if (*cursor->at != '\0')
		cursor->at++;
}

static void skip_line(struct cursor *cursor)
{
	while (*cursor->at != '\0' && *cursor->at != '\n')
		step(cursor);
}

static void skip_blanks(struct cursor *cursor)
{
	while (*cursor->at == ' ' || *cursor->at == '\t')
		step(cursor);
}

static void skip_blanks_lines_comments(struct cursor *cursor)
{
	for (;;) {
		if (*cursor->at == '#')
			skip_line(cursor);
		else if (*cursor->at != '\0' && strchr(" \t\r\n", *cursor->at))
			step(cursor);
		else
			return;
	}
}

/* A string in the quotes at the cursor, or NULL with a note. The caller frees it. */
static char *parse_string(struct cursor *cursor)
{
	const char *quote = text_starts_with(cursor->at, "\"\"\"") ? "\"\"\""
			    : *cursor->at == '"'                   ? "\""
								   : "'";
	bool lines = strlen(quote) == 3;
	const char *begin = cursor->at + strlen(quote);

	cursor->at = begin;
	while (!text_starts_with(cursor->at, quote)) {
		if (*cursor->at == '\0' || (!lines && strchr("\r\n", *cursor->at))) {
			note(cursor, "a string has no closing quote");
			return NULL;
		}
		step(cursor);
	}
	cursor->at += strlen(quote);
	return xstrndup(begin, (size_t)(cursor->at - strlen(quote) - begin));
}

static bool at_quote(const struct cursor *cursor)
{
	return *cursor->at == '"' || *cursor->at == '\'';
}

static void skip_number(struct cursor *cursor)
{
	if (*cursor->at == '-' || *cursor->at == '+')
		step(cursor);
	while (isdigit((unsigned char)*cursor->at))
		step(cursor);
}

/* One of the two paths of an entry; a relative one would depend on the daemon's folder. */
static bool path_is_usable(const char *path)
{
	return path[0] == '/';
}

/* "CODE:VARS" with exactly one colon (libvirt src/util/virfirmware.c, virFirmwareParse). */
static void add_pair(struct cursor *cursor, const char *entry, struct qemu_conf *conf)
{
	const char *begin = entry + strspn(entry, " \t");
	const char *colon = strchr(begin, ':');
	struct qemu_conf_pair *pair;

	if (!colon || strchr(colon + 1, ':') || !path_is_usable(begin) ||
		!path_is_usable(colon + 1)) {
		auto_free char *what =
			xasprintf("nvram entry '%s' is not CODE:VARS with two absolute paths; it "
				  "is skipped",
				entry);

		note(cursor, what);
		return;
	}
	pair = array_push(&conf->pairs, &conf->count, sizeof(*pair));
	pair->code = xstrndup(begin, (size_t)(colon - begin));
	pair->vars = xstrdup(colon + 1);
}

/* One item of a list; strings are added to `conf` unless it is NULL. False: give up. */
static bool list_item_ends(struct cursor *cursor, struct qemu_conf *conf)
{
	auto_free char *text = NULL;

	if (at_quote(cursor)) {
		text = parse_string(cursor);
		if (text && conf)
			add_pair(cursor, text, conf);
		return text != NULL;
	}
	if (isdigit((unsigned char)*cursor->at) || *cursor->at == '-' || *cursor->at == '+') {
		skip_number(cursor);
		if (conf)
			note(cursor, "an nvram entry is a number; it is skipped");
		return true;
	}
	note(cursor, "a list holds something that is neither string nor number");
	return false;
}

static bool list_ends(struct cursor *cursor, struct qemu_conf *conf)
{
	step(cursor);
	for (;;) {
		skip_blanks_lines_comments(cursor);
		if (*cursor->at == ']') {
			step(cursor);
			return true;
		}
		if (!list_item_ends(cursor, conf))
			return false;
		skip_blanks_lines_comments(cursor);
		if (*cursor->at == ',') {
			step(cursor);
		} else if (*cursor->at != ']') {
			note(cursor, "a list is not closed with ']'");
			return false;
		}
	}
}

/* The value of a key; its strings go to `conf` when that is not NULL. */
static bool value_ends(struct cursor *cursor, struct qemu_conf *conf)
{
	auto_free char *text = NULL;

	if (*cursor->at == '[')
		return list_ends(cursor, conf);
	if (conf)
		note(cursor, "nvram is not a list; it is ignored");
	if (at_quote(cursor)) {
		text = parse_string(cursor);
		return text != NULL;
	}
	if (isdigit((unsigned char)*cursor->at) || *cursor->at == '-' || *cursor->at == '+') {
		skip_number(cursor);
		return true;
	}
	note(cursor, "a value is missing");
	return false;
}

static char *parse_name(struct cursor *cursor)
{
	const char *begin = cursor->at;

	if (!isalpha((unsigned char)*begin)) {
		note(cursor, "a name is expected");
		return NULL;
	}
	while (isalnum((unsigned char)*cursor->at) || *cursor->at == '_')
		step(cursor);
	return xstrndup(begin, (size_t)(cursor->at - begin));
}

static bool statement_ends(struct cursor *cursor, struct qemu_conf *conf)
{
	auto_free char *name = parse_name(cursor);
	bool wanted;

	if (!name)
		return false;
	skip_blanks(cursor);
	if (*cursor->at != '=') {
		note(cursor, "'=' is missing");
		return false;
	}
	step(cursor);
	skip_blanks(cursor);
	/* of several, libvirt's look-up finds the first */
	wanted = strcmp(name, "nvram") == 0 && !conf->set;
	if (wanted && *cursor->at == '[')
		conf->set = true;
	if (!value_ends(cursor, wanted ? conf : NULL))
		return false;
	skip_blanks(cursor);
	if (*cursor->at != '\0' && !strchr("#;\r\n", *cursor->at)) {
		note(cursor, "text behind a value");
		return false;
	}
	return true;
}

void qemu_conf_parse(
	const char *name, const char *text, struct strings *notes, struct qemu_conf *ret_conf)
{
	struct cursor cursor = {.name = name, .at = text, .line = 1, .notes = notes};

	*ret_conf = (struct qemu_conf){0};
	for (;;) {
		skip_blanks_lines_comments(&cursor);
		if (*cursor.at == ';')
			step(&cursor);
		else if (*cursor.at == '\0')
			return;
		else if (!statement_ends(&cursor, ret_conf))
			skip_line(&cursor); /* libvirt refuses the file; the rest may be good */
	}
}

void qemu_conf_read(int root_fd, struct strings *notes, struct qemu_conf *ret_conf)
{
	auto_error struct error *error = NULL;
	auto_free char *text = NULL;
	size_t size;

	*ret_conf = (struct qemu_conf){0};
	error = file_read_below(root_fd, QEMU_CONF, conf_limit_bytes, &text, &size);
	if (!error) {
		if (strlen(text) != size)
			strings_add(notes, QEMU_CONF ": holds a NUL; what follows it is not read");
		qemu_conf_parse(QEMU_CONF, text, notes, ret_conf);
	} else if (error->number != ENOENT && error->number != ENOTDIR) {
		strings_add(notes, error->text);
	}
}

void qemu_conf_clear(struct qemu_conf *conf)
{
	for (size_t i = 0; i < conf->count; i++) {
		free(conf->pairs[i].code);
		free(conf->pairs[i].vars);
	}
	free(conf->pairs);
	*conf = (struct qemu_conf){0};
}
