#!/bin/sh
# SPDX-License-Identifier: MIT
# tests/integration/nvram_faults.sh at every system call of the program, with every error.
# An hour on a busy machine; NVRAM_FAULT_CALLS, NVRAM_FAULT_NUMBERS and NVRAM_FAULT_KINDS bound it.
export NVRAM_FAULT_CALLS="${NVRAM_FAULT_CALLS:-all}"
export NVRAM_FAULT_NUMBERS="${NVRAM_FAULT_NUMBERS:-ENOSPC EIO EDQUOT EROFS EACCES}"
exec sh "$(dirname "$0")/../integration/nvram_faults.sh"
