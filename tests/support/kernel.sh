#!/bin/sh
# SPDX-License-Identifier: MIT
# Prints the path of a Linux kernel for x86_64 that tests can boot:
#	kernel=$(sh tests/support/kernel.sh [--fetch])
# It is $SLIPWAY_TEST_KERNEL, or one of /boot; or, with --fetch and where CI=true, the distribution's
# own for virtual machines, fetched once with apt and unpacked below $BUILD/obj/kernel (nothing is
# installed). Beside that one, ../lib/modules/RELEASE has its modules.
# Without a kernel: the reason on stderr, status 1.
set -u
export LC_ALL=C

: "${BUILD:=$(cd "$(dirname "$0")/../.." && pwd)}"
store=$BUILD/obj/kernel

die()
{
	printf '%s\n' "$*" >&2
	exit 1
}

# first FILE...: prints the first that can be read
first()
{
	for file; do
		[ -f "$file" ] && [ -r "$file" ] && echo "$file" && return
	done
	return 1
}

# The packages that hold the kernel and its modules, of the first meta package that apt knows:
# Debian's depends on both in one, Ubuntu's on one for each.
packages()
{
	for meta in linux-image-cloud-amd64 linux-image-virtual; do
		apt-cache depends --no-recommends --no-suggests "$meta" 2>/dev/null |
			sed -n 's/^ *Depends: \(linux-image-[^ ]*\)$/\1/p' | head -n 1 | grep . || continue
		return
	done
	return 1
}

# fetch FOLDER: the kernel is unpacked into it
fetch()
{
	image=$(packages) || { apt-get -q update && image=$(packages); } ||
		die "apt knows neither linux-image-cloud-amd64 nor linux-image-virtual"
	modules=linux-modules-${image#linux-image-}
	apt-cache show "$modules" >/dev/null 2>&1 || modules=
	# shellcheck disable=SC2086 # one word, or none
	(cd "$1" && apt-get -q download "$image" $modules) || {
		apt-get -q update && (cd "$1" && apt-get -q download "$image" $modules)
	} || die "apt-get cannot download $image"
	for package in "$1"/*.deb; do
		dpkg-deb -x "$package" "$1" || die "dpkg-deb cannot unpack $package"
		rm -f "$package"
	done
}

if [ -n "${SLIPWAY_TEST_KERNEL-}" ]; then
	first "$SLIPWAY_TEST_KERNEL" || die "SLIPWAY_TEST_KERNEL='$SLIPWAY_TEST_KERNEL' cannot be read"
	exit
fi
[ "$(uname -m)" = x86_64 ] || die "this machine is no x86_64, and SLIPWAY_TEST_KERNEL names no kernel"
first /boot/vmlinuz-* && exit
first "$store"/boot/vmlinuz-* && exit
[ "${1-}" = --fetch ] || [ "${CI-}" = true ] ||
	die "none is readable in /boot, SLIPWAY_TEST_KERNEL names none; sh tests/support/kernel.sh --fetch"
if ! command -v apt-get >/dev/null || ! command -v dpkg-deb >/dev/null; then
	die "none is readable in /boot, and without apt none can be fetched; set SLIPWAY_TEST_KERNEL"
fi
mkdir -p "$BUILD/obj" || exit 1
work=$(mktemp -d "$BUILD/obj/kernel.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 130' HUP INT TERM
fetch "$work" >&2
# whole or not at all; another test may have been faster
[ -d "$store" ] || mv -T "$work" "$store"
first "$store"/boot/vmlinuz-* || die "the package has no /boot/vmlinuz-*"
