#include "http/brotli.h"

#include <setjmp.h>
#include <stdalign.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <brotli/encode.h>

/*
 * Debian's encoder (1.0.9, built with BROTLI_ENCODER_EXIT_ON_OOM) ends the whole program when an allocation
 * fails. So its memory comes from here: all blocks hang on a list, a failed one jumps out of the encoder, and
 * the list is freed. The encoder holds nothing else, neither locks nor files.
 */
struct block {
	alignas(max_align_t) struct block *prev;
	struct block *next;
};

struct packing {
	jmp_buf no_memory;
	struct block blocks; /* the list's head */
};

static void *take(void *opaque, size_t n)
{
	struct packing *p = opaque;
	struct block *b = n < SIZE_MAX - sizeof(*b) ? malloc(sizeof(*b) + n) : NULL;

	if (!b)
		longjmp(p->no_memory, 1);
	b->prev = &p->blocks;
	b->next = p->blocks.next;
	if (b->next)
		b->next->prev = b;
	p->blocks.next = b;
	return b + 1;
}

static void give_back(void *opaque, void *memory)
{
	struct block *b = memory;

	(void)opaque;
	if (!b)
		return;
	b--;
	b->prev->next = b->next;
	if (b->next)
		b->next->prev = b->prev;
	free(b);
}

/* A window larger than the text costs memory for nothing. */
static uint32_t window_for(size_t n)
{
	uint32_t bits = BROTLI_MIN_WINDOW_BITS;

	while (bits < BROTLI_DEFAULT_WINDOW && (size_t)1 << bits < n)
		bits++;
	return bits;
}

static size_t run(struct packing *p, int quality, const unsigned char *bytes, size_t n, unsigned char *out,
		  size_t room)
{
	BrotliEncoderState *e = BrotliEncoderCreateInstance(take, give_back, p);
	size_t left = room;

	if (!e)
		return 0;
	(void)BrotliEncoderSetParameter(e, BROTLI_PARAM_QUALITY, (uint32_t)quality);
	(void)BrotliEncoderSetParameter(e, BROTLI_PARAM_LGWIN, window_for(n));
	(void)BrotliEncoderSetParameter(e, BROTLI_PARAM_SIZE_HINT, n < 1u << 30 ? (uint32_t)n : 1u << 30);
	if (!BrotliEncoderCompressStream(e, BROTLI_OPERATION_FINISH, &n, &bytes, &left, &out, NULL) ||
	    !BrotliEncoderIsFinished(e))
		left = room;
	BrotliEncoderDestroyInstance(e);
	return room - left;
}

/* `p` is of another frame: what it holds is known after the jump, too. */
static size_t guard(struct packing *p, int quality, const void *bytes, size_t n, unsigned char *out,
		    size_t room)
{
	if (setjmp(p->no_memory) == 0)
		return run(p, quality, bytes, n, out, room);
	for (struct block *b = p->blocks.next, *next; b; b = next) {
		next = b->next;
		free(b);
	}
	return 0;
}

size_t mm_brotli_pack(int quality, const void *bytes, size_t n, unsigned char *out, size_t room)
{
	struct packing p = {.blocks = {NULL, NULL}};

	return guard(&p, quality, bytes, n, out, room);
}
