/* SPDX-License-Identifier: MIT */
#include "guest.h"

#include "config.h"
#include "modes.h"

uintptr_t EFIAPI efi_main(void *image, struct efi_system_table *system)
{
	struct guest guest = {.image = image, .system = system};
	struct config config;
	uintptr_t status;

	/* Off with the boot manager's watchdog, which resets the machine after 5 minutes (7.5). */
	system->boot->set_watchdog_timer(0, 0, 0, NULL);
	status = console_open(&guest.console, system);
	if (efi_failed(status))
		return status;
	config_read(&config, &guest);
	status = mode_run(&guest, config.mode, config.argument);
	config_free(&config, &guest);
	console_close(&guest.console);
	return status;
}
