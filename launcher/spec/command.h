/* SPDX-License-Identifier: MIT */
/*
 * A QEMU command line as the request: what it makes QEMU do and open, as far as the sandbox, the
 * firmware and the accelerator are concerned; nothing in it was decided or looked up.
 *
 * What a command line says about machine and firmware is in struct spec's own members; here is what
 * domain XML has no word for. All texts are owned by the record; paths are absolute.
 */
#ifndef SLIPWAY_SPEC_COMMAND_H
#define SLIPWAY_SPEC_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "base/terms.h"
#include "base/text.h"

/* What QEMU does that not every QEMU does. */
enum spec_use {
	SPEC_USE_AIO_NATIVE,
	SPEC_USE_IO_URING,
	SPEC_USE_BLOCK_DEVICE,
	SPEC_USE_SCSI_GENERIC,
	SPEC_USE_SNAPSHOT, /* temporary files */
	SPEC_USE_SOCKET_FD,
	SPEC_USE_UNIX_LISTEN,
	SPEC_USE_UNIX_CLIENT,
	SPEC_USE_TCP_LISTEN,
	SPEC_USE_TCP_CLIENT,
	SPEC_USE_USER_NETWORK, /* and other UDP */
	SPEC_USE_TAP,
	SPEC_USE_VHOST,
	SPEC_USE_PTY,
	SPEC_USE_HOST_SERIAL,
	SPEC_USE_VNC,
	SPEC_USE_SPICE,
	SPEC_USE_DISPLAY,
	SPEC_USE_MEMFD,
	SPEC_USE_HUGEPAGES,
	SPEC_USE_NUMA,
	SPEC_USE_MEM_LOCK,
	SPEC_USE_9P,
	SPEC_USE_USB_HOST,
	SPEC_USE_USB_MTP,
	SPEC_USE_VFIO,
	SPEC_USE_TPM,
	SPEC_USE_MIGRATION,
	SPEC_USE_POSTCOPY,
	SPEC_USE_PIDFILE,
	SPEC_USE_DAEMONIZE,
	SPEC_USE_RUN_AS,
	SPEC_USE_CHROOT,
	SPEC_USE_QEMU_SANDBOX,
	SPEC_USE_SPAWN,     /* programs of this user: exec: migration, guestfwd=cmd: */
	SPEC_USE_MONITOR,   /* somebody outside tells QEMU later what else to do */
	SPEC_USE_DRIVEN,    /* … the program that started it, over a descriptor: libvirt */
	SPEC_USE_ANY_FILE,  /* files that cannot be told from the command line */
	SPEC_USE_NOT_KNOWN, /* an option or a form of it that slipway does not know */
	SPEC_USE_OUTSIDE,   /* what no sandbox can hold: set-user-id helpers, network scripts */
};

struct spec_need {
	enum spec_use use;
	char *because; /* the argument: "-netdev bridge,id=n0" */
};

struct spec_access {
	char *path;
	bool write, directory, device;
	bool made;    /* a file that QEMU makes where it is not there, and nothing beside it */
	bool sockets; /* a directory: of sockets that are made there (`write`), or connected to */
};

/* One flash image: of -drive if=pflash, -pflash, or a -blockdev node that -machine names. */
struct spec_flash {
	char *path; /* NULL: none */
	char *word; /* as the argument spells it, before it was made absolute */
	enum image_format format;
	bool readonly;
};

/* A network on a bridge for which QEMU would start a helper with more rights (-netdev bridge). */
struct spec_bridge {
	size_t word;  /* which of the command's words the option's value is */
	char *bridge; /* br0 */
	char *helper; /* the program that was named, or NULL */
	char *others; /* the option's other keys, as they follow behind "tap,fd=N" */
};

struct spec_command {
	bool present;
	struct strings words;    /* all arguments behind the emulator's name, as they were given */
	struct spec_need *needs; /* each use once, with the first argument that asked for it */
	size_t need_count;
	struct spec_access *accesses;
	size_t access_count;
	struct strings images; /* disks whose header may name other files */
	struct spec_flash flash[2];
	struct spec_bridge *bridges;
	size_t bridge_count;
	char *bios; /* -bios or -machine firmware=; NULL: none */
	char *bios_word;
	bool reads_files; /* some of this was read from a file that an argument names */
	bool kvm, tcg;    /* both: KVM where it works */
};

struct spec;
void clear_command(struct spec *spec);

#endif
