# SPDX-License-Identifier: MIT
#
# A domain of parts that are put together at random: -v seed=NUMBER says how, -v folder=PATH where
# its files are (disk0 to disk7). Most of what it makes is what a user could have written.

function below(count) {
	return int(rand() * count)
}

# One of the words of a text; "-" stands for nothing
function one_of(text,    words, count, word) {
	count = split(text, words, " ")
	word = words[1 + below(count)]
	return word == "-" ? "" : word
}

function maybe(text) {
	return below(2) ? text : ""
}

# ` name='value'`, or nothing for no value
function attribute(name, value) {
	return value == "" ? "" : " " name "='" value "'"
}

function odd_text(    texts, count) {
	count = split("plain|a b|a,b|a=b|a,,b=c,|it&apos;s|&quot;q&quot;|back\\slash|%s%n|-S|ä€|a;b&amp;c", texts, "|")
	return texts[1 + below(count)]
}

function switches(names,    list, count, i, text) {
	count = split(names, list, " ")
	for (i = 1; i <= count; i++)
		if (below(4) == 0)
			text = text "<" list[i] "/>"
	return text
}

function cpu(    threads, cores) {
	threads = one_of("1 1 2")
	cores = one_of("1 2 4")
	print "<vcpu" maybe(" placement='static'") ">" threads * cores "</vcpu>"
	print "<cpu" attribute("mode", one_of("- custom")) ">"
	print "<model>" one_of("qemu64 Nehalem max Skylake-Server EPYC") "</model>"
	if (below(2))
		print "<topology sockets='1'" maybe(" dies='1'") " cores='" cores "' threads='" threads "'/>"
	if (below(3) == 0)
		print "<feature policy='" one_of("disable require force") "' name='" one_of("pmu aes vmx ssse3 x2apic") "'/>"
	print "</cpu>"
}

function features() {
	print "<features>" maybe("<acpi/>") maybe("<apic/>") switches("pae") \
		maybe("<vmport state='" one_of("on off") "'/>") maybe("<smm state='" one_of("on off") "'/>") \
		maybe("<vmcoreinfo state='on'/>") maybe("<ioapic driver='" one_of("kvm qemu") "'/>") "</features>"
	print "<clock offset='" one_of("utc localtime") "'>" \
		maybe("<timer name='rtc' tickpolicy='" one_of("catchup delay") "'/>") \
		maybe("<timer name='hpet' present='" one_of("yes no") "'/>") \
		maybe("<timer name='pit' tickpolicy='delay'/>") "</clock>"
	print maybe("<on_reboot>" one_of("destroy restart") "</on_reboot>")
	print maybe("<pm><suspend-to-mem enabled='no'/></pm>")
}

function disk(number,    bus, device) {
	bus = one_of("virtio virtio scsi sata ide usb nvme")
	device = bus ~ /scsi|sata|ide|usb/ ? one_of("disk disk cdrom") : "disk"
	print "<disk type='file' device='" device "'" ">"
	print "<driver name='qemu' type='raw'" attribute("cache", one_of("- - none writeback unsafe directsync")) \
		attribute("io", one_of("- - threads native")) attribute("discard", one_of("- unmap ignore")) \
		attribute("error_policy", one_of("- - - - stop report")) attribute("iothread", bus == "virtio" ? one_of("- 1") : "") \
		attribute("queues", bus == "virtio" ? one_of("- - 2") : "") "/>"
	print "<source file='" folder "/disk" number "'/>"
	print "<target dev='" (bus == "virtio" ? "vd" : bus == "ide" ? "hd" : "sd") substr("abcdefgh", number + 1, 1) \
		"' bus='" bus "'" attribute("removable", one_of("- - - on")) "/>"
	print maybe("<serial>" odd_text() "</serial>") (ordered ? maybe("<boot order='" number + 1 "'/>") : "") \
		(device == "cdrom" ? "<readonly/>" : below(4) ? "" : "<readonly/>")
	print "</disk>"
}

function network(number) {
	print "<interface type='user'>" maybe("<mac address='52:54:00:00:00:0" number "'/>") \
		"<model type='" one_of("virtio e1000 e1000e rtl8139 virtio-transitional ne2k_pci pcnet") "'/>" \
		maybe("<rom bar='" one_of("on off") "'/>") "</interface>"
}

function chardev(number,    kind) {
	kind = one_of("null file pty unix")
	return " type='" kind "'>" (kind == "file" ? "<source path='" folder "/log " number "'" \
		maybe(" append='on'") "/>" : kind == "unix" ? "<source mode='bind' path='" folder "/s" number "'/>" : "")
}

# of EHCI with and without companions
function usb(number,    model, i) {
	model = one_of("qemu-xhci nec-xhci piix3-uhci ehci ich9-ehci1 ich9-ehci1")
	print "<controller type='usb' index='" number "' model='" model "'/>"
	for (i = 1; model == "ich9-ehci1" && i <= 3; i++)
		print maybe("<controller type='usb' index='" number "' model='ich9-uhci" i "'/>")
}

function devices(    count, i, kind) {
	for (i = 0; i < below(5); i++)
		disk(i)
	for (i = 0; i < below(3); i++)
		network(i)
	count = below(6)
	for (i = 0; i < count; i++) {
		kind = one_of("rng input sound serial channel scsi usb usb parallel console")
		if (kind == "rng")
			print "<rng model='" one_of("virtio virtio-transitional") "'>" maybe("<rate bytes='1024' period='1000'/>") \
				"<backend model='random'>/dev/urandom</backend></rng>"
		else if (kind == "input")
			print "<input type='" one_of("tablet mouse keyboard") "' bus='" one_of("usb virtio ps2") "'/>"
		else if (kind == "sound")
			print "<sound model='" one_of("ich6 ich9 ac97 es1370 sb16 usb pcspk") "'/>"
		else if (kind == "serial")
			print "<serial" chardev(i) "<target type='" one_of("isa-serial pci-serial usb-serial") "'/></serial>"
		else if (kind == "channel")
			print "<channel" chardev(i) "<target type='virtio' name='" odd_text() i "'/></channel>"
		else if (kind == "console")
			print "<console" chardev(i) "<target type='virtio'/></console>"
		else if (kind == "parallel")
			print "<parallel" chardev(i) "</parallel>"
		else if (kind == "scsi")
			print "<controller type='scsi' index='" i "' model='" one_of("virtio-scsi lsilogic") "'/>"
		else if (kind == "usb")
			usb(i)
	}
	print maybe("<watchdog model='" one_of("i6300esb itco ib700") "' action='" one_of("reset none pause") "'/>")
	print maybe("<panic model='" one_of("isa pvpanic") "'/>")
	print maybe("<memballoon model='" one_of("virtio none") "'" "/>")
	print maybe("<graphics type='vnc' socket='" folder "/vnc" maybe("=,x") "'/>")
	print maybe("<video><model type='" one_of("vga cirrus virtio bochs qxl none vmvga ramfb") "'" \
		attribute("heads", one_of("- 1")) "/></video>")
	print "<audio id='1' type='none'/>"
}

BEGIN {
	srand(seed)
	ordered = below(2)
	print "<domain type='qemu'>"
	print "<name>" odd_text() seed "</name>"
	print maybe("<uuid>00000000-0000-4000-8000-00000000002a</uuid>") maybe("<title>" odd_text() "</title>")
	print "<memory unit='" one_of("MiB") "'>" one_of("64 96 128") "</memory>"
	print "<iothreads>1</iothreads>"
	print "<os><type arch='x86_64' machine='" one_of("q35 pc q35") "'>hvm</type>" \
		(ordered ? "" : maybe("<boot dev='" one_of("hd cdrom network") "'/>")) \
		maybe("<bootmenu enable='yes' timeout='1000'/>") "</os>"
	cpu()
	features()
	print "<devices>"
	devices()
	print "</devices></domain>"
}
