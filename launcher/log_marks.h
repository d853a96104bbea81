/* SPDX-License-Identifier: MIT */
/*
 * The marks in a log by which GitHub Actions and GitLab CI fold a part of it and show an error
 * beside the file it belongs to. They go to stdout; for any other reader nothing is written.
 *
 * A guest's console is in the same log, and could give such commands itself: where the reader obeys
 * them, they are switched off for that part.
 */
#ifndef SLIPWAY_LOG_MARKS_H
#define SLIPWAY_LOG_MARKS_H

#include "base/attr.h"
#include "options.h"

/* Begins a folded part. Returns the word that ends it, which nobody can guess; the caller frees it.
 */
char *log_marks_begin(enum log_reader reader, const char *title) MUST_USE;
void log_marks_end(enum log_reader reader, const char *word);

/* An error that belongs to `file`. */
void log_marks_error(enum log_reader reader, const char *title, const char *file, const char *text);

#endif
