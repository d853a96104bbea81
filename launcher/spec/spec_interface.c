/* SPDX-License-Identifier: MIT */
#include "spec/read.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "spec/field.h"
#include "spec/node.h"

static const char *const kind_names[] = {"user", "bridge", "ethernet", "direct", "null", NULL};

static const struct field fields[] = {
	FIELD_NAME("@type", struct spec_interface, kind, kind_names),
	FIELD("mac@address", struct spec_interface, mac),
	FIELD("model@type", struct spec_interface, model),
	FIELD("driver@name", struct spec_interface, driver),
	FIELD("driver@txmode", struct spec_interface, tx_mode),
	FIELD_CHOICE("driver@ioeventfd", struct spec_interface, ioeventfd),
	FIELD_CHOICE("driver@event_idx", struct spec_interface, event_idx),
	FIELD("driver@queues", struct spec_interface, queues),
	FIELD("driver@rx_queue_size", struct spec_interface, rx_queue_size),
	FIELD("driver@tx_queue_size", struct spec_interface, tx_queue_size),
	FIELD("mtu@size", struct spec_interface, mtu),
	FIELD("link@state", struct spec_interface, link),
};

static const struct field user_fields[] = {
	FIELD("source@dev", struct spec_interface, source),
	FIELD("backend@type", struct spec_interface, backend),
	FIELD("backend@logFile", struct spec_interface, backend_log_file),
};

static const struct field bridge_fields[] = {
	FIELD("source@bridge", struct spec_interface, source),
};

static const struct field ethernet_fields[] = {
	FIELD_CHOICE("target@managed", struct spec_interface, target_managed),
};

static const struct field direct_fields[] = {
	FIELD("source@dev", struct spec_interface, source),
	FIELD("source@mode", struct spec_interface, source_mode),
};

static const struct field tap_fields[] = {
	FIELD("target@dev", struct spec_interface, target),
	FIELD("backend@tap", struct spec_interface, tap_device),
	FIELD("backend@vhost", struct spec_interface, vhost_device),
};

static const struct field ip_fields[] = {
	FIELD_LINE("", struct spec_ip, line),
	FIELD("@family", struct spec_ip, family),
	FIELD("@address", struct spec_ip, address),
	FIELD("@prefix", struct spec_ip, prefix),
};

static const struct field forward_fields[] = {
	FIELD_LINE("", struct spec_forward, line),
	FIELD("@proto", struct spec_forward, protocol),
	FIELD("@address", struct spec_forward, address),
	FIELD("@dev", struct spec_forward, device),
};

static const struct field range_fields[] = {
	FIELD_LINE("", struct spec_forward_range, line),
	FIELD("@start", struct spec_forward_range, start),
	FIELD("@end", struct spec_forward_range, end),
	FIELD("@to", struct spec_forward_range, to),
	FIELD("@exclude", struct spec_forward_range, exclude),
};

static void read_forward(struct places *places, xmlNode *element, struct spec_forward *forward)
{
	FIELDS_READ(places, element, forward_fields, forward);
	if (!forward->protocol)
		report_missing(places, element, "attribute 'proto'");
	for (xmlNode *range = element_child(element, "range"); range; range = element_next(range)) {
		struct spec_forward_range *record =
			array_push(&forward->ranges, &forward->range_count, sizeof(*record));

		FIELDS_READ(places, range, range_fields, record);
		if (record->start == 0)
			report_missing(places, range, "attribute 'start'");
		else if (record->end > 0 && record->end < record->start)
			place_wrong(places, record->line, "end of <range> is below its start");
	}
}

static void read_user(struct places *places, xmlNode *element, struct spec_interface *interface)
{
	FIELDS_READ(places, element, user_fields, interface);
	for (xmlNode *ip = element_child(element, "ip"); ip; ip = element_next(ip)) {
		struct spec_ip *record =
			array_push(&interface->ips, &interface->ip_count, sizeof(*record));

		FIELDS_READ(places, ip, ip_fields, record);
		if (!record->address)
			report_missing(places, ip, "attribute 'address'");
	}
	for (xmlNode *forward = element_child(element, "portForward"); forward;
		forward = element_next(forward))
		read_forward(places, forward,
			array_push(&interface->forwards, &interface->forward_count,
				sizeof(*interface->forwards)));
}

/* Six bytes in hexadecimal, the lowest bit of the first clear: not a group's address (IEEE 802). */
static bool mac_is_good(const char *mac)
{
	for (size_t i = 0; i < strlen("00:00:00:00:00:00"); i++)
		if (i % 3 == 2 ? mac[i] != ':' : !isxdigit((unsigned char)mac[i]))
			return false;
	return mac[strlen("00:00:00:00:00:00")] == '\0' && !strchr("13579bdfBDF", mac[1]);
}

static void read_kind(struct places *places, xmlNode *element, struct spec_interface *interface)
{
	switch (interface->kind) {
	case SPEC_INTERFACE_USER:
		read_user(places, element, interface);
		break;
	case SPEC_INTERFACE_BRIDGE:
		FIELDS_READ(places, element, bridge_fields, interface);
		FIELDS_READ(places, element, tap_fields, interface);
		if (!interface->source)
			report_missing(places, element, "<source bridge=…>");
		break;
	case SPEC_INTERFACE_ETHERNET:
		FIELDS_READ(places, element, ethernet_fields, interface);
		FIELDS_READ(places, element, tap_fields, interface);
		break;
	case SPEC_INTERFACE_DIRECT:
		FIELDS_READ(places, element, direct_fields, interface);
		FIELDS_READ(places, element, tap_fields, interface);
		if (!interface->source)
			report_missing(places, element, "<source dev=…>");
		break;
	case SPEC_INTERFACE_NULL:
		break;
	}
}

static void read_interface(
	struct places *places, xmlNode *element, struct spec_interface *interface)
{
	auto_free char *mac = NULL;

	read_common(places, element, &interface->common);
	if (!xmlHasProp(element, (const xmlChar *)"type")) {
		report_missing(places, element, "attribute 'type'");
		return;
	}
	FIELDS_READ(places, element, fields, interface);
	read_kind(places, element, interface);
	if (interface->mac && !mac_is_good(interface->mac)) {
		mac = shown(interface->mac);
		place_wrong(places, interface->common.line,
			"'%s' is not the MAC address of one card", mac);
	}
}

void read_interfaces(struct places *places, xmlNode *devices, struct spec *spec)
{
	for (xmlNode *element = element_child(devices, "interface"); element;
		element = element_next(element))
		read_interface(places, element,
			array_push(&spec->interfaces, &spec->interface_count,
				sizeof(*spec->interfaces)));
}

static void clear_interface(struct spec_interface *interface)
{
	clear_common(&interface->common);
	FIELDS_CLEAR(fields, interface);
	FIELDS_CLEAR(user_fields, interface);
	FIELDS_CLEAR(direct_fields, interface);
	FIELDS_CLEAR(tap_fields, interface);
	for (size_t i = 0; i < interface->ip_count; i++)
		FIELDS_CLEAR(ip_fields, &interface->ips[i]);
	for (size_t i = 0; i < interface->forward_count; i++) {
		FIELDS_CLEAR(forward_fields, &interface->forwards[i]);
		free(interface->forwards[i].ranges);
	}
	free(interface->ips);
	free(interface->forwards);
}

void clear_interfaces(struct spec *spec)
{
	for (size_t i = 0; i < spec->interface_count; i++)
		clear_interface(&spec->interfaces[i]);
	free(spec->interfaces);
}
