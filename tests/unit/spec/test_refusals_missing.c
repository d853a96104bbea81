/* SPDX-License-Identifier: MIT */
/* Refusals, whole: what an element is without, and what contradicts itself. */
#include "unit/spec/reading.h"

static const struct refusal refusals[] = {
	{"a_tcp_port_has_a_host",
		WITH_DEVICES("<serial type='tcp'><source mode='connect' service='1'/></serial>"),
		"vm.xml:2: <serial> without <source host=…>"},
	{"a_spice_port_has_a_channel",
		WITH_DEVICES(
			"<channel type='spiceport'><target type='virtio' name='a'/></channel>"),
		"vm.xml:2: <channel> without <source channel=…>"},
	{"a_serial_port_has_a_type", WITH_DEVICES("<serial/>"),
		"vm.xml:2: <serial> without attribute 'type'"},
	{"a_model_of_a_disk_is_for_its_bus",
		WITH_DEVICES("<disk type='file' model='virtio-transitional'><source "
			     "file='/a'/><target dev='sda' bus='sata'/></disk>"),
		"vm.xml:2: model 'virtio-transitional' of <disk> is not for the bus 'sata'"},
	{"a_transient_disk_is_written",
		WITH_DEVICES("<disk type='file'><source file='/a'/><target "
			     "dev='vda'/><readonly/><transient/></disk>"),
		"vm.xml:2: <transient> and <readonly> on one <disk>"},
	{"no_video_card_is_the_only_one",
		WITH_DEVICES(
			"<video><model type='virtio'/></video><video><model type='none'/></video>"),
		"vm.xml:2: <video> of type 'none' beside another"},
	{"bits_of_the_hosts_processor_are_not_said",
		WITH("<cpu mode='host-passthrough'><maxphysaddr mode='passthrough' "
		     "bits='40'/></cpu>"),
		"vm.xml:2: bits of <maxphysaddr> with mode='passthrough'; write limit="},
	{"an_absolute_clock_has_a_start", WITH("<clock offset='absolute'/>"),
		"vm.xml:2: <clock offset='absolute'> without start="},
	{"huge_pages_are_not_on_demand",
		WITH("<memoryBacking><hugepages/><allocation mode='ondemand'/></memoryBacking>"),
		"vm.xml:2: <hugepages> are taken at start; <allocation mode='ondemand'> "
		"contradicts that"},
	{"an_address_has_a_type", WITH_DEVICES("<input type='tablet' bus='usb'><address/></input>"),
		"vm.xml:2: <address> without attribute 'type'"},
	{"a_controller_has_a_type", WITH_DEVICES("<controller/>"),
		"vm.xml:2: <controller> without attribute 'type'"},
	{"a_processors_feature_has_a_name",
		WITH("<cpu mode='host-model'><feature policy='require'/></cpu>"),
		"vm.xml:2: <feature> without attribute 'name'"},
	{"a_backing_store_has_a_source",
		WITH_DEVICES(
			"<disk type='file'><source file='/a'/><target dev='vda'/><backingStore "
			"type='file'><format type='qcow2'/></backingStore></disk>"),
		"vm.xml:2: <backingStore> without <source>"},
	{"a_variable_has_a_name",
		"<domain type='kvm' "
		"xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'><name>vm</"
		"name><memory>1024</memory>" DOMAIN_OS
		"\n<qemu:commandline><qemu:env value='a'/></qemu:commandline>\n</domain>",
		"vm.xml:2: <env> without attribute 'name'"},
	{"mapped_users_are_counted",
		WITH_DEVICES("<filesystem type='mount'><driver type='virtiofs'/><source "
			     "dir='/a'/><target dir='t'/><idmap><uid start='0' "
			     "target='1000'/></idmap></filesystem>"),
		"vm.xml:2: <uid> without attribute 'count'"},
	{"a_filesystem_has_a_source_or_a_socket",
		WITH_DEVICES("<filesystem type='mount'><driver type='virtiofs'/><source dir='/a' "
			     "socket='/s'/><target dir='t'/></filesystem>"),
		"vm.xml:2: <source> of <filesystem> has both a dir and a socket"},
	{"a_filesystem_has_a_source",
		WITH_DEVICES("<filesystem type='mount'><target dir='t'/></filesystem>"),
		"vm.xml:2: <filesystem> without <source dir=…>"},
	{"a_usb_device_is_named",
		WITH_DEVICES("<hostdev mode='subsystem' type='usb'><source/></hostdev>"),
		"vm.xml:2: <hostdev> without <source> that has <vendor id=> and <product id=>, or "
		"<address bus= device=>"},
	{"a_usb_device_has_vendor_and_product",
		WITH_DEVICES("<hostdev mode='subsystem' type='usb'><source><vendor "
			     "id='0x1234'/></source></hostdev>"),
		"vm.xml:2: <hostdev> without <source> that has <vendor id=> and <product id=>, or "
		"<address bus= device=>"},
	{"a_mediated_device_has_a_model",
		WITH_DEVICES("<hostdev mode='subsystem' type='mdev'><source><address "
			     "uuid='6c1b5f5e-0d5e-4f4f-8a51-51a4b3fd9b0e'/></source></hostdev>"),
		"vm.xml:2: <hostdev> without model='vfio-pci'"},
	{"a_mediated_device_has_an_id",
		WITH_DEVICES("<hostdev mode='subsystem' type='mdev' "
			     "model='vfio-pci'><source/></hostdev>"),
		"vm.xml:2: <hostdev> without <source><address uuid=>"},
	{"a_host_device_has_a_type", WITH_DEVICES("<hostdev mode='subsystem'/>"),
		"vm.xml:2: <hostdev> without attribute 'type'"},
	{"a_redirection_has_a_type", WITH_DEVICES("<redirdev bus='usb'/>"),
		"vm.xml:2: <redirdev> without attribute 'type'"},
	{"a_redirection_over_tcp_has_a_service",
		WITH_DEVICES("<redirdev bus='usb' type='tcp'><source mode='connect' "
			     "host='h'/></redirdev>"),
		"vm.xml:2: <redirdev> without <source service=…>"},
	{"a_redirection_over_tcp_has_a_source", WITH_DEVICES("<redirdev bus='usb' type='tcp'/>"),
		"vm.xml:2: <redirdev> without <source service=…>"},
	{"a_forwarded_range_has_a_start",
		WITH_DEVICES("<interface type='user'><backend type='passt'/><portForward "
			     "proto='tcp'><range to='22'/></portForward></interface>"),
		"vm.xml:2: <range> without attribute 'start'"},
	{"an_address_of_a_network_is_there",
		WITH_DEVICES("<interface type='user'><ip family='ipv4' prefix='24'/></interface>"),
		"vm.xml:2: <ip> without attribute 'address'"},
	{"a_direct_interface_has_a_device", WITH_DEVICES("<interface type='direct'/>"),
		"vm.xml:2: <interface> without <source dev=…>"},
	{"an_interface_has_a_type", WITH_DEVICES("<interface/>"),
		"vm.xml:2: <interface> without attribute 'type'"},
	{"memory_has_a_size",
		"<domain type='kvm'><name>vm</name>\n<memory/>" DOMAIN_OS "\n</domain>",
		"vm.xml:2: <memory>: no number"},
	{"memory_fits_in_64_bits",
		"<domain type='kvm'><name>vm</name>\n<memory unit='EiB'>99</memory>" DOMAIN_OS
		"\n</domain>",
		"vm.xml:2: <memory>: 99 × 1152921504606846976 bytes is more than 64 bits hold"},
	{"a_display_has_a_type", WITH_DEVICES("<graphics/>"),
		"vm.xml:2: <graphics> without attribute 'type'"},
	{"an_input_has_a_type", WITH_DEVICES("<input bus='usb'/>"),
		"vm.xml:2: <input> without attribute 'type'"},
	{"an_evdev_input_has_a_device", WITH_DEVICES("<input type='evdev'><source/></input>"),
		"vm.xml:2: <input> without <source dev=…>"},
	{"a_tpm_backend_has_a_type", WITH_DEVICES("<tpm model='tpm-tis'><backend/></tpm>"),
		"vm.xml:2: <tpm> without <backend type=…>"},
	{"a_tpm_of_another_program_has_a_socket",
		WITH_DEVICES("<tpm model='tpm-tis'><backend type='external'><source "
			     "type='unix'/></backend></tpm>"),
		"vm.xml:2: <tpm> without <source type='unix' path=…>"},
	{"a_tpm_of_another_program_is_at_a_unix_socket",
		WITH_DEVICES("<tpm model='tpm-tis'><backend type='external'><source "
			     "path='/s'/></backend></tpm>"),
		"vm.xml:2: <tpm> without <source type='unix' path=…>"},
	{"a_generator_has_a_backend_model",
		WITH_DEVICES("<rng model='virtio'><backend>/dev/urandom</backend></rng>"),
		"vm.xml:2: <rng> without <backend model=…>"},
	{"a_watchdog_has_a_model", WITH_DEVICES("<watchdog/>"),
		"vm.xml:2: <watchdog> without attribute 'model'"},
	{"a_sound_card_has_a_model", WITH_DEVICES("<sound/>"),
		"vm.xml:2: <sound> without attribute 'model'"},
	{"a_codec_has_a_type", WITH_DEVICES("<sound model='ich9'><codec/></sound>"),
		"vm.xml:2: <codec> without attribute 'type'"},
	{"a_sound_backend_has_an_id", WITH_DEVICES("<audio type='none'/>"),
		"vm.xml:2: <audio> without attributes 'id' and 'type'"},
	{"a_sound_backend_has_a_type", WITH_DEVICES("<audio id='1'/>"),
		"vm.xml:2: <audio> without attributes 'id' and 'type'"},
	{"a_sound_file_has_a_path", WITH_DEVICES("<audio id='1' type='file'/>"),
		"vm.xml:2: <audio> without attribute 'path'"},
	{"a_host_at_a_unix_socket_has_a_socket",
		WITH_DEVICES("<disk type='network'><source protocol='nbd'><host "
			     "transport='unix'/></source><target dev='vda'/></disk>"),
		"vm.xml:2: <host> without attribute 'socket'"},
	{"a_host_of_a_disk_has_a_name",
		WITH_DEVICES("<disk type='network'><source protocol='nbd'><host "
			     "port='1'/></source><target dev='vda'/></disk>"),
		"vm.xml:2: <host> without attribute 'name'"},
	{"a_disk_of_the_network_has_a_protocol",
		WITH_DEVICES("<disk type='network'><source name='a'><host "
			     "name='h'/></source><target dev='vda'/></disk>"),
		"vm.xml:2: <source> without attribute 'protocol'"},
	{"an_entry_of_a_table_has_a_name",
		WITH("<sysinfo type='smbios'><bios><entry>a</entry></bios></sysinfo>"),
		"vm.xml:2: <entry> without attribute 'name'"},
	{"an_entry_of_fw_cfg_has_a_name", WITH("<sysinfo type='fwcfg'><entry>a</entry></sysinfo>"),
		"vm.xml:2: <entry> without attribute 'name'"},
	{"tables_of_the_guest_have_a_type", WITH("<sysinfo/>"),
		"vm.xml:2: <sysinfo> without attribute 'type'"},
	{"an_acpi_table_has_a_path",
		WITH_OS("<os><type arch='x86_64' machine='q35'>hvm</type><acpi><table "
			"type='slic'/></acpi></os>"),
		"vm.xml:2: <table> without a path"},
	{"a_pinned_processor_has_a_set", WITH("<cputune><vcpupin vcpu='0'/></cputune>"),
		"vm.xml:2: <vcpupin> without attribute 'cpuset'"},
	{"an_iothread_has_an_id", WITH("<iothreadids><iothread/></iothreadids>"),
		"vm.xml:2: <iothread> without attribute 'id'"},
	{"a_tpm_with_emulator_has_no_unix_state",
		WITH_DEVICES("<tpm model='tpm-tis'><backend type='emulator'><source type='unix' "
			     "path='/s'/></backend></tpm>"),
		"vm.xml:2: type of <source> cannot be 'unix' here; it can be 'file', 'dir'"},
	{"a_passed_on_input_has_a_device",
		WITH_DEVICES("<input type='passthrough' bus='virtio'><source/></input>"),
		"vm.xml:2: <input> without <source evdev=…>"},
	{"a_secret_of_a_store_has_a_type",
		WITH_OS("<os><type arch='x86_64' machine='q35'>hvm</type><nvram "
			"type='network'><source protocol='iscsi' "
			"name='iqn.2013-07.com.example:iscsi/0'><host name='h'/><auth "
			"username='u'><secret usage='s'/></auth></source></nvram></os>"),
		"vm.xml:2: <nvram> without a <loader>; write <os firmware='efi'> to have a "
		"firmware chosen, or name the file in <loader>\nvm.xml:2: <secret> without "
		"attribute 'type'"},
	{"cells_of_a_processor_fit_in_64_bits",
		WITH("<cpu mode='host-model'><numa><cell id='0' cpus='0' memory='15' "
		     "unit='EiB'/><cell id='1' memory='15' unit='EiB'/></numa></cpu>"),
		"vm.xml:1: <memory> is 1048576 bytes, the NUMA cells together have "
		"18446744073709551615"},
	{"a_cell_is_not_larger_than_64_bits",
		WITH("<cpu mode='host-model'><numa><cell id='0' cpus='0' memory='99' "
		     "unit='EiB'/></numa></cpu>"),
		"vm.xml:2: memory of <cell>: 99 × 1152921504606846976 bytes is more than 64 bits "
		"hold"},
	{"a_cell_has_a_size",
		WITH("<cpu mode='host-model'><numa><cell id='0' cpus='0'/></numa></cpu>"),
		"vm.xml:2: <cell> without its size"},
	{"pages_have_a_size", WITH("<memoryBacking><hugepages><page/></hugepages></memoryBacking>"),
		"vm.xml:2: <page> without its size"},
	{"the_mode_of_new_files_is_octal",
		WITH_DEVICES("<filesystem type='mount' accessmode='mapped' fmode='680'><source "
			     "dir='/a'/><target dir='t'/></filesystem>"),
		"vm.xml:2: fmode of <filesystem>: '680' is not octal"},
	{"a_set_of_processors_has_two_bounds",
		WITH("<cputune><vcpupin vcpu='0' cpuset='1-2-3'/></cputune>"),
		"vm.xml:2: '1-2-3' is not a set of CPUs such as '0-3,8,^2'"},
	{"an_iothread_is_pinned_once",
		WITH("<iothreads>1</iothreads><cputune><iothreadpin iothread='1' "
		     "cpuset='0'/><iothreadpin iothread='1' cpuset='1'/></cputune>"),
		"vm.xml:2: I/O thread 1 has its CPUs from line 2 already"},
	{"a_value_is_not_empty", WITH("<clock offset=''/>"),
		"vm.xml:2: offset of <clock> is empty; it can be 'utc', 'localtime', 'timezone', "
		"'variable', 'absolute'"},
	{"a_feature_of_firmware_wants_a_choice",
		WITH_OS("<os><type arch='x86_64' machine='q35'>hvm</type><firmware><feature "
			"enabled='yes' name='enrolled-keys'/></firmware></os>"),
		"vm.xml:2: a firmware <feature> without <os firmware='efi'>; features choose among "
		"firmware, and there is no choice without it"},
};

int main(void)
{
	return run_refusals(refusals, ARRAY_COUNT(refusals));
}
