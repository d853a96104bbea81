/* SPDX-License-Identifier: MIT */
/* act/qmp: messages come whole however they are cut, and nothing waits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "act/qmp.h"
#include "base/memory.h"

static struct qmp connect_to(int *ret_other)
{
	int pair[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	*ret_other = pair[1];
	return qmp_begin(pair[0]);
}

static void put(int fd, const char *text)
{
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
}

static void messages_are_put_together(void **state)
{
	int other;
	auto_qmp struct qmp qmp = connect_to(&other);
	struct qmp_message message;

	(void)state;
	put(other, "{\"event\": \"RE");
	qmp_receive(&qmp);
	assert_false(qmp_next(&qmp, &message));
	put(other, "SET\"}\r\nrubbish\r\n{\"event\": \"STOP\"}\r\n{\"ev");
	qmp_receive(&qmp);
	assert_true(qmp_next(&qmp, &message));
	assert_string_equal(message.event, "RESET");
	qmp_message_clear(&message);
	assert_true(qmp_next(&qmp, &message));
	assert_string_equal(message.event, "STOP");
	qmp_message_clear(&message);
	assert_false(qmp_next(&qmp, &message));
	(void)close(other);
}

static void a_line_without_an_end_takes_no_memory(void **state)
{
	int other;
	auto_qmp struct qmp qmp = connect_to(&other);
	auto_free char *block = xcalloc(16001, 1);
	struct qmp_message message;

	(void)state;
	memset(block, 'x', 16000);
	for (int i = 0; i < 1000; i++) {
		put(other, block);
		qmp_receive(&qmp);
		assert_false(qmp_next(&qmp, &message));
		assert_true(qmp.input.room < 4 * QMP_LINE_LIMIT_BYTES);
	}
	put(other, "\n{\"event\": \"RESET\"}\n");
	qmp_receive(&qmp);
	assert_true(qmp_next(&qmp, &message));
	assert_string_equal(message.event, "RESET");
	qmp_message_clear(&message);
	(void)close(other);
}

static void commands_carry_their_id(void **state)
{
	static const char wanted[] = "{\"execute\":\"quit\",\"id\":\"quit\"}\n"
				     "{\"execute\":\"a\",\"id\":\"a\",\"arguments\":{\"b\":1}}\n";
	int other;
	auto_qmp struct qmp qmp = connect_to(&other);
	char bytes[200] = {0};

	(void)state;
	assert_true(qmp_send(&qmp, "quit", NULL));
	assert_true(qmp_send(&qmp, "a", "{\"b\":1}"));
	assert_int_equal(read(other, bytes, sizeof(bytes) - 1), sizeof(wanted) - 1);
	assert_string_equal(bytes, wanted);
	(void)close(other);
}

static void the_end_of_the_connection_is_no_failure(void **state)
{
	int other;
	auto_qmp struct qmp qmp = connect_to(&other);
	struct qmp_message message;

	(void)state;
	qmp_receive(&qmp); /* nothing there: does not wait */
	assert_true(qmp.fd >= 0);
	put(other, "{\"event\": \"SHUTDOWN\"}\n");
	(void)close(other);
	qmp_receive(&qmp);
	qmp_receive(&qmp);
	assert_int_equal(qmp.fd, -1);
	assert_false(qmp_send(&qmp, "quit", NULL));
	qmp_receive(&qmp);
	assert_true(qmp_next(&qmp, &message));
	qmp_message_clear(&message);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(messages_are_put_together),
		cmocka_unit_test(a_line_without_an_end_takes_no_memory),
		cmocka_unit_test(commands_carry_their_id),
		cmocka_unit_test(the_end_of_the_connection_is_no_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
