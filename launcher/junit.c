/* SPDX-License-Identifier: MIT */
#include "junit.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "spec/libxml.h"
#include "test_result.h"

/* What a reader of logs takes for the kind of a failure. */
static const struct {
	int status;
	const char *kind;
} kinds[] = {
	{1, "failed"},
	{124, "timeout"},
	{125, "refused"},
	{126, "emulator"},
	{127, "emulator"},
};

static const char *kind_of(int status)
{
	for (size_t i = 0; i < ARRAY_COUNT(kinds); i++)
		if (kinds[i].status == status)
			return kinds[i].kind;
	return "signal";
}

static void begin(xmlTextWriter *writer, const char *element)
{
	(void)xmlTextWriterStartElement(writer, BAD_CAST element);
}

static void end(xmlTextWriter *writer)
{
	(void)xmlTextWriterEndElement(writer);
}

static void add(xmlTextWriter *writer, const char *attribute, const char *value)
{
	(void)xmlTextWriterWriteAttribute(writer, BAD_CAST attribute, BAD_CAST value);
}

static void add_count(xmlTextWriter *writer, const char *attribute, size_t count)
{
	auto_free char *digits = xasprintf("%zu", count);

	add(writer, attribute, digits);
}

static void add_time(xmlTextWriter *writer, uint64_t duration_ms)
{
	auto_free char *seconds =
		xasprintf("%" PRIu64 ".%03" PRIu64, duration_ms / 1000, duration_ms % 1000);

	add(writer, "time", seconds);
}

static size_t count(const struct test_results *results, const char *outcome)
{
	size_t found = 0;

	for (size_t i = 0; i < results->count; i++)
		found += strcmp(test_result_outcome(&results->items[i]), outcome) == 0;
	return found;
}

static void add_tail(xmlTextWriter *writer, const struct test_result *result)
{
	if (result->tail.count == 0)
		return;
	begin(writer, "system-out");
	for (size_t i = 0; i < result->tail.count; i++) {
		(void)xmlTextWriterWriteString(writer, BAD_CAST result->tail.items[i]);
		(void)xmlTextWriterWriteString(writer, BAD_CAST "\n");
	}
	end(writer);
}

static void add_case(xmlTextWriter *writer, const struct test_result *result)
{
	const char *outcome = test_result_outcome(result);

	begin(writer, "testcase");
	add(writer, "name", result->name);
	add(writer, "classname", result->spec);
	add_time(writer, result->duration_ms);
	if (result->status != 0) {
		begin(writer, strcmp(outcome, "error") == 0 ? "error" : "failure");
		add(writer, "message", result->words);
		add(writer, "type", kind_of(result->status));
		(void)xmlTextWriterWriteString(writer, BAD_CAST result->words);
		end(writer);
	}
	add_tail(writer, result);
	end(writer);
}

static void add_totals(
	xmlTextWriter *writer, const struct test_results *results, uint64_t duration_ms)
{
	add(writer, "name", "slipway");
	add_count(writer, "tests", results->count);
	add_count(writer, "failures", count(results, "failed"));
	add_count(writer, "errors", count(results, "error"));
	add_time(writer, duration_ms);
}

static char *time_text(void)
{
	time_t now = time(NULL);
	struct tm parts = {0};

	(void)gmtime_r(&now, &parts);
	return xasprintf("%04d-%02d-%02dT%02d:%02d:%02d", parts.tm_year + 1900, parts.tm_mon + 1,
		parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
}

static void add_suites(
	xmlTextWriter *writer, const struct test_results *results, uint64_t duration_ms)
{
	auto_free char *now = time_text();

	(void)xmlTextWriterSetIndent(writer, 1);
	(void)xmlTextWriterStartDocument(writer, NULL, "UTF-8", NULL);
	begin(writer, "testsuites");
	add_totals(writer, results, duration_ms);
	begin(writer, "testsuite");
	add_totals(writer, results, duration_ms);
	add_count(writer, "skipped", 0);
	add(writer, "timestamp", now);
	for (size_t i = 0; i < results->count; i++)
		add_case(writer, &results->items[i]);
	end(writer);
	end(writer);
	(void)xmlTextWriterEndDocument(writer);
}

static struct error *write_file(const char *path, const xmlBuffer *buffer)
{
	auto_free char *new_path = xasprintf("%s.XXXXXX", path);
	auto_fd int fd = mkstemp(new_path);
	const char *bytes = (const char *)xmlBufferContent(buffer);
	size_t length = (size_t)xmlBufferLength(buffer);
	int problem = 0;

	if (fd < 0)
		return error_system(errno, "--junit: cannot write '%s'", path);
	if (fchmod(fd, 0644) != 0 || write(fd, bytes, length) != (ssize_t)length ||
		rename(new_path, path) != 0)
		problem = errno;
	if (problem == 0)
		return NULL;
	(void)unlink(new_path);
	return error_system(problem, "--junit: cannot write '%s'", path);
}

struct error *junit_write(
	const char *path, const struct test_results *results, uint64_t duration_ms)
{
	xmlBuffer *buffer;
	xmlTextWriter *writer;
	struct error *error;

	TRY(libxml_load());
	buffer = xmlBufferCreate();
	writer = xmlNewTextWriterMemory(buffer, 0);
	if (!buffer || !writer)
		return error_new("--junit: no memory");
	add_suites(writer, results, duration_ms);
	xmlFreeTextWriter(writer); /* and only then is the buffer whole */
	error = write_file(path, buffer);
	xmlBufferFree(buffer);
	return error;
}
