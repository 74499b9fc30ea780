#include "store/level_work.h"

#include "grid/stream.h"

#include <stdlib.h>
#include <string.h>

/* A level out of its items: in the order of rows and found by a tree, or, when there are many, in that of
 * places. */

enum { DENSE_FROM = 3 }; /* a level is dense with more than one row in so many */

void mm_level_made_release(struct mm_level_made *m)
{
	mm_buf_release(&m->place);
	mm_buf_release(&m->start);
	mm_buf_release(&m->bytes);
	mm_buf_release(&m->members);
	mm_buf_release(&m->value);
	mm_buf_release(&m->joined);
	free(m->tree_box);
	free(m->tree_index);
	*m = (struct mm_level_made){0};
}

const unsigned char *mm_level_item_bytes(const struct mm_level_work *w, const struct mm_level_item *item)
{
	return (item->cluster == MM_LEVEL_DRAWN ? w->drawn->bytes : w->bytes.data) + item->start;
}

/* The item of each row, UINT32_MAX: it has none. NULL: out of memory. */
static uint32_t *by_row(const struct mm_level_work *w, uint32_t count)
{
	const struct mm_level_item *item = (const struct mm_level_item *)(const void *)w->item.data;
	uint32_t *of_row = malloc(((size_t)w->s->rows + 1) * sizeof(*of_row));

	if (!of_row)
		return NULL;
	memset(of_row, 0xff, w->s->rows * sizeof(*of_row));
	for (uint32_t i = 0; i < count; i++)
		of_row[item[i].row] = i;
	return of_row;
}

/* Makes of these the numbers of all items in the order of rows. */
static void squeeze(uint32_t *of_row, uint32_t rows, uint32_t count)
{
	uint32_t n = 0;

	for (uint32_t row = 0; row < rows; row++)
		if (of_row[row] != UINT32_MAX)
			of_row[n++] = of_row[row];
	MM_CHECK(n == count);
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
	enum mm_code rc = MM_OK;

	m->tree_box = calloc(mm_rtree_box_count(m->count) + 1, sizeof(*m->tree_box));
	m->tree_index = calloc((size_t)m->count + 1, sizeof(*m->tree_index));
	if (box && m->tree_box && m->tree_index) {
		for (uint32_t i = 0; i < m->count; i++) {
			const struct mm_level_item *at = &item[order[i]];
			struct mm_grid_stream s = {0};

			if (at->bytes)
				mm_grid_stream_open(mm_level_item_bytes(w, at), at->bytes, &s);
			box[i] = box_of(w, at, &s);
		}
		mm_rtree_build(box, NULL, m->count, m->tree_box, m->tree_index);
	} else {
		rc = mm_fail_nomem(reterr);
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

/* An item a place, the last at the end of the bytes. `of_row`: the item of each row, UINT32_MAX: none. */
static bool copy_dense(const struct mm_level_work *w, const uint32_t *of_row, struct mm_level_made *m)
{
	const struct mm_level_item *item = (const struct mm_level_item *)(const void *)w->item.data;
	const uint32_t places = w->s->places;
	uint32_t *start =
	    (uint32_t *)(void *)mm_buf_reserve(&m->start, ((size_t)places + 1) * sizeof(*start));
	unsigned char *bytes = mm_buf_reserve(&m->bytes, bytes_of_all(w) + 1);
	uint32_t at = 0;

	if (!start || !bytes)
		return false;
	for (uint32_t i = 0; i < places; i++) {
		const uint32_t number = of_row[w->s->row_at[i]];

		start[i] = at;
		if (number == UINT32_MAX)
			continue;
		memcpy(bytes + at, mm_level_item_bytes(w, &item[number]), item[number].bytes);
		at += item[number].bytes;
		if (w->s->let_go && i % MM_LEVEL_LET_GO_ROWS == 0)
			w->s->let_go(w->s->ctx);
	}
	start[places] = at;
	m->count = places;
	m->start.len = ((size_t)places + 1) * sizeof(*start);
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
	uint32_t *place =
	    (uint32_t *)(void *)mm_buf_reserve(&m->place, ((size_t)m->count + 1) * sizeof(*place));
	uint32_t *start =
	    (uint32_t *)(void *)mm_buf_reserve(&m->start, ((size_t)m->count + 1) * sizeof(*start));
	unsigned char *bytes = mm_buf_reserve(&m->bytes, bytes_of_all(w) + 1);
	uint32_t at = 0;

	if (!place || !start || !bytes)
		return false;
	for (uint32_t i = 0; i < m->count; i++) {
		const struct mm_level_item *next = &item[order[i]];

		place[i] = w->s->place_of[next->row];
		start[i] = at;
		memcpy(bytes + at, mm_level_item_bytes(w, next), next->bytes);
		at += next->bytes;
	}
	start[m->count] = at;
	m->place.len = m->count * sizeof(*place);
	m->start.len = ((size_t)m->count + 1) * sizeof(*start);
	m->bytes.len = at;
	return true;
}

/* A bit an item. */
static bool mark_joined(const struct mm_level_work *w, const uint32_t *order, struct mm_level_made *m)
{
	const struct mm_level_item *item = (const struct mm_level_item *)(const void *)w->item.data;
	const size_t bytes = ((size_t)m->count + 7) / 8;
	unsigned char *bit = mm_buf_reserve(&m->joined, bytes + 1);

	if (!bit)
		return false;
	memset(bit, 0, bytes);
	for (uint32_t i = 0; i < m->count; i++)
		if (w->s->joined[item[order[i]].row])
			bit[i / 8] |= (unsigned char)(1u << i % 8);
	m->joined.len = bytes;
	return true;
}

enum mm_code mm_level_pack(const struct mm_level_work *w, struct mm_level_made *m, struct mm_err *reterr)
{
	uint32_t count = (uint32_t)(w->item.len / sizeof(struct mm_level_item));
	uint32_t *order = by_row(w, count);
	enum mm_code rc;

	m->zoom = w->zoom;
	m->count = count;
	m->is_dense = !w->s->is_clustered && !w->s->joined && count > w->s->rows / DENSE_FROM;
	mm_buf_init(&m->place, SIZE_MAX / 2);
	mm_buf_init(&m->start, SIZE_MAX / 2);
	mm_buf_init(&m->bytes, SIZE_MAX / 2);
	mm_buf_init(&m->members, SIZE_MAX / 2);
	mm_buf_init(&m->value, SIZE_MAX / 2);
	mm_buf_init(&m->joined, SIZE_MAX / 2);
	if (order && !m->is_dense)
		squeeze(order, w->s->rows, count);
	if (order && m->is_dense)
		rc = copy_dense(w, order, m) ? MM_OK : mm_fail_nomem(reterr);
	else
		rc = order && copy_items(w, order, m) && (!w->s->is_clustered || copy_members(w, order, m)) &&
			     (!w->s->joined || mark_joined(w, order, m))
			 ? index_level(w, order, m, reterr)
			 : mm_fail_nomem(reterr);
	free(order);
	return rc;
}
