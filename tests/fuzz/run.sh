#!/bin/sh
# SPDX-License-Identifier: MIT
# Fuzzes each input language in turn, with libFuzzer, AddressSanitizer and UndefinedBehaviorSanitizer,
# in a build of its own (the folder fuzz-build):
#	FUZZ_SECONDS=900 sh tests/fuzz/run.sh [LANGUAGE...]
# FUZZ_SECONDS (20) for each. New inputs gather in fuzz-build/found/LANGUAGE, what broke the program
# in fuzz-build/broken: an input that broke it belongs into tests/fuzz/corpus/LANGUAGE, with the fix.
# One line a language on stdout: executions, seconds, inputs in the corpus, findings.
set -eu
: "${SRCDIR:=$(cd "$(dirname "$0")/../.." && pwd)}"
: "${BUILD:=$SRCDIR}"
: "${FUZZ_SECONDS:=20}"
fuzz=$SRCDIR/tests/fuzz
folder=$BUILD/fuzz-build
make=${MAKE:-make}
unset MAKEFLAGS MFLAGS CFLAGS CC

say() { printf 'fuzz: %s\n' "$*" >&2; }

command -v clang >/dev/null || {
	say "clang is not installed"
	exit 1
}

build()
{
	mkdir -p "$folder/found" "$folder/broken"
	cd "$folder"
	[ -f config.mak ] || "$SRCDIR/configure" --enable-sanitizers CC=clang \
		CFLAGS='-O1 -g -fsanitize=fuzzer-no-link' >configure.log 2>&1 || {
		cat configure.log >&2
		say "configure failed; libFuzzer needs clang's runtime (Debian: libclang-rt-14-dev)"
		exit 1
	}
	$make -s -j"$(nproc)" fuzzers >make.log 2>&1 || {
		cat make.log >&2
		exit 1
	}
}

# Where a language's words stand in our source: what tells them apart is worth trying
sources_of()
{
	case $1 in
	spec) echo "$SRCDIR/launcher/spec/part_*.c $SRCDIR/launcher/spec/spec_*.c" ;;
	argv) echo "$SRCDIR/launcher/spec/argv*.c" ;;
	descriptor) echo "$SRCDIR/launcher/host/descriptor.c $SRCDIR/launcher/base/terms.c" ;;
	console) echo "$SRCDIR/launcher/act/marker.c $SRCDIR/launcher/act/console.c" ;;
	*) echo "$SRCDIR/launcher/*/$1.c" ;;
	esac
}

# Where inputs of a language stand in the tree, beside its corpus
more_inputs_of()
{
	case $1 in
	spec) echo "$SRCDIR/examples $SRCDIR/tests/unit/spec/parts $SRCDIR/tests/integration/devices" ;;
	esac
}

dictionary()
{
	# shellcheck disable=SC2046 # patterns and lists of files
	grep -hv '#include' $(sources_of "$1") 2>/dev/null | grep -o '"[][a-zA-Z0-9_ <>/=.:-]\{2,40\}"' |
		sort -u || :
}

# one LANGUAGE
one()
{
	language=$1
	log=$folder/$language.log
	mkdir -p "$folder/found/$language"
	dictionary "$language" >"$folder/$language.dict"
	set -- "$folder/found/$language"
	[ ! -s "$folder/$language.dict" ] || set -- -dict="$folder/$language.dict" "$@"
	# shellcheck disable=SC2046
	for inputs in "$fuzz/corpus/$language" $(more_inputs_of "$language"); do
		[ ! -d "$inputs" ] || set -- "$@" "$inputs"
	done
	status=0
	TMPDIR=$tmp "$folder/fuzzers/fuzz_$language" -max_total_time="$FUZZ_SECONDS" \
		-print_final_stats=1 -timeout=10 -rss_limit_mb=2048 -max_len=65536 \
		-artifact_prefix="$folder/broken/$language-" \
		"$@" >"$log" 2>&1 || status=$?
	executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
	seconds=$(sed -n 's/^Done .* runs in \([0-9]*\) second.*/\1/p' "$log")
	findings=0
	[ $status -eq 0 ] || findings=1
	printf '%-12s %12s executions %6s s %6s inputs %3s findings\n' "$language" "${executions:-?}" \
		"${seconds:-?}" "$(find "$folder/found/$language" -type f | wc -l)" "$findings"
	[ $status -eq 0 ] || {
		failed=1
		tail -n 60 "$log" >&2
	}
}

# What is fuzzed by a script of its own kind: policy texts (the compiler is an awk script), and domains
# whose plans QEMU has to take. PREFIX_SEED and COUNT are its variables.
scripted() # NAME PREFIX COUNT
{
	begin=$(date +%s) seed=$begin inputs=0 findings=0
	while [ $(($(date +%s) - begin)) -lt "$FUZZ_SECONDS" ]; do
		if env "$2_SEED=$seed" "$3=50" TMPDIR="$tmp" BUILD="$BUILD" SRCDIR="$SRCDIR" \
			sh "$fuzz/$1.sh" >"$folder/$1.log" 2>&1; then
			inputs=$((inputs + 50)) seed=$((seed + 50))
		else
			cat "$folder/$1.log" >&2
			findings=1 failed=1
			break
		fi
	done
	printf '%-12s %12s executions %6s s %6s inputs %3s findings\n' "$1" "$inputs" \
		$(($(date +%s) - begin)) - "$findings"
}

build
tmp=$(mktemp -d "${TMPDIR:-/tmp}/slipway-fuzz.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' HUP INT TERM
failed=0
[ $# -gt 0 ] || {
	for target in "$fuzz"/fuzz_*.c; do
		target=${target##*/fuzz_}
		set -- "$@" "${target%.c}"
	done
	set -- "$@" policy plans
}
for language; do
	case $language in
	policy) scripted policy POLICY POLICY_MUTANTS ;;
	plans) scripted plans PLANS PLANS ;;
	*) one "$language" ;;
	esac
done
exit $failed
