#include "store/stroke.h"

#include "base/hash.h"
#include "base/sort.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
	MEET_MAX = 16,          /* where more ends meet, nobody sees which goes on in which */
	VERTICES_MAX = 1 << 14, /* of a stroke: each tile that it crosses reads all of it */
};

static const double STRAIGHT_COS = 0.7; /* two of several go on in one another if they turn less than 45
					   degrees */

#define NONE UINT32_MAX

/* An end of a row is twice its number, and one more at its last vertex. */
struct mm_strokes {
	const struct mm_level_source *of;
	const uint64_t *alike;
	struct mm_level_source source;
	uint32_t *other;  /* of each end the one that it goes on in; NONE */
	uint32_t *first;  /* of each row that has a stroke's shape: where its members begin; NONE */
	uint32_t *member; /* the ends by which the rows of each stroke are entered, NONE behind the last */
	size_t members;
	struct mm_world_box *box;
	uint16_t *importance;
	float *measure;
	unsigned char *joined;
	uint32_t longest;       /* vertices of a stroke */
	struct mm_world *point; /* room for so many */
	uint32_t *shape;        /* of the geometry last given: its part, its ring */
};

/* ---- which ends meet ---- */

static void geom_in(const struct mm_strokes *t, uint32_t row, struct mm_world_geom *ret)
{
	t->of->geom(t->of->ctx, row, ret);
}

/* One open line. */
static bool takes_part(const struct mm_strokes *t, uint32_t row)
{
	struct mm_world_geom g;

	if (t->of->box[row].min_x > t->of->box[row].max_x)
		return false;
	geom_in(t, row, &g);
	return g.part_count == 1 && g.ring_count == 1 && mm_part_kind(g.part[0]) == MM_PART_LINE &&
	       g.vertex_count >= 2 && g.vertex_count <= VERTICES_MAX &&
	       memcmp(&g.point[0], &g.point[g.vertex_count - 1], sizeof(*g.point)) != 0;
}

/* Where an end is, and the vertex before it. */
struct tip {
	struct mm_world at, before;
};

static struct tip tip_of(const struct mm_strokes *t, uint32_t end)
{
	struct mm_world_geom g;

	geom_in(t, end / 2, &g);
	if (end % 2)
		return (struct tip){g.point[g.vertex_count - 1], g.point[g.vertex_count - 2]};
	return (struct tip){g.point[0], g.point[1]};
}

static uint64_t key_of(const struct mm_strokes *t, uint32_t end)
{
	const struct tip tip = tip_of(t, end);
	const uint64_t words[] = {(uint64_t)tip.at.x << 32 | tip.at.y, t->alike[end / 2]};

	return mm_hash64(words, sizeof(words), 0) >> 32 << 32 | end;
}

/* How straight it goes on from one end into another: 1 is straight, -1 is back; less than that: they do not
 * meet, or are not alike. */
static double straightness(const struct mm_strokes *t, uint32_t a, uint32_t b)
{
	const struct tip p = tip_of(t, a), q = tip_of(t, b);
	const double px = (double)p.before.x - p.at.x, py = (double)p.before.y - p.at.y,
		     qx = (double)q.before.x - q.at.x, qy = (double)q.before.y - q.at.y;
	const double long_p = hypot(px, py), long_q = hypot(qx, qy);

	if (p.at.x != q.at.x || p.at.y != q.at.y || t->alike[a / 2] != t->alike[b / 2] || a / 2 == b / 2)
		return -2;
	return long_p > 0 && long_q > 0 ? -(px * qx + py * qy) / (long_p * long_q) : 0;
}

static bool is_alone(const struct mm_strokes *t, const uint64_t *key, size_t count, size_t a, size_t b)
{
	for (size_t i = 0; i < count; i++)
		if (i != a && i != b && straightness(t, (uint32_t)key[a], (uint32_t)key[i]) >= -1)
			return false;
	return true;
}

/* Of ends with one key joins the two that go straightest on in one another; false: none is left. */
static bool join_straightest(struct mm_strokes *t, const uint64_t *key, size_t count)
{
	double best = -2;
	size_t a = 0, b = 0;

	for (size_t i = 0; i < count; i++)
		for (size_t k = i + 1; k < count && t->other[(uint32_t)key[i]] == NONE; k++) {
			double s = t->other[(uint32_t)key[k]] == NONE
				       ? straightness(t, (uint32_t)key[i], (uint32_t)key[k])
				       : -2;

			if (s > best) {
				best = s;
				a = i;
				b = k;
			}
		}
	if (best < -1 || (best < STRAIGHT_COS && !is_alone(t, key, count, a, b)))
		return false;
	t->other[(uint32_t)key[a]] = (uint32_t)key[b];
	t->other[(uint32_t)key[b]] = (uint32_t)key[a];
	return true;
}

/* False: out of memory. */
static bool join_ends(struct mm_strokes *t)
{
	uint64_t *key = malloc(((size_t)t->of->rows * 2 + 1) * 2 * sizeof(*key));
	size_t n = 0;

	if (!key)
		return false;
	for (uint32_t row = 0; row < t->of->rows; row++) {
		if (takes_part(t, row)) {
			key[n++] = key_of(t, 2 * row);
			key[n++] = key_of(t, 2 * row + 1);
		}
		if (t->of->let_go && row % MM_LEVEL_LET_GO_ROWS == 0)
			t->of->let_go(t->of->ctx);
	}
	mm_sort_u64(key, key + n, n);
	for (size_t i = 0, k; i < n; i = k) {
		for (k = i + 1; k < n && key[k] >> 32 == key[i] >> 32;)
			k++;
		while (k - i > 1 && k - i <= MEET_MAX && join_straightest(t, key + i, k - i))
			;
	}
	free(key);
	return true;
}

/* ---- strokes ---- */

static uint32_t vertices_of(const struct mm_strokes *t, uint32_t row)
{
	struct mm_world_geom g;

	geom_in(t, row, &g);
	return g.vertex_count;
}

/* The end by which a stroke is entered that this row is in: the row's own first one when it goes round. */
static uint32_t entrance_of(const struct mm_strokes *t, uint32_t row, const bool *is_taken)
{
	uint32_t end = 2 * row;

	while (t->other[end] != NONE && !is_taken[t->other[end] / 2]) {
		end = t->other[end] ^ 1;
		if (end == 2 * row)
			break;
	}
	return end;
}

/* The more important one, of equals the earlier. */
static bool goes_first(const struct mm_level_source *s, uint32_t a, uint32_t b)
{
	return s->importance[a] != s->importance[b] ? s->importance[a] > s->importance[b] : a < b;
}

/* Gives the most important row all that the stroke is, and takes their places from the others. */
static void settle(struct mm_strokes *t, size_t from, uint16_t (*importance)(float length))
{
	const struct mm_level_source *s = t->of;
	uint32_t best = t->member[from] / 2;
	struct mm_world_box box = s->box[best];
	float measure = 0;

	for (size_t i = from; t->member[i] != NONE; i++) {
		const uint32_t row = t->member[i] / 2;
		const struct mm_world_box *b = &s->box[row];

		measure += s->measure[row];
		box.min_x = b->min_x < box.min_x ? b->min_x : box.min_x;
		box.min_y = b->min_y < box.min_y ? b->min_y : box.min_y;
		box.max_x = b->max_x > box.max_x ? b->max_x : box.max_x;
		box.max_y = b->max_y > box.max_y ? b->max_y : box.max_y;
		t->box[row] = (struct mm_world_box){1, 1, 0, 0};
		if (goes_first(s, row, best))
			best = row;
	}
	t->box[best] = box;
	t->measure[best] = measure;
	if (importance)
		t->importance[best] = importance(measure);
	t->first[best] = (uint32_t)from;
	t->joined[best] = 1;
}

/* Takes the row and all that go on from it into one stroke, as long as a stroke may be. */
static void gather(struct mm_strokes *t, uint32_t row, bool *is_taken, uint16_t (*importance)(float length))
{
	const size_t from = t->members;
	uint32_t end = entrance_of(t, row, is_taken), vertices = 0;

	while (end != NONE && !is_taken[end / 2]) {
		const uint32_t more = vertices_of(t, end / 2);

		if (vertices + more > VERTICES_MAX)
			break;
		vertices += more;
		is_taken[end / 2] = true;
		t->member[t->members++] = end;
		end = t->other[end ^ 1];
	}
	if (t->members == from + 1) { /* the rest of one that was too long */
		t->members = from;
		return;
	}
	t->longest = vertices > t->longest ? vertices : t->longest;
	t->member[t->members++] = NONE;
	settle(t, from, importance);
}

static void gather_all(struct mm_strokes *t, bool *is_taken, uint16_t (*importance)(float length))
{
	for (uint32_t row = 0; row < t->of->rows; row++)
		while (!is_taken[row] && (t->other[2 * row] != NONE || t->other[2 * row + 1] != NONE))
			gather(t, row, is_taken, importance);
}

/* ---- the source ---- */

/* The vertices of a stroke, those where its rows meet once. */
static void geom_of(const void *ctx, uint32_t row, struct mm_world_geom *ret)
{
	const struct mm_strokes *t = ctx;
	uint32_t n = 0;

	geom_in(t, row, ret);
	if (t->first[row] == NONE)
		return;
	for (size_t i = t->first[row]; t->member[i] != NONE; i++) {
		const bool is_turned = t->member[i] % 2;
		struct mm_world_geom g;

		geom_in(t, t->member[i] / 2, &g);
		for (uint32_t k = n > 0; k < g.vertex_count; k++)
			t->point[n++] = g.point[is_turned ? g.vertex_count - 1 - k : k];
	}
	t->shape[0] = (uint32_t)MM_PART_LINE << 30 | 1;
	t->shape[1] = n;
	*ret = (struct mm_world_geom){.type = MM_GEOM_LINE,
				      .part = &t->shape[0],
				      .ring = &t->shape[1],
				      .point = t->point,
				      .part_count = 1,
				      .ring_count = 1,
				      .vertex_count = n};
}

static void let_go(const void *ctx)
{
	const struct mm_strokes *t = ctx;

	t->of->let_go(t->of->ctx);
}

struct mm_strokes *mm_strokes_free(struct mm_strokes *t)
{
	if (!t)
		return NULL;
	free(t->other);
	free(t->first);
	free(t->member);
	free(t->box);
	free(t->importance);
	free(t->measure);
	free(t->joined);
	free(t->point);
	free(t->shape);
	free(t);
	return NULL;
}

static void *copy_of(const void *v, size_t count, size_t size)
{
	void *copy = calloc(count + 1, size);

	if (copy && count)
		memcpy(copy, v, count * size);
	return copy;
}

/* What strokes need room for, once ends are joined. False: out of memory. */
static bool make_room(struct mm_strokes *t)
{
	const size_t rows = t->of->rows;

	t->first = malloc((rows + 1) * sizeof(*t->first));
	t->member = malloc((rows + rows / 2 + 1) * sizeof(*t->member)); /* two rows a stroke, at least */
	t->box = copy_of(t->of->box, rows, sizeof(*t->box));
	t->importance = copy_of(t->of->importance, rows, sizeof(*t->importance));
	t->measure = copy_of(t->of->measure, rows, sizeof(*t->measure));
	t->joined = calloc(rows + 1, 1);
	if (t->first)
		memset(t->first, 0xff, rows * sizeof(*t->first));
	return t->first && t->member && t->box && t->importance && t->measure && t->joined;
}

static bool make_strokes(struct mm_strokes *t, uint16_t (*importance)(float length))
{
	bool *is_taken = calloc((size_t)t->of->rows + 1, sizeof(*is_taken));

	if (!is_taken || !make_room(t)) {
		free(is_taken);
		return false;
	}
	gather_all(t, is_taken, importance);
	free(is_taken);
	free(t->other);
	t->other = NULL;
	t->point = calloc((size_t)t->longest + 1, sizeof(*t->point));
	t->shape = calloc(2, sizeof(*t->shape));
	t->source = *t->of;
	t->source.box = t->box;
	t->source.geom = geom_of;
	t->source.let_go = t->of->let_go ? let_go : NULL;
	t->source.ctx = t;
	t->source.importance = t->importance;
	t->source.measure = t->measure;
	t->source.joined = t->joined;
	t->source.drawn_zoom = -1; /* rows were drawn each for itself */
	return t->point && t->shape;
}

static bool is_any_joined(const struct mm_strokes *t)
{
	for (size_t end = 0; end < (size_t)t->of->rows * 2; end++)
		if (t->other[end] != NONE)
			return true;
	return false;
}

enum mm_code mm_strokes_new(const struct mm_level_source *s, const uint64_t *alike,
			    uint16_t (*importance)(float length), struct mm_strokes **ret,
			    struct mm_err *reterr)
{
	struct mm_strokes *t = calloc(1, sizeof(*t));

	*ret = NULL;
	if (!t)
		return mm_fail_nomem(reterr);
	t->of = s;
	t->alike = alike;
	t->other = malloc(((size_t)s->rows * 2 + 1) * sizeof(*t->other));
	if (t->other)
		memset(t->other, 0xff, (size_t)s->rows * 2 * sizeof(*t->other));
	if (!t->other || !join_ends(t)) {
		(void)mm_strokes_free(t);
		return mm_fail_nomem(reterr);
	}
	t->alike = NULL; /* the caller's */
	if (!is_any_joined(t)) {
		(void)mm_strokes_free(t);
		return MM_OK;
	}
	if (!make_strokes(t, importance)) {
		(void)mm_strokes_free(t);
		return mm_fail_nomem(reterr);
	}
	*ret = t;
	return MM_OK;
}

const struct mm_level_source *mm_strokes_source(const struct mm_strokes *t)
{
	return &t->source;
}
