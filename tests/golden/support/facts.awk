# SPDX-License-Identifier: MIT
# From a plan as json.awk writes it, the line of facts that libvirt's choice is compared by, tabs
# between: loader's path, type, format, secure; template and its format; the store's format; SMM.

/^  "[a-z]*": [{]/ {
	part = $1
	gsub(/[":]/, "", part)
}

/^    "[a-z_]*": / {
	name = $1
	gsub(/[":]/, "", name)
	text = $0
	sub(/^    "[a-z_]*": /, "", text)
	sub(/,$/, "", text)
	gsub(/^"|"$/, "", text)
	if (text == "null" || text == "false")
		text = "-"
	fact[part, name] = text
}

END {
	type["flash"] = "pflash"
	type["memory"] = "rom"
	type["kernel"] = "kernel"
	type["-"] = "-"
	printf "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", fact["firmware", "path"], \
		type[fact["firmware", "device"]], fact["firmware", "format"], \
		fact["firmware", "secure"] == "true" ? "yes" : "-", fact["nvram", "template"], \
		fact["nvram", "template_format"], fact["nvram", "format"], \
		fact["firmware", "smm"] == "true" ? "on" : "-"
}
