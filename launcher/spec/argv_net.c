/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/memory.h"
#include "base/qopt.h"
#include "spec/argv_reader.h"

/* libslirp: smb= starts smbd, and a guestfwd to cmd: a program (QEMU net/slirp.c). */
static void net_user(struct argv_reader *reader, const struct argv_values *values)
{
	const char *tftp = argv_value(values, "tftp");

	argv_need(reader, SPEC_USE_USER_NETWORK);
	argv_read_path(reader, "/etc/resolv.conf");
	if (tftp)
		argv_directory(reader, tftp, false);
	if (argv_value(values, "smb"))
		argv_need(reader, SPEC_USE_OUTSIDE);
	for (size_t i = 0; i < values->keys.count; i++)
		if (text_starts_with(values->keys.items[i], "guestfwd") &&
			strstr(values->values.items[i], "cmd:"))
			argv_need(reader, SPEC_USE_SPAWN);
}

/* Keys that the helper is for; the others are those of a tap that was made. */
static bool is_of_helper(const char *key)
{
	return strcmp(key, "type") == 0 || strcmp(key, "br") == 0 || strcmp(key, "helper") == 0;
}

/*
 * qemu-bridge-helper is set-user-id, or needs rights that QEMU has not in its sandbox: the tap is
 * made before. A file's network cannot be changed, and the helper is left to it.
 */
static void net_bridge(struct argv_reader *reader, const struct argv_values *values)
{
	struct spec_command *command = &reader->spec->command;
	const char *bridge = argv_value(values, "br");
	struct text others = {0};
	struct spec_bridge *made;

	if (reader->word == ARGV_NO_WORD) {
		argv_need(reader, SPEC_USE_OUTSIDE);
		return;
	}
	argv_need(reader, SPEC_USE_TAP);
	made = array_push(&command->bridges, &command->bridge_count, sizeof(*made));
	made->word = reader->word;
	made->bridge = xstrdup(bridge ? bridge : "br0");
	made->helper = xstrdup(argv_value(values, "helper"));
	for (size_t i = 0; i < values->keys.count; i++)
		if (!is_of_helper(values->keys.items[i]))
			qopt_add(&others, values->keys.items[i], values->values.items[i]);
	made->others = text_take(&others);
}

static bool is_no(const char *script)
{
	return text_equal(script, "no") || text_equal(script, "");
}

/* Without script=no QEMU runs /etc/qemu-ifup, which configures interfaces (QEMU net/tap.c). */
static void net_tap(struct argv_reader *reader, const struct argv_values *values)
{
	bool inherited = argv_value(values, "fd") || argv_value(values, "fds");

	argv_need(reader, SPEC_USE_TAP);
	if (argv_is_on(values, "vhost") || argv_value(values, "vhostfd") ||
		argv_value(values, "vhostfds") || argv_is_on(values, "vhostforce")) {
		argv_need(reader, SPEC_USE_VHOST);
		argv_device_path(reader, "/dev/vhost-net");
	}
	if (inherited)
		return;
	if (argv_value(values, "helper")) {
		net_bridge(reader, values);
		return;
	}
	argv_device_path(reader, "/dev/net/tun");
	if (!is_no(argv_value(values, "script")) || !is_no(argv_value(values, "downscript")))
		argv_need(reader, SPEC_USE_OUTSIDE);
}

static void net_socket(struct argv_reader *reader, const struct argv_values *values)
{
	if (argv_value(values, "fd"))
		argv_need(reader, SPEC_USE_SOCKET_FD);
	if (argv_value(values, "listen"))
		argv_need(reader, SPEC_USE_TCP_LISTEN);
	if (argv_value(values, "connect"))
		argv_need(reader, SPEC_USE_TCP_CLIENT);
	if (argv_value(values, "mcast") || argv_value(values, "udp"))
		argv_need(reader, SPEC_USE_USER_NETWORK);
}

/* stream, dgram: addr.type, local.type, remote.type */
static void net_stream(struct argv_reader *reader, const struct argv_values *values)
{
	bool server = argv_is_on(values, "server");

	for (size_t i = 0; i < values->keys.count; i++) {
		const char *key = values->keys.items[i];
		const char *value = values->values.items[i];

		if (text_ends_with(key, ".path"))
			argv_socket_path(reader, value, server || text_starts_with(key, "local."));
		if (!text_ends_with(key, ".type"))
			continue;
		if (strcmp(value, "fd") == 0) {
			argv_need(reader, SPEC_USE_SOCKET_FD);
		} else if (strcmp(value, "unix") == 0) {
			argv_need(reader, SPEC_USE_UNIX_LISTEN);
			argv_need(reader, SPEC_USE_UNIX_CLIENT);
		} else {
			argv_need(reader, server ? SPEC_USE_TCP_LISTEN : SPEC_USE_TCP_CLIENT);
			argv_need(reader, SPEC_USE_USER_NETWORK);
		}
	}
}

static void net_vdpa(struct argv_reader *reader, const struct argv_values *values)
{
	argv_need(reader, SPEC_USE_VHOST);
	argv_device_path(reader, argv_value(values, "vhostdev"));
}

static void net_vde(struct argv_reader *reader, const struct argv_values *values)
{
	argv_need(reader, SPEC_USE_UNIX_CLIENT);
	argv_need(reader, SPEC_USE_UNIX_LISTEN);
	if (argv_value(values, "sock"))
		argv_directory(reader, argv_value(values, "sock"), true);
	else
		argv_need(reader, SPEC_USE_ANY_FILE);
}

static void net_outside(struct argv_reader *reader, const struct argv_values *values)
{
	(void)values;
	argv_need(reader, SPEC_USE_OUTSIDE);
}

static void net_nothing(struct argv_reader *reader, const struct argv_values *values)
{
	(void)reader;
	(void)values;
}

static const struct {
	const char *type;
	void (*read)(struct argv_reader *reader, const struct argv_values *values);
} types[] = {
	{"user", net_user},
	{"tap", net_tap},
	{"bridge", net_bridge},
	{"passt", net_outside}, /* makes namespaces */
	{"l2tpv3", net_outside},
	{"af-xdp", net_outside},
	{"socket", net_socket},
	{"stream", net_stream},
	{"dgram", net_stream},
	{"vhost-vdpa", net_vdpa},
	{"vde", net_vde},
	{"vhost-user", net_nothing}, /* its socket is a chardev */
	{"hubport", net_nothing},
	{"nic", net_nothing},
	{"none", net_nothing},
};

void argv_netdev(struct argv_reader *reader, const char *value)
{
	auto_argv_values struct argv_values values = {0};
	const char *type;

	reader->network = true;
	if (argv_values_read(value, "type", &values)) {
		type = argv_value(&values, "type");
		for (size_t i = 0; i < ARRAY_COUNT(types); i++) {
			if (text_equal(type, types[i].type)) {
				types[i].read(reader, &values);
				return;
			}
		}
	}
	argv_need(reader, SPEC_USE_NOT_KNOWN);
}

void argv_incoming(struct argv_reader *reader, const char *value)
{
	argv_need(reader, SPEC_USE_MIGRATION);
	argv_need(reader, SPEC_USE_POSTCOPY);
	if (text_starts_with(value, "exec:") || strstr(value, "\"exec\""))
		argv_need(reader, SPEC_USE_SPAWN);
	else if (text_starts_with(value, "unix:"))
		argv_socket_path(reader, value + strlen("unix:"), true);
	else if (text_starts_with(value, "file:")) {
		auto_free char *path =
			xstrndup(value + strlen("file:"), strcspn(value + strlen("file:"), ","));

		argv_read_path(reader, path);
	} else if (text_starts_with(value, "rdma:"))
		argv_need(reader, SPEC_USE_OUTSIDE);
	else if (value[0] == '{' || text_starts_with(value, "channel"))
		argv_need(reader, SPEC_USE_ANY_FILE);
}
