#!/bin/sh
# SPDX-License-Identifier: MIT
# Some of the load that 'make check-load' puts on.
export LOAD_VMS="${LOAD_VMS:-60}" LOAD_SOAK="${LOAD_SOAK:-150}" LOAD_QEMUS="${LOAD_QEMUS:-3}"
export LOAD_DESCRIPTORS="${LOAD_DESCRIPTORS:-2000}"
exec sh "$(dirname "$0")/../long/load.sh"
