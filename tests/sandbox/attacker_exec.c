/* SPDX-License-Identifier: MIT */
/* Attempts to execute: programs, processes, new code, and calls of other ABIs. */
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attacker.h"

#define EMPTY_PATH 0x1000

static int execute(long number, long fd, const char *path, int flags)
{
	char *const argv[] = {(char *)"true", NULL};

	if (number == SYS_execve)
		return result_of(syscall(SYS_execve, path, argv, argv + 1));
	return result_of(syscall(SYS_execveat, fd, path, argv, argv + 1, flags));
}

static int execve_program(void)
{
	return execute(SYS_execve, 0, stage_text("TRUE_PROGRAM"), 0);
}

static int execve_itself(void)
{
	return execute(SYS_execve, 0, "/proc/self/exe", 0);
}

static int execveat_program(void)
{
	return execute(SYS_execveat, AT_FDCWD, stage_text("TRUE_PROGRAM"), 0);
}

static int execveat_descriptor(void)
{
	int fd = open(stage_text("TRUE_PROGRAM"), O_PATH);

	return fd < 0 ? errno : execute(SYS_execveat, fd, "", EMPTY_PATH);
}

static int execveat_absolute_with_empty_path(void)
{
	return execute(SYS_execveat, 0, stage_text("TRUE_PROGRAM"), EMPTY_PATH);
}

/* The address at which the second way to one exec has its path: anything else may be put there. */
static int execveat_last_byte(void)
{
	for (int bits = 57; bits >= 38; bits--) {
		char *page = (char *)(uintptr_t)((UINT64_C(1) << bits) - 8192);
		char *got = mmap(page, 4096, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
		struct rlimit limit;

		if (got == MAP_FAILED)
			continue;
		got[4095] = '/';
		if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
			return errno;
		return execute(SYS_execveat, (long)limit.rlim_max, got + 4095, EMPTY_PATH);
	}
	return ENOMEM;
}

static int execveat_descriptor_brought_back(void)
{
	struct rlimit limit;
	int fd = open(stage_text("TRUE_PROGRAM"), O_PATH);

	if (fd < 0 || getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return errno;
	if (dup3(fd, (int)limit.rlim_max, 0) < 0)
		return errno;
	return execute(SYS_execveat, (long)limit.rlim_max, "", EMPTY_PATH);
}

static int raise_limit_of_files(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return errno;
	limit.rlim_max += 1;
	return result_of(syscall(SYS_prlimit64, 0, RLIMIT_NOFILE, &limit, 0));
}

static int execveat_memory(void)
{
	int fd = (int)syscall(SYS_memfd_create, "program", 0);

	if (fd < 0)
		return errno;
	if (write(fd, "#!/bin/sh\n", 10) != 10)
		return errno;
	return execute(SYS_execveat, fd, "", EMPTY_PATH);
}

static void *execute_in_thread(void *argument)
{
	*(int *)argument = execve_program();
	return NULL;
}

static int execve_in_thread(void)
{
	pthread_t thread;
	int result = EAGAIN;

	if (pthread_create(&thread, NULL, execute_in_thread, &result) != 0)
		return EAGAIN;
	(void)pthread_join(thread, NULL);
	return result;
}

/* Answers its own exec: a newer filter's listener is asked instead of the cage's dead one. */
static void *answer(void *argument)
{
	struct seccomp_notif *notification = calloc(1, 4096);
	struct seccomp_notif_resp *response = calloc(1, 4096);
	int listener;

	while ((listener = __atomic_load_n((int *)argument, __ATOMIC_ACQUIRE)) == 0)
		(void)sched_yield();
	if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, notification) == 0) {
		response->id = notification->id;
		response->flags = 1; /* CONTINUE */
		(void)ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, response);
	}
	return NULL;
}

static int execve_with_own_listener(void)
{
	struct sock_filter instructions[] = {
		{BPF_LD | BPF_W | BPF_ABS, 0, 0, 0},
		{BPF_JMP | BPF_JEQ | BPF_K, 0, 1, SYS_execve},
		{BPF_RET | BPF_K, 0, 0, SECCOMP_RET_USER_NOTIF},
		{BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW},
	};
	const struct sock_fprog program = {4, instructions};
	pthread_t thread;
	int listener = 0;
	int result;

	if (pthread_create(&thread, NULL, answer, &listener) != 0)
		return EAGAIN;
	result = (int)syscall(
		SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
	if (result < 0)
		return errno;
	__atomic_store_n(&listener, result, __ATOMIC_RELEASE);
	return execve_program();
}

/* A new process by any flags: gone at once when there is one. */
static int clone_with(long flags)
{
	long pid = syscall(SYS_clone, flags, 0, 0, 0, 0);

	if (pid == 0)
		_exit(0);
	return result_of(pid);
}

static int clone_process(void)
{
	return clone_with(SIGCHLD);
}

static int clone_like_fork(void)
{
	return clone_with(0x01200011);
}

static int clone_vfork(void)
{
	return clone_with(CLONE_VFORK | SIGCHLD);
}

static int clone_namespaces(void)
{
	return clone_with(CLONE_NEWUSER | CLONE_NEWNS | SIGCHLD);
}

static int clone_parent(void)
{
	return clone_with(CLONE_PARENT | SIGCHLD);
}

static int clone_untraced(void)
{
	return clone_with(CLONE_UNTRACED | SIGCHLD);
}

static int clone_shared_files(void)
{
	return clone_with(CLONE_FILES | CLONE_FS | SIGCHLD);
}

static int clone3_process(void)
{
	uint64_t arguments[11] = {0, 0, 0, 0, SIGCHLD};
	long pid = syscall(SYS_clone3, arguments, 64);

	if (pid == 0)
		_exit(0);
	return result_of(pid);
}

static int clone3_thread_flags(void)
{
	uint64_t arguments[11] = {0x3d0f00};

	return syscall(SYS_clone3, arguments, 64) == -1 && errno == ENOSYS ? ENOSYS : 0;
}

#ifdef SYS_fork
static int fork_call(void)
{
	long pid = syscall(SYS_fork);

	if (pid == 0)
		_exit(0);
	return result_of(pid);
}

static int vfork_call(void)
{
	pid_t pid = vfork(); /* NOLINT: the call is what is tried */

	if (pid == 0)
		_exit(0);
	return result_of(pid);
}
#endif

static void *do_nothing(void *argument)
{
	return argument;
}

static int thread(void)
{
	pthread_t id;
	int result = pthread_create(&id, NULL, do_nothing, NULL);

	return result != 0 ? result : pthread_join(id, NULL);
}

static int map(int protection, int flags, int fd)
{
	return mmap(NULL, CODE_BYTES, protection, flags, fd, 0) == MAP_FAILED ? errno : 0;
}

static int code_written(void)
{
	return map(PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1);
}

static int code_anonymous(void)
{
	return map(PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1);
}

static int code_shared(void)
{
	return map(PROT_READ | PROT_EXEC, MAP_SHARED | MAP_ANONYMOUS, -1);
}

static int code_by_mprotect(void)
{
	void *page =
		mmap(NULL, CODE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return page == MAP_FAILED ? 254
				  : result_of(mprotect(page, CODE_BYTES, PROT_READ | PROT_EXEC));
}

static int code_by_pkey_mprotect(void)
{
	void *page =
		mmap(NULL, CODE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return page == MAP_FAILED ? 254
				  : result_of(syscall(SYS_pkey_mprotect, page, CODE_BYTES,
					    PROT_READ | PROT_EXEC, -1));
}

static int code_in_shared_memory(void)
{
	int id = shmget(IPC_PRIVATE, CODE_BYTES, 0700);
	void *page = id < 0 ? (void *)-1 : shmat(id, NULL, SHM_EXEC);
	int number = errno;

	if (id >= 0)
		(void)shmctl(id, IPC_RMID, NULL);
	return page == (void *)-1 ? number : 0; /* NOLINT: shmat's own error */
}

static int code_of_a_file(void)
{
	int fd = open(stage_text("READABLE"), O_RDONLY);

	return fd < 0 ? errno : map(PROT_READ | PROT_EXEC, MAP_PRIVATE, fd);
}

static int code_of_a_file_written(void)
{
	int fd = open(stage_text("READABLE"), O_RDONLY);

	return fd < 0 ? errno : map(PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE, fd);
}

static int code_by_personality(void)
{
	return result_of(syscall(SYS_personality, READ_IMPLIES_EXEC));
}

#ifdef __x86_64__
/* The 32-bit entry of the same CPU. Without CONFIG_IA32_EMULATION it faults. */
static int call_32(unsigned number)
{
	int result;

	(void)signal(SIGSEGV, _exit);
	__asm__ volatile("int $0x80"
			 : "=a"(result)
			 : "a"(number), "b"(0), "c"(0), "d"(0)
			 : "memory");
	return result < 0 && result > -4096 ? -result : 0;
}

static int i386_getpid(void)
{
	return call_32(20);
}

static int i386_execve(void)
{
	return call_32(11) == ENOSYS ? ENOSYS : 0;
}

static int i386_ptrace(void)
{
	return call_32(26) == ENOSYS ? ENOSYS : 0;
}

static int x32_call(long number)
{
	return syscall(0x40000000 | number, 0, 0, 0, 0, 0) == -1 && errno == ENOSYS ? ENOSYS : 0;
}

static int x32_getpid(void)
{
	return x32_call(SYS_getpid);
}

static int x32_execve(void)
{
	return x32_call(520);
}
#endif

#define ATTEMPT(group, name)                                                                       \
	{                                                                                          \
		group, #name, name, 0, false, false,                                               \
		{                                                                                  \
			0                                                                          \
		}                                                                                  \
	}

static const struct attempt attempts[] = {
	ATTEMPT("execution", execve_program),
	ATTEMPT("execution", execve_itself),
	ATTEMPT("execution", execve_in_thread),
	ATTEMPT("execution", execve_with_own_listener),
	ATTEMPT("execution", execveat_program),
	ATTEMPT("execution", execveat_descriptor),
	ATTEMPT("execution", execveat_absolute_with_empty_path),
	ATTEMPT("execution", execveat_last_byte),
	ATTEMPT("execution", execveat_descriptor_brought_back),
	ATTEMPT("execution", execveat_memory),
	ATTEMPT("execution", raise_limit_of_files),
	ATTEMPT("processes", clone_process),
	ATTEMPT("processes", clone_like_fork),
	ATTEMPT("processes", clone_vfork),
	ATTEMPT("processes", clone_namespaces),
	ATTEMPT("processes", clone_parent),
	ATTEMPT("processes", clone_untraced),
	ATTEMPT("processes", clone_shared_files),
	ATTEMPT("processes", clone3_process),
	ATTEMPT("processes", clone3_thread_flags),
#ifdef SYS_fork
	ATTEMPT("processes", fork_call),
	ATTEMPT("processes", vfork_call),
#endif
	ATTEMPT("harmless", thread),
	ATTEMPT("code", code_written),
	ATTEMPT("code", code_anonymous),
	ATTEMPT("code", code_shared),
	ATTEMPT("code", code_by_mprotect),
	ATTEMPT("code", code_by_pkey_mprotect),
	ATTEMPT("code", code_in_shared_memory),
	ATTEMPT("code", code_by_personality),
	ATTEMPT("code", code_of_a_file_written),
	ATTEMPT("harmless", code_of_a_file),
#ifdef __x86_64__
	ATTEMPT("foreign", i386_getpid),
	ATTEMPT("foreign", i386_execve),
	ATTEMPT("foreign", i386_ptrace),
	ATTEMPT("foreign", x32_getpid),
	ATTEMPT("foreign", x32_execve),
#endif
};

const struct attempt *attempts_of_execution(size_t *ret_count)
{
	*ret_count = sizeof(attempts) / sizeof(attempts[0]);
	return attempts;
}
