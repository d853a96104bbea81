/* SPDX-License-Identifier: MIT */
#include "host/pair_table.h"

#include "base/memory.h"

#define RAW IMAGE_FORMAT_RAW
#define QCOW2 IMAGE_FORMAT_QCOW2
#define SB PAIR_SECURE_BOOT
#define SMM (PAIR_SECURE_BOOT | PAIR_REQUIRES_SMM)
#define KEYS PAIR_ENROLLED_KEYS
#define LIBVIRT PAIR_LIBVIRT

/*
 * The same name means different families on different distributions (/usr/share/edk2/ovmf/
 * OVMF_CODE.fd has 2 MiB on Fedora and 4 MiB on RHEL): the family is 0 there, and what counts is
 * the size of the file that is found.
 */
static const struct known_pair built_in[] = {
	/* x86_64, without Secure Boot. Debian, Ubuntu */
	{ARCH_X86_64, RAW, 4, 0, "/usr/share/OVMF", "OVMF_CODE_4M.fd", "OVMF_VARS_4M.fd"},
	/* Arch, Void */
	{ARCH_X86_64, RAW, 4, 0, "/usr/share/edk2/x64", "OVMF_CODE.4m.fd", "OVMF_VARS.4m.fd"},
	/* Fedora; its raw files are of the other family, RHEL's are not */
	{ARCH_X86_64, QCOW2, 4, 0, "/usr/share/edk2/ovmf", "OVMF_CODE_4M.qcow2",
		"OVMF_VARS_4M.qcow2"},
	/* Gentoo */
	{ARCH_X86_64, QCOW2, 4, 0, "/usr/share/edk2/OvmfX64", "OVMF_CODE_4M.qcow2",
		"OVMF_VARS_4M.qcow2"},
	/* Fedora (2M), RHEL, CentOS, Alma, Rocky (4M) */
	{ARCH_X86_64, RAW, 0, 0, "/usr/share/edk2/ovmf", "OVMF_CODE.fd", "OVMF_VARS.fd"},
	/* openSUSE, SLE */
	{ARCH_X86_64, RAW, 4, 0, "/usr/share/qemu", "ovmf-x86_64-4m-code.bin",
		"ovmf-x86_64-4m-vars.bin"},
	/* Alpine (4M), Debian up to 12 (2M), Fedora's links */
	{ARCH_X86_64, RAW, 0, LIBVIRT, "/usr/share/OVMF", "OVMF_CODE.fd", "OVMF_VARS.fd"},
	/* Arch's and Void's links */
	{ARCH_X86_64, RAW, 4, 0, "/usr/share/OVMF/x64", "OVMF_CODE.4m.fd", "OVMF_VARS.4m.fd"},
	/* openSUSE, Gentoo, Void, Arch before 2025: 2M */
	{ARCH_X86_64, RAW, 2, 0, "/usr/share/qemu", "ovmf-x86_64-code.bin", "ovmf-x86_64-vars.bin"},
	{ARCH_X86_64, RAW, 2, 0, "/usr/share/edk2/OvmfX64", "OVMF_CODE.fd", "OVMF_VARS.fd"},
	{ARCH_X86_64, RAW, 2, 0, "/usr/share/edk2/x64", "OVMF_CODE.fd", "OVMF_VARS.fd"},
	/* Arch before 2023, Gentoo before 2024 */
	{ARCH_X86_64, RAW, 2, 0, "/usr/share/edk2-ovmf/x64", "OVMF_CODE.fd", "OVMF_VARS.fd"},
	{ARCH_X86_64, RAW, 2, 0, "/usr/share/edk2-ovmf", "OVMF_CODE.fd", "OVMF_VARS.fd"},
	/* NixOS, Guix System */
	{ARCH_X86_64, RAW, 0, 0, "/run/libvirt/nix-ovmf", "OVMF_CODE.fd", "OVMF_VARS.fd"},
	{ARCH_X86_64, RAW, 4, 0, "/run/libvirt/nix-ovmf", "edk2-x86_64-code.fd",
		"edk2-i386-vars.fd"},
	{ARCH_X86_64, RAW, 4, 0, "/run/current-system/sw/share/qemu", "edk2-x86_64-code.fd",
		"edk2-i386-vars.fd"},
	{ARCH_X86_64, RAW, 0, 0, "/run/current-system/profile/share/firmware", "ovmf_code_x64.bin",
		"ovmf_vars_x64.bin"},
	/* Proxmox, FreeBSD, Unraid */
	{ARCH_X86_64, RAW, 4, 0, "/usr/share/pve-edk2-firmware", "OVMF_CODE_4M.fd",
		"OVMF_VARS_4M.fd"},
	{ARCH_X86_64, RAW, 0, 0, "/usr/local/share/edk2-qemu", "QEMU_UEFI_CODE-x86_64.fd",
		"QEMU_UEFI_VARS-x86_64.fd"},
	{ARCH_X86_64, RAW, 0, 0, "/usr/share/qemu/ovmf-x64", "OVMF_CODE-pure-efi.fd",
		"OVMF_VARS-pure-efi.fd"},
	/* Mageia, and the edk2 nightly builds of old */
	{ARCH_X86_64, RAW, 2, 0, "/usr/share/edk2/ovmf-x64", "OVMF_CODE-pure-efi.fd",
		"OVMF_VARS-pure-efi.fd"},
	{ARCH_X86_64, RAW, 2, 0, "/usr/share/edk2.git/ovmf-x64", "OVMF_CODE-pure-efi.fd",
		"OVMF_VARS-pure-efi.fd"},

	/* x86_64 with Secure Boot, keys enrolled: enforcing. Debian, Ubuntu; the first of the two
	 * names is a link to the second */
	{ARCH_X86_64, RAW, 4, SMM | KEYS, "/usr/share/OVMF", "OVMF_CODE_4M.ms.fd",
		"OVMF_VARS_4M.ms.fd"},
	{ARCH_X86_64, RAW, 4, SMM | KEYS, "/usr/share/OVMF", "OVMF_CODE_4M.secboot.fd",
		"OVMF_VARS_4M.ms.fd"},
	{ARCH_X86_64, QCOW2, 4, SMM | KEYS, "/usr/share/edk2/ovmf", "OVMF_CODE_4M.secboot.qcow2",
		"OVMF_VARS_4M.secboot.qcow2"},
	{ARCH_X86_64, QCOW2, 4, SMM | KEYS, "/usr/share/edk2/OvmfX64", "OVMF_CODE_4M.secboot.qcow2",
		"OVMF_VARS_4M.secboot.qcow2"},
	{ARCH_X86_64, RAW, 0, SMM | KEYS, "/usr/share/edk2/ovmf", "OVMF_CODE.secboot.fd",
		"OVMF_VARS.secboot.fd"},
	{ARCH_X86_64, RAW, 4, SMM | KEYS, "/usr/share/qemu", "ovmf-x86_64-smm-ms-code.bin",
		"ovmf-x86_64-smm-ms-vars.bin"},
	{ARCH_X86_64, RAW, 4, SMM | KEYS, "/usr/share/qemu", "ovmf-x86_64-smm-opensuse-code.bin",
		"ovmf-x86_64-smm-opensuse-vars.bin"},
	{ARCH_X86_64, RAW, 4, SMM | KEYS, "/usr/share/qemu", "ovmf-x86_64-smm-suse-code.bin",
		"ovmf-x86_64-smm-suse-vars.bin"},
	{ARCH_X86_64, RAW, 4, SB | KEYS, "/usr/share/qemu", "ovmf-x86_64-ms-4m-code.bin",
		"ovmf-x86_64-ms-4m-vars.bin"},
	{ARCH_X86_64, RAW, 4, SB | KEYS, "/usr/share/qemu", "ovmf-x86_64-opensuse-4m-code.bin",
		"ovmf-x86_64-opensuse-4m-vars.bin"},
	{ARCH_X86_64, RAW, 4, SB | KEYS, "/usr/share/qemu", "ovmf-x86_64-suse-4m-code.bin",
		"ovmf-x86_64-suse-4m-vars.bin"},
	{ARCH_X86_64, RAW, 0, SMM | KEYS, "/usr/share/OVMF", "OVMF_CODE.secboot.fd",
		"OVMF_VARS.secboot.fd"},
	{ARCH_X86_64, RAW, 2, SMM | KEYS, "/usr/share/OVMF", "OVMF_CODE.ms.fd", "OVMF_VARS.ms.fd"},
	{ARCH_X86_64, RAW, 2, SMM | KEYS, "/usr/share/edk2/OvmfX64", "OVMF_CODE.secboot.fd",
		"OVMF_VARS.secboot.fd"},
	{ARCH_X86_64, RAW, 2, SB | KEYS, "/usr/share/qemu", "ovmf-x86_64-ms-code.bin",
		"ovmf-x86_64-ms-vars.bin"},
	{ARCH_X86_64, RAW, 2, SB | KEYS, "/usr/share/qemu", "ovmf-x86_64-opensuse-code.bin",
		"ovmf-x86_64-opensuse-vars.bin"},
	{ARCH_X86_64, RAW, 2, SB | KEYS, "/usr/share/qemu", "ovmf-x86_64-suse-code.bin",
		"ovmf-x86_64-suse-vars.bin"},
	{ARCH_X86_64, RAW, 4, SMM | KEYS, "/usr/share/pve-edk2-firmware", "OVMF_CODE_4M.secboot.fd",
		"OVMF_VARS_4M.ms.fd"},
	/* Incus and LXD bundles */
	{ARCH_X86_64, RAW, 4, SB | KEYS, "/opt/incus/share/qemu", "OVMF_CODE.4MB.fd",
		"OVMF_VARS.4MB.ms.fd"},
	{ARCH_X86_64, RAW, 4, SB | KEYS, "/snap/lxd/current/share/qemu", "OVMF_CODE.4MB.fd",
		"OVMF_VARS.4MB.ms.fd"},

	/* x86_64 with Secure Boot, no keys: setup mode */
	{ARCH_X86_64, RAW, 4, SMM, "/usr/share/OVMF", "OVMF_CODE_4M.secboot.fd", "OVMF_VARS_4M.fd"},
	{ARCH_X86_64, RAW, 4, SMM, "/usr/share/OVMF", "OVMF_CODE_4M.secboot.strictnx.fd",
		"OVMF_VARS_4M.fd"},
	{ARCH_X86_64, RAW, 4, SMM, "/usr/share/edk2/x64", "OVMF_CODE.secboot.4m.fd",
		"OVMF_VARS.4m.fd"},
	{ARCH_X86_64, RAW, 4, SMM, "/usr/share/edk2/x64", "OVMF_CODE.secure.4m.fd",
		"OVMF_VARS.4m.fd"},
	{ARCH_X86_64, QCOW2, 4, SMM, "/usr/share/edk2/ovmf", "OVMF_CODE_4M.secboot.qcow2",
		"OVMF_VARS_4M.qcow2"},
	{ARCH_X86_64, QCOW2, 4, SMM, "/usr/share/edk2/OvmfX64", "OVMF_CODE_4M.secboot.qcow2",
		"OVMF_VARS_4M.qcow2"},
	{ARCH_X86_64, RAW, 0, SMM, "/usr/share/edk2/ovmf", "OVMF_CODE.secboot.fd", "OVMF_VARS.fd"},
	{ARCH_X86_64, RAW, 4, SMM, "/usr/share/qemu", "ovmf-x86_64-smm-code.bin",
		"ovmf-x86_64-smm-vars.bin"},
	{ARCH_X86_64, RAW, 0, SMM | LIBVIRT, "/usr/share/OVMF", "OVMF_CODE.secboot.fd",
		"OVMF_VARS.fd"},
	{ARCH_X86_64, RAW, 4, SMM, "/usr/share/OVMF/x64", "OVMF_CODE.secboot.4m.fd",
		"OVMF_VARS.4m.fd"},
	{ARCH_X86_64, RAW, 2, SMM, "/usr/share/edk2/OvmfX64", "OVMF_CODE.secboot.fd",
		"OVMF_VARS.fd"},
	{ARCH_X86_64, RAW, 2, SMM, "/usr/share/edk2/x64", "OVMF_CODE.secboot.fd", "OVMF_VARS.fd"},
	{ARCH_X86_64, RAW, 2, SMM, "/usr/share/edk2/x64", "OVMF_CODE.secure.fd", "OVMF_VARS.fd"},
	{ARCH_X86_64, RAW, 2, SMM, "/usr/share/edk2-ovmf/x64", "OVMF_CODE.secboot.fd",
		"OVMF_VARS.fd"},
	{ARCH_X86_64, RAW, 2, SMM, "/usr/share/edk2-ovmf", "OVMF_CODE.secboot.fd", "OVMF_VARS.fd"},
	{ARCH_X86_64, RAW, 4, SMM, "/run/libvirt/nix-ovmf", "edk2-x86_64-secure-code.fd",
		"edk2-i386-vars.fd"},
	{ARCH_X86_64, RAW, 4, SMM, "/run/current-system/sw/share/qemu",
		"edk2-x86_64-secure-code.fd", "edk2-i386-vars.fd"},
	{ARCH_X86_64, RAW, 4, SMM, "/usr/share/pve-edk2-firmware", "OVMF_CODE_4M.secboot.fd",
		"OVMF_VARS_4M.fd"},
	{ARCH_X86_64, RAW, 4, SB, "/opt/incus/share/qemu", "OVMF_CODE.4MB.fd", "OVMF_VARS.4MB.fd"},
	{ARCH_X86_64, RAW, 4, SB, "/snap/lxd/current/share/qemu", "OVMF_CODE.4MB.fd",
		"OVMF_VARS.4MB.fd"},
	/* Debian's test keys, whose private half is public: last */
	{ARCH_X86_64, RAW, 4, SMM | KEYS, "/usr/share/OVMF", "OVMF_CODE_4M.snakeoil.fd",
		"OVMF_VARS_4M.snakeoil.fd"},

	/* i386: Debian, Arch and Void, FreeBSD */
	{ARCH_I386, RAW, 4, 0, "/usr/share/OVMF", "OVMF32_CODE_4M.fd", "OVMF32_VARS_4M.fd"},
	{ARCH_I386, RAW, 4, 0, "/usr/share/edk2/ia32", "OVMF_CODE.4m.fd", "OVMF_VARS.4m.fd"},
	{ARCH_I386, RAW, 2, 0, "/usr/share/edk2/ia32", "OVMF_CODE.fd", "OVMF_VARS.fd"},
	{ARCH_I386, RAW, 4, 0, "/run/current-system/sw/share/qemu", "edk2-i386-code.fd",
		"edk2-i386-vars.fd"},
	{ARCH_I386, RAW, 0, 0, "/usr/local/share/edk2-qemu", "QEMU_UEFI_CODE-i386.fd",
		"QEMU_UEFI_VARS-i386.fd"},
	{ARCH_I386, RAW, 4, SMM, "/usr/share/OVMF", "OVMF32_CODE_4M.secboot.fd",
		"OVMF32_VARS_4M.fd"},
	{ARCH_I386, RAW, 4, SMM, "/usr/share/edk2/ia32", "OVMF_CODE.secboot.4m.fd",
		"OVMF_VARS.4m.fd"},
	{ARCH_I386, RAW, 2, SMM, "/usr/share/edk2/ia32", "OVMF_CODE.secboot.fd", "OVMF_VARS.fd"},
	{ARCH_I386, RAW, 4, SMM, "/run/current-system/sw/share/qemu", "edk2-i386-secure-code.fd",
		"edk2-i386-vars.fd"},

	/* aarch64: Debian, Alpine, and the links of Fedora, Arch and Void */
	{ARCH_AARCH64, RAW, 64, LIBVIRT, "/usr/share/AAVMF", "AAVMF_CODE.fd", "AAVMF_VARS.fd"},
	{ARCH_AARCH64, RAW, 64, 0, "/usr/share/AAVMF", "AAVMF_CODE.no-secboot.fd", "AAVMF_VARS.fd"},
	/* Fedora, RHEL: builds that keep silent, then those that write to the serial port */
	{ARCH_AARCH64, QCOW2, 64, 0, "/usr/share/edk2/aarch64", "QEMU_EFI-silent-pflash.qcow2",
		"vars-template-pflash.qcow2"},
	{ARCH_AARCH64, RAW, 64, 0, "/usr/share/edk2/aarch64", "QEMU_EFI-silent-pflash.raw",
		"vars-template-pflash.raw"},
	{ARCH_AARCH64, QCOW2, 64, 0, "/usr/share/edk2/aarch64", "QEMU_EFI-pflash.qcow2",
		"vars-template-pflash.qcow2"},
	{ARCH_AARCH64, RAW, 64, 0, "/usr/share/edk2/aarch64", "QEMU_EFI-pflash.raw",
		"vars-template-pflash.raw"},
	{ARCH_AARCH64, RAW, 64, 0, "/usr/share/AAVMF", "AAVMF_CODE.verbose.fd", "AAVMF_VARS.fd"},
	/* Arch and Void, openSUSE, Gentoo, NixOS */
	{ARCH_AARCH64, RAW, 64, 0, "/usr/share/edk2/aarch64", "QEMU_CODE.fd", "QEMU_VARS.fd"},
	{ARCH_AARCH64, RAW, 64, 0, "/usr/share/qemu", "aavmf-aarch64-code.bin",
		"aavmf-aarch64-vars.bin"},
	{ARCH_AARCH64, QCOW2, 64, 0, "/usr/share/edk2/ArmVirtQemu-AARCH64", "QEMU_EFI.qcow2",
		"QEMU_VARS.qcow2"},
	{ARCH_AARCH64, RAW, 64, 0, "/run/libvirt/nix-ovmf", "AAVMF_CODE.fd", "AAVMF_VARS.fd"},
	{ARCH_AARCH64, RAW, 64, 0, "/run/libvirt/nix-ovmf", "edk2-aarch64-code.fd",
		"edk2-arm-vars.fd"},
	{ARCH_AARCH64, RAW, 64, 0, "/run/current-system/sw/share/qemu", "edk2-aarch64-code.fd",
		"edk2-arm-vars.fd"},
	/* not padded to the board's flash */
	{ARCH_AARCH64, RAW, 64, 0, "/usr/share/qemu-efi-aarch64", "QEMU_EFI.fd",
		"/usr/share/AAVMF/AAVMF_VARS.fd"},
	{ARCH_AARCH64, RAW, 64, 0, "/usr/share/edk2/aarch64", "QEMU_EFI.fd", "QEMU_VARS.fd"},
	{ARCH_AARCH64, RAW, 64, SB | KEYS, "/usr/share/AAVMF", "AAVMF_CODE.ms.fd",
		"AAVMF_VARS.ms.fd"},
	{ARCH_AARCH64, RAW, 64, SB | KEYS, "/usr/share/AAVMF", "AAVMF_CODE.secboot.fd",
		"AAVMF_VARS.ms.fd"},
	{ARCH_AARCH64, RAW, 64, SB | KEYS, "/usr/share/qemu", "aavmf-aarch64-ms-code.bin",
		"aavmf-aarch64-ms-vars.bin"},
	{ARCH_AARCH64, RAW, 64, SB | KEYS, "/usr/share/qemu", "aavmf-aarch64-opensuse-code.bin",
		"aavmf-aarch64-opensuse-vars.bin"},
	{ARCH_AARCH64, RAW, 64, SB | KEYS, "/usr/share/qemu", "aavmf-aarch64-suse-code.bin",
		"aavmf-aarch64-suse-vars.bin"},
	{ARCH_AARCH64, RAW, 64, SB, "/usr/share/AAVMF", "AAVMF_CODE.secboot.fd", "AAVMF_VARS.fd"},
	{ARCH_AARCH64, RAW, 64, SB, "/usr/share/AAVMF", "AAVMF_CODE.secboot.strictnx.fd",
		"AAVMF_VARS.fd"},
	{ARCH_AARCH64, RAW, 64, SB | KEYS, "/usr/share/AAVMF", "AAVMF_CODE.snakeoil.fd",
		"AAVMF_VARS.snakeoil.fd"},

	/* arm: Debian and Arch's links, Arch, openSUSE, NixOS */
	{ARCH_ARM, RAW, 64, LIBVIRT, "/usr/share/AAVMF", "AAVMF32_CODE.fd", "AAVMF32_VARS.fd"},
	{ARCH_ARM, RAW, 64, 0, "/usr/share/edk2/arm", "QEMU_CODE.fd", "QEMU_VARS.fd"},
	{ARCH_ARM, RAW, 64, 0, "/usr/share/qemu", "aavmf-aarch32-code.bin",
		"aavmf-aarch32-vars.bin"},
	{ARCH_ARM, RAW, 64, 0, "/run/current-system/sw/share/qemu", "edk2-arm-code.fd",
		"edk2-arm-vars.fd"},

	/* riscv64: Debian and Ubuntu, Fedora, Fedora and Alpine, openSUSE, Gentoo, NixOS */
	{ARCH_RISCV64, RAW, 32, 0, "/usr/share/qemu-efi-riscv64", "RISCV_VIRT_CODE.fd",
		"RISCV_VIRT_VARS.fd"},
	{ARCH_RISCV64, QCOW2, 32, 0, "/usr/share/edk2/riscv", "RISCV_VIRT_CODE.qcow2",
		"RISCV_VIRT_VARS.qcow2"},
	{ARCH_RISCV64, RAW, 32, 0, "/usr/share/edk2/riscv", "RISCV_VIRT_CODE.fd",
		"RISCV_VIRT_VARS.fd"},
	{ARCH_RISCV64, RAW, 32, 0, "/usr/share/qemu", "ovmf-riscv64-code.bin",
		"ovmf-riscv64-vars.bin"},
	{ARCH_RISCV64, QCOW2, 32, 0, "/usr/share/edk2/RiscVVirtQemu", "RISCV_VIRT_CODE.qcow2",
		"RISCV_VIRT_VARS.qcow2"},
	{ARCH_RISCV64, RAW, 32, 0, "/run/libvirt/nix-ovmf", "RISCV_VIRT_CODE.fd",
		"RISCV_VIRT_VARS.fd"},
	{ARCH_RISCV64, RAW, 32, 0, "/run/current-system/sw/share/qemu", "edk2-riscv64-code.fd",
		"edk2-riscv64-vars.fd"},

	/* loongarch64: Debian, Fedora and Alpine, Gentoo, NixOS */
	{ARCH_LOONGARCH64, RAW, 16, 0, "/usr/share/qemu-efi-loongarch64", "QEMU_EFI.fd",
		"QEMU_VARS.fd"},
	{ARCH_LOONGARCH64, RAW, 16, 0, "/usr/share/edk2/loongarch64", "QEMU_EFI.fd",
		"QEMU_VARS.fd"},
	{ARCH_LOONGARCH64, QCOW2, 16, 0, "/usr/share/edk2/LoongArchVirtQemu", "QEMU_EFI.qcow2",
		"QEMU_VARS.qcow2"},
	{ARCH_LOONGARCH64, RAW, 16, 0, "/run/current-system/sw/share/qemu",
		"edk2-loongarch64-code.fd", "edk2-loongarch64-vars.fd"},
};

/* QEMU's pc-bios/descriptors: x86_64 shares the 32-bit build's VARS, aarch64 the arm build's. */
static const struct known_pair beside_emulator[] = {
	{ARCH_X86_64, RAW, 4, 0, "", "edk2-x86_64-code.fd", "edk2-i386-vars.fd"},
	{ARCH_X86_64, RAW, 4, SMM, "", "edk2-x86_64-secure-code.fd", "edk2-i386-vars.fd"},
	{ARCH_I386, RAW, 4, 0, "", "edk2-i386-code.fd", "edk2-i386-vars.fd"},
	{ARCH_I386, RAW, 4, SMM, "", "edk2-i386-secure-code.fd", "edk2-i386-vars.fd"},
	{ARCH_AARCH64, RAW, 64, 0, "", "edk2-aarch64-code.fd", "edk2-arm-vars.fd"},
	{ARCH_ARM, RAW, 64, 0, "", "edk2-arm-code.fd", "edk2-arm-vars.fd"},
	{ARCH_RISCV64, RAW, 32, 0, "", "edk2-riscv64-code.fd", "edk2-riscv64-vars.fd"},
	{ARCH_LOONGARCH64, RAW, 16, 0, "", "edk2-loongarch64-code.fd", "edk2-loongarch64-vars.fd"},
};

const struct known_pair *known_pairs(size_t *ret_count)
{
	*ret_count = ARRAY_COUNT(built_in);
	return built_in;
}

const struct known_pair *emulator_pairs(size_t *ret_count)
{
	*ret_count = ARRAY_COUNT(beside_emulator);
	return beside_emulator;
}
