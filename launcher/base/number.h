/* SPDX-License-Identifier: MIT */
/*
 * Numbers from text: the whole text or an error, range checked, never wrapped; sizes multiply with
 * overflow checks.
 */
#ifndef SLIPWAY_BASE_NUMBER_H
#define SLIPWAY_BASE_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/error.h"

/* A decimal number from `least` to `most`; surrounding white space is allowed, signs are not. */
struct error *number_parse(
	const char *text, uint64_t least, uint64_t most, uint64_t *ret_number) MUST_USE;

/* The same for "0x…" as well as decimal. */
struct error *number_parse_any_base(
	const char *text, uint64_t least, uint64_t most, uint64_t *ret_number) MUST_USE;

/*
 * Bytes in one `unit` as libvirt's scaled integers know them (formatdomain, "memory"): b, bytes,
 * KB, k, KiB, MB, M, MiB, GB, G, GiB, TB, T, TiB, PB, P, PiB, EB, E, EiB, in any case. False for
 * another.
 */
bool unit_bytes(const char *unit, uint64_t *ret_bytes);

/* `number` × `unit_size_bytes`; an error names the overflow. */
struct error *size_multiply(
	uint64_t number, uint64_t unit_size_bytes, uint64_t *ret_bytes) MUST_USE;

#endif
