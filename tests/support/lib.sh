# SPDX-License-Identifier: MIT
# shellcheck shell=sh
# What every shell test needs: one line a test on stdout (`ok NAME`, `FAIL NAME: why`,
# `skip NAME: reason`) and the totals at the end, which tests/run.sh adds up.
#
#	. "$(dirname "$0")/../support/lib.sh"
#	t_run "$SLIPWAY" --version; t_eq version_exits_0 0 "$t_status"
#	t_done
#
# Sets SRCDIR, BUILD and SLIPWAY (absolute; from the environment, or for a run by hand from $0),
# WHOLE, which is SLIPWAY or what that is a front of (launcher/front/front.c), and T, a folder of this test's own that is gone when it ends.

: "${SRCDIR:=$(cd "$(dirname "$0")/../.." && pwd)}"
: "${BUILD:=$SRCDIR}"
: "${SLIPWAY:=$BUILD/slipway}"
WHOLE=$BUILD/obj/whole/slipway
[ -x "$WHOLE" ] || WHOLE=$SLIPWAY
export SRCDIR BUILD SLIPWAY
unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES # a test that calls make is not part of the outer one

t_passed=0 t_failed=0 t_skipped=0
T=$(mktemp -d "${TMPDIR:-/tmp}/slipway-test.XXXXXX") || exit 1
trap 'chmod -R u+rwX "$T" 2>/dev/null; rm -rf "$T"' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# t_ok NAME
t_ok()
{
	t_passed=$((t_passed + 1))
	echo "ok $1"
}

# t_fail NAME WHY: only the first line of WHY stands on the result's line
t_fail()
{
	t_failed=$((t_failed + 1))
	printf '%s\n' "FAIL $1: $2"
}

# t_skip NAME REASON
t_skip()
{
	t_skipped=$((t_skipped + 1))
	echo "skip $1: $2"
}

# t_eq NAME WANTED GOT
t_eq()
{
	if [ "$2" = "$3" ]; then t_ok "$1"; else t_fail "$1" "wanted '$2', got '$3'"; fi
}

# t_true NAME COMMAND...: the command must succeed; what it says is shown when it does not
t_true()
{
	t_name=$1
	shift
	t_run "$@"
	if [ "$t_status" -eq 0 ]; then
		t_ok "$t_name"
	else
		t_fail "$t_name" "'$*' ended with $t_status"
		cat "$T/out" "$T/err"
	fi
}

# t_run COMMAND...: stdout to $T/out, stderr to $T/err, the status to $t_status; no stdin
t_run()
{
	t_status=0
	"$@" >"$T/out" 2>"$T/err" </dev/null || t_status=$?
}

# t_contains NAME TEXT FILE: TEXT stands in one line of FILE, literally
t_contains()
{
	if grep -qF -e "$2" "$3"; then
		t_ok "$1"
	else
		t_fail "$1" "'$2' is not in $(basename "$3"):"
		sed 's/^/    /' "$3"
	fi
}

# t_refuses NAME STATUS TEXT COMMAND...: ends with exactly STATUS and TEXT on stderr
t_refuses()
{
	t_name=$1 t_want=$2 t_text=$3
	shift 3
	t_run "$@"
	if [ "$t_status" -ne "$t_want" ]; then
		t_fail "$t_name" "'$*' ended with $t_status, wanted $t_want"
		cat "$T/out" "$T/err"
	else
		t_contains "$t_name" "$t_text" "$T/err"
	fi
}

# t_missing PROGRAM...: prints those that are not installed; true if there are any
t_missing()
{
	t_absent=
	for t_program; do
		command -v "$t_program" >/dev/null || t_absent="$t_absent $t_program"
	done
	[ -n "$t_absent" ] && echo "not installed:$t_absent"
}

# t_copy_sources FOLDER: the source tree without what was built in it
t_copy_sources()
{
	mkdir -p "$1" && "${MAKE:-make}" -s --no-print-directory -C "$BUILD" sources >"$T/sources" &&
		tar -C "$SRCDIR" -cf - --no-recursion --null -T "$T/sources" | tar -C "$1" -xpf -
}

# t_copy_slipway FOLDER: as FOLDER/slipway, with what it hands over to (launcher/front.c)
t_copy_slipway()
{
	cp "$SLIPWAY" "$1/slipway"
	[ "$WHOLE" = "$SLIPWAY" ] || {
		mkdir -p "$1/obj/whole"
		cp "$WHOLE" "$1/obj/whole/slipway"
	}
}

# t_done: the totals; call it last, its status is the script's
t_done()
{
	echo "$t_passed passed, $t_failed failed, $t_skipped skipped"
	[ "$t_failed" -eq 0 ]
	exit
}
