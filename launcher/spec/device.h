/* SPDX-License-Identifier: MIT */
/*
 * The request's devices but disks and character devices: one record for each element of <devices>,
 * in the order of the file, holding what was written and nothing else.
 *
 * As in spec.h, NULL, CHOICE_UNSET and 0 (or -1 where 0 is a value) were not said; texts are owned
 * by the record. Words that QEMU and libvirt share stay texts, their set is in the table of parts
 * (spec/part.h) and is checked before a record is filled. The meaning is that of libvirt's
 * "Domain XML format", section "Devices".
 */
#ifndef SLIPWAY_SPEC_DEVICE_H
#define SLIPWAY_SPEC_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/terms.h"
#include "base/text.h"

/* <address type=…> */
enum spec_address_kind {
	SPEC_ADDRESS_NONE, /* none written: slipway assigns one */
	SPEC_ADDRESS_PCI,
	SPEC_ADDRESS_DRIVE,
	SPEC_ADDRESS_USB,
	SPEC_ADDRESS_VIRTIO_SERIAL,
	SPEC_ADDRESS_VIRTIO_MMIO, /* a transport without a number */
	SPEC_ADDRESS_ISA,
};

struct spec_address {
	int line;
	enum spec_address_kind kind;
	bool placed; /* PCI: false when only type='pci' was written, the place is slipway's choice
		      */
	unsigned int domain, slot, function; /* PCI: slot 0 to 31, function 0 to 7 */
	unsigned int bus;          /* PCI: index of the pci controller; DRIVE, USB: of its bus */
	enum choice multifunction; /* PCI */
	unsigned int controller, target, unit; /* DRIVE; VIRTIO_SERIAL: controller */
	char *port;                            /* USB: "1", "1.2"; VIRTIO_SERIAL: a number */
	unsigned int iobase, irq;              /* ISA; 0 = not said */
};

/* What every device may have. */
struct spec_device {
	int line;
	struct spec_address address;
	unsigned int boot_order;                     /* 0 = not said; each number once in a spec */
	unsigned int acpi_index;                     /* 0 = not said; the guest's name of a NIC */
	enum choice iommu, ats, packed, page_per_vq; /* <driver>, virtio models only */
	enum choice rom_enabled, rom_bar; /* <rom>: enabled='no' means no option ROM at all */
	char *rom_file;
};

enum spec_controller_kind {
	SPEC_CONTROLLER_USB,
	SPEC_CONTROLLER_PCI,
	SPEC_CONTROLLER_IDE,
	SPEC_CONTROLLER_FDC,
	SPEC_CONTROLLER_SCSI,
	SPEC_CONTROLLER_SATA,
	SPEC_CONTROLLER_VIRTIO_SERIAL,
	SPEC_CONTROLLER_ISA,
	SPEC_CONTROLLER_CCID,
};

struct spec_controller {
	struct spec_device common;
	enum spec_controller_kind kind;
	int index;            /* -1: not said, the next free one of its kind */
	char *model;          /* libvirt's word: qemu-xhci, pcie-root-port, virtio-scsi, none … */
	int ports;            /* USB: qemu-xhci; VIRTIO_SERIAL: max_ports; -1 = not said */
	int vectors;          /* VIRTIO_SERIAL; -1 = not said */
	int master_startport; /* USB companion: first port of its ehci; -1 = is none */
	unsigned int queues, cmd_per_lun, max_sectors, iothread; /* virtio-scsi; 0 = not said */
	enum choice ioeventfd;
	/* PCI: <model name=>, <target …>, <pcihole64>; -1 = not said */
	char *pci_model;
	int chassis_nr, chassis, port, bus_nr, node;
	enum choice hotplug;
	uint64_t memory_reserve_kib; /* 0 = not said */
	uint64_t hole64_bytes;
	bool hole64; /* <pcihole64> was written: 0 bytes is a value */
};

enum spec_interface_kind {
	SPEC_INTERFACE_USER,
	SPEC_INTERFACE_BRIDGE,
	SPEC_INTERFACE_ETHERNET, /* a tap device by name */
	SPEC_INTERFACE_DIRECT,   /* macvtap on a host device */
	SPEC_INTERFACE_NULL,     /* a card without a cable */
};

struct spec_interface {
	struct spec_device common;
	enum spec_interface_kind kind;
	char *mac;         /* NULL: slipway makes one that stays the same */
	char *source;      /* BRIDGE: the bridge; DIRECT: the host device; USER with passt: the
			      host device whose addresses are used */
	char *source_mode; /* DIRECT: vepa, bridge, private, passthrough */
	char *target;      /* name of the tap or macvtap device */
	enum choice target_managed;      /* ETHERNET: no = the tap is there already */
	char *backend;                   /* USER: passt, default; NULL = QEMU's own */
	char *backend_log_file;          /* passt */
	char *tap_device, *vhost_device; /* in place of /dev/net/tun and /dev/vhost-net */
	struct spec_ip {
		int line;
		char *family;        /* ipv4, ipv6; NULL = what the address is */
		char *address;       /* never NULL */
		unsigned int prefix; /* 0 = not said */
	} * ips;                     /* USER: the guest's own address */
	size_t ip_count;
	struct spec_forward {
		int line;
		char *protocol; /* tcp, udp */
		char *address;  /* on the host; NULL = all */
		char *device;   /* host device */
		struct spec_forward_range {
			int line;
			uint16_t start, end, to; /* end 0 = start; to 0 = start */
			bool exclude;
		} * ranges; /* none = all ports */
		size_t range_count;
	} * forwards;
	size_t forward_count;
	char *model;   /* NULL = libvirt's default, rtl8139 on x86, virtio elsewhere */
	char *driver;  /* vhost, qemu; NULL = vhost where the host has it */
	char *tx_mode; /* iothread, timer */
	enum choice ioeventfd, event_idx;
	unsigned int queues, rx_queue_size, tx_queue_size;
	unsigned int mtu;
	char *link; /* up, down */
};

enum spec_graphics_kind {
	SPEC_GRAPHICS_VNC,
	SPEC_GRAPHICS_SPICE,
	SPEC_GRAPHICS_EGL_HEADLESS,
};

struct spec_graphics {
	int line;
	enum spec_graphics_kind kind;
	int port, tls_port; /* -1 or autoport='yes': one that is free; 0 = not said */
	enum choice autoport;
	int websocket; /* VNC: -1 automatic, 0 = none */
	char *listen;  /* address from listen= or the first <listen type='address'> */
	char *socket;  /* UNIX socket from socket= or <listen type='socket'> */
	enum spec_listen_kind {
		SPEC_LISTEN_UNSET, /* libvirt's default: 127.0.0.1 */
		SPEC_LISTEN_ADDRESS,
		SPEC_LISTEN_SOCKET,
		SPEC_LISTEN_NONE, /* reachable through a file descriptor only */
	} listen_kind;
	char *keymap, *password;
	char *share_policy;        /* VNC: allow-exclusive, force-shared, ignore */
	enum choice power_control; /* VNC */
	char *default_mode;        /* SPICE: secure, insecure, any */
	char *image_compression, *jpeg_compression, *zlib_compression; /* SPICE */
	enum choice playback_compression, clipboard, file_transfer;    /* SPICE */
	char *streaming, *mouse;                                       /* SPICE */
	enum choice gl;
	char *render_node;  /* of <gl rendernode=> */
	unsigned int audio; /* <audio id=>; 0 = not said */
};

struct spec_video {
	struct spec_device common;
	char *model; /* vga, cirrus, vmvga, qxl, virtio, bochs, ramfb, none */
	unsigned int ram_kib, vram_kib, vram64_kib, vgamem_kib, heads; /* 0 = not said */
	enum choice primary, blob, edid, accel3d, accel2d;
	char *render_node;
	unsigned int width, height; /* <resolution>; 0 = not said */
};

struct spec_input {
	struct spec_device common;
	char *type;  /* mouse, keyboard, tablet, passthrough, evdev */
	char *bus;   /* ps2, usb, virtio; NULL = libvirt's default for the type */
	char *model; /* virtio, virtio-transitional, virtio-non-transitional */
	char *evdev; /* passthrough: /dev/input/eventN */
	char *source, *grab, *grab_toggle; /* evdev */
	enum choice repeat;
};

struct spec_sound {
	struct spec_device common;
	char *model;              /* ich6, ich9, ac97, es1370, sb16, pcspk, usb, virtio */
	struct strings codecs;    /* ich6, ich9: duplex, micro, output; none = duplex */
	unsigned int audio;       /* <audio id=>; 0 = not said */
	unsigned int streams;     /* virtio; 0 = not said */
	enum choice multichannel; /* usb */
};

/* A host audio backend (-audiodev). */
struct spec_audio {
	int line;
	unsigned int id;
	char *type; /* none, alsa, jack, oss, pulseaudio, pipewire, sdl, spice, file, dbus */
	char *server, *path;
	unsigned int timer_period_us;
};

struct spec_hostdev {
	struct spec_device common;
	enum spec_hostdev_kind {
		SPEC_HOSTDEV_PCI,
		SPEC_HOSTDEV_USB,
		SPEC_HOSTDEV_MDEV,
	} kind;
	enum choice managed;  /* yes: whoever starts the VM binds the device to vfio-pci */
	char *startup_policy; /* USB: mandatory, requisite, optional */
	char *guest_reset;    /* USB: off, uninitialized, on */
	unsigned int host_domain, host_bus, host_slot, host_function; /* PCI; USB: host_bus */
	unsigned int host_device;     /* USB: device number; 0 = by vendor and product */
	unsigned int vendor, product; /* USB */
	char *mdev_uuid;              /* MDEV */
	enum choice display, ramfb;   /* MDEV */
};

/* USB redirection. */
struct spec_redirdev {
	struct spec_device common;
	bool spice;    /* type='spicevmc'; otherwise tcp */
	char *host;    /* tcp: <source …> */
	uint16_t port; /* tcp: service=; 0 = where it listens, one that is free */
	bool listen;   /* tcp: mode='bind' */
};

struct spec_filesystem {
	struct spec_device common;
	char *driver;      /* virtiofs; path or NULL = 9p */
	char *access_mode; /* passthrough, mapped, squash; NULL = passthrough */
	char *source;      /* directory on the host; NULL with socket */
	char *socket;      /* virtiofs: of a daemon that somebody else started */
	char *target;      /* mount tag */
	bool readonly;
	unsigned int fmode, dmode; /* 9p mapped: octal permission bits; 0 = not said */
	char *multidevs;           /* 9p: default, remap, forbid, warn */
	char *model;               /* 9p: virtio, virtio-transitional, … */
	unsigned int queue;        /* virtiofs: queue size */
	char *binary;              /* virtiofs: virtiofsd's path */
	enum choice xattr, posix_lock, flock;
	char *cache;              /* virtiofs: none, auto, always, metadata */
	char *sandbox;            /* virtiofs: namespace, chroot */
	unsigned int thread_pool; /* virtiofs; 0 = not said */
	bool thread_pool_said;
	unsigned int open_files;
	struct spec_id_map {
		int line;
		bool group;
		unsigned int start, target, count;
	} * id_maps; /* virtiofs: <idmap> */
	size_t id_map_count;
};

struct spec_tpm {
	struct spec_device common;
	char *model; /* tpm-tis, tpm-crb, tpm-tis-device; NULL = libvirt's default */
	enum spec_tpm_backend {
		SPEC_TPM_EMULATOR,
		SPEC_TPM_PASSTHROUGH,
		SPEC_TPM_EXTERNAL,
	} backend;
	char *version;                /* emulator: 1.2, 2.0; NULL = 2.0 */
	enum choice persistent_state; /* emulator: state outlives the VM's definition */
	unsigned int debug;
	/* emulator: swtpm's profile, of use when the state is made: its name, or where libvirt
	 * took it from; remove_disabled: check, fips-host */
	char *profile, *profile_source, *remove_disabled;
	struct strings pcr_banks;      /* emulator: sha1, sha256, sha384, sha512 */
	char *device_path;             /* passthrough: NULL = /dev/tpm0 */
	char *state_type, *state_path; /* emulator: <source type='file|dir' path=> */
	char *socket;                  /* external: UNIX socket of a running swtpm */
};

struct spec_rng {
	struct spec_device common;
	char *model;  /* virtio, virtio-transitional, virtio-non-transitional */
	bool builtin; /* QEMU's own generator; otherwise a file is read */
	char *path;   /* NULL = /dev/urandom */
	unsigned int rate_bytes, rate_period_ms; /* 0 = no limit, 1000 ms */
};

struct spec_watchdog {
	struct spec_device common;
	char *model;  /* i6300esb, ib700, itco, diag288 */
	char *action; /* reset, shutdown, poweroff, pause, none, inject-nmi; NULL = reset */
};

struct spec_panic {
	struct spec_device common;
	char *model; /* isa, pvpanic, hyperv; NULL = isa on x86 */
};

struct spec_vsock {
	struct spec_device common;
	char *model;
	enum choice automatic; /* cid auto='yes' */
	unsigned int cid;      /* 3 and up; 0 = not said */
};

struct spec_balloon {
	struct spec_device common;
	bool present; /* false: libvirt's default, a virtio balloon where PCI is */
	char *model;  /* virtio, virtio-transitional, virtio-non-transitional, none; never NULL
			 where it is present */
	enum choice auto_deflate, free_page_reporting;
};

#endif
