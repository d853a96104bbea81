#!/bin/sh
# SPDX-License-Identifier: MIT
# What part of each file's lines the tests ran, the least first, from a build of
# configure --enable-coverage after make check. GCOV names another gcov.
set -eu
: "${BUILD:?}"
cd "$BUILD"

gcov=${GCOV:-gcov}
case $(${CC:-cc} --version) in
*clang*) gcov=${GCOV:-llvm-cov gcov} ;;
esac
command -v "${gcov%% *}" >/dev/null || {
	echo "coverage: ${gcov%% *} is not installed" >&2
	exit 1
}

find obj/launcher -name '*.gcno' | while read -r notes; do
	# shellcheck disable=SC2086 # two words for llvm-cov
	$gcov -n -o "${notes%.gcno}.o" "$notes" 2>/dev/null
done | awk '
	/^File / { file = $0; sub(/.*launcher\//, "launcher/", file); sub(/.$/, "", file) }
	/^Lines executed:/ && file ~ /\.c$/ {
		split($0, part, /[:% ]+/)
		lines[file] = part[5]
		ran[file] = part[3] * part[5] / 100
	}
	END {
		for (file in lines) {
			printf "%6.1f %%  of %4d  %s\n", 100 * ran[file] / lines[file], lines[file], file
			all += lines[file]
			hit += ran[file]
		}
		if (all)
			printf "%6.1f %%  of %4d  all\n", 100 * hit / all, all
	}' | sort -n
