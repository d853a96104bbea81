/* SPDX-License-Identifier: MIT */
/*
 * What holds the bytes of a disk or a variable store: a file, a block device, or a server (QEMU
 * qapi/block-core.json, BlockdevOptionsFile, …Nbd, …Iscsi, …CurlHttp).
 */
#include <string.h>

#include "base/memory.h"
#include "base/number.h"
#include "plan/arguments.h"
#include "plan/cage.h"
#include "plan/disk.h"
#include "plan/json.h"
#include "plan/plan.h"
#include "plan/refusals.h"
#include "spec/spec.h"

struct protocol_port {
	const char *protocol;
	unsigned int port;
};

static const struct protocol_port protocol_ports[] = {
	{"nbd", 10809}, {"iscsi", 3260}, {"http", 80}, {"https", 443}};

/* The last is what is left: the reader lets no other protocol through. */
static unsigned int source_port(const struct spec_source *source)
{
	size_t i = 0;

	if (source->port > 0)
		return source->port;
	while (i + 1 < ARRAY_COUNT(protocol_ports) &&
		strcmp(protocol_ports[i].protocol, source->protocol) != 0)
		i++;
	return protocol_ports[i].port;
}

static void add_nbd(const struct arguments *arguments, const struct spec_source *source,
	struct json_object *node)
{
	struct json_object *server = json_new();
	auto_free char *port = xasprintf("%u", source_port(source));

	json_add_text(node, "driver", "nbd");
	json_add_text(server, "type", source->socket ? "unix" : "inet");
	if (source->socket) {
		json_add_text(server, "path", source->socket);
		cage_policy(arguments->plan, "unix-client");
	} else {
		json_add_text(server, "host", source->host);
		json_add_text(server, "port", port);
	}
	json_add_object(node, "server", server);
	if (source->export)
		json_add_text(node, "export", source->export);
}

/* libvirt, virStorageSourceISCSI: <source name='TARGET/LUN'>. */
static void add_iscsi(const struct arguments *arguments, const struct spec_source *source,
	struct json_object *node)
{
	const char *slash = source->export ? strrchr(source->export, '/') : NULL;
	auto_free char *target = NULL;
	auto_free char *portal =
		xasprintf("%s:%u", source->host ? source->host : "", source_port(source));
	uint64_t lun = 0;

	if (!source->export || source->socket)
		refuse(arguments->refusals, source->line,
			"iSCSI has a <source name='TARGET/LUN'> and a <host name=…>");
	if (slash)
		refuse_error(arguments->refusals, source->line,
			error_while(number_parse(slash + 1, 0, 16383, &lun),
				"the LUN behind '/' in name="));
	target = source->export ? xstrndup(source->export, slash ? (size_t)(slash - source->export)
								 : strlen(source->export))
				: xstrdup("");
	json_add_text(node, "driver", "iscsi");
	json_add_text(node, "portal", portal);
	json_add_text(node, "target", target);
	json_add_number(node, "lun", (int64_t)lun);
	json_add_text(node, "transport", "tcp");
	if (source->initiator)
		json_add_text(node, "initiator-name", source->initiator);
}

static void add_http(const struct arguments *arguments, const struct spec_source *source,
	struct json_object *node, bool read_only)
{
	auto_free char *url =
		xasprintf("%s://%s:%u/%s%s%s", source->protocol, source->host ? source->host : "",
			source_port(source), source->export ? source->export : "",
			source->query ? "?" : "", source->query ? source->query : "");

	if (source->socket)
		refuse(arguments->refusals, source->line, "a disk over %s has a <host name=…>",
			source->protocol);
	if (!read_only)
		refuse(arguments->refusals, source->line,
			"a disk over %s cannot be written; add <readonly/>", source->protocol);
	json_add_text(node, "driver", source->protocol);
	json_add_text(node, "url", url);
	if (source->verify_tls != CHOICE_UNSET)
		json_add_bool(node, "sslverify", source->verify_tls == CHOICE_YES);
}

void source_add_network(const struct arguments *arguments, const struct spec_source *source,
	struct json_object *node, bool read_only)
{
	if (!source->socket) {
		cage_policy(arguments->plan, "tcp-client");
		cage_resolver(arguments->plan);
		arguments->plan->sandbox.any_connect = true; /* servers send their clients on */
	}
	if (strcmp(source->protocol, "nbd") == 0)
		add_nbd(arguments, source, node);
	else if (strcmp(source->protocol, "iscsi") == 0)
		add_iscsi(arguments, source, node);
	else
		add_http(arguments, source, node, read_only);
}

/* An optical drive of the host is asked whether it holds a disc. */
static const char *block_driver(const struct spec_disk *disk, const struct spec_source *source)
{
	bool optical = disk->device == SPEC_DISK_CDROM &&
		       (text_starts_with(source->path, "/dev/sr") ||
			       text_starts_with(source->path, "/dev/cdrom"));

	return optical ? "host_cdrom" : "host_device";
}

void disk_add_source(const struct arguments *arguments, const struct spec_disk *disk,
	const struct spec_source *source, struct json_object *node, bool read_only)
{
	struct plan *plan = arguments->plan;

	switch (source->kind) {
	case SPEC_SOURCE_FILE:
		json_add_text(node, "driver", "file");
		json_add_text(node, "filename", source->path);
		cage_file(plan, source->path, !read_only);
		break;
	case SPEC_SOURCE_BLOCK:
		json_add_text(node, "driver", block_driver(disk, source));
		json_add_text(node, "filename", source->path);
		cage_policy(plan, "block-device");
		cage_device(plan, source->path);
		break;
	case SPEC_SOURCE_NETWORK:
		source_add_network(arguments, source, node, read_only);
		break;
	case SPEC_SOURCE_NONE:;
	}
}
