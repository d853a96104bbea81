/* SPDX-License-Identifier: MIT */
#include "plan/cpu_set.h"

#include <ctype.h>
#include <string.h>

#include "base/memory.h"
#include "base/qopt.h"

/* Reads a number that the spec's reader has looked at already; CPU_SET_MOST is the most. */
static unsigned int read_number(const char **c)
{
	unsigned int number = 0;

	for (; isdigit((unsigned char)**c); (*c)++)
		number = number < CPU_SET_MOST ? number * 10 + (unsigned int)(**c - '0')
					       : CPU_SET_MOST;
	return number;
}

/* The last item that speaks of a number decides. */
bool cpu_set_has(const char *set, unsigned int number)
{
	bool has = false;

	for (const char *c = set; *c;) {
		bool adds = true;
		unsigned int first, last;

		c += strspn(c, " ,");
		if (*c == '^') {
			adds = false;
			c++;
		}
		if (!isdigit((unsigned char)*c))
			return has;
		first = last = read_number(&c);
		if (*c == '-') {
			c++;
			last = read_number(&c);
		}
		if (number >= first && number <= last)
			has = adds;
		c += strspn(c, " ");
	}
	return has;
}

struct error *cpu_set_add_ranges(const char *set, const char *key, struct text *option)
{
	bool any = false;

	for (unsigned int first = 0; first < CPU_SET_MOST; first++) {
		unsigned int last = first;

		if (!cpu_set_has(set, first))
			continue;
		while (last + 1 < CPU_SET_MOST && cpu_set_has(set, last + 1))
			last++;
		if (last > first)
			qopt_addf(option, key, "%u-%u", first, last);
		else
			qopt_addf(option, key, "%u", first);
		any = true;
		first = last;
	}
	return any ? NULL : error_new("the set '%s' is empty", set);
}
