/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "doctor.h"
#include "options.h"
#include "spec/spec.h"

/* What this process may not do with what a spec names, 0 for nothing. */
static int access_problem(const char *path, bool write)
{
	return faccessat(AT_FDCWD, path, write ? R_OK | W_OK : R_OK, AT_EACCESS) == 0 ? 0 : errno;
}

static struct finding *missing(
	const struct doctor *doctor, const char *what, const char *path, int number)
{
	return findings_add(doctor->findings, SEVERITY_ERROR, "device", "%s '%s': %s", what, path,
		strerror(number));
}

static void look_at_disk(const struct doctor *doctor, const struct spec_disk *disk)
{
	bool write = disk->device == SPEC_DISK_DISK && !disk->readonly && !disk->transient &&
		     !doctor->options->ephemeral;
	auto_free char *what = xasprintf("disk %s", disk->target ? disk->target : "?");
	const char *path = disk->source.path;
	struct finding *finding;
	int number;

	if (!path)
		return;
	number = access_problem(path, write);
	if (number == 0)
		return;
	finding = missing(doctor, what, path, number);
	if (number == ENOENT && disk->source.kind == SPEC_SOURCE_FILE && write)
		finding_fix(finding, "correct <source>, or make it: qemu-img create -f %s %s SIZE",
			disk->format == IMAGE_FORMAT_QCOW2 ? "qcow2" : "raw", path);
	else if (number == ENOENT)
		finding_fix(finding, "correct <source>");
	else
		finding_fix(finding, "give user %u access to it%s", geteuid(),
			write ? ", or say <readonly/>" : "");
}

static void look_at_kernel(const struct doctor *doctor)
{
	const struct spec *spec = doctor->launch->spec;
	const char *const paths[] = {spec->kernel, spec->initrd, spec->dtb};
	static const char *const names[] = {"<kernel>", "<initrd>", "<dtb>"};

	for (size_t i = 0; i < ARRAY_COUNT(paths); i++) {
		int number = paths[i] ? access_problem(paths[i], false) : 0;

		if (number != 0)
			finding_fix(
				missing(doctor, names[i], paths[i], number), "correct the path");
	}
}

/* Linux Documentation/ABI/testing/sysfs-class-net: a bridge has a folder "bridge". */
static void look_at_bridge(const struct doctor *doctor, const char *bridge)
{
	auto_free char *path = xasprintf("/sys/class/net/%s/bridge", bridge);
	struct finding *finding;

	if (access(path, F_OK) == 0)
		return;
	finding = findings_add(
		doctor->findings, SEVERITY_ERROR, "device", "bridge '%s' is not there", bridge);
	finding_fix(finding,
		"ip link add %s type bridge && ip link set %s up, or <interface "
		"type='user'>, which needs none",
		bridge, bridge);
}

static void look_at_filesystem(
	const struct doctor *doctor, const struct spec_filesystem *filesystem)
{
	int number =
		filesystem->source ? access_problem(filesystem->source, !filesystem->readonly) : 0;

	if (number != 0)
		finding_fix(missing(doctor, "shared folder", filesystem->source, number),
			number == ENOENT ? "make it, or correct <source>"
					 : "give user %u access to it, or say <readonly/>",
			geteuid());
}

/* Disks, kernels and folders are opened on this machine, also where --root is another. */
void doctor_devices(const struct doctor *doctor)
{
	const struct spec *spec = doctor->launch->spec;

	if (!doctor->with_spec || !spec)
		return;
	for (size_t i = 0; i < spec->disk_count; i++)
		look_at_disk(doctor, &spec->disks[i]);
	look_at_kernel(doctor);
	for (size_t i = 0; i < spec->interface_count; i++)
		if (spec->interfaces[i].kind == SPEC_INTERFACE_BRIDGE && spec->interfaces[i].source)
			look_at_bridge(doctor, spec->interfaces[i].source);
	for (size_t i = 0; i < spec->filesystem_count; i++)
		look_at_filesystem(doctor, &spec->filesystems[i]);
}
