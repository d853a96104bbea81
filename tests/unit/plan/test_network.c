/* SPDX-License-Identifier: MIT */
/* plan/network: what is opened and started for a network card, and how QEMU is told of it. */
#include "made_device.h"

#include "plan/openings.h"

static void queues_of_a_tap_are_one_device(void **state)
{
	struct made_up *made = *state;
	struct spec_interface *interface;
	const struct plan *plan;

	made_bare(made);
	interface = made_interface(made, SPEC_INTERFACE_BRIDGE);
	interface->source = made_text(made, "br0");
	interface->model = made_text(made, "virtio");
	interface->queues = 3;
	plan = planned(made);
	assert_int_equal(plan->opening_count, 3);
	assert_int_equal(plan->openings[0].queue_of, 0);
	assert_int_equal(plan->openings[1].queue_of, plan->openings[0].fd);
	assert_int_equal(plan->openings[2].queue_of, plan->openings[0].fd);
	assert_null(plan->openings[0].name);
	assert_string_equal(plan->openings[0].bridge, "br0");
	assert_string_equal(plan->openings[0].mac, "52:54:00:00:00:01");
	assert_null(plan->openings[0].path);
	assert_true(plan->openings[0].multiqueue);
	assert_option(made, "-netdev", "tap,id=hostnet0,fds=300:301:302");
	assert_true(has_policy(plan, "tap"));
}

static void one_queue_is_no_multiqueue_device(void **state)
{
	struct made_up *made = *state;
	struct spec_interface *interface;

	made_bare(made);
	interface = made_interface(made, SPEC_INTERFACE_BRIDGE);
	interface->source = made_text(made, "br0");
	assert_int_equal(planned(made)->opening_count, 1);
	assert_false(made->plan->openings[0].multiqueue);
	assert_option(made, "-netdev", "tap,id=hostnet0,fd=300");
}

static void passt_is_waited_for(void **state)
{
	struct made_up *made = *state;
	struct spec_interface *interface;

	made_bare(made);
	interface = made_interface(made, SPEC_INTERFACE_USER);
	interface->backend = made_text(made, "passt");
	assert_int_equal(planned(made)->companion_count, 1);
	assert_true(made->plan->companions[0].forks);
	assert_int_equal(made->plan->companions[0].socket, COMPANION_PAIR);
	assert_string_equal(made->plan->companions[0].package, "passt");
	assert_string_equal(made->plan->companions[0].argv.items[0], "passt");
	assert_string_equal(made->plan->companions[0].argv.items[1], "--quiet");
	assert_string_equal(made->plan->companions[0].argv.items[2], "--fd");
	assert_true(has_policy(made->plan, "socket"));
	assert_false(strings_contain(&made->plan->companions[0].argv, "--foreground"));
	assert_option(made, "-netdev", "socket,id=hostnet0,fd=300");
}

static struct spec_interface *card(struct made_up *made, enum spec_interface_kind kind)
{
	made_bare(made);
	return made_interface(made, kind);
}

static struct spec_ip *add_ip(struct made_up *made, struct spec_interface *interface)
{
	interface->ips = made_memory(made, 1, sizeof(*interface->ips));
	interface->ip_count = 1;
	return interface->ips;
}

static struct spec_forward *add_forward(struct made_up *made, struct spec_interface *interface)
{
	interface->forwards = made_memory(made, 1, sizeof(*interface->forwards));
	interface->forward_count = 1;
	interface->forwards[0].line = 40;
	interface->forwards[0].protocol = made_text(made, "tcp");
	return interface->forwards;
}

/* Behind the others of `forward`, at most four. */
static struct spec_forward_range *add_range(
	struct made_up *made, struct spec_forward *forward, uint16_t start)
{
	if (!forward->ranges)
		forward->ranges = made_memory(made, 4, sizeof(*forward->ranges));
	forward->ranges[forward->range_count] = (struct spec_forward_range){.line = 41};
	forward->ranges[forward->range_count].start = start;
	return &forward->ranges[forward->range_count++];
}

static bool listens_on(const struct plan *plan, unsigned int port)
{
	for (size_t i = 0; i < plan->sandbox.port_count; i++)
		if (plan->sandbox.ports[i].port == port && plan->sandbox.ports[i].listen)
			return true;
	return false;
}

/* ---- QEMU's user network */

static void the_guests_connections_are_qemus(void **state)
{
	struct made_up *made = *state;

	card(made, SPEC_INTERFACE_USER);
	planned(made);
	assert_option(made, "-netdev", "user,id=hostnet0");
	assert_true(has_policy(made->plan, "user-network"));
	assert_true(made->plan->sandbox.any_connect);
	assert_true(has_rule(made->plan, "/etc/resolv.conf", false));
}

static void an_address_is_its_family_where_none_is_said(void **state)
{
	struct made_up *made = *state;
	struct spec_ip *ip = add_ip(made, card(made, SPEC_INTERFACE_USER));

	ip->address = made_text(made, "10.1.0.0");
	planned(made);
	assert_option(made, "-netdev", "user,id=hostnet0,net=10.1.0.0");
	ip->prefix = 24;
	planned(made);
	assert_option(made, "-netdev", "user,id=hostnet0,net=10.1.0.0/24");
	ip->address = made_text(made, "fd00::");
	planned(made);
	assert_option(made, "-netdev", "user,id=hostnet0,ipv6-prefix=fd00::,ipv6-prefixlen=24");
	ip->family = made_text(made, "ipv6");
	planned(made);
	assert_option(made, "-netdev", "user,id=hostnet0,ipv6-prefix=fd00::,ipv6-prefixlen=24");
	ip->family = made_text(made, "ipv4");
	planned(made);
	assert_option(made, "-netdev", "user,id=hostnet0,net=fd00::/24");
}

static void each_port_of_a_range_is_forwarded_but_those_left_out(void **state)
{
	struct made_up *made = *state;
	struct spec_forward *forward = add_forward(made, card(made, SPEC_INTERFACE_USER));
	struct spec_forward_range *range = add_range(made, forward, 2000);

	range->end = 2003;
	range->to = 22;
	range = add_range(made, forward, 2001);
	range->end = 2002;
	range->exclude = true;
	forward->address = made_text(made, "127.0.0.1");
	planned(made);
	assert_option(made, "-netdev",
		"user,id=hostnet0,hostfwd=tcp:127.0.0.1:2000-:22,hostfwd=tcp:127.0.0.1:2003-:25");
	assert_true(listens_on(made->plan, 2000));
	assert_false(listens_on(made->plan, 2001));
	assert_true(listens_on(made->plan, 2003));
}

static void udp_is_forwarded_and_is_no_port_of_the_sandbox(void **state)
{
	struct made_up *made = *state;
	struct spec_forward *forward = add_forward(made, card(made, SPEC_INTERFACE_USER));

	add_range(made, forward, 53);
	forward->protocol = made_text(made, "udp");
	planned(made);
	assert_option(made, "-netdev", "user,id=hostnet0,hostfwd=udp::53-:53");
	assert_false(listens_on(made->plan, 53));
}

static void a_range_keeps_below_the_last_port_and_has_an_order(void **state)
{
	struct made_up *made = *state;
	struct spec_forward *forward = add_forward(made, card(made, SPEC_INTERFACE_USER));
	struct spec_forward_range *range = add_range(made, forward, 2001);

	range->end = 2000;
	assert_plan_refused(made, "vm.xml:41: <range> ends before it starts, or above port 65535");
	range->end = 2002;
	range->to = 65535;
	assert_plan_refused(made, "vm.xml:41: <range> ends before it starts, or above port 65535");
	range->to = 65534;
	planned(made);
	assert_option(made, "-netdev",
		"user,id=hostnet0,hostfwd=tcp::2001-:65534,hostfwd=tcp::2002-:65535");
	range->to = 0;
	range->end = 2001 + 256;
	assert_refused(made, "QEMU's user network forwards single ports, and 257 are too many");
	range->end--;
	planned(made);
}

static void what_only_passt_forwards_names_it(void **state)
{
	struct made_up *made = *state;
	struct spec_forward *forward = add_forward(made, card(made, SPEC_INTERFACE_USER));

	assert_refused(made, "40: <portForward> of all ports, without a <range>, is not for");
	add_range(made, forward, 22);
	forward->address = made_text(made, "::1");
	assert_refused(made, "40: an IPv6 address of <portForward> is not for");
	forward->device = made_text(made, "eth0");
	assert_refused(made, "40: dev= of <portForward> is not for");
}

/* ---- passt */

static const struct strings *passt_of(struct made_up *made)
{
	assert_int_equal(planned(made)->companion_count, 1);
	return &made->plan->companions[0].argv;
}

/* The word behind `option`, or NULL. */
static const char *word_behind(const struct strings *argv, const char *option)
{
	for (size_t i = 0; i + 1 < argv->count; i++)
		if (strcmp(argv->items[i], option) == 0)
			return argv->items[i + 1];
	return NULL;
}

static struct spec_interface *passt(struct made_up *made)
{
	struct spec_interface *interface = card(made, SPEC_INTERFACE_USER);

	interface->backend = made_text(made, "passt");
	return interface;
}

static void passt_is_told_the_hosts_device_and_where_to_log(void **state)
{
	struct made_up *made = *state;
	struct spec_interface *interface = passt(made);

	assert_null(word_behind(passt_of(made), "--interface"));
	assert_null(word_behind(passt_of(made), "--log-file"));
	interface->source = made_text(made, "eth0");
	interface->backend_log_file = made_text(made, "/log/passt");
	assert_string_equal(word_behind(passt_of(made), "--interface"), "eth0");
	assert_string_equal(word_behind(passt_of(made), "--log-file"), "/log/passt");
}

static void passt_is_told_a_mask_of_ipv4_alone(void **state)
{
	struct made_up *made = *state;
	struct spec_ip *ip = add_ip(made, passt(made));

	ip->address = made_text(made, "10.1.0.2");
	assert_string_equal(word_behind(passt_of(made), "--address"), "10.1.0.2");
	assert_null(word_behind(passt_of(made), "--netmask"));
	ip->prefix = 24;
	assert_string_equal(word_behind(passt_of(made), "--netmask"), "24");
	ip->address = made_text(made, "fd00::2");
	assert_string_equal(word_behind(passt_of(made), "--address"), "fd00::2");
	assert_null(word_behind(passt_of(made), "--netmask"));
}

static void passt_is_told_ports_in_its_own_words(void **state)
{
	struct made_up *made = *state;
	struct spec_forward *forward = add_forward(made, passt(made));
	struct spec_forward_range *range;

	assert_string_equal(word_behind(passt_of(made), "--tcp-ports"), "all");
	forward->device = made_text(made, "eth0");
	assert_string_equal(word_behind(passt_of(made), "--tcp-ports"), "%eth0/all");
	forward->address = made_text(made, "10.1.0.1");
	assert_string_equal(word_behind(passt_of(made), "--tcp-ports"), "10.1.0.1%eth0/all");
	forward->address = forward->device = NULL;
	add_range(made, forward, 22)->to = 2222;
	range = add_range(made, forward, 80);
	range->end = 90;
	range->to = 8080;
	range = add_range(made, forward, 83);
	range->to = 7; /* says nothing of a port that is left out */
	range->exclude = true;
	range = add_range(made, forward, 100);
	range->end = 101;
	forward->protocol = made_text(made, "udp");
	assert_string_equal(
		word_behind(passt_of(made), "--udp-ports"), "22:2222,80-90:8080-8090,~83,100-101");
}

/* ---- taps */

static void a_tap_wants_the_device_that_it_is_joined_to(void **state)
{
	struct made_up *made = *state;
	struct spec_interface *interface = card(made, SPEC_INTERFACE_BRIDGE);

	assert_refused(made, "<interface> without a <source>; name the bridge");
	interface->kind = SPEC_INTERFACE_DIRECT;
	interface->target = made_text(made, "macvtap0");
	assert_refused(made, "<interface> without a <source>; name the host's device");
	interface->kind = SPEC_INTERFACE_ETHERNET;
	assert_int_equal(planned(made)->openings[0].kind, OPENING_TAP);
	assert_string_equal(made->plan->openings[0].name, "macvtap0");
	interface->tap_device = made_text(made, "/dev/other/tun");
	interface->mtu = 1400;
	assert_string_equal(planned(made)->openings[0].path, "/dev/other/tun");
	assert_int_equal(made->plan->openings[0].mtu, 1400);
	assert_null(made->plan->openings[0].bridge);
}

static void a_macvtap_is_one_that_is_there(void **state)
{
	struct made_up *made = *state;
	struct spec_interface *interface = card(made, SPEC_INTERFACE_DIRECT);

	assert_refused(made, "ip link add link DEVICE name NAME type macvtap mode vepa");
	interface->source = made_text(made, "eth0");
	interface->source_mode = made_text(made, "bridge");
	assert_refused(made, "ip link add link eth0 name NAME type macvtap mode bridge");
	interface->target = made_text(made, "macvtap0");
	assert_int_equal(planned(made)->openings[0].kind, OPENING_MACVTAP);
	assert_string_equal(made->plan->openings[0].parent, "eth0");
	assert_string_equal(made->plan->openings[0].mode, "bridge");
	interface->source_mode = NULL;
	assert_string_equal(planned(made)->openings[0].mode, "vepa");
}

static void a_tap_that_is_there_has_a_name(void **state)
{
	struct made_up *made = *state;
	struct spec_interface *interface = card(made, SPEC_INTERFACE_ETHERNET);

	assert_false(planned(made)->openings[0].must_exist);
	interface->target_managed = CHOICE_NO;
	assert_refused(made, "<target managed='no'> without dev=");
	interface->target = made_text(made, "tap0");
	assert_true(planned(made)->openings[0].must_exist);
}

static void vhost_opens_its_device_for_each_queue(void **state)
{
	struct made_up *made = *state;
	struct spec_interface *interface = card(made, SPEC_INTERFACE_ETHERNET);

	interface->driver = made_text(made, "vhost");
	assert_string_equal(planned(made)->openings[1].path, "/dev/vhost-net");
	assert_option(made, "-netdev", "tap,id=hostnet0,fd=300,vhost=on,vhostfd=301");
	assert_true(has_policy(made->plan, "vhost"));
	interface->vhost_device = made_text(made, "/dev/other");
	interface->queues = 2;
	assert_string_equal(planned(made)->openings[3].path, "/dev/other");
	assert_option(made, "-netdev", "tap,id=hostnet0,fds=300:302,vhost=on,vhostfds=301:303");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MADE_UP(queues_of_a_tap_are_one_device),
		MADE_UP(one_queue_is_no_multiqueue_device),
		MADE_UP(passt_is_waited_for),
		MADE_UP(the_guests_connections_are_qemus),
		MADE_UP(an_address_is_its_family_where_none_is_said),
		MADE_UP(each_port_of_a_range_is_forwarded_but_those_left_out),
		MADE_UP(udp_is_forwarded_and_is_no_port_of_the_sandbox),
		MADE_UP(a_range_keeps_below_the_last_port_and_has_an_order),
		MADE_UP(what_only_passt_forwards_names_it),
		MADE_UP(passt_is_told_the_hosts_device_and_where_to_log),
		MADE_UP(passt_is_told_a_mask_of_ipv4_alone),
		MADE_UP(passt_is_told_ports_in_its_own_words),
		MADE_UP(a_tap_wants_the_device_that_it_is_joined_to),
		MADE_UP(a_macvtap_is_one_that_is_there),
		MADE_UP(a_tap_that_is_there_has_a_name),
		MADE_UP(vhost_opens_its_device_for_each_queue),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
