/* SPDX-License-Identifier: MIT */
#include "plan/cage.h"

#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "plan/plan.h"
#include "spec/spec.h"

static bool has_rule(const struct plan_sandbox *sandbox, const struct path_rule *wanted)
{
	for (size_t i = 0; i < sandbox->path_count; i++) {
		const struct path_rule *rule = &sandbox->paths[i];

		if (strcmp(rule->path, wanted->path) == 0 && rule->write == wanted->write &&
			rule->directory == wanted->directory && rule->device == wanted->device &&
			rule->made == wanted->made && rule->sockets == wanted->sockets)
			return true;
	}
	return false;
}

void cage_rule(struct plan *plan, struct path_rule wanted)
{
	struct plan_sandbox *sandbox = &plan->sandbox;
	struct path_rule *rule;

	if (!wanted.path || has_rule(sandbox, &wanted))
		return;
	rule = array_push(&sandbox->paths, &sandbox->path_count, sizeof(*sandbox->paths));
	*rule = wanted;
	rule->path = xstrdup(wanted.path);
}

void cage_policy(struct plan *plan, const char *policy)
{
	strings_add_once(&plan->sandbox.policies, policy);
}

void cage_file(struct plan *plan, const char *path, bool write)
{
	cage_rule(plan, (struct path_rule){.path = (char *)path, .write = write});
}

void cage_directory(struct plan *plan, const char *path, bool write)
{
	cage_rule(
		plan, (struct path_rule){.path = (char *)path, .write = write, .directory = true});
}

void cage_device(struct plan *plan, const char *path)
{
	cage_rule(plan, (struct path_rule){.path = (char *)path, .write = true, .device = true});
}

void cage_devices_below(struct plan *plan, const char *path)
{
	cage_rule(plan,
		(struct path_rule){
			.path = (char *)path, .write = true, .directory = true, .device = true});
}

/* What libraries and QEMU read in every VM. */
static const char *const read_directories[] = {
	"/usr", "/lib", "/lib64", "/nix/store", "/gnu/store"};
static const char *const read_files[] = {"/etc/ld.so.cache", "/etc/localtime", "/dev/urandom"};

static const char *const emulator_directories[] = {"share", "lib", "lib64", "libexec"};

static void add_system(struct plan *plan)
{
	for (size_t i = 0; i < ARRAY_COUNT(read_directories); i++)
		cage_directory(plan, read_directories[i], false);
	for (size_t i = 0; i < ARRAY_COUNT(read_files); i++)
		cage_file(plan, read_files[i], false);
	cage_device(plan, "/dev/null");
}

/* The emulator itself, and where an installation outside /usr keeps its ROMs and modules. */
static void add_emulator(struct plan *plan)
{
	auto_free char *binaries = path_directory(plan->emulator);
	auto_free char *prefix = path_directory(binaries);

	cage_file(plan, plan->emulator, false);
	if (strcmp(path_base(binaries), "bin") != 0 || text_starts_with(plan->emulator, "/usr/"))
		return;
	for (size_t i = 0; i < ARRAY_COUNT(emulator_directories); i++) {
		auto_free char *path = xasprintf(
			"%s/%s", strcmp(prefix, "/") == 0 ? "" : prefix, emulator_directories[i]);

		cage_directory(plan, path, false);
	}
}

static void add_port(struct plan *plan, unsigned int port, bool listen)
{
	struct plan_sandbox *sandbox = &plan->sandbox;
	struct port_rule *rule;

	if (port == 0 || port > UINT16_MAX)
		return;
	for (size_t i = 0; i < sandbox->port_count; i++)
		if (sandbox->ports[i].port == port && sandbox->ports[i].listen == listen)
			return;
	rule = array_push(&sandbox->ports, &sandbox->port_count, sizeof(*sandbox->ports));
	*rule = (struct port_rule){.port = (uint16_t)port, .listen = listen};
}

void cage_listen(struct plan *plan, unsigned int port)
{
	add_port(plan, port, true);
}

void cage_connect(struct plan *plan, unsigned int port)
{
	add_port(plan, port, false);
}

/* What a resolver reads (resolv.conf(5), nsswitch.conf(5), hosts(5) …), and certificates. */
static const char *const resolver_files[] = {"/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf",
	"/etc/host.conf", "/etc/gai.conf", "/etc/services", "/etc/protocols"};
static const char *const certificate_directories[] = {
	"/etc/ssl", "/etc/pki", "/etc/ca-certificates"};

void cage_resolver(struct plan *plan)
{
	cage_connect(plan, 53); /* long answers come over TCP */
	for (size_t i = 0; i < ARRAY_COUNT(resolver_files); i++)
		cage_file(plan, resolver_files[i], false);
	for (size_t i = 0; i < ARRAY_COUNT(certificate_directories); i++)
		cage_directory(plan, certificate_directories[i], false);
}

void cage_output(struct plan *plan, const char *path)
{
	cage_rule(plan, (struct path_rule){.path = (char *)path, .write = true, .made = true});
}

void cage_sockets(struct plan *plan, const char *path, bool listen)
{
	auto_free char *directory = path ? path_directory(path) : NULL;

	cage_rule(plan,
		(struct path_rule){
			.path = directory, .write = listen, .directory = true, .sockets = true});
}

void cage_folder_of(struct plan *plan, const char *path)
{
	auto_free char *directory = path ? path_directory(path) : NULL;

	cage_directory(plan, directory, true);
}

void decide_cage(const struct spec *spec, const struct plan_options *options, struct plan *plan)
{
	bool kvm = strcmp(plan->accel, "kvm") == 0;

	plan->sandbox.mode = options->sandbox;
	if (options->sandbox == SANDBOX_OFF)
		strings_add(&plan->warnings,
			"sandbox: off: a guest that breaks out of QEMU can do what this user can");
	strings_add(&plan->sandbox.policies, "base");
	strings_add(&plan->sandbox.policies, kvm ? "kvm" : "tcg");
#ifndef __GLIBC__
	strings_add(&plan->sandbox.policies, "musl"); /* the emulator's C library is slipway's */
#endif
	if (options->watch.on)
		strings_add_once(&plan->sandbox.policies, "socket");
	if (options->watch.ready_guest != 0)
		strings_add_once(&plan->sandbox.policies, "vhost");
	add_system(plan);
	add_emulator(plan);
	if (kvm)
		cage_device(plan, "/dev/kvm");
	cage_file(plan, plan->firmware.open_path, false);
	if (plan->nvram.action != NVRAM_NETWORK)
		cage_file(plan, plan->nvram.path, true);
	cage_file(plan, spec->kernel, false);
	cage_file(plan, spec->initrd, false);
	cage_file(plan, spec->dtb, false);
	for (size_t i = 0; options->sandbox_read && i < options->sandbox_read->count; i++)
		cage_directory(plan, options->sandbox_read->items[i], false);
	for (size_t i = 0; options->sandbox_write && i < options->sandbox_write->count; i++)
		cage_directory(plan, options->sandbox_write->items[i], true);
}
