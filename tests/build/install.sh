#!/bin/sh
# SPDX-License-Identifier: MIT
# make install and uninstall, through DESTDIR; build folders elsewhere; what make says and leaves.
. "$(dirname "$0")/../support/lib.sh"

make=${MAKE:-make}
setting() { sed -n "s/^$1 = //p" "$BUILD/config.mak"; }
files_in() { (cd "$1" 2>/dev/null && find . ! -type d | sed 's,^\.,,' | LC_ALL=C sort); }

# ---- install and uninstall leave nothing

t_true installs "$make" -C "$BUILD" install DESTDIR="$T/dest" prefix=/opt/slipway
t_eq program_is_installed_executable yes "$([ -x "$T/dest/opt/slipway/bin/slipway" ] && echo yes)"
t_eq nothing_outside_prefix '' "$(files_in "$T/dest" | grep -v '^/opt/slipway/')"
t_run "$T/dest/opt/slipway/bin/slipway" --version
t_contains installed_program_says_the_version "$(cat "$SRCDIR/VERSION")" "$T/out"
if [ -n "$(setting FRONT_CC)" ]; then
	rm "$T/dest/opt/slipway/libexec/slipway/slipway"
	t_run "$T/dest/opt/slipway/bin/slipway" --version
	t_contains the_front_wants_what_was_installed_with_it /opt/slipway/libexec/slipway/slipway "$T/err"
else
	t_skip the_front_wants_what_was_installed_with_it 'built without a front'
fi
pages=$(cd "$SRCDIR/doc" && ls ./*.[1-8] 2>/dev/null)
lacking=
for page in $pages; do
	page=${page#./}
	[ -f "$T/dest/opt/slipway/share/man/man${page##*.}/$page" ] || lacking="$lacking $page"
done
if [ -n "$pages" ]; then t_eq every_manual_page_is_installed '' "$lacking"
else t_skip every_manual_page_is_installed 'there are no manual pages'; fi
unit=$T/dest/opt/slipway/lib/systemd/system/slipway@.service
t_contains the_unit_starts_what_is_installed 'ExecStart=/opt/slipway/bin/slipway run ' "$unit"
t_eq the_unit_can_be_read 644 "$(stat -c %a "$unit")"
mkdir -p "$T/dest/opt/slipway/bin"
: >"$T/dest/opt/slipway/bin/somebody-elses"
t_true uninstalls "$make" -C "$BUILD" uninstall DESTDIR="$T/dest" prefix=/opt/slipway
t_eq uninstall_leaves_only_what_is_not_ours /opt/slipway/bin/somebody-elses "$(files_in "$T/dest")"
t_true installs_to_a_place_with_blanks "$make" -C "$BUILD" install DESTDIR="$T/a place" prefix=/usr
t_eq place_with_blanks_has_it yes "$([ -x "$T/a place/usr/bin/slipway" ] && echo yes)"

# ---- a fresh copy: in the tree, out of it, and nothing of one seen in the other

t_copy_sources "$T/tree" || exit 1
files_in "$T/tree" >"$T/before"
mkdir "$T/tree/out" "$T/elsewhere"
configure_in() # FOLDER CONFIGURE [OPTION...]
{
	(cd "$1" && shift && "$@" CC="$(setting CC)" CFLAGS=-O0)
}
t_refuses make_before_configure_says_so 2 'run ./configure first' "$make" -C "$T/tree"
t_true configures_in_a_folder_below configure_in "$T/tree/out" ../configure --disable-front
t_true configures_elsewhere configure_in "$T/elsewhere" "$T/tree/configure"
t_true builds_in_a_folder_below "$make" -C "$T/tree/out"
t_eq folder_below_has_the_program yes "$([ -x "$T/tree/out/slipway" ] && echo yes)"
files_in "$T/tree" | grep -v ^/out/ >"$T/after"
t_true source_tree_is_as_before cmp "$T/before" "$T/after"
t_eq folder_below_is_no_part_of_the_sources '' \
	"$("$make" -s --no-print-directory -C "$T/tree/out" sources | tr '\0' '\n' | grep ^out/)"
t_true configures_in_the_tree configure_in "$T/tree" ./configure
t_true builds_in_the_tree "$make" -C "$T/tree"
t_eq tree_has_the_program yes "$([ -x "$T/tree/slipway" ] && echo yes)"
t_true nothing_is_left_to_do "$make" -q -C "$T/tree"
touch -t 200102030405 "$T/tree/config.mak"
t_run "$make" -C "$T/tree" config.mak
t_contains changed_configure_is_called_again 'ready: make' "$T/out"
t_true distcleans "$make" -C "$T/tree" distclean
rm -rf "$T/tree/out"
files_in "$T/tree" >"$T/after"
t_true distclean_leaves_the_sources cmp "$T/before" "$T/after"
t_true distcleans_elsewhere "$make" -C "$T/elsewhere" distclean
t_eq distclean_elsewhere_leaves_nothing '' "$(files_in "$T/elsewhere")"

# ---- what make says

t_run "$make" -C "$BUILD" help
for target in all check check-unit check-fences check-golden check-integration check-build \
	check-long install uninstall dist deb guests lint fuzz coverage bench golden-update demo clean distclean; do
	grep -q "^$target  *[a-z]" "$T/out" || t_fail "help_lists_$target" 'not there'
done
t_eq help_ends_well 0 "$t_status"
mkdir "$T/no-tools"
for program in sh cat find test printf sed grep; do ln -s "$(command -v $program)" "$T/no-tools"; done
for linter in format:clang-format tidy:clang-tidy cppcheck:cppcheck shell:shellcheck man:mandoc; do
	PATH=$T/no-tools t_refuses "lint_names_missing_${linter#*:}" 2 "${linter#*:} is not installed" \
		"$(command -v "$make")" -C "$BUILD" "lint-${linter%:*}"
done

t_done
