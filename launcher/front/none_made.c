/* SPDX-License-Identifier: MIT */
/* In the place of act/filter.c, for a program without libseccomp: no filter is made in it. */
#include "act/filter.h"

#include "base/memory.h"

struct error *filter_make(const struct strings *policies, enum filter_default otherwise,
	enum arch arch, struct filter **ret_filter)
{
	(void)policies;
	(void)otherwise;
	(void)arch;
	(void)ret_filter;
	return error_new("system call filter: there is none that was made before");
}

char *filter_call_name(int number)
{
	return xasprintf("%d", number);
}
