#!/bin/sh
# SPDX-License-Identifier: MIT
# Runs test programs, two at a time, and adds up what they say:
#	run.sh [--whole] PROGRAM...
# A program is a shell test (tests/support/lib.sh) or a cmocka program. Each one's output is shown
# whole when it ends; then a table, what failed, what was skipped, and one line of totals alone.
# A program that dies, says no totals or runs nothing has failed.
#
# SLIPWAY_MAY_NOT_SKIP: names of tests whose skip is a failure; where CI=true also those of
# tests/may-not-skip.txt, and with --whole each name of that file must have run.
# SLIPWAY_TEST_JOBS (2) programs at a time, SLIPWAY_TEST_LIMIT (600) seconds for each.
set -u
unset MAKEFLAGS MFLAGS CMOCKA_MESSAGE_OUTPUT CMOCKA_XML_FILE

# One program's summary in one line: STATUS SECONDS LOG NAME
run_one() # LOG-FOLDER PROGRAM
{
	name=${2#"${SRCDIR-}/"} name=${name#./} name=${name#obj/}
	log=$1/$(echo "$name" | tr / _)
	limit='' status=0 begin=$(date +%s)
	if timeout --foreground 1 true 2>/dev/null; then
		limit="timeout --foreground -k 10 ${SLIPWAY_TEST_LIMIT:-600}"
	fi
	case $2 in
	*.sh) $limit sh "$2" ;;
	/*) $limit "$2" ;;
	*) $limit "./$2" ;;
	esac >"$log" 2>&1 </dev/null || status=$?
	echo "$status $(($(date +%s) - begin)) $log $name"
}

if [ "${1-}" = --one ]; then
	run_one "$2" "$3"
	exit 0
fi

whole=
if [ "${1-}" = --whole ]; then
	whole=yes
	shift
fi

here=$(cd "$(dirname "$0")" && pwd)
logs=$(mktemp -d "${TMPDIR:-/tmp}/slipway-check.XXXXXX") || exit 1
trap 'rm -rf "$logs"' EXIT
trap 'exit 130' HUP INT TERM

echo "${SLIPWAY_MAY_NOT_SKIP-}" | tr ' ' '\n' | sed '/^$/d' >"$logs/may-not-skip"
: >"$logs/must-run"
: >"$logs/ended"
if [ "${CI-}" = true ] && [ -f "$here/may-not-skip.txt" ]; then
	sed 's/#.*//; s/[[:space:]]*$//; /^$/d' "$here/may-not-skip.txt" >"$logs/listed"
	cat "$logs/listed" >>"$logs/may-not-skip"
	[ -z "$whole" ] || mv "$logs/listed" "$logs/must-run"
fi

printf '%s\n' "$@" | xargs -n 1 -P "${SLIPWAY_TEST_JOBS:-2}" sh "$0" --one "$logs" |
	while read -r status seconds log name; do
		echo "== $name"
		cat "$log"
		echo "$status $seconds $log $name" >>"$logs/ended"
	done

# A program of which nothing is known has failed as well
[ $# -eq "$(wc -l <"$logs/ended")" ] || echo "255 0 /dev/null tests/run.sh" >>"$logs/ended"
LC_ALL=C awk -f "$here/totals.awk" "$logs/may-not-skip" "$logs/must-run" "$logs/ended"
