/* SPDX-License-Identifier: MIT */
/*
 * What `slipway nvram` does with a store that is there, apart from resetting it, which is
 * nvram_prepare's: tell what it holds, and save a copy of it. The store itself is never written.
 */
#ifndef SLIPWAY_ACT_NVRAM_STORE_H
#define SLIPWAY_ACT_NVRAM_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "act/varstore.h"
#include "base/attr.h"
#include "base/error.h"
#include "base/record.h"

struct nvram_report {
	char *path;
	uint64_t disk_bytes; /* what the file takes up */
	char *holder;        /* the process that uses it, or NULL */
	struct varstore *varstore;
	struct record *record; /* NULL: slipway did not make it, or the record is gone */
	char *record_problem;  /* why `record` is NULL although there is one */
};

/* error->number is ENOENT where there is no store. The caller frees *ret_report. */
struct error *nvram_show(const char *path, struct nvram_report **ret_report) MUST_USE;

/*
 * Copies the store `path` to `target`, which appears whole or not at all, mode 0600. `replace`:
 * what is at `target` may be replaced. Errors: a VM is using the store (a copy would be one of
 * different moments); `target` exists; they are one file.
 */
struct error *nvram_save(const char *path, const char *target, bool replace) MUST_USE;

/* NULL is allowed. */
void nvram_report_free(struct nvram_report *report);
void nvram_report_free_pointer(struct nvram_report **report);
#define auto_nvram_report CLEANUP(nvram_report_free_pointer)

#endif
