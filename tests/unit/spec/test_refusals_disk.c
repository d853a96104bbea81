/* SPDX-License-Identifier: MIT */
/* Refusals, whole: what is wrong with disks and addresses. */
#include "unit/spec/reading.h"

static const struct refusal refusals[] = {
	{"a_disk_is_no_volume",
		WITH_DEVICES("<disk type='volume'><source pool='a' volume='b'/><target "
			     "dev='vda'/></disk>"),
		"vm.xml:2: type of <disk> 'volume' is not supported; write type='file' or 'block' "
		"with the path: 'virsh vol-path VOLUME --pool POOL'"},
	{"a_disk_needs_a_target", WITH_DEVICES("<disk type='file'><source file='/a'/></disk>"),
		"vm.xml:2: <disk> without <target dev=…>"},
	{"a_disk_needs_an_image", WITH_DEVICES("<disk type='file'><target dev='vda'/></disk>"),
		"vm.xml:2: <disk> without an image; add <source>, only a cdrom or floppy can be "
		"empty"},
	{"an_empty_file_is_no_image",
		WITH_DEVICES("<disk type='file'><source file=''/><target dev='vda'/></disk>"),
		"vm.xml:2: <disk> without an image; add <source>, only a cdrom or floppy can be "
		"empty"},
	{"a_file_has_no_export",
		WITH_DEVICES(
			"<disk type='file'><source file='/a' name='x'/><target dev='vda'/></disk>"),
		"vm.xml:2: attribute 'name' of <source> means nothing here"},
	{"an_image_format_is_known",
		WITH_DEVICES("<disk type='file'><source file='/a'/><driver name='qemu' "
			     "type='qed'/><target dev='vda'/></disk>"),
		"vm.xml:2: type of <driver> 'qed' is not supported; it can be 'raw', 'qcow2', "
		"'vmdk', 'vdi', 'vhdx'"},
	{"the_driver_is_qemu",
		WITH_DEVICES("<disk type='file'><source file='/a'/><driver name='phy'/><target "
			     "dev='vda'/></disk>"),
		"vm.xml:2: name of <driver> 'phy' is not supported; it can be 'qemu'"},
	{"a_cache_mode_is_known",
		WITH_DEVICES("<disk type='file'><source file='/a'/><driver cache='fancy'/><target "
			     "dev='vda'/></disk>"),
		"vm.xml:2: cache of <driver> 'fancy' is not supported; it can be 'default', "
		"'none', 'writethrough', 'writeback', 'directsync', 'unsafe'"},
	{"there_are_no_secrets",
		WITH_DEVICES("<disk type='file'><source file='/a'/><auth username='a'/><target "
			     "dev='vda'/></disk>"),
		"vm.xml:2: element <auth> in <disk> is not supported; slipway keeps no secrets"},
	{"a_lun_is_a_device",
		WITH_DEVICES("<disk type='file' device='lun'><source file='/a'/><target "
			     "dev='vda'/></disk>"),
		"vm.xml:2: <disk device='lun'> passes SCSI commands to a device; write "
		"type='block'"},
	{"virtio_has_no_cdrom",
		WITH_DEVICES("<disk type='file' device='cdrom'><source file='/a'/><target "
			     "dev='vda' bus='virtio'/></disk>"),
		"vm.xml:2: virtio has no cdrom; write bus='sata' or 'scsi'"},
	{"a_floppy_is_on_fdc",
		WITH_DEVICES("<disk type='file' device='floppy'><source file='/a'/><target "
			     "dev='fda' bus='sata'/></disk>"),
		"vm.xml:2: a floppy is on the bus 'fdc', not 'sata'"},
	{"a_protocol_is_known",
		WITH_DEVICES("<disk type='network'><source protocol='rbd' name='a'/><target "
			     "dev='vda'/></disk>"),
		"vm.xml:2: protocol of <source> 'rbd' is not supported; it can be 'nbd', 'iscsi', "
		"'http', 'https'"},
	{"nbd_needs_a_host",
		WITH_DEVICES(
			"<disk type='network'><source protocol='nbd'/><target dev='vda'/></disk>"),
		"vm.xml:2: <source> without <host>"},
	{"a_target_is_one_disk_s",
		WITH_DEVICES(
			"<disk type='file'><source file='/a'/><target dev='vda'/></disk>\n<disk "
			"type='file'><source file='/b'/><target dev='vda'/></disk>"),
		"vm.xml:3: target 'vda' is taken already, in line 2"},
	{"a_boot_order_is_one_device_s",
		WITH_DEVICES("<disk type='file'><source file='/a'/><target dev='vda'/><boot "
			     "order='1'/></disk>\n<disk type='file'><source file='/b'/><target "
			     "dev='vdb'/><boot order='1'/></disk>"),
		"vm.xml:3: boot order 1 is taken already, in line 2"},
	{"one_way_to_say_the_boot_order",
		"<domain type='kvm'><name>vm</name><memory>1024</memory><os><type>hvm</type><boot "
		"dev='hd'/></os><devices>\n<disk type='file'><source file='/a'/><target "
		"dev='vda'/><boot order='1'/></disk></devices></domain>",
		"vm.xml:2: <boot order=…> and <boot dev=…> in <os>; libvirt takes one of them, and "
		"so does slipway"},
	{"boot_orders_begin_with_1",
		WITH_DEVICES("<disk type='file'><source file='/a'/><target dev='vda'/><boot "
			     "order='0'/></disk>"),
		"vm.xml:2: order of <boot> cannot be '0'; it can be 1 to 65535"},
	{"a_pci_address_is_one_device_s",
		WITH_DEVICES("<rng model='virtio'><backend model='random'/><address type='pci' "
			     "bus='0' slot='5'/></rng>\n<vsock model='virtio'><cid "
			     "auto='yes'/><address type='pci' bus='0' slot='0x5'/></vsock>"),
		"vm.xml:3: PCI address 0000:00:05.0 is taken already, in line 2"},
	{"a_drive_address_is_one_disk_s",
		WITH_DEVICES("<disk type='file'><source file='/a'/><target dev='sda' "
			     "bus='sata'/><address type='drive' unit='1'/></disk>\n<disk "
			     "type='file'><source file='/b'/><target dev='sdb' "
			     "bus='sata'/><address type='drive' unit='1'/></disk>"),
		"vm.xml:3: unit 1 of sata controller 0, bus 0, target 0 is taken already, in line "
		"2"},
	{"a_pci_bus_has_32_slots",
		WITH_DEVICES("<rng model='virtio'><backend model='random'/><address type='pci' "
			     "slot='0x20'/></rng>"),
		"vm.xml:2: slot of <address> cannot be '0x20'; it can be 0x0 to 0x1f"},
	{"ccw_is_not_known",
		WITH_DEVICES(
			"<rng model='virtio'><backend model='random'/><address type='ccw'/></rng>"),
		"vm.xml:2: type of <address> 'ccw' is not supported; slipway knows no s390x "
		"machines"},
	{"a_pci_address_has_no_unit",
		WITH_DEVICES("<rng model='virtio'><backend model='random'/><address type='pci' "
			     "unit='1'/></rng>"),
		"vm.xml:2: attribute 'unit' of <address> means nothing here"},
};

int main(void)
{
	return run_refusals(refusals, ARRAY_COUNT(refusals));
}
