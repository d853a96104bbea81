/* SPDX-License-Identifier: MIT */
#include "machine.h"

#define SECOND_100NS 10000000u
#define SECOND_US 1000000u

noreturn void hang(struct guest *guest)
{
	struct efi_boot_services *boot = guest->system->boot;
	void *tick = NULL;
	uintptr_t status = boot->create_event(EFI_EVENT_TIMER, 0, NULL, NULL, &tick);

	if (!efi_failed(status))
		status = boot->set_timer(tick, EFI_TIMER_PERIODIC, SECOND_100NS);
	/* EDK2's Stall() loops and keeps the host busy; waiting for an event halts the processor.
	 */
	while (!efi_failed(status)) {
		uintptr_t index;

		status = boot->wait_for_event(1, &tick, &index);
	}
	for (;;)
		boot->stall(SECOND_US);
}

noreturn void power_off(struct guest *guest)
{
	say(&guest->console, "power off");
	guest->system->runtime->reset_system(EFI_RESET_SHUTDOWN, EFI_SUCCESS, 0, NULL);
	say(&guest->console, "the firmware did not power off");
	hang(guest);
}

noreturn void reset(struct guest *guest)
{
	say(&guest->console, "reset");
	guest->system->runtime->reset_system(EFI_RESET_COLD, EFI_SUCCESS, 0, NULL);
	say(&guest->console, "the firmware did not reset");
	hang(guest);
}
