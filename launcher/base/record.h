/* SPDX-License-Identifier: MIT */
/*
 * The record beside a VM's NVRAM store: which firmware, template and descriptor it was made with
 * and how those files looked then, so that a host update that changes them is seen. A record says
 * what was; it decides nothing.
 *
 * The file is NAME.slipway beside the store NAME: one "key=value" a line, the last line "end", so
 * that half a record is none. Unknown keys are skipped: a newer slipway may have written them.
 */
#ifndef SLIPWAY_BASE_RECORD_H
#define SLIPWAY_BASE_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/error.h"
#include "base/terms.h"

/* Appended to the store's path. */
#define RECORD_SUFFIX ".slipway"

/* The largest record that is read: three paths of PATH_MAX with every byte escaped fit. */
#define RECORD_LIMIT_BYTES 65536

/* How a file looked. */
struct record_file {
	char *path; /* owned; NULL: there was none, or it is not known */
	uint64_t size_bytes;
	uint64_t modified_ns; /* since 1970 */
	uint64_t changed_ns;
	uint64_t inode;
	char *digest; /* owned; "blake2b-256:HEX" of the content, NULL while nobody needed it */
};

struct record {
	char *created; /* owned; "20260131T120000Z", or NULL */
	struct record_file code;
	struct record_file template; /* path NULL for a store that slipway did not make */
	struct record_file descriptor;
	enum image_format code_format; /* of flash; UNSET: not known */
	char *features; /* owned; what descriptor or pair said of CODE, joined by commas ("" for
			   none); NULL: not known, or not CODE with a store beside it */
};

/* `name` is for messages. NULs, lines without "=", numbers that are none and a missing end are
 * errors. The caller frees *ret_record. */
struct error *record_parse(const char *bytes, size_t size_bytes, const char *name,
	struct record **ret_record) MUST_USE;

/* The record as text, which record_parse reads back; the caller frees it. */
char *record_text(const struct record *record) MUST_USE;

/* Whether size, times and inode are those of `other`: the content cannot have changed. */
bool record_file_is_untouched(const struct record_file *file, const struct record_file *other);

void record_file_clear(struct record_file *file);

/* NULL is allowed. */
void record_free(struct record *record);
void record_free_pointer(struct record **record);
#define auto_record CLEANUP(record_free_pointer)

#endif
