/* SPDX-License-Identifier: MIT */
#include "spec/part_rows.h"

#define CARD "domain/devices/interface"

static const struct part rows[] = {
	HONOUR_MANY(CARD, VALUE_NONE),
	DECIDE(CARD "@type", "user bridge ethernet direct null"),
	ACCEPT(CARD "@trustGuestRxFilters", "no", "no is what there is"),
	HONOUR(CARD "/mac", VALUE_NONE),
	NEED(CARD "/mac@address", VALUE_TEXT),
	ACCEPT(CARD "/mac@type", "generated static", "how libvirt came by the address"),
	ACCEPT(CARD "/mac@check", VALUE_YES_NO, "libvirt's own check of addresses on its host"),
	HONOUR(CARD "/source", VALUE_NONE),
	HONOUR(CARD "/source@bridge", VALUE_TEXT),
	HONOUR(CARD "/source@dev", VALUE_TEXT),
	NEED(CARD "/source@mode", "vepa bridge private passthrough"),
	HONOUR(CARD "/target", VALUE_NONE),
	HONOUR(CARD "/target@dev", VALUE_TEXT),
	NEED(CARD "/target@managed", VALUE_YES_NO),
	HONOUR(CARD "/backend", VALUE_NONE),
	NEED(CARD "/backend@type", "default passt"),
	HONOUR(CARD "/backend@logFile", VALUE_TEXT),
	HONOUR(CARD "/backend@tap", VALUE_TEXT),
	HONOUR(CARD "/backend@vhost", VALUE_TEXT),
	HONOUR_MANY(CARD "/ip", VALUE_NONE),
	NEED(CARD "/ip@address", VALUE_TEXT),
	NEED(CARD "/ip@family", "ipv4 ipv6"),
	NEED(CARD "/ip@prefix", "1..128"),
	HONOUR_MANY(CARD "/portForward", VALUE_NONE),
	NEED(CARD "/portForward@proto", "tcp udp"),
	HONOUR(CARD "/portForward@address", VALUE_TEXT),
	HONOUR(CARD "/portForward@dev", VALUE_TEXT),
	HONOUR_MANY(CARD "/portForward/range", VALUE_NONE),
	NEED(CARD "/portForward/range@start", "1..65535"),
	NEED(CARD "/portForward/range@end", "1..65535"),
	NEED(CARD "/portForward/range@to", "1..65535"),
	NEED(CARD "/portForward/range@exclude", VALUE_YES_NO),
	HONOUR(CARD "/model", VALUE_NONE),
	DECIDE(CARD "/model@type",
		"virtio virtio-transitional virtio-non-transitional e1000 e1000e e1000-82544gc "
		"e1000-82545em igb rtl8139 ne2k_pci ne2k_isa pcnet i82551 i82557b i82559er vmxnet3 "
		"usb-net"),
	HONOUR(CARD "/driver@name", "vhost qemu"),
	HONOUR(CARD "/driver@txmode", "iothread timer"),
	HONOUR(CARD "/driver@ioeventfd", VALUE_ON_OFF),
	HONOUR(CARD "/driver@event_idx", VALUE_ON_OFF),
	HONOUR(CARD "/driver@queues", "1..256"),
	HONOUR(CARD "/driver@rx_queue_size", "256..1024"),
	HONOUR(CARD "/driver@tx_queue_size", "256..1024"),
	HONOUR(CARD "/mtu", VALUE_NONE),
	NEED(CARD "/mtu@size", "68..65535"),
	HONOUR(CARD "/link", VALUE_NONE),
	NEED(CARD "/link@state", "up down"),
};

PART_TABLE(part_network_table, CARD, rows);
