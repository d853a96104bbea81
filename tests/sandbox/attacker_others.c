/* SPDX-License-Identifier: MIT */
/* Attempts on other processes and through sockets: they need a process id or an address. */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include "attacker.h"

static long victim(void)
{
	return stage_number("VICTIM");
}

static int signal_victim(void)
{
	return result_of(syscall(SYS_kill, victim(), 0));
}

static int signal_victim_thread(void)
{
	return result_of(syscall(SYS_tgkill, victim(), victim(), SIGCONT));
}

static int signal_victim_tkill(void)
{
	return result_of(syscall(SYS_tkill, victim(), SIGCONT));
}

static int signal_parent(void)
{
	return result_of(syscall(SYS_kill, getppid(), 0));
}

static int queue_signal(void)
{
	siginfo_t message = {.si_code = SI_QUEUE};

	return result_of(syscall(SYS_rt_sigqueueinfo, victim(), SIGCONT, &message));
}

static int queue_signal_to_thread(void)
{
	siginfo_t message = {.si_code = SI_QUEUE};

	return result_of(syscall(SYS_rt_tgsigqueueinfo, victim(), victim(), SIGCONT, &message));
}

static int open_victim(void)
{
	return result_of(syscall(SYS_pidfd_open, victim(), 0));
}

static int trace_victim(void)
{
	return result_of(syscall(SYS_ptrace, 0x4206, victim(), 0, 0)); /* PTRACE_SEIZE */
}

static int attach_to_parent(void)
{
	return result_of(syscall(SYS_ptrace, 0x4206, getppid(), 0, 0));
}

static int read_victim(void)
{
	char byte;
	struct iovec here = {&byte, 1};
	struct iovec there = {(void *)(uintptr_t)0x400000, 1};
	int number =
		result_of(syscall(SYS_process_vm_readv, victim(), &here, 1UL, &there, 1UL, 0UL));

	return number == EFAULT ? 0 : number; /* looked, and nothing was there */
}

static int write_victim(void)
{
	char byte = 0;
	struct iovec here = {&byte, 1};
	struct iovec there = {(void *)(uintptr_t)1, 1};
	int number =
		result_of(syscall(SYS_process_vm_writev, victim(), &here, 1UL, &there, 1UL, 0UL));

	return number == EFAULT ? 0 : number;
}

static int compare_with_victim(void)
{
	return result_of(syscall(SYS_kcmp, getpid(), victim(), 1, 0, 0));
}

static int limit_victim(void)
{
	struct rlimit limit;

	return result_of(syscall(SYS_prlimit64, victim(), RLIMIT_NOFILE, 0, &limit));
}

static int priority_of_victim(void)
{
	return result_of(syscall(SYS_setpriority, PRIO_PROCESS, victim(), 10));
}

static int processors_of_victim(void)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(0, &set);
	return result_of(syscall(SYS_sched_setaffinity, victim(), sizeof(set), &set));
}

static int scheduler_of_victim(void)
{
	const struct sched_param none = {.sched_priority = 0};

	return result_of(syscall(SYS_sched_setscheduler, victim(), SCHED_BATCH, &none));
}

static int attributes_of_victim(void)
{
	uint32_t attributes[14] = {56};

	return result_of(syscall(SYS_sched_setattr, victim(), attributes, 0));
}

static int io_priority_of_victim(void)
{
	return result_of(syscall(SYS_ioprio_set, 1, victim(), 2 << 13 | 4));
}

static int session_of_victim(void)
{
	return result_of(syscall(SYS_getsid, victim()));
}

static int look_at_victim_processors(void)
{
	cpu_set_t set;

	return result_of(syscall(SYS_sched_getaffinity, victim(), sizeof(set), &set));
}

static int connect_unix(const char *name, size_t size)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	if (fd < 0)
		return errno;
	memcpy(address.sun_path, name, size);
	return result_of(connect(fd, (const struct sockaddr *)&address,
		(socklen_t)(offsetof(struct sockaddr_un, sun_path) + size)));
}

static int connect_to_server(void)
{
	return connect_unix(stage_text("SERVER"), strlen(stage_text("SERVER")) + 1);
}

static int connect_to_abstract_server(void)
{
	char name[108] = {0};
	int size = snprintf(name + 1, sizeof(name) - 1, "%s", stage_text("ABSTRACT"));

	return connect_unix(name, 1 + (size_t)size);
}

static int tcp(int port, int what(int, const struct sockaddr *, socklen_t))
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0)
		return errno;
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return result_of(what(fd, (const struct sockaddr *)&address, sizeof(address)));
}

static int connect_tcp(void)
{
	int number = tcp(1, connect);

	return number == ECONNREFUSED ? 0 : number;
}

static int listen_tcp(void)
{
	return tcp(0, bind);
}

static int pair(void)
{
	int ends[2];

	return result_of(socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
}

static int duplicate_high(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return errno;
	return result_of(dup3(0, (int)limit.rlim_max, 0));
}

#define ATTEMPT(group, name, landlock)                                                             \
	{                                                                                          \
		group, #name, name, 0, false, landlock,                                            \
		{                                                                                  \
			0                                                                          \
		}                                                                                  \
	}

static const struct attempt attempts[] = {
	ATTEMPT("others", signal_victim, false),
	ATTEMPT("others", signal_victim_thread, false),
	ATTEMPT("others", signal_victim_tkill, false),
	ATTEMPT("others", signal_parent, false),
	ATTEMPT("others", queue_signal, false),
	ATTEMPT("others", queue_signal_to_thread, false),
	ATTEMPT("others", open_victim, false),
	ATTEMPT("others", trace_victim, false),
	ATTEMPT("others", attach_to_parent, false),
	ATTEMPT("others", read_victim, false),
	ATTEMPT("others", write_victim, false),
	ATTEMPT("others", compare_with_victim, false),
	ATTEMPT("others", limit_victim, false),
	ATTEMPT("others", priority_of_victim, false),
	ATTEMPT("others", processors_of_victim, false),
	ATTEMPT("others", scheduler_of_victim, false),
	ATTEMPT("others", attributes_of_victim, false),
	ATTEMPT("others", io_priority_of_victim, false),
	ATTEMPT("others", session_of_victim, false),
	ATTEMPT("harmless", look_at_victim_processors, false),
	ATTEMPT("sockets", connect_to_server, false),
	ATTEMPT("sockets", connect_to_abstract_server, false),
	ATTEMPT("sockets", connect_tcp, false),
	ATTEMPT("sockets", listen_tcp, false),
	ATTEMPT("sockets", pair, false),
	ATTEMPT("descriptors", duplicate_high, false),
};

const struct attempt *attempts_of_others(size_t *ret_count)
{
	*ret_count = sizeof(attempts) / sizeof(attempts[0]);
	return attempts;
}
