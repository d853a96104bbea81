/* SPDX-License-Identifier: MIT */
/*
 * Whose signatures a UEFI variable store lets start: the names of the certificates in its db. Read
 * only; store and certificates are hostile input, and what cannot be understood has no name.
 */
#ifndef SLIPWAY_ACT_KEY_NAMES_H
#define SLIPWAY_ACT_KEY_NAMES_H

#include <stddef.h>

#include "base/attr.h"
#include "base/error.h"
#include "base/text.h"

/* Adds the common name of each certificate in the db of the store `fd`. Errors are failures to
 * read. */
struct error *key_names_of_store(int fd, struct strings *names) MUST_USE;

/* The same for the value of a db: UEFI specification, "Signature Database" (EFI_SIGNATURE_LIST). */
void key_names_of_db(const unsigned char *bytes, size_t size_bytes, struct strings *names);

#endif
