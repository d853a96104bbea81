/* SPDX-License-Identifier: MIT */
#include "act/store_digest.h"

#include <string.h>

#include "act/copy.h"
#include "base/memory.h"
#include "base/text.h"

#define CHUNK_BYTES (16 * COPY_BLOCK_BYTES)
#define ROUNDS 12
#define WORDS 16

/* RFC 7693, section 2.6: the initialisation vector of BLAKE2b. */
static const uint64_t initial_state[8] = {
	0x6a09e667f3bcc908,
	0xbb67ae8584caa73b,
	0x3c6ef372fe94f82b,
	0xa54ff53a5f1d36f1,
	0x510e527fade682d1,
	0x9b05688c2b3e6c1f,
	0x1f83d9abfb41bd6b,
	0x5be0cd19137e2179,
};

/* RFC 7693, section 2.7: the order in which each round takes the message's words; rounds 10 and 11
 * take those of 0 and 1. */
static const unsigned char word_order[10][WORDS] = {
	{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
	{14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3},
	{11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4},
	{7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8},
	{9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13},
	{2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9},
	{12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11},
	{13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10},
	{6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5},
	{10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0},
};

static uint64_t rotate_right(uint64_t value, unsigned int bits)
{
	return value >> bits | value << (64 - bits);
}

/* The function G (RFC 7693, section 3.1) on words a, b, c, d of `v`. */
#define MIX(a, b, c, d, x, y)                                                                      \
	do {                                                                                       \
		v[a] += v[b] + (x);                                                                \
		v[d] = rotate_right(v[d] ^ v[a], 32);                                              \
		v[c] += v[d];                                                                      \
		v[b] = rotate_right(v[b] ^ v[c], 24);                                              \
		v[a] += v[b] + (y);                                                                \
		v[d] = rotate_right(v[d] ^ v[a], 16);                                              \
		v[c] += v[d];                                                                      \
		v[b] = rotate_right(v[b] ^ v[c], 63);                                              \
	} while (0)

static void mix_round(uint64_t *v, const uint64_t *m, const unsigned char *order)
{
	MIX(0, 4, 8, 12, m[order[0]], m[order[1]]);
	MIX(1, 5, 9, 13, m[order[2]], m[order[3]]);
	MIX(2, 6, 10, 14, m[order[4]], m[order[5]]);
	MIX(3, 7, 11, 15, m[order[6]], m[order[7]]);
	MIX(0, 5, 10, 15, m[order[8]], m[order[9]]);
	MIX(1, 6, 11, 12, m[order[10]], m[order[11]]);
	MIX(2, 7, 8, 13, m[order[12]], m[order[13]]);
	MIX(3, 4, 9, 14, m[order[14]], m[order[15]]);
}

static uint64_t word_at(const unsigned char *bytes)
{
	uint64_t word = 0;

	for (int i = 7; i >= 0; i--)
		word = word << 8 | bytes[i];
	return word;
}

/* The compression function F (RFC 7693, section 3.2) over one block. */
static void compress(struct digest *digest, const unsigned char *block, uint64_t last)
{
	uint64_t v[WORDS];
	uint64_t m[WORDS] = {0};

	for (size_t i = 0; i < WORDS; i++)
		m[i] = word_at(block + 8 * i);
	memcpy(v, digest->state, sizeof(digest->state));
	memcpy(v + 8, initial_state, sizeof(initial_state));
	v[12] ^= digest->count_bytes;
	v[14] ^= last;
	for (size_t round = 0; round < ROUNDS; round++)
		mix_round(v, m, word_order[round % ARRAY_COUNT(word_order)]);
	for (size_t i = 0; i < 8; i++)
		digest->state[i] ^= v[i] ^ v[i + 8];
}

void digest_begin(struct digest *digest)
{
	memset(digest, 0, sizeof(*digest));
	memcpy(digest->state, initial_state, sizeof(initial_state));
	/* the parameter block: depth 1, fan-out 1, no key, this many bytes (section 2.5) */
	digest->state[0] ^= 0x01010000 ^ DIGEST_BYTES;
}

void digest_add(struct digest *digest, const unsigned char *bytes, size_t size_bytes)
{
	while (size_bytes > 0) {
		size_t room = DIGEST_BLOCK_BYTES - digest->block_bytes;
		size_t piece = size_bytes < room ? size_bytes : room;

		/* a full block waits until more comes: the last one is compressed differently */
		if (room == 0) {
			digest->count_bytes += DIGEST_BLOCK_BYTES;
			compress(digest, digest->block, 0);
			digest->block_bytes = 0;
			continue;
		}
		memcpy(digest->block + digest->block_bytes, bytes, piece);
		digest->block_bytes += piece;
		bytes += piece;
		size_bytes -= piece;
	}
}

void digest_end(struct digest *digest, unsigned char *ret_bytes)
{
	digest->count_bytes += digest->block_bytes;
	memset(digest->block + digest->block_bytes, 0, DIGEST_BLOCK_BYTES - digest->block_bytes);
	compress(digest, digest->block, UINT64_MAX);
	for (size_t i = 0; i < DIGEST_BYTES; i++)
		ret_bytes[i] = (unsigned char)(digest->state[i / 8] >> (8 * (i % 8)));
}

/* Zero blocks are held back until a block that is not zero follows them. */
static void add_chunk(struct digest *digest, const unsigned char *chunk, size_t size_bytes,
	const unsigned char *zeros, uint64_t *held_blocks)
{
	for (size_t at = 0; at < size_bytes; at += COPY_BLOCK_BYTES) {
		size_t piece = size_bytes - at;

		if (piece > COPY_BLOCK_BYTES)
			piece = COPY_BLOCK_BYTES;
		if (bytes_are_zero(chunk + at, piece)) {
			++*held_blocks;
			continue;
		}
		for (; *held_blocks > 0; --*held_blocks)
			digest_add(digest, zeros, COPY_BLOCK_BYTES);
		digest_add(digest, chunk + at, piece);
	}
}

static char *digest_text(struct digest *digest)
{
	auto_free unsigned char *bytes = xcalloc(DIGEST_BYTES, 1);
	struct text text = {0};

	digest_end(digest, bytes);
	text_add(&text, "blake2b-256:");
	for (size_t i = 0; i < DIGEST_BYTES; i++)
		text_addf(&text, "%02x", bytes[i]);
	return text_take(&text);
}

struct error *digest_file(int fd, uint64_t size_bytes, char **ret_text)
{
	auto_free unsigned char *zeros = xcalloc(COPY_BLOCK_BYTES, 1);
	auto_free unsigned char *chunk = xcalloc(CHUNK_BYTES, 1);
	uint64_t held_blocks = 0;
	struct digest digest;

	digest_begin(&digest);
	for (uint64_t offset = 0; offset < size_bytes; offset += CHUNK_BYTES) {
		size_t piece = size_bytes - offset < CHUNK_BYTES ? (size_t)(size_bytes - offset)
								 : CHUNK_BYTES;

		TRY(copy_read_at(fd, chunk, piece, offset));
		add_chunk(&digest, chunk, piece, zeros, &held_blocks);
	}
	*ret_text = digest_text(&digest);
	return NULL;
}
