/* SPDX-License-Identifier: MIT */
/* spec/spec_controller: buses that devices are on. */
#include "unit/spec/reading.h"

static void usb_controllers_have_ports_and_masters(void **state)
{
	auto_spec struct spec *spec =
		reads(WITH_DEVICES("<controller type='usb' model='qemu-xhci' ports='15'/>\n"
				   "<controller type='usb' index='1' model='ich9-uhci2'>"
				   "<master startport='2'/></controller>"));

	(void)state;
	assert_int_equal(spec->controller_count, 2);
	assert_int_equal(spec->controllers[0].kind, SPEC_CONTROLLER_USB);
	assert_int_equal(spec->controllers[0].index, -1);
	assert_string_equal(spec->controllers[0].model, "qemu-xhci");
	assert_int_equal(spec->controllers[0].ports, 15);
	assert_int_equal(spec->controllers[0].master_startport, -1);
	assert_int_equal(spec->controllers[1].index, 1);
	assert_int_equal(spec->controllers[1].master_startport, 2);
	assert_int_equal(spec->controllers[1].common.line, 3);
}

static void companions_share_an_index(void **state)
{
	auto_spec struct spec *spec =
		reads(WITH_DEVICES("<controller type='usb' index='0' model='ich9-ehci1'/>"
				   "<controller type='usb' index='0' model='ich9-uhci1'><master "
				   "startport='0'/></controller>"
				   "<controller type='usb' index='0' model='ich9-uhci2'><master "
				   "startport='2'/></controller>"));

	(void)state;
	assert_int_equal(spec->controller_count, 3);
}

static void pci_controllers_have_targets(void **state)
{
	auto_spec struct spec *spec = reads(WITH_DEVICES(
		"<controller type='pci' index='0' model='pcie-root'>"
		"<pcihole64 unit='GiB'>0</pcihole64></controller>"
		"<controller type='pci' index='1' model='pcie-root-port'><model name='ioh3420'/>"
		"<target chassis='1' port='0x10' hotplug='off' memReserve='2048'/></controller>"
		"<controller type='pci' index='2' model='pcie-expander-bus'>"
		"<target busNr='0xfe'><node>1</node></target></controller>"
		"<controller type='pci' index='3' model='pci-bridge'><target "
		"chassisNr='3'/></controller>"));
	const struct spec_controller *controllers = spec->controllers;

	(void)state;
	assert_true(controllers[0].hole64);
	assert_int_equal(controllers[0].hole64_bytes, 0);
	assert_false(controllers[1].hole64);
	assert_string_equal(controllers[1].pci_model, "ioh3420");
	assert_int_equal(controllers[1].chassis, 1);
	assert_int_equal(controllers[1].port, 0x10);
	assert_int_equal(controllers[1].hotplug, CHOICE_NO);
	assert_int_equal(controllers[1].memory_reserve_kib, 2048);
	assert_int_equal(controllers[1].bus_nr, -1);
	assert_int_equal(controllers[1].node, -1);
	assert_int_equal(controllers[2].bus_nr, 254);
	assert_int_equal(controllers[2].node, 1);
	assert_int_equal(controllers[3].chassis_nr, 3);
}

static void scsi_and_serial_controllers_have_drivers(void **state)
{
	auto_spec struct spec *spec = reads(WITH(
		"<iothreads>1</iothreads><devices>"
		"<controller type='scsi' index='0' model='virtio-scsi'><driver queues='4' "
		"iothread='1' "
		"cmd_per_lun='8' max_sectors='9' ioeventfd='on' packed='on'/></controller>"
		"<controller type='virtio-serial' index='0' ports='31' vectors='0'/></devices>"));

	(void)state;
	assert_int_equal(spec->controllers[0].queues, 4);
	assert_int_equal(spec->controllers[0].iothread, 1);
	assert_int_equal(spec->controllers[0].cmd_per_lun, 8);
	assert_int_equal(spec->controllers[0].max_sectors, 9);
	assert_int_equal(spec->controllers[0].ioeventfd, CHOICE_YES);
	assert_int_equal(spec->controllers[0].common.packed, CHOICE_YES);
	assert_int_equal(spec->controllers[1].kind, SPEC_CONTROLLER_VIRTIO_SERIAL);
	assert_int_equal(spec->controllers[1].ports, 31);
	assert_int_equal(spec->controllers[1].vectors, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(usb_controllers_have_ports_and_masters),
		cmocka_unit_test(companions_share_an_index),
		cmocka_unit_test(pci_controllers_have_targets),
		cmocka_unit_test(scsi_and_serial_controllers_have_drivers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
