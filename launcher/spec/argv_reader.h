/* SPDX-License-Identifier: MIT */
/*
 * What the readers of QEMU's options share: the spec that they fill and the words that they add to
 * it. A reader takes the value of one option; the option's name is reader->option.
 */
#ifndef SLIPWAY_SPEC_ARGV_READER_H
#define SLIPWAY_SPEC_ARGV_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/text.h"
#include "spec/spec.h"

/* A -blockdev node, to find the file behind -machine pflash0=NODE. Texts are owned. */
struct argv_node {
	char *name;
	char *below; /* the node that `file` names */
	char *filename;
	char *format;
	bool readonly;
};

#define ARGV_NO_WORD SIZE_MAX

struct argv_reader {
	struct spec *spec;
	const char *directory;
	const char *option; /* "-drive" */
	const char *value;  /* as given, or NULL */
	size_t word;        /* the number of the value's word; ARGV_NO_WORD: from a file */
	struct argv_node *nodes;
	size_t node_count;
	struct strings sockets;  /* ids of chardevs that are inherited sockets */
	struct strings monitors; /* ids of chardevs that a monitor is on */
	char *flash_nodes[2];
	size_t next_flash;  /* the unit of the next -pflash */
	unsigned int depth; /* of json: images within each other */
	bool no_defaults, network, display, graphic_off;
};

/* "key=value,key=value" or JSON, as two lists of the same length. Nested JSON members have names
 * with dots, as in QEMU's own key=value form. */
struct argv_values {
	struct strings keys, values;
};

/* `implied` is the key of a first part without "=", or NULL. False where it cannot be read. */
bool argv_values_read(const char *text, const char *implied, struct argv_values *ret_values);
void argv_values_clear(struct argv_values *values);
#define auto_argv_values CLEANUP(argv_values_clear)

/* The last value of that key, or NULL. */
const char *argv_value(const struct argv_values *values, const char *key);
/* Whether it is "on", "yes", "true", or the key stands alone. */
bool argv_is_on(const struct argv_values *values, const char *key);
bool argv_is_off(const struct argv_values *values, const char *key);

/* argv_json.c: the members of a JSON object added to *values. False where it is none. */
bool argv_json_read(const char *text, struct argv_values *values);

/* Adds a need, because of the current option. */
void argv_need(struct argv_reader *reader, enum spec_use use);
/* A path that QEMU opens; NULL and "" are passed over. */
void argv_read_path(struct argv_reader *reader, const char *path);
void argv_write_path(struct argv_reader *reader, const char *path);
void argv_device_path(struct argv_reader *reader, const char *path);
void argv_directory(struct argv_reader *reader, const char *path, bool write);
/* A file that QEMU makes where it is not there. */
void argv_output_path(struct argv_reader *reader, const char *path);
/* The same of one that it removes again, or makes under more than one name: its directory, too. */
void argv_made_path(struct argv_reader *reader, const char *path);
/* A socket that QEMU makes (`listen`), or connects to. */
void argv_socket_path(struct argv_reader *reader, const char *path, bool listen);
/* argv_disk.c: an image by any name that QEMU's -drive file= takes. */
void argv_image(struct argv_reader *reader, const char *name, const char *format, bool write);
void argv_flash(struct argv_reader *reader, size_t unit, const char *path, const char *format,
	bool readonly);
/* argv_disk.c: after the last option, what -machine pflash0=NODE stands for. */
void argv_resolve_flash(struct argv_reader *reader);

typedef void argv_read_function(struct argv_reader *reader, const char *value);

struct argv_option {
	const char *name; /* without dashes */
	bool takes_value;
	bool may_list; /* "help" or "?" in its value asks for a list */
};

/* The option of that name, or NULL. */
const struct argv_option *argv_option_find(const char *name);

/* Who reads the option of that name; NULL: it is of no interest here. */
argv_read_function *argv_reader_find(const char *name);

/* The name of an option in `word` ("-drive", "--drive"), or NULL where it is none: "-" alone and
 * words without a dash name images. */
const char *argv_option_name(const char *word);

/* argv_disk.c */
argv_read_function argv_drive, argv_blockdev, argv_hard_disk, argv_cdrom, argv_pflash, argv_fsdev,
	argv_snapshot;
/* argv_net.c */
argv_read_function argv_netdev, argv_incoming;
/* argv_chardev.c */
argv_read_function argv_chardev, argv_serial, argv_monitor, argv_mon, argv_gdb, argv_gdb_default,
	argv_vnc, argv_spice, argv_nographic, argv_display;
/* argv_device.c */
argv_read_function argv_device, argv_object, argv_tpmdev, argv_audiodev, argv_audio, argv_usbdevice;
/* argv_machine.c */
argv_read_function argv_machine, argv_accel, argv_enable_kvm, argv_bios, argv_kernel, argv_initrd,
	argv_dtb, argv_name, argv_file, argv_files, argv_made, argv_mem_path, argv_overcommit,
	argv_library, argv_trace, argv_pidfile, argv_daemonize, argv_chroot, argv_runas,
	argv_run_with, argv_sandbox, argv_no_defaults, argv_icount, argv_boot, argv_any_file,
	argv_outside, argv_xen, argv_smbios;
/* argv_config.c */
argv_read_function argv_readconfig;

#endif
