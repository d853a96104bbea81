# SPDX-License-Identifier: MIT
# What was measured in pairs: lines "A B [GROUP]" with what=ratio (how much more than B is A, percent)
# or what=difference (A less B). "MEDIAN LOW HIGH COUNT" of the pairs; where there are groups, which
# are measurements that have something in common (the same processes), of the groups' medians.
# LOW and HIGH are the order statistics between which the median is in 95 of 100 such measurements,
# whatever its distribution: each pair is above the median or below it, as a coin falls.

function sort(values, n,    gap, i, j, value)
{
	for (gap = int(n / 2); gap > 0; gap = int(gap / 2))
		for (i = gap + 1; i <= n; i++) {
			value = values[i]
			for (j = i - gap; j > 0 && values[j] > value; j -= gap)
				values[j + gap] = values[j]
			values[j + gap] = value
		}
}

# Sorts them, too
function median(values, n)
{
	sort(values, n)
	return (values[int((n + 1) / 2)] + values[int(n / 2) + 1]) / 2
}

# The largest rank below which the median is in at most 2.5 of 100; 0 for fewer than six. Coins of
# more than a thousand pairs are less likely than awk's numbers can say.
function low_rank(n,    rank, chance, all, i)
{
	if (n > 1000)
		return int(n / 2 - 0.98 * sqrt(n))
	chance = 1
	for (i = 0; i < n; i++)
		chance /= 2
	all = chance
	while (all <= 0.025) {
		rank++
		chance *= (n - rank + 1) / rank
		all += chance
	}
	return rank + 0
}

function close_group(    i)
{
	if (!grouped || in_group == 0)
		return
	values[++count] = median(group, in_group)
	in_group = 0
}

NF >= 2 && $1 > 0 && $2 > 0 {
	value = what == "ratio" ? ($1 / $2 - 1) * 100 : $1 - $2
	if (NF < 3) {
		values[++count] = value
		next
	}
	grouped = 1
	if ($3 != last)
		close_group()
	last = $3
	group[++in_group] = value
}

END {
	close_group()
	if (count == 0)
		exit 1
	middle = median(values, count)
	rank = low_rank(count)
	if (rank == 0)
		print middle, "- -", count
	else
		print middle, values[rank], values[count + 1 - rank], count
}
