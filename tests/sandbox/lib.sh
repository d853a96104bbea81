# SPDX-License-Identifier: MIT
# shellcheck shell=sh
# What the tests of the cage share: their two programs.
#
# CONFINED runs a program in the cage; ATTACKER is static, so that it runs whatever may be opened.

CONFINED=$T/run_confined
ATTACKER=$T/attacker

# sandbox_driver: $CONFINED is there for every user, or says the reason why not on stdout and false
sandbox_driver()
{
	cp "$BUILD/obj/tests/sandbox/run_confined" "$CONFINED" 2>/dev/null && return
	echo "not built: obj/tests/sandbox/run_confined"
	return 1
}

# sandbox_attacker: builds $ATTACKER, or says the reason why not on stdout and false
sandbox_attacker()
{
	${CC:-cc} -std=c17 -D_GNU_SOURCE -O1 -static -o "$ATTACKER" \
		"$SRCDIR"/tests/sandbox/attacker*.c -pthread >"$T/attacker.log" 2>&1 && return
	echo "a static program does not build: $(head -n 1 "$T/attacker.log")"
	return 1
}
