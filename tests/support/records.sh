# SPDX-License-Identifier: MIT
# shellcheck shell=sh disable=SC2034
# The stage of the launch record's tests, sourced behind lib.sh: as_user, the words that make a command
# an ordinary user's ("" where this is one), since root's records and descriptors have one place for
# all; and in SLIPWAY a copy that another user can execute.

unset QEMU_OPTS SLIPWAY_EMULATOR SLIPWAY_FIRMWARE SLIPWAY_SECURE_BOOT SLIPWAY_NVRAM SLIPWAY_SANDBOX \
	SLIPWAY_CACHE XDG_RUNTIME_DIR
if [ "$(id -u)" -ne 0 ]; then
	as_user=
elif command -v setpriv >/dev/null; then
	as_user="setpriv --reuid=65534 --regid=65534 --clear-groups"
else
	t_skip a_second_start_takes_the_plan_of_the_first "this is root, and setpriv is not installed"
	t_done
fi
t_copy_slipway "$T"
SLIPWAY=$T/slipway
