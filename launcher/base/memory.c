/* SPDX-License-Identifier: MIT */
#include "base/memory.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The one place outside the door that ends the program: nothing on the host was changed by a caller
 * that still builds values, and no message could be made without memory. */
void memory_exhausted(void)
{
	static const char text[] = "slipway: out of memory\n";
	ssize_t written = write(STDERR_FILENO, text, sizeof(text) - 1);

	(void)written; /* there is nobody left to tell */
	_exit(MEMORY_EXIT_STATUS);
}

void *xcalloc(size_t count, size_t size)
{
	void *memory = calloc(count > 0 ? count : 1, size > 0 ? size : 1);

	if (!memory)
		memory_exhausted();
	return memory;
}

void *xreallocarray(void *items, size_t count, size_t size)
{
	void *memory = NULL;

	if (size > 0 && count <= SIZE_MAX / size)
		memory = realloc(items, count * size > 0 ? count * size : 1);
	if (!memory)
		memory_exhausted();
	return memory;
}

void *memory_made(void *made)
{
	if (!made)
		memory_exhausted();
	return made;
}

char *xstrdup(const char *text)
{
	return text ? xstrndup(text, strlen(text)) : NULL;
}

char *xstrndup(const char *text, size_t length)
{
	char *copy = xcalloc(length + 1, 1);

	memcpy(copy, text, length);
	return copy;
}

char *xvasprintf(const char *format, va_list values)
{
	char *text = NULL;

	if (vasprintf(&text, format, values) < 0)
		memory_exhausted();
	return text;
}

char *xasprintf(const char *format, ...)
{
	va_list values;
	char *text;

	va_start(values, format);
	text = xvasprintf(format, values);
	va_end(values);
	return text;
}

/* Room grows in powers of two, so that n pushes cost n copies and the array needs no capacity
 * field: a count that is a power of two is exactly full. */
void *array_push(void *items_pointer, size_t *count, size_t item_size)
{
	char *items;

	memcpy(&items, items_pointer, sizeof(items));
	if (*count == 0)
		items = xreallocarray(NULL, 1, item_size);
	else if ((*count & (*count - 1)) == 0)
		items = xreallocarray(items, *count * 2, item_size);
	memcpy(items_pointer, &items, sizeof(items));
	memset(items + *count * item_size, 0, item_size);
	return items + (*count)++ * item_size;
}

void *steal_pointer(void *pointer_address)
{
	void *none = NULL;
	void *value;

	memcpy(&value, pointer_address, sizeof(value));
	memcpy(pointer_address, &none, sizeof(none));
	return value;
}

void free_pointer(void *pointer_address)
{
	free(steal_pointer(pointer_address));
}
