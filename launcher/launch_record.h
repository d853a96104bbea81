/* SPDX-License-Identifier: MIT */
/*
 * The launch record: the plan of an earlier start, for one that would make the same. What made the
 * plan is not done again; what carries it out is, every check included.
 *
 * A record is good for a start with the same words and variables, by the same user from the same
 * directory, of a spec with the same content, by the same slipway; and where every file and
 * directory that was looked at is as it was (base/sighting.h), and what is looked at anew gives the
 * same facts (launch_facts.h). Anything else, and whatever cannot be read, is no record.
 *
 * Files: launch-NNN in the cache directory, NNN of 4096; a new one takes an old one's place.
 */
#ifndef SLIPWAY_LAUNCH_RECORD_H
#define SLIPWAY_LAUNCH_RECORD_H

#include <stdbool.h>

struct filter;
struct launch;
struct options;

/* Tells the occasion, and fills launch->plan, and what else a start needs, from the record, given
 * the spec's text; false: there is none that is good, and nothing else was filled. */
bool launch_record_take(const struct options *options, struct launch *launch);

/* Keeps the plan that is about to be carried out with `filter` (NULL: none), where another start of
 * this occasion may take it. What fails is not worth a word. */
void launch_record_keep(const struct launch *launch, const struct filter *filter);

#endif
