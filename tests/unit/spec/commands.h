/* SPDX-License-Identifier: MIT */
/*
 * QEMU command lines for tests: read as a shell would split them, and what they need and open as
 * short words.
 */
#ifndef SLIPWAY_TESTS_COMMANDS_H
#define SLIPWAY_TESTS_COMMANDS_H

#include "reading.h"

#include "base/words.h"
#include "spec/argv.h"

#define HERE "/here"

static const char *const use_names[] = {
	[SPEC_USE_AIO_NATIVE] = "aio-native",
	[SPEC_USE_IO_URING] = "io-uring",
	[SPEC_USE_BLOCK_DEVICE] = "block",
	[SPEC_USE_SCSI_GENERIC] = "sg",
	[SPEC_USE_SNAPSHOT] = "snapshot",
	[SPEC_USE_SOCKET_FD] = "socket-fd",
	[SPEC_USE_UNIX_LISTEN] = "unix-listen",
	[SPEC_USE_UNIX_CLIENT] = "unix-client",
	[SPEC_USE_TCP_LISTEN] = "tcp-listen",
	[SPEC_USE_TCP_CLIENT] = "tcp-client",
	[SPEC_USE_USER_NETWORK] = "user",
	[SPEC_USE_TAP] = "tap",
	[SPEC_USE_VHOST] = "vhost",
	[SPEC_USE_PTY] = "pty",
	[SPEC_USE_HOST_SERIAL] = "host-serial",
	[SPEC_USE_VNC] = "vnc",
	[SPEC_USE_SPICE] = "spice",
	[SPEC_USE_DISPLAY] = "display",
	[SPEC_USE_MEMFD] = "memfd",
	[SPEC_USE_HUGEPAGES] = "hugepages",
	[SPEC_USE_NUMA] = "numa",
	[SPEC_USE_MEM_LOCK] = "mem-lock",
	[SPEC_USE_9P] = "9p",
	[SPEC_USE_USB_HOST] = "usb-host",
	[SPEC_USE_USB_MTP] = "usb-mtp",
	[SPEC_USE_VFIO] = "vfio",
	[SPEC_USE_TPM] = "tpm",
	[SPEC_USE_MIGRATION] = "migration",
	[SPEC_USE_POSTCOPY] = "postcopy",
	[SPEC_USE_PIDFILE] = "pidfile",
	[SPEC_USE_DAEMONIZE] = "daemonize",
	[SPEC_USE_RUN_AS] = "run-as",
	[SPEC_USE_CHROOT] = "chroot",
	[SPEC_USE_QEMU_SANDBOX] = "qemu-sandbox",
	[SPEC_USE_SPAWN] = "spawn",
	[SPEC_USE_MONITOR] = "monitor",
	[SPEC_USE_DRIVEN] = "driven",
	[SPEC_USE_ANY_FILE] = "any-file",
	[SPEC_USE_NOT_KNOWN] = "not-known",
	[SPEC_USE_OUTSIDE] = "outside",
};

/* A command line as a shell would split it, read in HERE. */
static inline struct spec *read_line(const char *line)
{
	struct strings words = {0};
	struct spec *spec;

	assert_null(words_split(line, &words));
	strings_add(&words, "");
	free(words.items[--words.count]);
	words.items[words.count] = NULL;
	spec = spec_read_argv("qemu-system-x86_64", words.items, HERE);
	strings_clear(&words);
	return spec;
}

static inline bool has_use(const struct spec *spec, const char *name)
{
	for (size_t i = 0; i < spec->command.need_count; i++)
		if (strcmp(use_names[spec->command.needs[i].use], name) == 0)
			return true;
	return false;
}

/* "r/path", "w/path", "d/path" (device), "m/path" (made), "R/path", "W/path" (directories),
 * "S/path", "C/path" (directories of sockets that are made or connected to); the caller frees it.
 */
static inline char *access_word(const struct spec_access *access)
{
	char kind = access->write ? 'w' : 'r';

	if (access->device)
		kind = 'd';
	else if (access->made)
		kind = 'm';
	else if (access->sockets)
		kind = access->write ? 'S' : 'C';
	else if (access->directory)
		kind = access->write ? 'W' : 'R';
	return xasprintf("%c%s", kind, access->path);
}

static inline bool has_access(const struct spec *spec, const char *wanted)
{
	for (size_t i = 0; i < spec->command.access_count; i++) {
		auto_free char *word = access_word(&spec->command.accesses[i]);

		if (strcmp(word, wanted) == 0)
			return true;
	}
	return false;
}

/* No network, no display: what remains is what the line says. */
#define QUIET "-net none -display none "

static inline void check_uses(const struct spec *spec, const char *line, const char *uses)
{
	auto_strings struct strings wanted = {0};

	assert_null(words_split(uses, &wanted));
	for (size_t i = 0; i < wanted.count; i++)
		if (!has_use(spec, wanted.items[i]))
			fail_msg("'%s' does not need '%s'", line, wanted.items[i]);
	for (size_t i = 0; i < spec->command.need_count; i++)
		if (!strings_contain(&wanted, use_names[spec->command.needs[i].use]))
			fail_msg("'%s' needs '%s', because of '%s'", line,
				use_names[spec->command.needs[i].use],
				spec->command.needs[i].because);
}

/* A value that is neither JSON nor key=value. */
#define BROKEN "'{broken'"

/* A command line behind QUIET, and exactly what it needs and opens. */
struct option_line {
	const char *line;
	const char *uses;
	const char *accesses;
};

/* These, and no other. */
static inline void check_accesses(const struct spec *spec, const char *line, const char *accesses)
{
	auto_strings struct strings wanted = {0};

	assert_null(words_split(accesses, &wanted));
	for (size_t i = 0; i < wanted.count; i++)
		if (!has_access(spec, wanted.items[i]))
			fail_msg("'%s' has no '%s'", line, wanted.items[i]);
	for (size_t i = 0; i < spec->command.access_count; i++) {
		auto_free char *word = access_word(&spec->command.accesses[i]);

		if (!strings_contain(&wanted, word))
			fail_msg("'%s' has '%s'", line, word);
	}
}

static inline void check_lines(const struct option_line *lines, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		auto_free char *line = xasprintf(QUIET "%s", lines[i].line);
		auto_spec struct spec *spec = read_line(line);

		check_uses(spec, lines[i].line, lines[i].uses);
		check_accesses(spec, lines[i].line, lines[i].accesses);
	}
}

#endif
