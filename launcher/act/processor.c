/* SPDX-License-Identifier: MIT */
#include "act/processor.h"

#include <errno.h>
#include <string.h>

void processor_keep(struct processor_stay *ret_stay)
{
	int here = sched_getcpu();
	cpu_set_t one;

	*ret_stay = (struct processor_stay){.kept = false};
	if (here < 0 || here >= CPU_SETSIZE ||
		sched_getaffinity(0, sizeof(ret_stay->before), &ret_stay->before) != 0 ||
		CPU_COUNT(&ret_stay->before) < 2)
		return;
	CPU_ZERO(&one);
	CPU_SET((size_t)here, &one);
	ret_stay->kept = sched_setaffinity(0, sizeof(one), &one) == 0;
}

struct error *processor_let_go(const struct processor_stay *stay)
{
	cpu_set_t set;

	if (!stay->kept)
		return NULL;
	memset(&set, 0xff, sizeof(set));
	if (sched_setaffinity(0, sizeof(set), &set) == 0 &&
		sched_getaffinity(0, sizeof(set), &set) == 0 && CPU_EQUAL(&set, &stay->before))
		return NULL;
	return sched_setaffinity(0, sizeof(stay->before), &stay->before) == 0
		       ? NULL
		       : error_system(errno, "processors");
}
