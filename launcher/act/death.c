/* SPDX-License-Identifier: MIT */
#include "act/death.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "act/filter.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/number.h"

/* /proc/vmstat has some 5 KiB, one record of /dev/kmsg at most 8 KiB (kernel/printk/printk.c). */
#define READ_BYTES 65536
/* The kernel's log holds some thousand records. */
#define RECORDS_MOST 100000
/* Where the kernel drops records (its rate is limited) there is none to wait for. */
#define RECORD_TRIES 10
#define RECORD_TRY_NS 30000000

/* The number behind `key` in `text`, up to the next blank; false where there is none. */
static bool number_behind(const char *text, const char *key, uint64_t *ret_number)
{
	const char *found = strstr(text, key);
	auto_free char *digits = NULL;
	auto_error struct error *error = NULL;

	if (!found)
		return false;
	found += strlen(key);
	digits = xstrndup(found, strcspn(found, " \n"));
	error = number_parse(digits, 0, UINT64_MAX, ret_number);
	return !error;
}

uint64_t death_memory_kills(void)
{
	auto_fd int fd = file_open("/proc/vmstat", O_RDONLY);
	auto_free char *bytes = xcalloc(READ_BYTES + 1, 1);
	uint64_t kills = 0;

	if (fd < 0 || read(fd, bytes, READ_BYTES) < 0)
		return 0;
	return number_behind(bytes, "\noom_kill ", &kills) ? kills : 0;
}

int death_call_in(const char *text, pid_t pid)
{
	uint64_t number;

	if (!strstr(text, " type=1326 ") && !strstr(text, "SECCOMP "))
		return -1;
	if (!number_behind(text, " pid=", &number) || number != (uint64_t)pid)
		return -1;
	if (!number_behind(text, " sig=", &number) || number != SIGSYS)
		return -1;
	if (!number_behind(text, " syscall=", &number) || number > INT32_MAX)
		return -1;
	return (int)number;
}

/* Linux Documentation/ABI/testing/dev-kmsg: each read gives one record, EPIPE that some were lost.
 */
static int find_call(pid_t pid)
{
	auto_fd int fd = file_open("/dev/kmsg", O_RDONLY | O_NONBLOCK);
	auto_free char *bytes = xcalloc(READ_BYTES + 1, 1);
	int found = -1;

	for (int i = 0; fd >= 0 && i < RECORDS_MOST; i++) {
		ssize_t got = read(fd, bytes, READ_BYTES);
		int call;

		if (got < 0 && errno == EPIPE)
			continue;
		if (got <= 0)
			break;
		bytes[got] = '\0';
		call = death_call_in(bytes, pid);
		if (call >= 0)
			found = call;
	}
	return found;
}

/* The kernel writes its record a moment after the process's end (kernel/audit.c, kauditd). */
static int wait_for_call(pid_t pid)
{
	const struct timespec moment = {.tv_nsec = RECORD_TRY_NS};
	int call = find_call(pid);

	for (int i = 0; i < RECORD_TRIES && call < 0; i++) {
		(void)nanosleep(&moment, NULL);
		call = find_call(pid);
	}
	return call;
}

static char *explain_denial(pid_t pid)
{
	int call = wait_for_call(pid);
	auto_free char *name = call >= 0 ? filter_call_name(call) : NULL;

	if (!name)
		return xasprintf("the sandbox denied a system call; the kernel's log may name it "
				 "(dmesg | grep type=1326), --sandbox=log runs without enforcing");
	return xasprintf("the sandbox denied the system call '%s'; 'slipway policy' says what is "
			 "allowed, --sandbox=log runs without enforcing",
		name);
}

char *death_explain(pid_t pid, int signal, uint64_t memory_kills)
{
	uint64_t now = death_memory_kills();

	if (signal == SIGSYS)
		return explain_denial(pid);
	if (signal == SIGKILL && now > memory_kills)
		return xasprintf("for lack of memory: the kernel has killed %" PRIu64
				 " process%s of this host for that meanwhile",
			now - memory_kills, now - memory_kills == 1 ? "" : "es");
	if (signal == SIGKILL)
		return xstrdup("by somebody else, or by a memory limit");
	return NULL;
}
