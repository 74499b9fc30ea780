#include "store/level_work.h"

#include "base/clock.h"
#include "base/sort.h"
#include "grid/stream.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- sizes ---- */

static double ring_area(const struct mm_world *p, uint32_t n)
{
	double sum = 0;

	for (uint32_t i = 1; i + 1 < n; i++)
		sum += ((double)p[i].x - p[0].x) * ((double)p[i + 1].y - p[0].y) -
		       ((double)p[i].y - p[0].y) * ((double)p[i + 1].x - p[0].x);
	return fabs(sum) / 2;
}

static double line_length(const struct mm_world *p, uint32_t n)
{
	double sum = 0;

	for (uint32_t i = 0; i + 1 < n; i++)
		sum += hypot((double)p[i + 1].x - p[i].x, (double)p[i + 1].y - p[i].y);
	return sum;
}

float mm_level_measure(const struct mm_world_geom *g)
{
	double area = 0, length = 0;
	const struct mm_world *p = g->point;
	const uint32_t *ring = g->ring;

	for (uint32_t i = 0; i < g->part_count; i++)
		for (uint32_t r = 0, n = mm_part_rings(g->part[i]); r < n; p += *ring++, r++) {
			if (mm_part_kind(g->part[i]) == MM_PART_POLYGON)
				area += r ? -ring_area(p, *ring) : ring_area(p, *ring);
			else if (mm_part_kind(g->part[i]) == MM_PART_LINE)
				length += line_length(p, *ring);
		}
	return (float)(area > 0 ? area : length);
}

/* ---- the work on one chain of zooms ---- */

/* Whole grid units of a place at the work's zoom. */
static uint32_t to_units(const struct mm_level_work *w, uint32_t world)
{
	const int shift = 20 - (int)w->zoom;

	return (uint32_t)(((uint64_t)world + (UINT64_C(1) << (shift - 1))) >> shift);
}

static uint32_t middle(uint32_t a, uint32_t b)
{
	return a + (b - a) / 2;
}

/* A pixel or cell that a place on the grid is in; the last of the world for what was rounded beyond it. */
static uint32_t cell_at(const struct mm_level_work *w, uint32_t units, unsigned shift)
{
	uint32_t last = (UINT32_C(1) << (w->zoom + 12 - shift)) - 1, at = units >> shift;

	return at < last ? at : last;
}

static uint64_t key_of(const struct mm_level_work *w, const struct mm_world_box *b, unsigned shift,
		       bool is_line)
{
	return mm_dust_key(cell_at(w, to_units(w, middle(b->min_x, b->max_x)), shift),
			   cell_at(w, to_units(w, middle(b->min_y, b->max_y)), shift), is_line);
}

/* Grid units a side, as a shift, of the cells that show one point each: a quarter of a pixel where the next
 * zoom thins as little, two pixels where a town is no larger than a stamp. */
static unsigned cell_shift(unsigned zoom)
{
	return zoom >= 12   ? MM_LEVEL_PIXEL_SHIFT - 2
	       : zoom == 11 ? MM_LEVEL_PIXEL_SHIFT
			    : MM_LEVEL_PIXEL_SHIFT + 1;
}

static bool fits(const struct mm_level_work *w, const struct mm_world_box *b, double units)
{
	return (b->max_x - b->min_x) * w->shape.scale < units &&
	       (b->max_y - b->min_y) * w->shape.scale < units;
}

static int kind_of(const struct mm_world_geom *g)
{
	int most = -1;

	for (uint32_t i = 0; i < g->part_count; i++)
		most = (int)mm_part_kind(g->part[i]) > most ? (int)mm_part_kind(g->part[i]) : most;
	return most;
}

static void add_dust(struct mm_level_work *w, uint32_t row, uint64_t key)
{
	bool is_line = mm_dust_is_line(key);
	double pixel = w->shape.scale / MM_TILE_PIXEL;
	double measure = (double)w->s->measure[row];
	double amount = is_line ? measure * pixel : measure * pixel * pixel;

	mm_dust_add(&w->dust, key, (float)amount, row);
}

static bool is_single_point(const struct mm_level_work *w, uint32_t row)
{
	struct mm_world_geom g;

	if (w->s->box[row].min_x > w->s->box[row].max_x)
		return false;
	w->s->geom(w->s->ctx, row, &g);
	return g.vertex_count == 1;
}

static bool is_covered(const struct mm_level_work *w, uint32_t row)
{
	return w->s->coverage && mm_coverage_has(w->s->coverage, row);
}

/* Sorts a row into what it is at this zoom; true: it is still larger than a pixel. */
static bool is_big(struct mm_level_work *w, uint32_t row)
{
	const struct mm_world_box *b = &w->s->box[row];
	struct mm_world_geom g;
	int kind;

	if (w->s->is_clusters_only || is_covered(w, row) || !fits(w, b, MM_TILE_PIXEL))
		return true;
	w->s->geom(w->s->ctx, row, &g);
	kind = kind_of(&g);
	if (kind == MM_PART_POINTS) {
		if (w->zoom > MM_LEVEL_TOP_POINTS ||
		    (!fits(w, b, 1u << cell_shift(w->zoom)) && g.vertex_count > 1))
			return true;
		mm_dust_add(&w->points, key_of(w, b, cell_shift(w->zoom), false), 1, row);
	} else if (kind >= 0) {
		add_dust(w, row, key_of(w, b, MM_LEVEL_PIXEL_SHIFT, kind == MM_PART_LINE));
	}
	return false;
}

/* Keeps what stands at the end of the bytes. */
static void keep(struct mm_level_work *w, uint32_t row, size_t start)
{
	const struct mm_level_item item = {row, (uint32_t)start, (uint32_t)(w->bytes.len - start),
					   MM_LEVEL_NO_CLUSTER};

	mm_buf_put(&w->item, &item, sizeof(item));
	w->failed |= w->item.failed || w->bytes.failed || w->bytes.len > UINT32_MAX;
}

/* What of a coverage vanishes has given its place to neighbours, and may be back at the next zoom. */
static bool draw_covered(struct mm_level_work *w, uint32_t row)
{
	size_t start = w->bytes.len;

	if (mm_coverage_draw(w->covered, row, &w->shape)) {
		mm_grid_stream_put(&w->bytes, &w->shape.geom);
		keep(w, row, start);
	}
	w->failed |= w->shape.failed;
	return true;
}

/* Takes a row as it was drawn while rows still came. */
static bool take_drawn(struct mm_level_work *w, uint32_t row)
{
	const struct mm_level_drawn *d = w->drawn;
	struct mm_level_item item = {.row = row, .cluster = MM_LEVEL_DRAWN};
	uint32_t to;

	if (!d)
		return false;
	item.start = d->start[row];
	to = row + 1 < w->s->rows ? d->start[row + 1] : d->end;
	if (item.start >= to)
		return false;
	item.bytes = to - item.start;
	mm_buf_put(&w->item, &item, sizeof(item));
	w->failed |= w->item.failed;
	return true;
}

/* Draws a row on the grid; false: nothing is left of it, and it has become dust. */
static bool draw(struct mm_level_work *w, uint32_t row)
{
	struct mm_world_geom g;
	size_t start = w->bytes.len;

	if (w->s->is_clusters_only) {
		keep(w, row, start);
		return true;
	}
	if (is_covered(w, row))
		return draw_covered(w, row);
	if (take_drawn(w, row))
		return true;
	w->s->geom(w->s->ctx, row, &g);
	if (!mm_shape_make(&w->shape, &g, &w->s->box[row])) {
		w->failed |= w->shape.failed;
		return false;
	}
	if (w->shape.is_dot) {
		const int32_t *at = w->shape.geom.xy;

		add_dust(w, row,
			 mm_dust_key((uint32_t)at[0] >> MM_LEVEL_PIXEL_SHIFT,
				     (uint32_t)at[1] >> MM_LEVEL_PIXEL_SHIFT,
				     w->shape.geom.kind == MM_GRID_LINE));
		return false;
	}
	mm_grid_stream_put(&w->bytes, &w->shape.geom);
	keep(w, row, start);
	return true;
}

static void draw_dot(void *ctx, uint64_t key, uint32_t row)
{
	struct mm_level_work *w = ctx;
	size_t start = w->bytes.len;

	mm_grid_stream_put_dot(&w->bytes, mm_dust_is_line(key) ? MM_GRID_LINE : MM_GRID_POLYGON,
			       mm_dust_x(key) << MM_LEVEL_PIXEL_SHIFT,
			       mm_dust_y(key) << MM_LEVEL_PIXEL_SHIFT);
	keep(w, row, start);
}

static void draw_point(struct mm_level_work *w, uint32_t row)
{
	const struct mm_world_box *b = &w->s->box[row];
	const int32_t xy[2] = {(int32_t)to_units(w, b->min_x), (int32_t)to_units(w, b->min_y)};
	const uint32_t one = 1;
	size_t start = w->bytes.len;

	mm_grid_stream_put(&w->bytes, &(struct mm_grid_geom){MM_GRID_POINT, xy, &one, 1});
	keep(w, row, start);
}

static void draw_cluster(struct mm_level_work *w, uint32_t number)
{
	const struct mm_cluster *c = &w->clusters.cluster[number];
	const int32_t xy[2] = {(int32_t)to_units(w, (uint32_t)c->x), (int32_t)to_units(w, (uint32_t)c->y)};
	const uint32_t one = 1;
	size_t start = w->bytes.len;

	mm_grid_stream_put(&w->bytes, &(struct mm_grid_geom){MM_GRID_POINT, xy, &one, 1});
	keep(w, c->row, start);
	if (!w->failed)
		((struct mm_level_item *)(void *)(w->item.data + w->item.len))[-1].cluster = number;
}

/* Something for each pixel that has dust, or as much as there is of it. */
static enum mm_code draw_dust(struct mm_level_work *w, struct mm_err *reterr)
{
	if (w->zoom <= MM_LEVEL_TOP_SPARSE)
		return mm_dust_settle(&w->dust, draw_dot, w, reterr);
	for (size_t i = 0; i < w->dust.count; i++)
		draw_dot(w, w->dust.cell[i].key, w->dust.cell[i].row);
	return w->dust.failed ? mm_fail_nomem(reterr) : MM_OK;
}

static enum mm_code draw_clusters(struct mm_level_work *w, struct mm_err *reterr)
{
	enum mm_code rc = MM_OK;

	if (w->clusters.count)
		rc = mm_clusters_merge(&w->clusters,
				       w->s->cluster_px[w->zoom] * MM_TILE_PIXEL / w->shape.scale, reterr);
	for (size_t i = 0; i < w->clusters.count && !rc; i++)
		draw_cluster(w, (uint32_t)i);
	return rc;
}

static bool is_line(const struct mm_level_work *w, const struct mm_level_item *item)
{
	struct mm_grid_stream s;

	mm_grid_stream_open(mm_level_item_bytes(w, item), item->bytes, &s);
	return s.kind == MM_GRID_LINE;
}

/* Takes out the items of those lines that do not stay. */
static void leave_out(struct mm_level_work *w, const bool *stays)
{
	struct mm_level_item *item = (struct mm_level_item *)(void *)w->item.data;
	const size_t count = w->item.len / sizeof(*item);
	size_t kept = 0, line = 0;

	for (size_t i = 0; i < count; i++)
		if (!is_line(w, &item[i]) || stays[line++])
			item[kept++] = item[i];
	w->item.len = kept * sizeof(*item);
}

static enum mm_code thin_lines(struct mm_level_work *w, struct mm_err *reterr)
{
	const struct mm_level_item *item = (const struct mm_level_item *)(const void *)w->item.data;
	const size_t count = w->item.len / sizeof(*item);
	struct mm_crowd_line *line = malloc((count + 1) * sizeof(*line));
	bool *stays = malloc(count + 1);
	enum mm_code rc = MM_E_NOMEM;
	size_t n = 0;

	for (size_t i = 0; line && i < count; i++)
		if (is_line(w, &item[i]))
			line[n++] = (struct mm_crowd_line){mm_level_item_bytes(w, &item[i]), item[i].bytes,
							   item[i].row};
	if (line && stays)
		rc = mm_crowd_thin(line, n, w->zoom, w->s->importance, stays, reterr);
	else
		(void)mm_fail_nomem(reterr);
	if (!rc)
		leave_out(w, stays);
	free(line);
	free(stays);
	return rc;
}

static enum mm_code draw_all(struct mm_level_work *w, struct mm_err *reterr)
{
	uint32_t kept = 0, gone = 0;
	enum mm_code rc;

	for (uint32_t i = 0; i < w->big_count && !w->failed; i++) {
		const uint32_t row = w->big[i];

		if (draw(w, row))
			w->big[kept++] = row;
		if (w->s->let_go && row - gone >= MM_LEVEL_LET_GO_ROWS) {
			w->s->let_go(w->s->ctx);
			gone = row;
		}
	}
	w->big_count = kept;
	mm_dust_gather(&w->points);
	mm_dust_gather(&w->dust);
	for (size_t i = 0; i < w->points.count; i++)
		draw_point(w, w->points.cell[i].row);
	if (w->failed || w->points.failed)
		return mm_fail_nomem(reterr);
	rc = draw_clusters(w, reterr);
	if (!rc)
		rc = draw_dust(w, reterr);
	if (rc || w->failed || w->s->is_clusters_only || w->zoom > MM_LEVEL_TOP_SPARSE)
		return rc;
	return thin_lines(w, reterr);
}

/* ---- from zoom to zoom ---- */

static enum mm_code begin_zoom(struct mm_level_work *w, unsigned zoom, struct mm_err *reterr)
{
	const int k = w->s->drawn_zoom - (int)zoom;

	if (w->s->deadline_ns && mm_clock_mono_ns() > w->s->deadline_ns)
		return mm_fail(reterr, MM_E_BUSY, "", "the tile takes too long: try again");
	w->covered = mm_coverage_zoom_free(w->covered);
	w->drawn = w->s->drawn_zoom < 0 || k < 0 || k >= MM_AHEAD_ZOOMS ? NULL : &w->s->drawn[k];
	w->zoom = zoom;
	mm_buf_clear(&w->item);
	mm_buf_clear(&w->bytes);
	mm_shape_begin_whole(&w->shape, zoom, w->topo);
	return w->s->coverage ? mm_coverage_zoom_new(w->s->coverage, zoom, &w->covered, reterr) : MM_OK;
}

/* The single points of a clustered layer, the most important first. */
static bool begin_clusters(struct mm_level_work *w)
{
	uint64_t *key = malloc(((size_t)w->s->rows + 1) * 2 * sizeof(*key));
	size_t n = 0;

	w->clusters = (struct mm_clusters){.fold = w->s->fold, .values = w->s->values};
	w->clusters.cluster = malloc(((size_t)w->s->rows + 1) * sizeof(*w->clusters.cluster));
	w->clusters.value = malloc(((size_t)w->s->rows * w->s->values + 1) * sizeof(double));
	if (!key || !w->clusters.cluster || !w->clusters.value) {
		free(key);
		return false;
	}
	for (uint32_t row = 0; row < w->s->rows; row++)
		if (is_single_point(w, row))
			key[n++] = (uint64_t)(UINT16_MAX - w->s->importance[row]) << 32 | row;
	mm_sort_u64(key, key + n, n);
	for (size_t i = 0; i < n; i++) {
		uint32_t row = (uint32_t)key[i];

		w->clusters.cluster[i] = (struct mm_cluster){w->s->box[row].min_x, w->s->box[row].min_y, 1,
							     row, (uint32_t)(i * w->s->values)};
		if (w->s->values)
			memcpy(w->clusters.value + i * w->s->values, w->s->value + (size_t)row * w->s->values,
			       w->s->values * sizeof(double));
	}
	w->clusters.count = n;
	free(key);
	return true;
}

static void sort_rows(struct mm_level_work *w)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < w->big_count; i++)
		if (is_big(w, w->big[i]))
			w->big[kept++] = w->big[i];
	w->big_count = kept;
	w->failed |= w->dust.failed || w->points.failed;
}

static enum mm_code make_levels(struct mm_level_work *w, unsigned first, unsigned last,
				struct mm_level_made *ret, struct mm_err *reterr)
{
	enum mm_code rc;

	if (w->s->is_clustered && !begin_clusters(w))
		return mm_fail_nomem(reterr);
	for (uint32_t row = 0; row < w->s->rows; row++)
		if (w->s->box[row].min_x <= w->s->box[row].max_x &&
		    !(w->s->is_clustered && is_single_point(w, row)))
			w->big[w->big_count++] = row;
	for (unsigned z = first;; z--) {
		rc = begin_zoom(w, z, reterr);
		if (rc)
			return rc;
		if (z < first) {
			mm_dust_fold(&w->dust);
			for (unsigned k = cell_shift(z + 1); k <= cell_shift(z); k++)
				mm_dust_fold(&w->points);
		}
		sort_rows(w);
		rc = w->failed ? mm_fail_nomem(reterr) : draw_all(w, reterr);
		if (!rc && w->failed)
			rc = mm_fail_nomem(reterr);
		if (!rc && (z == last || !w->s->is_clusters_only)) {
			rc = mm_level_pack(w, &ret[first - z], reterr);
			if (!rc && w->s->take)
				w->s->take(w->s->take_ctx, &ret[first - z]);
		}
		if (rc || z == last)
			return rc;
	}
}

enum mm_code mm_level_build(const struct mm_level_source *s, unsigned first, unsigned last,
			    struct mm_level_made *ret, struct mm_err *reterr)
{
	struct mm_level_work w = {
	    .s = s, .topo = mm_topo_new(), .big = malloc(((size_t)s->rows + 1) * sizeof(*w.big))};
	enum mm_code rc;

	w.dust.importance = w.points.importance = s->importance;
	mm_buf_init(&w.item, SIZE_MAX / 2);
	mm_buf_init(&w.bytes, SIZE_MAX / 2);
	rc = w.topo && w.big ? make_levels(&w, first, last, ret, reterr) : mm_fail_nomem(reterr);
	(void)mm_topo_free(w.topo);
	mm_shape_release(&w.shape);
	(void)mm_coverage_zoom_free(w.covered);
	mm_dust_release(&w.dust);
	mm_dust_release(&w.points);
	mm_clusters_release(&w.clusters);
	mm_buf_release(&w.item);
	mm_buf_release(&w.bytes);
	free(w.big);
	return rc;
}
