/* SPDX-License-Identifier: MIT */
/*
 * Machine names as the emulator itself reports them ("-machine help"), which costs a start of QEMU,
 * so the answer is kept in a file under the binary's identity: device, inode, size and times. The
 * survey reads the file; who starts the VM writes it.
 *
 * Only a system's own QEMU is asked: one of QEMU's names, root's, and writable by nobody else. What
 * another program, or a script, would do is nobody's guess, and a plan must not find out.
 */
#ifndef SLIPWAY_HOST_MACHINE_REPORT_H
#define SLIPWAY_HOST_MACHINE_REPORT_H

#include "host/host.h"

/* Adds the aliases to host->machines, from the file or from QEMU; in the second case host->cache is
 * what the file should hold. Nothing is added where nobody knows. */
void machine_report_take(const struct survey_request *request, struct host *host);

/* Adds the aliases of a report: lines that end in "(alias of NAME)". */
void machine_report_parse(const char *report, struct host *host);

#endif
