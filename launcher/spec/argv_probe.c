/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "spec/argv.h"
#include "spec/argv_reader.h"

/* Options that print and end (QEMU softmmu/vl.c). */
static bool prints(const char *name)
{
	return strcmp(name, "h") == 0 || strcmp(name, "help") == 0 ||
	       strcmp(name, "version") == 0 || strcmp(name, "audio-help") == 0;
}

/* Is one of the parts of "a,b=help,c" the word, alone or behind "="? */
static bool has_part(const char *value, const char *word)
{
	size_t wanted = strlen(word);

	while (value) {
		size_t length = strcspn(value, ",");
		const char *equals = memchr(value, '=', length);
		const char *start = equals ? equals + 1 : value;

		if ((size_t)(value + length - start) == wanted && strncmp(start, word, wanted) == 0)
			return true;
		value = value[length] ? value + length + 1 : NULL;
	}
	return false;
}

/* "none" in -machine none,accel=kvm:tcg or type=none */
static bool is_no_machine(const char *value)
{
	size_t length = strcspn(value, ",");

	if (text_starts_with(value, "type=")) {
		value += strlen("type=");
		length -= strlen("type=");
	}
	return length == strlen("none") && strncmp(value, "none", length) == 0;
}

bool argv_is_probe(char *const words[])
{
	bool no_machine = false;

	for (size_t i = 0; words[i]; i++) {
		const char *name = argv_option_name(words[i]);
		const struct argv_option *option = name ? argv_option_find(name) : NULL;

		if (!option)
			continue;
		if (prints(name))
			return true;
		if (!option->takes_value || !words[i + 1])
			continue;
		i++;
		if (option->may_list && (has_part(words[i], "help") || has_part(words[i], "?")))
			return true;
		if (strcmp(name, "machine") == 0 || strcmp(name, "M") == 0)
			no_machine = is_no_machine(words[i]) ||
				     (no_machine &&
					     strchr(words[i], '=') ==
						     words[i] + strcspn(words[i], "=,") &&
					     !text_starts_with(words[i], "type="));
	}
	return no_machine;
}
