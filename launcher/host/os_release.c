/* SPDX-License-Identifier: MIT */
#include "host/os_release.h"

#include <string.h>

#include "base/file.h"
#include "base/memory.h"

/* Real files have a few hundred bytes. */
static const size_t os_release_limit_bytes = 65536;

static const struct {
	const char *id;
	enum package_family family;
} families[] = {
	{"debian", PACKAGE_FAMILY_DEBIAN},
	{"ubuntu", PACKAGE_FAMILY_DEBIAN},
	{"fedora", PACKAGE_FAMILY_FEDORA},
	{"rhel", PACKAGE_FAMILY_FEDORA},
	{"centos", PACKAGE_FAMILY_FEDORA},
	{"arch", PACKAGE_FAMILY_ARCH},
	{"archlinux", PACKAGE_FAMILY_ARCH},
	{"suse", PACKAGE_FAMILY_SUSE},
	{"opensuse", PACKAGE_FAMILY_SUSE},
	{"sles", PACKAGE_FAMILY_SUSE},
	{"opensuse-leap", PACKAGE_FAMILY_SUSE},
	{"opensuse-tumbleweed", PACKAGE_FAMILY_SUSE},
	{"alpine", PACKAGE_FAMILY_ALPINE},
	{"gentoo", PACKAGE_FAMILY_GENTOO},
	{"void", PACKAGE_FAMILY_VOID},
};

static enum package_family family_of(const char *id, size_t length)
{
	for (size_t i = 0; i < ARRAY_COUNT(families); i++)
		if (strlen(families[i].id) == length && memcmp(families[i].id, id, length) == 0)
			return families[i].family;
	return PACKAGE_FAMILY_UNKNOWN;
}

/*
 * The value of `key`, shell quotes and escapes taken off (os-release(5): a subset of shell
 * assignments), or NULL. The last assignment counts, as in a shell. The caller frees it.
 */
static char *value_of(const char *text, const char *key)
{
	struct text value = {0};
	char *found = NULL;
	const char *line = text;

	while (*line) {
		const char *end = strchrnul(line, '\n');
		const char *at = line + strlen(key) + 1;

		if (text_starts_with(line, key) && line[strlen(key)] == '=') {
			for (; at < end; at++) {
				if (*at == '\\' && at + 1 < end)
					at++;
				else if (*at == '"' || *at == '\'')
					continue;
				text_add_bytes(&value, at, 1);
			}
			free_pointer(&found);
			found = text_take(&value);
		}
		line = *end ? end + 1 : end;
	}
	return found;
}

enum package_family os_release_family(const char *text)
{
	static const char *const keys[] = {"ID", "ID_LIKE"};

	for (size_t i = 0; i < ARRAY_COUNT(keys); i++) {
		auto_free char *value = value_of(text, keys[i]);
		const char *word = value ? value : "";

		while (*word) {
			size_t length = strcspn(word, " \t");
			enum package_family family = family_of(word, length);

			if (family != PACKAGE_FAMILY_UNKNOWN)
				return family;
			word += length + strspn(word + length, " \t");
		}
	}
	return PACKAGE_FAMILY_UNKNOWN;
}

enum package_family os_release_read(int root_fd)
{
	static const char *const paths[] = {"/etc/os-release", "/usr/lib/os-release"};

	for (size_t i = 0; i < ARRAY_COUNT(paths); i++) {
		auto_free char *text = NULL;
		size_t size;
		auto_error struct error *error =
			file_read_below(root_fd, paths[i], os_release_limit_bytes, &text, &size);

		if (!error)
			return os_release_family(text);
	}
	return PACKAGE_FAMILY_UNKNOWN; /* only the advice's wording depends on it */
}
