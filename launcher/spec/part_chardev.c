/* SPDX-License-Identifier: MIT */
#include "spec/part_rows.h"

#define CHARDEV "domain/devices/{chardev}"

static const struct part rows[] = {
	HONOUR_MANY(CHARDEV, VALUE_NONE),
	DECIDE("domain/devices/channel@type",
		"pty stdio file null unix tcp dev pipe vc spicevmc spiceport qemu-vdagent"),
	DECIDE(CHARDEV "@type", "pty stdio file null unix tcp dev pipe vc spiceport"),
	ACCEPT("domain/devices/console@tty", VALUE_TEXT, "the terminal of a running VM"),
	HONOUR(CHARDEV "/source", VALUE_NONE),
	HONOUR(CHARDEV "/source@path", VALUE_TEXT),
	NEED(CHARDEV "/source@mode", "bind connect"),
	HONOUR(CHARDEV "/source@host", VALUE_TEXT),
	NEED(CHARDEV "/source@service", VALUE_PORT),
	ACCEPT(CHARDEV "/source@tls", "no", "no TLS is what there is"),
	NEED(CHARDEV "/source@append", VALUE_ON_OFF),
	HONOUR(CHARDEV "/source@channel", VALUE_TEXT),
	ACCEPT_WHOLE(CHARDEV "/source/seclabel", "a label that libvirt gives to the file"),
	HONOUR(CHARDEV "/source/reconnect", VALUE_NONE),
	NEED(CHARDEV "/source/reconnect@enabled", VALUE_YES_NO),
	HONOUR(CHARDEV "/source/reconnect@timeout", VALUE_COUNT),
	HONOUR(CHARDEV "/source/clipboard", VALUE_NONE),
	NEED(CHARDEV "/source/clipboard@copypaste", VALUE_YES_NO),
	HONOUR(CHARDEV "/source/mouse", VALUE_NONE),
	NEED(CHARDEV "/source/mouse@mode", "client server"),
	HONOUR(CHARDEV "/protocol", VALUE_NONE),
	DECIDE(CHARDEV "/protocol@type", "raw telnet"),
	HONOUR(CHARDEV "/log", VALUE_NONE),
	NEED(CHARDEV "/log@file", VALUE_TEXT),
	NEED(CHARDEV "/log@append", VALUE_ON_OFF),
	HONOUR(CHARDEV "/target", VALUE_NONE),
	DECIDE("domain/devices/serial/target@type",
		"isa-serial usb-serial pci-serial system-serial isa-debug"),
	DECIDE("domain/devices/console/target@type", "serial virtio"),
	DECIDE("domain/devices/channel/target@type", "virtio"),
	HONOUR("domain/devices/channel/target@name", VALUE_TEXT),
	ACCEPT("domain/devices/channel/target@state", "connected disconnected",
		"the state of a running VM"),
	HONOUR(CHARDEV "/target@port", "0..255"),
	HONOUR("domain/devices/serial/target/model", VALUE_NONE),
	DECIDE("domain/devices/serial/target/model@name",
		"isa-serial usb-serial pci-serial pl011 16550a isa-debugcon"),
};

PART_TABLE(part_chardev_table, "domain/devices", rows);
