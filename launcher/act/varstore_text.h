/* SPDX-License-Identifier: MIT */
/*
 * The numbers, GUIDs and names of a UEFI variable store as values and printable text, whatever
 * bytes stand there.
 */
#ifndef SLIPWAY_ACT_VARSTORE_TEXT_H
#define SLIPWAY_ACT_VARSTORE_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

/* A number of at most 8 bytes. */
uint64_t little_endian(const unsigned char *bytes, size_t size_bytes);

/* 16 bytes as "8be4df61-93ca-11d2-aa0d-00e098032b8c": the first three groups are little-endian
 * (UEFI specification, appendix A). The caller frees it. */
char *guid_text(const unsigned char *guid) MUST_USE;

/* UTF-16LE up to its NUL as UTF-8; half surrogates and control characters become U+FFFD. The caller
 * frees it. */
char *name_text(const unsigned char *bytes, size_t size_bytes) MUST_USE;

#endif
