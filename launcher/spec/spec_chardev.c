/* SPDX-License-Identifier: MIT */
#include "spec/read.h"

#include <stdlib.h>

#include "spec/field.h"
#include "spec/node.h"

/* In the order of enum spec_chardev_kind. */
static const char *const kind_names[] = {"stdio", "pty", "file", "null", "unix", "tcp", "dev",
	"pipe", "vc", "spicevmc", "spiceport", "qemu-vdagent", NULL};

static const struct field fields[] = {
	FIELD_NAME("@type", struct spec_chardev, kind, kind_names),
	FIELD("log@file", struct spec_chardev, log_file),
	FIELD("log@append", struct spec_chardev, log_append),
	FIELD("target@type", struct spec_chardev, target),
	FIELD("target@port", struct spec_chardev, target_port),
	FIELD("target@name", struct spec_chardev, target_name),
	FIELD("target/model@name", struct spec_chardev, target_model),
};

static const struct field path_fields[] = {
	FIELD("source@path", struct spec_chardev, path),
};

static const struct field file_fields[] = {
	FIELD("source@append", struct spec_chardev, append),
};

static const struct field reconnect_fields[] = {
	FIELD_CHOICE("source/reconnect@enabled", struct spec_chardev, reconnect),
	FIELD("source/reconnect@timeout", struct spec_chardev, reconnect_s),
};

static const struct field tcp_fields[] = {
	FIELD("source@host", struct spec_chardev, host),
	FIELD("source@service", struct spec_chardev, port),
};

static const struct field spice_fields[] = {
	FIELD("source@channel", struct spec_chardev, spice_channel),
};

static const struct field agent_fields[] = {
	FIELD_CHOICE("source/clipboard@copypaste", struct spec_chardev, vdagent_clipboard),
	FIELD("source/mouse@mode", struct spec_chardev, vdagent_mouse),
};

static void read_socket(struct places *places, xmlNode *element, struct spec_chardev *chardev)
{
	/* libvirt's default is connect */
	chardev->listen = attribute_is(element_child(element, "source"), "mode", "bind");
	FIELDS_READ(places, element, reconnect_fields, chardev);
}

static void read_tcp(struct places *places, xmlNode *element, struct spec_chardev *chardev)
{
	read_socket(places, element, chardev);
	FIELDS_READ(places, element, tcp_fields, chardev);
	chardev->telnet = attribute_is(element_child(element, "protocol"), "type", "telnet");
	if (chardev->port == 0)
		report_missing(places, element, "<source service=…>");
	if (!chardev->host && !chardev->listen)
		report_missing(places, element, "<source host=…>");
}

static void need_path(struct places *places, xmlNode *element, const struct spec_chardev *chardev)
{
	if (!chardev->path)
		report_missing(places, element, "<source path=…>");
}

static void read_kind(struct places *places, xmlNode *element, struct spec_chardev *chardev)
{
	switch (chardev->kind) {
	case SPEC_CHARDEV_PTY:
		/* the path of a running VM's terminal: a new one has its own */
		attribute_is(element_child(element, "source"), "path", "");
		break;
	case SPEC_CHARDEV_FILE:
		FIELDS_READ(places, element, file_fields, chardev);
		FIELDS_READ(places, element, path_fields, chardev);
		need_path(places, element, chardev);
		break;
	case SPEC_CHARDEV_DEV:
	case SPEC_CHARDEV_PIPE:
		FIELDS_READ(places, element, path_fields, chardev);
		need_path(places, element, chardev);
		break;
	case SPEC_CHARDEV_UNIX:
		FIELDS_READ(places, element, path_fields, chardev);
		read_socket(places, element, chardev);
		break;
	case SPEC_CHARDEV_TCP:
		read_tcp(places, element, chardev);
		break;
	case SPEC_CHARDEV_SPICEPORT:
		FIELDS_READ(places, element, spice_fields, chardev);
		if (!chardev->spice_channel)
			report_missing(places, element, "<source channel=…>");
		break;
	case SPEC_CHARDEV_VDAGENT:
		FIELDS_READ(places, element, agent_fields, chardev);
		break;
	case SPEC_CHARDEV_STDIO:
	case SPEC_CHARDEV_NULL:
	case SPEC_CHARDEV_VC:
	case SPEC_CHARDEV_SPICEVMC:
		break;
	}
}

static void read_chardev(struct places *places, xmlNode *element, struct spec_chardev *chardev)
{
	chardev->target_port = -1;
	read_common(places, element, &chardev->common);
	chardev->line = chardev->common.line;
	if (!xmlHasProp(element, (const xmlChar *)"type")) {
		report_missing(places, element, "attribute 'type'");
		return;
	}
	FIELDS_READ(places, element, fields, chardev);
	read_kind(places, element, chardev);
}

static void read_list(
	struct places *places, xmlNode *element, struct spec_chardev **chardevs, size_t *count)
{
	for (; element; element = element_next(element))
		read_chardev(places, element, array_push(chardevs, count, sizeof(**chardevs)));
}

void read_chardevs(struct places *places, xmlNode *devices, struct spec *spec)
{
	read_list(places, element_child(devices, "serial"), &spec->serials, &spec->serial_count);
	read_list(places, element_child(devices, "console"), &spec->consoles, &spec->console_count);
	read_list(places, element_child(devices, "parallel"), &spec->parallels,
		&spec->parallel_count);
	read_list(places, element_child(devices, "channel"), &spec->channels, &spec->channel_count);
}

static void clear_list(struct spec_chardev *chardevs, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		clear_common(&chardevs[i].common);
		FIELDS_CLEAR(fields, &chardevs[i]);
		FIELDS_CLEAR(path_fields, &chardevs[i]);
		FIELDS_CLEAR(tcp_fields, &chardevs[i]);
		FIELDS_CLEAR(spice_fields, &chardevs[i]);
		FIELDS_CLEAR(agent_fields, &chardevs[i]);
	}
	free(chardevs);
}

void clear_chardevs(struct spec *spec)
{
	clear_list(spec->serials, spec->serial_count);
	clear_list(spec->consoles, spec->console_count);
	clear_list(spec->parallels, spec->parallel_count);
	clear_list(spec->channels, spec->channel_count);
}
