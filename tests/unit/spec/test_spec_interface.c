/* SPDX-License-Identifier: MIT */
/* spec/spec_interface: cards, and what they are joined to. */
#include "unit/spec/reading.h"

static void a_user_network_has_ports(void **state)
{
	auto_spec struct spec *spec = reads(WITH_DEVICES(
		"<interface type='user'>\n<mac address='52:54:00:B6:89:fc'/><source dev='eth0'/>"
		"<backend type='passt' logFile='/l'/><ip address='10.0.2.15' prefix='24'/>"
		"<ip family='ipv6' address='fd00::1'/>"
		"<portForward proto='tcp' address='127.0.0.1' dev='lo'><range start='2022' "
		"to='22'/>"
		"<range start='8000' end='8080'/><range start='8001' exclude='yes'/></portForward>"
		"<portForward proto='udp'/><model type='virtio'/></interface>"));
	const struct spec_interface *card = &spec->interfaces[0];
	const struct spec_forward *forward = &card->forwards[0];

	(void)state;
	assert_int_equal(card->kind, SPEC_INTERFACE_USER);
	assert_int_equal(card->common.line, 2);
	assert_string_equal(card->mac, "52:54:00:B6:89:fc");
	assert_string_equal(card->source, "eth0");
	assert_string_equal(card->backend, "passt");
	assert_string_equal(card->backend_log_file, "/l");
	assert_int_equal(card->ip_count, 2);
	assert_null(card->ips[0].family);
	assert_int_equal(card->ips[0].prefix, 24);
	assert_string_equal(card->ips[1].family, "ipv6");
	assert_int_equal(card->forward_count, 2);
	assert_string_equal(forward->protocol, "tcp");
	assert_string_equal(forward->address, "127.0.0.1");
	assert_string_equal(forward->device, "lo");
	assert_int_equal(forward->range_count, 3);
	assert_int_equal(forward->ranges[0].start, 2022);
	assert_int_equal(forward->ranges[0].end, 0);
	assert_int_equal(forward->ranges[0].to, 22);
	assert_int_equal(forward->ranges[1].end, 8080);
	assert_true(forward->ranges[2].exclude);
	assert_int_equal(card->forwards[1].range_count, 0);
	assert_string_equal(card->model, "virtio");
}

static void other_kinds_have_their_sources(void **state)
{
	auto_spec struct spec *spec = reads(WITH_DEVICES(
		"<interface type='bridge'><source bridge='br0'/><target dev='vnet7'/></interface>"
		"<interface type='ethernet'><target dev='tap0' managed='no'/></interface>"
		"<interface type='direct'><source dev='eth0' mode='private'/></interface>"
		"<interface type='null'/>"));

	(void)state;
	assert_int_equal(spec->interface_count, 4);
	assert_int_equal(spec->interfaces[0].kind, SPEC_INTERFACE_BRIDGE);
	assert_string_equal(spec->interfaces[0].source, "br0");
	assert_string_equal(spec->interfaces[0].target, "vnet7");
	assert_int_equal(spec->interfaces[1].kind, SPEC_INTERFACE_ETHERNET);
	assert_string_equal(spec->interfaces[1].target, "tap0");
	assert_int_equal(spec->interfaces[1].target_managed, CHOICE_NO);
	assert_int_equal(spec->interfaces[2].kind, SPEC_INTERFACE_DIRECT);
	assert_string_equal(spec->interfaces[2].source, "eth0");
	assert_string_equal(spec->interfaces[2].source_mode, "private");
	assert_int_equal(spec->interfaces[3].kind, SPEC_INTERFACE_NULL);
	assert_null(spec->interfaces[3].mac);
}

static void the_driver_has_its_sizes(void **state)
{
	auto_spec struct spec *spec =
		reads(WITH_DEVICES("<interface type='user'><driver name='vhost' queues='4' "
				   "rx_queue_size='512' tx_queue_size='256' txmode='timer' "
				   "ioeventfd='off' event_idx='on'/><mtu size='9000'/>"
				   "<link state='down'/></interface>"));
	const struct spec_interface *card = &spec->interfaces[0];

	(void)state;
	assert_string_equal(card->driver, "vhost");
	assert_int_equal(card->queues, 4);
	assert_int_equal(card->rx_queue_size, 512);
	assert_int_equal(card->tx_queue_size, 256);
	assert_string_equal(card->tx_mode, "timer");
	assert_int_equal(card->ioeventfd, CHOICE_NO);
	assert_int_equal(card->event_idx, CHOICE_YES);
	assert_int_equal(card->mtu, 9000);
	assert_string_equal(card->link, "down");
}

static void macs_are_checked_character_by_character(void **state)
{
	static const char *const bad[] = {"52:54:00:00:00", "52:54:00:00:00:0",
		"52:54:00:00:00:000", "52-54-00-00-00-01", "5g:54:00:00:00:01", "ff:ff:ff:ff:ff:ff",
		"525400000001"};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
		auto_free char *text =
			xasprintf("%s%s<devices><interface type='user'>"
				  "<mac address='%s'/></interface></devices></domain>",
				DOMAIN_BEGIN, DOMAIN_OS, bad[i]);
		auto_error struct error *error = refuses(text);

		assert_non_null(strstr(error->text, "is not the MAC address of one card"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_user_network_has_ports),
		cmocka_unit_test(other_kinds_have_their_sources),
		cmocka_unit_test(the_driver_has_its_sizes),
		cmocka_unit_test(macs_are_checked_character_by_character),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
