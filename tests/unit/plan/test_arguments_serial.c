/* SPDX-License-Identifier: MIT */
/* plan/arguments_serial: the terminal, files, sockets; one escape key, one first line. */
#include <string.h>

#include "made_up.h"
#include "plan/arguments.h"

static struct spec_chardev *serials_of(struct made_up *made, size_t count)
{
	made->spec.firmware.kind = SPEC_FIRMWARE_UNSET;
	made->spec.serials = made_memory(made, count, sizeof(*made->spec.serials));
	made->spec.serial_count = count;
	for (size_t i = 0; i < count; i++)
		made->spec.serials[i].target_port = -1;
	return made->spec.serials;
}

static void the_first_line_is_this_terminal(void **state)
{
	static const enum spec_chardev_kind kinds[] = {SPEC_CHARDEV_STDIO, SPEC_CHARDEV_PTY};
	struct made_up *made = *state;

	for (size_t i = 0; i < ARRAY_COUNT(kinds); i++) {
		serials_of(made, 1)[0].kind = kinds[i];
		planned(made);
		assert_string_equal(argument_of(made->plan, "-chardev"),
			"stdio,id=charserial0,mux=on,signal=off");
		assert_string_equal(
			argument_of(made->plan, "-mon"), "chardev=charserial0,mode=readline");
		assert_string_equal(device_of(made->plan, "isa-serial"),
			"isa-serial,chardev=charserial0,id=serial0,index=0");
	}
}

static void a_pseudo_terminal_is_one_where_that_is_asked_for(void **state)
{
	struct made_up *made = *state;

	serials_of(made, 1)[0].kind = SPEC_CHARDEV_PTY;
	made->options.console_pty = true;
	assert_string_equal(argument_of(planned(made), "-chardev"), "pty,id=charserial0");
	assert_null(argument_of(made->plan, "-mon"));
}

static void boards_with_a_uart_of_their_own_use_it(void **state)
{
	struct made_up *made = *state;

	made_virt(made, ARCH_AARCH64);
	serials_of(made, 1)[0].kind = SPEC_CHARDEV_STDIO;
	assert_string_equal(argument_of(planned(made), "-serial"), "chardev:charserial0");
	assert_null(argument_of(made->plan, "-device"));
}

static void a_file_is_written_anew_or_added_to(void **state)
{
	struct made_up *made = *state;
	struct spec_chardev *serial = serials_of(made, 1);

	serial->kind = SPEC_CHARDEV_FILE;
	serial->path = made_text(made, "/vm/log");
	assert_string_equal(argument_of(planned(made), "-chardev"),
		"file,id=charserial0,path=/vm/log,append=off");
	serial->append = true;
	assert_string_equal(argument_of(planned(made), "-chardev"),
		"file,id=charserial0,path=/vm/log,append=on");
	assert_null(argument_of(made->plan, "-mon"));
}

static void sockets_listen_without_waiting_or_connect(void **state)
{
	struct made_up *made = *state;
	struct spec_chardev *serial = serials_of(made, 1);

	serial->kind = SPEC_CHARDEV_UNIX;
	serial->path = made_text(made, "/run/s");
	serial->listen = true;
	assert_string_equal(argument_of(planned(made), "-chardev"),
		"socket,id=charserial0,path=/run/s,server=on,wait=off");
	serial->kind = SPEC_CHARDEV_TCP;
	serial->path = NULL;
	serial->host = made_text(made, "127.0.0.1");
	serial->port = 4555;
	serial->listen = false;
	assert_string_equal(argument_of(planned(made), "-chardev"),
		"socket,id=charserial0,host=127.0.0.1,port=4555,server=off");
}

static void texts_of_a_line_cannot_add_options(void **state)
{
	struct made_up *made = *state;
	struct spec_chardev *serial = serials_of(made, 1);

	serial->kind = SPEC_CHARDEV_FILE;
	serial->path = made_text(made, "/vm/a,append=on \"b\"\n%s");
	serial->log_file = made_text(made, "/vm/l,id=x");
	assert_string_equal(argument_of(planned(made), "-chardev"),
		"file,id=charserial0,path=/vm/a,,append=on \"b\"\n%s,append=off,"
		"logfile=/vm/l,,id=x");
	serial->kind = SPEC_CHARDEV_TCP;
	serial->path = NULL;
	serial->log_file = NULL;
	serial->host = made_text(made, "h,server=on");
	serial->port = 1;
	assert_string_equal(argument_of(planned(made), "-chardev"),
		"socket,id=charserial0,host=h,,server=on,port=1,server=off");
}

static void each_line_has_its_own_names(void **state)
{
	struct made_up *made = *state;
	struct spec_chardev *serials = serials_of(made, 2);

	serials[0].kind = SPEC_CHARDEV_NULL;
	serials[1].kind = SPEC_CHARDEV_NULL;
	assert_string_equal(argument_at(planned(made), "-chardev", 0), "null,id=charserial0");
	assert_string_equal(argument_at(made->plan, "-chardev", 1), "null,id=charserial1");
}

static void the_first_console_is_the_first_line(void **state)
{
	struct made_up *made = *state;

	serials_of(made, 1)[0].kind = SPEC_CHARDEV_NULL;
	made->spec.consoles = made_memory(made, 1, sizeof(*made->spec.consoles));
	made->spec.console_count = 1;
	assert_null(argument_at(planned(made), "-chardev", 1));
}

static void a_console_alone_makes_a_line(void **state)
{
	struct made_up *made = *state;

	made->spec.firmware.kind = SPEC_FIRMWARE_UNSET;
	made->spec.consoles = made_memory(made, 1, sizeof(*made->spec.consoles));
	made->spec.console_count = 1;
	made->spec.consoles[0].kind = SPEC_CHARDEV_PTY;
	assert_string_equal(
		argument_of(planned(made), "-chardev"), "stdio,id=charserial0,mux=on,signal=off");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MADE_UP(the_first_line_is_this_terminal),
		MADE_UP(a_pseudo_terminal_is_one_where_that_is_asked_for),
		MADE_UP(boards_with_a_uart_of_their_own_use_it),
		MADE_UP(a_file_is_written_anew_or_added_to),
		MADE_UP(sockets_listen_without_waiting_or_connect),
		MADE_UP(texts_of_a_line_cannot_add_options),
		MADE_UP(each_line_has_its_own_names),
		MADE_UP(the_first_console_is_the_first_line),
		MADE_UP(a_console_alone_makes_a_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
