/* SPDX-License-Identifier: MIT */
#include "front/whole.h"

const char whole_beside[] = WHOLE_BESIDE;
const char whole_place[] = WHOLE_PLACE;
