/* SPDX-License-Identifier: MIT */
/* The modes that test who reads the console: too much output, and output that does things. */
#include "modes.h"

#include "machine.h"
#include "text.h"

/* A flood's line is a power of two long, so that a MiB is a whole number of lines. */
#define LINE_BYTES 64
#define BLOCK_LINES 64
#define LINES_PER_MIB (1024 * 1024 / LINE_BYTES)
#define DIGITS 10

static const char line_start[] = "slipway guest: flood ";

/* Fills one line: start, number, a pattern, CR LF. The number shows whether lines were lost. */
static void write_line(char *line, uint64_t number)
{
	const size_t digits_end = sizeof(line_start) - 1 + DIGITS;

	for (size_t i = 0; i < sizeof(line_start) - 1; i++)
		line[i] = line_start[i];
	for (size_t i = 0; i < DIGITS; i++) {
		line[digits_end - 1 - i] = (char)('0' + number % 10);
		number /= 10;
	}
	line[digits_end] = ' ';
	for (size_t i = digits_end + 1; i < LINE_BYTES - 2; i++)
		line[i] = (char)('a' + i % 26);
	line[LINE_BYTES - 2] = '\r';
	line[LINE_BYTES - 1] = '\n';
}

/* block has room for BLOCK_LINES lines and a zero. */
static void write_block(struct guest *guest, char *block, uint64_t first_line)
{
	for (size_t i = 0; i < BLOCK_LINES; i++)
		write_line(block + i * LINE_BYTES, first_line + i);
	block[BLOCK_LINES * LINE_BYTES] = '\0';
	if (!console_write_raw(&guest->console, block, BLOCK_LINES * LINE_BYTES))
		print(&guest->console, "%s", block);
}

uintptr_t mode_flood(struct guest *guest, const char *argument)
{
	void *block = NULL;
	uint32_t size_mib = 0;
	const bool endless = *argument == '\0';
	uint64_t lines;

	if (!endless && !text_number(argument, &size_mib)) {
		say(&guest->console, "flood wants a size in MiB, not '%s'", argument);
		power_off(guest);
	}
	if (efi_failed(guest->system->boot->allocate_pool(
		    EFI_LOADER_DATA, BLOCK_LINES * LINE_BYTES + 1, &block))) {
		say(&guest->console, "no memory for the flood");
		power_off(guest);
	}
	lines = (uint64_t)size_mib * LINES_PER_MIB;
	for (uint64_t line = 0; endless || line < lines; line += BLOCK_LINES)
		write_block(guest, block, line);
	say(&guest->console, "flood over, %llu bytes", (unsigned long long)lines * LINE_BYTES);
	power_off(guest);
}

struct sequence {
	const char *name;
	const char *bytes;
};

/* ECMA-48, and xterm's and the PC's own additions. Each is followed by a line that names it. */
static const struct sequence sequences[] = {
	{"clear-screen", "\033[2J\033[H"},
	{"clear-scrollback", "\033[3J"},
	{"cursor-home", "\033[01;01H"},
	{"cursor-far", "\033[999;999H"},
	{"cursor-up", "\033[25A\r"},
	{"line-wrap-off-pc", "\033[=3h"},
	{"line-wrap-off", "\033[?7l"},
	{"size-80x25", "\033[8;25;80t"},
	{"colours", "\033[0m\033[1m\033[33m\033[44m"},
	{"colours-256", "\033[38;5;196m\033[48;2;1;2;3m"},
	{"hidden", "\033[8m"},
	{"cursor-off", "\033[?25l"},
	{"alternate-screen", "\033[?1049h"},
	{"scroll-region", "\033[5;7r"},
	{"mouse-on", "\033[?1000h\033[?1006h"},
	{"paste-marks-on", "\033[?2004h"},
	{"title", "\033]0;slipway guest was here\007"},
	{"title-unended", "\033]0;no end"},
	{"title-ended-late", "\033\\"},
	{"report-wanted", "\033[6n\033[c"}, /* a terminal answers as if the user had typed */
	{"line-graphics", "\033(0\016"},
	{"csi-8-bit", "\23331m"},
	{"not-utf-8", "\377\376\300\257"},
	{"overwritten", "slipway guest: this was overwritten\r"},
	{"backspaces", "wrong\b\b\b\b\b"},
	{"bell", "\007"},
	{"parameters-long", "\033[1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1m"},
	{"cut-short", "\033[\r"},
};

static size_t text_length(const char *text)
{
	size_t length = 0;

	while (text[length] != '\0')
		length++;
	return length;
}

uintptr_t mode_escape(struct guest *guest, const char *argument)
{
	struct console *console = &guest->console;
	struct efi_text_output *output = console->output;

	(void)argument;
	/* The firmware's own words for it first: they exist without a serial port too. */
	output->clear_screen(output);
	output->set_attribute(output, EFI_COLOUR(EFI_YELLOW, EFI_BLUE));
	output->set_cursor_position(output, 40, 12);
	say(console, "escape firmware");
	output->enable_cursor(output, false);
	output->set_attribute(output, EFI_COLOUR(EFI_LIGHTGRAY, EFI_BLACK));
	for (size_t i = 0; i < sizeof(sequences) / sizeof(sequences[0]); i++) {
		const char *bytes = sequences[i].bytes;

		if (!console_write_raw(console, bytes, text_length(bytes))) {
			say(console, "escape without a serial port: only the firmware's own");
			break;
		}
		say(console, "escape %s", sequences[i].name);
	}
	say(console, "escape over");
	power_off(guest);
}
