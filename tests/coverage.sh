#!/bin/sh
# SPDX-License-Identifier: MIT
# What part of each file's lines and branches the tests ran, the least first, and of each room; from
# a build of configure --enable-coverage after tests. GCOV names another gcov.
#	coverage.sh begin    forgets what was counted, and has programs count as tests/coverage/profile.c
#	                     says, until they are built anew or begun again
#	coverage.sh          what there is
#	coverage.sh ratchet  fails where a room has less than tests/coverage.txt says, and says what to
#	                     write there where it has more
set -eu
: "${BUILD:?}"
: "${SRCDIR:=$(cd "$(dirname "$0")/.." && pwd)}"
cd "$BUILD"
profiles=obj/profiles

if [ "${1-}" = begin ]; then
	find obj -name '*.gcda' -exec rm -f {} +
	rm -rf "$profiles"
	mkdir -p "$profiles"
	chmod 777 "$profiles" # some tests run slipway as nobody
	exit
fi

gcov=${GCOV:-gcov}
case $(${CC:-cc} --version) in
*clang*) gcov=${GCOV:-llvm-cov gcov} ;;
esac
command -v "${gcov%% *}" >/dev/null || {
	echo "coverage: ${gcov%% *} is not installed" >&2
	exit 1
}

# What the programs counted, to gcc's files; once, since it is added there
if [ -d "$profiles" ]; then
	for program in ./slipway obj/tests/unit/*/test_* obj/tests/sandbox/run_confined; do
		case $program in
		?*/*.*) continue ;;
		esac
		[ ! -x "$program" ] || SLIPWAY_PROFILE="write" "$program" || {
			echo "coverage: '$program' did not write what it counted" >&2
			exit 1
		}
	done
	rm -f "$profiles"/*
fi

# ROOM FILE LINES RAN BRANCHES TAKEN
facts()
{
	find obj/launcher -name '*.gcno' | while read -r notes; do
		# shellcheck disable=SC2086 # two words for llvm-cov
		$gcov -b -n -o "${notes%.gcno}.o" "$notes" 2>/dev/null
	done | awk '
		/^File / { file = $0; sub(/.*launcher\//, "launcher/", file); sub(/.$/, "", file) }
		/^Lines executed:/ && file ~ /\.c$/ {
			split($0, part, /[:% ]+/)
			lines[file] = part[5]
			ran[file] = part[3] * part[5] / 100
		}
		/^Taken at least once:/ && file ~ /\.c$/ {
			split($0, part, /[:% ]+/)
			branches[file] = part[7]
			taken[file] = part[5] * part[7] / 100
		}
		END {
			for (file in lines) {
				room = file
				sub(/^launcher\//, "", room)
				if (!sub(/\/.*/, "", room))
					room = "door"
				print room, file, lines[file], ran[file], branches[file] + 0, taken[file] + 0
			}
		}'
}

facts=$(facts)
[ -n "$facts" ] || {
	echo "coverage: nothing was built with --enable-coverage here" >&2
	exit 1
}

# Cut, not rounded: with one left of thousands it is not 100.0
rooms()
{
	echo "$facts" | awk '
		function part(of, all) { return int(1000 * of / all + 1e-6) / 10 }
		{ lines[$1] += $3; ran[$1] += $4; branches[$1] += $5; taken[$1] += $6 }
		END {
			for (room in lines)
				printf "%s %.1f %.1f\n", room, part(ran[room], lines[room]),
					part(taken[room], branches[room])
		}' | LC_ALL=C sort
}

if [ "${1-}" = ratchet ]; then
	rooms | awk '
		FNR == NR { if ($0 !~ /^#/ && NF == 3) { lines[$1] = $2; branches[$1] = $3 } next }
		{ have[$1] = 1 }
		!($1 in lines) { printf "coverage: the room %s is not in tests/coverage.txt\n", $1; bad = 1; next }
		$2 < lines[$1] { printf "coverage: %s: %s %% of its lines, and it had %s %%\n", $1, $2, lines[$1]; bad = 1 }
		$3 < branches[$1] { printf "coverage: %s: %s %% of its branches, and it had %s %%\n", $1, $3, branches[$1]; bad = 1 }
		$2 >= lines[$1] + 1 || $3 >= branches[$1] + 1 {
			printf "coverage: %s has more now; write in tests/coverage.txt: %s %s %s\n", $1, $1, $2, $3
		}
		END { exit bad }' "$SRCDIR/tests/coverage.txt" - && exit
	# Of a room of which all is run, where
	echo "$facts" | awk '
		FNR == NR { whole[$1] = $2 == 100 && $3 == 100; next }
		whole[$1] && ($4 < $3 || $6 < $5) {
			printf "coverage: %s: %.0f of %d lines, %.0f of %d branches\n", $2, $4, $3, $6, $5
		}' "$SRCDIR/tests/coverage.txt" -
	exit 1
fi
echo "$facts" | sort -k 2 | awk '
	{
		printf "%6.1f %% of %4d lines  %6.1f %% of %4d branches  %s\n", 100 * $4 / $3, $3,
			$5 ? 100 * $6 / $5 : 100, $5, $2
	}' | sort -n
rooms | awk '{ printf "%6.1f %%             %6.1f %%                 %s\n", $2, $3, $1 }'
