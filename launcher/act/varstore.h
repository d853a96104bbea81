/* SPDX-License-Identifier: MIT */
/*
 * What an edk2 variable store holds: its family, the UEFI variables in it, and whether Secure Boot
 * is set up. Read only; the store is hostile input, and one that cannot be understood is described
 * as such, with what could be read of it.
 *
 * Layouts: UEFI PI specification, volume 3 ("Firmware Volume Header"); edk2
 * MdeModulePkg/Include/Guid/VariableFormat.h.
 */
#ifndef SLIPWAY_ACT_VARSTORE_H
#define SLIPWAY_ACT_VARSTORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/error.h"
#include "base/terms.h"

/* The builds of edk2 that share a layout; a store only works with CODE of its own family. */
enum varstore_family {
	VARSTORE_FAMILY_UNKNOWN,
	VARSTORE_FAMILY_2M,   /* x86, 2 MiB flash: 128 KiB of variables */
	VARSTORE_FAMILY_4M,   /* x86, 4 MiB flash: 528 KiB */
	VARSTORE_FAMILY_VIRT, /* ARM, RISC-V and LoongArch "virt" boards: 768 KiB, padded */
	VARSTORE_FAMILY_JSON, /* a uefi-vars store */
};

/* "2M", "4M", "virt", "uefi-vars", "unknown". */
const char *varstore_family_name(enum varstore_family family);

enum variable_state {
	VARIABLE_LIVE,
	VARIABLE_DELETED,    /* its room is used again at the next garbage collection */
	VARIABLE_INCOMPLETE, /* the guest was stopped while it was written */
};

struct variable {
	char *name;          /* UTF-8; control characters and broken UTF-16 are U+FFFD */
	char *guid;          /* "8be4df61-93ca-11d2-aa0d-00e098032b8c" */
	uint32_t attributes; /* UEFI specification, GetVariable(): 1 non-volatile, 2 boot service …
			      */
	uint64_t size_bytes; /* of the value */
	uint64_t offset;     /* of the value in the volume */
	enum variable_state state;
	bool being_replaced; /* a newer one of this name was begun */
};

struct varstore {
	enum image_format format;
	uint64_t size_bytes; /* as the guest sees it */
	enum varstore_family family;
	bool blank; /* nothing but zeros or 0xff: the firmware formats it at the next boot */
	bool volume_is_valid; /* the firmware volume header is whole and its checksum right */
	uint64_t volume_bytes;
	bool authenticated;  /* variables carry time stamps and keys: what Secure Boot needs */
	uint64_t room_bytes; /* for variables */
	uint64_t used_bytes; /* of it, deleted ones too */
	struct variable *variables; /* in the order of the store */
	size_t variable_count;
	enum choice keys_are_enrolled;  /* a platform key is there; UNSET: cannot be told */
	enum choice secure_boot_enable; /* the switch in the firmware's setup; UNSET: not there */
	char *json; /* owned; the text of a uefi-vars store, which is not looked into here, or NULL
		     */
	char *problem; /* why something above is missing or cut short; NULL when all was read */
};

/* The store in the open regular file `fd`. Errors are failures to read, not what the store says. */
struct error *varstore_read(int fd, struct varstore **ret_varstore) MUST_USE;

/*
 * The same for the first `size_bytes` of a store in memory: fills everything from `volume_is_valid`
 * on. The varstore must be zeroed but for what is above it.
 */
void varstore_parse(struct varstore *varstore, const unsigned char *bytes, size_t size_bytes);

/* NULL is allowed. */
void varstore_free(struct varstore *varstore);
void varstore_free_pointer(struct varstore **varstore);
#define auto_varstore CLEANUP(varstore_free_pointer)

#endif
