/* SPDX-License-Identifier: MIT */
/*
 * A plan as lines to compare with, one for each thing that it says: "-device VALUE" for an option
 * and its value, "policy NAME", "read PATH", "write PATH", "output PATH" (a file that is
 * made), "sockets PATH", "clients PATH" (made in it, connected to), "device PATH", "below PATH" (of
 * devices), "listen PORT", "connect PORT", "opening WHAT", "setup PROGRAM WORDS", "start PROGRAM
 * WORDS", "overlay PATH", "cpu NUMBER", "environment NAME=VALUE", "warning TEXT", "note TEXT".
 */
#ifndef SLIPWAY_TESTS_PLAN_FACTS_H
#define SLIPWAY_TESTS_PLAN_FACTS_H

#include "base/text.h"

struct plan;

void plan_facts(const struct plan *plan, struct strings *facts);

#endif
