/* SPDX-License-Identifier: MIT */
#include "spec/parse.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "spec/place.h"
#include "spec/spec.h"

/*
 * What each option, given or left out, means here:
 *   NONET       no URL is fetched, whatever else is asked for
 *   NOCDATA     a CDATA section is text like any other
 *   IGNORE_ENC  the bytes were found to be UTF-8; a declaration that says otherwise changes nothing
 * Never given: NOENT, DTDLOAD, DTDATTR, DTDVALID (nothing is taken from a DTD), XINCLUDE (no file
 * but the spec is read), HUGE (libxml2's own limits stay), RECOVER (half a spec is no spec).
 * BIG_LINES is of no use: lines are counted by tag_line.
 */
#define PARSE_OPTIONS (XML_PARSE_NONET | XML_PARSE_NOCDATA | XML_PARSE_IGNORE_ENC)

/* libxml2 2.12 made the error that a handler sees const. */
#if LIBXML_VERSION >= 21200
#define PARSER_ERROR const xmlError
#else
#define PARSER_ERROR xmlError
#endif

struct parse {
	const char *bytes;
	size_t size_bytes;
	const char *path;
	int element_count;
	struct error *refusal; /* the first one; NULL while all is well */
};

static void refuse(xmlParserCtxt *parser, struct error *error)
{
	struct parse *parse = parser->_private;

	if (parse->refusal)
		error_free(error);
	else
		parse->refusal = error;
	xmlStopParser(parser);
}

/* Called at "<!DOCTYPE" before anything in it is read: no entity is ever declared. */
static void on_doctype(void *context, UNUSED const xmlChar *name, UNUSED const xmlChar *external,
	UNUSED const xmlChar *system)
{
	xmlParserCtxt *parser = context;
	struct parse *parse = parser->_private;

	refuse(parser, error_at(parse->path, xmlSAX2GetLineNumber(parser),
			       "a DOCTYPE is not accepted, and neither are entities; "
			       "domain XML has none"));
}

/* libxml2's sentence as the rest of a line of ours. */
static char *parser_words(const char *message)
{
	char *words = shown(message ? message : "unknown error");
	size_t length = strlen(words);

	while (length > 0 && (words[length - 1] == '?' || words[length - 1] == ' '))
		words[--length] = '\0';
	if (isupper((unsigned char)words[0]) && islower((unsigned char)words[1]))
		words[0] = (char)tolower((unsigned char)words[0]);
	return words;
}

/* The first fatal error says what is wrong, later ones follow from it. */
static void on_error(void *context, PARSER_ERROR *error)
{
	xmlParserCtxt *parser = context;
	struct parse *parse = parser->_private;
	auto_free char *words = NULL;

	if (parse->refusal || error->level != XML_ERR_FATAL)
		return;
	words = parser_words(error->message);
	parse->refusal = error_at(parse->path, error->line, "not well-formed XML: %s", words);
}

/*
 * The line of the '<' that began the tag which the parser is reading now. No '<' can stand inside a
 * tag, so it is the last one; libxml2 itself counts to the tag's end, and only to 65535 in a node.
 */
static int tag_line(xmlParserCtxt *parser, const struct parse *parse)
{
	long position = xmlByteConsumed(parser);
	int line = xmlSAX2GetLineNumber(parser);

	if (position < 0 || (size_t)position > parse->size_bytes)
		return line;
	while (position > 0 && parse->bytes[--position] != '<')
		if (parse->bytes[position] == '\n')
			line--;
	return line;
}

static int element_depth(const xmlNode *element)
{
	int depth = 0;

	for (const xmlNode *node = element; node; node = node->parent)
		depth++;
	return depth;
}

/* libxml2's own handler builds the node; the line goes into _private, which libxml2 leaves to its
 * callers, above the bit that says "read". The parameters are libxml2's. */
/* NOLINTNEXTLINE(readability-function-size) */
static void on_element(void *context, const xmlChar *name, const xmlChar *prefix,
	const xmlChar *uri, int namespace_count, const xmlChar **namespaces, int attribute_count,
	int defaulted_count, const xmlChar **attributes)
{
	xmlParserCtxt *parser = context;
	struct parse *parse = parser->_private;

	xmlSAX2StartElementNs(context, name, prefix, uri, namespace_count, namespaces,
		attribute_count, defaulted_count, attributes);
	if (!parser->node)
		return;
	parser->node->_private = (void *)((intptr_t)tag_line(parser, parse) * 2);
	if (element_depth(parser->node) > PARSE_DEPTH_LIMIT)
		refuse(parser, error_at(parse->path, element_line(parser->node),
				       "elements lie more than %d deep", PARSE_DEPTH_LIMIT));
	else if (++parse->element_count > PARSE_ELEMENT_LIMIT)
		refuse(parser, error_at(parse->path, element_line(parser->node),
				       "more than %d elements", PARSE_ELEMENT_LIMIT));
}

int element_line(const xmlNode *element)
{
	return (int)((intptr_t)element->_private / 2);
}

void element_mark_read(xmlNode *element)
{
	element->_private = (void *)((intptr_t)element->_private | 1);
}

bool element_was_read(const xmlNode *element)
{
	return ((intptr_t)element->_private & 1) != 0;
}

void attribute_mark_read(xmlAttr *attribute)
{
	attribute->_private = (void *)(intptr_t)1;
}

bool attribute_was_read(const xmlAttr *attribute)
{
	return attribute->_private != NULL;
}

/* Length of the UTF-8 character at `bytes` (RFC 3629: no overlong forms, surrogates, or values
 * above U+10FFFF); 0 for anything else, and for NUL. */
static size_t utf8_length(const unsigned char *bytes, size_t size_bytes)
{
	unsigned char first = bytes[0];
	size_t length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
	unsigned char least = 0x80;
	unsigned char most = 0xbf;

	if (first == 0 || (first >= 0x80 && first < 0xc2) || first > 0xf4 || length > size_bytes)
		return 0;
	if (first == 0xe0)
		least = 0xa0;
	if (first == 0xf0)
		least = 0x90;
	if (first == 0xed)
		most = 0x9f;
	if (first == 0xf4)
		most = 0x8f;
	for (size_t i = 1; i < length; i++) {
		if (bytes[i] < least || bytes[i] > most)
			return 0;
		least = 0x80;
		most = 0xbf;
	}
	return length;
}

/* Looks at every byte once before libxml2 sees any. */
static struct error *check_bytes(const char *bytes, size_t size_bytes, const char *path)
{
	size_t last_tag = 0;
	size_t length;
	int line = 1;

	for (size_t i = 0; i < size_bytes; i += length) {
		length = utf8_length((const unsigned char *)bytes + i, size_bytes - i);
		if (length == 0 && bytes[i] == '\0')
			return error_at(path, line,
				"a NUL byte; a spec is text in UTF-8, not UTF-16 or binary");
		if (length == 0)
			return error_at(
				path, line, "byte 0x%02x is not UTF-8", (unsigned char)bytes[i]);
		if (bytes[i] == '<')
			last_tag = i;
		if (bytes[i] == '\n')
			line++;
		if (i - last_tag > PARSE_VALUE_LIMIT_BYTES)
			return error_at(path, line, "a tag or value of more than %zu bytes",
				PARSE_VALUE_LIMIT_BYTES);
	}
	return NULL;
}

/* What libxml2 has to say without a parser, when there was no memory for one, it would print. */
static void on_error_alone(UNUSED void *context, UNUSED PARSER_ERROR *error)
{
}

static xmlParserCtxt *parser_new(struct parse *parse)
{
	xmlParserCtxt *parser = xmlNewParserCtxt();

	if (!parser)
		return NULL;
	parser->_private = parse;
	parser->sax->internalSubset = on_doctype;
	parser->sax->startElementNs = on_element;
	/* takes the place of every channel that would print */
	parser->sax->serror = on_error;
	return parser;
}

struct error *parse_tree(const char *bytes, size_t size_bytes, const char *path, xmlDoc **ret_tree)
{
	struct parse parse = {.bytes = bytes, .size_bytes = size_bytes, .path = path};
	xmlParserCtxt *parser;
	xmlDoc *tree;

	if (size_bytes > SPEC_LIMIT_BYTES)
		return error_at(path, 0, "%zu bytes, more than the %zu that a spec may have",
			size_bytes, SPEC_LIMIT_BYTES);
	TRY(check_bytes(bytes, size_bytes, path));
	TRY(libxml_load());
	xmlSetStructuredErrorFunc(NULL, on_error_alone);
	parser = parser_new(&parse);
	if (!parser)
		return error_at(path, 0, "no memory for the XML parser");
	tree = xmlCtxtReadMemory(parser, bytes, (int)size_bytes, NULL, NULL, PARSE_OPTIONS);
	xmlFreeParserCtxt(parser);
	if (!parse.refusal && (!tree || !xmlDocGetRootElement(tree)))
		parse.refusal = error_at(path, 1, "not well-formed XML: no element");
	if (parse.refusal) {
		xmlFreeDoc(tree);
		return parse.refusal;
	}
	*ret_tree = tree;
	return NULL;
}
