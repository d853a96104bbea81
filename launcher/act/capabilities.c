/* SPDX-License-Identifier: MIT */
#include "act/capabilities.h"

#include <errno.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <stdbool.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/memory.h"

/* Linux 4.3; older headers do not name them. */
#ifndef SECBIT_NO_CAP_AMBIENT_RAISE
#define SECBIT_NO_CAP_AMBIENT_RAISE (1 << 6)
#define SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED (1 << 7)
#endif

/* capabilities(7), "The securebits flags". */
#define ROOT_IS_NOBODY                                                                             \
	(SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP |                           \
		SECBIT_NO_SETUID_FIXUP_LOCKED | SECBIT_NO_CAP_AMBIENT_RAISE |                      \
		SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED)

/* Two words of 32 bits hold every capability (_LINUX_CAPABILITY_VERSION_3). */
#define WORDS 2

/* An ordinary user's, and ambient ones are among these. Root, of whom the kernel told at the start
 * (getauxval(3)), is not asked: dropping what is not there does no harm. */
static struct error *find_none(struct __user_cap_header_struct *header, bool *ret_none)
{
	struct __user_cap_data_struct held[WORDS] = {{0, 0, 0}, {0, 0, 0}};

	*ret_none = false;
	if (getauxval(AT_EUID) == 0)
		return NULL;
	if (syscall(SYS_capget, header, held) != 0)
		return error_system(errno, "capabilities");
	*ret_none = true;
	for (size_t i = 0; i < WORDS; i++)
		if (held[i].permitted || held[i].effective || held[i].inheritable)
			*ret_none = false;
	return NULL;
}

/* In place of dropping the bounding set, one call for each capability. What is set already stays:
 * a newer kernel's bits are no business of this program. Without CAP_SETPCAP, or with a bit that
 * somebody has locked as it was, no_new_privs alone has to do, and does. */
static void make_root_nobody(void)
{
	int bits = prctl(PR_GET_SECUREBITS, 0, 0, 0, 0);

	if (bits >= 0)
		(void)prctl(PR_SET_SECUREBITS, (unsigned long)bits | ROOT_IS_NOBODY, 0, 0, 0);
}

struct error *capabilities_drop(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
	const struct __user_cap_data_struct nothing[WORDS] = {{0, 0, 0}, {0, 0, 0}};
	bool none;

	TRY(find_none(&header, &none));
	if (none)
		return NULL;
	make_root_nobody();
	/* ambient ones go with those that they must be among (cap_capset() in Linux'
	 * security/commoncap.c) */
	if (syscall(SYS_capset, &header, nothing) != 0)
		return error_system(errno, "capabilities");
	return NULL;
}
