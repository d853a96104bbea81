/* SPDX-License-Identifier: MIT */
/*
 * libxml2, loaded when XML is there to be read: whoever starts slipway in QEMU's place never has
 * any, and libxml2 with what it needs (ICU, the C++ library) is most of a start's cost: 3.3 ms with
 * it and 1.4 ms without, of which 0.8 ms are the exec itself. All other files include libxml2's
 * headers through this one, and write its functions as they always did.
 *
 * configure finds the name that the library is loaded by; where there is none (static programs) the
 * functions are linked as usual. A second program without XML, or a private module, would be a file
 * more that has to be found, and linking lazily (-z lazy) loads the library all the same.
 */
#ifndef SLIPWAY_SPEC_LIBXML_H
#define SLIPWAY_SPEC_LIBXML_H

#include <libxml/SAX2.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/tree.h>
#include <libxml/xmlerror.h>
#include <libxml/xmlwriter.h>

#include "base/attr.h"
#include "base/error.h"

/* Before the first of the functions below. An error where the library is gone. */
struct error *libxml_load(void) MUST_USE;

#ifdef LIBXML2_SONAME

/* The library's function; ends the program (abort) where libxml_load has failed or was not called.
 */
void *libxml_function(const char *name);

#define LIBXML(function) ((__typeof__(&(function)))libxml_function(#function))

/* Those that slipway calls; another one does not link until it stands here. */
#define xmlBufferContent(...) LIBXML(xmlBufferContent)(__VA_ARGS__)
#define xmlBufferCreate(...) LIBXML(xmlBufferCreate)(__VA_ARGS__)
#define xmlBufferFree(...) LIBXML(xmlBufferFree)(__VA_ARGS__)
#define xmlBufferLength(...) LIBXML(xmlBufferLength)(__VA_ARGS__)
#define xmlByteConsumed(...) LIBXML(xmlByteConsumed)(__VA_ARGS__)
#define xmlCtxtReadMemory(...) LIBXML(xmlCtxtReadMemory)(__VA_ARGS__)
#define xmlDocGetRootElement(...) LIBXML(xmlDocGetRootElement)(__VA_ARGS__)
#define xmlFreeDoc(...) LIBXML(xmlFreeDoc)(__VA_ARGS__)
#define xmlFreeNode(...) LIBXML(xmlFreeNode)(__VA_ARGS__)
#define xmlFreeParserCtxt(...) LIBXML(xmlFreeParserCtxt)(__VA_ARGS__)
#define xmlFreeTextWriter(...) LIBXML(xmlFreeTextWriter)(__VA_ARGS__)
#define xmlHasProp(...) LIBXML(xmlHasProp)(__VA_ARGS__)
#define xmlNewParserCtxt(...) LIBXML(xmlNewParserCtxt)(__VA_ARGS__)
#define xmlNewTextWriterMemory(...) LIBXML(xmlNewTextWriterMemory)(__VA_ARGS__)
#define xmlRemoveProp(...) LIBXML(xmlRemoveProp)(__VA_ARGS__)
#define xmlSAX2GetLineNumber(...) LIBXML(xmlSAX2GetLineNumber)(__VA_ARGS__)
#define xmlSAX2StartElementNs(...) LIBXML(xmlSAX2StartElementNs)(__VA_ARGS__)
#define xmlSetStructuredErrorFunc(...) LIBXML(xmlSetStructuredErrorFunc)(__VA_ARGS__)
#define xmlStopParser(...) LIBXML(xmlStopParser)(__VA_ARGS__)
#define xmlStrEqual(...) LIBXML(xmlStrEqual)(__VA_ARGS__)
#define xmlTextWriterEndDocument(...) LIBXML(xmlTextWriterEndDocument)(__VA_ARGS__)
#define xmlTextWriterEndElement(...) LIBXML(xmlTextWriterEndElement)(__VA_ARGS__)
#define xmlTextWriterSetIndent(...) LIBXML(xmlTextWriterSetIndent)(__VA_ARGS__)
#define xmlTextWriterStartDocument(...) LIBXML(xmlTextWriterStartDocument)(__VA_ARGS__)
#define xmlTextWriterStartElement(...) LIBXML(xmlTextWriterStartElement)(__VA_ARGS__)
#define xmlTextWriterWriteAttribute(...) LIBXML(xmlTextWriterWriteAttribute)(__VA_ARGS__)
#define xmlTextWriterWriteString(...) LIBXML(xmlTextWriterWriteString)(__VA_ARGS__)
#define xmlUnlinkNode(...) LIBXML(xmlUnlinkNode)(__VA_ARGS__)

#endif
#endif
