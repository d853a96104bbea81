/* SPDX-License-Identifier: MIT */
#include "spec/part_rows.h"

#define WORDS_FORMAT "raw qcow2 vmdk vdi vhdx"
#define WORDS_PROTOCOL "nbd iscsi http https"
#define DISK "domain/devices/disk"
#define BACKING "domain/devices/disk/backingStore"

/* <source> of a disk and of an image below it. */
#define SOURCE(path)                                                                               \
	HONOUR(path "/source", VALUE_NONE), HONOUR(path "/source@file", VALUE_TEXT),               \
		HONOUR(path "/source@dev", VALUE_TEXT),                                            \
		DECIDE(path "/source@protocol", WORDS_PROTOCOL),                                   \
		HONOUR(path "/source@name", VALUE_TEXT), HONOUR(path "/source@query", VALUE_TEXT), \
		ACCEPT(path "/source@index", VALUE_COUNT, "libvirt's number of an open image"),    \
		ACCEPT(path "/source@tls", "no", "no TLS is what there is"),                       \
		ACCEPT_WHOLE(path "/source/seclabel", "a label that libvirt gives to the file"),   \
		HONOUR(path "/source/host", VALUE_NONE),                                           \
		HONOUR(path "/source/host@transport", "tcp unix"),                                 \
		HONOUR(path "/source/host@name", VALUE_TEXT),                                      \
		HONOUR(path "/source/host@port", VALUE_PORT),                                      \
		HONOUR(path "/source/host@socket", VALUE_TEXT),                                    \
		HONOUR(path "/source/initiator", VALUE_NONE),                                      \
		HONOUR(path "/source/initiator/iqn", VALUE_NONE),                                  \
		NEED(path "/source/initiator/iqn@name", VALUE_TEXT),                               \
		HONOUR(path "/source/ssl", VALUE_NONE),                                            \
		HONOUR(path "/source/ssl@verify", VALUE_YES_NO)

static const struct part rows[] = {
	HONOUR_MANY(DISK, VALUE_NONE),
	DECIDE(DISK "@type", "file block network"),
	DECIDE(DISK "@device", "disk cdrom floppy lun"),
	DECIDE(DISK "@model", "virtio virtio-transitional virtio-non-transitional"),
	ACCEPT(DISK "@snapshot", "internal external manual no", "steers libvirt's own snapshots"),
	SOURCE(DISK),
	HONOUR(DISK "/source@startupPolicy", "mandatory requisite optional"),
	HONOUR(DISK "/driver@name", "qemu"),
	DECIDE(DISK "/driver@type", WORDS_FORMAT),
	HONOUR(DISK "/driver@cache", "default none writethrough writeback directsync unsafe"),
	HONOUR(DISK "/driver@io", "threads native io_uring"),
	HONOUR(DISK "/driver@discard", "ignore unmap"),
	HONOUR(DISK "/driver@detect_zeroes", "off on unmap"),
	HONOUR(DISK "/driver@error_policy", "stop report ignore enospace"),
	HONOUR(DISK "/driver@rerror_policy", "stop report ignore"),
	HONOUR(DISK "/driver@copy_on_read", VALUE_ON_OFF),
	HONOUR(DISK "/driver@discard_no_unref", VALUE_ON_OFF),
	HONOUR(DISK "/driver@ioeventfd", VALUE_ON_OFF),
	HONOUR(DISK "/driver@event_idx", VALUE_ON_OFF),
	HONOUR(DISK "/driver@iothread", "1..4294967295"),
	HONOUR(DISK "/driver@queues", "1..65535"),
	HONOUR(DISK "/driver@queue_size", "1..32768"),
	HONOUR(DISK "/driver/metadata_cache", VALUE_NONE),
	HONOUR(DISK "/driver/metadata_cache/max_size", VALUE_TEXT),
	HONOUR(DISK "/driver/metadata_cache/max_size@unit", VALUE_TEXT),
	HONOUR(DISK "/target", VALUE_NONE),
	NEED(DISK "/target@dev", VALUE_TEXT),
	DECIDE(DISK "/target@bus", "virtio scsi sata ide usb nvme fdc"),
	HONOUR(DISK "/target@tray", "open closed"),
	HONOUR(DISK "/target@removable", VALUE_ON_OFF),
	HONOUR(DISK "/target@rotation_rate", "1..65534"),
	HONOUR(DISK "/readonly", VALUE_NONE),
	HONOUR(DISK "/shareable", VALUE_NONE),
	HONOUR(DISK "/transient", VALUE_NONE),
	HONOUR(DISK "/serial", VALUE_TEXT),
	HONOUR(DISK "/wwn", VALUE_TEXT),
	HONOUR(DISK "/vendor", VALUE_TEXT),
	HONOUR(DISK "/product", VALUE_TEXT),
	HONOUR(DISK "/geometry", VALUE_NONE),
	NEED(DISK "/geometry@cyls", "1..4294967295"),
	NEED(DISK "/geometry@heads", "1..4294967295"),
	NEED(DISK "/geometry@secs", "1..4294967295"),
	HONOUR(DISK "/blockio", VALUE_NONE),
	HONOUR(DISK "/blockio@logical_block_size", VALUE_COUNT),
	HONOUR(DISK "/blockio@physical_block_size", VALUE_COUNT),
	HONOUR(DISK "/blockio@discard_granularity", "0..2147483647"),

	HONOUR_FLAGS(BACKING, VALUE_NONE, PART_NESTS),
	NEED(BACKING "@type", "file block network"),
	ACCEPT(BACKING "@index", VALUE_COUNT, "libvirt's number of an open image"),
	HONOUR(BACKING "/format", VALUE_NONE),
	NEED(BACKING "/format@type", WORDS_FORMAT),
	SOURCE(BACKING),
};

PART_TABLE(part_disk_table, DISK, rows);
