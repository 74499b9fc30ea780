#include "store/change.h"

#include "base/hash.h"
#include "base/sort.h"
#include "store/change_private.h"
#include "store/layer_private.h"
#include "store/row_hash.h"

#include <stdlib.h>
#include <string.h>

/* Of so many rows each has a rank of its own: the order of ranks is that of the values. */
enum { RANKS = 65534 };

/* One snapshot while it is compared. */
struct side {
	const struct mm_layer *layer;
	uint64_t *row;        /* hash of each */
	bool with_importance; /* in these; else it is the order of ranks that counts */
	struct mm_drawn drawn;
	uint32_t *drawn_row; /* of each that is drawn */
	size_t cap;
};

static void drawn_release(struct mm_drawn *d)
{
	free(d->hash);
	free(d->box);
}

static bool drawn_init(struct mm_drawn *d, size_t cap)
{
	d->hash = malloc((cap + 1) * sizeof(*d->hash));
	d->box = malloc((cap + 1) * sizeof(*d->box));
	return d->hash && d->box;
}

static void side_release(struct side *s)
{
	free(s->row);
	free(s->drawn_row);
	drawn_release(&s->drawn);
}

static bool side_init(struct side *s, const struct mm_layer *l, bool with_importance)
{
	const uint32_t rows = mm_layer_count(l);

	s->layer = l;
	s->with_importance = with_importance;
	s->cap = rows;
	for (unsigned z = 0; z <= MM_LEVEL_TOP; z++)
		if (mm_layer_level(l, z) && mm_layer_level(l, z)->count > s->cap)
			s->cap = mm_layer_level(l, z)->count;
	s->row = malloc(((size_t)rows + 1) * sizeof(*s->row));
	s->drawn_row = malloc((s->cap + 1) * sizeof(*s->drawn_row));
	for (uint32_t r = 0; s->row && r < rows; r++)
		s->row[r] = mm_row_hash(l, r, with_importance);
	return drawn_init(&s->drawn, s->cap) && s->row && s->drawn_row;
}

/* Drops what has no box, keeping the order. */
static void squeeze(struct side *s, size_t count)
{
	struct mm_drawn *d = &s->drawn;
	size_t n = 0;

	for (size_t i = 0; i < count; i++)
		if (d->box[i].min_x <= d->box[i].max_x) {
			d->box[n] = d->box[i];
			s->drawn_row[n] = s->drawn_row[i];
			d->hash[n++] = d->hash[i];
		}
	d->count = n;
}

static void begin_drawn(struct mm_drawn *d, size_t count)
{
	for (size_t i = 0; i < count; i++)
		d->box[i] = (struct mm_world_box){1, 1, 0, 0};
}

/* The boxes by which a tile finds them. */
static void read_boxes(struct mm_drawn *d, const struct mm_rtree *tree)
{
	for (uint32_t i = 0; i < tree->count; i++)
		d->box[tree->index[i]] = tree->box[i];
}

static uint64_t hash_item(const struct mm_level *v, uint32_t i, uint64_t h)
{
	h = mm_hash64(v->bytes + v->start[i], v->start[i + 1] - v->start[i], h);
	if (v->members)
		h = mm_hash64(&v->members[i], sizeof(*v->members), h);
	if (v->values)
		h = mm_hash64(v->value + (size_t)i * v->values, v->values * sizeof(*v->value), h);
	return h;
}

/* A dense level has its items by place, and is drawn in the order of rows. */
static void read_dense(struct side *s, const struct mm_level *v)
{
	const struct mm_rtree *tree = mm_layer_rtree(s->layer);
	struct mm_drawn *d = &s->drawn;

	begin_drawn(d, mm_layer_count(s->layer));
	for (uint32_t i = 0; i < v->count; i++) {
		const uint32_t row = tree->index[i];

		if (v->start[i] == v->start[i + 1]) /* another stands for it */
			continue;
		d->box[row] = tree->box[i];
		s->drawn_row[row] = row;
		d->hash[row] = mm_hash64(&d->box[row], sizeof(d->box[row]), hash_item(v, i, s->row[row]));
	}
	squeeze(s, mm_layer_count(s->layer));
}

static void read_level(struct side *s, const struct mm_level *v)
{
	const uint32_t *row = mm_layer_rtree(s->layer)->index;
	struct mm_drawn *d = &s->drawn;

	if (!v->place) {
		read_dense(s, v);
		return;
	}
	begin_drawn(d, v->count);
	read_boxes(d, &v->tree);
	for (uint32_t i = 0; i < v->count; i++) {
		s->drawn_row[i] = row[v->place[i]];
		d->hash[i] =
		    mm_hash64(&d->box[i], sizeof(d->box[i]), hash_item(v, i, s->row[s->drawn_row[i]]));
	}
	squeeze(s, v->count);
}

static void read_rows(struct side *s)
{
	struct mm_drawn *d = &s->drawn;
	const uint32_t rows = mm_layer_count(s->layer);

	begin_drawn(d, rows);
	read_boxes(d, mm_layer_rtree(s->layer));
	memcpy(d->hash, s->row, rows * sizeof(*d->hash));
	for (uint32_t r = 0; r < rows; r++)
		s->drawn_row[r] = r;
	squeeze(s, rows);
}

/* What is drawn, the most important first and of equals in their order: what a tile without room for all of
 * it keeps. False: out of memory. */
static bool by_importance(const struct side *s, struct mm_drawn *ret)
{
	const size_t count = s->drawn.count;
	uint64_t *key = malloc((2 * count + 1) * sizeof(*key));
	const bool fine = drawn_init(ret, count) && key;

	for (size_t i = 0; fine && i < count; i++)
		key[i] = (uint64_t)(UINT16_MAX - mm_layer_importance(s->layer, s->drawn_row[i])) << 32 | i;
	if (fine)
		mm_sort_u64(key, key + count, count);
	for (size_t i = 0; fine && i < count; i++) {
		const uint32_t from = (uint32_t)key[i];

		ret->hash[i] = s->drawn.hash[from];
		ret->box[i] = s->drawn.box[from];
	}
	ret->count = count;
	free(key);
	return fine;
}

/* Adds what has another place in the order of ranks. False: out of memory. */
static bool compare_ranks(const struct side *a, const struct side *b, struct mm_box_set *ret)
{
	struct mm_drawn first[2] = {{0}, {0}};
	const bool fine = by_importance(a, &first[0]) && by_importance(b, &first[1]) &&
			  mm_drawn_compare(&first[0], &first[1], ret);

	drawn_release(&first[0]);
	drawn_release(&first[1]);
	return fine;
}

static void compare_zoom(struct side *a, struct side *b, unsigned zoom, struct mm_box_set *ret)
{
	const struct mm_level *va = mm_layer_level(a->layer, zoom), *vb = mm_layer_level(b->layer, zoom);

	if (!va != !vb) {
		mm_box_set_add_everything(ret);
		return;
	}
	if (va && vb) {
		read_level(a, va);
		read_level(b, vb);
	} else {
		read_rows(a);
		read_rows(b);
	}
	if (!mm_drawn_compare(&a->drawn, &b->drawn, ret) ||
	    (!a->with_importance && !compare_ranks(a, b, ret)))
		mm_box_set_add_everything(ret);
	mm_box_set_settle(ret, MM_BOX_SET_MAX);
}

static bool are_made_alike(const struct mm_layer *a, const struct mm_layer *b)
{
	size_t na, nb;
	const void *sa = mm_layer_section(a, MM_SECTION_SCHEMA, 1, &na),
		   *sb = mm_layer_section(b, MM_SECTION_SCHEMA, 1, &nb);

	return na == nb && memcmp(sa, sb, na) == 0;
}

static bool is_each_ranked(const struct mm_layer *l)
{
	return mm_generalize_has_importance(&mm_layer_schema(l)->generalize) && mm_layer_count(l) <= RANKS;
}

/* Each zoom that tiles have the layer at; those that draw rows share one answer. */
static void compare(struct side *a, struct side *b, struct mm_change *c)
{
	const struct mm_schema *s = mm_layer_schema(a->layer);
	struct mm_box_set *rows = &c->set[MM_CHANGE_ROWS];

	compare_zoom(a, b, MM_CHANGE_ROWS, rows);
	for (unsigned z = s->min_zoom; z <= s->max_zoom && z <= MM_LEVEL_TOP; z++) {
		if (mm_layer_level(a->layer, z) || mm_layer_level(b->layer, z))
			compare_zoom(a, b, z, &c->set[z]);
		else
			mm_box_set_add_all(&c->set[z], rows);
	}
}

static struct mm_change *change_new(void)
{
	struct mm_change *c = calloc(1, sizeof(*c));

	if (c)
		atomic_init(&c->refs, 1);
	return c;
}

static void add_everything(struct mm_change *c)
{
	for (unsigned i = 0; i < MM_CHANGE_SETS; i++)
		mm_box_set_add_everything(&c->set[i]);
}

enum mm_code mm_change_find(const struct mm_layer *before, const struct mm_layer *after,
			    struct mm_change **ret, struct mm_err *reterr)
{
	struct mm_change *c = change_new();
	struct side a = {0}, b = {0};
	bool with_importance;

	if (!c)
		return mm_fail_nomem(reterr);
	if (!before || !after || !are_made_alike(before, after)) {
		add_everything(c);
	} else if (mm_layer_version(before) != mm_layer_version(after)) {
		with_importance = !is_each_ranked(before) || !is_each_ranked(after);
		if (side_init(&a, before, with_importance) && side_init(&b, after, with_importance))
			compare(&a, &b, c);
		else
			add_everything(c);
	}
	side_release(&a);
	side_release(&b);
	*ret = c;
	return MM_OK;
}

struct mm_change *mm_change_ref(struct mm_change *c)
{
	(void)atomic_fetch_add_explicit(&c->refs, 1, memory_order_relaxed);
	return c;
}

struct mm_change *mm_change_unref(struct mm_change *c)
{
	if (!c || atomic_fetch_sub_explicit(&c->refs, 1, memory_order_acq_rel) != 1)
		return NULL;
	for (unsigned i = 0; i < MM_CHANGE_SETS; i++)
		mm_box_set_release(&c->set[i]);
	free(c);
	return NULL;
}

struct mm_change *mm_change_join(const struct mm_change *a, const struct mm_change *b)
{
	struct mm_change *c = change_new();

	for (unsigned i = 0; c && i < MM_CHANGE_SETS; i++) {
		mm_box_set_add_all(&c->set[i], &a->set[i]);
		mm_box_set_add_all(&c->set[i], &b->set[i]);
		mm_box_set_settle(&c->set[i], MM_BOX_SET_MAX);
	}
	return c;
}

bool mm_change_meets(const struct mm_change *c, unsigned zoom, const struct mm_world_box *window)
{
	return mm_box_set_meets(&c->set[zoom < MM_CHANGE_ROWS ? zoom : MM_CHANGE_ROWS], window);
}

bool mm_change_is_nothing(const struct mm_change *c)
{
	for (unsigned i = 0; i < MM_CHANGE_SETS; i++)
		if (c->set[i].is_everything || c->set[i].count)
			return false;
	return true;
}

void mm_change_boxes(const struct mm_change *c, size_t most, struct mm_box_set *ret)
{
	for (unsigned i = 0; i < MM_CHANGE_SETS; i++)
		mm_box_set_add_all(ret, &c->set[i]);
	mm_box_set_settle(ret, most);
}
