/* SPDX-License-Identifier: MIT */
#include "doctor_rules.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"

static bool glob_covers(const char *pattern, const char *path);

/* The brace that closes the one at `open`, or NULL. */
static const char *closing_brace(const char *open)
{
	int depth = 0;

	for (const char *c = open; *c; c++) {
		depth += *c == '{';
		depth -= *c == '}';
		if (depth == 0)
			return c;
	}
	return NULL;
}

/* Each alternative of "{a,b}REST" in its turn. */
static bool braces_cover(const char *open, const char *path)
{
	const char *close = closing_brace(open);
	const char *start = open + 1;
	int depth = 0;

	if (!close)
		return false;
	for (const char *c = start; c <= close; c++) {
		depth += *c == '{';
		depth -= *c == '}' && c < close;
		if (c == close || (*c == ',' && depth == 0)) {
			auto_free char *pattern =
				xasprintf("%.*s%s", (int)(c - start), start, close + 1);

			if (glob_covers(pattern, path))
				return true;
			start = c + 1;
		}
	}
	return false;
}

static bool star_covers(const char *pattern, const char *path)
{
	bool deep = pattern[1] == '*';
	const char *rest = pattern + 1 + deep;

	for (;; path++) {
		if (glob_covers(rest, path))
			return true;
		if (!*path || (*path == '/' && !deep))
			return false;
	}
}

static bool glob_covers(const char *pattern, const char *path)
{
	for (; *pattern; pattern++, path++) {
		if (*pattern == '{')
			return braces_cover(pattern, path);
		if (*pattern == '*')
			return star_covers(pattern, path);
		if (*pattern == '\\' && pattern[1])
			pattern++;
		else if (*pattern == '?' && *path && *path != '/')
			continue;
		if (*pattern != *path)
			return false;
	}
	return !*path;
}

static bool has_letters(const char *permissions, size_t length, const char *wanted)
{
	for (; *wanted; wanted++)
		if (!memchr(permissions, *wanted, length))
			return false;
	return true;
}

/* "[owner ]PATTERN PERMISSIONS," or with the pattern in quotes */
static bool rule_covers(const char *line, const char *path, const char *permissions)
{
	auto_free char *pattern = NULL;
	size_t length;

	line += strspn(line, " \t");
	if (text_starts_with(line, "owner ") || text_starts_with(line, "audit "))
		line += strlen("owner ");
	line += strspn(line, " \t");
	if (*line == '"') {
		length = strcspn(line + 1, "\"");
		pattern = xstrndup(line + 1, length);
		line += length + (line[length + 1] ? 2 : 1);
	} else {
		length = strcspn(line, " \t");
		pattern = xstrndup(line, length);
		line += length;
	}
	line += strspn(line, " \t");
	return pattern[0] == '/' && has_letters(line, strcspn(line, ", \t#"), permissions) &&
	       glob_covers(pattern, path);
}

bool rules_cover(const char *profile, const char *path, const char *permissions)
{
	while (*profile) {
		size_t length = strcspn(profile, "\n");
		auto_free char *line = xstrndup(profile, length);

		if (rule_covers(line, path, permissions))
			return true;
		profile += length;
		profile += *profile == '\n';
	}
	return false;
}
