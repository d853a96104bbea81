#!/bin/sh
# SPDX-License-Identifier: MIT
# A few of the changed policy texts that 'make fuzz' tries for as long as it is told to.
export POLICY_MUTANTS="${POLICY_MUTANTS:-40}"
exec sh "$(dirname "$0")/../fuzz/policy.sh"
