/* SPDX-License-Identifier: MIT */
#ifndef SLIPWAY_GUEST_EFI_H
#define SLIPWAY_GUEST_EFI_H

/*
 * The part of the UEFI Specification 2.10 that the test guest calls; each structure has the
 * specification's layout, with 'void *' for members that are never called.
 *
 * Section numbers below are those of the UEFI Specification 2.10.
 *
 * Types (2.3.1): UINTN and EFI_STATUS are uintptr_t, CHAR16 is wchar_t (16 bits wide on the targets
 * we build for, so that L"" is UEFI text), handles and events are void *. Text of the firmware is
 * UCS-2 and ends with a zero unit. Nothing here is owned by us unless a comment says so.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

_Static_assert(sizeof(wchar_t) == 2, "UEFI text has 16-bit units: build with -fshort-wchar");

/* x64 (2.3.4.2) calls as Microsoft's compilers do; AArch64 (2.3.6.4) as the architecture does. */
#if defined(__x86_64__)
#define EFIAPI __attribute__((ms_abi))
#else
#define EFIAPI
#endif

/* Status codes: appendix D. The highest bit marks an error; warnings lack it. */
#define EFI_SUCCESS 0
#define EFI_ERROR_BIT ((uintptr_t)1 << (sizeof(uintptr_t) * 8 - 1))
#define EFI_INVALID_PARAMETER (EFI_ERROR_BIT | 2)
#define EFI_UNSUPPORTED (EFI_ERROR_BIT | 3)
#define EFI_BAD_BUFFER_SIZE (EFI_ERROR_BIT | 4)
#define EFI_BUFFER_TOO_SMALL (EFI_ERROR_BIT | 5)
#define EFI_DEVICE_ERROR (EFI_ERROR_BIT | 7)
#define EFI_WRITE_PROTECTED (EFI_ERROR_BIT | 8)
#define EFI_OUT_OF_RESOURCES (EFI_ERROR_BIT | 9)
#define EFI_VOLUME_CORRUPTED (EFI_ERROR_BIT | 10)
#define EFI_VOLUME_FULL (EFI_ERROR_BIT | 11)
#define EFI_NOT_FOUND (EFI_ERROR_BIT | 14)
#define EFI_ACCESS_DENIED (EFI_ERROR_BIT | 15)
#define EFI_TIMEOUT (EFI_ERROR_BIT | 18)
#define EFI_ABORTED (EFI_ERROR_BIT | 21)
#define EFI_SECURITY_VIOLATION (EFI_ERROR_BIT | 26)
#define EFI_COMPROMISED_DATA (EFI_ERROR_BIT | 33)

static inline bool efi_failed(uintptr_t status)
{
	return (status & EFI_ERROR_BIT) != 0;
}

/* Appendix A. */
struct efi_guid {
	uint32_t data1;
	uint16_t data2;
	uint16_t data3;
	uint8_t data4[8];
};

/* 4.2.1 */
struct efi_table_header {
	uint64_t signature;
	uint32_t revision; /* upper half: major; lower half: minor times ten, 70 in 2.7 */
	uint32_t header_size;
	uint32_t crc32;
	uint32_t reserved;
};

/* 12.3: EFI_SIMPLE_TEXT_INPUT_PROTOCOL */
struct efi_input_key {
	uint16_t scan_code;
	wchar_t character; /* 0 for keys that are no character, such as arrows */
};

struct efi_text_input {
	void *reset;
	uintptr_t(EFIAPI *read_key)(struct efi_text_input *input, struct efi_input_key *ret_key);
	void *wait_for_key; /* an event */
};

/* 12.4: EFI_SIMPLE_TEXT_OUTPUT_PROTOCOL */
#define EFI_COLOUR(foreground, background) ((uintptr_t)(foreground) | (uintptr_t)(background) << 4)
#define EFI_LIGHTGRAY 7
#define EFI_BLACK 0
#define EFI_YELLOW 14
#define EFI_BLUE 1

struct efi_text_output {
	void *reset;
	uintptr_t(EFIAPI *output_string)(struct efi_text_output *output, const wchar_t *text);
	void *test_string;
	void *query_mode;
	void *set_mode;
	uintptr_t(EFIAPI *set_attribute)(struct efi_text_output *output, uintptr_t attribute);
	uintptr_t(EFIAPI *clear_screen)(struct efi_text_output *output);
	uintptr_t(EFIAPI *set_cursor_position)(
		struct efi_text_output *output, uintptr_t column, uintptr_t row);
	uintptr_t(EFIAPI *enable_cursor)(struct efi_text_output *output, bool visible);
	void *mode;
};

/* 12.8: EFI_SERIAL_IO_PROTOCOL. write sets size_bytes to what was sent, also when it fails. */
#define EFI_SERIAL_IO_GUID                                                                         \
	((const struct efi_guid){                                                                  \
		0xbb25cf6f, 0xf1d4, 0x11d2, {0x9a, 0x0c, 0x00, 0x90, 0x27, 0x3f, 0xc1, 0xfd}})

struct efi_serial_io {
	uint32_t revision;
	void *reset;
	void *set_attributes;
	void *set_control;
	void *get_control;
	uintptr_t(EFIAPI *write)(
		struct efi_serial_io *serial, uintptr_t *size_bytes, const void *bytes);
	void *read;
	void *mode;
};

/* 9.1: EFI_LOADED_IMAGE_PROTOCOL */
#define EFI_LOADED_IMAGE_GUID                                                                      \
	((const struct efi_guid){                                                                  \
		0x5b1b31a1, 0x9562, 0x11d2, {0x8e, 0x3f, 0x00, 0xa0, 0xc9, 0x69, 0x72, 0x3b}})

struct efi_loaded_image {
	uint32_t revision;
	void *parent_handle;
	void *system_table;
	void *device_handle; /* where the image came from; NULL: from no device */
	void *file_path;
	void *reserved;
	uint32_t load_options_size;
	void *load_options;
	void *image_base;
	uint64_t image_size;
	uint32_t image_code_type;
	uint32_t image_data_type;
	void *unload;
};

/*
 * 13.5: EFI_FILE_PROTOCOL. A file opened is ours to close. read sets size_bytes to what was read; 0
 * is the end.
 */
#define EFI_FILE_MODE_READ ((uint64_t)1)

struct efi_file {
	uint64_t revision;
	uintptr_t(EFIAPI *open)(struct efi_file *folder, struct efi_file **ret_file,
		const wchar_t *name, uint64_t mode, uint64_t attributes);
	uintptr_t(EFIAPI *close)(struct efi_file *file);
	void *delete;
	uintptr_t(EFIAPI *read)(struct efi_file *file, uintptr_t *size_bytes, void *ret_bytes);
	void *write;
	void *get_position;
	void *set_position;
	void *get_info;
	void *set_info;
	void *flush;
};

/* 13.4: EFI_SIMPLE_FILE_SYSTEM_PROTOCOL. The volume's root folder is ours to close. */
#define EFI_SIMPLE_FILE_SYSTEM_GUID                                                                \
	((const struct efi_guid){                                                                  \
		0x964e5b22, 0x6459, 0x11d2, {0x8e, 0x39, 0x00, 0xa0, 0xc9, 0x69, 0x72, 0x3b}})

struct efi_simple_file_system {
	uint64_t revision;
	uintptr_t(EFIAPI *open_volume)(
		struct efi_simple_file_system *file_system, struct efi_file **ret_root);
};

/* 7.2 */
#define EFI_LOADER_DATA 2

/* 7.1 */
#define EFI_EVENT_TIMER 0x80000000u
#define EFI_TIMER_PERIODIC 1

/* 4.4, the calls themselves: chapter 7 */
struct efi_boot_services {
	struct efi_table_header header;
	void *raise_tpl;
	void *restore_tpl;
	void *allocate_pages;
	void *free_pages;
	void *get_memory_map;
	uintptr_t(EFIAPI *allocate_pool)(
		uint32_t memory_type, uintptr_t size_bytes, void **ret_memory);
	uintptr_t(EFIAPI *free_pool)(void *memory);
	uintptr_t(EFIAPI *create_event)(uint32_t type, uintptr_t notify_tpl, void *notify,
		void *argument, void **ret_event);
	uintptr_t(EFIAPI *set_timer)(void *event, uint32_t type, uint64_t period_100ns);
	uintptr_t(EFIAPI *wait_for_event)(uintptr_t count, void **events, uintptr_t *ret_index);
	void *signal_event;
	uintptr_t(EFIAPI *close_event)(void *event);
	void *check_event;
	void *install_protocol_interface;
	void *reinstall_protocol_interface;
	void *uninstall_protocol_interface;
	uintptr_t(EFIAPI *handle_protocol)(
		void *handle, const struct efi_guid *protocol, void **ret_interface);
	void *reserved;
	void *register_protocol_notify;
	void *locate_handle;
	void *locate_device_path;
	void *install_configuration_table;
	void *load_image;
	void *start_image;
	void *exit;
	void *unload_image;
	void *exit_boot_services;
	void *get_next_monotonic_count;
	uintptr_t(EFIAPI *stall)(uintptr_t duration_us);
	uintptr_t(EFIAPI *set_watchdog_timer)(
		uintptr_t timeout_s, uint64_t code, uintptr_t size_bytes, const wchar_t *text);
	void *connect_controller;
	void *disconnect_controller;
	void *open_protocol;
	void *close_protocol;
	void *open_protocol_information;
	void *protocols_per_handle;
	void *locate_handle_buffer;
	uintptr_t(EFIAPI *locate_protocol)(
		const struct efi_guid *protocol, void *registration, void **ret_interface);
	/* further members are not called and, being last, not declared */
};

/* 8.2 */
#define EFI_VARIABLE_NON_VOLATILE 1u
#define EFI_VARIABLE_BOOTSERVICE_ACCESS 2u
#define EFI_VARIABLE_RUNTIME_ACCESS 4u

/* 3.3: the vendor of BootOrder, SecureBoot, SetupMode … */
#define EFI_GLOBAL_VARIABLE_GUID                                                                   \
	((const struct efi_guid){                                                                  \
		0x8be4df61, 0x93ca, 0x11d2, {0xaa, 0x0d, 0x00, 0xe0, 0x98, 0x03, 0x2b, 0x8c}})

/* 8.5.1 */
#define EFI_RESET_COLD 0
#define EFI_RESET_SHUTDOWN 2

/* 4.5, the calls themselves: chapter 8 */
struct efi_runtime_services {
	struct efi_table_header header;
	void *get_time;
	void *set_time;
	void *get_wakeup_time;
	void *set_wakeup_time;
	void *set_virtual_address_map;
	void *convert_pointer;
	/* size_bytes: room in, size of the variable out. ret_attributes may be NULL. */
	uintptr_t(EFIAPI *get_variable)(const wchar_t *name, const struct efi_guid *vendor,
		uint32_t *ret_attributes, uintptr_t *size_bytes, void *ret_value);
	/*
	 * size_bytes: room in, size of the name with its zero out. name and vendor: the last one
	 * in, the next one out.
	 */
	uintptr_t(EFIAPI *get_next_variable_name)(
		uintptr_t *size_bytes, wchar_t *name, struct efi_guid *vendor);
	uintptr_t(EFIAPI *set_variable)(const wchar_t *name, const struct efi_guid *vendor,
		uint32_t attributes, uintptr_t size_bytes, const void *value);
	void *get_next_high_monotonic_count;
	void(EFIAPI *reset_system)(
		uint32_t type, uintptr_t status, uintptr_t size_bytes, const void *text);
	/* further members are not called and, being last, not declared */
};

/* 4.3 */
struct efi_system_table {
	struct efi_table_header header; /* header.revision: of the UEFI Specification */
	const wchar_t *firmware_vendor;
	uint32_t firmware_revision;
	void *console_in_handle;
	struct efi_text_input *console_in;
	void *console_out_handle;
	struct efi_text_output *console_out;
	void *standard_error_handle;
	struct efi_text_output *standard_error;
	struct efi_runtime_services *runtime;
	struct efi_boot_services *boot;
	/* the configuration tables are not used and, being last, not declared */
};

#endif
