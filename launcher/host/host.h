/* SPDX-License-Identifier: MIT */
/*
 * The host as it was found: firmware descriptors and pairs in search order, the facts about every
 * firmware file they name, emulator, accelerator and kernel; what could not be read is a note, and
 * nothing here was chosen.
 *
 * Everything is owned by struct host. Paths are written as the host below the root sees them.
 */
#ifndef SLIPWAY_HOST_HOST_H
#define SLIPWAY_HOST_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/attr.h"
#include "base/error.h"
#include "base/record.h"
#include "base/terms.h"
#include "base/text.h"
#include "host/backing.h"

/* What the first bytes of a firmware file say it is for (UEFI PI, volume 3, "Firmware Volume
 * Header"). */
enum firmware_role {
	FIRMWARE_ROLE_UNKNOWN,
	FIRMWARE_ROLE_CODE,      /* FFS2/FFS3 volume first, no variables */
	FIRMWARE_ROLE_VARIABLES, /* an NV data volume, and nothing behind it that is code */
	FIRMWARE_ROLE_UNIFIED,   /* NV data volume followed by code in one x86 file */
	FIRMWARE_ROLE_BLANK,     /* nothing but zeros: a valid empty store for "virt" boards */
};

/* One firmware file, looked at once. */
struct firmware_file {
	char *path;       /* as descriptor, pair, option or spec names it */
	char *host_path;  /* the name to open it by from this process: path, behind --root */
	int error_number; /* 0, or errno of the attempt to open it; nothing below is valid then */
	bool regular;     /* a regular file; block devices and others are not */
	bool block_device;
	dev_t device; /* identity of what was opened, symbolic links followed */
	ino_t inode;
	uint64_t size_bytes;
	bool elsewhere;           /* qcow2 with a backing or data file, which QEMU is not given */
	bool cut_off;             /* qcow2 whose tables name what is behind the end */
	enum image_format format; /* by content: qcow2 by its magic number, else raw */
	uint64_t
		virtual_size_bytes; /* what the guest sees: qcow2's virtual size, else size_bytes */
	enum firmware_role role;
	uint64_t volume_bytes; /* FvLength of the first volume, 0 when there is none */
	enum arch code_arch;   /* what CODE's reset vector is made for (ARCH_X86_64 for i386 too);
				  ARCH_UNKNOWN where the content does not tell */
};

struct descriptor_target {
	enum arch arch; /* ARCH_UNKNOWN: one that slipway does not know */
	char *arch_text;
	struct strings machines; /* globs on canonical machine names */
};

enum descriptor_state {
	DESCRIPTOR_USABLE,
	DESCRIPTOR_UNREADABLE,  /* broken: `problem` says how; only `path` is valid */
	DESCRIPTOR_UNSUPPORTED, /* well formed, of a kind that cannot be used: `problem` */
	DESCRIPTOR_MASKED, /* hidden by an empty file or /dev/null; only `path` and `problem` */
};

/* One firmware descriptor (QEMU docs/interop/firmware.json). */
struct descriptor {
	char *path; /* the file that was read, after override by name */
	enum descriptor_state state;
	char *problem;           /* NULL when usable */
	unsigned int interfaces; /* bits of enum firmware_interface */
	enum firmware_device device;
	enum firmware_mode mode;          /* NONE unless device is flash */
	struct firmware_file *executable; /* flash executable, memory, kernel or igvm file */
	enum image_format executable_format;
	char *executable_format_text; /* as written, for messages */
	struct firmware_file
		*template; /* flash split: NVRAM template; memory: uefi-vars JSON; or NULL */
	enum image_format template_format;
	char *template_format_text;
	bool uefi_vars; /* memory with uefi-vars: the template is a JSON store */
	struct descriptor_target *targets;
	size_t target_count;
	struct strings features;
};

/* Where a CODE+VARS pair comes from, in search order. */
enum pair_source {
	PAIR_QEMU_CONF, /* `nvram` of /etc/libvirt/qemu.conf */
	PAIR_BUILT_IN,  /* slipway's table of verified pairs */
	PAIR_EMULATOR,  /* <directory of the QEMU binary>/../share/qemu */
};

struct firmware_pair {
	enum pair_source source;
	enum arch arch; /* ARCH_UNKNOWN: not said (qemu.conf) */
	struct firmware_file *code;
	struct firmware_file *vars; /* NULL: stateless or unified file */
	enum image_format format;
	bool secure_boot;      /* the build has Secure Boot */
	bool requires_smm;     /* … and needs SMM */
	bool enrolled_keys;    /* the VARS template has keys: Secure Boot is enforced */
	uint64_t family_bytes; /* x86: what CODE and VARS make together (2 or 4 MiB); other
				  architectures: the board's flash; 0: not known by the name */
	bool libvirt_builtin;  /* one of the entries that libvirt is built with */
	bool libvirt_active;   /* libvirt's own fallback list has this entry on this host: built in
				  and `nvram` is not set, or set in qemu.conf and no descriptor
				  file is there (virQEMUDriverConfigLoadNVRAMEntry) */
};

/* What the table of known pairs says about a file that a spec or command line names, whether it is
 * there or not. */
struct known_file {
	char *path;
	bool vars; /* a template; else CODE */
	bool secure_boot, enrolled_keys;
	uint64_t family_bytes; /* as in struct firmware_pair */
};

struct machine_alias {
	char *alias;     /* q35 */
	char *canonical; /* pc-q35-7.2 */
};

struct emulator {
	char *path;     /* what will be executed; NULL when none was found */
	bool uefi_vars; /* has the device (QEMU 10.0); only looked for where a descriptor needs it
			 */
	bool seccomp;   /* is linked with libseccomp, so it has -sandbox */
	bool script;    /* begins with "#!": what it starts is the emulator */
	struct strings tried;     /* in words, for messages */
	struct strings looked_at; /* the paths themselves */
	enum error_status status; /* why path is NULL or unusable: ERROR_STATUS_NOT_FOUND or
				     _CANNOT_EXECUTE; 0 = usable */
	int error_number;
};

struct kvm_state {
	bool asked;  /* false: nobody wanted to know */
	bool usable; /* opened, and the API version is 12 (Linux Documentation/virt/kvm/api.rst) */
	char *problem; /* owned text: what failed, owner and mode of the device, the fix */
};

/* What os-release(5) says, for "install this package". */
enum package_family {
	PACKAGE_FAMILY_UNKNOWN,
	PACKAGE_FAMILY_DEBIAN,
	PACKAGE_FAMILY_FEDORA,
	PACKAGE_FAMILY_ARCH,
	PACKAGE_FAMILY_SUSE,
	PACKAGE_FAMILY_ALPINE,
	PACKAGE_FAMILY_GENTOO,
	PACKAGE_FAMILY_VOID,
};

struct host {
	enum arch arch;                 /* of this machine: what KVM can run */
	struct descriptor *descriptors; /* sorted by file name; behind them those beside the
					   emulator, then those asked for by name */
	size_t descriptor_count;
	bool pairs_from_qemu_conf; /* qemu.conf sets `nvram`: libvirt's built-in pairs are replaced
				      for it, so they stay in `pairs` but are not active */
	struct firmware_pair *pairs; /* in search order */
	size_t pair_count;
	struct strings absent_pairs; /* "CODE:VARS" of the pairs that were looked at and are not in
					`pairs`: neither file exists, or only one that a
					complete pair shares */
	struct known_file *known;    /* those of the request's paths that the table knows */
	size_t known_count;
	struct firmware_file **asked; /* one for each path of the request, in its order */
	size_t asked_count;
	struct firmware_file *
		*stores; /* the request's store paths, in its order: the VM's own NVRAM */
	size_t store_count;
	struct record **records; /* what stands beside each store, in their order; NULL: nothing */
	struct firmware_file **files; /* owner of every file above; each path once, and
					 once more among the stores */
	size_t file_count;
	struct machine_alias *machines;
	size_t machine_count;
	bool machines_asked;         /* the emulator itself, just now */
	bool machines_from_emulator; /* false: a table's names, whose versions are only plausible */
	struct {
		char *path, *text; /* owned, or NULL: nothing is to be written */
	} cache;                   /* what the emulator said, for the next time */
	struct emulator emulator;
	struct kvm_state kvm;
	enum package_family packages;
	struct backing backing; /* files behind the request's images */
	/* Every path that was looked at, found or not: where each is as it was, another survey
	 * finds the same. Not among them: stores, images and /dev/kvm, of which only the facts
	 * above count. */
	struct strings looked_at;
	struct strings notes;
};

/* What the door wants looked at. Borrowed for the call. */
struct survey_request {
	int root_fd;           /* everything but the emulator is opened below it */
	const char *root_path; /* "/" or the --root directory, for host_path */
	enum arch arch;
	const char
		*config_directory; /* the user's configuration directory, or NULL: not to be read */
	bool privileged;           /* run as root: config_directory must belong to root */
	const char *emulator;      /* a path that was asked for, or NULL: search */
	const char *search_path;   /* PATH */
	/* argv[0] where slipway was called in QEMU's place: the QEMU of that name is searched for,
	 * beside it first; else NULL */
	const char *called_as;
	const char *program;               /* what was called so; NULL: this program's own file */
	const struct strings *paths;       /* firmware files that spec and options name */
	const struct strings *store_paths; /* NVRAM stores the VM may have; looked up at "/", not
					      below the root */
	const struct strings *descriptor_paths; /* descriptors named by --firmware, read besides */
	const struct strings *images;           /* disks whose backing chains are wanted, or NULL */
	bool firmware; /* false: the VM needs no firmware from the host; descriptors are not read */
	bool kvm;      /* look at /dev/kvm */
	bool uefi_vars; /* the VM has a uefi-vars store, whatever descriptors there are */
	bool machines;  /* the emulator is asked for its machines' names */
	const char *cache_directory; /* where its answer may be, or NULL */
	/* Only what the usual start needs: no pairs, no files of other architectures' descriptors,
	 * nothing that only explains a refusal. Good for nothing but the choice of a descriptor. */
	bool brief;
};

/* Never fails for what it finds on the host; errors are failures of slipway itself. */
struct error *host_survey(const struct survey_request *request, struct host **ret_host) MUST_USE;

/* NULL is allowed. */
void host_free(struct host *host);
void host_free_pointer(struct host **host);
#define auto_host CLEANUP(host_free_pointer)

#endif
