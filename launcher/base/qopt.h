/* SPDX-License-Identifier: MIT */
/*
 * QEMU option values, escaped by construction: "key=value,key=value" in which every comma of a
 * value is doubled (QEMU util/keyval.c and util/qemu-option.c), so that no name or path can add an
 * option.
 */
#ifndef SLIPWAY_BASE_QOPT_H
#define SLIPWAY_BASE_QOPT_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/text.h"

/* Begins with a bare word such as a device name ("" for none): qopt_word(&o, "virtio-rng-pci"). */
void qopt_word(struct text *option, const char *word);

/* Begins with the value of the option's first key, which goes without saying unless the value holds
 * a "=": QEMU would take what is before it for a key. */
void qopt_first(struct text *option, const char *key, const char *value);

/* Adds ",key=value" (without the comma at the beginning) with the value's commas doubled. */
void qopt_add(struct text *option, const char *key, const char *value);

/* The same for a formatted value: the whole value is escaped after formatting. */
void qopt_addf(struct text *option, const char *key, const char *format, ...) PRINTF_LIKE(3, 4);

/* key=on or key=off. */
void qopt_flag(struct text *option, const char *key, bool value);

#endif
