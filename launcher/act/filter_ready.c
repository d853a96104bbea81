/* SPDX-License-Identifier: MIT */
#include "act/filter_ready.h"

static bool is_of(const struct filter_ready *ready, const struct strings *policies)
{
	size_t count = 0;

	for (; count < READY_POLICIES_MOST && ready->policies[count]; count++)
		if (!strings_contain(policies, ready->policies[count]))
			return false;
	return count == policies->count;
}

const struct filter_ready *filter_ready_find(const struct strings *policies)
{
	size_t count;
	const struct filter_ready *table = filter_ready_table(&count);

	for (size_t i = 0; i < count; i++)
		if (is_of(&table[i], policies))
			return &table[i];
	return NULL;
}
