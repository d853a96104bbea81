#!/bin/sh
# SPDX-License-Identifier: MIT
# The attacker in QEMU's place: tests/sandbox/attack.sh.
exec sh "$(dirname "$0")/../sandbox/attack.sh"
