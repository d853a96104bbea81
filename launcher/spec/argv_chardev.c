/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/memory.h"
#include "spec/argv_reader.h"

static void char_socket(struct argv_reader *reader, const struct argv_values *values)
{
	const char *path = argv_value(values, "path");
	const char *id = argv_value(values, "id");
	bool server = argv_is_on(values, "server");

	if (argv_value(values, "fd") || argv_value(values, "addr.data.str")) {
		argv_need(reader, SPEC_USE_SOCKET_FD);
		strings_add_once(&reader->sockets, id ? id : "");
	} else if (path) {
		argv_need(reader, server ? SPEC_USE_UNIX_LISTEN : SPEC_USE_UNIX_CLIENT);
		argv_socket_path(reader, path, server);
	} else {
		argv_need(reader, server ? SPEC_USE_TCP_LISTEN : SPEC_USE_TCP_CLIENT);
		argv_read_path(reader, "/etc/hosts");
		argv_read_path(reader, "/etc/resolv.conf");
	}
}

static void char_udp(struct argv_reader *reader, const struct argv_values *values)
{
	(void)values;
	argv_need(reader, SPEC_USE_USER_NETWORK);
}

static void char_file(struct argv_reader *reader, const struct argv_values *values)
{
	argv_output_path(reader, argv_value(values, "path"));
	argv_read_path(reader, argv_value(values, "input-path"));
}

/* One FIFO, or two (QEMU chardev/char-pipe.c); QEMU makes none. */
static void use_pipe(struct argv_reader *reader, const char *path)
{
	static const char *const ends[] = {"", ".in", ".out"};

	for (size_t i = 0; path && i < ARRAY_COUNT(ends); i++) {
		auto_free char *end = xasprintf("%s%s", path, ends[i]);

		argv_write_path(reader, end);
	}
}

static void char_pipe(struct argv_reader *reader, const struct argv_values *values)
{
	use_pipe(reader, argv_value(values, "path"));
}

static void char_pty(struct argv_reader *reader, const struct argv_values *values)
{
	argv_need(reader, SPEC_USE_PTY);
	argv_device_path(reader, "/dev/ptmx");
	argv_device_path(reader, "/dev/pts");
	argv_made_path(reader, argv_value(values, "path")); /* a link to it: QEMU 10 */
}

static void char_device(struct argv_reader *reader, const struct argv_values *values)
{
	argv_need(reader, SPEC_USE_HOST_SERIAL);
	argv_device_path(reader, argv_value(values, "path"));
}

static void char_client(struct argv_reader *reader, const struct argv_values *values)
{
	(void)values;
	argv_need(reader, SPEC_USE_UNIX_CLIENT);
	argv_need(reader, SPEC_USE_ANY_FILE);
}

static void char_spice(struct argv_reader *reader, const struct argv_values *values)
{
	(void)values;
	argv_need(reader, SPEC_USE_SPICE);
}

static void char_nothing(struct argv_reader *reader, const struct argv_values *values)
{
	(void)reader;
	(void)values;
}

static const struct {
	const char *backend;
	void (*read)(struct argv_reader *reader, const struct argv_values *values);
} backends[] = {
	{"socket", char_socket},
	{"udp", char_udp},
	{"dgram", char_udp},
	{"file", char_file},
	{"pipe", char_pipe},
	{"pty", char_pty},
	{"serial", char_device},
	{"tty", char_device},
	{"parallel", char_device},
	{"parport", char_device},
	{"spicevmc", char_spice},
	{"spiceport", char_spice},
	{"braille", char_client},
	{"dbus", char_client},
	{"null", char_nothing},
	{"stdio", char_nothing},
	{"console", char_nothing},
	{"vc", char_nothing},
	{"ringbuf", char_nothing},
	{"memory", char_nothing},
	{"mux", char_nothing},
	{"hub", char_nothing},
	{"msmouse", char_nothing},
	{"wctablet", char_nothing},
	{"testdev", char_nothing},
	{"qemu-vdagent", char_nothing},
};

void argv_chardev(struct argv_reader *reader, const char *value)
{
	auto_argv_values struct argv_values values = {0};
	const char *backend;

	if (argv_values_read(value, "backend", &values)) {
		backend = argv_value(&values, "backend");
		argv_output_path(reader, argv_value(&values, "logfile"));
		for (size_t i = 0; i < ARRAY_COUNT(backends); i++) {
			if (text_equal(backend, backends[i].backend)) {
				backends[i].read(reader, &values);
				return;
			}
		}
	}
	argv_need(reader, SPEC_USE_NOT_KNOWN);
}

/* "unix:PATH,server,nowait" → path and whether it listens */
static void short_unix(struct argv_reader *reader, const char *text, bool server)
{
	auto_argv_values struct argv_values values = {0};
	bool listen;

	(void)argv_values_read(text, "path", &values);
	listen = argv_is_on(&values, "server") || server;
	argv_need(reader, listen ? SPEC_USE_UNIX_LISTEN : SPEC_USE_UNIX_CLIENT);
	argv_socket_path(reader, argv_value(&values, "path"), listen);
}

static void short_tcp(struct argv_reader *reader, const char *text, bool server)
{
	auto_argv_values struct argv_values values = {0};

	(void)argv_values_read(text, "address", &values);
	argv_need(reader, argv_is_on(&values, "server") || server ? SPEC_USE_TCP_LISTEN
								  : SPEC_USE_TCP_CLIENT);
	argv_read_path(reader, "/etc/hosts");
	argv_read_path(reader, "/etc/resolv.conf");
}

static void short_pty(struct argv_reader *reader)
{
	const struct argv_values none = {0};

	char_pty(reader, &none);
}

/* The words of -serial, -monitor … (QEMU chardev/char.c, qemu_chr_parse_compat). */
static void read_short(struct argv_reader *reader, const char *text, bool server)
{
	static const char *const nothing[] = {
		"none", "null", "stdio", "vc", "con", "chardev:", "msmouse", "wctablet", "testdev"};

	for (size_t i = 0; i < ARRAY_COUNT(nothing); i++)
		if (text_starts_with(text, nothing[i]))
			return;
	if (text_starts_with(text, "unix:"))
		short_unix(reader, text + strlen("unix:"), server);
	else if (text_starts_with(text, "tcp:") || text_starts_with(text, "telnet:") ||
		 text_starts_with(text, "websocket:") || text_starts_with(text, "tn3270:"))
		short_tcp(reader, text, server || text_starts_with(text, "websocket:"));
	else if (text_starts_with(text, "udp:"))
		argv_need(reader, SPEC_USE_USER_NETWORK);
	else if (text_starts_with(text, "pty"))
		short_pty(reader);
	else if (text_starts_with(text, "file:"))
		argv_output_path(reader, text + strlen("file:"));
	else if (text_starts_with(text, "pipe:"))
		use_pipe(reader, text + strlen("pipe:"));
	else if (text_starts_with(text, "/dev/")) {
		argv_need(reader, SPEC_USE_HOST_SERIAL);
		argv_device_path(reader, text);
	} else
		argv_need(reader, SPEC_USE_NOT_KNOWN);
}

void argv_serial(struct argv_reader *reader, const char *value)
{
	if (text_starts_with(value, "mon:")) {
		argv_need(reader, SPEC_USE_MONITOR);
		value += strlen("mon:");
	}
	read_short(reader, value, false);
}

void argv_monitor(struct argv_reader *reader, const char *value)
{
	if (!text_starts_with(value, "none") && !text_starts_with(value, "null") &&
		!text_starts_with(value, "vc"))
		argv_need(reader, SPEC_USE_MONITOR);
	if (text_starts_with(value, "chardev:"))
		strings_add_once(&reader->monitors, value + strlen("chardev:"));
	argv_serial(reader, value);
}

void argv_mon(struct argv_reader *reader, const char *value)
{
	auto_argv_values struct argv_values values = {0};

	argv_need(reader, SPEC_USE_MONITOR);
	if (argv_values_read(value, "chardev", &values) && argv_value(&values, "chardev"))
		strings_add_once(&reader->monitors, argv_value(&values, "chardev"));
}

/* QEMU gdbstub: a TCP address listens without being told. */
void argv_gdb(struct argv_reader *reader, const char *value)
{
	read_short(reader, value, true);
}

void argv_gdb_default(struct argv_reader *reader, const char *value)
{
	(void)value;
	argv_need(reader, SPEC_USE_TCP_LISTEN);
}

void argv_nographic(struct argv_reader *reader, const char *value)
{
	(void)value;
	reader->graphic_off = true;
	if (!reader->no_defaults) /* the monitor is on stdio, behind the serial port */
		argv_need(reader, SPEC_USE_MONITOR);
}

void argv_vnc(struct argv_reader *reader, const char *value)
{
	auto_argv_values struct argv_values values = {0};
	const char *display;

	reader->display = true;
	if (!argv_values_read(value, "vnc", &values)) {
		argv_need(reader, SPEC_USE_NOT_KNOWN);
		return;
	}
	display = argv_value(&values, "vnc");
	if (text_equal(display, "none"))
		return;
	argv_need(reader, SPEC_USE_VNC);
	argv_read_path(reader, "/etc/hosts");
	if (display && text_starts_with(display, "unix:"))
		argv_socket_path(reader, display + strlen("unix:"), true);
	if (argv_is_on(&values, "reverse"))
		argv_need(reader, SPEC_USE_TCP_CLIENT);
	if (argv_is_on(&values, "sasl"))
		argv_need(reader, SPEC_USE_ANY_FILE);
}

void argv_spice(struct argv_reader *reader, const char *value)
{
	auto_argv_values struct argv_values values = {0};

	reader->display = true;
	argv_need(reader, SPEC_USE_SPICE);
	if (!argv_values_read(value, NULL, &values)) {
		argv_need(reader, SPEC_USE_NOT_KNOWN);
		return;
	}
	argv_read_path(reader, "/etc/hosts");
	if (argv_is_on(&values, "unix"))
		argv_socket_path(reader, argv_value(&values, "addr"), true);
	if (argv_value(&values, "x509-dir"))
		argv_directory(reader, argv_value(&values, "x509-dir"), false);
	if (argv_is_on(&values, "gl"))
		argv_need(reader, SPEC_USE_DISPLAY);
	if (argv_is_on(&values, "sasl") || argv_value(&values, "x509-key-file"))
		argv_need(reader, SPEC_USE_ANY_FILE);
}

/* A window needs the desktop's sockets, fonts, caches and drivers, wherever they are. */
static void window(struct argv_reader *reader)
{
	argv_need(reader, SPEC_USE_DISPLAY);
	argv_need(reader, SPEC_USE_ANY_FILE);
}

void argv_display(struct argv_reader *reader, const char *value)
{
	auto_argv_values struct argv_values values = {0};
	const char *type = NULL;

	reader->display = true;
	if (argv_values_read(value, "type", &values))
		type = argv_value(&values, "type");
	if (text_equal(type, "none") || text_equal(type, "curses"))
		return;
	if (text_starts_with(value, "vnc="))
		argv_vnc(reader, value + strlen("vnc="));
	else if (text_equal(type, "spice-app"))
		argv_need(reader, SPEC_USE_OUTSIDE); /* starts a viewer */
	else
		window(reader);
}
