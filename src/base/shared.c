#include "base/shared.h"

#include <stdatomic.h>
#include <stdlib.h>

struct counted {
	struct mm_shared seen;
	atomic_uint refs;
	unsigned char *owned;
};

struct mm_shared *mm_shared_from_buf(struct mm_buf *b)
{
	struct counted *c = b->failed ? NULL : calloc(1, sizeof(*c));

	if (!c) {
		mm_buf_release(b);
		return NULL;
	}
	mm_buf_trim(b);
	c->owned = mm_buf_take(b, &c->seen.len);
	c->seen.data = c->owned;
	atomic_init(&c->refs, 1);
	return &c->seen;
}

struct mm_shared *mm_shared_from_static(const unsigned char *data, size_t len)
{
	struct counted *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->seen = (struct mm_shared){data, len};
	atomic_init(&c->refs, 1);
	return &c->seen;
}

struct mm_shared *mm_shared_ref(struct mm_shared *s)
{
	(void)atomic_fetch_add_explicit(&((struct counted *)s)->refs, 1, memory_order_relaxed);
	return s;
}

struct mm_shared *mm_shared_unref(struct mm_shared *s)
{
	struct counted *c = (struct counted *)s;

	if (c && atomic_fetch_sub_explicit(&c->refs, 1, memory_order_acq_rel) == 1) {
		free(c->owned);
		free(c);
	}
	return NULL;
}
