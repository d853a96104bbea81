/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "status.h"

/* Two words are wanted; what stands behind the first KiB is not read. */
#define CONFIG_ROOM_BYTES 1024

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Cuts the next word out of the text at *next; "" at the end. */
static const char *take_word(char **next)
{
	char *word = *next;
	char *end;

	while (is_blank(*word))
		word++;
	for (end = word; *end != '\0' && !is_blank(*end); end++)
		continue;
	*next = end;
	if (*end != '\0') {
		*end = '\0';
		*next = end + 1;
	}
	return word;
}

/* Opens the root folder of the volume that the guest was loaded from: *ret_root is to be closed. */
static uintptr_t open_own_volume(struct guest *guest, struct efi_file **ret_root)
{
	struct efi_boot_services *boot = guest->system->boot;
	void *image = NULL;
	void *volume = NULL;
	uintptr_t status;

	status = boot->handle_protocol(guest->image, &EFI_LOADED_IMAGE_GUID, &image);
	if (efi_failed(status))
		return status;
	if (((struct efi_loaded_image *)image)->device_handle == NULL)
		return EFI_NOT_FOUND;
	status = boot->handle_protocol(((struct efi_loaded_image *)image)->device_handle,
		&EFI_SIMPLE_FILE_SYSTEM_GUID, &volume);
	if (efi_failed(status))
		return status;
	return ((struct efi_simple_file_system *)volume)->open_volume(volume, ret_root);
}

/* *ret_text is to be freed; it ends with a zero. */
static uintptr_t read_text(struct guest *guest, struct efi_file *file, char **ret_text)
{
	void *text = NULL;
	uintptr_t size_bytes = CONFIG_ROOM_BYTES;
	uintptr_t status;

	status = guest->system->boot->allocate_pool(EFI_LOADER_DATA, CONFIG_ROOM_BYTES + 1, &text);
	if (efi_failed(status))
		return status;
	status = file->read(file, &size_bytes, text);
	if (efi_failed(status)) {
		guest->system->boot->free_pool(text);
		return status;
	}
	((char *)text)[size_bytes] = '\0';
	*ret_text = text;
	return EFI_SUCCESS;
}

static uintptr_t read_file(struct guest *guest, char **ret_text)
{
	struct efi_file *root = NULL;
	struct efi_file *file = NULL;
	uintptr_t status;

	/* No volume is no error: the image may come from the network or from -kernel. */
	if (efi_failed(open_own_volume(guest, &root)))
		return EFI_NOT_FOUND;
	status = root->open(root, &file, L"\\slipway.cfg", EFI_FILE_MODE_READ, 0);
	if (!efi_failed(status)) {
		status = read_text(guest, file, ret_text);
		file->close(file);
	}
	root->close(root);
	return status;
}

void config_read(struct config *ret_config, struct guest *guest)
{
	char *text = NULL;
	uintptr_t status = read_file(guest, &text);

	if (efi_failed(status) && status != EFI_NOT_FOUND)
		say(&guest->console, "cannot read slipway.cfg: %s", status_name(status));
	ret_config->text = text;
	ret_config->mode = text == NULL ? "" : take_word(&text);
	ret_config->argument = text == NULL ? "" : take_word(&text);
	if (ret_config->mode[0] == '\0')
		ret_config->mode = "hello";
}

void config_free(struct config *config, struct guest *guest)
{
	if (config->text != NULL)
		guest->system->boot->free_pool(config->text);
	config->text = NULL;
}
