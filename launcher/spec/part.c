/* SPDX-License-Identifier: MIT */
#include "spec/part.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/text.h"
#include "spec/part_hints.h"

static const struct part_table *const tables[] = {
	&part_domain_table,
	&part_os_table,
	&part_features_table,
	&part_device_table,
	&part_disk_table,
	&part_network_table,
	&part_chardev_table,
	&part_screen_table,
	&part_host_device_table,
};

struct group {
	const char *name;
	const char *members;
};

static const struct group groups[] = {
	{"device",
		"disk controller interface serial parallel console channel input graphics sound "
		"audio video hostdev redirdev filesystem tpm rng watchdog panic vsock memballoon"},
	{"chardev", "serial parallel console channel"},
	{"addressed", "disk controller interface serial parallel console channel input sound video "
		      "hostdev redirdev filesystem tpm rng watchdog panic vsock memballoon"},
	{"virtio", "disk controller interface input sound video filesystem rng vsock memballoon"},
	{"bootable", "disk interface hostdev redirdev"},
	{"rom", "interface hostdev"},
};

const struct part *spec_part(size_t number)
{
	for (size_t i = 0; i < ARRAY_COUNT(tables); i++) {
		if (number < tables[i]->count)
			return &tables[i]->rows[number];
		number -= tables[i]->count;
	}
	return NULL;
}

const char *spec_part_group(const char *name)
{
	for (size_t i = 0; i < ARRAY_COUNT(groups); i++)
		if (strcmp(groups[i].name, name) == 0)
			return groups[i].members;
	return NULL;
}

/* Whether one of the blank-separated words is the `length` bytes at `word`. */
static bool words_contain(const char *words, const char *word, size_t length)
{
	for (const char *at = words; *at; at += strspn(at, " ")) {
		size_t this_length = strcspn(at, " ");

		if (this_length == length && strncmp(at, word, length) == 0)
			return true;
		at += this_length;
	}
	return false;
}

static bool group_contains(
	const char *name, size_t name_length, const char *member, size_t member_length)
{
	for (size_t i = 0; i < ARRAY_COUNT(groups); i++)
		if (strlen(groups[i].name) == name_length &&
			strncmp(groups[i].name, name, name_length) == 0)
			return words_contain(groups[i].members, member, member_length);
	return false;
}

static bool path_matches(const char *pattern, const char *path)
{
	while (*pattern && *path) {
		if (*pattern == '{') {
			size_t name_length = strcspn(pattern, "}") - 1;
			size_t member_length = strcspn(path, "/@");

			if (!group_contains(pattern + 1, name_length, path, member_length))
				return false;
			pattern += name_length + 2;
			path += member_length;
		} else if (*pattern++ != *path++) {
			return false;
		}
	}
	return *pattern == *path;
}

/* Paths differ most at their end, so looking there first settles nearly every row at once. */
static bool tail_matches(const struct part *part, const char *path, size_t length)
{
	size_t at = part->path_length;

	while (at > 0 && length > 0 && part->path[at - 1] != '}')
		if (part->path[--at] != path[--length])
			return false;
	return true;
}

static const struct part *table_find(
	const struct part_table *table, const char *path, size_t length)
{
	for (size_t i = 0; i < table->count; i++)
		if (tail_matches(&table->rows[i], path, length) &&
			path_matches(table->rows[i].path, path))
			return &table->rows[i];
	return NULL;
}

const struct part *part_find(const char *path)
{
	size_t length = strlen(path);

	for (size_t i = 0; i < ARRAY_COUNT(tables); i++) {
		const struct part *part = text_starts_with(path, tables[i]->prefix)
						  ? table_find(tables[i], path, length)
						  : NULL;

		if (part)
			return part;
	}
	return NULL;
}

const char *part_hint(const char *path, const char *value)
{
	for (size_t i = 0; i < part_hint_count; i++) {
		const struct part_hint *hint = &part_hints[i];

		if (path_matches(hint->path, path) &&
			(!hint->value || text_equal(hint->value, value)))
			return hint->hint;
	}
	return NULL;
}

/* "LEAST..MOST", either in base 16 when the range is. */
static bool range_contains(const char *range, size_t length, const char *value)
{
	auto_free char *least_text = NULL;
	auto_free char *most_text = NULL;
	auto_error struct error *error = NULL;
	const char *dots = memmem(range, length, "..", 2);
	bool any_base = text_starts_with(range, "0x");
	uint64_t least, most, number;

	if (!dots || !isdigit((unsigned char)value[0]))
		return false;
	least_text = xstrndup(range, (size_t)(dots - range));
	most_text = xstrndup(dots + 2, length - (size_t)(dots + 2 - range));
	error = number_parse_any_base(least_text, 0, UINT64_MAX, &least);
	if (!error)
		error = number_parse_any_base(most_text, 0, UINT64_MAX, &most);
	if (!error)
		error = any_base ? number_parse_any_base(value, least, most, &number)
				 : number_parse(value, least, most, &number);
	return !error;
}

bool part_takes(const struct part *part, const char *value)
{
	if (strcmp(part->values, VALUE_TEXT) == 0)
		return true;
	if (value[0] == '\0')
		return part->values[0] == '\0';
	if (words_contain(part->values, value, strlen(value)) && !strstr(value, ".."))
		return true;
	for (const char *at = part->values; *at; at += strspn(at, " ")) {
		size_t length = strcspn(at, " ");

		if (range_contains(at, length, value))
			return true;
		at += length;
	}
	return false;
}

static bool word_is_plain(const char *word, size_t length)
{
	return memmem(word, length, "..", 2) || words_contain("yes no on off -1", word, length);
}

bool part_is_plain(const struct part *part)
{
	if (part->values[0] == '\0' || strcmp(part->values, VALUE_TEXT) == 0)
		return false;
	for (const char *at = part->values; *at; at += strspn(at, " ")) {
		size_t length = strcspn(at, " ");

		if (!word_is_plain(at, length))
			return false;
		at += length;
	}
	return true;
}
