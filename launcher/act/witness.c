/* SPDX-License-Identifier: MIT */
#include "act/witness.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "act/descriptors.h"
#include "act/filter.h"
#include "act/policy.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"

/* Of <linux/seccomp.h>, for older headers (Linux 5.5). */
#ifndef SECCOMP_USER_NOTIF_FLAG_CONTINUE
#define SECCOMP_USER_NOTIF_FLAG_CONTINUE 1UL
#endif

#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif

/* Above the last call of any kernel; those beyond are named each time. */
#define CALLS_MOST 1024

static bool policy_allows_call(
	const struct policy *policy, const char *name, const struct seccomp_data *call)
{
	uint64_t arguments[6];

	for (size_t i = 0; i < ARRAY_COUNT(arguments); i++)
		arguments[i] = call->args[i];
	for (size_t i = 0; i < policy->rule_count; i++) {
		const struct policy_rule *rule = &policy->rules[i];

		if (rule->action == POLICY_ALLOW && strcmp(rule->call, name) == 0 &&
			(rule->archs & policy_arch_bit(filter_host_arch())) != 0 &&
			rule_matches(rule, arguments, POLICY_SELF))
			return true;
	}
	return false;
}

static void add_policies(struct text *words, const char *name, const struct seccomp_data *call)
{
	size_t count, named = 0;
	const struct policy *policies = policy_table(&count);

	for (size_t i = 0; i < count; i++) {
		if (!policy_allows_call(&policies[i], name, call))
			continue;
		text_addf(words, "%s'%s' (%s)", named == 0 ? "allowed by the policy " : ", or ",
			policies[i].name, policies[i].about);
		named++;
	}
	if (named == 0)
		text_add(words, "no policy allows it");
}

char *witness_words(const struct seccomp_data *call, bool lets_run)
{
	auto_free char *name = filter_call_name(call->nr);
	struct text words = {0};

	text_addf(&words, "sandbox: QEMU called '%s' (", name);
	for (size_t i = 0; i < 3; i++)
		text_addf(&words, "%s0x%" PRIx64, i > 0 ? ", " : "", (uint64_t)call->args[i]);
	text_addf(&words, "), which this VM's policies do not allow; %s; ",
		lets_run ? "--sandbox=log let it run" : "it was answered with ENOSYS");
	add_policies(&words, name, call);
	return text_take(&words);
}

/* What one witness works with. */
struct watch {
	int listener;
	int executed; /* hangs up when QEMU has been executed */
	int words;
	bool lets_run;
	bool said[CALLS_MOST];
	/* As large as this kernel has them. They are there before anybody is asked: the exec waits
	 * for its answer for as long as QEMU's process itself has the listener, be the witness
	 * dead. */
	struct seccomp_notif_sizes sizes;
	struct seccomp_notif *asked;
	struct seccomp_notif_resp *response;
};

/* The exec of QEMU itself closes our end's other one before QEMU's first call. */
static bool is_executed(const struct watch *watch)
{
	struct pollfd end = {.fd = watch->executed, .events = 0, .revents = 0};

	return poll(&end, 1, 0) != 0;
}

static void say_once(struct watch *watch, const struct seccomp_data *call)
{
	bool known = call->nr >= 0 && call->nr < CALLS_MOST;
	auto_free char *words = NULL;

	if (known && watch->said[call->nr])
		return;
	if (known)
		watch->said[call->nr] = true;
	words = witness_words(call, watch->lets_run);
	(void)dprintf(watch->words, "slipway: %s\n", words);
}

/* False where the listener is of no use any more. */
static bool answer(struct watch *watch)
{
	struct seccomp_notif *asked = watch->asked;
	struct seccomp_notif_resp *response = watch->response;
	bool first_exec;
	int sent;

	memset(asked, 0, watch->sizes.seccomp_notif); /* the kernel insists */
	memset(response, 0, watch->sizes.seccomp_notif_resp);
	if (ioctl(watch->listener, SECCOMP_IOCTL_NOTIF_RECV, asked) != 0)
		return errno == EINTR || errno == ENOENT;
	first_exec = asked->data.nr == SYS_execve && !is_executed(watch);
	if (!first_exec)
		say_once(watch, &asked->data);
	response->id = asked->id;
	if (first_exec || watch->lets_run)
		response->flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
	else
		response->error = -ENOSYS;
	do {
		sent = ioctl(watch->listener, SECCOMP_IOCTL_NOTIF_SEND, response);
	} while (sent != 0 && errno == EINTR);
	return sent == 0 || errno == ENOENT;
}

static void answer_until_the_end(struct watch *watch)
{
	struct pollfd asked = {.fd = watch->listener, .events = POLLIN, .revents = 0};

	for (;;) {
		if (poll(&asked, 1, -1) < 0 && errno != EINTR)
			return;
		if ((asked.revents & POLLIN) && !answer(watch))
			return;
		/* Nobody is under the filter any more (Linux 5.9). */
		if (!(asked.revents & POLLIN) && (asked.revents & (POLLHUP | POLLNVAL)))
			return;
	}
}

/* Everything but `keep`; the table is this process's own. */
static void close_others(const int *keep, size_t count)
{
	long most = sysconf(_SC_OPEN_MAX);

	for (int fd = 0; fd < (most > 0 && most < 65536 ? most : 65536); fd++) {
		bool kept = false;

		for (size_t i = 0; i < count; i++)
			kept |= fd == keep[i];
		if (!kept)
			(void)close(fd);
	}
}

/*
 * Waits for the listener's number; false where there will be none. That the process which is to
 * become QEMU has died is no end of the pipe: both ends are open here as well, and so is whatever
 * else it had, at whose end somebody may wait.
 */
static bool hear_of_listener(const struct witness *witness, int *ret_listener)
{
	struct pollfd ends[] = {
		{.fd = witness->pipe[0], .events = POLLIN, .revents = 0},
		{.fd = witness->process, .events = POLLIN, .revents = 0},
	};

	while (poll(ends, ARRAY_COUNT(ends), -1) < 0)
		if (errno != EINTR)
			return false;
	return (ends[0].revents & POLLIN) &&
	       read(witness->pipe[0], ret_listener, sizeof(int)) == (ssize_t)sizeof(int);
}

/* A number for who reads this eventfd. */
static bool tell(int fd, uint64_t number)
{
	return write(fd, &number, sizeof(number)) == (ssize_t)sizeof(number);
}

/* Signals from a terminal are QEMU's. The table of descriptors is still QEMU's, too; a fork has one
 * of its own, as unshare(2) would make one, which containers refuse. */
static NO_RETURN void serve(const struct witness *witness, struct watch *watch)
{
	sigset_t every;
	pid_t pid;

	(void)sigfillset(&every);
	(void)sigprocmask(SIG_SETMASK, &every, NULL);
	if (!hear_of_listener(witness, &watch->listener))
		_exit(0);
	pid = fork();
	if (pid == 0) {
		const int keep[] = {watch->listener, watch->executed, watch->words};

		close_others(keep, ARRAY_COUNT(keep));
		answer_until_the_end(watch);
		_exit(0);
	}
	if (pid > 0)
		(void)tell(witness->heard, 1);
	_exit(0);
}

/* A fork that shares the descriptors. */
static pid_t fork_with_files(void)
{
	return (pid_t)syscall(SYS_clone, CLONE_FILES | SIGCHLD, 0, 0, 0, 0);
}

/* The process between: ends with 0 where there is a witness, and has opened a pidfd of it for all
 * who share their descriptors. */
static NO_RETURN void fork_again(const struct witness *witness, struct watch *watch)
{
	pid_t pid = fork_with_files();
	int fd;

	if (pid == 0)
		serve(witness, watch);
	if (pid < 0)
		_exit(errno);
	fd = (int)syscall(SYS_pidfd_open, pid, 0);
	/* 0 is no number to be told, and no descriptor of this kind */
	_exit(fd > 0 && tell(witness->heard, (uint64_t)fd) ? 0 : EIO);
}

/* Nobody's child, so that QEMU waits for none. */
static struct error *fork_witness(struct witness *witness, struct watch *watch)
{
	pid_t between = fork_with_files();
	uint64_t number = 0;
	int status = 0;

	if (between == 0)
		fork_again(witness, watch);
	if (between < 0)
		return error_system(errno, "cannot start another process");
	while (waitpid(between, &status, 0) < 0 && errno == EINTR)
		;
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return error_system(WIFEXITED(status) ? WEXITSTATUS(status) : EINTR,
			"cannot start another process");
	if (read(witness->heard, &number, sizeof(number)) != (ssize_t)sizeof(number))
		return error_system(errno, "eventfd");
	witness->itself = (int)number;
	return NULL;
}

static struct error *watch_make(struct watch *watch)
{
	if (syscall(SYS_seccomp, SECCOMP_GET_NOTIF_SIZES, 0, &watch->sizes) != 0)
		return error_system(errno, "system call filter's listener");
	if (watch->sizes.seccomp_notif < sizeof(struct seccomp_notif))
		watch->sizes.seccomp_notif = sizeof(struct seccomp_notif);
	if (watch->sizes.seccomp_notif_resp < sizeof(struct seccomp_notif_resp))
		watch->sizes.seccomp_notif_resp = sizeof(struct seccomp_notif_resp);
	watch->asked = xcalloc(1, watch->sizes.seccomp_notif);
	watch->response = xcalloc(1, watch->sizes.seccomp_notif_resp);
	return NULL;
}

static void watch_clear(struct watch *watch)
{
	free(watch->asked);
	free(watch->response);
}

struct error *witness_start(int words_fd, bool lets_run, struct witness *ret_witness)
{
	auto_witness struct witness witness = WITNESS_NONE;
	CLEANUP(watch_clear)
	struct watch watch = {.words = words_fd, .lets_run = lets_run, .said = {false}};

	TRY(watch_make(&watch));
	if (pipe2(witness.pipe, O_CLOEXEC) != 0)
		return error_system(errno, "pipe");
	watch.executed = witness.pipe[0];
	witness.process = (int)syscall(SYS_pidfd_open, getpid(), 0);
	if (witness.process < 0)
		return error_system(errno, "pidfd_open");
	witness.heard = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (witness.heard < 0)
		return error_system(errno, "eventfd");
	TRY(fork_witness(&witness, &watch));
	*ret_witness = witness;
	witness = (struct witness)WITNESS_NONE;
	return NULL;
}

struct error *witness_begin(const struct witness *witness, int listener)
{
	struct pollfd ends[] = {
		{.fd = witness->heard, .events = POLLIN, .revents = 0},
		{.fd = witness->itself, .events = POLLIN, .revents = 0},
	};

	if (write(witness->pipe[1], &listener, sizeof(listener)) != (ssize_t)sizeof(listener))
		return error_system(errno, "pipe");
	while (poll(ends, ARRAY_COUNT(ends), -1) < 0)
		if (errno != EINTR)
			return error_system(errno, "poll");
	if (!(ends[0].revents & POLLIN))
		return error_new("the witness of the sandbox has ended");
	/* with the last one the exec is ENOSYS, and does not wait for an answer */
	(void)close(listener);
	return NULL;
}

void witness_end(struct witness *witness)
{
	fd_close(&witness->pipe[1]);
	fd_close(&witness->pipe[0]);
	fd_close(&witness->process);
	fd_close(&witness->heard);
	fd_close(&witness->itself);
}
