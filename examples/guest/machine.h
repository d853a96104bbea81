/* SPDX-License-Identifier: MIT */
#ifndef SLIPWAY_GUEST_MACHINE_H
#define SLIPWAY_GUEST_MACHINE_H

/* The ways in which the guest stops running; none of these functions returns. */

#include <stdnoreturn.h>

#include "guest.h"

/* Says "power off", then does it. */
noreturn void power_off(struct guest *guest);

/* Says "reset", then does a cold reset. */
noreturn void reset(struct guest *guest);

/* Says nothing and waits; the host's processor is idle meanwhile. */
noreturn void hang(struct guest *guest);

#endif
