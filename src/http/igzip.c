#include "http/igzip.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>

#include <isa-l.h>

/* Level 2 packs better than 1 and no slower; level 3 is slower for nothing. */
enum { LEVEL = 2 };

/* Too large for the stack of a thread. */
struct room {
	struct isal_zstream stream;
	uint8_t level[ISAL_DEF_LVL2_DEFAULT];
};

static size_t finish(struct isal_zstream *s, const void *bytes, size_t n, unsigned char *out, size_t room)
{
	s->gzip_flag = IGZIP_GZIP;
	s->end_of_stream = 1;
	s->next_in = (uint8_t *)(uintptr_t)bytes; /* the library only reads */
	s->avail_in = (uint32_t)n;
	s->next_out = out;
	s->avail_out = (uint32_t)room;
	return isal_deflate_stateless(s) == COMP_OK && s->avail_in == 0 ? s->total_out : 0;
}

static size_t pack(struct room *r, const void *bytes, size_t n, unsigned char *out, size_t room)
{
	struct isal_zstream *s = &r->stream;

	isal_deflate_stateless_init(s);
	s->level = LEVEL;
	s->level_buf = r->level;
	s->level_buf_size = sizeof(r->level);
	return finish(s, bytes, n, out, room);
}

size_t mm_igzip_pack(const void *bytes, size_t n, unsigned char *out, size_t room)
{
	struct room *r = n <= UINT32_MAX && room <= UINT32_MAX ? malloc(sizeof(*r)) : NULL;
	size_t len = r ? pack(r, bytes, n, out, room) : 0;

	free(r);
	return len;
}

struct mm_igzip_codes {
	atomic_uint refs;
	struct isal_huff_histogram *seen; /* NULL: settled */
	struct isal_hufftables tables;
};

struct mm_igzip_codes *mm_igzip_codes_new(void)
{
	struct mm_igzip_codes *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	atomic_init(&c->refs, 1);
	c->seen = calloc(1, sizeof(*c->seen));
	return c->seen ? c : mm_igzip_codes_unref(c);
}

void mm_igzip_codes_learn(struct mm_igzip_codes *c, const void *bytes, size_t n)
{
	isal_update_histogram((uint8_t *)(uintptr_t)bytes, (int)n, c->seen);
}

bool mm_igzip_codes_settle(struct mm_igzip_codes *c)
{
	const bool fine = isal_create_hufftables(&c->tables, c->seen) == 0;

	free(c->seen);
	c->seen = NULL;
	return fine;
}

struct mm_igzip_codes *mm_igzip_codes_ref(struct mm_igzip_codes *c)
{
	(void)atomic_fetch_add(&c->refs, 1);
	return c;
}

struct mm_igzip_codes *mm_igzip_codes_unref(struct mm_igzip_codes *c)
{
	if (!c || atomic_fetch_sub(&c->refs, 1) > 1)
		return NULL;
	free(c->seen);
	free(c);
	return NULL;
}

size_t mm_igzip_pack_by(const struct mm_igzip_codes *c, const void *bytes, size_t n, unsigned char *out,
			size_t room)
{
	struct isal_zstream *s = n <= UINT32_MAX && room <= UINT32_MAX ? malloc(sizeof(*s)) : NULL;
	size_t len = 0;

	if (!s)
		return 0;
	isal_deflate_stateless_init(s);
	/* the library's prototype is not const, it only reads */
	if (isal_deflate_set_hufftables(s, (struct isal_hufftables *)(uintptr_t)&c->tables,
					IGZIP_HUFFTABLE_CUSTOM) == COMP_OK)
		len = finish(s, bytes, n, out, room);
	free(s);
	return len;
}
