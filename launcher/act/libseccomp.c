/* SPDX-License-Identifier: MIT */
#include "act/libseccomp.h"

#ifdef LIBSECCOMP_SONAME

#include <dlfcn.h>
#include <stdlib.h>

/* RTLD_GLOBAL: its functions are then found by name alone, and nobody has to keep a handle. */
struct error *libseccomp_load(void)
{
	if (dlopen(LIBSECCOMP_SONAME, RTLD_NOW | RTLD_GLOBAL))
		return NULL;
	return error_new("cannot load libseccomp: %s", dlerror());
}

void *libseccomp_function(const char *name)
{
	void *function = dlsym(RTLD_DEFAULT, name);

	if (!function && dlopen(LIBSECCOMP_SONAME, RTLD_NOW | RTLD_GLOBAL))
		function = dlsym(RTLD_DEFAULT, name);
	if (!function)
		abort();
	return function;
}

#else

struct error *libseccomp_load(void)
{
	return NULL;
}

#endif
