# SPDX-License-Identifier: MIT
#
# What a policy text allows, and what a table made of it allows, in the same words, so that they can
# be compared: one line an allow rule, "FILE:LINE CALL ARCHITECTURES CONDITIONS", written without a
# look at compile.awk.
#	awk -f policy_facts.awk base.policy …      the text
#	awk -v table=1 -f policy_facts.awk table.c

function conditions(text) {
	gsub(/[ \t]+/, " ", text)
	sub(/^ /, "", text)
	sub(/ $/, "", text)
	return text
}

# {LINE, ARCHS, POLICY_ALLOW, 0, "CALL", "FILE", and in the next line TEXT, COUNT, {CONDITIONS}},
table && /^\t\{[0-9]+, POLICY_/ && /POLICY_ALLOW/ {
	split($0, part, "\"")
	archs = ""
	if ($0 ~ /POLICY_X86_64/)
		archs = archs " x86_64"
	if ($0 ~ /POLICY_AARCH64/)
		archs = archs " aarch64"
	if ($0 ~ /POLICY_RISCV64/)
		archs = archs " riscv64"
	number = $0
	sub(/^\t\{/, "", number)
	sub(/,.*/, "", number)
	call = part[2]
	file = part[4]
	getline
	split($0, part, "\"")
	text = part[2]
	count = $0
	sub(/^\t\t"[^"]*", /, "", count)
	sub(/,.*/, "", count)
	if (split(text, part, "==") - (text != "") != count)
		print "the table's conditions are not its text's: " $0
	print file ":" number, call archs ": " conditions(text)
}

!table {
	name = FILENAME
	sub(/.*\//, "policy/", name)
	sub(/\r$/, "")
	sub(/(^|[ \t])#.*/, "")
	archs = " x86_64 aarch64 riscv64"
	if ($1 == "arch") {
		archs = ""
		list = "," $2
		sub(/:$/, ",", list)
		if (index(list, ",x86_64,"))
			archs = archs " x86_64"
		if (index(list, ",aarch64,"))
			archs = archs " aarch64"
		if (index(list, ",riscv64,"))
			archs = archs " riscv64"
		sub(/^[ \t]*arch[ \t]+[^ \t]+[ \t]*/, "")
	}
	if ($1 == "allow") {
		call = $2
		sub(/^[ \t]*allow[ \t]+[^ \t]+[ \t]*/, "")
		sub(/^if[ \t]+/, "")
		print name ":" FNR, call archs ": " conditions($0)
	}
}
