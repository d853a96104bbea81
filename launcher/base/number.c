/* SPDX-License-Identifier: MIT */
#include "base/number.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"

static struct error *parse(
	const char *text, int base, uint64_t least, uint64_t most, uint64_t *ret_number)
{
	const char *start = text + strspn(text, " \t\r\n");
	unsigned long long number;
	char *end = NULL;

	if (!isdigit((unsigned char)start[0]))
		return error_new("'%s' is not a number", text);
	errno = 0;
	number = strtoull(start, &end, base);
	if (end[strspn(end, " \t\r\n")] != '\0')
		return error_new("'%s' is not a number", text);
	if (errno == ERANGE || number < least || number > most)
		return error_new("'%s' is not between %" PRIu64 " and %" PRIu64, text, least, most);
	*ret_number = number;
	return NULL;
}

struct error *number_parse(const char *text, uint64_t least, uint64_t most, uint64_t *ret_number)
{
	return parse(text, 10, least, most, ret_number);
}

struct error *number_parse_any_base(
	const char *text, uint64_t least, uint64_t most, uint64_t *ret_number)
{
	const char *start = text + strspn(text, " \t\r\n");
	bool hexadecimal = start[0] == '0' && (start[1] == 'x' || start[1] == 'X');

	return parse(text, hexadecimal ? 16 : 10, least, most, ret_number);
}

struct unit {
	const char *name;
	uint64_t bytes;
};

static const struct unit units[] = {
	{"b", 1},
	{"byte", 1},
	{"bytes", 1},
	{"kb", 1000},
	{"k", UINT64_C(1) << 10},
	{"kib", UINT64_C(1) << 10},
	{"mb", UINT64_C(1000000)},
	{"m", UINT64_C(1) << 20},
	{"mib", UINT64_C(1) << 20},
	{"gb", UINT64_C(1000000000)},
	{"g", UINT64_C(1) << 30},
	{"gib", UINT64_C(1) << 30},
	{"tb", UINT64_C(1000000000000)},
	{"t", UINT64_C(1) << 40},
	{"tib", UINT64_C(1) << 40},
	{"pb", UINT64_C(1000000000000000)},
	{"p", UINT64_C(1) << 50},
	{"pib", UINT64_C(1) << 50},
	{"eb", UINT64_C(1000000000000000000)},
	{"e", UINT64_C(1) << 60},
	{"eib", UINT64_C(1) << 60},
};

bool unit_bytes(const char *unit, uint64_t *ret_bytes)
{
	for (size_t i = 0; i < ARRAY_COUNT(units); i++) {
		if (strcasecmp(units[i].name, unit) == 0) {
			*ret_bytes = units[i].bytes;
			return true;
		}
	}
	return false;
}

struct error *size_multiply(uint64_t number, uint64_t unit_size_bytes, uint64_t *ret_bytes)
{
	uint64_t bytes;

	if (__builtin_mul_overflow(number, unit_size_bytes, &bytes))
		return error_new("%" PRIu64 " × %" PRIu64 " bytes is more than 64 bits hold",
			number, unit_size_bytes);
	*ret_bytes = bytes;
	return NULL;
}
