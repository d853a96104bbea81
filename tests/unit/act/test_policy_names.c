/* SPDX-License-Identifier: MIT */
/* The names that the policy text gives to numbers, held against the kernel's headers of this host.
 */
#include <asm/prctl.h>
#include <fcntl.h>
#include <linux/input.h>
#include <linux/psp-sev.h>
#include <linux/blkzoned.h>
#include <linux/cdrom.h>
#include <linux/fs.h>
#include <linux/hdreg.h>
#include <linux/if_tun.h>
#include <linux/kvm.h>
#include <linux/netlink.h>
#include <linux/ppdev.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <linux/userfaultfd.h>
#include <linux/vfio.h>
#include <linux/vhost.h>
#include <linux/usbdevice_fs.h>
#include <netinet/in.h>
#include <scsi/sg.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include <cmocka.h>

#include "act/policy_table.h"
#include "base/memory.h"

/* A name of the policy text and the kernel's headers of this host. */
struct known {
	const char *name;
	uint64_t value;
};
#define KNOWN(name)                                                                                \
	{                                                                                          \
#name, (uint32_t)(name)                                                            \
	}
#define TYPE_OF(request) ((uint32_t)(request)&0xff00u)

static const struct known constants[] = {
	KNOWN(F_DUPFD),
	KNOWN(F_GETFD),
	KNOWN(F_SETFD),
	KNOWN(F_GETFL),
	KNOWN(F_SETFL),
	KNOWN(F_GETLK),
	KNOWN(F_SETLK),
	KNOWN(F_SETLKW),
	KNOWN(F_OFD_GETLK),
	KNOWN(F_OFD_SETLK),
	KNOWN(F_OFD_SETLKW),
	KNOWN(F_DUPFD_CLOEXEC),
	KNOWN(F_ADD_SEALS),
	KNOWN(F_GET_SEALS),
	KNOWN(TCGETS),
	KNOWN(TCSETS),
	KNOWN(TCSETSW),
	KNOWN(TCSETSF),
	KNOWN(TIOCGWINSZ),
	KNOWN(FIONREAD),
	KNOWN(FIONBIO),
	KNOWN(BLKSSZGET),
	KNOWN(FS_IOC_FSGETXATTR),
	KNOWN(FS_IOC_FSSETXATTR),
	KNOWN(PROT_WRITE),
	KNOWN(PROT_EXEC),
	KNOWN(MAP_ANONYMOUS),
	KNOWN(PR_SET_NAME),
	KNOWN(PR_GET_NAME),
	KNOWN(PR_CAPBSET_READ),
	KNOWN(PR_SET_TIMERSLACK),
	KNOWN(PR_MCE_KILL),
	KNOWN(PR_SET_NO_NEW_PRIVS),
	KNOWN(PR_GET_NO_NEW_PRIVS),
	KNOWN(AF_UNIX),
	KNOWN(AF_INET),
	KNOWN(AF_INET6),
	KNOWN(AF_NETLINK),
	KNOWN(NETLINK_ROUTE),
	KNOWN(NETLINK_KOBJECT_UEVENT),
	KNOWN(SOCK_STREAM),
	KNOWN(SOCK_DGRAM),
	KNOWN(IPPROTO_IP),
	KNOWN(IPPROTO_TCP),
	KNOWN(IPPROTO_UDP),
	KNOWN(IPPROTO_ICMP),
	KNOWN(IPPROTO_ICMPV6),
	KNOWN(SECCOMP_SET_MODE_FILTER),
	KNOWN(SECCOMP_SET_MODE_STRICT),
	KNOWN(SECCOMP_GET_ACTION_AVAIL),
	KNOWN(SECCOMP_GET_NOTIF_SIZES),
	KNOWN(SECCOMP_FILTER_FLAG_TSYNC),
	KNOWN(SECCOMP_FILTER_FLAG_NEW_LISTENER),
	KNOWN(SIGABRT),
	KNOWN(SIGUSR1),
	KNOWN(TUNSETIFF),
	KNOWN(TUNGETFEATURES),
	KNOWN(TUNSETOFFLOAD),
	KNOWN(TUNGETIFF),
	KNOWN(TUNSETSNDBUF),
	KNOWN(TUNGETVNETHDRSZ),
	KNOWN(TUNSETVNETHDRSZ),
	KNOWN(TUNSETQUEUE),
	KNOWN(TUNSETVNETLE),
	KNOWN(TUNSETVNETBE),
	KNOWN(TUNSETSTEERINGEBPF),
	KNOWN(SIOCGIFINDEX),
	KNOWN(SEV_ISSUE_CMD),
	KNOWN(TIOCGPTN),
	KNOWN(TIOCSPTLCK),
	KNOWN(TIOCGPTPEER),
	KNOWN(TCSBRK),
	KNOWN(TIOCMGET),
	KNOWN(PPCLAIM),
	KNOWN(PPRELEASE),
	KNOWN(PPSETMODE),
	KNOWN(PPNEGOT),
	KNOWN(PPDATADIR),
	KNOWN(PPRSTATUS),
	KNOWN(PPRCONTROL),
	KNOWN(PPWCONTROL),
	KNOWN(PPRDATA),
	KNOWN(PPWDATA),
	KNOWN(TIOCMSET),
	KNOWN(FS_IOC_GETVERSION),
	KNOWN(HDIO_GETGEO),
	KNOWN(BLKROGET),
	KNOWN(BLKFLSBUF),
	KNOWN(BLKSECTGET),
	KNOWN(BLKDISCARD),
	KNOWN(BLKPBSZGET),
	KNOWN(BLKDISCARDZEROES),
	KNOWN(BLKZEROOUT),
	KNOWN(BLKGETSIZE64),
	KNOWN(BLKGETZONESZ),
	KNOWN(BLKGETNRZONES),
	KNOWN(CDROMEJECT),
	KNOWN(CDROM_DRIVE_STATUS),
	KNOWN(CDROM_LOCKDOOR),
	KNOWN(CDROM_GET_CAPABILITY),
	KNOWN(SG_SET_TIMEOUT),
	KNOWN(SG_GET_SCSI_ID),
	KNOWN(SG_GET_VERSION_NUM),
	KNOWN(SG_IO),
	{"IOCTL_TYPE_KVM", TYPE_OF(KVM_CREATE_VM)},
	{"IOCTL_TYPE_VHOST", TYPE_OF(VHOST_SET_OWNER)},
	{"IOCTL_TYPE_VFIO", TYPE_OF(VFIO_CHECK_EXTENSION)},
	{"IOCTL_TYPE_USBFS", TYPE_OF(USBDEVFS_RESET)},
	{"IOCTL_TYPE_INPUT", TYPE_OF(EVIOCGVERSION)},
	{"IOCTL_TYPE_USERFAULTFD", TYPE_OF(UFFDIO_API)},
	{"IOCTL_TYPE_DRM", 'd' << 8},
	{"IOCTL_TYPE_DMA_BUF", 'b' << 8},
	{"IOCTL_TYPE_SYNC", '>' << 8},
	{"IOCTL_TYPE_MASK", 0xff00},
	{"SOCK_TYPE_MASK", 0xf},
	/* <linux/xfs_fs.h>, which no package of every distribution has: _IOR('X', 30, 12 bytes) */
	{"XFS_IOC_DIOINFO", _IOC(_IOC_READ, 'X', 30, 12)},
	{"PTHREAD_FLAGS", CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SYSVSEM | CLONE_SIGHAND |
				  CLONE_THREAD | CLONE_SETTLS | CLONE_PARENT_SETTID |
				  CLONE_CHILD_CLEARTID},
	{"PTHREAD_MASK", ~(uint64_t)CLONE_DETACHED},
	{"FORK_FLAGS", CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID | SIGCHLD},
	{"VFORK_FLAGS", CLONE_VM | CLONE_VFORK | SIGCHLD},
#ifdef ARCH_SET_FS
	KNOWN(ARCH_SET_FS),
#endif
};

/* x86-64 only, and younger than many headers (arch/x86/include/uapi/asm/prctl.h). */
static const struct known x86_only[] = {
	{"ARCH_SET_FS", 0x1002},
	{"ARCH_CET_STATUS", 0x3001},
	{"ARCH_GET_XCOMP_GUEST_PERM", 0x1024},
	{"ARCH_REQ_XCOMP_GUEST_PERM", 0x1025},
};

static const struct known *known_constant(const char *name)
{
	for (size_t i = 0; i < ARRAY_COUNT(constants); i++) {
		if (strcmp(constants[i].name, name) == 0)
			return &constants[i];
	}
	for (size_t i = 0; i < ARRAY_COUNT(x86_only); i++) {
		if (strcmp(x86_only[i].name, name) == 0)
			return &x86_only[i];
	}
	return NULL;
}

static void names_mean_what_the_kernel_means(void **state)
{
	size_t count;
	const struct policy_constant *named = policy_constants(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		const struct known *known = known_constant(named[i].name);

		if (!known)
			fail_msg("%s:%d: '%s' is not held against a header", named[i].file,
				named[i].line, named[i].name);
		else if (known->value != named[i].value)
			fail_msg("%s:%d: '%s' is 0x%llx here", named[i].file, named[i].line,
				named[i].name, (unsigned long long)known->value);
	}
	assert_true(count > 50);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_mean_what_the_kernel_means),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
