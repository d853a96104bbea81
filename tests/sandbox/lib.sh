# SPDX-License-Identifier: MIT
# shellcheck shell=sh
# What the tests of the cage share: their two programs, built from the objects of the build.
#
# CONFINED runs a program in the cage; ATTACKER is static, so that it runs whatever may be opened.

CONFINED=$T/run_confined
ATTACKER=$T/attacker

# sandbox_driver: builds $CONFINED, or says the reason why not on stdout and false
sandbox_driver()
{
	[ -e "$BUILD/obj/policy/table.o" ] || { echo "not built: obj/policy/table.o" && return 1; }
	sandbox_libs=$(sed -n 's/^LIBSECCOMP_LIBS *[:?]*= *//p' "$BUILD/config.mak" 2>/dev/null)
	# shellcheck disable=SC2086 # flags are several words
	${CC:-cc} -std=c17 -D_GNU_SOURCE ${CFLAGS-} -I"$SRCDIR/launcher" -o "$CONFINED" \
		"$SRCDIR/tests/sandbox/run_confined.c" "$BUILD"/obj/launcher/base/*.o \
		"$BUILD"/obj/launcher/act/*.o "$BUILD/obj/policy/table.o" \
		${sandbox_libs:--lseccomp} -pthread >"$T/driver.log" 2>&1 && return
	echo "run_confined does not build: $(head -n 1 "$T/driver.log")"
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
