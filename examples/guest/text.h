/* SPDX-License-Identifier: MIT */
#ifndef SLIPWAY_GUEST_TEXT_H
#define SLIPWAY_GUEST_TEXT_H

/* Reads texts of slipway.cfg: pure functions of text that ends with a zero. */

#include <stdbool.h>
#include <stdint.h>

bool text_equal(const char *a, const char *b);

/* The whole text is a decimal number that fits. false: it is not; *ret_number is as it was. */
bool text_number(const char *text, uint32_t *ret_number);

#endif
