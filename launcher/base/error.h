/* SPDX-License-Identifier: MIT */
/*
 * Errors as values: a function that can fail returns `struct error *`, NULL meaning done, and the
 * text of an error is complete when it is printed: what is wrong, where, and the way out.
 *
 * Forms of a text: "file:line: what; hint" (XML), "file#/json/pointer: what; hint" (JSON),
 * "what: strerror; hint" (system). Lower case, no full stop, subjects in 'single quotes'.
 */
#ifndef SLIPWAY_BASE_ERROR_H
#define SLIPWAY_BASE_ERROR_H

#include "base/attr.h"

/* Exit statuses of slipway's own failures; what a shell and env(1) use for the last two. */
enum error_status {
	ERROR_STATUS_REFUSED = 125, /* slipway failed or refused, nothing was started */
	ERROR_STATUS_CANNOT_EXECUTE = 126,
	ERROR_STATUS_NOT_FOUND = 127,
};

struct error {
	char *text; /* owned; what main prints behind "slipway: " */
	char *file; /* owned; NULL when the error belongs to no input file */
	int line;   /* 1-based; 0 when there is none */
	int number; /* errno of a system call, or 0 */
	enum error_status status;
};

/* A refusal in words. */
struct error *error_new(const char *format, ...) PRINTF_LIKE(1, 2) MUST_USE;

/* A refusal that belongs to a line of an input file; the text begins "file:line: ". */
struct error *error_at(const char *file, int line, const char *format, ...)
	PRINTF_LIKE(3, 4) MUST_USE;

/* A system call's failure: the text ends ": strerror(number)". */
struct error *error_system(int number, const char *format, ...) PRINTF_LIKE(2, 3) MUST_USE;

/* `error` with another exit status. Takes and returns ownership. */
struct error *error_with_status(struct error *error, enum error_status status) MUST_USE;

/* Adds what was being done: "FORMAT: earlier text". NULL stays NULL. Takes and returns ownership.
 */
struct error *error_while(struct error *error, const char *format, ...) PRINTF_LIKE(2, 3) MUST_USE;

/* Adds the way out: "earlier text; FORMAT". NULL stays NULL. Takes and returns ownership. */
struct error *error_hint(struct error *error, const char *format, ...) PRINTF_LIKE(2, 3) MUST_USE;

/* NULL is allowed. */
void error_free(struct error *error);
void error_free_pointer(struct error **error);

/* Freed when the scope ends. */
#define auto_error CLEANUP(error_free_pointer)

/* Passes an error on to the caller. */
#define TRY(call)                                                                                  \
	do {                                                                                       \
		struct error *try_error_ = (call);                                                 \
		if (try_error_)                                                                    \
			return try_error_;                                                         \
	} while (0)

#endif
