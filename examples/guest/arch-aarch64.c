/* SPDX-License-Identifier: MIT */
#include "arch.h"

/*
 * "Semihosting for AArch32 and AArch64" (Arm 100863), SYS_EXIT_EXTENDED: a block of the reason and
 * the status; ADP_Stopped_ApplicationExit is the reason of a program that ends by itself.
 */
#define SYS_EXIT_EXTENDED 0x20
#define ADP_STOPPED_APPLICATION_EXIT 0x20026

/* arch-aarch64-semihosting.S; returns only when the machine has no semihosting. */
void semihosting_try(uint64_t operation, const void *block);

noreturn void arch_undefined_instruction(void)
{
	for (;;)
		__asm__ volatile(".inst 0x00000000"); /* udf #0; older assemblers lack the name */
}

const char *arch_exit_device(void)
{
	return "no semihosting, which -semihosting-config enable=on turns on";
}

void arch_exit_emulator(uint32_t status)
{
	const uint64_t block[2] = {ADP_STOPPED_APPLICATION_EXIT, status};

	semihosting_try(SYS_EXIT_EXTENDED, block);
}

bool arch_report_panic(void)
{
	return false; /* the machine 'virt' has it only as a PCI device, a driver's work */
}

bool arch_write_serial(const char *bytes, size_t size_bytes)
{
	(void)bytes;
	(void)size_bytes;
	return false; /* EDK2's driver for the PL011 waits for the host by itself */
}
