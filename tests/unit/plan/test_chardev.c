/* SPDX-License-Identifier: MIT */
/* plan/chardev: sockets that a spec leaves to libvirt are the VM's own. */
#include "made_device.h"

static struct spec_chardev *agent(struct made_up *made)
{
	struct spec_chardev *channel;

	made_bare(made);
	made->options.runtime_directory = "/run/slipway";
	channel = made_channel(made, SPEC_CHARDEV_UNIX);
	channel->target = made_text(made, "virtio");
	channel->target_name = made_text(made, "agent.0");
	return channel;
}

static void a_channel_without_a_path_is_listened_on(void **state)
{
	struct made_up *made = *state;

	agent(made)->listen = false;
	planned(made);
	assert_option(made, "-chardev",
		"socket,id=charchannel0,path=/run/slipway/vm/agent.0,server=on,wait=off");
}

static void a_path_that_libvirt_made_for_a_run_is_forgotten(void **state)
{
	struct made_up *made = *state;
	struct spec_chardev *channel = agent(made);

	channel->listen = true;
	channel->path = made_text(made, "/var/lib/libvirt/qemu/channel/target/domain-1-vm/agent.0");
	planned(made);
	assert_option(made, "-chardev",
		"socket,id=charchannel0,path=/run/slipway/vm/agent.0,server=on,wait=off");
}

static void a_path_of_the_owners_is_kept(void **state)
{
	struct made_up *made = *state;
	struct spec_chardev *channel = agent(made);

	channel->listen = true;
	channel->path = made_text(made, "/vm/agent");
	planned(made);
	assert_option(made, "-chardev", "socket,id=charchannel0,path=/vm/agent,server=on,wait=off");
}

static void a_serial_line_that_connects_names_the_socket(void **state)
{
	struct made_up *made = *state;

	made_bare(made);
	made_serial(made, SPEC_CHARDEV_UNIX);
	assert_refused(made, "<source mode='connect'> needs the path= of the socket");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MADE_UP(a_channel_without_a_path_is_listened_on),
		MADE_UP(a_path_that_libvirt_made_for_a_run_is_forgotten),
		MADE_UP(a_path_of_the_owners_is_kept),
		MADE_UP(a_serial_line_that_connects_names_the_socket),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
