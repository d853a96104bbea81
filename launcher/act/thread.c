/* SPDX-License-Identifier: MIT */
#include "act/thread.h"

#include <signal.h>
#include <stddef.h>

int thread_start(pthread_t *ret_thread, void *(*function)(void *), void *argument)
{
	sigset_t every, before;
	int result;

	(void)sigfillset(&every);
	(void)pthread_sigmask(SIG_SETMASK, &every, &before);
	result = pthread_create(ret_thread, NULL, function, argument);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	return result;
}
