/* SPDX-License-Identifier: MIT */
/*
 * What a spec says of a controller, where it may be one that the spec does not have.
 */
#ifndef SLIPWAY_PLAN_CONTROLLER_H
#define SLIPWAY_PLAN_CONTROLLER_H

#include "plan/layout.h"

/* An int member of the controller's record in the spec; -1 when it was not said, or there is no
 * record. */
#define CONTROLLER_SAID(controller, member) ((controller)->spec ? (controller)->spec->member : -1)

#endif
