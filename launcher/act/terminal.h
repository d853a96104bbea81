/* SPDX-License-Identifier: MIT */
/*
 * The terminal after the VM: as it was before, however QEMU ends. QEMU itself gives its modes back
 * where it may end by itself; firmware that switched line wrap off, and a QEMU that was killed,
 * need somebody who stays.
 */
#ifndef SLIPWAY_ACT_TERMINAL_H
#define SLIPWAY_ACT_TERMINAL_H

#include "base/attr.h"
#include "base/error.h"

/*
 * Leaves a process behind that waits for the end of this one, whatever it becomes until then, and
 * gives the terminal on stdin and stdout its modes, its blocking and its line wrap back. Nothing
 * happens where neither is a terminal, or this process is in the background. The process holds no
 * descriptor but the terminal's.
 */
struct error *terminal_keep(void) MUST_USE;

#endif
