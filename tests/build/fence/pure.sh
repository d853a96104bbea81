#!/bin/sh
# SPDX-License-Identifier: MIT
# The purity fence: what the plan's objects call and neither plan nor base defines must stand in the
# list of pure functions; what base defines may be forbidden there.
#	NM=nm pure.sh LIST PLAN.o... -- BASE.o...
set -u
LC_ALL=C
export LC_ALL
list=$1
shift
plan=$(for object; do [ "$object" != -- ] || break; echo "$object"; done)

# symbols_of undefined|defined OBJECT...
symbols_of()
{
	kind=$1
	shift
	"${NM:-nm}" -gP "$@" | awk -v kind="$kind" \
		'NF > 1 && (kind == "undefined") == ($2 == "U" || $2 == "w" || $2 == "v") { print $1 }' |
		sed 's/^__isoc[0-9]*_//; s/^__\([a-z].*\)_chk$/\1/' | sort -u
}

# The first pattern of the list that fits the symbol
verdict()
{
	while read -r pattern; do
		# shellcheck disable=SC2254 # patterns they are
		case $1 in
		${pattern#!}) echo "$pattern" && return ;;
		esac
	done <<-END
		$patterns
	END
}

patterns=$(sed 's/#.*//; /^ *$/d' "$list") || exit 1
for object; do
	shift
	[ "$object" = -- ] || set -- "$@" "$object"
done
ours=$(symbols_of defined "$@")
# shellcheck disable=SC2086 # object names have no blanks
used=$(symbols_of undefined $plan)
if [ -z "$ours" ] || [ -z "$used" ]; then
	echo "pure.sh: '${NM:-nm}' sees no symbols" >&2
	exit 1
fi

wrong=0
for symbol in $used; do
	decided=$(verdict "$symbol")
	case $decided in
	'!'*) ;;
	'') printf '%s\n' "$ours" | grep -qxF -e "$symbol" && continue ;;
	*) continue ;;
	esac
	for object in $plan; do
		if symbols_of undefined "$object" | grep -qxF -e "$symbol"; then
			echo "$object calls $symbol: the plan is pure (${decided:-not} in $list)" >&2
		fi
	done
	wrong=1
done
exit $wrong
