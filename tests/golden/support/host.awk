# SPDX-License-Identifier: MIT
# Turns a host's recipe into the shell commands that make it below $ROOT: sparse files of the right
# size whose first and last bytes say what the real ones say, so that no firmware is in the tree.
#
#	awk -v root=FOLDER -v hosts=FOLDER -v here=CASE-FOLDER -f host.awk RECIPE...
#
# A line of a recipe, and what it makes; the last line for a path counts:
#	host NAME                        all of hosts/NAME.txt
#	code PATH SIZE ARCH [qcow2]      firmware: an FFS volume, and ARCH's reset vector
#	vars PATH SIZE [qcow2] [VOLUME]  a variable store whose header says VOLUME bytes (SIZE)
#	unified PATH SIZE                variables, then x86 code
#	blank PATH SIZE [qcow2]          zeros
#	bios PATH SIZE                   bytes that are no volume
#	flash NAME ARCH MACHINES CODE VARS FORMAT [FEATURES]    a descriptor; VARS "stateless" or
#	                                 "combined": of that mode. Lists are joined by commas
#	memory NAME ARCH MACHINES INTERFACES FILE [FEATURES]    a descriptor (FILE+STORE: uefi-vars)
#	link PATH TARGET   mask PATH (a link to /dev/null)   empty PATH   dir PATH   fifo PATH
#	text PATH WORDS…   copy PATH FILE-OF-THE-CASE   os ID   without PATH

function wrong(text)
{
	printf "%s:%d: %s\n", FILENAME, FNR, text >"/dev/stderr"
	failed = 1
	exit 1
}

function quoted(text)
{
	gsub(/'/, "'\\''", text)
	return "'" text "'"
}

function folder_of(path)
{
	sub(/\/[^\/]*$/, "", path)
	return path
}

# The last line for a path counts
function put(path, kind, words)
{
	if (path !~ /^\//)
		wrong("'" path "' is not absolute")
	if (!(path in made))
		order[++count] = path
	made[path] = kind
	rest[path] = words
}

function octal(byte)
{
	return sprintf("\\%03o", byte)
}

# `bytes` bytes of a number, the first the lowest (little) or the highest (big)
function little(number, bytes, text)
{
	for (text = ""; bytes > 0; bytes--) {
		text = text octal(number % 256)
		number = int(number / 256)
	}
	return text
}

function big(number, bytes, text)
{
	for (text = ""; bytes > 0; bytes--) {
		text = octal(number % 256) text
		number = int(number / 256)
	}
	return text
}

function zeros(bytes, text)
{
	for (text = ""; bytes > 0; bytes--)
		text = text "\\000"
	return text
}

# A volume's header (UEFI PI, volume 3): zero vector, file system GUID, length, "_FVH"
function volume(guid, bytes)
{
	return zeros(16) guid little(bytes, 8) "_FVH" zeros(12)
}

# A file that is written in pieces: what lies between two of them is a hole
function piece(path, offset, bytes)
{
	pieces[path]++
	piece_at[path, pieces[path]] = offset
	piece_bytes[path, pieces[path]] = bytes
}

# Content at `offset` of a raw file, or in a cluster of its own of a qcow2 file
function content(path, format, offset, bytes, cluster)
{
	if (format == "raw") {
		piece(path, offset, bytes)
		return
	}
	cluster = ++clusters[path]
	mapped[path, cluster] = int(offset / 65536)
	held[path, cluster] = bytes
	inside[path, cluster] = offset % 65536
}

# Header, one L1 entry, one L2 table, then the clusters, as QEMU's docs/interop/qcow2 describes
function qcow2(path, size, i, at)
{
	piece(path, 0, "QFI\\373" big(3, 4) zeros(12) big(16, 4) big(size, 8) zeros(4) big(1, 4) \
		big(65536, 8) zeros(8) zeros(8) zeros(8) zeros(24) big(4, 4) big(104, 4))
	piece(path, 65536, octal(128) big(131072, 7))
	for (i = 1; i <= clusters[path]; i++)
		piece(path, 131072 + 8 * mapped[path, i], octal(128) big(196608 + 65536 * (i - 1), 7))
	for (i = 1; i <= clusters[path]; i++)
		piece(path, 196608 + 65536 * (i - 1) + inside[path, i], held[path, i])
	return 196608 + 65536 * clusters[path]
}

function firmware(path, kind, words, part, size, format, arch, count, last)
{
	count = split(words, part, " ")
	size = part[1] + 0
	format = (part[2] == "qcow2" || part[3] == "qcow2") ? "qcow2" : "raw"
	if (kind == "code") {
		arch = part[2]
		if (arch == "aarch64" || arch == "arm") {
			content(path, format, 0, "\\000\\004\\000" (arch == "arm" ? "\\352" : "\\024"))
			content(path, format, arch_block, volume(ffs, size))
		} else {
			content(path, format, 0, volume(ffs, size))
		}
		if (arch == "x86_64" || arch == "i386")
			content(path, format, size - 16, "\\220\\220\\351" zeros(13))
	} else if (kind == "vars") {
		last = part[count] + 0
		content(path, format, 0, volume(nv_data, count > 1 && last > 0 ? last : size))
	} else if (kind == "unified") {
		content(path, format, 0, volume(nv_data, 540672))
		content(path, format, 540672, volume(ffs, size - 540672))
		content(path, format, size - 16, "\\220\\220\\351" zeros(13))
	} else if (kind == "bios") {
		content(path, format, 0, "no volume")
	}
	return format == "raw" ? size : qcow2(path, size)
}

function json_list(words, part, count, text, i)
{
	count = split(words, part, ",")
	for (i = 1; i <= count; i++)
		text = text (i > 1 ? ", " : "") "\"" part[i] "\""
	return "[" text "]"
}

function json_file(path, format)
{
	return "{\"filename\": \"" path "\", \"format\": \"" format "\"}"
}

# flash and memory: a descriptor in the words of a recipe
function descriptor(kind, word, name, interfaces, mapping, store)
{
	name = word[2] ~ /^\// ? word[2] : "/usr/share/qemu/firmware/" word[2]
	if (kind == "flash") {
		interfaces = "uefi"
		mapping = "\"device\": \"flash\", \"executable\": " json_file(word[5], word[7])
		if (word[6] == "stateless" || word[6] == "combined")
			mapping = mapping ", \"mode\": \"" word[6] "\""
		else
			mapping = mapping ", \"mode\": \"split\", \"nvram-template\": " json_file(word[6], word[7])
	} else {
		interfaces = word[5]
		store = index(word[6], "+")
		mapping = "\"device\": \"memory\", \"filename\": \"" \
			(store ? substr(word[6], 1, store - 1) : word[6]) "\""
		if (store)
			mapping = mapping ", \"uefi-vars\": {\"template\": \"" substr(word[6], store + 1) "\"}"
	}
	put(name, "text", "{\"description\": \"made for a test\", \"interface-types\": " \
		json_list(interfaces) ", \"mapping\": {" mapping "}, \"targets\": [{\"architecture\": \"" \
		word[3] "\", \"machines\": " json_list(word[4]) "}], \"features\": " \
		(word[kind == "flash" ? 8 : 7] == "" ? "[]" : json_list(word[kind == "flash" ? 8 : 7])) \
		", \"tags\": []}")
}

function recipe_line(line, word, kind)
{
	if (line ~ /^[ \t]*(#|$)/)
		return
	split(line, word, " ")
	kind = word[1]
	sub(/^[^ ]+ +[^ ]+ */, "", line)
	if (kind == "host")
		include(hosts "/" word[2] ".txt")
	else if (kind == "flash" || kind == "memory")
		descriptor(kind, word)
	else if (kind == "os")
		put("/etc/os-release", "text", "ID=" word[2])
	else if (kind ~ /^(code|vars|unified|blank|bios|link|empty|dir|fifo|text|copy|without)$/)
		put(word[2], kind, line)
	else if (kind == "mask")
		put(word[2], "link", "/dev/null")
	else
		wrong("unknown line '" kind "'")
}

function include(file, line, got)
{
	while ((got = (getline line <file)) > 0)
		recipe_line(line)
	if (got < 0)
		wrong("cannot read '" file "'")
	close(file)
}

BEGIN {
	ffs = "\\170\\345\\214\\214\\075\\212\\034\\117\\231\\065\\211\\141\\205\\303\\055\\323"
	nv_data = "\\215\\053\\361\\377\\226\\166\\213\\114\\251\\205\\047\\107\\007\\133\\117\\120"
	arch_block = 4096
}

{ recipe_line($0) }

# Few processes: one mkdir for all, and one truncate for all files that have grown to one size
END {
	if (failed)
		exit 1
	line = "mkdir -p " quoted(root)
	for (i = 1; i <= count; i++) {
		path = order[i]
		folder = made[path] == "dir" ? path : folder_of(path)
		if (made[path] != "without" && !(folder in folders)) {
			folders[folder] = 1
			line = line " " quoted(root folder)
		}
	}
	print line
	for (i = 1; i <= count; i++) {
		path = order[i]
		kind = made[path]
		name = quoted(root path)
		if (kind == "link")
			print "ln -s " quoted(rest[path]) " " name
		else if (kind == "fifo")
			print "mkfifo " name
		else if (kind == "empty")
			print ": >" name
		else if (kind == "text")
			print "printf '%s\\n' " quoted(rest[path]) " >" name
		else if (kind == "copy")
			print "cp " quoted(here "/" rest[path]) " " name
		else if (kind ~ /^(code|vars|unified|blank|bios)$/) {
			size[path] = firmware(path, kind, rest[path])
			if (pieces[path] > deepest)
				deepest = pieces[path]
			print ": >" name
		}
	}
	for (n = 1; n <= deepest + 1; n++) {
		split("", grow)
		for (path in size) {
			if (n > pieces[path] + 1)
				continue
			at = n <= pieces[path] ? piece_at[path, n] : size[path]
			if (at > 0)
				grow[at] = grow[at] " " quoted(root path)
		}
		for (at in grow)
			print "truncate -s " at grow[at]
		for (path in size)
			if (n <= pieces[path])
				print "printf '" piece_bytes[path, n] "' >>" quoted(root path)
	}
}
