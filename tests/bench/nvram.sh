# SPDX-License-Identifier: MIT
# shellcheck shell=sh
# What making an NVRAM costs: a start that makes it and its record against one that finds them, in
# pairs, the median of the differences. The making start has no record to look at, the finding one none
# to write; both plan anew.

nvram_pairs=100

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
	"$B/measure" "$nvram_pairs" 1 "$B/$1.times" \
		+++ kept - - "$SLIPWAY" --nvram="$B/nvram/$1.fd" "$B/$1.xml" \
		+++ made "$B/nvram/$1-new.fd" - "$SLIPWAY" --nvram="$B/nvram/$1-new.fd" "$B/$1.xml" \
		>"$B/pair"
	# shellcheck disable=SC2046 # numbers
	set -- "$1" $(awk -F'\t' '{ ms[$1, $2] = $3; last = $2 }
		END { for (i = 0; i <= last; i++) print ms["made", i], ms["kept", i] }' "$B/$1.times" |
		awk -v what=difference -f paired.awk)
	least=$(awk -F'\t' '{ least[$1] = $4 } END { print least["made"] - least["kept"] }' "$B/pair")
	printf '  %-10s %9d bytes: %.2f ms more than a start that finds it (95 %%: %.2f to %.2f; least: %.2f), ' \
		"$1" "$size" "$2" "$3" "$4" "$least"
	say "$blocks KiB of blocks, $extents shared extents"
}

part_nvram()
{
	say "" "Making the NVRAM with fsync, $nvram_pairs pairs:"
	if cp --reflink=always "$B/disk.img" "$B/reflink" 2>/dev/null; then
		say "  this file system shares extents: reflink"
	else
		say "  no reflink on $(df --output=fstype "$B" | tail -n 1): blocks of zeros are left out instead"
	fi
	nvram_pair vars-4m x86_64 q35 || skipped "540 KiB" "no firmware for x86_64 here"
	nvram_pair vars-64m aarch64 virt || skipped "64 MiB" "no firmware for aarch64 here"
}
