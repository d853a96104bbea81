#!/bin/sh
# SPDX-License-Identifier: MIT
# examples/packaging: the Debian package builds, is what lintian wants, installs below a folder, and its
# trigger tells libvirt of a new QEMU; the others are read by what is there.
# Where it is installed for real: tests/long/package.sh.
. "$(dirname "$0")/../support/lib.sh"

packaging=$SRCDIR/examples/packaging
version=$(cat "$SRCDIR/VERSION")
make=${MAKE:-make}

# ---- all of them are of this version

t_eq debian_has_the_version "slipway ($version-1)" \
	"$(sed -n '1s/^\(slipway ([^)]*)\).*/\1/p' "$packaging/debian/changelog")"
t_eq rpm_has_the_version "$version" "$(sed -n 's/^Version: *//p' "$packaging/rpm/slipway.spec")"
t_eq arch_has_the_version "$version" "$(sed -n 's/^pkgver=//p' "$packaging/arch/PKGBUILD")"
t_eq alpine_has_the_version "$version" "$(sed -n 's/^pkgver=//p' "$packaging/alpine/APKBUILD")"
t_contains nix_reads_the_version 'fileContents ../../../VERSION' "$packaging/nix/default.nix"

# ---- those of other systems

if why=$(t_missing rpmspec); then
	t_skip rpm_reads_its_spec "$why"
else
	t_true rpm_reads_its_spec rpmspec -P "$packaging/rpm/slipway.spec"
	t_contains rpm_touches_the_emulators 'touch -c /usr/bin/qemu-system-*-slipway' "$T/out"
fi
if why=$(t_missing bash); then
	t_skip arch_reads_its_pkgbuild "$why"
else
	t_true arch_reads_its_pkgbuild bash -n "$packaging/arch/PKGBUILD"
fi
t_true alpine_reads_its_apkbuild sh -n "$packaging/alpine/APKBUILD"
if why=$(t_missing nix-instantiate); then
	t_skip nix_reads_its_expression "$why"
else
	t_true nix_reads_its_expression nix-instantiate --parse "$packaging/nix/default.nix"
fi

changed() # FILE
{
	stat -c %z "$1"
}
mkdir "$T/apk"
: >"$T/apk/qemu-system-x86_64-slipway"
before=$(changed "$T/apk/qemu-system-x86_64-slipway")
sh "$packaging/alpine/slipway.trigger" "$T/apk"
t_eq alpine_leaves_it_without_a_new_qemu "$before" "$(changed "$T/apk/qemu-system-x86_64-slipway")"
sleep 1.1 # these times are whole seconds
: >"$T/apk/qemu-system-x86_64"
sh "$packaging/alpine/slipway.trigger" "$T/apk"
t_true alpine_touches_it_for_a_new_qemu test "$before" != "$(changed "$T/apk/qemu-system-x86_64-slipway")"
t_true alpine_makes_no_emulator test ! -e "$T/apk/qemu-system-aarch64-slipway"

# ---- Debian

if why=$(t_missing dpkg-buildpackage dh dpkg-query fakeroot) && [ "$(id -u)" -ne 0 ] ||
	why=$(t_missing dpkg-buildpackage dh dpkg-query); then
	t_skip debian_package_builds "$why"
	t_done
fi
if ! t_copy_sources "$T/tree"; then
	t_fail sources_are_copied "$T/tree"
	t_done
fi
cc=$(sed -n 's/^CC = //p' "$BUILD/config.mak")
t_true configures sh -c 'cd "$1" && ./configure CC="$2"' sh "$T/tree" "$cc"
if ! (cd "$T/tree/examples/packaging" && dpkg-checkbuilddeps -d debhelper-compat -P nocheck debian/control 2>"$T/err"); then
	t_skip debian_package_builds "$(tail -n 1 "$T/err")"
	t_done
fi
t_true debian_package_builds env DEB_BUILD_OPTIONS=nocheck DEB_BUILD_PROFILES=nocheck \
	"$make" -C "$T/tree" deb
deb=$T/tree/obj/deb/slipway_$version-1_$(dpkg --print-architecture).deb
if why=$(t_missing lintian); then
	t_skip lintian_is_content "$why"
else
	t_run lintian --pedantic -I --tag-display-limit 0 "$T/tree/obj/deb/slipway_$version"-1_*.changes
	t_eq lintian_is_content '' "$(grep '^[EWIP]:' "$T/out")"
fi
dpkg -c "$deb" | awk '{ print $6 }' >"$T/files"
for file in bin/slipway lib/systemd/system/slipway@.service lib/sysusers.d/slipway.conf \
	share/man/man1/slipway.1.gz share/bash-completion/completions/slipway; do
	t_contains "debian_has_$(basename "$file")" "./usr/$file" "$T/files"
done
t_run dpkg -f "$deb" Depends
t_contains debian_needs_what_it_loads libxml2 "$T/out"

# A package of one file or none, in $T/NAME.deb
small_package() # NAME VERSION FILE FIELD
{
	mkdir -p "$T/$1/DEBIAN" "$T/$1/$(dirname "$3")"
	printf 'Package: %s\nVersion: %s\nArchitecture: all\nMaintainer: nobody <nobody@example.org>\nDescription: none\n%s' \
		"$1" "$2" "$4" >"$T/$1/DEBIAN/control"
	[ "$3" = . ] || echo "$2" >"$T/$1/$3"
	dpkg-deb -Zgzip --root-owner-group -b "$T/$1" "$T/$1.deb" >"$T/out" 2>"$T/err"
}

# What dpkg's scripts need root for is theirs alone, so they are called with DPKG_ROOT
dpkg_below()
{
	dpkg --root="$T/root" --force-script-chrootless --force-not-root --no-debsig \
		--log=/dev/null "$@"
}
mkdir -p "$T/root/var/lib/dpkg/updates" "$T/root/var/lib/dpkg/info" "$T/root/var/lib/dpkg/triggers" \
	"$T/root/etc"
: >"$T/root/var/lib/dpkg/status"
if why=$(t_missing systemd-sysusers); then
	t_skip debian_package_installs "$why"
elif [ "$(id -u)" -ne 0 ]; then
	t_skip debian_package_installs 'not root'
else
	# in the place of all that it depends on
	t_true its_dependencies_are_there small_package libraries 1 . \
		"Provides: $(dpkg -f "$deb" Depends | sed 's/ |[^,]*//g; s/>=/=/g')
"
	t_true debian_package_installs dpkg_below -i "$T/libraries.deb" "$deb"
	t_contains debian_makes_the_user 'slipway:' "$T/root/etc/passwd"
	t_true what_is_installed_runs "$T/root/usr/bin/slipway" --version
	t_eq emulator_is_a_hard_link "$(stat -c %i "$T/root/usr/bin/slipway")" \
		"$(stat -c %i "$T/root/usr/bin/qemu-system-x86_64-slipway")"
	before=$(changed "$T/root/usr/bin/qemu-system-x86_64-slipway")
	t_true a_qemu_is_made small_package qemu-system-x86 1 usr/bin/qemu-system-x86_64 ''
	t_true a_qemu_is_installed dpkg_below -i "$T/qemu-system-x86.deb"
	after=$(changed "$T/root/usr/bin/qemu-system-x86_64-slipway")
	t_true a_new_qemu_touches_the_emulator test "$before" != "$after"
	t_true debian_package_is_removed dpkg_below -P slipway
	t_true nothing_is_left test ! -e "$T/root/usr/bin/qemu-system-x86_64-slipway"
fi
t_done
