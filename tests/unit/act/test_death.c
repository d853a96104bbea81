/* SPDX-License-Identifier: MIT */
/* act/death: what the kernel tells about a process that was killed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <signal.h>

#include <cmocka.h>

#include "act/death.h"
#include "base/memory.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_record_of_the_process_names_the_call),
		cmocka_unit_test(other_records_do_not),
		cmocka_unit_test(memory_is_blamed_only_when_it_ran_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
