/* SPDX-License-Identifier: MIT */
#include "act/console.h"

#include <stdlib.h>
#include <string.h>

#include "act/utf8.h"
#include "base/memory.h"

#define BACKSPACE 0x08
#define ESCAPE 0x1b
#define CANCEL 0x18
#define SUBSTITUTE 0x1a

/* A longer line is cut: there is no room for a character and the mark of a bad one before it. */
#define LINE_FULL_BYTES (CONSOLE_LINE_LIMIT_BYTES - 2 * UTF8_MOST_BYTES)

/* Numbers of a control sequence that are looked at: row and column. */
#define PARAMETERS_KEPT 2
/* A terminal has no more rows or columns; larger numbers stay at this. */
#define PARAMETER_MOST 9999

enum console_state {
	CONSOLE_TEXT,
	CONSOLE_ESCAPE,   /* ESC was seen */
	CONSOLE_CHARSET,  /* ESC and an intermediate byte: one final byte follows */
	CONSOLE_SEQUENCE, /* CSI: parameters, then a final byte */
	CONSOLE_STRING,   /* OSC, DCS, APC, PM, SOS: up to BEL or ST */
};

struct console {
	enum console_state state;
	struct utf8 utf8;
	unsigned int parameters[PARAMETERS_KEPT];
	size_t parameter;  /* index of the one that is read */
	bool private_use;  /* the sequence's meaning is the terminal maker's own */
	unsigned int row;  /* where the cursor was put last; 0 = not known */
	bool after_return; /* a carriage return ended a line: a line feed belongs to it */
	bool whole;
	size_t length;
	char *line; /* owned; CONSOLE_LINE_LIMIT_BYTES and a NUL */
};

struct console *console_new(void)
{
	struct console *console = xcalloc(1, sizeof(*console));

	console->line = xcalloc(CONSOLE_LINE_LIMIT_BYTES + 1, 1);
	return console;
}

void console_free(struct console *console)
{
	if (!console)
		return;
	free(console->line);
	free(console);
}

void console_free_pointer(struct console **console)
{
	console_free(*console);
	*console = NULL;
}

const char *console_line(const struct console *console)
{
	return console->line;
}

static void start_line(struct console *console)
{
	console->whole = false;
	console->length = 0;
	console->line[0] = '\0';
}

/* The cursor goes elsewhere: what was written so far is a line, unless it is nothing. */
static void leave_line(struct console *console)
{
	console->whole = console->length > 0;
	console->after_return = false;
	console->row = 0;
}

static void add_bytes(struct console *console, const char *bytes, size_t length)
{
	console->after_return = false;
	if (length > CONSOLE_LINE_LIMIT_BYTES - console->length)
		return; /* console_take ends a line before it is full */
	memcpy(console->line + console->length, bytes, length);
	console->length += length;
	console->line[console->length] = '\0';
}

static void take_back(struct console *console)
{
	if (console->length == 0)
		return;
	do {
		console->length--;
	} while (console->length > 0 &&
		 utf8_continues((unsigned char)console->line[console->length]));
	console->line[console->length] = '\0';
}

/* C0 and, through ESC or UTF-8, C1 (ECMA-48, 5.2 and 5.3). */
static void take_control(struct console *console, unsigned int control)
{
	switch (control) {
	case '\n':
		console->whole = !console->after_return;
		console->after_return = false;
		console->row = 0;
		break;
	case '\r':
		console->whole = console->length > 0;
		console->after_return = console->after_return || console->whole;
		break;
	case '\t':
		add_bytes(console, "\t", 1);
		break;
	case BACKSPACE:
		take_back(console);
		break;
	case 0x0b: /* VT */
	case 0x0c: /* FF */
	case 0x84: /* IND */
	case 0x85: /* NEL */
	case 0x8d: /* RI */
		leave_line(console);
		break;
	case ESCAPE:
		console->state = CONSOLE_ESCAPE;
		break;
	case 0x90: /* DCS */
	case 0x98: /* SOS */
	case 0x9d: /* OSC */
	case 0x9e: /* PM */
	case 0x9f: /* APC */
		console->state = CONSOLE_STRING;
		break;
	case 0x9b: /* CSI */
		console->state = CONSOLE_SEQUENCE;
		memset(console->parameters, 0, sizeof(console->parameters));
		console->parameter = 0;
		console->private_use = false;
		break;
	}
}

/* How many characters the line has. */
static size_t count_characters(const struct console *console)
{
	size_t count = 0;

	for (size_t i = 0; i < console->length; i++)
		count += !utf8_continues((unsigned char)console->line[i]);
	return count;
}

/* CUP: the place right behind the text changes nothing (a shell's line editor goes there before
 * each character), one farther behind it is a gap, every other one is another line. */
static void move_to(struct console *console, unsigned int row, unsigned int column)
{
	size_t next = count_characters(console) + 1;
	bool same_row = row == console->row || (console->row == 0 && column == next && next > 1);

	if (!same_row || column < next)
		leave_line(console);
	else if (column > next && next > 1)
		add_bytes(console, " ", 1);
	console->row = row;
}

/* ECMA-48, 8.3: what the cursor does; colours, modes and reports are nothing to a log. */
static void end_sequence(struct console *console, unsigned char final)
{
	console->state = CONSOLE_TEXT;
	if (console->private_use)
		return;
	switch (final) {
	case 'H': /* CUP */
	case 'f': /* HVP */
		move_to(console, console->parameters[0] > 0 ? console->parameters[0] : 1,
			console->parameters[1] > 0 ? console->parameters[1] : 1);
		break;
	case 'C': /* CUF */
	case 'G': /* CHA */
	case 'a': /* HPR */
	case '`': /* HPA */
		if (console->length > 0)
			add_bytes(console, " ", 1);
		break;
	case 'A': /* CUU */
	case 'B': /* CUD */
	case 'E': /* CNL */
	case 'F': /* CPL */
	case 'J': /* ED */
	case 'S': /* SU */
	case 'T': /* SD */
	case 'd': /* VPA */
		leave_line(console);
		break;
	}
}

static void take_digit(struct console *console, unsigned char digit)
{
	unsigned int *number;

	if (console->parameter >= PARAMETERS_KEPT)
		return;
	number = &console->parameters[console->parameter];
	*number = *number * 10 + digit;
	if (*number > PARAMETER_MOST)
		*number = PARAMETER_MOST;
}

static void take_sequence_byte(struct console *console, unsigned char byte)
{
	if (byte >= '0' && byte <= '9')
		take_digit(console, (unsigned char)(byte - '0'));
	else if (byte == ';')
		console->parameter++;
	else if (byte >= 0x20 && byte <= 0x3f)
		console->private_use = true;
	else if (byte >= 0x40 && byte <= 0x7e)
		end_sequence(console, byte);
	else if (byte >= 0x80)
		console->state = CONSOLE_TEXT; /* no sequence has such a byte */
}

static void take_escape_byte(struct console *console, unsigned char byte)
{
	console->state = CONSOLE_TEXT;
	if (byte >= 0x20 && byte <= 0x2f)
		console->state = CONSOLE_CHARSET;
	else if (byte >= 0x40 && byte <= 0x5f)
		take_control(console, byte + 0x40u); /* ECMA-48, 5.3: C1 in seven bits */
	else if (byte == 'c')
		leave_line(console); /* RIS */
}

/* Inside a sequence: the end of a line, ESC, CAN and SUB end it, other control characters are
 * passed over. */
static bool ends_sequence(struct console *console, unsigned char byte)
{
	if (byte == CANCEL || byte == SUBSTITUTE) {
		console->state = CONSOLE_TEXT;
		return true;
	}
	if (byte != '\n' && byte != '\r' && byte != ESCAPE)
		return false;
	console->state = CONSOLE_TEXT;
	take_control(console, byte);
	return true;
}

static void take_text_byte(struct console *console, unsigned char byte)
{
	struct utf8_result result = utf8_take(&console->utf8, byte);

	if (result.bad)
		add_bytes(console, UTF8_REPLACEMENT, sizeof(UTF8_REPLACEMENT) - 1);
	if (!result.done)
		return;
	if (result.character < 0x20 || (result.character >= 0x7f && result.character < 0xa0))
		take_control(console, result.character);
	else
		add_bytes(console, result.bytes, result.length);
}

static void take_byte(struct console *console, unsigned char byte)
{
	if (console->state != CONSOLE_TEXT && ends_sequence(console, byte))
		return;
	switch (console->state) {
	case CONSOLE_TEXT:
		take_text_byte(console, byte);
		break;
	case CONSOLE_ESCAPE:
		take_escape_byte(console, byte);
		break;
	case CONSOLE_CHARSET:
		if (byte >= 0x30 && byte <= 0x7e)
			console->state = CONSOLE_TEXT;
		break;
	case CONSOLE_SEQUENCE:
		take_sequence_byte(console, byte);
		break;
	case CONSOLE_STRING:
		if (byte == '\a' || byte == 0x9c)
			console->state = CONSOLE_TEXT;
		break;
	}
}

/* Most of a log: printable ASCII in one go. How many bytes of it were taken. */
static size_t take_plain(struct console *console, const char *bytes, size_t length)
{
	size_t room = LINE_FULL_BYTES + 1 - console->length;
	size_t count = 0;

	if (console->state != CONSOLE_TEXT || utf8_is_inside(&console->utf8))
		return 0;
	while (count < length && count < room && bytes[count] >= 0x20 && bytes[count] <= 0x7e)
		count++;
	if (count > 0)
		add_bytes(console, bytes, count);
	return count;
}

size_t console_take(struct console *console, const char *bytes, size_t length, bool *ret_whole)
{
	size_t taken = 0;

	if (console->whole)
		start_line(console);
	while (taken < length && !console->whole) {
		size_t plain = take_plain(console, bytes + taken, length - taken);

		taken += plain;
		if (plain == 0)
			take_byte(console, (unsigned char)bytes[taken++]);
		if (console->length > LINE_FULL_BYTES)
			console->whole = true;
	}
	*ret_whole = console->whole;
	return taken;
}
