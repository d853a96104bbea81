/* SPDX-License-Identifier: MIT */
/* Refusals, whole: what is wrong with other devices. */
#include "unit/spec/reading.h"

static const struct refusal refusals[] = {
	{"listed_iothreads_are_all_when_they_are_more",
		WITH("<iothreads>1</iothreads><iothreadids><iothread id='5'/><iothread id='6'/>"
		     "</iothreadids><devices>\n<disk type='file'><driver iothread='1'/><source "
		     "file='/a'/>"
		     "<target dev='vda'/></disk></devices>"),
		"vm.xml:3: I/O thread 1 is in neither <iothreads> nor <iothreadids>"},
	{"an_iothread_is_listed_once",
		WITH("<iothreadids><iothread id='1'/>\n<iothread id='1'/></iothreadids>"),
		"vm.xml:3: I/O thread 1 is taken already, in line 2"},
	{"an_iothread_is_counted",
		WITH("<iothreads>2</iothreads><iothreadids><iothread "
		     "id='1'/></iothreadids><devices>\n"
		     "<disk type='file'><driver iothread='1'/><source file='/a'/><target "
		     "dev='vda'/></disk>\n"
		     "<disk type='file'><driver iothread='2'/><source file='/b'/><target "
		     "dev='vdb'/></disk>\n"
		     "<disk type='file'><driver iothread='3'/><source file='/c'/><target "
		     "dev='vdc'/></disk>\n"
		     "</devices>"),
		"vm.xml:5: I/O thread 3 is in neither <iothreads> nor <iothreadids>"},
	{"a_listed_iothread_takes_a_number",
		WITH("<iothreads>2</iothreads><iothreadids><iothread "
		     "id='7'/></iothreadids><devices>\n"
		     "<disk type='file'><driver iothread='7'/><source file='/a'/><target "
		     "dev='vda'/></disk>\n"
		     "<disk type='file'><driver iothread='1'/><source file='/b'/><target "
		     "dev='vdb'/></disk>\n"
		     "<disk type='file'><driver iothread='2'/><source file='/c'/><target "
		     "dev='vdc'/></disk>\n"
		     "</devices>"),
		"vm.xml:5: I/O thread 2 is in neither <iothreads> nor <iothreadids>"},
	{"an_audio_backend_is_there",
		WITH_DEVICES(
			"<sound model='ich9'><audio id='2'/></sound><audio id='1' type='none'/>"),
		"vm.xml:2: there is no <audio id='2'>"},
	{"a_display_s_audio_backend_is_there",
		WITH_DEVICES("<graphics type='vnc'><audio id='1'/></graphics>"),
		"vm.xml:2: there is no <audio id='1'>"},
	{"there_are_no_networks",
		WITH_DEVICES("<interface type='network'><source network='default'/><filterref "
			     "filter='a'/></interface>"),
		"vm.xml:2: element <filterref> in <interface> is not supported; filter on the "
		"bridge, with the host's own firewall\nvm.xml:2: type of <interface> 'network' is "
		"not supported; slipway runs no networks: <interface type='user'> with "
		"<portForward>, or <interface type='bridge'> with <source bridge=…>, need no "
		"daemon"},
	{"a_redirection_connects_to_no_port_0",
		WITH_DEVICES("<redirdev bus='usb' type='tcp'>\n"
			     "<source mode='connect' host='h' service='0'/></redirdev>"),
		"vm.xml:3: service of <source> cannot be '0' here; it can be 1 to 65535"},
	{"a_redirection_connects_to_no_port_00_by_default",
		WITH_DEVICES("<redirdev bus='usb' type='tcp'>"
			     "<source host='h' service='00'/></redirdev>"),
		"vm.xml:2: service of <source> cannot be '0' here; it can be 1 to 65535"},
	{"a_redirection_has_a_port_that_there_is",
		WITH_DEVICES("<redirdev bus='usb' type='tcp'>"
			     "<source mode='connect' host='h' service='65536'/></redirdev>"),
		"vm.xml:2: service of <source> cannot be '65536'; it can be 0 to 65535"},
	{"vdpa_is_not_known",
		WITH_DEVICES(
			"<interface type='vdpa'><source dev='/dev/vhost-vdpa-0'/></interface>"),
		"vm.xml:2: type of <interface> 'vdpa' is not supported; <interface type='user'> "
		"with <portForward>, or <interface type='bridge'> with <source bridge=…>, need no "
		"daemon"},
	{"a_bridge_has_a_name", WITH_DEVICES("<interface type='bridge'/>"),
		"vm.xml:2: <interface> without <source bridge=…>"},
	{"a_user_network_has_no_bridge",
		WITH_DEVICES("<interface type='user'><source bridge='br0'/></interface>"),
		"vm.xml:2: attribute 'bridge' of <source> means nothing here"},
	{"a_group_s_mac_is_no_card_s",
		WITH_DEVICES(
			"<interface type='user'><mac address='01:00:00:00:00:01'/></interface>"),
		"vm.xml:2: '01:00:00:00:00:01' is not the MAC address of one card"},
	{"a_mac_has_six_bytes",
		WITH_DEVICES("<interface type='user'><mac address='52:54'/></interface>"),
		"vm.xml:2: '52:54' is not the MAC address of one card"},
	{"a_mac_is_one_card_s",
		WITH_DEVICES("<interface type='user'><mac "
			     "address='52:54:00:00:00:01'/></interface>\n<interface "
			     "type='user'><mac address='52:54:00:00:00:01'/></interface>"),
		"vm.xml:3: MAC address 52:54:00:00:00:01 is taken already, in line 2"},
	{"a_range_is_not_empty",
		WITH_DEVICES("<interface type='user'><portForward proto='tcp'><range start='10' "
			     "end='9'/></portForward></interface>"),
		"vm.xml:2: end of <range> is below its start"},
	{"ports_are_tcp_or_udp",
		WITH_DEVICES("<interface type='user'><portForward proto='sctp'/></interface>"),
		"vm.xml:2: proto of <portForward> cannot be 'sctp'; it can be 'tcp', 'udp'"},
	{"a_card_is_known",
		WITH_DEVICES("<interface type='user'><model type='netfront'/></interface>"),
		"vm.xml:2: type of <model> 'netfront' is not supported; it can be 'virtio', "
		"'virtio-transitional', 'virtio-non-transitional', 'e1000', 'e1000e', "
		"'e1000-82544gc', 'e1000-82545em', 'igb', 'rtl8139', 'ne2k_pci', 'ne2k_isa', "
		"'pcnet', 'i82551', 'i82557b', 'i82559er', 'vmxnet3', 'usb-net'"},
	{"udp_is_no_console",
		WITH_DEVICES("<serial type='udp'><source mode='connect' host='a' "
			     "service='1'/></serial>"),
		"vm.xml:2: type of <serial> 'udp' is not supported; it can be 'pty', 'stdio', "
		"'file', 'null', 'unix', 'tcp', 'dev', 'pipe', 'vc', 'spiceport'"},
	{"a_file_has_a_path", WITH_DEVICES("<serial type='file'/>"),
		"vm.xml:2: <serial> without <source path=…>"},
	{"tcp_has_a_port",
		WITH_DEVICES("<serial type='tcp'><source mode='connect' host='a'/></serial>"),
		"vm.xml:2: <serial> without <source service=…>"},
	{"there_is_no_window", WITH_DEVICES("<graphics type='sdl'/>"),
		"vm.xml:2: type of <graphics> 'sdl' is not supported; write type='vnc' or 'spice'"},
	{"a_port_has_16_bits", WITH_DEVICES("<graphics type='vnc' port='70000'/>"),
		"vm.xml:2: port of <graphics> cannot be '70000'; it can be 0 to 65535, '-1'"},
	{"vnc_has_no_tls_port", WITH_DEVICES("<graphics type='vnc' tlsPort='1'/>"),
		"vm.xml:2: attribute 'tlsPort' of <graphics> means nothing here"},
	{"a_video_card_is_known", WITH_DEVICES("<video><model type='xen'/></video>"),
		"vm.xml:2: type of <model> 'xen' is not supported; it can be 'vga', 'cirrus', "
		"'vmvga', 'qxl', 'virtio', 'bochs', 'ramfb', 'none'"},
	{"evdev_has_a_device", WITH_DEVICES("<input type='evdev'/>"),
		"vm.xml:2: <input> without <source dev=…>"},
	{"a_sound_card_is_known", WITH_DEVICES("<sound model='gus'/>"),
		"vm.xml:2: model of <sound> 'gus' is not supported; it can be 'ich6', 'ich9', "
		"'ac97', 'es1370', 'sb16', 'pcspk', 'usb', 'virtio'"},
	{"scsi_is_not_passed_through", WITH_DEVICES("<hostdev mode='subsystem' type='scsi'/>"),
		"vm.xml:2: type of <hostdev> 'scsi' is not supported; it can be 'pci', 'usb', "
		"'mdev'"},
	{"a_host_device_is_named", WITH_DEVICES("<hostdev mode='subsystem' type='pci'/>"),
		"vm.xml:2: <hostdev> without <source><address domain= bus= slot= function=>"},
	{"a_filesystem_has_a_tag",
		WITH_DEVICES("<filesystem type='mount'><source dir='/a'/></filesystem>"),
		"vm.xml:2: <filesystem> without <target dir=…>"},
	{"permissions_are_octal",
		WITH_DEVICES("<filesystem type='mount' accessmode='mapped' fmode='8'><source "
			     "dir='/a'/><target dir='b'/></filesystem>"),
		"vm.xml:2: fmode of <filesystem>: '8' is not octal"},
	{"a_filesystem_is_a_directory",
		WITH_DEVICES("<filesystem type='block'><source dev='/a'/><target "
			     "dir='b'/></filesystem>"),
		"vm.xml:2: type of <filesystem> 'block' is not supported; write type='mount'"},
	{"there_is_one_tpm",
		WITH_DEVICES("<tpm><backend type='emulator'/></tpm>\n<tpm><backend "
			     "type='emulator'/></tpm>"),
		"vm.xml:3: second <tpm>, the first is in line 2; QEMU has one"},
	{"a_tpm_has_no_secret",
		WITH_DEVICES(
			"<tpm><backend type='emulator'><encryption secret='x'/></backend></tpm>"),
		"vm.xml:2: element <encryption> in <backend> is not supported"},
	{"cids_begin_with_3", WITH_DEVICES("<vsock model='virtio'><cid address='2'/></vsock>"),
		"vm.xml:2: address of <cid> cannot be '2'; it can be 3 to 4294967294"},
	{"egd_is_not_known", WITH_DEVICES("<rng model='virtio'><backend model='egd'/></rng>"),
		"vm.xml:2: model of <backend> 'egd' is not supported; it can be 'random', "
		"'builtin'"},
	{"an_index_is_one_controller_s",
		WITH_DEVICES(
			"<controller type='usb' index='0'/>\n<controller type='usb' index='0'/>"),
		"vm.xml:3: index 0 of usb controllers is taken already, in line 2"},
	{"a_usb2_controller_shares_its_index_with_its_companions_alone",
		WITH_DEVICES("<controller type='usb' index='0' model='ich9-uhci1'/>\n<controller "
			     "type='usb' index='0' model='qemu-xhci'/>\n<controller type='usb' "
			     "index='0' model='ich9-ehci1'/>"),
		"vm.xml:4: index 0 of usb controllers is taken already, in line 3"},
	{"a_controller_is_known", WITH_DEVICES("<controller type='xenbus'/>"),
		"vm.xml:2: type of <controller> 'xenbus' is not supported; it can be 'usb', 'pci', "
		"'ide', 'fdc', 'scsi', 'sata', 'virtio-serial', 'isa', 'ccid'"},
	{"sata_has_no_ports_attribute", WITH_DEVICES("<controller type='sata' ports='6'/>"),
		"vm.xml:2: attribute 'ports' of <controller> means nothing here"},
	{"a_virtio_serial_controller_has_at_most_qemus_511_ports",
		WITH_DEVICES("<controller type='virtio-serial' ports='511'/>\n<controller "
			     "type='virtio-serial' ports='512'/>"),
		"vm.xml:3: ports of <controller> cannot be '512'; it can be 1 to 511"},
	{"smartcards_are_not_known", WITH_DEVICES("<smartcard mode='host'/>"),
		"vm.xml:2: element <smartcard> in <devices> is not supported"},
	{"memory_is_not_plugged_in", WITH_DEVICES("<memory model='dimm'/>"),
		"vm.xml:2: element <memory> in <devices> is not supported; put all of it into "
		"<memory>"},
	{"leases_are_not_ignored", WITH_DEVICES("<lease/>"),
		"vm.xml:2: element <lease> in <devices> is not supported; slipway asks no lock "
		"manager; it locks what it opens"},
	{"a_watchdog_is_known", WITH_DEVICES("<watchdog model='diag288'/>"),
		"vm.xml:2: model of <watchdog> 'diag288' is not supported; it can be 'i6300esb', "
		"'ib700', 'itco'"},
	{"a_balloon_has_a_model", WITH_DEVICES("<memballoon/>"),
		"vm.xml:2: <memballoon> without attribute 'model'"},
	{"there_is_one_emulator", WITH_DEVICES("<emulator>/a</emulator>\n<emulator>/b</emulator>"),
		"vm.xml:3: second <emulator> in <devices>, the first is in line 2; there can be "
		"one only"},
};

int main(void)
{
	return run_refusals(refusals, ARRAY_COUNT(refusals));
}
