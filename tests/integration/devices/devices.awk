# SPDX-License-Identifier: MIT
# The devices of a QEMU command line, one word a line on stdin, as lines that can be compared:
# driver, then where it is and what a guest sees of that. libvirt writes -device as JSON, slipway as
# QEMU's older form; names that only QEMU sees (ids, nodes, back ends) are left out.
BEGIN {
	count = split("bus addr multifunction port chassis chassis_nr bus_nr nr unit channel scsi-id lun " \
		"index masterbus firstport p2 p3 max_ports vectors bootindex mac", keys, " ")
}
device { device = 0; show($0); next }
$0 == "-device" { device = 1 }

function show(word,    parts, n, i, at, value, line)
{
	delete value
	if (word ~ /^{/) {
		word = substr(word, 3, length(word) - 3)
		n = split(word, parts, /,"/)
		for (i = 1; i <= n; i++) {
			at = index(parts[i], "\":")
			value[substr(parts[i], 1, at - 1)] = substr(parts[i], at + 2)
		}
	} else {
		n = split(word, parts, ",")
		value["driver"] = parts[1]
		for (i = 2; i <= n; i++) {
			at = index(parts[i], "=")
			value[substr(parts[i], 1, at - 1)] = substr(parts[i], at + 1)
		}
	}
	line = plain(value["driver"])
	for (i = 1; i <= count; i++)
		if (keys[i] in value && plain(value[keys[i]]) != "off")
			line = line " " keys[i] "=" plain(value[keys[i]])
	print line
}

function plain(text)
{
	gsub(/^"|"$/, "", text)
	if (text == "true") return "on"
	if (text == "false") return "off"
	return text
}
