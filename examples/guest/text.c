/* SPDX-License-Identifier: MIT */
#include "text.h"

bool text_equal(const char *a, const char *b)
{
	while (*a != '\0' && *a == *b) {
		a++;
		b++;
	}
	return *a == *b;
}

bool text_number(const char *text, uint32_t *ret_number)
{
	uint64_t number = 0;

	if (*text == '\0')
		return false;
	for (; *text != '\0'; text++) {
		if (*text < '0' || *text > '9')
			return false;
		number = number * 10 + (uint64_t)(*text - '0');
		if (number > UINT32_MAX)
			return false;
	}
	*ret_number = (uint32_t)number;
	return true;
}
