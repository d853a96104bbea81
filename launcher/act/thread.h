/* SPDX-License-Identifier: MIT */
/*
 * A thread beside the program's own: no signal's handler runs in it.
 */
#ifndef SLIPWAY_ACT_THREAD_H
#define SLIPWAY_ACT_THREAD_H

#include <pthread.h>

/* pthread_create with every signal blocked: 0 or an error number. */
int thread_start(pthread_t *ret_thread, void *(*function)(void *), void *argument);

#endif
