#!/bin/sh
# SPDX-License-Identifier: MIT
# tests/integration/nvram_faults.sh at every system call of the program, with every error.
NVRAM_FAULT_CALLS=all NVRAM_FAULT_NUMBERS='ENOSPC EIO EDQUOT EROFS EACCES' \
	exec sh "$(dirname "$0")/../integration/nvram_faults.sh"
