/* SPDX-License-Identifier: MIT */
#include "modes.h"

#include "arch.h"
#include "machine.h"
#include "text.h"
#include "variables.h"

struct mode {
	const char *name;
	mode_function *run;
	bool takes_argument;
};

static void say_firmware(struct guest *guest)
{
	const struct efi_system_table *system = guest->system;

	say(&guest->console, "firmware vendor \"%ls\", revision 0x%08x, UEFI %u.%02u",
		system->firmware_vendor, system->firmware_revision, system->header.revision >> 16,
		system->header.revision & 0xffff);
}

static noreturn void refuse_argument(struct guest *guest, const char *mode, const char *argument)
{
	say(&guest->console, "mode %s does not know the argument '%s'", mode, argument);
	power_off(guest);
}

static uintptr_t mode_hello(struct guest *guest, const char *argument)
{
	(void)argument;
	say_firmware(guest);
	say_secure_boot(guest);
	count_boot(guest);
	power_off(guest);
}

/* Also the mode silence: the difference is what a watcher of the console calls it. */
static uintptr_t mode_hang(struct guest *guest, const char *argument)
{
	(void)argument;
	hang(guest);
}

static uintptr_t mode_panic(struct guest *guest, const char *argument)
{
	(void)argument;
	/* No prefix: a kernel's own line has none, and a watcher looks for a kernel's line. */
	print(&guest->console, "Kernel panic - not syncing: slipway guest asked for it\r\n");
	hang(guest);
}

static uintptr_t mode_exception(struct guest *guest, const char *argument)
{
	(void)guest;
	(void)argument;
	arch_undefined_instruction();
}

static uintptr_t mode_exit(struct guest *guest, const char *argument)
{
	uint32_t status = 0;

	if (*argument != '\0' && !text_number(argument, &status))
		refuse_argument(guest, "exit", argument);
	arch_exit_emulator(status);
	say(&guest->console, "exit not supported: %s", arch_exit_device());
	power_off(guest);
}

static uintptr_t mode_reboot(struct guest *guest, const char *argument)
{
	(void)argument;
	count_boot(guest);
	reset(guest);
}

static uintptr_t mode_reboot_once(struct guest *guest, const char *argument)
{
	uint32_t count = count_boot(guest);

	(void)argument;
	if (count % 2 == 1)
		reset(guest);
	power_off(guest);
}

/*
 * EDK2's boot manager takes success for the end of its list and opens its menu, other statuses for
 * the sign to try the next boot option (BootBootOptions in MdeModulePkg/Universal/BdsDxe).
 */
static uintptr_t mode_return(struct guest *guest, const char *argument)
{
	if (text_equal(argument, "error"))
		return EFI_ABORTED;
	if (*argument != '\0')
		refuse_argument(guest, "return", argument);
	return EFI_SUCCESS;
}

static uintptr_t mode_variables(struct guest *guest, const char *argument)
{
	(void)argument;
	say_variables(guest);
	power_off(guest);
}

static uintptr_t mode_pvpanic(struct guest *guest, const char *argument)
{
	(void)argument;
	if (!arch_report_panic()) {
		say(&guest->console, "pvpanic not supported: no such device");
		power_off(guest);
	}
	hang(guest);
}

static const struct mode modes[] = {
	{"hello", mode_hello, false},
	{"hang", mode_hang, false},
	{"panic", mode_panic, false},
	{"exception", mode_exception, false},
	{"exit", mode_exit, true},
	{"reboot", mode_reboot, false},
	{"reboot-once", mode_reboot_once, false},
	{"silence", mode_hang, false},
	{"flood", mode_flood, true},
	{"escape", mode_escape, false},
	{"prompt", mode_prompt, false},
	{"return", mode_return, true},
	{"variables", mode_variables, false},
	{"pvpanic", mode_pvpanic, false},
};

uintptr_t mode_run(struct guest *guest, const char *name, const char *argument)
{
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		if (!text_equal(modes[i].name, name))
			continue;
		if (modes[i].run != mode_hello)
			say(&guest->console, *argument == '\0' ? "mode %s" : "mode %s %s", name,
				argument);
		if (*argument != '\0' && !modes[i].takes_argument)
			refuse_argument(guest, name, argument);
		return modes[i].run(guest, argument);
	}
	say(&guest->console, "unknown mode '%s'", name);
	power_off(guest);
}
