# SPDX-License-Identifier: MIT
# What script(1) recorded becomes an SVG in which each line appears at its time.
#
#	awk -v folder=FOLDER -f draw.awk TIMES TYPESCRIPT
#
# FOLDER, where the commands ran, is shown as ~/vm.
# TIMES has a line "SECONDS BYTES" for each chunk of TYPESCRIPT behind its first line. Escape sequences
# are left out, a cursor that is placed begins a line, and empty lines are dropped: the firmware's
# clearing of the screen is no part of the picture.

function escaped(text)
{
	gsub(/&/, "\\&amp;", text)
	gsub(/</, "\\&lt;", text)
	gsub(/>/, "\\&gt;", text)
	return text
}

# The line's text without what is no text
function plain(text)
{
	gsub(/\033\[[0-9;=?]*[A-Za-z]/, "", text)
	gsub(/[\001-\010\013-\037\177]/, "", text)
	sub(/[ \t]+$/, "", text)
	if (folder != "" && (at_folder = index(text, folder)) > 0)
		text = substr(text, 1, at_folder - 1) "~/vm" substr(text, at_folder + length(folder))
	return text
}

# Bytes of the record so far, and when the last of them came
function time_of(byte)
{
	while (chunk < chunks && until[chunk] < byte)
		chunk++
	return at[chunk]
}

function take(text, byte)
{
	text = plain(text)
	if (text ~ /^[ \t]*$/)
		return
	shown[++lines] = text
	when[lines] = time_of(byte)
}

FNR == NR {
	pause = $1 > 1 ? 1 : $1
	clock += pause
	bytes += $2
	at[++chunks] = clock
	until[chunks] = bytes
	next
}

FNR == 1 {
	chunk = 1
	next # "Script started on …"
}

/^Script done on / {
	next
}

{
	begin = read
	read += length($0) + 1
	gsub(/\033\[[0-9;]*H/, "\n")
	count = split($0, parts, /\n/)
	for (i = 1; i <= count; i++)
		take(parts[i], begin + 1)
}

END {
	width = 860
	step = 19
	height = lines * step + 58
	printf "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" role=\"img\">\n",
		width, height, width, height
	print "<title>slipway finds the firmware, boots a UEFI guest, tests it, and says what QEMU may write</title>"
	print "<style>"
	print "text { font: 13px ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace; fill: #d5dbe3; white-space: pre; }"
	print ".c { fill: #8fd19e; font-weight: bold; } .s { fill: #f0c674; }"
	print "@keyframes appear { from { visibility: hidden; } }"
	print "@media (prefers-reduced-motion: no-preference) { text { animation: appear 0s linear backwards; } }"
	print "</style>"
	printf "<rect width=\"%d\" height=\"%d\" rx=\"8\" fill=\"#1d232b\"/>\n", width, height
	print "<g fill=\"#57616e\"><circle cx=\"20\" cy=\"20\" r=\"5\"/><circle cx=\"38\" cy=\"20\" r=\"5\"/><circle cx=\"56\" cy=\"20\" r=\"5\"/></g>"
	for (i = 1; i <= lines; i++) {
		class = shown[i] ~ /^\$ / ? " class=\"c\"" : shown[i] ~ /^slipway: / ? " class=\"s\"" : ""
		printf "<text x=\"18\" y=\"%d\"%s style=\"animation-delay: %.2fs\">%s</text>\n", 54 + (i - 1) * step, class,
			when[i], escaped(shown[i])
	}
	print "</svg>"
}
