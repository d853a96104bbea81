/* SPDX-License-Identifier: MIT */
/* spec/spec_common: addresses, and what many devices have. */
#include "unit/spec/reading.h"

#define RNG(inside) WITH_DEVICES("<rng model='virtio'><backend model='random'/>" inside "</rng>")

static void a_pci_address_is_read_in_either_base(void **state)
{
	auto_spec struct spec *spec =
		reads(RNG("<address type='pci' domain='0x0000' bus='1' slot='0x1f' function='0x7' "
			  "multifunction='on'/>"));
	const struct spec_address *address = &spec->rngs[0].common.address;

	(void)state;
	assert_int_equal(address->kind, SPEC_ADDRESS_PCI);
	assert_int_equal(address->line, 2);
	assert_true(address->placed);
	assert_int_equal(address->bus, 1);
	assert_int_equal(address->slot, 31);
	assert_int_equal(address->function, 7);
	assert_int_equal(address->multifunction, CHOICE_YES);
}

static void a_bare_pci_address_has_no_place(void **state)
{
	auto_spec struct spec *bare = reads(RNG("<address type='pci'/>"));
	auto_spec struct spec *zero =
		reads(RNG("<address type='pci' domain='0' bus='0' slot='0' function='0'/>"));
	auto_spec struct spec *none = reads(RNG(""));

	(void)state;
	assert_int_equal(bare->rngs[0].common.address.kind, SPEC_ADDRESS_PCI);
	assert_false(bare->rngs[0].common.address.placed);
	assert_false(zero->rngs[0].common.address.placed);
	assert_int_equal(none->rngs[0].common.address.kind, SPEC_ADDRESS_NONE);
}

static void other_addresses_have_their_own_parts(void **state)
{
	auto_spec struct spec *spec = reads(WITH_DEVICES(
		"<disk type='file'><source file='/a'/><target dev='sda' bus='sata'/>"
		"<address type='drive' controller='1' bus='2' target='3' unit='4'/></disk>"
		"<redirdev bus='usb' type='spicevmc'><address type='usb' bus='1' "
		"port='2.3'/></redirdev>"
		"<channel type='pty'><target type='virtio' name='a'/>"
		"<address type='virtio-serial' controller='1' bus='0' port='7'/></channel>"
		"<panic model='isa'><address type='isa' iobase='0x505' irq='5'/></panic>"
		"<rng model='virtio'><backend model='builtin'/><address "
		"type='virtio-mmio'/></rng>"));

	(void)state;
	assert_int_equal(spec->disks[0].common.address.kind, SPEC_ADDRESS_DRIVE);
	assert_int_equal(spec->disks[0].common.address.controller, 1);
	assert_int_equal(spec->disks[0].common.address.bus, 2);
	assert_int_equal(spec->disks[0].common.address.target, 3);
	assert_int_equal(spec->disks[0].common.address.unit, 4);
	assert_int_equal(spec->redirdevs[0].common.address.kind, SPEC_ADDRESS_USB);
	assert_int_equal(spec->redirdevs[0].common.address.bus, 1);
	assert_string_equal(spec->redirdevs[0].common.address.port, "2.3");
	assert_int_equal(spec->channels[0].common.address.kind, SPEC_ADDRESS_VIRTIO_SERIAL);
	assert_string_equal(spec->channels[0].common.address.port, "7");
	assert_int_equal(spec->panics[0].common.address.iobase, 0x505);
	assert_int_equal(spec->panics[0].common.address.irq, 5);
	assert_int_equal(spec->rngs[0].common.address.kind, SPEC_ADDRESS_VIRTIO_MMIO);
}

static void virtio_switches_are_read(void **state)
{
	auto_spec struct spec *spec =
		reads(RNG("<driver iommu='on' ats='off' packed='on' page_per_vq='on'/>"));
	const struct spec_device *common = &spec->rngs[0].common;

	(void)state;
	assert_int_equal(common->line, 2);
	assert_int_equal(common->iommu, CHOICE_YES);
	assert_int_equal(common->ats, CHOICE_NO);
	assert_int_equal(common->packed, CHOICE_YES);
	assert_int_equal(common->page_per_vq, CHOICE_YES);
}

static void a_card_has_a_rom_and_a_boot_order(void **state)
{
	auto_spec struct spec *spec =
		reads(WITH_DEVICES("<interface type='user'><boot order='3'/><acpi index='9'/>"
				   "<rom bar='off' enabled='no' file='/r'/></interface>"));
	const struct spec_device *common = &spec->interfaces[0].common;

	(void)state;
	assert_int_equal(common->boot_order, 3);
	assert_int_equal(common->acpi_index, 9);
	assert_int_equal(common->rom_bar, CHOICE_NO);
	assert_int_equal(common->rom_enabled, CHOICE_NO);
	assert_string_equal(common->rom_file, "/r");
}

/* Leniently an address that is not known is no address: the device stays. */
static void an_unknown_address_is_left_out_leniently(void **state)
{
	static const char text[] =
		RNG("<address type='ccw' cssid='0xfe' ssid='0x0' devno='0x0000'/>");
	auto_spec struct spec *spec = NULL;
	auto_error struct error *error = spec_read_xml(text, strlen(text), "vm.xml", true, &spec);

	(void)state;
	assert_null(error);
	assert_int_equal(spec->rng_count, 1);
	assert_int_equal(spec->rngs[0].common.address.kind, SPEC_ADDRESS_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pci_address_is_read_in_either_base),
		cmocka_unit_test(a_bare_pci_address_has_no_place),
		cmocka_unit_test(other_addresses_have_their_own_parts),
		cmocka_unit_test(virtio_switches_are_read),
		cmocka_unit_test(a_card_has_a_rom_and_a_boot_order),
		cmocka_unit_test(an_unknown_address_is_left_out_leniently),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
