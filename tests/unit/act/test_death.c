/* SPDX-License-Identifier: MIT */
/* act/death: what the kernel tells about a process that was killed. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <signal.h>

#include <cmocka.h>

#include "act/death.h"
#include "base/memory.h"
#include "support/child.h"
#include "support/refuse.h"

#define RECORD                                                                                     \
	"5,1234,99,-;audit: type=1326 audit(1795446135.652:24): auid=4294967295 uid=0 gid=0 "      \
	"ses=1 pid=4711 comm=\"qemu-system-x86\" exe=\"/usr/bin/qemu\" sig=31 arch=c000003e "      \
	"syscall=101 compat=0 ip=0x7feb0eb5b3b8 code=0x80000000\n SUBSYSTEM=x\n"

static void the_record_of_the_process_names_the_call(void **state)
{
	(void)state;
	assert_int_equal(death_call_in(RECORD, 4711), 101);
}

static void other_records_do_not(void **state)
{
	(void)state;
	assert_int_equal(death_call_in(RECORD, 471), -1);
	assert_int_equal(death_call_in("audit: type=1300 pid=4711 sig=31 syscall=1", 4711), -1);
	assert_int_equal(death_call_in("type=1326 pid=4711 sig=0 syscall=58", 4711), -1);
	assert_int_equal(death_call_in("audit: type=1326 pid=4711 sig=31 syscall=", 4711), -1);
	assert_int_equal(
		death_call_in("audit: type=1326 pid=4711 sig=31 syscall=99999999999", 4711), -1);
}

static void memory_is_blamed_only_when_it_ran_out(void **state)
{
	uint64_t kills = death_memory_kills();
	auto_free char *plain = death_explain(1, SIGKILL, UINT64_MAX);
	auto_free char *other = death_explain(1, SIGSEGV, 0);

	(void)state;
	assert_null(strstr(plain, "lack of memory"));
	assert_null(other);
	if (kills > 0) {
		auto_free char *memory = death_explain(1, SIGKILL, kills - 1);

		assert_non_null(strstr(memory, "lack of memory"));
	}
}

/* Each of these lacks one thing of a record, and would be one with it. */
static void half_a_record_is_none(void **state)
{
	static const char *const halves[] = {
		"audit: type=1326 audit(1): uid=0 sig=31 syscall=101",
		"audit: type=1326 audit(1): pid=4711 syscall=101",
		"audit: type=1326 audit(1): pid=4711 sig=31",
		"audit: type=1326 audit(1): pid=4711 sig=9 syscall=101",
		"audit: type=1326 audit(1): pid=4712 sig=31 syscall=101",
		"audit: type=1326 audit(1): pid=x sig=31 syscall=101",
		"audit: type=1326 audit(1): pid=4711 sig=31 syscall=4294967296",
		"audit: type=1327 audit(1): pid=4711 sig=31 syscall=101",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(halves); i++)
		assert_int_equal(death_call_in(halves[i], 4711), -1);
	assert_int_equal(
		death_call_in("audit: type=1326 audit(1): pid=4711 sig=31 syscall=101", 4711), 101);
	assert_int_equal(
		death_call_in("audit: SECCOMP audit(1): pid=4711 sig=31 syscall=7", 4711), 7);
}

/* In a child from whom a file is hidden: what a death by `argument` is explained with. */
static char *explained(void *argument)
{
	const struct refusal refusal = {SYS_openat, EACCES, 0, 0};
	int signal = *(int *)argument;

	calls_refuse(&refusal, 1);
	return xasprintf("%d %s", (int)death_memory_kills(), death_explain(1, signal, 0));
}

static void a_log_that_cannot_be_read_is_named(void **state)
{
	int denied = SIGSYS, killed = SIGKILL;
	auto_free char *denial = child_answer(explained, &denied);
	auto_free char *kill = child_answer(explained, &killed);

	(void)state;
	assert_non_null(strstr(denial, "0 the sandbox denied a system call; the kernel's log"));
	assert_string_equal(kill, "0 by somebody else, or by a memory limit");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_record_of_the_process_names_the_call),
		cmocka_unit_test(other_records_do_not),
		cmocka_unit_test(half_a_record_is_none),
		cmocka_unit_test(a_log_that_cannot_be_read_is_named),
		cmocka_unit_test(memory_is_blamed_only_when_it_ran_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
