#include "store/raster.h"

#include "base/arena.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

struct mm_raster {
	atomic_uint refs;
	struct mm_raster_info info;
	struct mm_arena mem; /* every text */
};

static const char *copy(struct mm_raster *r, const char *text)
{
	return mm_arena_text(&r->mem, text ? text : "", text ? strlen(text) : 0);
}

static struct mm_title copy_title(struct mm_raster *r, const struct mm_title *t)
{
	return (struct mm_title){copy(r, t->ru), copy(r, t->en)};
}

static void copy_source(struct mm_raster *r)
{
	struct mm_raster_source *s = &r->info.source;
	const char **readable = mm_arena_array(&r->mem, s->readable_count + 1, sizeof(*readable));

	s->file = copy(r, s->file);
	s->path = copy(r, s->path);
	s->driver = copy(r, s->driver);
	s->list_dir = copy(r, s->list_dir);
	s->crs = copy(r, s->crs);
	for (size_t i = 0; i < s->readable_count && readable; i++)
		readable[i] = copy(r, s->readable[i]);
	s->readable = readable;
}

struct mm_raster *mm_raster_new(const struct mm_raster_info *info)
{
	struct mm_raster *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	atomic_init(&r->refs, 1);
	mm_arena_init(&r->mem, 0);
	r->info = *info;
	r->info.id = copy(r, info->id);
	r->info.title = copy_title(r, &info->title);
	r->info.description = copy_title(r, &info->description);
	r->info.owner = copy_title(r, &info->owner);
	r->info.license = copy(r, info->license);
	r->info.theme = copy(r, info->theme);
	r->info.crs_code = copy(r, info->crs_code);
	r->info.crs_name = copy(r, info->crs_name);
	r->info.stamp = copy(r, info->stamp);
	copy_source(r);
	return r->mem.exhausted ? mm_raster_unref(r) : r;
}

struct mm_raster *mm_raster_ref(struct mm_raster *r)
{
	(void)atomic_fetch_add_explicit(&r->refs, 1, memory_order_relaxed);
	return r;
}

struct mm_raster *mm_raster_unref(struct mm_raster *r)
{
	if (!r || atomic_fetch_sub_explicit(&r->refs, 1, memory_order_acq_rel) != 1)
		return NULL;
	mm_arena_release(&r->mem);
	free(r);
	return NULL;
}

const struct mm_raster_info *mm_raster_info(const struct mm_raster *r)
{
	return &r->info;
}
