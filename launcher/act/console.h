/* SPDX-License-Identifier: MIT */
/*
 * A guest's console as lines of clean text: escape sequences, cursor movements, control characters
 * and bytes that are no UTF-8 are taken out, so that nothing a guest writes reaches a terminal, a
 * log or an XML file as anything but text. The memory is the same whatever the guest writes.
 *
 * Sequences are those of ECMA-48 (sections 5 and 8) and xterm's strings. An unfinished one ends
 * with its line at the latest: a guest cannot hide what follows. A cursor that moves to another
 * line ends the line; a carriage return does, too, since what it overwrites was shown. A backspace
 * takes the last character back.
 */
#ifndef SLIPWAY_ACT_CONSOLE_H
#define SLIPWAY_ACT_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"

/* A longer line is cut into several of at most this many bytes, between characters. */
#define CONSOLE_LINE_LIMIT_BYTES 4096

struct console;

struct console *console_new(void) MUST_USE;

/*
 * Takes bytes until a line ends or there are none left, and returns how many were taken: call it
 * again with the rest. *ret_whole: console_line() is a whole line now; it stays until the next
 * call, which begins another.
 */
size_t console_take(
	struct console *console, const char *bytes, size_t length, bool *ret_whole) MUST_USE;

/* The line as far as it is there, without its end; valid UTF-8, ended by NUL, without other control
 * characters than tabs. Owned by the console, valid until the next call. */
const char *console_line(const struct console *console);

/* NULL is allowed. */
void console_free(struct console *console);
void console_free_pointer(struct console **console);
#define auto_console CLEANUP(console_free_pointer)

#endif
