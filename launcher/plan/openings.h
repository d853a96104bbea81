/* SPDX-License-Identifier: MIT */
/*
 * What a VM needs beside QEMU, as values: descriptors that are opened before QEMU is confined, and
 * programs that run beside it; QEMU's arguments name each by its descriptor's number alone, so a
 * confined QEMU opens no device, makes no interface and starts nothing.
 *
 * All texts are owned by struct plan.
 */
#ifndef SLIPWAY_PLAN_OPENINGS_H
#define SLIPWAY_PLAN_OPENINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/text.h"

struct plan;

enum opening_kind {
	OPENING_TAP,     /* a tap device: `name` (NULL: the kernel's choice), joined to `bridge` */
	OPENING_MACVTAP, /* a macvtap device on `parent` in `mode` */
	OPENING_SOCKET,  /* a connection to the unix socket `path` */
	OPENING_DEVICE,  /* the device file `path`, for reading and writing */
	OPENING_TEXT,    /* a file without a name that holds `text`: a password */
	OPENING_SECRET,  /* the same, with what stands in the file `path` */
};

/* One descriptor that QEMU inherits. */
struct opening {
	enum opening_kind kind;
	int fd;          /* its number */
	int line;        /* of the spec, for messages; 0: of a command line */
	char *path;      /* DEVICE, SECRET, SOCKET; TAP: in the place of /dev/net/tun, or NULL */
	char *name;      /* TAP, MACVTAP */
	char *bridge;    /* TAP: NULL when the tap is joined to none */
	char *helper;    /* TAP: the program that makes it, which was named; NULL: slipway does */
	char *parent;    /* MACVTAP */
	char *mode;      /* MACVTAP: vepa, bridge, private, passthrough */
	char *mac;       /* MACVTAP: the guest's address */
	bool must_exist; /* TAP: somebody else made it, and nothing about it is changed */
	bool multiqueue; /* TAP: one of several queues */
	int queue_of; /* TAP: … of the device of this descriptor, opened before; 0: the first */
	unsigned int mtu; /* TAP; 0 = the kernel's */
	char *text;       /* TEXT */
};

enum companion_socket {
	COMPANION_PAIR,   /* the two ends of one connection */
	COMPANION_LISTEN, /* the program accepts; QEMU's end is connected already */
};

/* A program that serves this VM, outside QEMU's sandbox, and ends with it. */
struct companion {
	const char *name;    /* swtpm, virtiofsd, passt: for messages */
	const char *package; /* what to install where it is missing */
	int line;
	struct strings setup; /* a program that is run to its end first; empty: none */
	struct strings argv;  /* argv[0] is a path, or a name to be found in PATH */
	enum companion_socket socket;
	bool forks;      /* its first process ends when it is ready, or has failed */
	int fd;          /* number of QEMU's end */
	int own_fd;      /* number of the program's end, as its argv names it */
	char *directory; /* its state: made when absent, mode 0700; NULL: none */
	bool throw_away; /* the directory is removed when the program has ended */
};

/* The descriptor of a connection to the unix socket `path`, so that QEMU needs no connect. */
int opening_connect(struct plan *plan, const char *path, int line) MUST_USE;

/* The numbers are given out from PLAN_OPENING_FD on, in the order of the calls. */
int next_fd(struct plan *plan) MUST_USE;

/* Adds one and gives it a number; the caller fills the rest. */
struct opening *add_opening(struct plan *plan, enum opening_kind kind, int line);
struct companion *add_companion(struct plan *plan, const char *name, int line);

/* Both lists are emptied. */
void openings_clear(struct plan *plan);

#endif
