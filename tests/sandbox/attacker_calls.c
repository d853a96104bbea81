/* SPDX-License-Identifier: MIT */
/* Attempts that are one system call. Where the call would harm the host its arguments are wrong,
 * and the kernel having looked at them counts (REACH); else it must succeed (WORK). */
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/netlink.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "attacker.h"

/* Younger than the headers of some build hosts; the same number on every architecture. */
#define CALL_PROCESS_MRELEASE 448
#define CALL_FUTEX_WAITV 449
#define CALL_SET_MEMPOLICY_HOME_NODE 450
#define CALL_CACHESTAT 451
#define CALL_FCHMODAT2 452
#define CALL_MAP_SHADOW_STACK 453
#define CALL_STATMOUNT 457
#define CALL_LISTMOUNT 458
#define CALL_LSM_GET_SELF_ATTR 459
#define CALL_LSM_SET_SELF_ATTR 460
#define CALL_OPEN_TREE_ATTR 467
#define CALL_UNKNOWN 600

#define BAD ((long)1) /* an address that cannot be read */
#define NO_FD (-1L)
#define NO_PID 0x7ffffff0L

#define REACH(group, name, number, ...)                                                            \
	{                                                                                          \
		group, name, 0, number, true, false,                                               \
		{                                                                                  \
			__VA_ARGS__                                                                \
		}                                                                                  \
	}
#define WORK(group, name, number, ...)                                                             \
	{                                                                                          \
		group, name, 0, number, false, false,                                              \
		{                                                                                  \
			__VA_ARGS__                                                                \
		}                                                                                  \
	}

static const struct attempt attempts[] = {
	/* processes and rights */
	REACH("processes", "setsid", SYS_setsid, 0),
	REACH("processes", "setpgid", SYS_setpgid, 0, 0),
	REACH("processes", "wait4", SYS_wait4, -1, 0, 1, 0),
	REACH("processes", "waitid", SYS_waitid, 0, 0, 0, 5),
	REACH("rights", "setuid", SYS_setuid, 65533),
	REACH("rights", "setgid", SYS_setgid, 65533),
	REACH("rights", "setreuid", SYS_setreuid, 65533, 65533),
	REACH("rights", "setregid", SYS_setregid, 65533, 65533),
	REACH("rights", "setresuid", SYS_setresuid, 65533, 65533, 65533),
	REACH("rights", "setresgid", SYS_setresgid, 65533, 65533, 65533),
	REACH("rights", "setfsuid", SYS_setfsuid, 65533),
	REACH("rights", "setfsgid", SYS_setfsgid, 65533),
	REACH("rights", "setgroups", SYS_setgroups, 0, 0),
	REACH("rights", "capset", SYS_capset, BAD, BAD),
	REACH("rights", "prctl_keepcaps", SYS_prctl, PR_SET_KEEPCAPS, 1),
	REACH("rights", "prctl_securebits", SYS_prctl, PR_SET_SECUREBITS, 0),
	REACH("rights", "prctl_ambient", SYS_prctl, 47, 2, 21),
	REACH("rights", "prctl_capbset_drop", SYS_prctl, PR_CAPBSET_DROP, 0),
	REACH("rights", "prctl_dumpable", SYS_prctl, PR_SET_DUMPABLE, 1),
	REACH("rights", "prctl_mm", SYS_prctl, PR_SET_MM, 8, 0),
	REACH("rights", "prctl_ptracer", SYS_prctl, 0x59616d61, -1L),
	REACH("rights", "prctl_subreaper", SYS_prctl, PR_SET_CHILD_SUBREAPER, 1),
	REACH("rights", "prctl_pdeathsig", SYS_prctl, PR_SET_PDEATHSIG, SIGKILL),
	REACH("rights", "prctl_seccomp", SYS_prctl, PR_SET_SECCOMP, 2, BAD),
	REACH("rights", "prctl_tsc", SYS_prctl, PR_GET_TSC, BAD),
	REACH("rights", "prctl_unalign", SYS_prctl, PR_SET_UNALIGN, 0),
	REACH("rights", "prctl_syscall_dispatch", SYS_prctl, 59, 0, 0, 0, 0),
	WORK("harmless", "prctl_name", SYS_prctl, PR_SET_NAME, (long)"attacker"),
	REACH("rights", "setrlimit", SYS_setrlimit, RLIMIT_NOFILE, BAD),
	REACH("rights", "seccomp_strict", SYS_seccomp, SECCOMP_SET_MODE_STRICT, 1, 0),
	REACH("rights", "seccomp_filter", SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, BAD),
	REACH("rights", "seccomp_listener", SYS_seccomp, SECCOMP_SET_MODE_FILTER, 8, BAD),
	REACH("rights", "landlock_create_ruleset", 444, 0, 0, 1),
	REACH("rights", "landlock_restrict_self", 446, NO_FD, 0),

	/* other processes, by number only */
	REACH("others", "ptrace_traceme", SYS_ptrace, 0, 0, 0, 0),
	REACH("others", "pidfd_send_signal", SYS_pidfd_send_signal, NO_FD, 0, 0, 0),
	REACH("others", "pidfd_getfd", 438, NO_FD, 0, 0),
	REACH("others", "process_madvise", 440, NO_FD, 0, 0, 0, 0),
	REACH("others", "process_mrelease", CALL_PROCESS_MRELEASE, NO_FD, 0),
	REACH("others", "signal_everyone", SYS_kill, -1L, 0),
	REACH("others", "kernel_get_robust_list", SYS_get_robust_list, 1, BAD, BAD),

	/* mounts */
	REACH("mounts", "mount", SYS_mount, BAD, BAD, BAD, 0, 0),
	REACH("mounts", "umount2", SYS_umount2, BAD, 0),
	REACH("mounts", "pivot_root", SYS_pivot_root, BAD, BAD),
	REACH("mounts", "chroot", SYS_chroot, BAD),
	REACH("mounts", "fsopen", SYS_fsopen, BAD, 0),
	REACH("mounts", "fsconfig", SYS_fsconfig, NO_FD, 0, 0, 0, 0),
	REACH("mounts", "fsmount", SYS_fsmount, NO_FD, 0, 0),
	REACH("mounts", "fspick", SYS_fspick, NO_FD, BAD, 0),
	REACH("mounts", "open_tree", SYS_open_tree, NO_FD, BAD, 0),
	REACH("mounts", "open_tree_attr", CALL_OPEN_TREE_ATTR, NO_FD, BAD, 0, 0, 0),
	REACH("mounts", "move_mount", SYS_move_mount, NO_FD, BAD, NO_FD, BAD, 0),
	REACH("mounts", "mount_setattr", 442, NO_FD, BAD, 0, 0, 0),
	REACH("mounts", "statmount", CALL_STATMOUNT, BAD, BAD, 0, 0),
	REACH("mounts", "listmount", CALL_LISTMOUNT, BAD, BAD, 0, 0),

	/* namespaces */
	REACH("namespaces", "unshare_user", SYS_unshare, CLONE_NEWUSER),
	REACH("namespaces", "unshare_net", SYS_unshare, CLONE_NEWNET),
	REACH("namespaces", "unshare_mount", SYS_unshare, CLONE_NEWNS),
	REACH("namespaces", "unshare_pid", SYS_unshare, CLONE_NEWPID),
	REACH("namespaces", "unshare_files", SYS_unshare, CLONE_FILES),
	REACH("namespaces", "setns", SYS_setns, NO_FD, 0),

	/* the kernel */
	REACH("kernel", "bpf_program", SYS_bpf, 5, BAD, 0),
	REACH("kernel", "bpf_map", SYS_bpf, 0, BAD, 0),
	REACH("kernel", "perf_event_open", SYS_perf_event_open, BAD, 0, -1, -1, 0),
	REACH("kernel", "userfaultfd", SYS_userfaultfd, -1L),
	REACH("kernel", "io_uring_setup", SYS_io_uring_setup, 1, BAD),
	REACH("kernel", "io_uring_enter", SYS_io_uring_enter, NO_FD, 0, 0, 0, 0, 0),
	REACH("kernel", "io_uring_register", SYS_io_uring_register, NO_FD, 0, 0, 0),
	REACH("kernel", "io_setup", SYS_io_setup, 1, BAD),
	REACH("kernel", "io_submit", SYS_io_submit, 0, 1, BAD),
	REACH("kernel", "keyctl", SYS_keyctl, 0, -3L, 0),
	REACH("kernel", "add_key", SYS_add_key, BAD, BAD, 0, 0, 0),
	REACH("kernel", "request_key", SYS_request_key, BAD, BAD, 0, 0),
	REACH("kernel", "init_module", SYS_init_module, BAD, 0, BAD),
	REACH("kernel", "finit_module", SYS_finit_module, NO_FD, BAD, 0),
	REACH("kernel", "delete_module", SYS_delete_module, BAD, 0),
	REACH("kernel", "kexec_load", SYS_kexec_load, 0, 99, BAD, 0),
#ifdef SYS_kexec_file_load
	REACH("kernel", "kexec_file_load", SYS_kexec_file_load, NO_FD, NO_FD, 0, BAD, 0),
#endif
	REACH("kernel", "syslog", SYS_syslog, 10, 0, 0),
	REACH("kernel", "reboot", SYS_reboot, 0, 0, 0, 0),
	REACH("kernel", "sethostname", SYS_sethostname, BAD, 1),
	REACH("kernel", "setdomainname", SYS_setdomainname, BAD, 1),
	REACH("kernel", "settimeofday", SYS_settimeofday, BAD, 0),
	REACH("kernel", "clock_settime", SYS_clock_settime, 0, BAD),
	REACH("kernel", "clock_adjtime", SYS_clock_adjtime, 0, BAD),
	REACH("kernel", "adjtimex", SYS_adjtimex, BAD),
	REACH("kernel", "swapon", SYS_swapon, BAD, 0),
	REACH("kernel", "swapoff", SYS_swapoff, BAD),
	REACH("kernel", "acct", SYS_acct, BAD),
	REACH("kernel", "quotactl", SYS_quotactl, -1L, BAD, 0, 0),
	REACH("kernel", "quotactl_fd", 443, NO_FD, -1L, 0, 0),
	REACH("kernel", "fanotify_init", SYS_fanotify_init, -1L, 0),
	REACH("kernel", "personality", SYS_personality, 0xffffffff),
	REACH("kernel", "lsm_get_self_attr", CALL_LSM_GET_SELF_ATTR, 0, BAD, BAD, 0),
	REACH("kernel", "lsm_set_self_attr", CALL_LSM_SET_SELF_ATTR, 0, BAD, 0, 0),
	REACH("kernel", "a_call_that_is_none", CALL_UNKNOWN, 0),
#ifdef __x86_64__
	REACH("kernel", "iopl", SYS_iopl, 0),
	REACH("kernel", "ioperm", SYS_ioperm, 0x80, 1, 0),
	REACH("kernel", "modify_ldt", SYS_modify_ldt, 0, BAD, 1),
	REACH("kernel", "uselib", SYS_uselib, BAD),
	REACH("kernel", "arch_prctl_gs", SYS_arch_prctl, 0x1001, BAD),
	REACH("kernel", "arch_prctl_cpuid", SYS_arch_prctl, 0x1011, 0),
#endif
	REACH("kernel", "lookup_dcookie", SYS_lookup_dcookie, 0, BAD, 0),
	REACH("kernel", "timer_create", SYS_timer_create, 0, 0, BAD),
	REACH("kernel", "setitimer", SYS_setitimer, 0, BAD, 0),
	REACH("kernel", "sync", SYS_sync, 0),
	REACH("kernel", "syncfs", SYS_syncfs, NO_FD),

	/* memory */
	REACH("memory", "memfd_create", SYS_memfd_create, BAD, 0),
	REACH("memory", "memfd_secret", 447, -1L),
	REACH("memory", "mlockall", SYS_mlockall, 1),
	REACH("memory", "mlock", SYS_mlock, 0, 1),
	REACH("memory", "mbind", SYS_mbind, 0, 0, 99, 0, 0, 0),
	REACH("memory", "migrate_pages", SYS_migrate_pages, 0, 0, 0, 0),
	REACH("memory", "move_pages", SYS_move_pages, 0, 0, 0, 0, 0, 0),
	REACH("memory", "pkey_alloc", SYS_pkey_alloc, -1L, 0),
	REACH("memory", "remap_file_pages", SYS_remap_file_pages, 0, 0, 0, 0, 0),
	REACH("memory", "map_shadow_stack", CALL_MAP_SHADOW_STACK, 0, 0, 0),
	REACH("memory", "cachestat", CALL_CACHESTAT, NO_FD, BAD, BAD, 0),
	REACH("memory", "set_mempolicy_home_node", CALL_SET_MEMPOLICY_HOME_NODE, 0, 0, 0, 1),
	REACH("memory", "futex_waitv", CALL_FUTEX_WAITV, BAD, 0, 1, 0, 0),
	REACH("memory", "vmsplice", SYS_vmsplice, NO_FD, BAD, 0, 0),
	REACH("memory", "splice", SYS_splice, NO_FD, 0, NO_FD, 0, 1, 0),
	REACH("memory", "tee", SYS_tee, NO_FD, NO_FD, 1, 0),
	REACH("memory", "sendfile", SYS_sendfile, NO_FD, NO_FD, 0, 0),

	/* sockets, as a plain VM has them: none */
	WORK("sockets", "unix_socket", SYS_socket, AF_UNIX, SOCK_STREAM, 0),
	WORK("sockets", "unix_datagram_socket", SYS_socket, AF_UNIX, SOCK_DGRAM, 0),
	REACH("sockets", "tcp_socket", SYS_socket, AF_INET, SOCK_STREAM, 0),
	REACH("sockets", "udp_socket", SYS_socket, AF_INET, SOCK_DGRAM, 0),
	REACH("sockets", "tcp6_socket", SYS_socket, AF_INET6, SOCK_STREAM, 0),
	REACH("sockets", "mptcp_socket", SYS_socket, AF_INET, SOCK_STREAM, 262),
	REACH("sockets", "sctp_socket", SYS_socket, AF_INET, SOCK_STREAM, 132),
	REACH("sockets", "raw_socket", SYS_socket, AF_INET, SOCK_RAW, 1),
	REACH("sockets", "raw6_socket", SYS_socket, AF_INET6, SOCK_RAW, 58),
	REACH("sockets", "netlink_route", SYS_socket, AF_NETLINK, SOCK_RAW, NETLINK_ROUTE),
	REACH("sockets", "netlink_audit", SYS_socket, AF_NETLINK, SOCK_RAW, NETLINK_AUDIT),
	REACH("sockets", "netlink_uevent", SYS_socket, AF_NETLINK, SOCK_RAW, 15),
	REACH("sockets", "netlink_netfilter", SYS_socket, AF_NETLINK, SOCK_RAW, 12),
	REACH("sockets", "packet_socket", SYS_socket, AF_PACKET, SOCK_RAW, 0x300),
	REACH("sockets", "vsock_socket", SYS_socket, AF_VSOCK, SOCK_STREAM, 0),
	REACH("sockets", "crypto_socket", SYS_socket, AF_ALG, SOCK_SEQPACKET, 0),
	REACH("sockets", "xdp_socket", SYS_socket, 44, SOCK_RAW, 0),
	REACH("sockets", "bluetooth_socket", SYS_socket, AF_BLUETOOTH, SOCK_RAW, 1),
	REACH("sockets", "can_socket", SYS_socket, AF_CAN, SOCK_RAW, 1),
	REACH("sockets", "key_socket", SYS_socket, AF_KEY, SOCK_RAW, 2),
	REACH("sockets", "tipc_socket", SYS_socket, AF_TIPC, SOCK_STREAM, 0),
	REACH("sockets", "bind", SYS_bind, NO_FD, 0, 0),
	REACH("sockets", "connect", SYS_connect, NO_FD, 0, 0),
	REACH("sockets", "sendmsg", SYS_sendmsg, NO_FD, 0, 0),
	REACH("sockets", "recvmsg", SYS_recvmsg, NO_FD, 0, 0),
	REACH("sockets", "sendto", SYS_sendto, NO_FD, 0, 0, 0, 0, 0),

	/* System V and POSIX IPC */
	REACH("ipc", "msgget", SYS_msgget, 0, 0),
	REACH("ipc", "semget", SYS_semget, 0, 0, 0),
	REACH("ipc", "shmget", SYS_shmget, 0, 0, 0),
	REACH("ipc", "mq_open", SYS_mq_open, BAD, 0, 0, 0),

	/* descriptors */
	REACH("descriptors", "close_range", 436, 1000, 2000, 2),
	REACH("descriptors", "fcntl_setown", SYS_fcntl, 0, F_SETOWN, NO_PID),
	REACH("descriptors", "fcntl_setsig", SYS_fcntl, 0, 10, 0),
	REACH("descriptors", "fcntl_lease", SYS_fcntl, 0, 1024, 1),
	REACH("descriptors", "fcntl_notify", SYS_fcntl, 0, 1026, 1),
	WORK("harmless", "fcntl_dupfd", SYS_fcntl, 1, F_DUPFD, 0),
	WORK("harmless", "prlimit_own_look", SYS_prlimit64, 0, RLIMIT_NOFILE, 0, 0),

	/* ioctl requests, by number */
	REACH("ioctls", "tiocsti", SYS_ioctl, 0, 0x5412, BAD),
	REACH("ioctls", "tioclinux", SYS_ioctl, 0, 0x541c, BAD),
	REACH("ioctls", "tiocsctty", SYS_ioctl, 0, 0x540e, 1),
	REACH("ioctls", "tiocnotty", SYS_ioctl, 0, 0x5422, 0),
	REACH("ioctls", "tiocsetd", SYS_ioctl, 0, 0x5423, BAD),
	REACH("ioctls", "tioccons", SYS_ioctl, 0, 0x541d, 0),
	REACH("ioctls", "tiocspgrp", SYS_ioctl, 0, 0x5410, BAD),
	REACH("ioctls", "keyboard_entry", SYS_ioctl, 0, 0x4b47, BAD),
	REACH("ioctls", "file_flags", SYS_ioctl, 0, 0x40086602, BAD),
	REACH("ioctls", "file_clone", SYS_ioctl, 0, 0x40049409, -1L),
	REACH("ioctls", "file_system_freeze", SYS_ioctl, 0, 0xc0045877, 0),
	REACH("ioctls", "file_system_trim", SYS_ioctl, 0, 0xc0185879, BAD),
	REACH("ioctls", "partitions_reread", SYS_ioctl, 0, 0x125f, 0),
	REACH("ioctls", "block_discard", SYS_ioctl, 0, 0x1277, BAD),
	REACH("ioctls", "scsi_command", SYS_ioctl, 0, 0x2285, BAD),
	REACH("ioctls", "tap_interface", SYS_ioctl, 0, 0x400454ca, BAD),
	REACH("ioctls", "interface_flags", SYS_ioctl, 0, 0x8914, BAD),
	REACH("ioctls", "graphics", SYS_ioctl, 0, 0xc0406400, BAD),
	REACH("ioctls", "vfio", SYS_ioctl, 0, 0x3b64, 0),
	REACH("ioctls", "usb_device", SYS_ioctl, 0, 0x5514, 0),
	REACH("ioctls", "vhost", SYS_ioctl, 0, 0xaf01, 0),
	REACH("ioctls", "async", SYS_ioctl, 0, 0x5452, BAD),
};

const struct attempt *attempts_of_calls(size_t *ret_count)
{
	*ret_count = sizeof(attempts) / sizeof(attempts[0]);
	return attempts;
}
