/* SPDX-License-Identifier: MIT */
#include "host/kvm.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/kvm.h>
#include <pwd.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"

/* The one that has not changed since Linux 2.6.20; Documentation/virt/kvm/api.rst, 4.1. */
static const int kvm_api_version = 12;

/* "root:kvm with mode 0660", numbers where the system has no name. */
static void add_owner(struct text *problem, const struct device_owner *owner)
{
	text_add(problem, "; it belongs to ");
	if (owner->user)
		text_add(problem, owner->user);
	else
		text_addf(problem, "%u", owner->uid);
	if (owner->group)
		text_addf(problem, ":%s", owner->group);
	else
		text_addf(problem, ":%u", owner->gid);
	text_addf(problem, " with mode %04o", (unsigned int)(owner->mode & 07777));
}

static void add_self(struct text *problem)
{
	int count = getgroups(0, NULL);
	auto_free gid_t *groups = xcalloc((size_t)count + 1, sizeof(*groups));

	text_addf(problem, ", and you are user %u with groups %u", geteuid(), getegid());
	count = getgroups(count, groups);
	for (int i = 0; i < count; i++)
		if (groups[i] != getegid())
			text_addf(problem, " %u", groups[i]);
}

/* Membership of the device's group helps, and then only a new login, or nothing of the kind does.
 */
static void add_fix(struct text *problem, const struct device_owner *owner)
{
	bool open_to_group = (owner->mode & (S_IRGRP | S_IWGRP)) == (S_IRGRP | S_IWGRP) &&
			     owner->gid != 0 && owner->group;

	if (open_to_group && owner->lists_self)
		text_addf(problem,
			"; you are in group %s, but not in this session: a new login gives access, "
			"or 'newgrp %s'",
			owner->group, owner->group);
	else if (open_to_group)
		text_addf(problem,
			"; 'sudo usermod -aG %s USER' and a new login give access, in a CI job "
			"'sudo chmod 666 /dev/kvm' does",
			owner->group);
	else
		text_add(problem, "; 'sudo chmod 666 /dev/kvm' gives access until the next start");
}

char *kvm_denial(const struct device_owner *owner)
{
	struct text denial = {0};

	add_owner(&denial, owner);
	add_self(&denial);
	add_fix(&denial, owner);
	return text_take(&denial);
}

/* In the group since a login that is newer than this one: the process has not got it. */
static bool lists_self(const struct group *group)
{
	const struct passwd *self = getpwuid(geteuid());

	for (char **member = group->gr_mem; self && *member; member++)
		if (strcmp(*member, self->pw_name) == 0)
			return true;
	return false;
}

static char *look_up_denial(const struct stat *status)
{
	const struct passwd *user = getpwuid(status->st_uid);
	auto_free char *user_name = xstrdup(user ? user->pw_name : NULL);
	const struct group *group = getgrgid(status->st_gid);
	struct device_owner owner = {
		.uid = status->st_uid,
		.gid = status->st_gid,
		.mode = status->st_mode,
		.user = user_name,
		.group = group ? group->gr_name : NULL,
		.lists_self = group && lists_self(group),
	};

	return kvm_denial(&owner);
}

static char *open_problem(const char *path, int number)
{
	struct text problem = {0};
	struct stat status;

	text_addf(&problem, "cannot open '%s': %s", path, strerror(number));
	if (number == ENOENT) {
		text_add(&problem,
			"; load the module kvm_intel or kvm_amd, switch on virtualization in the "
			"machine's setup (for a VM: nested virtualization), or give the container "
			"the device");
	} else if ((number == EACCES || number == EPERM) && stat(path, &status) == 0) {
		auto_free char *denial = look_up_denial(&status);

		text_add(&problem, denial);
	} else if (number == ENODEV || number == ENXIO) {
		text_add(&problem, "; the kernel has no working KVM: load the module kvm_intel or "
				   "kvm_amd");
	}
	return text_take(&problem);
}

/* Of VirtualBox and VMware: where they run a VM, the processor's virtualization is theirs. */
static const char *const other_hypervisors[] = {"/dev/vboxdrv", "/dev/vmmon"};

static bool another_is_there(void)
{
	for (size_t i = 0; i < ARRAY_COUNT(other_hypervisors); i++)
		if (access(other_hypervisors[i], F_OK) == 0)
			return true;
	return false;
}

char *kvm_problem_of_a_vm(int kvm_fd)
{
	int vm = ioctl(kvm_fd, KVM_CREATE_VM, 0);
	int number = errno;

	if (vm >= 0) {
		(void)close(vm);
		return NULL;
	}
	return xasprintf("it makes no VM: %s%s", strerror(number),
		number == EBUSY ? "; another hypervisor, such as VirtualBox or VMware, uses the "
				  "processor: end its VMs"
				: "");
}

char *kvm_problem_of_version(const char *path, int version, int number)
{
	if (version == kvm_api_version)
		return NULL;
	if (version < 0)
		return xasprintf("'%s' is no KVM device: %s", path, strerror(number));
	return xasprintf(
		"'%s' has KVM API version %d, wanted is %d", path, version, kvm_api_version);
}

void kvm_look(const char *path, struct kvm_state *ret_kvm)
{
	auto_fd int fd = file_open(path, O_RDWR | O_NONBLOCK);
	int version;

	*ret_kvm = (struct kvm_state){.asked = true};
	if (fd < 0) {
		ret_kvm->problem = open_problem(path, errno);
		return;
	}
	version = ioctl(fd, KVM_GET_API_VERSION, 0);
	ret_kvm->problem = kvm_problem_of_version(path, version, errno);
	if (!ret_kvm->problem && another_is_there())
		ret_kvm->problem = kvm_problem_of_a_vm(fd);
	ret_kvm->usable = !ret_kvm->problem;
}
