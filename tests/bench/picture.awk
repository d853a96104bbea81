# SPDX-License-Identifier: MIT
# An SVG of the rows of measure (lib.sh): ratios to a bare exec, on a logarithmic scale.
BEGIN {
	FS = "\t"
	left = 270
	width = 430
	bar = 22
}

function escaped(text)
{
	gsub(/&/, "\\&amp;", text)
	gsub(/</, "\\&lt;", text)
	return text
}

function x_of(ratio)
{
	return log(ratio < 1 ? 1 : ratio) / log(10) / 3.5 * width
}

$5 > 0 && !($1 in seen) {
	seen[$1] = 1
	name[++count] = $1
	ratio[count] = $5
}

END {
	height = 60 + count * bar
	printf "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"800\" height=\"%d\" " \
		"font-family=\"sans-serif\" font-size=\"13\">\n", height
	print "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>"
	print "<text x=\"10\" y=\"20\" font-weight=\"bold\">From the launcher's start to QEMU's main(): " \
		"times a bare exec</text>"
	for (tick = 1; tick <= 3000; tick *= 10) {
		x = left + x_of(tick)
		printf "<line x1=\"%.1f\" y1=\"32\" x2=\"%.1f\" y2=\"%d\" stroke=\"#cccccc\"/>\n", x, x,
			height - 22
		printf "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\" fill=\"#666666\">%d&#215;</text>\n",
			x, height - 6, tick
	}
	for (i = 1; i <= count; i++) {
		y = 36 + (i - 1) * bar
		colour = name[i] ~ /^slipway/ ? "#1f77b4" : name[i] == "bare exec" ? "#888888" : "#d99a5b"
		printf "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>\n", left - 8, y + 13,
			escaped(name[i])
		printf "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>\n", left, y,
			x_of(ratio[i]) + 2, bar - 6, colour
		printf "<text x=\"%.1f\" y=\"%d\">%.*f</text>\n", left + x_of(ratio[i]) + 8, y + 13,
			ratio[i] < 100 ? 1 : 0, ratio[i]
	}
	print "</svg>"
}
