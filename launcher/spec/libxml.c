/* SPDX-License-Identifier: MIT */
#include "spec/libxml.h"

#ifdef LIBXML2_SONAME

#include <dlfcn.h>
#include <stdlib.h>

/* RTLD_GLOBAL: its functions are then found by name alone, and nobody has to keep a handle. It is
 * never unloaded: libxml2 has state of its own. RTLD_LAZY: the C++ library that ICU brings is then
 * bound where it is called, which it is not. */
struct error *libxml_load(void)
{
	if (dlopen(LIBXML2_SONAME, RTLD_LAZY | RTLD_GLOBAL))
		return NULL;
	return error_new("cannot load libxml2: %s", dlerror());
}

void *libxml_function(const char *name)
{
	void *function = dlsym(RTLD_DEFAULT, name);

	if (!function)
		abort();
	return function;
}

#else

struct error *libxml_load(void)
{
	return NULL;
}

#endif
