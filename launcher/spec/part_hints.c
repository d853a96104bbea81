/* SPDX-License-Identifier: MIT */
#include "spec/part_hints.h"

#include "base/memory.h"

#define HINT_LIMITS                                                                                 \
	"limits on a process are a service manager's: 'systemd-run --user --scope -p CPUQuota=… " \
	"-p MemoryMax=… slipway …'"
#define HINT_PORT                                                                                  \
	"<interface type='user'> with <portForward>, or <interface type='bridge'> with <source "   \
	"bridge=…>, need no daemon"
#define HINT_FILTER "filter on the bridge, with the host's own firewall"

const struct part_hint part_hints[] = {
	{"domain@type", NULL, "slipway runs QEMU only: type='kvm' or type='qemu'"},
	{"domain/vcpu@placement", "auto", "give the host CPUs with cpuset="},
	{"domain/blkiotune", NULL, HINT_LIMITS},
	{"domain/memtune", NULL, HINT_LIMITS},
	{"domain/cputune/shares", NULL, HINT_LIMITS},
	{"domain/cputune/period", NULL, HINT_LIMITS},
	{"domain/cputune/quota", NULL, HINT_LIMITS},
	{"domain/cputune/emulator_period", NULL, HINT_LIMITS},
	{"domain/cputune/emulator_quota", NULL, HINT_LIMITS},
	{"domain/numatune", NULL, "start slipway under 'numactl --membind=…'"},
	{"domain/maxMemory", NULL, "nothing adds memory to a running VM; <memory> is all it has"},
	{"domain/vcpus", NULL, "nothing adds CPUs to a running VM; <vcpu> says how many it has"},
	{"domain/bootloader", NULL, "QEMU boots from firmware or with <kernel>"},
	{"domain/on_poweroff", "restart",
		"QEMU cannot start a guest that powered itself off; a "
		"service manager can start slipway again"},
	{"domain/on_reboot", "preserve", "write restart or destroy"},
	{"domain/on_crash", "rename-restart", "write destroy, restart or preserve"},
	{"domain/os/smbios@mode", "host",
		"write mode='sysinfo' and the values in <sysinfo type='smbios'>"},
	{"domain/os/shim", NULL, "boot the shim from a disk, or leave it out"},
	{"domain/os/type", NULL, "write hvm: QEMU runs fully virtual machines"},
	{"domain/sysinfo/processor", NULL, "QEMU takes no such table; leave it out"},
	{"domain/sysinfo/memory", NULL, "QEMU takes no such table; leave it out"},
	{"domain/pm/suspend-to-mem@enable", NULL, "libvirt spells it enabled="},
	{"domain/pm/suspend-to-disk@enable", NULL, "libvirt spells it enabled="},
	{"domain/allowReboot", NULL,
		"it is no part of domain XML; <on_reboot>destroy</on_reboot> "
		"ends the VM when it reboots"},
	{"domain/qemu:capabilities", NULL, "slipway asks QEMU for no capabilities; leave it out"},
	{"domain/qemu:deprecation", NULL, "leave it out"},
	{"domain/qemu:override", NULL,
		"write the properties with <qemu:arg value='-set'/> or "
		"'-global'"},
	{"domain/devices/interface@type", "network", "slipway runs no networks: " HINT_PORT},
	{"domain/devices/interface@type", "hostdev", "write <hostdev> with the card's address"},
	{"domain/devices/interface@type", NULL, HINT_PORT},
	{"domain/devices/interface/filterref", NULL, HINT_FILTER},
	{"domain/devices/interface/virtualport", NULL,
		"join the port to the switch yourself and "
		"write type='ethernet' with managed='no'"},
	{"domain/devices/interface/vlan", NULL, "tag on the bridge: 'bridge vlan add'"},
	{"domain/devices/interface/bandwidth", NULL, "limit on the tap device with tc(8)"},
	{"domain/devices/interface/script", NULL,
		"make the tap device beforehand and write <target dev=… managed='no'/>"},
	{"domain/devices/disk@type", "volume",
		"write type='file' or 'block' with the path: 'virsh vol-path VOLUME --pool POOL'"},
	{"domain/devices/disk@type", "dir",
		"make an image of the directory, or share it with "
		"<filesystem>"},
	{"domain/devices/disk@type", "nvme", "pass the drive through with <hostdev type='pci'>"},
	{"domain/devices/disk/auth", NULL, "slipway keeps no secrets"},
	{"domain/devices/disk/source/auth", NULL, "slipway keeps no secrets"},
	{"domain/devices/disk/encryption", NULL,
		"slipway keeps no secrets: open the device with "
		"cryptsetup first"},
	{"domain/devices/disk/source/encryption", NULL,
		"slipway keeps no secrets: open the device "
		"with cryptsetup first"},
	{"domain/devices/disk/iotune", NULL, HINT_LIMITS},
	{"domain/devices/disk/mirror", NULL,
		"a copy job of a running VM; use the XML of "
		"'virsh dumpxml --inactive'"},
	{"domain/devices/disk@rawio", NULL,
		"QEMU would need CAP_SYS_RAWIO, which slipway takes "
		"away"},
	{"domain/devices/filesystem@type", NULL, "write type='mount'"},
	{"domain/devices/graphics@type", "sdl", "write type='vnc' or 'spice'"},
	{"domain/devices/graphics@passwdValidTo", NULL,
		"nothing takes a password away from a "
		"running VM"},
	{"domain/devices/lease", NULL, "slipway asks no lock manager; it locks what it opens"},
	{"domain/devices/memory", NULL, "put all of it into <memory>"},
	{"domain/devices/{device}/address@type", "ccw", "slipway knows no s390x machines"},
	{"domain/devices/{device}/address@type", "spapr-vio", "slipway knows no pSeries machines"},
};

const size_t part_hint_count = ARRAY_COUNT(part_hints);
