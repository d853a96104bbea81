# SPDX-License-Identifier: MIT
# Writes JSON in one way, whatever version of the library wrote it: a member or item a line, two
# blanks a level, and what lies deeper than two levels on one line. Paths of this run become names.
#
#	awk -v names="FROM=TO FROM=TO…" -v without=KEY -f json.awk FILE
#
# `without` is a member of the outermost object that is left out. Whether this machine has the
# emulator is no part of a plan for another root, and is left out as well.

# What stands before a member or item, or before the end, at `depth`
function gap(depth, first, text)
{
	if (depth > 2)
		return first ? "" : " "
	for (text = "\n"; depth > 0; depth--)
		text = text "  "
	return text
}

# One token from the front of `input`: a string, a literal, or one of {}[]:,
function token(length_of)
{
	sub(/^[ \t\n]+/, "", input)
	if (match(input, /^"([^"\\]|\\.)*"/) || match(input, /^[-+.0-9A-Za-z]+/) ||
		match(input, /^[][{}:,]/)) {
		length_of = RLENGTH
		current = substr(input, 1, length_of)
		input = substr(input, length_of + 1)
	} else {
		current = ""
	}
}

function put(text)
{
	if (!hidden)
		output = output text
}

# The value that begins with the current token
function value(depth, close_token, first, key, was_hidden)
{
	if (current != "{" && current != "[") {
		put(current)
		return
	}
	close_token = current == "{" ? "}" : "]"
	put(current)
	token()
	if (current == close_token) {
		put(current)
		return
	}
	first = 1
	for (;;) {
		was_hidden = hidden
		if (close_token == "}") {
			key = current
			token()
			token()
			if (depth == 0 && key == "\"" without "\"")
				hidden = 1
		} else if (current ~ of_this_machine) {
			hidden = 1
		}
		put((first ? "" : ",") gap(depth + 1, first) (close_token == "}" ? key ": " : ""))
		value(depth + 1)
		if (hidden == was_hidden)
			first = 0
		hidden = was_hidden
		token()
		if (current != ",")
			break
		token()
	}
	put((depth < 2 && !first ? gap(depth, 1) : "") close_token)
}

function replace(text, from, to, at, done)
{
	done = ""
	while ((at = index(text, from)) > 0) {
		done = done substr(text, 1, at - 1) to
		text = substr(text, at + length(from))
	}
	return done text
}

{ input = input $0 "\n" }

BEGIN { of_this_machine = "^\"emulator '.*' .* on this host\"$" }

END {
	token()
	value(0)
	if (output != "")
		output = output "\n"
	sub(/^[ \t\n]+/, "", input)
	output = output input # what is no JSON is shown as it is
	count = split(names, pairs, " ")
	for (i = 1; i <= count; i++) {
		at = index(pairs[i], "=")
		output = replace(output, substr(pairs[i], 1, at - 1), substr(pairs[i], at + 1))
	}
	printf "%s", output
}
