/* SPDX-License-Identifier: MIT */
/*
 * The decision: spec and host in, everything that will be done out — firmware, NVRAM step, QEMU's
 * arguments, sandbox — as a value that is filled once and const from then on.
 *
 * Nothing in this room opens, prints or changes anything: the same spec, host and options give the
 * same plan. Everything is owned by struct plan.
 */
#ifndef SLIPWAY_PLAN_PLAN_H
#define SLIPWAY_PLAN_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/attr.h"
#include "base/error.h"
#include "base/terms.h"
#include "base/text.h"
#include "plan/openings.h"

struct host;
struct spec;

/* --firmware=… */
enum firmware_option {
	FIRMWARE_OPTION_AUTO, /* what the spec says */
	FIRMWARE_OPTION_UEFI,
	FIRMWARE_OPTION_BIOS,
	FIRMWARE_OPTION_NONE,
	FIRMWARE_OPTION_DESCRIPTOR,
	FIRMWARE_OPTION_FILES,
};

/* --nvram=… */
enum nvram_option {
	NVRAM_OPTION_AUTO,
	NVRAM_OPTION_EPHEMERAL,
	NVRAM_OPTION_PATH,
};

enum accel_option {
	ACCEL_OPTION_SPEC, /* what <domain type=…> says */
	ACCEL_OPTION_AUTO,
	ACCEL_OPTION_KVM,
	ACCEL_OPTION_TCG,
};

/* --sandbox=… */
enum sandbox_mode {
	SANDBOX_ON,      /* every layer this kernel has; what is missing is noted */
	SANDBOX_REQUIRE, /* all layers or nothing */
	SANDBOX_LOG,     /* denials are logged, not enforced */
	SANDBOX_OFF,
};

/* What a VM that is watched (slipway test) has beside the spec. */
struct plan_watch {
	bool on;
	bool debug_exit;      /* the device by which a guest ends QEMU with a status (x86) */
	bool ready;           /* the port by which it says that it is ready */
	uint32_t ready_guest; /* a vsock address for the guest, whose PLAN_VSOCK_FD is open; 0: none
			       */
	uint32_t ready_port;  /* where it then says that it is ready */
	bool screenshot;      /* PLAN_SCREENSHOT_FD is open for writing */
};

/* What the command line says beside the spec. Borrowed; absolute paths. */
struct plan_options {
	enum firmware_option firmware;
	const char *firmware_path; /* DESCRIPTOR: its path; FILES: CODE */
	const char *firmware_vars; /* FILES: VARS template, or NULL */
	enum choice secure_boot;
	enum nvram_option nvram;
	const char *nvram_path;
	bool reset_nvram;
	bool only_store; /* nothing is run: the store is looked at, copied or made anew */
	bool ephemeral;  /* NVRAM and every writable disk */
	enum accel_option accel;
	enum sandbox_mode sandbox;
	const struct strings *sandbox_read; /* --sandbox-path=PATH:r */
	const struct strings *sandbox_write;
	const char *nvram_directory;   /* where stores without a path live */
	const char *runtime_directory; /* where VMs' sockets live; NULL: /run/slipway */
	const char *secret_directory;  /* where passwords that a spec names are files */
	int64_t run;                   /* more than 0: this run has a directory there of its own */
	const char *state_directory;   /* where VMs' TPMs live; NULL: /var/lib/slipway */
	int64_t now_s;                 /* seconds since 1970, for <clock offset='variable'> */
	int64_t local_ahead_s;         /* how far this host's time is ahead of UTC */
	const char
		*working_directory; /* relative paths of the spec begin here: the spec's folder */
	const struct strings *arguments; /* QEMU_OPTS, then -- ARGS */
	struct plan_watch watch;
	bool console_pty; /* a line of type pty is one, in a VM without graphics, too */
	bool other_host;  /* only planned, for the host below --root: its emulator is not here */
	bool lenient;     /* parts that are not supported become warnings */
	int fd_shift;     /* added to the numbers of enum plan_fd: the caller's own descriptors have
			     those */
	bool below_root;  /* argv names files where this process finds them (host_path) */
};

enum firmware_source {
	FIRMWARE_SOURCE_DEFAULT, /* QEMU's own: nothing is passed */
	FIRMWARE_SOURCE_EXPLICIT,
	FIRMWARE_SOURCE_DESCRIPTOR,
	FIRMWARE_SOURCE_FALLBACK,
};

struct plan_firmware {
	enum firmware_source source;
	char *descriptor; /* NULL unless source is DESCRIPTOR */
	enum firmware_interface interface;
	enum firmware_device device;
	enum firmware_mode mode;
	char *path;      /* NULL: QEMU's default */
	char *open_path; /* the same file for argv */
	enum image_format format;
	bool read_only; /* flash: false for a unified file that the VM's owner gave as writable */
	struct strings features;
	bool smm;
	bool secure;        /* cfi.pflash01.secure: only SMM code may write the store */
	bool uefi_vars;     /* memory: variables live in QEMU's uefi-vars device, in a JSON store */
	uint64_t pad_bytes; /* the file is shorter than the board's flash: a padded private copy is
			       used */
};

enum nvram_action {
	NVRAM_NONE,      /* this firmware keeps no variables in a file */
	NVRAM_KEEP,      /* the VM's store exists and fits */
	NVRAM_CREATE,    /* copied from the template before start */
	NVRAM_RESET,     /* the old store is kept as a backup, a new one is copied */
	NVRAM_EPHEMERAL, /* a private copy that is gone afterwards */
	NVRAM_NETWORK,   /* a block device or network store, used as it is */
};

const char *nvram_action_name(enum nvram_action action);
const char *firmware_source_name(enum firmware_source source);

struct plan_nvram {
	enum nvram_action action;
	char *path; /* NULL for NONE and EPHEMERAL; network: "nbd://host:port/export" */
	enum image_format format;
	char *template;      /* as the host below the root sees it */
	char *template_open; /* the same file as this process opens it */
	enum image_format template_format;
	uint64_t size_bytes; /* what the board or family demands of the store; 0 = any */
	bool make_directory; /* the directory is slipway's own: made when absent, mode 0700 */
	bool combined;       /* the copied file is the whole firmware, pflash0 writable */
	bool json;           /* uefi-vars store */
};

/* One firmware that was looked at, in search order. */
struct candidate {
	enum firmware_source source; /* DESCRIPTOR or FALLBACK */
	char *path;                  /* descriptor, or CODE of a pair */
	bool chosen;
	char *reason; /* why refused; for the chosen one, why it fits */
};

struct candidates {
	struct candidate *items;
	size_t count;
	char *wanted; /* what they were compared with, in words; NULL: no firmware was asked for */
	char *fix;    /* where none fits: what to install or say */
	struct strings absent; /* "CODE:VARS" of known pairs that this host has not */
};

void candidates_clear(struct candidates *candidates);

/* A path that QEMU may open. */
struct path_rule {
	char *path;
	bool write;
	bool directory; /* everything below it */
	bool device;    /* a device node: ioctl too */
	bool made;      /* a file that is made, empty, where it is not there (landlock_prepare) */
	bool sockets;   /* a directory: no files, but sockets below it, which are made and removed
			   (`write`), or only connected to */
};

/* A TCP port that QEMU listens on, or connects to. */
struct port_rule {
	uint16_t port;
	bool listen;
};

/* Ports count only where a policy allows TCP sockets at all. */
struct plan_sandbox {
	enum sandbox_mode mode;
	struct strings policies; /* names of policy files, "base" first */
	struct path_rule *paths;
	size_t path_count;
	struct port_rule *ports;
	size_t port_count;
	bool any_listen; /* which ports cannot be told before; `ports` holds none of that kind */
	bool any_connect;
};

/* The fds that argv may name with -add-fd; their numbers are also those of the fd sets. */
enum plan_fd {
	PLAN_NVRAM_FD = 30,
	PLAN_CODE_FD = 31,
	PLAN_QMP_FD = 40,          /* a watched VM: the control socket */
	PLAN_FIRMWARE_LOG_FD = 41, /* … SeaBIOS' own log */
	PLAN_READY_FD = 42,        /* … the port by which the guest says that it is ready */
	PLAN_SCREENSHOT_FD = 43,   /* … where a screenshot goes */
	PLAN_VSOCK_FD = 44,        /* … /dev/vhost-vsock */
	PLAN_OVERLAY_FD = 50,      /* the first ephemeral disk's overlay, then the next one's */
	PLAN_OPENING_FD = 300,     /* the first of plan/openings.h */
};

/* A disk that is not written: QEMU writes what the guest writes to an overlay, which is made empty
 * under `fd` and is gone afterwards. */
struct plan_overlay {
	int fd;
	char *path; /* the disk's own file */
	enum image_format format;
};

struct plan {
	char *name;
	enum arch arch;
	char *machine;     /* as QEMU is told */
	const char *accel; /* "kvm", "tcg" */
	char *emulator;
	struct plan_firmware firmware;
	struct plan_nvram nvram;
	struct candidates candidates;
	struct strings argv;        /* argv[0] is the emulator */
	struct strings environment; /* NAME=value that the spec adds */
	struct plan_sandbox sandbox;
	struct plan_overlay *overlays;
	size_t overlay_count;
	struct opening *openings; /* what is opened before QEMU, and started beside it */
	size_t opening_count;
	struct companion *companions;
	size_t companion_count;
	int opening_fds;         /* how many numbers both have got */
	int fd_shift;            /* added to the numbers of enum plan_fd */
	char *runtime_directory; /* where sockets that QEMU makes are: made when absent, mode 0700;
				    NULL: there are none */
	unsigned int *cpus;      /* host CPUs that QEMU's threads run on; none: all */
	size_t cpu_count;
	struct strings warnings; /* what a user should know at each start */
	struct strings notes;    /* what explains the plan, for those who ask */
	bool of_this_moment;     /* argv holds the time: the same plan later would be another */
	bool nvram_by_fd;        /* argv names the ephemeral store as /dev/fdset of PLAN_NVRAM_FD */
	bool firmware_log;       /* watched: argv names PLAN_FIRMWARE_LOG_FD */
	bool code_by_fd;         /* … and the padded copy of CODE as that of PLAN_CODE_FD */
};

/*
 * Decides. On a refusal *ret_candidates holds what was looked at (always filled; the caller clears
 * it); on success the plan owns its own copy and *ret_candidates is empty.
 */
struct error *plan_make(const struct spec *spec, const struct host *host,
	const struct plan_options *options, struct candidates *ret_candidates,
	struct plan **ret_plan) MUST_USE;

/*
 * The names that a store without a path may have for this VM, most likely first (.fd, .qcow2,
 * .raw …): the survey looks at them before the plan decides. The caller clears *ret_paths.
 */
void plan_store_paths(
	const struct spec *spec, const struct plan_options *options, struct strings *ret_paths);

/* NULL is allowed. */
void plan_free(struct plan *plan);
void plan_free_pointer(struct plan **plan);
#define auto_plan CLEANUP(plan_free_pointer)

#endif
