/* SPDX-License-Identifier: MIT */
/*
 * The lock on a VM's NVRAM store: held by exactly one VM from before its first use until QEMU ends,
 * because QEMU itself lets any number of processes write one pflash file (hw/block/pflash_cfi01.c
 * asks for BLK_PERM_ALL as shared permission).
 *
 * It is an open file description lock (fcntl(2), F_OFD_SETLK): it belongs to the open file, not to
 * the process, so it survives exec and ends with the last copy of the descriptor.
 *
 * Who does not know of it, libvirt with its own QEMU, is seen by the lock that QEMU itself takes to
 * write, but is not kept from coming later: QEMU looks only for who forbids it to write, and what
 * forbade that would forbid it to our own QEMU.
 */
#ifndef SLIPWAY_ACT_STORE_LOCK_H
#define SLIPWAY_ACT_STORE_LOCK_H

#include <sys/stat.h>

#include "base/attr.h"
#include "base/error.h"
#include "base/text.h"

/*
 * The one byte that is locked. It lies behind the end of any store, so that systems with mandatory
 * locks (SMB) do not stop QEMU's reads and writes, and it is none of those that others lock in
 * image files: QEMU 100 to 299 (block/file-posix.c, RAW_LOCK_PERM_BASE and RAW_LOCK_SHARED_BASE),
 * libvirt 0 and 1 (its lock daemon's disk and metadata bytes).
 */
#define STORE_LOCK_OFFSET 0x4000000000000000

/*
 * 0: locked now. EAGAIN: another open file has the lock. Another errno: this file system cannot
 * lock. The caller decides what that means; `fd` must be open for writing.
 */
int store_lock_try(int fd) MUST_USE;

/*
 * Locks the store `path`, open for writing as `fd`. An error names the process that has it, or
 * writes to it as a QEMU of somebody else's. Where
 * the file system has no locks, *notes says so and the start goes on: refusing would lock the VM's
 * owner out of a store that nothing is wrong with.
 */
struct error *store_lock_take(int fd, const char *path, struct strings *notes) MUST_USE;

/*
 * Keeps VMs off the store for as long as `fd`, open for reading, is open; others may read it
 * besides. An error names the process that uses it; a file system that cannot lock is no error.
 */
struct error *store_lock_share(int fd, const char *path) MUST_USE;

/*
 * The process that holds the lock on the file `status` identifies, or else the QEMU that writes to
 * it, as "process 4711 (qemu-system-x86_64 -name vm)"; NULL where none is visible from here. The
 * caller frees it.
 */
char *store_lock_holder(const struct stat *status) MUST_USE;

#endif
