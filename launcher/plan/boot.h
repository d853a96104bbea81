/* SPDX-License-Identifier: MIT */
/*
 * Which device is booted when: <boot dev=…> of <os>, or each device's own <boot order=…>, both as
 * QEMU's bootindex, which firmware of every kind follows (-boot order= is ignored by UEFI).
 */
#ifndef SLIPWAY_PLAN_BOOT_H
#define SLIPWAY_PLAN_BOOT_H

#include <stddef.h>

#include "spec/spec.h"

/* 0: not booted by order. */
unsigned int boot_index_of_disk(const struct spec *spec, size_t disk);
unsigned int boot_index_of_interface(const struct spec *spec, size_t interface);

#endif
