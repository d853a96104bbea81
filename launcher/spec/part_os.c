/* SPDX-License-Identifier: MIT */
#include "spec/part_rows.h"

#define WORDS_IMAGE_FORMAT "raw qcow2"

static const struct part os_rows[] = {
	HONOUR("domain/os", VALUE_NONE),
	NEED("domain/os@firmware", "bios efi"),
	NEED("domain/os/type", "hvm"),
	HONOUR("domain/os/type@arch", VALUE_TEXT),
	HONOUR("domain/os/type@machine", VALUE_TEXT),
	HONOUR("domain/os/firmware", VALUE_NONE),
	HONOUR_MANY("domain/os/firmware/feature", VALUE_NONE),
	NEED("domain/os/firmware/feature@name", "enrolled-keys secure-boot"),
	NEED("domain/os/firmware/feature@enabled", VALUE_YES_NO),

	HONOUR("domain/os/loader", VALUE_TEXT),
	NEED("domain/os/loader@type", "rom pflash"),
	NEED("domain/os/loader@readonly", VALUE_YES_NO),
	NEED("domain/os/loader@secure", VALUE_YES_NO),
	NEED("domain/os/loader@stateless", VALUE_YES_NO),
	NEED("domain/os/loader@format", WORDS_IMAGE_FORMAT),

	HONOUR("domain/os/nvram", VALUE_TEXT),
	HONOUR("domain/os/nvram@template", VALUE_TEXT),
	NEED("domain/os/nvram@templateFormat", WORDS_IMAGE_FORMAT),
	NEED("domain/os/nvram@format", WORDS_IMAGE_FORMAT),
	NEED("domain/os/nvram@type", "file block network"),
	HONOUR("domain/os/nvram/source", VALUE_NONE),
	HONOUR("domain/os/nvram/source@file", VALUE_TEXT),
	HONOUR("domain/os/nvram/source@dev", VALUE_TEXT),
	NEED("domain/os/nvram/source@protocol", "nbd iscsi"),
	HONOUR("domain/os/nvram/source@name", VALUE_TEXT),
	ACCEPT("domain/os/nvram/source@index", VALUE_COUNT, "libvirt's number of an open image"),
	ACCEPT_WHOLE("domain/os/nvram/source/seclabel", "a label that libvirt gives to the file"),
	HONOUR("domain/os/nvram/source/host", VALUE_NONE),
	HONOUR("domain/os/nvram/source/host@transport", "tcp unix"),
	HONOUR("domain/os/nvram/source/host@name", VALUE_TEXT),
	HONOUR("domain/os/nvram/source/host@port", VALUE_PORT),
	HONOUR("domain/os/nvram/source/host@socket", VALUE_TEXT),
	HONOUR("domain/os/nvram/source/initiator", VALUE_NONE),
	HONOUR("domain/os/nvram/source/initiator/iqn", VALUE_NONE),
	NEED("domain/os/nvram/source/initiator/iqn@name", VALUE_TEXT),
	HONOUR("domain/os/nvram/source/auth", VALUE_NONE),
	NEED("domain/os/nvram/source/auth@username", VALUE_TEXT),
	HONOUR("domain/os/nvram/source/auth/secret", VALUE_NONE),
	NEED("domain/os/nvram/source/auth/secret@type", "iscsi"),
	HONOUR("domain/os/nvram/source/auth/secret@usage", VALUE_TEXT),
	HONOUR("domain/os/nvram/source/auth/secret@uuid", VALUE_TEXT),
	HONOUR("domain/os/varstore", VALUE_NONE),
	HONOUR("domain/os/varstore@path", VALUE_TEXT),
	HONOUR("domain/os/varstore@template", VALUE_TEXT),

	HONOUR_MANY("domain/os/boot", VALUE_NONE),
	NEED("domain/os/boot@dev", "hd cdrom network fd"),
	HONOUR("domain/os/bootmenu", VALUE_NONE),
	HONOUR("domain/os/bootmenu@enable", VALUE_YES_NO),
	HONOUR("domain/os/bootmenu@timeout", "0..65535"),
	HONOUR("domain/os/bios", VALUE_NONE),
	HONOUR("domain/os/bios@useserial", VALUE_YES_NO),
	HONOUR("domain/os/bios@rebootTimeout", "0..65535 -1"),
	HONOUR("domain/os/smbios", VALUE_NONE),
	NEED("domain/os/smbios@mode", "emulate sysinfo"),
	HONOUR("domain/os/acpi", VALUE_NONE),
	HONOUR_MANY("domain/os/acpi/table", VALUE_TEXT),
	NEED("domain/os/acpi/table@type", "raw slic"),
	HONOUR("domain/os/kernel", VALUE_TEXT),
	HONOUR("domain/os/initrd", VALUE_TEXT),
	HONOUR("domain/os/cmdline", VALUE_TEXT),
	HONOUR("domain/os/dtb", VALUE_TEXT),
};

PART_TABLE(part_os_table, "domain/os", os_rows);

/* <features>: a name with state= is on where it stands without one. */
#define FEATURE(name)                                                                              \
	HONOUR("domain/features/" name, VALUE_NONE),                                               \
		HONOUR("domain/features/" name "@state", VALUE_ON_OFF)
#define HYPERV(name)                                                                               \
	HONOUR("domain/features/hyperv/" name, VALUE_NONE),                                        \
		HONOUR("domain/features/hyperv/" name "@state", VALUE_ON_OFF)
#define KVM(name)                                                                                  \
	HONOUR("domain/features/kvm/" name, VALUE_NONE),                                           \
		HONOUR("domain/features/kvm/" name "@state", VALUE_ON_OFF)

static const struct part feature_rows[] = {
	HONOUR("domain/features", VALUE_NONE),
	HONOUR("domain/features/acpi", VALUE_NONE),
	HONOUR("domain/features/apic", VALUE_NONE),
	HONOUR("domain/features/apic@eoi", VALUE_ON_OFF),
	ACCEPT("domain/features/pae", VALUE_NONE, "every CPU model of QEMU says itself"),
	ACCEPT("domain/features/hap", VALUE_NONE, "KVM always uses it where the host has it"),
	FEATURE("smm"),
	HONOUR("domain/features/smm/tseg", VALUE_TEXT),
	HONOUR("domain/features/smm/tseg@unit", VALUE_TEXT),
	FEATURE("vmport"),
	FEATURE("pmu"),
	FEATURE("pvspinlock"),
	FEATURE("vmcoreinfo"),
	FEATURE("ras"),
	FEATURE("mte"),
	FEATURE("ps2"),
	HONOUR("domain/features/gic", VALUE_NONE),
	HONOUR("domain/features/gic@version", "2 3 4 host"),
	HONOUR("domain/features/ioapic", VALUE_NONE),
	NEED("domain/features/ioapic@driver", "kvm qemu"),
	HONOUR("domain/features/aia", VALUE_NONE),
	NEED("domain/features/aia@value", "none aplic aplic-imsic"),
	HONOUR("domain/features/async-teardown", VALUE_NONE),
	HONOUR("domain/features/async-teardown@enabled", VALUE_YES_NO),
	HONOUR("domain/features/tcg", VALUE_NONE),
	HONOUR("domain/features/tcg/tb-cache", VALUE_TEXT),
	HONOUR("domain/features/tcg/tb-cache@unit", VALUE_TEXT),

	HONOUR("domain/features/hyperv", VALUE_NONE),
	NEED("domain/features/hyperv@mode", "custom passthrough"),
	HYPERV("relaxed"),
	HYPERV("vapic"),
	HYPERV("spinlocks"),
	HONOUR("domain/features/hyperv/spinlocks@retries", "4095..4294967295"),
	HYPERV("vpindex"),
	HYPERV("runtime"),
	HYPERV("synic"),
	HYPERV("stimer"),
	HYPERV("stimer/direct"),
	HYPERV("reset"),
	HYPERV("vendor_id"),
	HONOUR("domain/features/hyperv/vendor_id@value", VALUE_TEXT),
	HYPERV("frequencies"),
	HYPERV("reenlightenment"),
	HYPERV("tlbflush"),
	HYPERV("tlbflush/direct"),
	HYPERV("tlbflush/extended"),
	HYPERV("ipi"),
	HYPERV("evmcs"),
	HYPERV("avic"),
	HYPERV("emsr_bitmap"),
	HYPERV("xmm_input"),

	HONOUR("domain/features/kvm", VALUE_NONE),
	KVM("hidden"),
	KVM("hint-dedicated"),
	KVM("poll-control"),
	KVM("pv-ipi"),
	KVM("dirty-ring"),
	HONOUR("domain/features/kvm/dirty-ring@size", "1024..65536"),
};

PART_TABLE(part_features_table, "domain/features", feature_rows);
