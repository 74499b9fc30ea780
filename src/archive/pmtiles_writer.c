#include "archive/pmtiles_writer.h"

#include "archive/content_map.h"
#include "archive/gzip.h"
#include "archive/pmtiles_directory.h"
#include "archive/pmtiles_header.h"
#include "archive/temp_file.h"
#include "base/json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/*
 * Entries of a leaf directory: at least LEAF_LEAST, and so many that the root names at most LEAVES_MAX. One
 * entry of the root takes at most 17 bytes (5 + 1 + 5 + 6), so that it always fits, whatever gzip makes of
 * it.
 */
enum {
	HEAD_BYTES = 16384, /* of header and root directory: what clients read first (clause 2) */
	LEAF_LEAST = 4096,
	LEAVES_MAX = 900,
	LEVEL = 9
};

struct mm_pmtiles_writer {
	struct mm_temp_file file;
	struct mm_pmtiles_entry *entry;
	size_t count, cap;
	uint64_t tiles;
	struct mm_content_map contents;
	struct mm_gzip *gzip;
	struct mm_buf plain, packed; /* of one directory */
};

struct mm_pmtiles_writer *mm_pmtiles_writer_free(struct mm_pmtiles_writer *w)
{
	if (!w)
		return NULL;
	mm_temp_file_discard(&w->file);
	mm_content_map_release(&w->contents);
	(void)mm_gzip_free(w->gzip);
	mm_buf_release(&w->plain);
	mm_buf_release(&w->packed);
	free(w->entry);
	free(w);
	return NULL;
}

enum mm_code mm_pmtiles_writer_new(const char *path, struct mm_pmtiles_writer **ret, struct mm_err *reterr)
{
	static const unsigned char head[HEAD_BYTES];
	struct mm_pmtiles_writer *w = calloc(1, sizeof(*w));
	enum mm_code rc;

	if (!w)
		return mm_fail_nomem(reterr);
	mm_buf_init(&w->plain, SIZE_MAX / 2);
	mm_buf_init(&w->packed, SIZE_MAX / 2);
	w->gzip = mm_gzip_new(LEVEL);
	rc = w->gzip ? mm_temp_file_open(&w->file, path, reterr) : mm_fail_nomem(reterr);
	if (!rc)
		rc = mm_temp_file_put(&w->file, head, sizeof(head), reterr);
	if (rc)
		(void)mm_pmtiles_writer_free(w);
	else
		*ret = w;
	return rc;
}

static bool grow(struct mm_pmtiles_writer *w)
{
	const size_t cap = w->cap ? w->cap * 2 : 4096;
	struct mm_pmtiles_entry *wide = realloc(w->entry, cap * sizeof(*wide));

	if (!wide)
		return false;
	w->entry = wide;
	w->cap = cap;
	return true;
}

/* The offset of the tile's bytes: of those put before, when they are the same. */
static enum mm_code put_content(struct mm_pmtiles_writer *w, const void *gzip, uint32_t n, uint64_t *ret,
				struct mm_err *reterr)
{
	const struct mm_hash128 hash = mm_hash128(gzip, n);
	struct mm_content *c = mm_content_map_find(&w->contents, hash, n);
	enum mm_code rc = MM_OK;

	if (!c)
		return mm_fail_nomem(reterr);
	if (!c->length) {
		const uint64_t offset = w->file.len - HEAD_BYTES;

		rc = mm_temp_file_put(&w->file, gzip, n, reterr);
		if (rc)
			return rc;
		*c = (struct mm_content){hash, offset, n};
		w->contents.count++;
	}
	*ret = c->offset;
	return MM_OK;
}

enum mm_code mm_pmtiles_writer_put(struct mm_pmtiles_writer *w, uint64_t number, const void *gzip, size_t n,
				   struct mm_err *reterr)
{
	struct mm_pmtiles_entry *last = w->count ? &w->entry[w->count - 1] : NULL;
	uint64_t offset = 0;
	enum mm_code rc;

	MM_CHECK(n > 0 && (!last || number >= last->id + last->run));
	if (n > UINT32_MAX)
		return mm_fail(reterr, MM_E_LIMIT, w->file.path, "a tile is too large");
	rc = put_content(w, gzip, (uint32_t)n, &offset, reterr);
	if (rc)
		return rc;
	w->tiles++;
	if (last && last->offset == offset && last->length == n && last->id + last->run == number &&
	    last->run < UINT32_MAX) {
		last->run++;
		return MM_OK;
	}
	if (w->count == w->cap && !grow(w))
		return mm_fail_nomem(reterr);
	w->entry[w->count++] = (struct mm_pmtiles_entry){number, offset, (uint32_t)n, 1};
	return MM_OK;
}

/* Leaves the packed directory in w->packed. */
static enum mm_code pack(struct mm_pmtiles_writer *w, const struct mm_pmtiles_entry *entry, size_t count,
			 struct mm_err *reterr)
{
	mm_buf_clear(&w->plain);
	mm_buf_clear(&w->packed);
	mm_pmtiles_directory_put(entry, count, &w->plain);
	if (w->plain.failed)
		return mm_fail_nomem(reterr);
	return mm_gzip_put(w->gzip, w->plain.data, w->plain.len, &w->packed, reterr);
}

/* Writes the leaves one behind the other and packs the root that names them. */
static enum mm_code put_leaves(struct mm_pmtiles_writer *w, struct mm_pmtiles_section *ret,
			       struct mm_err *reterr)
{
	const size_t even = (w->count + LEAVES_MAX - 1) / LEAVES_MAX,
		     step = even > LEAF_LEAST ? even : LEAF_LEAST;
	struct mm_pmtiles_entry root[LEAVES_MAX];
	const uint64_t start = w->file.len;
	size_t leaves = 0;
	enum mm_code rc = MM_OK;

	for (size_t i = 0; i < w->count && !rc; i += step) {
		rc = pack(w, w->entry + i, w->count - i < step ? w->count - i : step, reterr);
		if (rc)
			break;
		root[leaves++] = (struct mm_pmtiles_entry){w->entry[i].id, w->file.len - start,
							   (uint32_t)w->packed.len, 0};
		rc = mm_temp_file_put(&w->file, w->packed.data, w->packed.len, reterr);
	}
	*ret = (struct mm_pmtiles_section){start, w->file.len - start};
	return rc ? rc : pack(w, root, leaves, reterr);
}

static enum mm_code put_directories(struct mm_pmtiles_writer *w, struct mm_pmtiles_header *h,
				    struct mm_err *reterr)
{
	enum mm_code rc = MM_OK;

	h->leaves = (struct mm_pmtiles_section){w->file.len, 0};
	/* more than that never fits: not worth the attempt */
	if (w->count <= MM_PMTILES_ROOT_MAX)
		rc = pack(w, w->entry, w->count, reterr);
	if (!rc && (w->count > MM_PMTILES_ROOT_MAX || w->packed.len > MM_PMTILES_ROOT_MAX))
		rc = put_leaves(w, &h->leaves, reterr);
	if (rc)
		return rc;
	MM_CHECK(w->packed.len <= MM_PMTILES_ROOT_MAX);
	h->root = (struct mm_pmtiles_section){MM_PMTILES_HEADER_BYTES, w->packed.len};
	return mm_temp_file_put_at(&w->file, h->root.offset, w->packed.data, w->packed.len, reterr);
}

static enum mm_code put_metadata(struct mm_pmtiles_writer *w, const struct mm_archive_info *info,
				 struct mm_pmtiles_section *ret, struct mm_err *reterr)
{
	struct mm_json j = mm_json_on(&w->plain);
	enum mm_code rc;

	mm_buf_clear(&w->plain);
	mm_buf_clear(&w->packed);
	mm_json_open(&j, NULL, '{');
	mm_json_text(&j, "name", info->name);
	if (*info->description)
		mm_json_text(&j, "description", info->description);
	if (*info->attribution)
		mm_json_text(&j, "attribution", info->attribution);
	mm_json_text(&j, "type", "overlay");
	mm_json_raw(&j, "vector_layers", info->vector_layers, info->vector_layers_len);
	mm_json_close(&j, '}');
	if (w->plain.failed)
		return mm_fail_nomem(reterr);
	rc = mm_gzip_put(w->gzip, w->plain.data, w->plain.len, &w->packed, reterr);
	if (rc)
		return rc;
	*ret = (struct mm_pmtiles_section){w->file.len, w->packed.len};
	return mm_temp_file_put(&w->file, w->packed.data, w->packed.len, reterr);
}

static int32_t e7(double deg)
{
	return (int32_t)lround(deg * 1e7);
}

static enum mm_code put_header(struct mm_pmtiles_writer *w, struct mm_pmtiles_header *h,
			       const struct mm_archive_info *info, struct mm_err *reterr)
{
	unsigned char bytes[MM_PMTILES_HEADER_BYTES];

	h->tile_count = w->tiles;
	h->entry_count = w->count;
	h->content_count = w->contents.count;
	h->clustered = true;
	h->packing = h->tile_packing = MM_PMTILES_GZIP;
	h->tile_type = MM_PMTILES_TYPE_MVT;
	h->min_zoom = (uint8_t)info->min_zoom;
	h->max_zoom = (uint8_t)info->max_zoom;
	h->center_zoom = (uint8_t)info->center_zoom;
	h->min_lon_e7 = e7(info->box_deg.min_x);
	h->min_lat_e7 = e7(info->box_deg.min_y);
	h->max_lon_e7 = e7(info->box_deg.max_x);
	h->max_lat_e7 = e7(info->box_deg.max_y);
	h->center_lon_e7 = e7(info->center_lon_deg);
	h->center_lat_e7 = e7(info->center_lat_deg);
	mm_pmtiles_header_write(h, bytes);
	return mm_temp_file_put_at(&w->file, 0, bytes, sizeof(bytes), reterr);
}

enum mm_code mm_pmtiles_writer_finish(struct mm_pmtiles_writer *w, const struct mm_archive_info *info,
				      struct mm_archive_count *ret, struct mm_err *reterr)
{
	struct mm_pmtiles_header h = {.tiles = {HEAD_BYTES, w->file.len - HEAD_BYTES}};
	struct mm_archive_count count = {w->tiles, w->count, w->contents.count, 0};
	enum mm_code rc = put_metadata(w, info, &h.metadata, reterr);

	if (!rc)
		rc = put_directories(w, &h, reterr);
	if (!rc)
		rc = put_header(w, &h, info, reterr);
	count.bytes = w->file.len;
	if (!rc)
		rc = mm_temp_file_commit(&w->file, reterr);
	if (!rc)
		*ret = count;
	return rc;
}
