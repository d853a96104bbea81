/* SPDX-License-Identifier: MIT */
/*
 * Compiler attributes by name: no other file writes __attribute__, so that a compiler without one
 * of them is served in one place.
 */
#ifndef SLIPWAY_BASE_ATTR_H
#define SLIPWAY_BASE_ATTR_H

/* The result must be looked at: an error that nobody reads is a failure that nobody sees. */
#define MUST_USE __attribute__((warn_unused_result))

/* Argument `text` is a printf format, its values begin at argument `first`. */
#define PRINTF_LIKE(text, first) __attribute__((format(printf, text, first)))

/* The variable's value is handed to `function` (by address) when its scope ends. */
#define CLEANUP(function) __attribute__((cleanup(function)))

/* The function does not come back. */
#define NO_RETURN __attribute__((noreturn))

/* Named, and not used on purpose. */
#define UNUSED __attribute__((unused))

/* Kept in the program in a section of that name (".note.…" becomes an ELF note), used or not. */
#define NOTE_SECTION(name) __attribute__((section(name), used, aligned(4)))

/* The variable, or each item of an array, is `bytes` wide, and operators work on all its words at
 * once: a register of SSE2, NEON and the like, where there is one. */
#define VECTOR(bytes) __attribute__((vector_size(bytes)))

#endif
