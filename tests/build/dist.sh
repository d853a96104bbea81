#!/bin/sh
# SPDX-License-Identifier: MIT
# make dist: the same tree gives the same bytes, and what it gives builds, passes its unit tests and
# makes the same tarball again.
. "$(dirname "$0")/../support/lib.sh"

make=${MAKE:-make}
version=$(cat "$SRCDIR/VERSION")
tarball=slipway-$version.tar.gz
cc=$(sed -n 's/^CC = //p' "$BUILD/config.mak")

configured_copy() # FOLDER: and a build folder in it, as developers have them
{
	t_copy_sources "$1" && mkdir "$1/out" && (cd "$1/out" && ../configure CC="$cc" CFLAGS=-O0)
}
t_true configures configured_copy "$T/first"
t_true makes_a_tarball "$make" -C "$T/first/out" dist
mkdir "$T/unpacked"
t_true unpacks tar -C "$T/unpacked" -xzf "$T/first/out/$tarball"
t_eq it_is_one_folder "slipway-$version" "$(ls "$T/unpacked")"
tree=$T/unpacked/slipway-$version
(cd "$tree" && find . ! -type d | LC_ALL=C sort) >"$T/has"
"$make" -s --no-print-directory -C "$BUILD" sources | tr '\0' '\n' | sed 's,^,./,' | LC_ALL=C sort >"$T/wanted"
t_true it_has_every_source_and_nothing_else cmp "$T/wanted" "$T/has"

# Another time, another umask, another place, another owner where that can be
umask 077
cp -R "$tree" "$T/second"
find "$T/second" -exec touch -h -d '2001-02-03 04:05:06' '{}' +
touch -r "$tree/VERSION" "$T/second/VERSION"
[ "$(id -u)" -ne 0 ] || chown -R 12:34 "$T/second"
t_true configures_what_it_made sh -c "cd '$T/second' && ./configure CC='$cc' CFLAGS=-O0"
t_true what_it_made_builds "$make" -C "$T/second" slipway
t_run "$T/second/slipway" --version
t_contains what_it_made_says_the_version "$version" "$T/out"
t_true makes_a_tarball_of_that "$make" -C "$T/second" dist
t_true both_are_the_same_bytes cmp "$T/first/out/$tarball" "$T/second/$tarball"
t_eq no_names_of_this_machine_in_it '' \
	"$(tar -tvzf "$T/second/$tarball" | awk '{ print $2 }' | sort -u | grep -vx 0/0)"

t_done
