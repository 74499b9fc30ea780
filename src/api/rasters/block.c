#include "api/rasters/block.h"

#include "api/tiles/tile_cache.h"
#include "base/clock.h"
#include "base/hash.h"
#include "geo/kit.h"

#include <stdlib.h>
#include <string.h>

enum {
	BLOCK_BYTES_MAX = 48 << 20,
	WAIT_S = 30,
	FORMAT = 64 /* beyond enum mm_tile_encoding; plus the kind */
};

/* What stands at the beginning of a block's bytes: where its tiles are. */
struct head {
	uint32_t at[MM_BLOCK_SIDE * MM_BLOCK_SIDE], len[MM_BLOCK_SIDE * MM_BLOCK_SIDE];
	uint8_t kind[MM_BLOCK_SIDE * MM_BLOCK_SIDE];
};

/* The tiles of a block: fewer a side where tiles are large, and at the edges of the matrix. */
struct block {
	const struct mm_block_ask *ask;
	uint32_t side, row, col; /* of its first tile */
	uint32_t rows, cols, tile_px;
};

static struct block block_of(const struct mm_block_ask *ask)
{
	const struct mm_tile_matrix *m = ask->matrix;
	struct block b = {.ask = ask, .tile_px = m->tile_size, .side = 1};

	while (b.side < MM_BLOCK_SIDE && b.side * 2 * m->tile_size <= MM_BLOCK_SIDE * 256)
		b.side *= 2;
	b.row = ask->row / b.side * b.side;
	b.col = ask->col / b.side * b.side;
	b.rows = m->height - b.row < b.side ? m->height - b.row : b.side;
	b.cols = m->width - b.col < b.side ? m->width - b.col : b.side;
	return b;
}

static struct mm_raster_window window_of(const struct block *b)
{
	const struct mm_box box = mm_tile_matrix_box(b->ask->matrix, b->row, b->col);
	const double px = b->ask->matrix->side / b->tile_px;

	return (struct mm_raster_window){.crs = b->ask->grid->crs_definition,
					 .place = {box.min_x, px, 0, box.max_y, 0, -px},
					 .width_px = b->cols * b->tile_px,
					 .height_px = b->rows * b->tile_px};
}

/* Is any of the raster in it? Where that cannot be told, it is looked. */
static bool is_near(const struct block *b, const struct mm_raster_window *w)
{
	const struct mm_box box = {w->place[0], w->place[3] + w->height_px * w->place[5],
				   w->place[0] + w->width_px * w->place[1], w->place[3]};
	const struct mm_transform *to_deg;
	struct mm_kit *kit = NULL;
	bool ret = true;

	if (mm_kits_take(b->ask->api->kits, &kit, NULL))
		return true;
	if (!mm_transform_get(kit->proj, w->crs, MM_CRS84, &to_deg, NULL)) {
		const struct mm_box deg = mm_transform_box(to_deg, &box);

		ret = mm_box_is_empty(&deg) || mm_box_meets(&deg, &mm_raster_info(b->ask->raster)->box_deg);
	}
	mm_kits_give(b->ask->api->kits, kit);
	return ret;
}

static enum mm_code pack(const struct block *b, const unsigned char *rgba, struct mm_buf *out,
			 struct mm_err *reterr)
{
	const size_t stride = (size_t)4 * b->cols * b->tile_px;
	const int side = (int)b->tile_px;
	struct head head = {.len = {0}};
	enum mm_code rc = MM_OK;

	mm_buf_put(out, &head, sizeof(head));
	for (uint32_t r = 0; r < b->rows && !rc; r++)
		for (uint32_t c = 0; c < b->cols && !rc; c++) {
			const unsigned char *at = rgba + stride * r * b->tile_px + (size_t)4 * c * b->tile_px;
			const uint32_t i = r * MM_BLOCK_SIDE + c;
			const enum mm_image_kind kind = b->ask->kind == MM_BLOCK_AS_SUITS
							    ? mm_image_suits(at, side, side, stride)
							    : (enum mm_image_kind)b->ask->kind;

			head.at[i] = (uint32_t)out->len;
			head.kind[i] = (uint8_t)kind;
			rc = mm_image_write(kind, at, side, side, stride, out, reterr);
			head.len[i] = (uint32_t)out->len - head.at[i];
		}
	if (!rc && out->failed)
		rc = mm_fail_nomem(reterr);
	if (!rc)
		memcpy(out->data, &head, sizeof(head));
	return rc;
}

static enum mm_code make(void *ctx, struct mm_cached_tile *ret, struct mm_err *reterr)
{
	struct mm_block_ask *ask = ctx;
	const struct block b = block_of(ask);
	const struct mm_raster_window w = window_of(&b);
	const struct mm_plot_pixels pixels = mm_pixels_reader(&ask->pixels);
	const size_t count = (size_t)w.width_px * w.height_px;
	unsigned char *rgba = count ? calloc(count, 4) : NULL;
	enum mm_code rc = rgba ? MM_OK : mm_fail_nomem(reterr);
	struct mm_buf packed;

	mm_buf_init(&packed, BLOCK_BYTES_MAX);
	if (!rc && is_near(&b, &w))
		rc = pixels.read(pixels.ctx, ask->raster, &w, rgba, reterr);
	if (!rc)
		rc = pack(&b, rgba, &packed, reterr);
	if (!rc) {
		ret->body = mm_shared_from_buf(&packed);
		rc = ret->body ? MM_OK : mm_fail_nomem(reterr);
	}
	mm_buf_release(&packed);
	free(rgba);
	return rc;
}

static struct mm_tile_key key_of(const struct mm_block_ask *ask, const struct block *b)
{
	return (struct mm_tile_key){.version = mm_raster_info(ask->raster)->identity,
				    .more = mm_tile_matrix_set_hash(ask->grid),
				    .z = (uint32_t)(ask->matrix - ask->grid->matrix),
				    .x = b->col / b->side,
				    .y = b->row / b->side,
				    .format = (uint16_t)(FORMAT + ask->kind)};
}

enum mm_code mm_block_tile(struct mm_block_ask *ask, struct mm_buf *out, enum mm_image_kind *ret_kind,
			   struct mm_err *reterr)
{
	const struct block b = block_of(ask);
	const struct mm_tile_key key = key_of(ask, &b);
	const uint32_t i = (ask->row - b.row) * MM_BLOCK_SIDE + (ask->col - b.col);
	struct mm_cached_tile got = {0};
	struct head head;
	enum mm_code rc =
	    mm_tile_cache_get(ask->api->tiles, &key, mm_clock_mono_ns() + (int64_t)WAIT_S * 1000000000, make,
			      ask, &got, reterr);

	if (rc)
		return rc;
	memcpy(&head, got.body->data, sizeof(head));
	mm_buf_put(out, got.body->data + head.at[i], head.len[i]);
	*ret_kind = (enum mm_image_kind)head.kind[i];
	(void)mm_shared_unref(got.body);
	return out->failed ? mm_fail_nomem(reterr) : MM_OK;
}
