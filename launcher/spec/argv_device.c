/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/memory.h"
#include "spec/argv_reader.h"

/* Devices and objects that make QEMU do more, by the start of their names. */
struct named_use {
	const char *prefix;
	enum spec_use use;
};

static const struct named_use devices[] = {
	{"usb-host", SPEC_USE_USB_HOST},
	{"usb-mtp", SPEC_USE_USB_MTP},
	{"usb-audio", SPEC_USE_MEMFD},
	{"vfio-", SPEC_USE_VFIO},
	{"vhost-vsock", SPEC_USE_VHOST},
	{"vhost-scsi", SPEC_USE_VHOST},
	{"vhost-vdpa", SPEC_USE_VHOST},
	{"scsi-generic", SPEC_USE_SCSI_GENERIC},
	{"scsi-block", SPEC_USE_SCSI_GENERIC},
	{"virtio-9p", SPEC_USE_9P},
	{"virtio-gpu-gl", SPEC_USE_DISPLAY},
	{"virtio-vga-gl", SPEC_USE_DISPLAY},
	{"virtio-gpu-rutabaga", SPEC_USE_DISPLAY},
	{"virtio-vga-rutabaga", SPEC_USE_DISPLAY},
	{"virtio-mem", SPEC_USE_MEMFD},
	{"xen-", SPEC_USE_OUTSIDE},
	{"u2f-passthru", SPEC_USE_OUTSIDE},
	{"ccid-card-emulated", SPEC_USE_OUTSIDE},
	{"vfio-user-pci", SPEC_USE_UNIX_CLIENT},
};

static const struct named_use objects[] = {
	{"memory-backend-file", SPEC_USE_HUGEPAGES},
	{"memory-backend-shm", SPEC_USE_HUGEPAGES},
	{"memory-backend-memfd", SPEC_USE_MEMFD},
	{"pr-manager-helper", SPEC_USE_UNIX_CLIENT},
	{"thread-context", SPEC_USE_NUMA},
	{"secret_keyring", SPEC_USE_OUTSIDE},
	{"can-host-socketcan", SPEC_USE_OUTSIDE},
	{"authz-pam", SPEC_USE_OUTSIDE},
	{"x-vfio-user-server", SPEC_USE_NOT_KNOWN},
	{"cryptodev-backend-lkcf", SPEC_USE_OUTSIDE},
	{"iommufd", SPEC_USE_VFIO},
	{"sev-", SPEC_USE_OUTSIDE},
	{"tdx-guest", SPEC_USE_ANY_FILE},
};

static void use_names(
	struct argv_reader *reader, const char *name, const struct named_use *uses, size_t count)
{
	for (size_t i = 0; name && i < count; i++)
		if (text_starts_with(name, uses[i].prefix))
			argv_need(reader, uses[i].use);
}

/* Properties that are paths, of whichever device or object. */
enum path_kind {
	PATH_READ,
	PATH_WRITE,
	PATH_DEVICE,
	PATH_MADE,
	PATH_DIRECTORY,
	PATH_MEMORY,
};

static const struct {
	const char *key;
	enum path_kind kind;
} path_keys[] = {
	{"romfile", PATH_READ},
	{"kernel", PATH_READ},
	{"initrd", PATH_READ},
	{"firmware", PATH_READ},
	{"filename", PATH_READ},
	{"file", PATH_WRITE},
	{"jsonfile", PATH_MADE},
	{"rootdir", PATH_DIRECTORY},
	{"dir", PATH_READ},
	{"evdev", PATH_DEVICE},
	{"hostdevice", PATH_DEVICE},
	{"vhostdev", PATH_DEVICE},
	{"mem-path", PATH_MEMORY},
	{"path", PATH_WRITE},
	{"socket", PATH_WRITE},
	{"pcap", PATH_MADE},
};

static void use_path(struct argv_reader *reader, enum path_kind kind, const char *path)
{
	switch (kind) {
	case PATH_READ:
		argv_read_path(reader, path);
		break;
	case PATH_WRITE:
		argv_write_path(reader, path);
		break;
	case PATH_DEVICE:
		argv_device_path(reader, path);
		break;
	case PATH_MADE:
		argv_made_path(reader, path);
		break;
	case PATH_DIRECTORY:
		argv_directory(reader, path, true);
		break;
	case PATH_MEMORY:
		/* a directory (hugetlbfs), or a file that may have to be made */
		argv_directory(reader, path, true);
		argv_made_path(reader, path);
		break;
	}
}

static void use_paths(struct argv_reader *reader, const struct argv_values *values)
{
	for (size_t i = 0; i < values->keys.count; i++)
		for (size_t j = 0; j < ARRAY_COUNT(path_keys); j++)
			if (strcmp(values->keys.items[i], path_keys[j].key) == 0)
				use_path(reader, path_keys[j].kind, values->values.items[i]);
}

static void use_host_devices(struct argv_reader *reader, const char *driver)
{
	if (text_starts_with(driver, "usb-host")) {
		argv_device_path(reader, "/dev/bus/usb");
		argv_directory(reader, "/sys", false);
		argv_directory(reader, "/run/udev", false);
	}
	if (text_starts_with(driver, "vfio-")) {
		argv_device_path(reader, "/dev/vfio");
		argv_device_path(reader, "/dev/iommu");
		argv_directory(reader, "/sys", true);
	}
	if (text_starts_with(driver, "vhost-vsock"))
		argv_device_path(reader, "/dev/vhost-vsock");
	if (text_starts_with(driver, "vhost-scsi"))
		argv_device_path(reader, "/dev/vhost-scsi");
	if (text_starts_with(driver, "virtio-gpu-gl") || text_starts_with(driver, "virtio-vga-gl"))
		argv_need(reader, SPEC_USE_ANY_FILE);
}

void argv_device(struct argv_reader *reader, const char *value)
{
	auto_argv_values struct argv_values values = {0};
	const char *driver;

	if (!argv_values_read(value, "driver", &values)) {
		argv_need(reader, SPEC_USE_NOT_KNOWN);
		return;
	}
	driver = argv_value(&values, "driver");
	use_names(reader, driver, devices, ARRAY_COUNT(devices));
	use_paths(reader, &values);
	if (driver)
		use_host_devices(reader, driver);
}

static bool binds_memory(const struct argv_values *values)
{
	for (size_t i = 0; i < values->keys.count; i++)
		if (text_starts_with(values->keys.items[i], "host-nodes") ||
			strcmp(values->keys.items[i], "policy") == 0 ||
			text_starts_with(values->keys.items[i], "node-affinity") ||
			text_starts_with(values->keys.items[i], "cpu-affinity"))
			return true;
	return false;
}

void argv_object(struct argv_reader *reader, const char *value)
{
	auto_argv_values struct argv_values values = {0};
	const char *type;

	if (!argv_values_read(value, "qom-type", &values)) {
		argv_need(reader, SPEC_USE_NOT_KNOWN);
		return;
	}
	type = argv_value(&values, "qom-type");
	use_names(reader, type, objects, ARRAY_COUNT(objects));
	if (binds_memory(&values))
		argv_need(reader, SPEC_USE_NUMA);
	if (text_equal(type, "filter-dump"))
		argv_output_path(reader, argv_value(&values, "file"));
	else if (text_equal(type, "rng-random"))
		argv_device_path(reader, argv_value(&values, "filename")
						 ? argv_value(&values, "filename")
						 : "/dev/urandom");
	else if (text_equal(type, "input-linux"))
		argv_device_path(reader, argv_value(&values, "evdev"));
	else
		use_paths(reader, &values);
	if (text_equal(type, "iommufd"))
		argv_device_path(reader, "/dev/iommu");
}

void argv_tpmdev(struct argv_reader *reader, const char *value)
{
	auto_argv_values struct argv_values values = {0};
	const char *path;

	argv_need(reader, SPEC_USE_TPM);
	if (!argv_values_read(value, "type", &values)) {
		argv_need(reader, SPEC_USE_NOT_KNOWN);
		return;
	}
	if (!text_equal(argv_value(&values, "type"), "passthrough"))
		return;
	path = argv_value(&values, "path");
	argv_device_path(reader, path ? path : "/dev/tpm0");
	argv_write_path(reader, argv_value(&values, "cancel-path"));
	argv_directory(reader, "/sys/class", true);
	argv_directory(reader, "/sys/devices", true);
}

/* The host's sound systems: what their libraries call and open is not QEMU's to know. */
void argv_audiodev(struct argv_reader *reader, const char *value)
{
	auto_argv_values struct argv_values values = {0};
	const char *driver = NULL;

	if (argv_values_read(value, "driver", &values))
		driver = argv_value(&values, "driver");
	if (text_equal(driver, "none") || text_equal(driver, "spice"))
		return;
	if (text_equal(driver, "wav"))
		argv_output_path(reader,
			argv_value(&values, "path") ? argv_value(&values, "path") : "qemu.wav");
	else
		argv_need(reader, SPEC_USE_OUTSIDE);
}

/* -audio [driver=]DRIVER,model=…; 7.2 also takes -audio DRIVER alone. */
void argv_audio(struct argv_reader *reader, const char *value)
{
	argv_audiodev(reader, value);
}

void argv_usbdevice(struct argv_reader *reader, const char *value)
{
	if (text_starts_with(value, "host:"))
		argv_device(reader, "usb-host");
	else if (text_equal(value, "braille"))
		argv_need(reader, SPEC_USE_OUTSIDE);
}
