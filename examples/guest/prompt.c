/* SPDX-License-Identifier: MIT */
/* The mode that waits for a line from the console, as a login does. */
#include "modes.h"

#include "machine.h"

/* Characters beyond are neither echoed nor kept; a login name is shorter. */
#define LINE_ROOM 255

#define BACKSPACE 8

static bool is_line_end(wchar_t character)
{
	return character == '\r' || character == '\n';
}

/* Waits for the next character, past keys that are none. A failure counts as the line's end. */
static wchar_t read_character(struct guest *guest)
{
	struct efi_text_input *input = guest->system->console_in;
	struct efi_input_key key = {0};
	uintptr_t index;

	while (key.character == 0) {
		if (efi_failed(
			    guest->system->boot->wait_for_event(1, &input->wait_for_key, &index)))
			return '\n';
		if (efi_failed(input->read_key(input, &key)))
			key.character = 0; /* somebody else took the key */
	}
	return key.character;
}

/* line has room for LINE_ROOM units and a zero. */
static void read_line(struct guest *guest, wchar_t *line)
{
	size_t length = 0;
	wchar_t character = read_character(guest);

	for (; !is_line_end(character); character = read_character(guest)) {
		if (character == BACKSPACE && length > 0) {
			length--;
			print(&guest->console, "\b \b");
		} else if (character >= ' ' && length < LINE_ROOM) {
			line[length++] = character;
			print(&guest->console, "%c", character);
		}
	}
	line[length] = 0;
	print(&guest->console, "\r\n");
}

uintptr_t mode_prompt(struct guest *guest, const char *argument)
{
	void *line = NULL;

	(void)argument;
	if (guest->system->console_in == NULL ||
		efi_failed(guest->system->boot->allocate_pool(
			EFI_LOADER_DATA, (LINE_ROOM + 1) * sizeof(wchar_t), &line))) {
		say(&guest->console, "no keyboard or no memory");
		power_off(guest);
	}
	print(&guest->console, "login: ");
	read_line(guest, line);
	say(&guest->console, "got \"%ls\"", (const wchar_t *)line);
	power_off(guest);
}
