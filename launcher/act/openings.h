/* SPDX-License-Identifier: MIT */
/*
 * What QEMU inherits open: tap devices, device files, passwords, each under the number that its
 * arguments name; made with the rights that slipway has and QEMU will not have.
 */
#ifndef SLIPWAY_ACT_OPENINGS_H
#define SLIPWAY_ACT_OPENINGS_H

#include <stddef.h>

#include "base/attr.h"
#include "base/error.h"
#include "plan/plan.h"

/* `fd` is taken over and gets the number; an error when the number is taken. */
struct error *opening_place(int fd, int number) MUST_USE;

/* Opens one under opening->fd, open across exec; the caller closes that. */
struct error *opening_make(const struct opening *opening) MUST_USE;

/* A tap device (act/tap.c), and one of macvtap that is there. */
struct error *tap_open(const struct opening *opening, int *ret_fd) MUST_USE;
struct error *macvtap_open(const struct opening *opening, int *ret_fd) MUST_USE;

/* The directory `path` and what is missing above it, with mode 0700 where it is made; an error when
 * it is somebody else's. */
struct error *private_directory_make(const char *path) MUST_USE;

/* This process, and so QEMU, runs on these CPUs of the host. */
struct error *cpus_set(const unsigned int *cpus, size_t count) MUST_USE;

#endif
