#!/bin/sh
# SPDX-License-Identifier: MIT
# Golden tests: what slipway plans, or why it refuses, for a spec on a host made up from a recipe.
#
#	run.sh [--update] [NAME...]
#
# Each folder NAME beside this file that has a spec.xml is one case:
#	spec            in the place of spec.xml: the path of one, below @ROOT@ or @SOURCE@
#	host            the recipe of its host (support/host.awk); without one, an empty host
#	options         an option of `slipway plan` a line, @ROOT@ being the host's folder
#	expected.json   the plan, without its sandbox (with it where there is a file `whole`), or
#	expected.error  the status and what was said on stderr, of a refusal
#	expected.out    the JSON of that refusal, where the case is about it
# --update writes what is expected anew; the difference is to be looked at before it is believed.
. "$(dirname "$0")/../support/lib.sh"
# shellcheck source=support/golden.sh
. "$SRCDIR/tests/golden/support/golden.sh"

if ! "$SLIPWAY" --version >/dev/null; then
	t_fail slipway_can_be_run "'$SLIPWAY' --version fails"
	t_done
fi

update=
if [ "${1-}" = --update ]; then
	update=yes
	shift
fi

# $word with the host's folder in the place of @ROOT@, and this tree's in that of @SOURCE@
below_root()
{
	case $word in
	*@ROOT@*) word=${word%%@ROOT@*}$root${word#*@ROOT@} ;;
	*@SOURCE@*) word=${word%%@SOURCE@*}$SRCDIR${word#*@SOURCE@} ;;
	esac
}

run_case()
{
	word=spec.xml
	[ ! -f spec ] || read -r word <spec
	below_root
	set -- plan --format=json --root="$root" "$word"
	if [ -f options ]; then
		while read -r word; do
			below_root
			set -- "$@" "$word"
		done <options
	fi
	plain "$@"
}

normalise()
{
	without=sandbox
	[ ! -f whole ] || without=
	if [ "$t_status" -eq 0 ]; then
		kind=json
		awk -v names="$(names)" -v without="$without" -f "$golden/support/json.awk" "$T/out" >"$T/got"
	else
		kind=error
		{ echo "$t_status" && cat "$T/err"; } >"$T/raw"
		awk -v names="$(names)" -f "$golden/support/names.awk" "$T/raw" >"$T/got"
		if [ -f expected.out ]; then
			awk -v names="$(names)" -f "$golden/support/json.awk" "$T/out" >"$T/got.out"
		fi
	fi
}

# What a good run says beside the plan is part of the plan: nothing stands on stderr
judge() # NAME
{
	if [ "$kind" = json ] && [ -s "$T/err" ]; then
		t_fail "$1" "it planned, and said on stderr: $(head -n 1 "$T/err")"
	elif [ ! -f "expected.$kind" ]; then
		t_fail "$1" "there is no expected.$kind:"
		cat "$T/got"
	elif ! cmp -s "expected.$kind" "$T/got"; then
		t_fail "$1" "not as expected.$kind says:"
		diff -u "expected.$kind" "$T/got" | sed 1,2d
	elif [ -f expected.out ] && ! cmp -s expected.out "$T/got.out"; then
		t_fail "$1" "not as expected.out says:"
		diff -u expected.out "$T/got.out" | sed 1,2d
	elif [ -f expected.error ] && [ -f expected.json ]; then
		t_fail "$1" "both a plan and a refusal are expected"
	else
		t_ok "$1"
	fi
}

rewrite() # NAME
{
	if ! cmp -s "expected.$kind" "$T/got"; then
		cp "$T/got" "expected.$kind"
		echo "updated $1/expected.$kind"
	fi
	[ ! -f expected.out ] || cp "$T/got.out" expected.out
	if [ "$kind" = json ]; then rm -f expected.error; else rm -f expected.json; fi
	t_ok "$1"
}

one() # NAME
{
	cd "$golden/$1" || return
	if ! host_of .; then
		t_fail "$1" 'its host cannot be made'
		return
	fi
	run_case
	if [ "$t_status" -ne 0 ] && [ "$t_status" -ne 125 ]; then
		t_fail "$1" "it ended with $t_status: $(head -n 1 "$T/err")"
		return
	fi
	normalise
	if [ -n "$update" ]; then rewrite "$1"; else judge "$1"; fi
}

if [ $# -eq 0 ]; then
	cd "$golden" || exit 1
	for spec in */spec.xml */spec; do
		set -- "$@" "${spec%/*}"
	done
	for spec in "$SRCDIR"/examples/*.xml "$SRCDIR"/examples/*/*.xml; do
		name=${spec#"$SRCDIR"/examples/}
		name=example-$(printf '%s' "${name%.xml}" | tr / -)
		[ -d "$name" ] || t_fail "$name" 'this example has no golden case'
	done
fi
for name; do
	one "$name"
done
cd "$golden" || exit 1
t_done
