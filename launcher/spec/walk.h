/* SPDX-License-Identifier: MIT */
/*
 * The comparison of a tree with the table of parts: afterwards the tree holds only parts that the
 * table has, with values that it allows, and everything else stands in the list of places.
 */
#ifndef SLIPWAY_SPEC_WALK_H
#define SLIPWAY_SPEC_WALK_H

#include "spec/libxml.h"
#include "spec/place.h"

/* Reports, and cuts out of the tree, what is not in the table, doubled, or has another value. */
void walk_check(xmlNode *root, struct places *places);

/* After reading: reports honoured parts that nobody read, because they mean nothing where they
 * stand (a network port on a file). */
void walk_report_unread(const xmlNode *root, struct places *places);

#endif
