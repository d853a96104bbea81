#!/bin/sh
# SPDX-License-Identifier: MIT
# Some of the faults that 'make check-faults' makes one and all.
export FAULT_STEP="${FAULT_STEP:-150}" FAULT_NUMBERS="${FAULT_NUMBERS:-EIO}"
export FAULT_CALLS="${FAULT_CALLS:-openat openat2 read write linkat fsync execve prctl seccomp landlock_create_ruleset
	landlock_add_rule landlock_restrict_self clone clone3}"
export FAULT_COMMANDS="${FAULT_COMMANDS:-run plan test nvram-reset}"
exec sh "$(dirname "$0")/../faults/run.sh"
