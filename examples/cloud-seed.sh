#!/bin/sh
# SPDX-License-Identifier: MIT
# The disk that tells a cloud image who may log in (cloud-init's data source NoCloud: a file system
# with the label CIDATA). Made by mtools, without root. The user is called `user`.
#
#	sh examples/cloud-seed.sh SEED.img PUBLIC-KEY-FILE [HOST-NAME]
set -eu

if [ $# -lt 2 ]; then
	echo "usage: cloud-seed.sh SEED.img PUBLIC-KEY-FILE [HOST-NAME]" >&2
	exit 125
fi
image=$1 key=$(cat "$2") name=${3:-guest}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

printf 'instance-id: %s\nlocal-hostname: %s\n' "$name" "$name" >"$work/meta-data"
cat >"$work/user-data" <<END
#cloud-config
users:
  - name: user
    sudo: ALL=(ALL) NOPASSWD:ALL
    shell: /bin/bash
    ssh_authorized_keys:
      - $key
END

rm -f "$image"
mformat -C -v CIDATA -f 1440 -i "$image" ::
mcopy -i "$image" "$work/meta-data" "$work/user-data" ::
