/* SPDX-License-Identifier: MIT */
/*
 * Whether a test is built with AddressSanitizer, which has an allocator of its own: it ends a
 * program that asks for too much in its own way, and maps more than any limit that a test could
 * set.
 */
#ifndef SLIPWAY_TESTS_SUPPORT_SANITIZED_H
#define SLIPWAY_TESTS_SUPPORT_SANITIZED_H

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

#endif
