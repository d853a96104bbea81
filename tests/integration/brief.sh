#!/bin/sh
# SPDX-License-Identifier: MIT
# A start looks at less than a plan does, and decides the same: on each host of the golden cases,
# with and without Secure Boot, QEMU is given the firmware that the plan names, or both refuse.
set -u
# shellcheck source=tests/support/lib.sh
. "$(dirname "$0")/../support/lib.sh"
# shellcheck source=tests/golden/support/golden.sh
. "$SRCDIR/tests/golden/support/golden.sh"

if ! command -v jq >/dev/null; then
	t_skip starts_decide_as_plans_do "jq is not installed"
	t_done
fi

printf '#!/bin/sh\nprintf "%%s\\\\n" "$@"\n' >"$T/qemu-system-x86_64"
chmod +x "$T/qemu-system-x86_64"
cat >"$T/vm.xml" <<-END
	<domain type='qemu'>
	  <name>brief</name>
	  <memory unit='MiB'>64</memory>
	  <os firmware='efi'><type arch='x86_64' machine='q35'>hvm</type></os>
	  <features><acpi/></features>
	</domain>
END

# slipway_there WHAT OPTION...: on the host $root
slipway_there()
{
	what=$1
	shift
	"$SLIPWAY" "$what" --root="$root" --emulator="$T/qemu-system-x86_64" --nvram=ephemeral \
		--sandbox=off -q "$@" "$T/vm.xml"
}

# same_choice NAME OPTION...
same_choice()
{
	name=$1
	shift
	slipway_there plan --format=json "$@" >"$T/plan" 2>"$T/plan.err"
	planned=$?
	slipway_there run "$@" >"$T/argv" 2>"$T/run.err"
	started=$?
	t_eq "${name}_starts_where_it_is_planned" $planned $started
	if [ $planned -ne 0 ]; then
		# the refusal names every candidate, as the plan's does
		t_eq "${name}_is_refused_in_the_same_words" "$(cat "$T/plan.err")" "$(cat "$T/run.err")"
		return
	fi
	chosen=$chosen$(jq -r .firmware.source "$T/plan" | cut -c1)
	code=$(jq -r .firmware.path "$T/plan")
	if grep -qF "$(basename "$code")" "$T/argv"; then
		t_ok "${name}_has_the_firmware_of_the_plan"
	else
		t_fail "${name}_has_the_firmware_of_the_plan" "no '$code' in the arguments"
	fi
}

chosen=
for recipe in "$golden"/hosts/*.txt; do
	host=$(basename "$recipe" .txt)
	root=$T/hosts/$host
	echo "host $host" >"$T/recipe"
	make_host "$root" . "$T/recipe" || continue
	same_choice "$host"
	same_choice "${host}_secure" --secure-boot=yes
	same_choice "${host}_not_secure" --secure-boot=no
	rm -rf "$root"
done

# Both ways were gone: a descriptor ends the brief look, a pair needs the whole one
case $chosen in
*d*f* | *f*d*) t_ok descriptors_and_pairs_were_chosen ;;
*) t_fail descriptors_and_pairs_were_chosen "only '$chosen'" ;;
esac
t_done
