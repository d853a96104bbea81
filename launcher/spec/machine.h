/* SPDX-License-Identifier: MIT */
/*
 * The request's machine beside its firmware: memory backing, NUMA, CPU details, features, clock,
 * power, SMBIOS, confidential guests, threads and their CPUs; what was written and nothing else.
 *
 * As in spec.h, NULL, CHOICE_UNSET and 0 were not said; texts are owned by the record; words are
 * those of libvirt's "Domain XML format" and were checked against the table of parts.
 */
#ifndef SLIPWAY_SPEC_MACHINE_H
#define SLIPWAY_SPEC_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/terms.h"
#include "base/text.h"

/* <memoryBacking> */
struct spec_memory {
	int line;
	uint64_t current_bytes; /* <currentMemory>; 0 = all: what the balloon leaves at start */
	int current_line;
	bool hugepages;
	struct spec_page {
		int line;
		uint64_t size_bytes;
		char *nodes; /* nodeset of guest NUMA nodes; NULL = all */
	} * pages;           /* none: the host's default size */
	size_t page_count;
	enum choice dump_core; /* <memory dumpCore=> */
	bool no_sharing;       /* <nosharepages/>: mem-merge=off */
	bool locked;           /* -overcommit mem-lock=on */
	bool discard;
	char *source;     /* anonymous, file, memfd */
	char *access;     /* shared, private */
	char *allocation; /* immediate, ondemand */
	unsigned int allocation_threads;
	struct spec_numa_cell {
		int line;
		int id;     /* -1 = position */
		char *cpus; /* "0-3,5" */
		uint64_t memory_bytes;
		char *access; /* shared, private */
		enum choice discard;
		struct spec_numa_distance {
			int line;
			unsigned int to, distance;
		} * distances;
		size_t distance_count;
	} * cells;
	size_t cell_count;
};

/* One Hyper-V or KVM feature, or another that is a name with a state and at most a value. */
struct spec_feature {
	int line;
	char *name;        /* the element's: relaxed, vapic, spinlocks, hidden, vmport … */
	enum choice state; /* of state=; YES for an element without one */
	char *value;       /* spinlocks: retries; vendor_id: value; dirty-ring: size; gic: version;
			      ioapic: driver; aia: value; tseg, tb-cache: bytes in decimal */
};

/* <features>, but acpi, apic and smm, which are members of struct spec. */
struct spec_features {
	int line;
	enum choice apic_eoi;
	bool hyperv;             /* <hyperv> was written */
	bool hyperv_passthrough; /* mode='passthrough': all that the host has */
	struct spec_feature *hyperv_items;
	size_t hyperv_count; /* "stimer-direct", "tlbflush-direct", "tlbflush-extended" are
				items of their own, behind the one they belong to */
	struct spec_feature *kvm_items; /* hidden, hint-dedicated, poll-control, pv-ipi, dirty-ring
					 */
	size_t kvm_count;
	/* the others: pae has no effect and is not here; vmport, pmu, gic, ioapic, pvspinlock,
	 * vmcoreinfo, ras, mte, ps2, aia, async-teardown, tseg, tb-cache */
	struct spec_feature *items;
	size_t count;
};

struct spec_timer {
	int line;
	char *name; /* rtc, pit, hpet, kvmclock, hypervclock, tsc, armvtimer */
	enum choice present;
	char *tick_policy;     /* delay, catchup, merge, discard */
	char *track;           /* rtc: guest, wall, boot */
	uint64_t frequency_hz; /* tsc */
};

struct spec_clock {
	int line;
	char *offset;     /* utc, localtime, timezone, variable, absolute; NULL = utc */
	char *timezone;   /* TZ name */
	char *adjustment; /* seconds, or "reset" */
	char *basis;      /* variable: utc, localtime */
	uint64_t start_s; /* absolute: seconds since 1970 */
	struct spec_timer *timers;
	size_t timer_count;
};

/* What to do when the guest powers off, reboots, crashes: libvirt's words. QEMU can end, reset and
 * pause; it cannot start a guest that powered itself off, or reset one that crashed. */
struct spec_events {
	char *on_poweroff; /* destroy, preserve */
	char *on_reboot;   /* restart, destroy */
	char *on_crash;    /* destroy, restart, preserve, coredump-destroy, coredump-restart */
	int poweroff_line, reboot_line, crash_line;
};

/* <sysinfo>, <os><smbios mode=>: tables count only when `mode` is "sysinfo". */
struct spec_smbios {
	char *mode; /* emulate, sysinfo; NULL = emulate */
	int line;   /* of <os><smbios> */
	struct spec_smbios_table {
		int line;
		/* SMBIOS type: 0 bios, 1 system, 2 baseBoard, 3 chassis, 11 oemStrings */
		unsigned int type;
		struct spec_smbios_entry {
			int line;
			char *name;  /* vendor, version, manufacturer …; NULL in type 11 */
			char *value; /* not NULL */
		} * entries;
		size_t entry_count;
	} * tables;
	size_t table_count;
};

/* <sysinfo type='fwcfg'>: a file in QEMU's firmware configuration device. */
struct spec_fwcfg {
	int line;
	char *name;        /* opt/… */
	char *text, *file; /* one of them */
};

/* <launchSecurity>: what the numbers and blobs of each kind are. The kind and the policy are in
 * struct spec_firmware. */
struct spec_security {
	int line;
	enum choice kernel_hashes;                          /* sev, sev-snp */
	unsigned int cbitpos, reduced_phys_bits;            /* sev, sev-snp; 0 = ask the host */
	char *dh_cert, *session;                            /* sev: base64 */
	enum choice author_key, vcek;                       /* sev-snp */
	char *workarounds, *id_block, *id_auth, *host_data; /* sev-snp: base64 */
	char *mr_config_id, *mr_owner, *mr_owner_config;    /* tdx: base64 */
	bool quote_generation;                              /* tdx: <quoteGenerationService> */
	char *quote_socket;                                 /* NULL = its default */
};

/* Host CPUs of QEMU's threads: set before exec where it is about all of them (affinity is
 * inherited); a set for one vCPU or I/O thread needs its thread id, which QMP tells. */
struct spec_threads {
	char *cpus; /* <vcpu cpuset=>: "0-3,^2" */
	int cpus_line;
	char *emulator_cpus; /* <emulatorpin cpuset=> */
	int emulator_line;
	struct spec_pin {
		int line;
		bool iothread;
		unsigned int id;
		char *cpus;
	} * pins;
	size_t pin_count;
	unsigned int iothreads; /* <iothreads> */
	int iothreads_line;
	struct spec_iothread {
		int line;
		unsigned int id;
		int pool_least, pool_most; /* -1 = not said */
	} * iothread_ids;
	size_t iothread_id_count;
};

/* A file with an ACPI table that QEMU adds (<os><acpi><table type='slic'>). */
struct spec_acpi_table {
	int line;
	char *type, *path;
};

#endif
