#!/bin/sh
# SPDX-License-Identifier: MIT
# Packages for real: the Debian package is installed in a clean Debian system, where its autopkgtest
# boots the guest of this tree, and leaves nothing behind when it goes; the RPM and Arch packages build.
. "$(dirname "$0")/../support/lib.sh"

packaging=$SRCDIR/examples/packaging
version=$(cat "$SRCDIR/VERSION")
make=${MAKE:-make}
cc=$(sed -n 's/^CC = //p' "$BUILD/config.mak")

t_copy_sources "$T/tree" || exit 1
t_true configures sh -c 'cd "$1" && ./configure CC="$2"' sh "$T/tree" "$cc"
t_true makes_the_tarball "$make" -C "$T/tree" dist
tarball=$T/tree/slipway-$version.tar.gz

# ---- RPM

if why=$(t_missing rpmbuild); then
	t_skip rpm_builds "$why"
else
	t_true rpm_builds rpmbuild -bb --nodeps --nocheck --define "_topdir $T/rpm" \
		--define "_sourcedir $T/tree" "$packaging/rpm/slipway.spec"
	t_run rpm -qpl "$T/rpm/RPMS"/*/slipway-"$version"-1*.rpm
	t_contains rpm_has_the_emulators /usr/bin/qemu-system-x86_64-slipway "$T/out"
	t_run rpm -qp --triggers "$T/rpm/RPMS"/*/slipway-"$version"-1*.rpm
	t_contains rpm_has_the_trigger 'touch -c /usr/bin/qemu-system-*-slipway' "$T/out"
fi

# ---- Arch: makepkg does not work as root, and asks pacman what is installed

if why=$(t_missing makepkg setpriv bsdtar fakeroot); then
	t_skip arch_package_builds "$why"
else
	mkdir "$T/arch" && cp "$packaging/arch"/* "$tarball" "$T/arch/"
	[ "$(id -u)" -ne 0 ] || { chmod 755 "$T" && chown -R nobody "$T/arch"; }
	set -- env HOME="$T/arch" PACMAN=true PKGEXT=.pkg.tar.gz makepkg --nodeps --nocheck
	[ "$(id -u)" -ne 0 ] || set -- setpriv --reuid=nobody --regid=nogroup --clear-groups "$@"
	t_true arch_package_builds sh -c 'cd "$1" && shift && "$@"' sh "$T/arch" "$@"
	t_run tar -tzf "$T/arch/slipway-$version"-1-*.pkg.tar.gz
	t_contains arch_has_the_emulators usr/bin/qemu-system-x86_64-slipway "$T/out"
	t_contains arch_has_the_trigger usr/share/libalpm/hooks/slipway.hook "$T/out"
fi

# ---- Alpine: what abuild calls, with nothing of abuild's own

mkdir "$T/alpine" && tar -C "$T/alpine" -xzf "$tarball"
t_true alpine_package_builds sh -c 'set -e; cd "$1"; . "$2"; pkgdir=$3; build; package' sh \
	"$T/alpine/slipway-$version" "$packaging/alpine/APKBUILD" "$T/alpine/root"
t_true alpine_has_the_emulators test -x "$T/alpine/root/usr/bin/qemu-system-x86_64-slipway"
t_eq alpine_has_nothing_of_systemd '' "$(find "$T/alpine/root" -name '*.service' -o -name 'sysusers*')"

# ---- Debian

if why=$(t_missing mmdebstrap autopkgtest dpkg-buildpackage dh lintian); then
	t_skip debian_boots_the_guest "$why"
	t_done
elif [ "$(id -u)" -ne 0 ]; then
	t_skip debian_boots_the_guest 'not root'
	t_done
fi
suite=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
if ! (cd "$packaging" && dpkg-checkbuilddeps debian/control) 2>"$T/err"; then
	t_skip debian_boots_the_guest "$(tail -n 1 "$T/err")"
	t_done
fi
# this one with its own tests
t_true debian_package_builds "$make" -C "$T/tree" deb
deb=$T/tree/obj/deb/slipway_$version-1_$(dpkg --print-architecture).deb
clean=$T/clean
if ! mmdebstrap --quiet --mode=root --variant=apt "$suite" "$clean" >"$T/out" 2>"$T/err"; then
	t_skip debian_boots_the_guest "no clean system: $(tail -n 1 "$T/err")"
	t_done
fi
t_true debian_boots_the_guest autopkgtest --apt-upgrade "$deb" "$T/tree/obj/deb/slipway-$version" \
	-- chroot "$clean"
t_true debian_package_goes chroot "$clean" apt-get purge --yes slipway
t_eq debian_leaves_nothing '' "$(find "$clean/usr" "$clean/etc" -name '*slipway*')"
t_done
