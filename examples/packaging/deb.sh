#!/bin/sh
# SPDX-License-Identifier: MIT
# Builds the Debian package in FOLDER from the tarball of `make dist`: called by `make deb`.
#
#	deb.sh TARBALL FOLDER [dpkg-buildpackage OPTION...]
set -eu

tarball=$1 folder=$2
shift 2
name=$(basename "$tarball" .tar.gz) # slipway-VERSION
version=${name#slipway-}

rm -rf "${folder:?}/$name"
mkdir -p "$folder"
cp "$tarball" "$folder/slipway_$version.orig.tar.gz"
tar -C "$folder" -xzf "$tarball"
cp -R "$folder/$name/examples/packaging/debian" "$folder/$name/debian"
cd "$folder/$name"
exec dpkg-buildpackage -us -uc "$@"
