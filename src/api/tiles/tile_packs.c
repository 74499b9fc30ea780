#include "api/tiles/tile_packs.h"

#include "http/compress.h"
#include "http/igzip.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

enum {
	KINDS = 256,        /* at a time; another kind takes the place of one, and learns anew */
	SMALL = 384 * 1024, /* bytes of a tile: larger ones take a thirtieth less by codes of their own */
	ENOUGH = 64 * 1024, /* bytes to learn from */
};

struct kind {
	pthread_mutex_t mu; /* guards the others */
	uint64_t hash;
	struct mm_igzip_codes *codes; /* NULL: none yet */
	size_t learned;               /* bytes; not settled below ENOUGH */
};

struct mm_tile_packs {
	struct kind kind[KINDS];
};

struct mm_tile_packs *mm_tile_packs_new(void)
{
	struct mm_tile_packs *p = calloc(1, sizeof(*p));

	for (int i = 0; p && i < KINDS; i++)
		(void)pthread_mutex_init(&p->kind[i].mu, NULL);
	return p;
}

struct mm_tile_packs *mm_tile_packs_free(struct mm_tile_packs *p)
{
	for (int i = 0; p && i < KINDS; i++) {
		(void)mm_igzip_codes_unref(p->kind[i].codes);
		(void)pthread_mutex_destroy(&p->kind[i].mu);
	}
	free(p);
	return NULL;
}

static void forget(struct kind *k)
{
	k->codes = mm_igzip_codes_unref(k->codes);
	k->learned = 0;
}

static void learn(struct kind *k, const void *bytes, size_t n)
{
	if (!k->codes)
		k->codes = mm_igzip_codes_new();
	if (!k->codes)
		return;
	mm_igzip_codes_learn(k->codes, bytes, n);
	k->learned += n;
	if (k->learned < ENOUGH || mm_igzip_codes_settle(k->codes))
		return;
	forget(k);
}

/* The codes of a kind, counted; NULL: there are none yet, and these bytes have been learned. */
static struct mm_igzip_codes *codes_of(struct mm_tile_packs *p, uint64_t hash, const void *bytes, size_t n)
{
	struct kind *k = &p->kind[hash % KINDS];
	struct mm_igzip_codes *codes = NULL;

	(void)pthread_mutex_lock(&k->mu);
	if (k->hash != hash) {
		forget(k);
		k->hash = hash;
	}
	if (k->learned >= ENOUGH)
		codes = mm_igzip_codes_ref(k->codes);
	else
		learn(k, bytes, n);
	(void)pthread_mutex_unlock(&k->mu);
	return codes;
}

enum mm_code mm_tile_packs_pack(struct mm_tile_packs *p, uint64_t kind, enum mm_encoding encoding,
				const void *bytes, size_t n, struct mm_buf *out, struct mm_err *reterr)
{
	const bool is_small = encoding == MM_ENCODING_GZIP && n <= SMALL;
	struct mm_igzip_codes *codes = is_small ? codes_of(p, kind, bytes, n) : NULL;
	unsigned char *room;

	mm_buf_clear(out);
	room = codes ? mm_buf_reserve(out, n + 1024) : NULL; /* what does not fit is packed otherwise */
	if (room)
		out->len = mm_igzip_pack_by(codes, bytes, n, room, n + 1024);
	(void)mm_igzip_codes_unref(codes);
	return out->len ? MM_OK : mm_compress_quick(encoding, bytes, n, out, reterr);
}
