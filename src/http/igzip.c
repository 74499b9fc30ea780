#include "http/igzip.h"

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

static size_t pack(struct room *r, const void *bytes, size_t n, unsigned char *out, size_t room)
{
	struct isal_zstream *s = &r->stream;

	isal_deflate_stateless_init(s);
	s->gzip_flag = IGZIP_GZIP;
	s->level = LEVEL;
	s->level_buf = r->level;
	s->level_buf_size = sizeof(r->level);
	s->end_of_stream = 1;
	s->next_in = (uint8_t *)(uintptr_t)bytes; /* the library only reads */
	s->avail_in = (uint32_t)n;
	s->next_out = out;
	s->avail_out = (uint32_t)room;
	return isal_deflate_stateless(s) == COMP_OK && s->avail_in == 0 ? s->total_out : 0;
}

size_t mm_igzip_pack(const void *bytes, size_t n, unsigned char *out, size_t room)
{
	struct room *r = n <= UINT32_MAX && room <= UINT32_MAX ? malloc(sizeof(*r)) : NULL;
	size_t len = r ? pack(r, bytes, n, out, room) : 0;

	free(r);
	return len;
}
