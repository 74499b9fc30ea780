#include "store/build_private.h"
#include "store/freeze_private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* The sections of geometry. */

static uint8_t state_of(const struct mm_geom *g, const struct mm_world_box *box)
{
	if (g->type == MM_GEOM_NULL)
		return MM_POINT_NULL;
	if (g->vertex_count == 0)
		return MM_POINT_EMPTY;
	return (uint8_t)((box->min_x <= box->max_x ? MM_POINT_PLACED : MM_POINT_OUTSIDE) |
			 (g->z ? MM_POINT_HAS_Z : 0));
}

/* One element a row out of one a vertex: zeros where a row has none. NULL: out of memory. */
static unsigned char *spread(const struct mm_layer_build *b, const void *of_vertex, size_t size)
{
	const struct mm_geom_row *row = (const struct mm_geom_row *)(const void *)b->geom.data;
	unsigned char *spread = calloc((size_t)b->rows + 1, size);

	for (uint32_t i = 0; spread && i < b->rows; i++)
		if (row[i + 1].vertex > row[i].vertex)
			memcpy(spread + i * size, (const unsigned char *)of_vertex + row[i].vertex * size,
			       size);
	return spread;
}

static struct mm_span put_spread(struct mm_out_file *o, const struct mm_layer_build *b, const void *of_vertex,
				 size_t size)
{
	unsigned char *by_row;
	struct mm_span span;

	if (mm_build_vertices(b) == b->rows)
		return mm_out_file_span(o, of_vertex, b->rows * size);
	by_row = spread(b, of_vertex, size);
	if (!by_row) {
		mm_out_file_fail(o, ENOMEM);
		return (struct mm_span){0};
	}
	span = mm_out_file_span(o, by_row, b->rows * size);
	free(by_row);
	return span;
}

void mm_freeze_spread_xy(struct mm_freeze_file *w, const struct mm_layer_build *b)
{
	unsigned char *by_row;

	if (mm_build_vertices(b) == b->rows)
		return;
	by_row = spread(b, b->filed_xy, 2 * sizeof(double));
	mm_freeze_file_clear_xy(w);
	if (by_row)
		mm_freeze_file_xy(w, by_row, b->rows * 2 * sizeof(double));
	else
		mm_out_file_fail(&w->out, ENOMEM);
	free(by_row);
}

static void put_points(struct mm_freeze_file *w, const struct mm_layer_build *b, const struct mm_frozen *f)
{
	struct mm_format_header *h = &w->header;
	struct mm_out_file *o = &w->out;
	uint8_t *state = calloc((size_t)b->rows + 1, 1);

	if (!state) {
		mm_out_file_fail(o, ENOMEM);
		return;
	}
	for (uint32_t i = 0; i < b->rows; i++) {
		struct mm_geom g = mm_build_geom(b, i);

		state[i] = state_of(&g, &mm_frozen_box(f)[i]);
	}
	h->section[MM_SECTION_GEOM] = mm_out_file_span(o, state, b->rows);
	h->section[MM_SECTION_PART] = mm_out_file_span(o, NULL, 0);
	h->section[MM_SECTION_RING] = mm_out_file_span(o, NULL, 0);
	h->section[MM_SECTION_Z] =
	    b->has_z ? put_spread(o, b, b->z.data, sizeof(double)) : mm_out_file_span(o, NULL, 0);
	h->section[MM_SECTION_WORLD] = put_spread(o, b, mm_frozen_world(f), sizeof(struct mm_world));
	h->section[MM_SECTION_BOX] = mm_out_file_span(o, NULL, 0);
	free(state);
}

static void put_shapes(struct mm_freeze_file *w, const struct mm_layer_build *b, const struct mm_frozen *f)
{
	struct mm_format_header *h = &w->header;
	struct mm_out_file *o = &w->out;

	h->section[MM_SECTION_GEOM] = mm_out_file_buf(o, &b->geom);
	h->section[MM_SECTION_PART] = mm_out_file_buf(o, &b->part);
	h->section[MM_SECTION_RING] = mm_out_file_buf(o, &b->ring);
	h->section[MM_SECTION_Z] = mm_out_file_buf(o, &b->z);
	h->section[MM_SECTION_WORLD] =
	    mm_out_file_span(o, mm_frozen_world(f), mm_build_vertices(b) * sizeof(struct mm_world));
	h->section[MM_SECTION_BOX] =
	    mm_out_file_span(o, mm_frozen_box(f), b->rows * sizeof(struct mm_world_box));
}

void mm_freeze_put_geometry(struct mm_freeze_file *w, const struct mm_layer_build *b,
			    const struct mm_frozen *f)
{
	if (w->header.is_points)
		put_points(w, b, f);
	else
		put_shapes(w, b, f);
	w->header.section[MM_SECTION_REPAIRED] = mm_out_file_buf(&w->out, &f->repaired);
}

void mm_freeze_file_level(struct mm_out_file *o, struct mm_level_made *m)
{
	const struct mm_level_row row = {
	    .zoom = m->zoom,
	    .count = m->count,
	    .place = mm_out_file_buf(o, &m->place),
	    .start = mm_out_file_buf(o, &m->start),
	    .bytes = mm_out_file_buf(o, &m->bytes),
	    .tree_box = mm_out_file_span(
		o, m->tree_box, m->is_dense ? 0 : mm_rtree_box_count(m->count) * sizeof(*m->tree_box)),
	    .tree_index =
		mm_out_file_span(o, m->tree_index, m->is_dense ? 0 : m->count * sizeof(*m->tree_index)),
	    .members = mm_out_file_buf(o, &m->members),
	    .value = mm_out_file_buf(o, &m->value),
	    .joined = mm_out_file_buf(o, &m->joined),
	};

	mm_level_made_release(m);
	m->zoom = row.zoom;
	m->is_filed = true;
	m->row = row;
}

void mm_freeze_put_levels(struct mm_out_file *o, struct mm_frozen *f, uint32_t rows,
			  struct mm_format_header *h)
{
	struct mm_level_row level[MM_LEVEL_TOP + 1];

	memset(level, 0, sizeof(level));
	for (unsigned i = 0; i < f->level_count; i++) {
		if (!f->level[i].is_filed)
			mm_freeze_file_level(o, &f->level[i]);
		level[i] = f->level[i].row;
	}
	h->section[MM_SECTION_IMPORTANCE] = mm_out_file_span(o, f->importance, rows * sizeof(*f->importance));
	h->section[MM_SECTION_LEVEL] = mm_out_file_span(o, level, f->level_count * sizeof(*level));
}

void mm_frozen_release_index(struct mm_frozen *f)
{
	free(f->tree_box);
	free(f->tree_index);
	f->tree_box = NULL;
	f->tree_index = NULL;
}

void mm_freeze_put_index(struct mm_out_file *o, const struct mm_frozen *f, struct mm_format_header *h)
{
	h->section[MM_SECTION_TREE_BOX] =
	    mm_out_file_span(o, f->tree_box, mm_rtree_box_count(f->tree_count) * sizeof(*f->tree_box));
	h->section[MM_SECTION_TREE_INDEX] =
	    mm_out_file_span(o, f->tree_index, f->tree_count * sizeof(*f->tree_index));
}
