/* SPDX-License-Identifier: MIT */
/* act/thread: signals stay with the program's own thread. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "act/thread.h"

static void *look_at_mask(void *argument)
{
	(void)pthread_sigmask(SIG_SETMASK, NULL, argument);
	return NULL;
}

static void every_signal_is_blocked_in_it_and_none_here(void **state)
{
	static const int signals[] = {SIGTERM, SIGINT, SIGCHLD, SIGUSR1, SIGSEGV};
	sigset_t inside, before, after;
	pthread_t thread;

	(void)state;
	sigemptyset(&inside);
	assert_int_equal(pthread_sigmask(SIG_SETMASK, NULL, &before), 0);
	assert_int_equal(thread_start(&thread, look_at_mask, &inside), 0);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_int_equal(pthread_sigmask(SIG_SETMASK, NULL, &after), 0);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		assert_true(sigismember(&inside, signals[i]));
		assert_int_equal(sigismember(&before, signals[i]), sigismember(&after, signals[i]));
		assert_false(sigismember(&after, signals[i]));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_signal_is_blocked_in_it_and_none_here),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
