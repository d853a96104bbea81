/* SPDX-License-Identifier: MIT */
/*
 * The request: what a VM's owner wrote, as read from domain XML, with the line of each part;
 * nothing in it was decided, looked up on the host, or filled in by slipway.
 *
 * All texts and arrays are owned by struct spec and live as long as it does. A NULL text or
 * CHOICE_UNSET was not said. Lines are 1-based; 0 = not said in the file.
 *
 * What the XML may hold is in the table of parts (spec/part.h). A member that is filled here and
 * that the plan does not use is a part that is neither honoured nor refused: whoever adds one of
 * them adds the other.
 */
#ifndef SLIPWAY_SPEC_SPEC_H
#define SLIPWAY_SPEC_SPEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/error.h"
#include "base/terms.h"
#include "base/text.h"
#include "spec/command.h"
#include "spec/device.h"
#include "spec/machine.h"

/* <domain type=…>: who executes the guest's instructions. */
enum spec_accel {
	SPEC_ACCEL_TCG, /* type='qemu' */
	SPEC_ACCEL_KVM, /* type='kvm' */
};

/* <os firmware=…> */
enum spec_firmware_kind {
	SPEC_FIRMWARE_UNSET,
	SPEC_FIRMWARE_BIOS,
	SPEC_FIRMWARE_EFI,
};

/* <loader type=…> */
enum spec_loader_type {
	SPEC_LOADER_UNSET,
	SPEC_LOADER_ROM,
	SPEC_LOADER_PFLASH,
};

struct spec_loader {
	bool present;
	int line;
	char *path; /* NULL: <loader> without text */
	enum spec_loader_type type;
	enum choice readonly, secure, stateless;
	enum image_format format;
};

/* Where a variable store, or a disk, lives. */
enum spec_source_kind {
	SPEC_SOURCE_NONE, /* no source: an empty drive, or an <nvram> without a path */
	SPEC_SOURCE_FILE,
	SPEC_SOURCE_BLOCK,
	SPEC_SOURCE_NETWORK,
};

struct spec_source {
	enum spec_source_kind kind;
	int line;
	char *path;             /* FILE, BLOCK */
	char *protocol;         /* NETWORK: nbd, iscsi, http, https … */
	char *export;           /* NETWORK: <source name=…> */
	char *host;             /* NETWORK: host name or address; NULL for a UNIX socket */
	char *socket;           /* NETWORK: path of a UNIX socket */
	uint16_t port;          /* NETWORK: 0 = the protocol's own */
	char *query;            /* http, https: behind '?' */
	char *initiator;        /* iscsi: IQN that slipway's side has */
	char *user;             /* iscsi: name for CHAP */
	char *secret;           /* iscsi: <secret usage=…>, by which its password is known */
	char *secret_uuid;      /* iscsi: <secret uuid=…> */
	enum choice verify_tls; /* https: no = any certificate will do */
};

struct spec_nvram {
	bool present;
	int line;
	struct spec_source source;
	enum image_format format;
	char *template;
	enum image_format template_format;
};

/* <varstore>: the JSON store of QEMU's uefi-vars device (libvirt 12.1). */
struct spec_varstore {
	bool present;
	int line;
	char *path, *template;
};

/* <launchSecurity type=…> */
enum spec_launch_security {
	SPEC_LAUNCH_SECURITY_NONE,
	SPEC_LAUNCH_SECURITY_SEV,
	SPEC_LAUNCH_SECURITY_SEV_SNP,
	SPEC_LAUNCH_SECURITY_TDX,
};

/* What <os>, and the parts of <features> and <pm> that bear on it, ask of the firmware. */
struct spec_firmware {
	enum spec_firmware_kind kind;
	int line; /* of <os> */
	enum choice secure_boot, enrolled_keys;
	int secure_boot_line, enrolled_keys_line;
	struct spec_loader loader;
	struct spec_nvram nvram;
	struct spec_varstore varstore;
	enum choice suspend_to_mem, suspend_to_disk;
	enum spec_launch_security launch_security;
	uint64_t launch_policy; /* SEV policy bits (AMD SEV API, "Guest Policy Structure") */
	bool launch_policy_said;
};

/* <boot dev=…>, in the order they were written. */
enum spec_boot_device {
	SPEC_BOOT_HD,
	SPEC_BOOT_CDROM,
	SPEC_BOOT_NETWORK,
	SPEC_BOOT_FD,
};

struct spec_cpu {
	int line;
	char *mode;      /* host-passthrough, host-model, maximum, custom */
	char *model;     /* custom: QEMU's name */
	char *check;     /* none, partial, full: full = refuse to start without a wanted feature */
	char *vendor_id; /* 12 characters that CPUID shows */
	enum choice migratable;                               /* host-passthrough, maximum */
	char *cache_mode;                                     /* emulate, passthrough, disable */
	int cache_level;                                      /* 0 = all */
	char *maxphysaddr_mode;                               /* emulate, passthrough */
	unsigned int maxphysaddr_bits, maxphysaddr_limit;     /* 0 = not said */
	unsigned int sockets, dies, clusters, cores, threads; /* 0 = not said */
	struct spec_cpu_feature {
		char *name;
		char *policy; /* force, require, optional, disable, forbid */
		int line;
	} * features;
	size_t feature_count;
};

/* <disk device=…> */
enum spec_disk_device {
	SPEC_DISK_DISK,
	SPEC_DISK_CDROM,
	SPEC_DISK_FLOPPY,
	SPEC_DISK_LUN,
};

struct spec_disk {
	int line;
	enum spec_disk_device device;
	struct spec_source source;
	enum image_format format; /* <driver type=…> */
	int format_line;
	char *target; /* <target dev=…>: vda, sda … */
	/* virtio, sata, scsi, ide, usb, nvme, fdc; NULL: by the target as in libvirt, vd… virtio,
	 * sd… scsi, hd… ide, and fdc for a floppy */
	char *bus;
	char *cache, *io, *discard, *detect_zeroes; /* as <driver> says them */
	char *serial;
	bool readonly, shareable, transient;
	struct spec_device common;
	char *model;          /* virtio, virtio-transitional, virtio-non-transitional */
	char *startup_policy; /* mandatory, requisite, optional: the last two leave a drive empty
				 whose file is not there */
	char *error_policy, *rerror_policy; /* stop, report, ignore, enospace */
	enum choice copy_on_read, discard_no_unref, ioeventfd, event_idx;
	unsigned int iothread, queues, queue_size; /* 0 = not said */
	uint64_t metadata_cache_bytes;             /* qcow2; 0 = not said */
	enum choice tray_open, removable;          /* removable: usb */
	unsigned int rotation_rate;                /* sata, ide, scsi: 1 = not rotating */
	char *wwn, *vendor, *product;
	unsigned int cylinders, heads, sectors;               /* <geometry>; 0 = not said */
	unsigned int logical_block_size, physical_block_size; /* <blockio>; 0 = not said */
	int discard_granularity;                              /* -1 = not said */
	/* The backing chain from the nearest image down, as far as the spec tells it. */
	struct spec_backing {
		int line;
		enum image_format format;
		struct spec_source source;
	} * backing;
	size_t backing_count;
	bool backing_ends; /* an empty <backingStore/>: nothing lies below, nothing is probed */
};

/* <serial type=…>, <console type=…>, … */
enum spec_chardev_kind {
	SPEC_CHARDEV_STDIO,
	SPEC_CHARDEV_PTY,
	SPEC_CHARDEV_FILE,
	SPEC_CHARDEV_NULL,
	SPEC_CHARDEV_UNIX,
	SPEC_CHARDEV_TCP,
	SPEC_CHARDEV_DEV, /* a host character device */
	SPEC_CHARDEV_PIPE,
	SPEC_CHARDEV_VC,       /* a text console of the display */
	SPEC_CHARDEV_SPICEVMC, /* channel: the SPICE agent */
	SPEC_CHARDEV_SPICEPORT,
	SPEC_CHARDEV_VDAGENT, /* channel: QEMU's own clipboard agent */
};

struct spec_chardev {
	int line;
	enum spec_chardev_kind kind;
	char *path; /* FILE, UNIX, DEV, PIPE; NULL in UNIX: slipway chooses */
	char *host; /* TCP */
	uint16_t port;
	bool listen;     /* UNIX, TCP: mode='bind' */
	bool append;     /* FILE */
	char *log_file;  /* <log file=…> */
	char *target;    /* <target type=…>: isa-serial, system-serial, virtio, serial … */
	int target_port; /* -1 = not said */
	struct spec_device common;
	char *target_model;    /* serial: <target><model name=>: isa-serial, pl011 … */
	char *target_name;     /* channel: virtio port name */
	bool telnet;           /* TCP: <protocol type='telnet'> */
	bool log_append;       /* <log append='on'> */
	enum choice reconnect; /* UNIX, TCP without listen */
	unsigned int reconnect_s;
	char *spice_channel;           /* SPICEPORT: <source channel=> */
	enum choice vdagent_clipboard; /* VDAGENT */
	char *vdagent_mouse;           /* VDAGENT: client, server */
};

struct spec {
	char *path; /* as messages name the file */
	char *name;
	int name_line;
	char *uuid; /* NULL = none */
	enum spec_accel accel;
	int accel_line;
	enum arch arch;
	int arch_line;
	char *machine; /* NULL = the architecture's default */
	int machine_line;
	char *emulator; /* NULL = to be found */
	int emulator_line;
	uint64_t memory_bytes;
	int memory_line;
	unsigned int vcpus;
	int vcpus_line;
	unsigned int vcpus_at_start; /* <vcpu current=>; 0 = all */
	struct spec_firmware firmware;
	char *kernel, *initrd, *cmdline, *dtb; /* direct kernel boot */
	int kernel_line;
	enum spec_boot_device *boot;
	size_t boot_count;
	enum choice boot_menu;
	unsigned int boot_menu_timeout_ms; /* 0 = not said */
	enum choice bios_serial;           /* <bios useserial=>: x86 firmware talks on the serial */
	int bios_reboot_timeout_ms;        /* <bios rebootTimeout=>; -2 = not said, -1 = never */
	enum choice acpi, apic, smm;
	int acpi_line, smm_line;
	struct spec_cpu cpu;
	struct spec_disk *disks;
	size_t disk_count;
	struct spec_chardev *serials;
	size_t serial_count;
	/* As in libvirt, a first console whose target is "serial" or not said is serials[0] by
	 * another name when there is one, and makes it otherwise; with target "virtio" it is a
	 * device of its own. */
	struct spec_chardev *consoles;
	size_t console_count;
	struct spec_chardev *parallels;
	size_t parallel_count;
	struct spec_chardev *channels;
	size_t channel_count;
	struct spec_memory memory;
	struct spec_features features;
	struct spec_clock clock;
	struct spec_events events;
	struct spec_smbios smbios;
	struct spec_fwcfg *fwcfgs;
	size_t fwcfg_count;
	struct spec_acpi_table *acpi_tables;
	size_t acpi_table_count;
	struct spec_security security;
	struct spec_threads threads;
	struct spec_controller *controllers;
	size_t controller_count;
	struct spec_interface *interfaces;
	size_t interface_count;
	struct spec_graphics *graphics;
	size_t graphics_count;
	struct spec_video *videos;
	size_t video_count;
	struct spec_input *inputs;
	size_t input_count;
	struct spec_sound *sounds;
	size_t sound_count;
	struct spec_audio *audios;
	size_t audio_count;
	struct spec_hostdev *hostdevs;
	size_t hostdev_count;
	struct spec_redirdev *redirdevs;
	size_t redirdev_count;
	struct spec_filesystem *filesystems;
	size_t filesystem_count;
	struct spec_tpm *tpms;
	size_t tpm_count;
	struct spec_rng *rngs;
	size_t rng_count;
	struct spec_watchdog *watchdogs;
	size_t watchdog_count;
	struct spec_panic *panics;
	size_t panic_count;
	struct spec_vsock *vsocks;
	size_t vsock_count;
	struct spec_balloon balloon;
	char *genid; /* <genid>: a GUID, or "" for a new one at each start; NULL = no device */
	int genid_line;
	struct strings qemu_arguments;   /* <qemu:arg value=…> */
	struct strings qemu_environment; /* <qemu:env>: NAME=value */
	struct spec_command command;     /* a QEMU command line in place of XML (spec/argv.h) */
	struct strings notes;            /* what `--lenient` let pass: "file:line: what" */
};

/* NULL is allowed. */
void spec_free(struct spec *spec);
void spec_free_pointer(struct spec **spec);
#define auto_spec CLEANUP(spec_free_pointer)

/* The most a spec may have: a real one has some kilobytes, one with hundreds of disks under a
 * megabyte. */
#define SPEC_LIMIT_BYTES ((size_t)4 << 20)

/*
 * Reads domain XML from `bytes` (`size_bytes` long). `path` names the file in messages.
 * With `lenient`, parts that slipway does not honour become notes instead of an error.
 * Refuses with all unsupported places at once, one "path:line: what" a line.
 */
struct error *spec_read_xml(const char *bytes, size_t size_bytes, const char *path, bool lenient,
	struct spec **ret_spec) MUST_USE;

/*
 * Makes the relative paths of a spec absolute: they begin at `directory`, the folder that the file
 * lies in, so a spec means the same wherever slipway is called. To be called once, after reading.
 */
void spec_resolve_paths(struct spec *spec, const char *directory);

#endif
