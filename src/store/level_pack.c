#include "store/level_work.h"

#include "grid/stream.h"

#include <stdlib.h>
#include <string.h>

/* A level out of its items: in the order of rows, and found by a tree or, when there are many, by their rows.
 */

enum { DENSE_FROM = 3 }; /* a level is dense with more than one row in so many */

void mm_level_made_release(struct mm_level_made *m)
{
	mm_buf_release(&m->row);
	mm_buf_release(&m->start);
	mm_buf_release(&m->bytes);
	mm_buf_release(&m->members);
	mm_buf_release(&m->value);
	free(m->tree_box);
	free(m->tree_index);
	*m = (struct mm_level_made){0};
}

const unsigned char *mm_level_item_bytes(const struct mm_level_work *w, const struct mm_level_item *item)
{
	return (item->cluster == MM_LEVEL_DRAWN ? w->drawn->bytes : w->bytes.data) + item->start;
}

/* The numbers of items by their rows, of which each has one at most; NULL: out of memory. */
static uint32_t *in_order(const struct mm_level_work *w, uint32_t count)
{
	const struct mm_level_item *item = (const struct mm_level_item *)(const void *)w->item.data;
	uint32_t *order = malloc(((size_t)w->s->rows + 1) * sizeof(*order)), n = 0;

	if (!order)
		return NULL;
	memset(order, 0xff, w->s->rows * sizeof(*order));
	for (uint32_t i = 0; i < count; i++)
		order[item[i].row] = i;
	for (uint32_t row = 0; row < w->s->rows; row++)
		if (order[row] != UINT32_MAX)
			order[n++] = order[row];
	MM_CHECK(n == count);
	return order;
}

static struct mm_world_box box_of(const struct mm_level_work *w, const struct mm_level_item *item,
				  const struct mm_grid_stream *s)
{
	const int shift = 20 - (int)w->zoom;
	struct mm_world_box b = w->s->box[item->row];
	uint64_t pixel = (UINT64_C(1) << (shift + MM_LEVEL_PIXEL_SHIFT)) - 1;

	if (item->cluster < MM_LEVEL_DRAWN) {
		const struct mm_cluster *c = &w->clusters.cluster[item->cluster];

		b = (struct mm_world_box){(uint32_t)c->x, (uint32_t)c->y, (uint32_t)c->x, (uint32_t)c->y};
	}
	if (s->is_dot)
		b = (struct mm_world_box){s->x << shift, s->y << shift,
					  (uint32_t)(((uint64_t)s->x << shift) + pixel),
					  (uint32_t)(((uint64_t)s->y << shift) + pixel)};
	return b;
}

static enum mm_code index_level(const struct mm_level_work *w, const uint32_t *order, struct mm_level_made *m,
				struct mm_err *reterr)
{
	const struct mm_level_item *item = (const struct mm_level_item *)(const void *)w->item.data;
	struct mm_world_box *box = malloc(((size_t)m->count + 1) * sizeof(*box));
	enum mm_code rc = MM_E_NOMEM;

	m->tree_box = calloc(mm_rtree_box_count(m->count) + 1, sizeof(*m->tree_box));
	m->tree_index = calloc((size_t)m->count + 1, sizeof(*m->tree_index));
	if (box && m->tree_box && m->tree_index) {
		for (uint32_t i = 0; i < m->count; i++) {
			const struct mm_level_item *at = &item[order[i]];
			struct mm_grid_stream s;

			mm_grid_stream_open(mm_level_item_bytes(w, at), at->bytes, &s);
			box[i] = box_of(w, at, &s);
		}
		rc = mm_rtree_build(box, NULL, m->count, m->tree_box, m->tree_index, reterr);
	} else {
		(void)mm_fail_nomem(reterr);
	}
	free(box);
	return rc;
}

static size_t bytes_of_all(const struct mm_level_work *w)
{
	const struct mm_level_item *item = (const struct mm_level_item *)(const void *)w->item.data;
	size_t bytes = 0;

	for (size_t i = 0; i < w->item.len / sizeof(*item); i++)
		bytes += item[i].bytes;
	return bytes;
}

/* An item a row, the last at the end of the bytes. */
static bool copy_dense(const struct mm_level_work *w, const uint32_t *order, uint32_t count,
		       struct mm_level_made *m)
{
	const struct mm_level_item *item = (const struct mm_level_item *)(const void *)w->item.data;
	uint32_t *start =
	    (uint32_t *)(void *)mm_buf_reserve(&m->start, ((size_t)w->s->rows + 1) * sizeof(*start));
	unsigned char *bytes = mm_buf_reserve(&m->bytes, bytes_of_all(w) + 1);
	uint32_t at = 0, i = 0;

	if (!start || !bytes)
		return false;
	for (uint32_t row = 0; row < w->s->rows; row++) {
		const struct mm_level_item *next = i < count ? &item[order[i]] : NULL;

		start[row] = at;
		if (!next || next->row != row)
			continue;
		memcpy(bytes + at, mm_level_item_bytes(w, next), next->bytes);
		at += next->bytes;
		i++;
	}
	start[w->s->rows] = at;
	m->count = w->s->rows;
	m->start.len = ((size_t)w->s->rows + 1) * sizeof(*start);
	m->bytes.len = at;
	return true;
}

static bool copy_members(const struct mm_level_work *w, const uint32_t *order, struct mm_level_made *m)
{
	const struct mm_level_item *item = (const struct mm_level_item *)(const void *)w->item.data;

	for (uint32_t i = 0; i < m->count; i++) {
		const struct mm_level_item *at = &item[order[i]];
		const struct mm_cluster *c =
		    at->cluster < MM_LEVEL_DRAWN ? &w->clusters.cluster[at->cluster] : NULL;
		const uint32_t members = c ? c->count : 1;

		mm_buf_put(&m->members, &members, sizeof(members));
		mm_buf_put(&m->value,
			   c ? w->clusters.value + c->value : w->s->value + (size_t)at->row * w->s->values,
			   w->s->values * sizeof(double));
	}
	return !m->members.failed && !m->value.failed;
}

static bool copy_items(const struct mm_level_work *w, const uint32_t *order, struct mm_level_made *m)
{
	const struct mm_level_item *item = (const struct mm_level_item *)(const void *)w->item.data;
	uint32_t *row = (uint32_t *)(void *)mm_buf_reserve(&m->row, ((size_t)m->count + 1) * sizeof(*row));
	uint32_t *start =
	    (uint32_t *)(void *)mm_buf_reserve(&m->start, ((size_t)m->count + 1) * sizeof(*start));
	unsigned char *bytes = mm_buf_reserve(&m->bytes, bytes_of_all(w) + 1);
	uint32_t at = 0;

	if (!row || !start || !bytes)
		return false;
	for (uint32_t i = 0; i < m->count; i++) {
		const struct mm_level_item *next = &item[order[i]];

		row[i] = next->row;
		start[i] = at;
		memcpy(bytes + at, mm_level_item_bytes(w, next), next->bytes);
		at += next->bytes;
	}
	start[m->count] = at;
	m->row.len = m->count * sizeof(*row);
	m->start.len = ((size_t)m->count + 1) * sizeof(*start);
	m->bytes.len = at;
	return true;
}

enum mm_code mm_level_pack(const struct mm_level_work *w, struct mm_level_made *m, struct mm_err *reterr)
{
	uint32_t count = (uint32_t)(w->item.len / sizeof(struct mm_level_item));
	uint32_t *order = in_order(w, count);
	enum mm_code rc;

	m->zoom = w->zoom;
	m->count = count;
	m->is_dense = !w->s->cluster_px && count > w->s->rows / DENSE_FROM;
	mm_buf_init(&m->row, SIZE_MAX / 2);
	mm_buf_init(&m->start, SIZE_MAX / 2);
	mm_buf_init(&m->bytes, SIZE_MAX / 2);
	mm_buf_init(&m->members, SIZE_MAX / 2);
	mm_buf_init(&m->value, SIZE_MAX / 2);
	if (order && m->is_dense)
		rc = copy_dense(w, order, count, m) ? MM_OK : mm_fail_nomem(reterr);
	else
		rc = order && copy_items(w, order, m) && (!w->s->cluster_px || copy_members(w, order, m))
			 ? index_level(w, order, m, reterr)
			 : mm_fail_nomem(reterr);
	free(order);
	return rc;
}
