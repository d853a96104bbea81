/* SPDX-License-Identifier: MIT */
#include "arch.h"

/* By -device isa-debug-exit,iobase=0xf4,iosize=0x04; QEMU's default is 0x501 (debugexit.c). */
#define DEBUG_EXIT_PORT 0xf4

/* QEMU docs/specs/pvpanic: reading gives the events that the device knows, writing reports one. */
#define PVPANIC_PORT 0x505
#define PVPANIC_PANICKED 1
#define PORT_EMPTY 0xff /* what an x86 machine reads where no device is */

/* The 16550 UART at COM1: registers for data, interrupt identification and line status. */
#define UART_DATA_PORT 0x3f8
#define UART_IDENTIFICATION_PORT 0x3fa
#define UART_STATUS_PORT 0x3fd
#define UART_FIFO_ON 0xc0
#define UART_FIFO_BYTES 16
#define UART_CAN_TAKE 0x20 /* the FIFO is empty */
#define UART_ALL_SENT 0x40 /* and so is the shift register */

static uint8_t in8(uint16_t port)
{
	uint8_t value;

	__asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

static void out8(uint16_t port, uint8_t value)
{
	__asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

noreturn void arch_undefined_instruction(void)
{
	for (;;)
		__asm__ volatile("ud2");
}

const char *arch_exit_device(void)
{
	return "no isa-debug-exit device at port 0xf4";
}

void arch_exit_emulator(uint32_t status)
{
	__asm__ volatile("outl %0, %1" : : "a"(status), "Nd"((uint16_t)DEBUG_EXIT_PORT));
}

bool arch_report_panic(void)
{
	uint8_t events = in8(PVPANIC_PORT);

	if (events == PORT_EMPTY || (events & PVPANIC_PANICKED) == 0)
		return false;
	out8(PVPANIC_PORT, PVPANIC_PANICKED);
	return true;
}

static void wait_for_uart(uint8_t state)
{
	while ((in8(UART_STATUS_PORT) & state) == 0)
		__asm__ volatile("pause");
}

/*
 * By hand, because EDK2's driver for this UART gives up on a byte after a fraction of a
 * millisecond, keeps it and reports it as not written: who then repeats it, writes it twice
 * (SerialWrite in MdeModulePkg/Bus/Pci/PciSioSerialDxe/SerialIo.c). Seen with a host that reads
 * slowly, which is just what flood is for.
 */
bool arch_write_serial(const char *bytes, size_t size_bytes)
{
	size_t room = 1;

	if (in8(UART_STATUS_PORT) == PORT_EMPTY)
		return false;
	if ((in8(UART_IDENTIFICATION_PORT) & UART_FIFO_ON) == UART_FIFO_ON)
		room = UART_FIFO_BYTES;
	for (size_t i = 0; i < size_bytes; i++) {
		if (i % room == 0)
			wait_for_uart(UART_CAN_TAKE);
		out8(UART_DATA_PORT, (uint8_t)bytes[i]);
	}
	wait_for_uart(UART_ALL_SENT);
	return true;
}
