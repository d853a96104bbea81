/* SPDX-License-Identifier: MIT */
/*
 * Which family of distributions a host belongs to, from os-release(5): only for the name of the
 * package that a refusal advises to install.
 */
#ifndef SLIPWAY_HOST_OS_RELEASE_H
#define SLIPWAY_HOST_OS_RELEASE_H

#include "host/host.h"

/* From the text of an os-release file: ID first, then the names of ID_LIKE in their order. */
enum package_family os_release_family(const char *text);

/* Reads /etc/os-release or else /usr/lib/os-release below `root_fd`. */
enum package_family os_release_read(int root_fd);

#endif
