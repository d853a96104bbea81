/* SPDX-License-Identifier: MIT */
/* spec/spec_chardev: serial ports, consoles, channels, and where they lead. */
#include "unit/spec/reading.h"

static void each_kind_leads_somewhere(void **state)
{
	auto_spec struct spec *spec = reads(WITH_DEVICES(
		"<serial type='stdio'/>\n"
		"<serial type='pty'><source path='/dev/pts/3'/></serial>"
		"<serial type='file'><source path='/f' append='on'/></serial>"
		"<serial type='null'/>"
		"<serial type='unix'><source mode='bind' path='/s'/></serial>"
		"<serial type='unix'><source path='/c'><reconnect enabled='yes' "
		"timeout='7'/></source>"
		"</serial>"
		"<serial type='tcp'><source mode='bind' service='4555'/><protocol "
		"type='telnet'/></serial>"
		"<serial type='tcp'><source mode='connect' host='h' service='4556'/>"
		"<protocol type='raw'/></serial>"
		"<serial type='dev'><source path='/dev/ttyS0'/></serial>"
		"<serial type='pipe'><source path='/p'/></serial><serial type='vc'/>"));
	const struct spec_chardev *serials = spec->serials;

	(void)state;
	assert_int_equal(spec->serial_count, 11);
	assert_int_equal(serials[0].kind, SPEC_CHARDEV_STDIO);
	assert_int_equal(serials[0].line, 2);
	assert_int_equal(serials[0].target_port, -1);
	assert_int_equal(serials[1].kind, SPEC_CHARDEV_PTY);
	assert_null(serials[1].path);
	assert_int_equal(serials[2].kind, SPEC_CHARDEV_FILE);
	assert_string_equal(serials[2].path, "/f");
	assert_true(serials[2].append);
	assert_int_equal(serials[3].kind, SPEC_CHARDEV_NULL);
	assert_int_equal(serials[4].kind, SPEC_CHARDEV_UNIX);
	assert_true(serials[4].listen);
	assert_false(serials[5].listen);
	assert_int_equal(serials[5].reconnect, CHOICE_YES);
	assert_int_equal(serials[5].reconnect_s, 7);
	assert_int_equal(serials[6].kind, SPEC_CHARDEV_TCP);
	assert_int_equal(serials[6].port, 4555);
	assert_true(serials[6].listen);
	assert_true(serials[6].telnet);
	assert_string_equal(serials[7].host, "h");
	assert_false(serials[7].telnet);
	assert_int_equal(serials[8].kind, SPEC_CHARDEV_DEV);
	assert_int_equal(serials[9].kind, SPEC_CHARDEV_PIPE);
	assert_int_equal(serials[10].kind, SPEC_CHARDEV_VC);
}

static void targets_say_which_device(void **state)
{
	auto_spec struct spec *spec = reads(WITH_DEVICES(
		"<serial type='pty'><target type='isa-serial' port='1'><model name='isa-serial'/>"
		"</target><log file='/l' append='on'/></serial>"
		"<console type='pty'><target type='virtio' port='0'/></console>"
		"<parallel type='null'><target port='0'/></parallel>"));

	(void)state;
	assert_string_equal(spec->serials[0].target, "isa-serial");
	assert_int_equal(spec->serials[0].target_port, 1);
	assert_string_equal(spec->serials[0].target_model, "isa-serial");
	assert_string_equal(spec->serials[0].log_file, "/l");
	assert_true(spec->serials[0].log_append);
	assert_int_equal(spec->console_count, 1);
	assert_string_equal(spec->consoles[0].target, "virtio");
	assert_int_equal(spec->parallel_count, 1);
	assert_int_equal(spec->parallels[0].target_port, 0);
}

static void channels_have_names(void **state)
{
	auto_spec struct spec *spec = reads(WITH_DEVICES(
		"<channel type='unix'><source mode='bind'/>"
		"<target type='virtio' name='org.qemu.guest_agent.0' "
		"state='disconnected'/></channel>"
		"<channel type='spicevmc'><target type='virtio' "
		"name='com.redhat.spice.0'/></channel>"
		"<channel type='spiceport'><source channel='a.b'/><target type='virtio' "
		"name='a.b'/>"
		"</channel><channel type='qemu-vdagent'><source><clipboard copypaste='no'/>"
		"<mouse mode='server'/></source><target type='virtio' name='v'/></channel>"));

	(void)state;
	assert_int_equal(spec->channel_count, 4);
	assert_int_equal(spec->channels[0].kind, SPEC_CHARDEV_UNIX);
	assert_true(spec->channels[0].listen);
	assert_null(spec->channels[0].path);
	assert_string_equal(spec->channels[0].target_name, "org.qemu.guest_agent.0");
	assert_int_equal(spec->channels[1].kind, SPEC_CHARDEV_SPICEVMC);
	assert_string_equal(spec->channels[2].spice_channel, "a.b");
	assert_int_equal(spec->channels[3].kind, SPEC_CHARDEV_VDAGENT);
	assert_int_equal(spec->channels[3].vdagent_clipboard, CHOICE_NO);
	assert_string_equal(spec->channels[3].vdagent_mouse, "server");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind_leads_somewhere),
		cmocka_unit_test(targets_say_which_device),
		cmocka_unit_test(channels_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
