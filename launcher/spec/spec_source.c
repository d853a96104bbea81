/* SPDX-License-Identifier: MIT */
#include "spec/read.h"

#include "spec/field.h"
#include "spec/node.h"
#include "spec/parse.h"

static const char *const kind_names[] = {"", "file", "block", "network", NULL};

static const struct field file_fields[] = {
	FIELD_LINE("", struct spec_source, line),
	FIELD("@file", struct spec_source, path),
};

static const struct field block_fields[] = {
	FIELD_LINE("", struct spec_source, line),
	FIELD("@dev", struct spec_source, path),
};

static const struct field network_fields[] = {
	FIELD_LINE("", struct spec_source, line),
	FIELD("@protocol", struct spec_source, protocol),
	FIELD("@name", struct spec_source, export),
	FIELD("@query", struct spec_source, query),
	FIELD("initiator/iqn@name", struct spec_source, initiator),
	FIELD("auth@username", struct spec_source, user),
	FIELD("auth/secret@usage", struct spec_source, secret),
	FIELD("auth/secret@uuid", struct spec_source, secret_uuid),
	FIELD_CHOICE("ssl@verify", struct spec_source, verify_tls),
};

static const struct field tcp_fields[] = {
	FIELD("host@name", struct spec_source, host),
	FIELD("host@port", struct spec_source, port),
};

static const struct field unix_fields[] = {
	FIELD("host@socket", struct spec_source, socket),
};

static void read_host(struct places *places, xmlNode *element, struct spec_source *source)
{
	xmlNode *host = element_child(element, "host");

	if (attribute_is(host, "transport", "unix")) {
		FIELDS_READ(places, element, unix_fields, source);
		if (!source->socket)
			report_missing(places, host, "attribute 'socket'");
	} else {
		FIELDS_READ(places, element, tcp_fields, source);
		if (host && !source->host)
			report_missing(places, host, "attribute 'name'");
	}
	if (!host)
		report_missing(places, element, "<host>");
}

/* A password that libvirt keeps is told by the kind of its use, too. */
static void read_secret(struct places *places, xmlNode *element)
{
	xmlNode *auth = element_child(element, "auth");
	xmlNode *secret = auth ? element_child(auth, "secret") : NULL;

	if (secret && !attribute_is(secret, "type", "iscsi"))
		report_missing(places, secret, "attribute 'type'");
}

static void read_network(struct places *places, xmlNode *element, struct spec_source *source)
{
	source->kind = SPEC_SOURCE_NETWORK;
	FIELDS_READ(places, element, network_fields, source);
	if (!source->protocol)
		report_missing(places, element, "attribute 'protocol'");
	read_host(places, element, source);
	read_secret(places, element);
}

void read_source(
	struct places *places, const char *type, xmlNode *source, struct spec_source *ret_source)
{
	enum spec_source_kind kind = SPEC_SOURCE_FILE;

	for (int i = 1; type && kind_names[i]; i++)
		if (text_equal(type, kind_names[i]))
			kind = (enum spec_source_kind)i;
	if (!source)
		return;
	if (kind == SPEC_SOURCE_NETWORK) {
		read_network(places, source, ret_source);
		return;
	}
	if (kind == SPEC_SOURCE_FILE)
		FIELDS_READ(places, source, file_fields, ret_source);
	else
		FIELDS_READ(places, source, block_fields, ret_source);
	/* an empty tray: <source> without a file, or with an empty one */
	ret_source->kind = ret_source->path ? kind : SPEC_SOURCE_NONE;
}

void clear_source(struct spec_source *source)
{
	FIELDS_CLEAR(file_fields, source);
	FIELDS_CLEAR(network_fields, source);
	FIELDS_CLEAR(tcp_fields, source);
	FIELDS_CLEAR(unix_fields, source);
}
