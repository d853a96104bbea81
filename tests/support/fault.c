/* SPDX-License-Identifier: MIT */
#include "support/fault.h"

#include <elf.h>
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/memory.h"

#define SAID_BYTES 4096
/* A loop that does not end is a failure. */
#define CALLS_MOST 2000

#if defined(__x86_64__)
#define CAN_INJECT 1
static long number_of_call(pid_t pid)
{
	return ptrace(PTRACE_PEEKUSER, pid, offsetof(struct user_regs_struct, orig_rax), NULL);
}

static void take_call_away(pid_t pid)
{
	ptrace(PTRACE_POKEUSER, pid, offsetof(struct user_regs_struct, orig_rax), -1L);
}

static void set_result(pid_t pid, long result)
{
	ptrace(PTRACE_POKEUSER, pid, offsetof(struct user_regs_struct, rax), result);
}
#elif defined(__aarch64__)
#define CAN_INJECT 1
static long number_of_call(pid_t pid)
{
	int number = -1;
	struct iovec part = {&number, sizeof(number)};

	ptrace(PTRACE_GETREGSET, pid, (void *)NT_ARM_SYSTEM_CALL, &part);
	return number;
}

static void take_call_away(pid_t pid)
{
	int none = -1;
	struct iovec part = {&none, sizeof(none)};

	ptrace(PTRACE_SETREGSET, pid, (void *)NT_ARM_SYSTEM_CALL, &part);
}

static void set_result(pid_t pid, long result)
{
	struct user_regs_struct registers;
	struct iovec part = {&registers, sizeof(registers)};

	ptrace(PTRACE_GETREGSET, pid, (void *)NT_PRSTATUS, &part);
	registers.regs[0] = (unsigned long)result;
	ptrace(PTRACE_SETREGSET, pid, (void *)NT_PRSTATUS, &part);
}
#else
#define CAN_INJECT 0
static long number_of_call(pid_t pid)
{
	(void)pid;
	return -1;
}

static void take_call_away(pid_t pid)
{
	(void)pid;
}

static void set_result(pid_t pid, long result)
{
	(void)pid;
	(void)result;
}
#endif

bool fault_is_possible(void)
{
	return CAN_INJECT;
}

/* Lets the child run to its next stop at a system call. False: it has ended, with *ret_status. */
static bool next_stop(pid_t pid, int *ret_status)
{
	int deliver = 0;

	for (;;) {
		assert_int_equal(ptrace(PTRACE_SYSCALL, pid, NULL, (long)deliver), 0);
		assert_int_equal(waitpid(pid, ret_status, 0), pid);
		if (!WIFSTOPPED(*ret_status))
			return false;
		if (WSTOPSIG(*ret_status) == (SIGTRAP | 0x80))
			return true;
		deliver = WSTOPSIG(*ret_status);
	}
}

/* Calls of the allocator and of the sanitizers: memory that cannot be had ends slipway at once, and
 * that is another test's affair. A close always closes, whatever it says. */
static bool is_spared(long number)
{
	static const long calls[] = {SYS_mmap, SYS_munmap, SYS_mremap, SYS_mprotect, SYS_madvise,
		SYS_brk, SYS_sigaltstack, SYS_close};

	for (size_t i = 0; i < ARRAY_COUNT(calls); i++)
		if (number == calls[i])
			return true;
	return false;
}

static bool counts(pid_t pid, const struct fault *fault)
{
	long number = number_of_call(pid);

	if (!fault->only)
		return fault->number == 0 || !is_spared(number);
	for (const long *only = fault->only; *only >= 0; only++)
		if (number == *only)
			return true;
	return false;
}

static void be_traced(const struct fault_work *work)
{
	if (work->prepare)
		work->prepare(work->argument);
	if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0 || raise(SIGSTOP) != 0)
		_exit(1);
	work->work(work->argument);
	_exit(0);
}

bool fault_run(const struct fault_work *work, const struct fault *fault, int *ret_status)
{
	pid_t pid = fork();
	int call = 0;

	assert_true(pid >= 0);
	if (pid == 0)
		be_traced(work);
	assert_int_equal(waitpid(pid, ret_status, 0), pid);
	assert_true(WIFSTOPPED(*ret_status));
	assert_int_equal(ptrace(PTRACE_SETOPTIONS, pid, NULL,
				 (long)(PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL)),
		0);
	while (next_stop(pid, ret_status)) {
		bool is_ours = counts(pid, fault) && ++call == fault->call;

		if (is_ours && fault->number == 0) {
			kill(pid, SIGKILL);
			assert_int_equal(waitpid(pid, ret_status, 0), pid);
			return true;
		}
		if (is_ours)
			take_call_away(pid);
		if (!next_stop(pid, ret_status))
			break;
		if (is_ours)
			set_result(pid, -fault->number);
	}
	return call >= fault->call;
}

struct said_work {
	child_work *work;
	void *argument;
	char *said; /* memory that both processes see */
};

static void say(void *argument)
{
	const struct said_work *said = argument;
	char *text = said->work(said->argument);

	if (text)
		memcpy(said->said, text, strnlen(text, SAID_BYTES - 1));
}

int fault_each(child_work *work, void *argument, int number, const long *only, fault_judge *judge,
	const char *wanted)
{
	struct fault fault = {.call = 0, .number = number, .only = only};
	struct said_work said = {work, argument, NULL};
	const struct fault_work traced = {.work = say, .argument = &said};
	bool is_made;
	int status;

	if (!fault_is_possible())
		skip();
	said.said =
		mmap(NULL, SAID_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(said.said != MAP_FAILED);
	do {
		memset(said.said, 0, SAID_BYTES);
		fault.call++;
		assert_true(fault.call < CALLS_MOST);
		is_made = fault_run(&traced, &fault, &status);
		assert_true(WIFEXITED(status));
		if (is_made)
			judge(said.said, &fault);
	} while (is_made);
	if (wanted)
		assert_string_equal(said.said, wanted);
	(void)munmap(said.said, SAID_BYTES);
	return fault.call - 1;
}

/* What the last call of fault_interrupt_each wants; a judge has no argument of its own. */
static const char *wanted_always;

static void is_as_always(const char *said, const struct fault *fault)
{
	if (strcmp(said, wanted_always) != 0)
		fail_msg("interrupted at call %d it says '%s'", fault->call, said);
}

int fault_interrupt_each(child_work *work, void *argument, const char *wanted)
{
	static const long calls[] = {SYS_read, SYS_pread64, SYS_write, SYS_pwrite64,
		SYS_copy_file_range, SYS_ppoll, SYS_wait4, SYS_waitid,
#ifdef SYS_poll
		SYS_poll,
#endif
		-1};

	wanted_always = wanted;
	return fault_each(work, argument, EINTR, calls, is_as_always, wanted);
}
