/* SPDX-License-Identifier: MIT */
#ifndef SLIPWAY_GUEST_ARCH_H
#define SLIPWAY_GUEST_ARCH_H

/*
 * What only the processor's own instructions can do, one file for each architecture; where the
 * machine lacks the device that is meant, nothing happens and the function returns (false).
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdnoreturn.h>

/* Runs an undefined instruction: the firmware's exception handler takes over for good. */
noreturn void arch_undefined_instruction(void);

/* What has to be there for arch_exit_emulator(): for the message when it is not. */
const char *arch_exit_device(void);

/* Ends QEMU with the status on AArch64, status * 2 + 1 on x86; of that the low 8 bits. */
void arch_exit_emulator(uint32_t status);

/* Reports a panic to the emulator. false: there is no such device. */
bool arch_report_panic(void);

/*
 * Sends bytes to the first serial port past the firmware, and waits for the host as long as it
 * takes; all of them have left the port when it returns. false: there is no such port, or this
 * architecture leaves it to the firmware.
 */
bool arch_write_serial(const char *bytes, size_t size_bytes);

#endif
