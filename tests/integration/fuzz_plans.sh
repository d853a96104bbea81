#!/bin/sh
# SPDX-License-Identifier: MIT
# A few of the random domains that 'make fuzz' tries for as long as it is told to.
export PLANS="${PLANS:-25}"
exec sh "$(dirname "$0")/../fuzz/plans.sh"
