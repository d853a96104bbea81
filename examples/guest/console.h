/* SPDX-License-Identifier: MIT */
#ifndef SLIPWAY_GUEST_CONSOLE_H
#define SLIPWAY_GUEST_CONSOLE_H

/*
 * Writes text to the UEFI console, and raw bytes past it to the serial port; every line that the
 * guest says begins with "slipway guest: " and ends with CR LF, so that tests can search for lines.
 *
 * Formats are those of printf, of which %c %s %ls %u %x %llu %llx %%, a width and a leading 0
 * exist. What cannot be written is lost: there is no second place to complain to.
 */

#include <stdarg.h>
#include <stdbool.h>

#include "efi.h"

struct console {
	struct efi_boot_services *boot;
	struct efi_text_output *output; /* never NULL once opened */
	struct efi_serial_io *serial;   /* NULL: the firmware shows none */
	wchar_t *units;                 /* owned: text on its way to output */
	size_t used;                    /* units that wait */
};

/* Fails when the firmware has no console or no memory; nothing is to be closed then. */
uintptr_t console_open(struct console *ret_console, struct efi_system_table *system);
void console_close(struct console *console);

/* One line of the guest's own: prefix, text, CR LF. */
void say(struct console *console, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Text as it stands: no prefix, no line end. */
void print(struct console *console, const char *format, ...) __attribute__((format(printf, 2, 3)));

/*
 * Bytes as they stand to the first serial port: the console cannot carry them, because the
 * firmware's terminal driver replaces control characters. false: no serial port, nothing written.
 */
bool console_write_raw(struct console *console, const char *bytes, size_t size_bytes);

#endif
