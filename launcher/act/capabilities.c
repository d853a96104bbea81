/* SPDX-License-Identifier: MIT */
#include "act/capabilities.h"

#include <errno.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Linux 4.3; older C libraries do not name them. */
#ifndef PR_CAP_AMBIENT
#define PR_CAP_AMBIENT 47
#define PR_CAP_AMBIENT_CLEAR_ALL 4
#endif
/* Two words of 32 bits hold every capability (_LINUX_CAPABILITY_VERSION_3). */
#define CAPABILITIES_MOST 64

struct error *capabilities_drop(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
	const struct __user_cap_data_struct none[2] = {{0, 0, 0}, {0, 0, 0}};

	/* Without CAP_SETPCAP the bounding set stays, and means nothing under no_new_privs. */
	for (unsigned long i = 0; i < CAPABILITIES_MOST; i++) {
		if (prctl(PR_CAPBSET_DROP, i, 0, 0, 0) != 0)
			break;
	}
	(void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	if (syscall(SYS_capset, &header, none) != 0)
		return error_system(errno, "capabilities");
	return NULL;
}
