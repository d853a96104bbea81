/* SPDX-License-Identifier: MIT */
/* Where the whole program is. Two objects have this: one for the folder of the build, one for what
 * is installed. */
#ifndef SLIPWAY_FRONT_WHOLE_H
#define SLIPWAY_FRONT_WHOLE_H

extern const char whole_beside[]; /* seen from the folder that the front lies in */
extern const char whole_place[];  /* absolute: where it was meant to be */

#endif
