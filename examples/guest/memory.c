/* SPDX-License-Identifier: MIT */
/*
 * The functions that a compiler may call without being asked, to copy or clear a value; a program
 * without a C library has to bring them along (GCC and Clang both say so of -ffreestanding).
 */

#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t size_bytes);
void *memset(void *to, int value, size_t size_bytes);

void *memcpy(void *restrict to, const void *restrict from, size_t size_bytes)
{
	/* volatile: otherwise the loop is recognised and becomes a call of this very function */
	volatile unsigned char *target = to;
	const unsigned char *source = from;

	for (size_t i = 0; i < size_bytes; i++)
		target[i] = source[i];
	return to;
}

void *memset(void *to, int value, size_t size_bytes)
{
	volatile unsigned char *target = to;

	for (size_t i = 0; i < size_bytes; i++)
		target[i] = (unsigned char)value;
	return to;
}
