#!/bin/sh
# SPDX-License-Identifier: MIT
# The header fence: which of our headers and which libraries' headers a room's files may include.
# Run at the top of the source tree. Compilers cannot see to it where a library's headers lie in the
# default path, so the #include lines are read.
set -u

# Room, the rooms (or single headers) of ours, the libraries: patterns of awk, spelled out per room
rules()
{
	cat <<'END'
base ^base/                                        ^$
spec ^(spec|base)/                                 ^libxml/
spec/argv_json ^(spec|base)/                       ^json
host ^(host|base)/                                 ^json
plan ^(plan|base)/|^spec/spec\.h$|^host/host\.h$   ^json
act  ^(act|base)/|^plan/plan\.h$                   ^seccomp\.h$
door .                                             ^$
door/front .                                       ^$
door/report .                                      ^json
door/junit  .                                      ^libxml/
END
}

# shellcheck disable=SC2016,SC2046 # awk's, not the shell's; names have no blanks
rules | awk '
function room_of(file, parts)
{
	if (file ~ /^launcher\/spec\/argv_json\./)
		return "spec/argv_json"
	if (file ~ /^launcher\/front\//)
		return "door/front"
	if (split(file, parts, "/") > 2)
		return parts[2]
	return parts[2] ~ /^report/ ? "door/report" : parts[2] ~ /^junit/ ? "door/junit" : "door"
}

function wrong(text)
{
	printf "%s:%d: %s\n", FILENAME, FNR, text
	bad = 1
}

FILENAME == "-" { ours[$1] = $2; library[$1] = $3; next }

/^[ \t]*#[ \t]*include/ {
	room = room_of(FILENAME)
	name = $0
	sub(/^[ \t]*#[ \t]*include[ \t]*/, "", name)
	quote = substr(name, 1, 1)
	sub(/^["<]/, "", name)
	sub(/[">].*/, "", name)
	if (!(room in ours))
		wrong("there is no rule for the folder " room)
	else if (quote != "\"" && quote != "<")
		wrong("a computed #include hides what a room uses")
	else if (name ~ /\.\./ || name ~ /^\//)
		wrong("includes go by room/file.h, not \"" name "\"")
	else if (quote == "\"" && (name !~ ours[room] || room !~ /^door/ && name !~ /\//))
		wrong(room " may not include \"" name "\"")
	else if (name ~ /^(libxml|json|seccomp|cmocka)/ && name !~ library[room])
		wrong(room " may not include <" name ">")
	else if (quote == "<" && name ~ /^(base|spec|host|plan|act|policy)\//)
		wrong("<" name "> is one of ours: write \"" name "\"")
}

END { exit bad }
' - $(find launcher -name '*.[ch]' | sort) >&2
