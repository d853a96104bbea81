# SPDX-License-Identifier: MIT
# Paths of this run become names: awk -v names="FROM=TO FROM=TO…" -f names.awk FILE

function replace(text, from, to, at, done)
{
	done = ""
	while ((at = index(text, from)) > 0) {
		done = done substr(text, 1, at - 1) to
		text = substr(text, at + length(from))
	}
	return done text
}

BEGIN {
	count = split(names, pairs, " ")
	for (i = 1; i <= count; i++) {
		at = index(pairs[i], "=")
		from[i] = substr(pairs[i], 1, at - 1)
		to[i] = substr(pairs[i], at + 1)
	}
}

{
	for (i = 1; i <= count; i++)
		$0 = replace($0, from[i], to[i])
	print
}
