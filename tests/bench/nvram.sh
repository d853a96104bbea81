# SPDX-License-Identifier: MIT
# shellcheck shell=sh
# What making an NVRAM costs: a start that makes it against one that finds it, pairs in one run.

# nvram_pair NAME ARCH MACHINE
nvram_pair()
{
	spec "$1" "$2" "$3" | planned_anew >"$B/$1.xml" # both of a pair
	for _ in 1 2 3; do
		"$SLIPWAY" --nvram="$B/nvram/$1.fd" "$B/$1.xml" >/dev/null || return 1
	done
	"$SLIPWAY" --nvram="$B/nvram/$1-new.fd" "$B/$1.xml" >/dev/null || return 1
	size=$(stat -c %s "$B/nvram/$1-new.fd")
	blocks=$(($(stat -c %b "$B/nvram/$1-new.fd") / 2))
	extents=$(filefrag -v "$B/nvram/$1-new.fd" 2>/dev/null | grep -c shared)
	measure 40 1 \
		+++ kept - - "$SLIPWAY" --nvram="$B/nvram/$1.fd" "$B/$1.xml" \
		+++ made "$B/nvram/$1-new.fd" - "$SLIPWAY" --nvram="$B/nvram/$1-new.fd" "$B/$1.xml" \
		>"$B/pair"
	awk -F'\t' -v what="$1" -v size="$size" -v blocks="$blocks" -v shared="$extents" '
	{ ms[$1] = $2; least[$1] = $4 }
	END {
		printf "  %-10s %9d bytes: %.2f ms more than a start that finds it (least: %.2f),", what,
			size, ms["made"] - ms["kept"], least["made"] - least["kept"]
		printf " %d KiB of blocks, %d shared extents\n", blocks, shared
	}' "$B/pair"
}

part_nvram()
{
	say "" "Making the NVRAM with fsync, 40 pairs:"
	if cp --reflink=always "$B/disk.img" "$B/reflink" 2>/dev/null; then
		say "  this file system shares extents: reflink"
	else
		say "  no reflink on $(df --output=fstype "$B" | tail -n 1): blocks of zeros are left out instead"
	fi
	nvram_pair vars-4m x86_64 q35 || skipped "540 KiB" "no firmware for x86_64 here"
	nvram_pair vars-64m aarch64 virt || skipped "64 MiB" "no firmware for aarch64 here"
}
