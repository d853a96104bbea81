/* SPDX-License-Identifier: MIT */
/*
 * What kind of program a file is: a script, or slipway itself, which has a mark: an ELF note in
 * each build of it. Two versions of slipway under QEMU's name would otherwise each take the other
 * for QEMU, and execute each other for ever.
 */
#ifndef SLIPWAY_HOST_MARK_H
#define SLIPWAY_HOST_MARK_H

enum program_kind {
	PROGRAM_ANY,     /* neither of these, or not to be read */
	PROGRAM_SCRIPT,  /* begins with "#!" */
	PROGRAM_SLIPWAY, /* of whichever version */
};

/* Of an open file: one read where the headers and notes are in its first page, as linkers place
 * them. The offset does not move. */
enum program_kind program_kind(int fd);

#endif
