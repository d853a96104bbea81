/* SPDX-License-Identifier: MIT */
#include "plan/network.h"

#include <string.h>

#include "base/memory.h"
#include "base/qopt.h"
#include "plan/arguments.h"
#include "plan/cage.h"
#include "plan/device.h"
#include "plan/openings.h"
#include "plan/plan.h"
#include "plan/refusals.h"
#include "spec/spec.h"

/* Each forwarded port of QEMU's user network is an argument, and a socket from the start. */
#define MOST_FORWARDS 256

static bool is_ipv6(const struct spec_ip *ip)
{
	return text_equal(ip->family, "ipv6") || (!ip->family && strchr(ip->address, ':'));
}

/* libvirt, qemuBuildHostNetProps: the address is that of the network. */
static void add_user_addresses(struct text *option, const struct spec_interface *interface)
{
	for (size_t i = 0; i < interface->ip_count; i++) {
		const struct spec_ip *ip = &interface->ips[i];

		if (is_ipv6(ip)) {
			qopt_add(option, "ipv6-prefix", ip->address);
			add_number(option, "ipv6-prefixlen", ip->prefix);
		} else if (ip->prefix > 0) {
			qopt_addf(option, "net", "%s/%u", ip->address, ip->prefix);
		} else {
			qopt_add(option, "net", ip->address);
		}
	}
}

static bool is_excluded(const struct spec_forward *forward, unsigned int port)
{
	for (size_t i = 0; i < forward->range_count; i++) {
		const struct spec_forward_range *range = &forward->ranges[i];
		unsigned int end = range->end > 0 ? range->end : range->start;

		if (range->exclude && port >= range->start && port <= end)
			return true;
	}
	return false;
}

static void add_range(const struct arguments *arguments, struct text *option,
	const struct spec_forward *forward, const struct spec_forward_range *range)
{
	unsigned int end = range->end > 0 ? range->end : range->start;
	unsigned int to = range->to > 0 ? range->to : range->start;

	if (range->exclude)
		return;
	if (end < range->start || to + (end - range->start) > UINT16_MAX) {
		refuse(arguments->refusals, range->line,
			"<range> ends before it starts, or above port 65535");
		return;
	}
	if (end - range->start >= MOST_FORWARDS) {
		refuse_part(arguments->refusals, range->line,
			"QEMU's user network forwards single ports, and %u are too many; add "
			"<backend type='passt'/>",
			end - range->start + 1);
		return;
	}
	for (unsigned int port = range->start; port <= end; port++) {
		if (is_excluded(forward, port))
			continue;
		qopt_addf(option, "hostfwd", "%s:%s:%u-:%u", forward->protocol,
			forward->address ? forward->address : "", port, to + (port - range->start));
		if (strcmp(forward->protocol, "tcp") == 0)
			cage_listen(arguments->plan, port);
	}
}

static void add_forward(
	const struct arguments *arguments, struct text *option, const struct spec_forward *forward)
{
	const char *wrong = NULL;

	if (forward->device)
		wrong = "dev= of <portForward>";
	else if (forward->address && strchr(forward->address, ':'))
		wrong = "an IPv6 address of <portForward>";
	else if (forward->range_count == 0)
		wrong = "<portForward> of all ports, without a <range>,";
	if (wrong) {
		refuse_part(arguments->refusals, forward->line,
			"%s is not for QEMU's own user network; add <backend type='passt'/>",
			wrong);
		return;
	}
	for (size_t i = 0; i < forward->range_count; i++)
		add_range(arguments, option, forward, &forward->ranges[i]);
}

void add_user(const struct arguments *arguments, size_t index)
{
	const struct spec_interface *interface = &arguments->spec->interfaces[index];
	struct text option = {0};

	qopt_word(&option, "user");
	qopt_addf(&option, "id", "hostnet%zu", index);
	add_user_addresses(&option, interface);
	for (size_t i = 0; i < interface->forward_count; i++)
		add_forward(arguments, &option, &interface->forwards[i]);
	add_option(&arguments->plan->argv, "-netdev", text_take(&option));
	cage_policy(arguments->plan, "user-network");
	arguments->plan->sandbox.any_connect = true; /* the guest's connections are QEMU's */
	cage_file(arguments->plan, "/etc/resolv.conf", false);
}

/* passt(1), --tcp-ports: "ADDRESS/FIRST-LAST:TO", "~" leaves ports out. */
static char *passt_ports(const struct spec_forward *forward)
{
	struct text text = {0};

	if (forward->address)
		text_add(&text, forward->address);
	if (forward->device)
		text_addf(&text, "%%%s", forward->device);
	if (text.length > 0)
		text_add(&text, "/");
	if (forward->range_count == 0)
		text_add(&text, "all");
	for (size_t i = 0; i < forward->range_count; i++) {
		const struct spec_forward_range *range = &forward->ranges[i];
		unsigned int end = range->end > 0 ? range->end : range->start;

		text_addf(
			&text, "%s%s%u", i > 0 ? "," : "", range->exclude ? "~" : "", range->start);
		if (end > range->start)
			text_addf(&text, "-%u", end);
		if (range->to > 0 && !range->exclude)
			text_addf(&text, ":%u", range->to);
		if (range->to > 0 && !range->exclude && end > range->start)
			text_addf(&text, "-%u", range->to + (end - range->start));
	}
	return text_take(&text);
}

static void add_passt_addresses(struct strings *argv, const struct spec_interface *interface)
{
	for (size_t i = 0; i < interface->ip_count; i++) {
		const struct spec_ip *ip = &interface->ips[i];

		strings_add(argv, "--address");
		strings_add(argv, ip->address);
		if (ip->prefix > 0 && !is_ipv6(ip)) {
			strings_add(argv, "--netmask");
			strings_addf(argv, "%u", ip->prefix);
		}
	}
}

void add_passt(const struct arguments *arguments, size_t index)
{
	const struct spec_interface *interface = &arguments->spec->interfaces[index];
	struct companion *passt = add_companion(arguments->plan, "passt", interface->common.line);
	struct strings *argv = &passt->argv;

	passt->package = "passt";
	passt->socket = COMPANION_PAIR;
	passt->forks = true;
	strings_add(argv, "passt");
	strings_add(argv, "--quiet");
	strings_add(argv, "--fd");
	strings_addf(argv, "%d", passt->own_fd);
	if (interface->source) {
		strings_add(argv, "--interface");
		strings_add(argv, interface->source);
	}
	if (interface->backend_log_file) {
		strings_add(argv, "--log-file");
		strings_add(argv, interface->backend_log_file);
	}
	add_passt_addresses(argv, interface);
	for (size_t i = 0; i < interface->forward_count; i++) {
		const struct spec_forward *forward = &interface->forwards[i];

		strings_add(argv,
			strcmp(forward->protocol, "udp") == 0 ? "--udp-ports" : "--tcp-ports");
		strings_add_owned(argv, passt_ports(forward));
	}
	add_option(&arguments->plan->argv, "-netdev",
		xasprintf("socket,id=hostnet%zu,fd=%d", index, passt->fd));
	cage_policy(arguments->plan, "socket");
}

static unsigned int queue_count(const struct spec_interface *interface)
{
	return interface->queues > 1 ? interface->queues : 1;
}

/* `first_fd`: the device's first queue, or 0. */
static int open_tap(
	const struct arguments *arguments, const struct spec_interface *interface, int first_fd)
{
	bool direct = interface->kind == SPEC_INTERFACE_DIRECT;
	struct opening *tap = add_opening(
		arguments->plan, direct ? OPENING_MACVTAP : OPENING_TAP, interface->common.line);

	tap->name = xstrdup(interface->target);
	tap->multiqueue = queue_count(interface) > 1;
	tap->queue_of = first_fd;
	tap->mtu = interface->mtu;
	tap->path = xstrdup(interface->tap_device);
	tap->must_exist = interface->target_managed == CHOICE_NO;
	tap->mac = xstrdup(interface->mac);
	if (direct) {
		tap->parent = xstrdup(interface->source);
		tap->mode = xstrdup(interface->source_mode ? interface->source_mode : "vepa");
	} else if (interface->kind == SPEC_INTERFACE_BRIDGE) {
		tap->bridge = xstrdup(interface->source);
	}
	return tap->fd;
}

static int open_vhost(const struct arguments *arguments, const struct spec_interface *interface)
{
	struct opening *vhost =
		add_opening(arguments->plan, OPENING_DEVICE, interface->common.line);

	vhost->path = xstrdup(interface->vhost_device ? interface->vhost_device : "/dev/vhost-net");
	return vhost->fd;
}

static void add_fd(struct text *fds, int fd)
{
	text_addf(fds, "%s%d", fds->length > 0 ? ":" : "", fd);
}

static void check_tap(const struct arguments *arguments, const struct spec_interface *interface)
{
	if (interface->kind != SPEC_INTERFACE_ETHERNET && !interface->source)
		refuse(arguments->refusals, interface->common.line,
			"<interface> without a <source>; name the %s",
			interface->kind == SPEC_INTERFACE_BRIDGE ? "bridge" : "host's device");
	if (interface->kind == SPEC_INTERFACE_DIRECT && !interface->target)
		refuse_part(arguments->refusals, interface->common.line,
			"<interface type='direct'> needs <target dev='NAME'>, a macvtap device "
			"that is there: nobody would remove one that is made here; ip link add "
			"link %s name NAME type macvtap mode %s",
			interface->source ? interface->source : "DEVICE",
			interface->source_mode ? interface->source_mode : "vepa");
	if (interface->target_managed == CHOICE_NO && !interface->target)
		refuse(arguments->refusals, interface->common.line,
			"<target managed='no'> without dev=, the name of the device that is there");
}

/* vhost, where it is asked for: the kernel moves the packets between tap and guest. */
void add_tap(const struct arguments *arguments, size_t index)
{
	const struct spec_interface *interface = &arguments->spec->interfaces[index];
	bool vhost = text_equal(interface->driver, "vhost");
	bool many = queue_count(interface) > 1;
	int first_fd = 0;
	auto_text struct text taps = {0};
	auto_text struct text vhosts = {0};
	struct text option = {0};

	check_tap(arguments, interface);
	for (unsigned int i = 0; i < queue_count(interface); i++) {
		int fd = open_tap(arguments, interface, first_fd);

		add_fd(&taps, fd);
		first_fd = first_fd > 0 ? first_fd : fd;
		if (vhost)
			add_fd(&vhosts, open_vhost(arguments, interface));
	}
	qopt_word(&option, "tap");
	qopt_addf(&option, "id", "hostnet%zu", index);
	qopt_add(&option, many ? "fds" : "fd", taps.bytes);
	if (vhost) {
		qopt_flag(&option, "vhost", true);
		qopt_add(&option, many ? "vhostfds" : "vhostfd", vhosts.bytes);
		cage_policy(arguments->plan, "vhost");
	}
	add_option(&arguments->plan->argv, "-netdev", text_take(&option));
	cage_policy(arguments->plan, "tap");
}
