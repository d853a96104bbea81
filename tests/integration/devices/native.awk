# SPDX-License-Identifier: MIT
# libvirt's command line, one word a line on stdin, as one that starts by itself and is the same
# machine to a guest: without libvirt's own monitor, secrets and sandbox, without firmware, with TCG,
# and with nothing on the host's side of lines, screens and cards. A TPM's socket is `tpm`.
!begun { begun = /^\/.*qemu/ && !/=/; if (begun) print; next }
option == "" { option = $0; if ($0 !~ /^-(S|no-.*|nodefaults)$/) next; if ($0 != "-S") print; option = ""; next }
{
	word = $0
	if (option ~ /^-(mon|sandbox|msg|spice|vnc|audiodev|display)$/)
		word = option == "-audiodev" ? host_side(word, "none") : ""
	else if (option == "-object" && word ~ /masterKey0/ || word ~ /pflash[01]|cfi.pflash01/ && option != "-machine")
		word = ""
	else if (option == "-machine")
		gsub(/,(pflash[01]|smm)=[^,]*/, "", word)
	else if (option == "-accel")
		word = "tcg"
	else if (option == "-cpu" && word ~ /^host/)
		word = "max"
	else if (option == "-chardev")
		word = word ~ /id=chrtpm/ ? "socket,id=chrtpm,path=" tpm : host_side(word, word ~ /charmonitor/ ? "" : "null")
	else if (option == "-netdev" && word ~ /"type":"(tap|user)"/)
		word = host_side(word, "user")
	if (word != "")
		print option "\n" word
	option = ""
}

# The back end of that kind, with the same name
function host_side(word, kind,    id)
{
	if (kind == "")
		return ""
	id = word
	if (!sub(/.*"id":"/, "", id))
		sub(/.*id=/, "", id)
	sub(/[",].*/, "", id)
	return kind ",id=" id
}
