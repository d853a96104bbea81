/* SPDX-License-Identifier: MIT */
/*
 * The readers, one for each subject: each takes its parts out of a checked tree into the request,
 * reports values that are wrong, and owns the way to free what it filled.
 */
#ifndef SLIPWAY_SPEC_READ_H
#define SLIPWAY_SPEC_READ_H

#include "spec/libxml.h"
#include "spec/place.h"
#include "spec/spec.h"

/* Name, uuid, genid, vCPU count, QEMU's own arguments. */
void read_domain(struct places *places, xmlNode *domain, struct spec *spec);
void clear_domain(struct spec *spec);

/* <memory>, <currentMemory>, <memoryBacking>, <cpu><numa>. */
void read_memory(struct places *places, xmlNode *domain, struct spec *spec);
void clear_memory(struct spec *spec);

/* <os> and the parts of <pm> and <launchSecurity> that bear on firmware. */
void read_os(struct places *places, xmlNode *domain, struct spec *spec);
void clear_os(struct spec *spec);

/* <cpu> */
void read_cpu(struct places *places, xmlNode *domain, struct spec *spec);
void clear_cpu(struct spec *spec);

/* <features> */
void read_features(struct places *places, xmlNode *domain, struct spec *spec);
void clear_features(struct spec *spec);

/* <clock>, <on_poweroff> and others, <iothreads>, <cputune>. */
void read_clock(struct places *places, xmlNode *domain, struct spec *spec);
void clear_clock(struct spec *spec);
void read_threads(struct places *places, xmlNode *domain, struct spec *spec);
void clear_threads(struct spec *spec);

/* <sysinfo>, <os><smbios>, <os><acpi> */
void read_tables(struct places *places, xmlNode *domain, struct spec *spec);
void clear_tables(struct spec *spec);

/* <launchSecurity> */
void read_security(struct places *places, xmlNode *domain, struct spec *spec);
void clear_security(struct spec *spec);

/* Lists of <devices>. */
void read_disks(struct places *places, xmlNode *devices, struct spec *spec);
void clear_disks(struct spec *spec);
void read_chardevs(struct places *places, xmlNode *devices, struct spec *spec);
void clear_chardevs(struct spec *spec);
void read_controllers(struct places *places, xmlNode *devices, struct spec *spec);
void clear_controllers(struct spec *spec);
void read_interfaces(struct places *places, xmlNode *devices, struct spec *spec);
void clear_interfaces(struct spec *spec);
/* Graphics, video, input. */
void read_screen(struct places *places, xmlNode *devices, struct spec *spec);
void clear_screen(struct spec *spec);
/* Sound and audio. */
void read_sound(struct places *places, xmlNode *devices, struct spec *spec);
void clear_sound(struct spec *spec);
/* Host devices, redirected devices. */
void read_hostdevs(struct places *places, xmlNode *devices, struct spec *spec);
void clear_hostdevs(struct spec *spec);
void read_filesystems(struct places *places, xmlNode *devices, struct spec *spec);
void clear_filesystems(struct spec *spec);
/* TPM, rng, watchdog, panic, vsock, balloon. */
void read_small_devices(struct places *places, xmlNode *devices, struct spec *spec);
void clear_small_devices(struct spec *spec);

/* What every device has; `line` is set in any case. */
void read_common(struct places *places, xmlNode *element, struct spec_device *common);
void clear_common(struct spec_device *common);

/* <source> of an image whose element says `type` (NULL is "file"); `source` may be NULL. */
void read_source(
	struct places *places, const char *type, xmlNode *source, struct spec_source *ret_source);
void clear_source(struct spec_source *source);

/* What contradicts itself, or cannot work, whatever the host is. */
void check_firmware(struct places *places, const struct spec *spec);
void check_machine(struct places *places, const struct spec *spec);
void check_devices(struct places *places, const struct spec *spec);

/* Reports that `element` lacks what `what` names: "attribute 'dev'", "<source>". */
void report_missing(struct places *places, xmlNode *element, const char *what);

#endif
