#include "store/tile_archive.h"

#include "archive/tile_number.h"
#include "base/arena.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

struct mm_tile_archive {
	atomic_uint refs;
	struct mm_archive_reader *reader;
	struct mm_tile_archive_info info;
	struct mm_arena mem; /* every text */
};

static const char *copy(struct mm_tile_archive *a, const char *text)
{
	return mm_arena_text(&a->mem, text, strlen(text));
}

static struct mm_title copy_title(struct mm_tile_archive *a, const struct mm_title *t)
{
	return (struct mm_title){copy(a, t->ru), copy(a, t->en)};
}

static void copy_info(struct mm_tile_archive *a, const struct mm_tile_archive_info *info)
{
	const struct mm_archive_about *about = mm_archive_reader_about(a->reader);

	a->info = (struct mm_tile_archive_info){
	    .id = copy(a, info->id),
	    .title = copy_title(a, &info->title),
	    .description = copy_title(a, &info->description),
	    .owner = copy_title(a, &info->owner),
	    .license = copy(a, info->license),
	    .theme = copy(a, info->theme),
	    .style_json = copy(a, info->style_json),
	    .min_zoom = about->min_zoom > info->min_zoom ? about->min_zoom : info->min_zoom,
	    .max_zoom = about->max_zoom < info->max_zoom ? about->max_zoom : info->max_zoom,
	    .identity = info->identity,
	};
}

enum mm_code mm_tile_archive_new(struct mm_archive_reader *reader, const struct mm_tile_archive_info *info,
				 struct mm_tile_archive **ret, struct mm_err *reterr)
{
	const struct mm_archive_about *about = mm_archive_reader_about(reader);
	struct mm_tile_archive *a = calloc(1, sizeof(*a));
	enum mm_code rc = MM_OK;

	if (!a)
		return mm_fail_nomem(reterr);
	atomic_init(&a->refs, 1);
	mm_arena_init(&a->mem, 0);
	a->reader = reader;
	copy_info(a, info);
	if (a->mem.exhausted)
		rc = mm_fail_nomem(reterr);
	else if (a->info.min_zoom > a->info.max_zoom)
		rc = mm_fail(reterr, MM_E_INVALID, "",
			     "the archive has zooms %u to %u, nothing of that is between %u and %u",
			     about->min_zoom, about->max_zoom, info->min_zoom, info->max_zoom);
	if (rc) {
		a->reader = NULL; /* stays the caller's */
		(void)mm_tile_archive_unref(a);
		return rc;
	}
	*ret = a;
	return MM_OK;
}

struct mm_tile_archive *mm_tile_archive_ref(struct mm_tile_archive *a)
{
	(void)atomic_fetch_add_explicit(&a->refs, 1, memory_order_relaxed);
	return a;
}

struct mm_tile_archive *mm_tile_archive_unref(struct mm_tile_archive *a)
{
	if (!a || atomic_fetch_sub_explicit(&a->refs, 1, memory_order_acq_rel) != 1)
		return NULL;
	(void)mm_archive_reader_free(a->reader);
	mm_arena_release(&a->mem);
	free(a);
	return NULL;
}

const struct mm_tile_archive_info *mm_tile_archive_info(const struct mm_tile_archive *a)
{
	return &a->info;
}

const struct mm_archive_about *mm_tile_archive_about(const struct mm_tile_archive *a)
{
	return mm_archive_reader_about(a->reader);
}

enum mm_code mm_tile_archive_tile(const struct mm_tile_archive *a, uint32_t z, uint32_t x, uint32_t y,
				  struct mm_buf *out, struct mm_err *reterr)
{
	struct mm_err err = {0};
	enum mm_code rc;

	if (z < a->info.min_zoom || z > a->info.max_zoom)
		return mm_fail(reterr, MM_E_NOT_FOUND, a->info.id, "the archive has no such tile");
	rc = mm_archive_reader_tile(a->reader, mm_tile_number(z, x, y), out, &err);
	return rc ? mm_fail(reterr, rc, a->info.id, "%s", err.msg) : MM_OK;
}

bool mm_tile_archive_is_whole(const struct mm_tile_archive *a)
{
	return mm_archive_reader_is_whole(a->reader);
}
