/* SPDX-License-Identifier: MIT */
/*
 * The end of a companion whose state is to be thrown away: a process that stays only to see it end,
 * and then removes what it left.
 */
#ifndef SLIPWAY_ACT_COMPANION_END_H
#define SLIPWAY_ACT_COMPANION_END_H

/*
 * Splits this process in two: the child comes back, with a death signal for when its keeper dies;
 * the parent waits for it, ends it when it is told to end itself (SIGTERM), removes the files of
 * `directory` and the directory, and exits.
 */
void companion_keep(const char *directory);

#endif
