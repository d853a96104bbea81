# SPDX-License-Identifier: MIT
#
# One to three small changes of a policy text: -v seed=NUMBER says which. The same number always
# makes the same changes.

function below(count) {
	return int(rand() * count)
}

function word(    all, count) {
	count = split("allow deny kill tried if and arg0 arg5 arg6 int0 int9 == = & | 0 1 0x " \
		"0xffffffffffffffff 0x10000000000000000 18446744073709551615 18446744073709551616 " \
		"-1 07 1e3 SELF NOSUCH ENOSYS EPERM ENOENT default define about arch x86_64: " \
		"x86_64,: arm64: read ioctl execve clone3 \"; */ \\ %s %n $0 # \r NUL", all, " ")
	return all[1 + below(count)]
}

# A place in the text, before one of its characters
function place(text) {
	return below(length(text) + 1)
}

function changed(text,    at, words, count, what, i, new) {
	what = below(9)
	at = place(text)
	count = split(text, words, " ")
	if (what == 0)
		return substr(text, 1, at) substr(text, at + 2)
	if (what == 1)
		return substr(text, 1, at) substr("abz09_|&=#:, \t\"\\'-", 1 + below(18), 1) substr(text, at + 1)
	if (what == 2)
		return substr(text, 1, at)
	if (what == 3)
		return substr(text, at + 1)
	if (what == 4)
		return text " " word()
	if (what == 5)
		return word() " " text
	i = 1 + below(count)
	if (what == 6)
		words[i] = word()
	else if (what == 7)
		words[i] = ""
	else
		words[i] = words[i] " " words[i]
	for (i = 1; i <= count; i++)
		new = new (i > 1 ? " " : "") words[i]
	return new
}

BEGIN {
	srand(seed)
}

{
	line[NR] = $0
}

END {
	for (n = 1 + below(3); n > 0; n--) {
		at = 1 + below(NR)
		what = below(12)
		if (what == 0)
			line[at] = line[at] "\n" line[at]
		else if (what == 1)
			line[at] = line[at] line[1 + below(NR)]
		else if (what == 2)
			line[at] = line[1 + below(NR)]
		else
			line[at] = changed(line[at])
	}
	for (i = 1; i <= NR; i++)
		print line[i]
}
