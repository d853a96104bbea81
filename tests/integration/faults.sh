#!/bin/sh
# SPDX-License-Identifier: MIT
# Some of the faults that 'make check-faults' makes one and all.
export FAULT_STEP="${FAULT_STEP:-100}" FAULT_NUMBERS="${FAULT_NUMBERS:-EIO}"
exec sh "$(dirname "$0")/../faults/run.sh"
