/* SPDX-License-Identifier: MIT */
#include "act/marker.h"

#include <stddef.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

static const struct marker markers[] = {
	/* Linux, kernel/panic.c */
	{TROUBLE_PANIC, false, false, "Kernel panic - not syncing", NULL, NULL, "kernel panic"},
	/* EDK2, UefiCpuPkg/Library/CpuExceptionHandlerLib: X64, IA32, RISCV64, LoongArch64 */
	{TROUBLE_PANIC, true, false, "!!!! ", "Exception Type - ", NULL, "UEFI exception"},
	/* EDK2, ArmPkg/Library/DefaultExceptionHandlerLib */
	{TROUBLE_PANIC, false, false, "Synchronous Exception at ", NULL, NULL, "UEFI exception"},
	{TROUBLE_PANIC, false, false, "SError Exception at ", NULL, NULL, "UEFI exception"},
	/* EDK2, MdePkg/Library/BaseDebugLibSerialPort: builds for debugging stop there */
	{TROUBLE_PANIC, true, false, "ASSERT [", "): ", NULL, "UEFI assertion"},

	/* EDK2, MdeModulePkg/Library/UefiBootManagerLib/BmBoot.c and .../BdsDxe/BdsEntry.c. The
	 * firmware's own shell is refused, too, and that is no news. */
	{TROUBLE_REFUSED, true, false, "BdsDxe: failed to ", ": Access Denied",
		"\"EFI Internal Shell\"", "Secure Boot refused the loader"},
	{TROUBLE_REFUSED, true, false, "BdsDxe: failed to ", ": Security Violation",
		"\"EFI Internal Shell\"", "Secure Boot refused the loader"},
	/* shim, shim.c; GRUB, grub-core/kern/efi/sb.c */
	{TROUBLE_REFUSED, false, false, "Verification failed: (0x1A) Security Violation", NULL,
		NULL, "shim refused the loader"},
	{TROUBLE_REFUSED, false, false, "error: ", "bad shim signature", NULL,
		"GRUB refused the kernel"},

	/* EDK2, ShellPkg: a prompt is "Shell> " or the current file system, "FS0:\> " */
	{TROUBLE_SHELL, true, true, "Shell", "> ", NULL, "stuck in the UEFI shell"},
	{TROUBLE_SHELL, true, true, "FS", "\\> ", NULL, "stuck in the UEFI shell"},
	{TROUBLE_SHELL, true, true, "grub", "> ", NULL, "stuck at GRUB's prompt"},
	{TROUBLE_SHELL, true, true, "(initramfs)", " ", NULL, "stuck in the initramfs"},
	/* util-linux, login-utils/sulogin.c: systemd's emergency and rescue modes, dracut's */
	{TROUBLE_SHELL, true, true, "(or press Control-D to continue)", ": ", NULL,
		"stuck in emergency mode"},

	/* EDK2, MdeModulePkg/Universal/BdsDxe/BdsEntry.c; UiApp is what it calls the menu */
	{TROUBLE_MENU, true, false, "BdsDxe: starting Boot", "\"UiApp\"", NULL,
		"stuck in the firmware's menu"},
	{TROUBLE_MENU, true, false, "BdsDxe: No bootable option or device was found", NULL, NULL,
		"the firmware found nothing to boot"},
	{TROUBLE_MENU, true, false, "BdsDxe: Press any key to enter the Boot Manager Menu", NULL,
		NULL, "the firmware found nothing to boot"},
	/* EDK2, MdeModulePkg/Application/BootManagerMenuApp */
	{TROUBLE_MENU, false, false, "Please select boot device:", NULL, NULL,
		"stuck in the firmware's boot menu"},
	/* SeaBIOS, src/boot.c */
	{TROUBLE_MENU, true, false, "No bootable device.", NULL, NULL,
		"the firmware found nothing to boot"},
	{TROUBLE_REMARK, true, false, "Boot failed: not a bootable disk", NULL, NULL,
		"a disk has no boot sector; one that is made for UEFI wants <os firmware='efi'> or "
		"--firmware=uefi"},
	{TROUBLE_REMARK, true, false, "Booting from 0000:7c00", NULL, NULL,
		"a disk's boot sector was started; a disk that is made for UEFI only wants "
		"<os firmware='efi'> or --firmware=uefi"},

	/* EDK2, NetworkPkg/UefiPxeBcDxe/PxeBcImpl.c and NetworkPkg/HttpBootDxe/HttpBootImpl.c */
	{TROUBLE_NETWORK, true, false, ">>Start PXE over IPv", NULL, NULL,
		"the firmware boots from the network, as nothing else could be booted"},
	{TROUBLE_NETWORK, true, false, ">>Start HTTP Boot over IPv", NULL, NULL,
		"the firmware boots from the network, as nothing else could be booted"},
	/* EDK2, NetworkPkg/UefiPxeBcDxe/PxeBcBoot.c */
	{TROUBLE_NO_SERVER, false, false, "PXE-E", ": ", NULL, "no boot from the network"},
	/* iPXE, usr/autoboot.c */
	{TROUBLE_NO_SERVER, true, false, "Nothing to boot: ", NULL, NULL,
		"no boot from the network"},
	{TROUBLE_NO_SERVER, true, false, "No more network devices", NULL, NULL,
		"no boot from the network"},
};

static bool matches(const struct marker *marker, const char *line, enum line_state state)
{
	const char *found = strstr(line, marker->text);

	if (!found || (marker->at_start && found != line))
		return false;
	if (marker->unless && strstr(line, marker->unless))
		return false;
	found += strlen(marker->text);
	if (marker->prompt)
		return state == LINE_AT_REST && text_ends_with(found, marker->also);
	return !marker->also || strstr(found, marker->also);
}

const struct marker *marker_find(const char *line, enum line_state state)
{
	for (size_t i = 0; i < ARRAY_COUNT(markers); i++)
		if (matches(&markers[i], line, state))
			return &markers[i];
	return NULL;
}
