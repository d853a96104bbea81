/* SPDX-License-Identifier: MIT */
#include "console.h"

#include "arch.h"

/* Units handed to the firmware at a time. Longer text goes in several calls, none is cut. */
#define CONSOLE_ROOM 256

/* A port counts as dead after so many tries without a byte sent; the firmware waits in each. */
#define SERIAL_TRIES 600

/* What stands between '%' and the conversion letter. */
struct conversion {
	bool zeros;     /* fill with zeros, not blanks */
	unsigned width; /* at least so many characters */
	unsigned longs; /* how many l */
	char letter;
};

uintptr_t console_open(struct console *ret_console, struct efi_system_table *system)
{
	void *units = NULL;
	void *serial = NULL;
	uintptr_t status;

	if (system->console_out == NULL)
		return EFI_UNSUPPORTED;
	status = system->boot->allocate_pool(
		EFI_LOADER_DATA, (CONSOLE_ROOM + 1) * sizeof(wchar_t), &units);
	if (efi_failed(status))
		return status;
	if (efi_failed(system->boot->locate_protocol(&EFI_SERIAL_IO_GUID, NULL, &serial)))
		serial = NULL;
	ret_console->boot = system->boot;
	ret_console->output = system->console_out;
	ret_console->serial = serial;
	ret_console->units = units;
	ret_console->used = 0;
	return EFI_SUCCESS;
}

void console_close(struct console *console)
{
	console->boot->free_pool(console->units);
	console->units = NULL;
}

static void flush(struct console *console)
{
	if (console->used == 0)
		return;
	console->units[console->used] = 0;
	console->output->output_string(console->output, console->units);
	console->used = 0;
}

static void put(struct console *console, wchar_t unit)
{
	if (console->used == CONSOLE_ROOM)
		flush(console);
	console->units[console->used++] = unit;
}

static void put_text(struct console *console, const char *text)
{
	for (; *text != '\0'; text++)
		put(console, (unsigned char)*text);
}

static void put_wide_text(struct console *console, const wchar_t *text)
{
	for (; *text != 0; text++)
		put(console, *text);
}

static void put_number(struct console *console, const struct conversion *how,
	unsigned long long value, unsigned base)
{
	unsigned long long place = 1;
	unsigned digits = 1;

	for (; value / place >= base; digits++)
		place *= base;
	for (; digits < how->width; digits++)
		put(console, how->zeros ? '0' : ' ');
	for (; place > 0; place /= base)
		put(console, "0123456789abcdef"[value / place % base]);
}

static unsigned long long next_number(const struct conversion *how, va_list *arguments)
{
	if (how->longs == 2)
		return va_arg(*arguments, unsigned long long);
	return va_arg(*arguments, unsigned);
}

static void put_argument(struct console *console, const struct conversion *how, va_list *arguments)
{
	switch (how->letter) {
	case 'c':
		put(console, (wchar_t)va_arg(*arguments, int));
		break;
	case 's':
		if (how->longs == 1)
			put_wide_text(console, va_arg(*arguments, const wchar_t *));
		else
			put_text(console, va_arg(*arguments, const char *));
		break;
	case 'u':
		put_number(console, how, next_number(how, arguments), 10);
		break;
	case 'x':
		put_number(console, how, next_number(how, arguments), 16);
		break;
	default: /* %%; the compiler checks the formats, so nothing else arrives here */
		put(console, (unsigned char)how->letter);
		break;
	}
}

/* Reads what follows a '%'; gives back the place of the conversion letter. */
static const char *read_conversion(const char *format, struct conversion *ret_how)
{
	ret_how->zeros = *format == '0';
	ret_how->width = 0;
	for (; *format >= '0' && *format <= '9'; format++)
		ret_how->width = ret_how->width * 10 + (unsigned)(*format - '0');
	for (ret_how->longs = 0; *format == 'l'; format++)
		ret_how->longs++;
	ret_how->letter = *format;
	return format;
}

static void put_format(struct console *console, const char *format, va_list *arguments)
{
	for (; *format != '\0'; format++) {
		struct conversion how;

		if (*format != '%') {
			put(console, (unsigned char)*format);
			continue;
		}
		format = read_conversion(format + 1, &how);
		put_argument(console, &how, arguments);
	}
}

void say(struct console *console, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	put_text(console, "slipway guest: ");
	put_format(console, format, &arguments);
	put_text(console, "\r\n");
	flush(console);
	va_end(arguments);
}

void print(struct console *console, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	put_format(console, format, &arguments);
	flush(console);
	va_end(arguments);
}

bool console_write_raw(struct console *console, const char *bytes, size_t size_bytes)
{
	unsigned tries = 0;

	if (arch_write_serial(bytes, size_bytes))
		return true;
	if (console->serial == NULL)
		return false;
	while (size_bytes > 0 && tries < SERIAL_TRIES) {
		uintptr_t sent = size_bytes;
		uintptr_t status = console->serial->write(console->serial, &sent, bytes);

		if (efi_failed(status) && status != EFI_TIMEOUT)
			break;
		tries = sent == 0 ? tries + 1 : 0;
		bytes += sent;
		size_bytes -= sent;
	}
	return true;
}
