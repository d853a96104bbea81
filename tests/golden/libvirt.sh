#!/bin/sh
# SPDX-License-Identifier: MIT
# libvirt's choice of firmware, situation by situation: what rules.tsv says, which was derived from
# libvirt's rules by hand and is written by no program, about the cases here of the same name; and
# libvirt's own cases where they lie beside this tree.
. "$(dirname "$0")/../support/lib.sh"
# shellcheck source=support/golden.sh
. "$SRCDIR/tests/golden/support/golden.sh"

if ! "$SLIPWAY" --version >/dev/null; then
	t_fail slipway_can_be_run "'$SLIPWAY' --version fails"
	t_done
fi

# compare NAME EXPECTED FACTS: of the run that just ended
compare()
{
	if [ "$2" != ok ]; then
		if [ "$t_status" -eq 125 ]; then
			t_ok "$1"
		else
			t_fail "$1" "wanted a refusal, ended with $t_status: $(facts)"
		fi
	elif [ "$t_status" -ne 0 ]; then
		t_fail "$1" "wanted a plan, ended with $t_status: $(head -n 1 "$T/err")"
	else
		t_eq "$1" "$3" "$(facts)"
	fi
}

facts()
{
	awk -v without=argv -f "$golden/support/json.awk" "$T/out" | awk -f "$golden/support/facts.awk"
}

tab=$(printf '\t')

own_case()
{
	cd "$golden/$name" || return
	if host_of .; then
		plain plan --format=json --root="$root" spec.xml
		compare "$name" "$expected" "$facts"
	else
		t_fail "$name" 'its host cannot be made'
	fi
}

# The firmware that libvirt's cases name is made up; descriptors are theirs. A descriptor of one
# line, which is a path, stands for a symbolic link.
corpus_host()
{
	root=$T/hosts/corpus
	printf '%s\n' 'host libvirt' 'unified /path/to/guest_BOTH.fd 4194304' \
		'vars /path/to/OVMF_VARS.fd 131072' >"$T/recipe"
	make_host "$root" . "$T/recipe" || return 1
	for folder in usr/share/qemu etc/qemu; do
		rm -rf "$root/$folder/firmware"
		cp -R "$corpus/$folder/firmware" "$root/$folder/firmware" || return 1
	done
	chmod -R u+w "$root"
	for link in "$root"/etc/qemu/firmware/*; do
		target=
		read -r target <"$link" || :
		case $target in
		../*) rm -f "$link" && ln -s "$target" "$link" ;;
		esac
	done
}

corpus_case()
{
	plain plan --format=json --root="$root" --accel=tcg "$corpus/cases/$name.xml"
	compare "libvirts-$name" "$expected" "$facts"
}

# NAME, whether it is a plan, the facts, and the rule that is not compared
cut -f 1-10 "$golden/rules.tsv" >"$T/rules"
while IFS=$tab read -r name expected facts; do
	[ "$name" = case ] || own_case
done <"$T/rules"

corpus=$(cd "$SRCDIR/.." && pwd)/shared/corpus/libvirt-firmware
cd "$golden" || exit 1
if [ ! -f "$corpus/expected.tsv" ]; then
	t_skip libvirts_own_cases 'they are not beside this tree'
elif ! corpus_host; then
	t_fail libvirts_own_cases 'their host cannot be made'
else
	cut -f 1,3-11 "$corpus/expected.tsv" >"$T/rules"
	while IFS=$tab read -r name expected facts; do
		[ "$name" = case ] || corpus_case
	done <"$T/rules"
fi
t_done
