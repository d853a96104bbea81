/* SPDX-License-Identifier: MIT */
/* spec/spec_paths: a relative path begins at the spec's folder, an absolute one stays. */
#include "unit/spec/reading.h"

static void relative_paths_begin_at_the_folder(void **state)
{
	auto_spec struct spec *spec = reads(WITH_DEVICES(
		"<disk type='file'><source file='a'/><target dev='vda'/>"
		"<backingStore type='file'><format type='raw'/><source "
		"file='sub/b'/></backingStore></disk>"
		"<disk type='network'><source protocol='nbd' name='e'>"
		"<host transport='unix' socket='s'/></source><target dev='vdb'/></disk>"
		"<serial type='file'><source path='c'/><log file='l'/></serial>"
		"<channel type='unix'><source mode='bind'/><target type='virtio' "
		"name='x'/></channel>"
		"<interface type='user'><backend type='passt' logFile='p'/><rom "
		"file='r'/></interface>"
		"<graphics type='vnc' socket='v'/><audio id='1' type='file' path='w'/>"
		"<filesystem><source dir='.'/><target dir='t'/></filesystem>"
		"<tpm><backend type='emulator'><source type='dir' path='q'/></backend></tpm>"
		"<rng model='virtio'><backend model='random'>u</backend></rng>"));

	(void)state;
	spec_resolve_paths(spec, "/d");
	assert_string_equal(spec->disks[0].source.path, "/d/a");
	assert_string_equal(spec->disks[0].backing[0].source.path, "/d/sub/b");
	assert_string_equal(spec->disks[1].source.socket, "/d/s");
	assert_string_equal(spec->disks[1].source.export, "e");
	assert_string_equal(spec->serials[0].path, "/d/c");
	assert_string_equal(spec->serials[0].log_file, "/d/l");
	assert_null(spec->channels[0].path);
	assert_string_equal(spec->interfaces[0].backend_log_file, "/d/p");
	assert_string_equal(spec->interfaces[0].common.rom_file, "/d/r");
	assert_string_equal(spec->graphics[0].socket, "/d/v");
	assert_string_equal(spec->audios[0].path, "/d/w");
	assert_string_equal(spec->filesystems[0].source, "/d/.");
	assert_string_equal(spec->filesystems[0].target, "t");
	assert_string_equal(spec->tpms[0].state_path, "/d/q");
	assert_string_equal(spec->rngs[0].path, "/d/u");
}

static void firmware_paths_begin_there_too(void **state)
{
	auto_spec struct spec *spec = reads(WITH_OS(
		"<os><type arch='x86_64'>hvm</type><loader type='pflash'>c</loader>"
		"<nvram template='t'>v</nvram><kernel>k</kernel><initrd>i</initrd><dtb>/x</dtb>"
		"<acpi><table type='raw'>a</table></acpi></os><features><acpi/></features>"
		"<sysinfo type='fwcfg'><entry name='opt/f' file='f'/></sysinfo>"));

	(void)state;
	spec_resolve_paths(spec, "/d");
	assert_string_equal(spec->firmware.loader.path, "/d/c");
	assert_string_equal(spec->firmware.nvram.source.path, "/d/v");
	assert_string_equal(spec->firmware.nvram.template, "/d/t");
	assert_string_equal(spec->kernel, "/d/k");
	assert_string_equal(spec->initrd, "/d/i");
	assert_string_equal(spec->dtb, "/x");
	assert_string_equal(spec->acpi_tables[0].path, "/d/a");
	assert_string_equal(spec->fwcfgs[0].file, "/d/f");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(relative_paths_begin_at_the_folder),
		cmocka_unit_test(firmware_paths_begin_there_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
