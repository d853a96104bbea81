#!/bin/sh
# SPDX-License-Identifier: MIT
# The statistics of make bench, against numbers that are known: a mistake there would be nowhere else
# to be seen.
. "$(dirname "$0")/../support/lib.sh"

# paired KIND: of the lines on stdin
paired()
{
	awk -v what="$1" -f "$SRCDIR/tests/bench/paired.awk"
}

# to N: the differences 1 … N, not in their order
to()
{
	seq "$1" | awk '{ print $1 + 1000, 1000 }' | sort -k 1.4
}

t_eq the_median_of_an_odd_number "3 - - 5" "$(to 5 | paired difference)"
t_eq the_median_of_an_even_number "3.5 1 6 6" "$(to 6 | paired difference)"
# ranks as tables of the sign test have them: 6 of 20, 40 of 100
t_eq the_interval_of_20 "10.5 6 15 20" "$(to 20 | paired difference)"
t_eq the_interval_of_100 "50.5 40 61 100" "$(to 100 | paired difference)"
t_eq the_interval_of_1500_is_the_normal_one "750.5 712 789 1500" "$(to 1500 | paired difference)"
t_eq ratios_are_in_percent "25 - - 3" "$(printf '%s\n' '5 4' '1 1' '9 6' | paired ratio)"
t_eq groups_count_by_their_medians "3 - - 2" \
	"$(printf '%s\n' '2 1 a' '3 1 a' '90 1 a' '9 1 b' '1 1 b' | paired difference)"
t_eq what_was_not_measured_is_left_out "1 - - 1" "$(printf '%s\n' '- -' '-1 5' '2 1' | paired difference)"
t_eq nothing_is_no_measurement 1 "$(: | paired ratio; echo $?)"
t_done
