/* SPDX-License-Identifier: MIT */
/* spec/argv_disk, spec/argv_json: images by whatever name, and the flash among them. */
#include "commands.h"

static void images_need_what_their_name_leads_to(void **state)
{
	static const struct option_line lines[] = {
		{"-hda ''", "", ""},
		{"-snapshot", "snapshot", "W/var/tmp W/tmp"},
		{"-", "", "w" HERE "/-"},
		{"-hda file:/f", "", "w/f"},
		{"-hda host_device:/dev/sdz", "block", "d/dev/sdz"},
		{"-hda iscsi://h/t/1", "tcp-client sg", "R/etc"},
		{"-hda /v/d.vmdk", "", "w/v/d.vmdk W/v"},
		{"-cdrom /v/d.vmdk", "", "r/v/d.vmdk R/v"},
		{"-hda fat:rel", "snapshot", "R" HERE "/rel"},
		{"-hda fat:/a:b", "snapshot", "R/a:b"},
		{"-hda " BROKEN, "", "w" HERE "/{broken"},
		{"-hda 'json:{broken'", "not-known", ""},
		{"-drive " BROKEN, "not-known", ""},
		{"-drive file=/d,no", "", "w/d"},
		{"-drive driver=iscsi,transport=tcp", "tcp-client sg", "R/etc"},
		{"-drive driver=raw,file.driver=https,file.url=x", "tcp-client", "R/etc"},
		{"-drive driver=raw,file.driver=http,file.url=x", "tcp-client", "R/etc"},
		{"-drive driver=raw,file.driver=ssh,file.path=x", "tcp-client", "R/etc"},
		{"-drive driver=vvfat,dir=/d", "snapshot", "W/d"},
		{"-blockdev raw,file.driver=vvfat,file.dir=/d,read-only=on", "snapshot", "R/d"},
		{"-blockdev qcow2,node-name=n,file.filename=/f,backing.file.filename=/b", "",
			"w/f r/b"},
		{"-blockdev nbd,node-name=n,server.type=unix,server.path=/s", "unix-client", "w/s"},
		{"-blockdev nbd,node-name=n,server.type=fd,server.str=3", "socket-fd", ""},
		{"-blockdev gluster,node-name=n,server.0.socket=/g", "not-known", "w/g"},
		{"-blockdev '{\"driver\":\"quorum\",\"x\":null,\"children\":[{\"filename\":\"/a\"},"
		 "{\"filename\":\"/b\"}]}'",
			"", "w/a w/b"},
		{"-blockdev '[]'", "", ""},
		{"-pflash /a -pflash /b -pflash /c", "", "w/a w/b w/c"},
		{"-fsdev proxy,id=f,socket=/s", "9p unix-client", "w/s"},
		{"-fsdev " BROKEN, "9p not-known", ""},
	};

	(void)state;
	check_lines(lines, ARRAY_COUNT(lines));
}

static void flash_that_is_not_there_is_no_flash(void **state)
{
	static const char *const lines[] = {
		"-drive if=pflash,unit=2,file=/x",
		"-drive if=pflash,index=x,file=/x",
		"-drive if=pflash,unit=0",
		"-drive if=none,id=a -machine pflash0=a",
		"-drive if=none,file=/x -machine pflash0=a",
		"-blockdev raw,node-name=a,file=b -blockdev raw,node-name=b,file=a -M pflash0=a",
		"-blockdev raw,node-name=a,file=gone -machine pflash0=a",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(lines); i++) {
		auto_spec struct spec *spec = read_line(lines[i]);

		assert_null(spec->command.flash[0].path);
		assert_null(spec->command.flash[1].path);
	}
}

/* {"a":{"a":…{"filename":"/deep"}…}} */
static void json_deeper_than_any_option_is_not_followed(void **state)
{
	static const struct {
		int depth;
		bool read;
	} cases[] = {{15, true}, {16, true}, {17, false}, {200, false}};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		auto_text struct text line = {0};
		auto_spec struct spec *spec = NULL;

		text_add(&line, "-blockdev '{");
		for (int j = 0; j < cases[i].depth; j++)
			text_add(&line, "\"a\":{");
		text_add(&line, "\"filename\":\"/deep\"");
		for (int j = 0; j < cases[i].depth; j++)
			text_add(&line, "}");
		text_add(&line, "}'");
		/* json-c's own parser ends at 32 levels, and nothing is known then */
		spec = read_line(line.bytes);
		assert_int_equal(has_access(spec, "w/deep"), cases[i].read);
		assert_int_equal(has_use(spec, "not-known"), cases[i].depth > 31);
	}
}

/* `name` as the file of a json: image */
static char *within_json(const char *name)
{
	struct text text = {0};

	text_add(&text, "json:{\"filename\":\"");
	for (const char *c = name; *c; c++) {
		if (*c == '"' || *c == '\\')
			text_add(&text, "\\");
		text_add_bytes(&text, c, 1);
	}
	text_add(&text, "\"}");
	return text_take(&text);
}

static void images_within_images_end_at_five(void **state)
{
	char *name = xstrdup("/f");

	(void)state;
	for (int depth = 1; depth <= 6; depth++) {
		auto_free char *inner = name;
		char *words[] = {"-hda", NULL, NULL};
		auto_spec struct spec *spec = NULL;

		name = words[1] = within_json(inner);
		spec = spec_read_argv("qemu-system-x86_64", words, HERE);
		assert_int_equal(has_access(spec, "w/f"), depth <= 5);
		assert_int_equal(has_use(spec, "not-known"), depth > 5);
	}
	free(name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(images_need_what_their_name_leads_to),
		cmocka_unit_test(flash_that_is_not_there_is_no_flash),
		cmocka_unit_test(json_deeper_than_any_option_is_not_followed),
		cmocka_unit_test(images_within_images_end_at_five),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
