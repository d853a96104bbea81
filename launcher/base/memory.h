/* SPDX-License-Identifier: MIT */
/*
 * Allocation that does not fail: when memory is out, the program ends with status 125 before it
 * goes on with half a value, so no caller needs a path for it.
 */
#ifndef SLIPWAY_BASE_MEMORY_H
#define SLIPWAY_BASE_MEMORY_H

#include <stdarg.h>
#include <stddef.h>

#include "base/attr.h"

/* Status that slipway ends with when it fails itself; QEMU is never started then. */
#define MEMORY_EXIT_STATUS 125

/* Zeroed memory for `count` items of `size` bytes; the caller frees it. */
void *xcalloc(size_t count, size_t size) MUST_USE;

/* `items` resized to `count` items of `size` bytes (new bytes are not zeroed); the caller frees it.
 */
void *xreallocarray(void *items, size_t count, size_t size) MUST_USE;

/* A copy of `text`; NULL gives NULL. The caller frees it. */
char *xstrdup(const char *text) MUST_USE;

/* A copy of the first `length` bytes of `text`, ended by NUL. The caller frees it. */
char *xstrndup(const char *text, size_t length) MUST_USE;

/* Formatted text; the caller frees it. */
char *xasprintf(const char *format, ...) PRINTF_LIKE(1, 2) MUST_USE;
char *xvasprintf(const char *format, va_list values) PRINTF_LIKE(1, 0) MUST_USE;

/* Says so, and ends the program. */
NO_RETURN void memory_exhausted(void);

/* What a library made, which gives NULL for want of memory alone: the program ends then. */
void *memory_made(void *made) MUST_USE;

/*
 * Appends one zeroed item to the array at `items_pointer` (address of a pointer to items of
 * `item_size` bytes) and counts it in *count. Returns the new item. Earlier items may move.
 */
void *array_push(void *items_pointer, size_t *count, size_t item_size);

/* Frees *pointer_address: for CLEANUP. */
void free_pointer(void *pointer_address);

/* The variable's memory is freed when its scope ends: auto_free char *text = NULL; */
#define auto_free CLEANUP(free_pointer)

/* Takes the value out of a pointer variable: the variable is NULL afterwards and frees nothing. */
void *steal_pointer(void *pointer_address) MUST_USE;
#define steal(pointer_address) ((__typeof__(*(pointer_address)))steal_pointer(pointer_address))

#define ARRAY_COUNT(array) (sizeof(array) / sizeof((array)[0]))

#endif
