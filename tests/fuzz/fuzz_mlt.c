#include "../unit/layer_fixture.h"
#include "../unit/mlt_reader.h"

#include "encode/mlt.h"
#include "encode/mlt_column.h"
#include "encode/number_id.h"
#include "encode/value.h"

#include <math.h>

/*
 * Any rows with any geometry, and any numbers in any column, as a MapLibre Tile: a reader written from the
 * specification must find all of it again. The input is read as: what to do, then for a layer per feature its
 * row, kind, number of runs, and per run a count and steps of two signed bytes; for a column 9 bytes a value.
 */

enum { ROWS = 40, FEATURES_MAX = 300, POINTS_MAX = 4000, RUNS_MAX = 15, BYTES_MAX = 8 << 20 };

static const struct mm_field fields[] = {
    {.name = "b", .type = MM_TYPE_BOOL},     {.name = "i", .type = MM_TYPE_INT},
    {.name = "small", .type = MM_TYPE_INT},  {.name = "r", .type = MM_TYPE_REAL},
    {.name = "half", .type = MM_TYPE_REAL},  {.name = "t", .type = MM_TYPE_TEXT},
    {.name = "d", .type = MM_TYPE_DATE},     {.name = "w", .type = MM_TYPE_DATETIME},
    {.name = "@id", .type = MM_TYPE_INT},    {.name = "secret", .type = MM_TYPE_TEXT, .hidden = true},
    {.name = "never", .type = MM_TYPE_TEXT},
};

static const struct mm_tile_fields all_fields = {.zoom = 22};

enum { FIELDS = sizeof(fields) / sizeof(fields[0]) };

static void build_row(struct mm_layer_build *b, int row, bool text_ids)
{
	static const int64_t numbers[] = {0,         -1,        INT64_MIN,  INT64_MAX,
					  INT32_MIN, INT32_MAX, UINT32_MAX, INT64_C(1) << 53};
	static const double reals[] = {0, -0.0, 0.1, 1e300, 5e-324, (double)NAN, -7, 3e9};
	static const char *const texts[] = {"", "a", "ёлка", "a longer text that takes room", "a"};
	static const uint32_t part = (uint32_t)MM_PART_POINTS << 30 | 1, ring = 1;
	static const double xy[2] = {39, 52};
	char id[20];

	mm_layer_build_begin(b);
	(void)snprintf(id, sizeof(id), "way/%d", row);
	if (text_ids)
		mm_layer_build_id_text(b, id, strlen(id));
	else
		mm_layer_build_id_int(b, row % 11 == 3 ? -row : row % 11 == 5 ? INT64_MAX - row : row);
	for (size_t f = 0; f < FIELDS; f++) {
		const char *text = texts[row % 5];
		const struct mm_value v = {.type = fields[f].type,
					   .is_null = f == FIELDS - 1 || (row * 7 + (int)f * 3) % 5 == 0,
					   .boolean = row % 3 == 0,
					   .integer = fields[f].type != MM_TYPE_INT ? row * 1000003
						      : f == 2                      ? row / 4
										    : numbers[row % 8],
					   .offset_min = 180,
					   .real = f == 4 ? row / 2.0 : reals[row % 8],
					   .text = text,
					   .text_len = strlen(text)};

		mm_layer_build_value(b, f, &v);
	}
	mm_layer_build_geom(b, &(struct mm_geom){.type = MM_GEOM_POINT,
						 .part = &part,
						 .ring = &ring,
						 .xy = xy,
						 .part_count = 1,
						 .ring_count = 1,
						 .vertex_count = 1});
	if (mm_layer_build_end(b, NULL))
		abort();
}

static struct mm_layer *build(bool text_ids)
{
	const struct mm_schema schema = {.id = "fuzz",
					 .crs_definition = MM_CRS84,
					 .style_json = "{}",
					 .max_zoom = 22,
					 .field = fields,
					 .field_count = FIELDS};
	struct mm_layer_build *b = NULL;

	if (mm_layer_build_new(&schema, &b, NULL))
		abort();
	for (int row = 0; row < ROWS; row++)
		build_row(b, row, text_ids);
	return fixture_end(b);
}

struct drawing {
	int32_t xy[2 * POINTS_MAX];
	uint32_t ring[FEATURES_MAX * RUNS_MAX];
	struct mm_grid_geom geom[FEATURES_MAX];
	uint32_t row[FEATURES_MAX];
	size_t points, rings, features;
};

/* One run of points; the count of them. */
static uint32_t draw_run(struct drawing *d, struct mlt_bytes *in, uint32_t least)
{
	uint32_t count = least + *mlt_take(in, 1).p % 8, step = *mlt_take(in, 1).p % 20;

	for (uint32_t i = 0; i < count; i++, d->points++) {
		struct mlt_bytes steps = {0};

		if (in->end - in->p >= 2)
			steps = mlt_take(in, 2);
		for (size_t k = 0; k < 2; k++) {
			int64_t before = d->points ? d->xy[2 * d->points - 2 + k] : 0;
			int64_t v = before + (steps.p ? (int8_t)steps.p[k] : 1) * (INT64_C(1) << step);

			d->xy[2 * d->points + k] = v > INT32_MAX || v < INT32_MIN ? 0 : (int32_t)v;
		}
	}
	return count;
}

static void draw(struct drawing *d, struct mlt_bytes *in)
{
	while (in->end - in->p > 40 && d->features < FEATURES_MAX && d->points + 16 * RUNS_MAX < POINTS_MAX) {
		const unsigned char *head = mlt_take(in, 3).p;
		struct mm_grid_geom *g = &d->geom[d->features];
		uint32_t runs = head[1] % 3 == 0 ? 1 : 1 + head[2] % RUNS_MAX;

		*g = (struct mm_grid_geom){(enum mm_grid_kind)(1 + head[1] % 3), d->xy + 2 * d->points,
					   d->ring + d->rings, runs};
		for (uint32_t i = 0; i < runs && in->end - in->p > 2; i++)
			d->ring[d->rings++] = draw_run(d, in, (uint32_t)g->kind);
		g->ring_count = (size_t)(d->ring + d->rings - g->ring);
		d->row[d->features++] = head[0] % ROWS;
	}
}

static bool is_shell(const int32_t *xy, uint32_t n)
{
	int64_t sum = 0;

	for (uint32_t i = 0; i < n; i++) {
		uint32_t k = (i + 1) % n;

		sum += (int64_t)((uint64_t)((int64_t)xy[2 * i] * xy[2 * k + 1]) -
				 (uint64_t)((int64_t)xy[2 * k] * xy[2 * i + 1]));
	}
	return sum > 0;
}

static void check_geometry(const struct mlt_feature *f, const struct mm_grid_geom *want)
{
	const int32_t *xy = want->xy;
	uint32_t parts = want->kind == MM_GRID_POINT ? want->ring[0] : (uint32_t)want->ring_count;
	size_t points = 0;

	if (want->kind == MM_GRID_POLYGON) {
		parts = 1;
		for (size_t i = 0; i < want->ring_count; xy += 2 * (size_t)want->ring[i], i++)
			parts += i && is_shell(xy, want->ring[i]);
	}
	MM_CHECK(f->geom.kind == want->kind && f->parts == parts && f->type / 3 == (parts > 1));
	MM_CHECK(f->geom.ring_count == want->ring_count);
	for (size_t i = 0; i < want->ring_count; i++) {
		MM_CHECK(f->geom.ring[i] == want->ring[i]);
		points += want->ring[i];
	}
	MM_CHECK(memcmp(f->geom.xy, want->xy, points * 2 * sizeof(*xy)) == 0);
}

static void check_text(struct mlt_bytes got, const struct mm_value *v)
{
	struct mm_buf text;

	mm_buf_init(&text, BYTES_MAX);
	mm_value_put_text(&text, v);
	MM_CHECK((size_t)(got.end - got.p) == text.len &&
		 (!text.len || memcmp(got.p, text.data, text.len) == 0));
	mm_buf_release(&text);
}

/* What a column says of a feature, `v` being what went in. */
static void check_value(const struct mlt_column *c, size_t i, const struct mm_value *v)
{
	bool is_there = !v->is_null && (v->type != MM_TYPE_REAL || isfinite(v->real));

	MM_CHECK(!c ? !is_there : c->present[i] == is_there);
	if (!is_there)
		return;
	if (v->type == MM_TYPE_BOOL)
		MM_CHECK(c->number[i] == v->boolean);
	else if (v->type == MM_TYPE_INT && (c->code & ~1u) != 26)
		MM_CHECK(c->number[i] == v->integer);
	else if (v->type == MM_TYPE_INT)
		MM_CHECK((int64_t)c->real[i] == v->integer);
	else if (v->type == MM_TYPE_REAL)
		MM_CHECK(c->real[i] == v->real && signbit(c->real[i]) == signbit(v->real));
	else
		check_text(c->text[i], v);
}

static const struct mlt_column *find(const struct mlt_layer *l, const char *name)
{
	for (size_t i = 2; i < l->columns; i++)
		if (strcmp(l->column[i].name, name) == 0)
			return &l->column[i];
	return NULL;
}

static void check_feature(const struct mm_layer *layer, const struct mlt_layer *l, size_t i, uint32_t row)
{
	const struct mlt_column *at_id = find(l, "@id");
	char number[MM_NUM_MAX];
	const char *whole;
	size_t n;

	MM_CHECK((uint64_t)l->feature[i].id == mm_number_id(layer, row, number, &whole, &n));
	if (whole)
		check_value(at_id, i, &(struct mm_value){.type = MM_TYPE_TEXT, .text = whole, .text_len = n});
	for (size_t f = 0; f < FIELDS; f++) {
		const struct mlt_column *c = find(l, fields[f].name);
		struct mm_value v;

		mm_layer_value(layer, row, f, &v);
		if (fields[f].hidden)
			MM_CHECK(!c);
		else if (strcmp(fields[f].name, "@id") != 0)
			check_value(c, i, &v);
		else if (!whole && c && (c->code & ~1u) == 28 && c->present[i])
			check_text(c->text[i], &v);
	}
}

static void try_layer(const struct mm_layer *layer, struct mlt_bytes in)
{
	static struct drawing d;
	struct mm_mlt_layer *m = mm_mlt_layer_new(layer, "fuzz", &all_fields);
	struct mlt_bytes tile;
	struct mlt_layer l;
	struct mm_buf out;

	MM_ARENA_SCOPE(mem, 0);
	d.points = d.rings = d.features = 0;
	draw(&d, &in);
	mm_buf_init(&out, BYTES_MAX);
	for (size_t i = 0; i < d.features; i++)
		mm_mlt_layer_add(m, d.row[i], &d.geom[i]);
	MM_CHECK(mm_mlt_layer_count(m) == d.features);
	mm_mlt_layer_put(m, &out);
	MM_CHECK(!out.failed && !out.len == !d.features);
	if (d.features) {
		tile = (struct mlt_bytes){out.data, out.data + out.len};
		mlt_layer(&tile, &l, &mem);
		MM_CHECK(tile.p == tile.end && l.features == d.features);
	}
	for (size_t i = 0; i < d.features; i++) {
		check_geometry(&l.feature[i], &d.geom[i]);
		check_feature(layer, &l, i, d.row[i]);
	}
	mm_buf_release(&out);
	(void)mm_mlt_layer_free(m);
}

/* A value from 9 bytes: whether there is one and how large, then its bits. */
static struct mm_value take_value(struct mlt_bytes *in, enum mm_type type)
{
	const unsigned char *p = mlt_take(in, 9).p;
	unsigned shift = p[0] >> 2;
	struct mm_value v = {.type = type, .is_null = (p[0] & 3) == 3};
	uint64_t bits;

	memcpy(&bits, p + 1, sizeof(bits));
	v.integer = (int64_t)bits >> shift;
	v.boolean = bits & 1;
	memcpy(&v.real, &bits, sizeof(bits));
	if (shift > 31)
		v.real = (double)v.integer / (shift > 47 ? 1 : 4);
	v.text = (const char *)p + 1;
	v.text_len = shift % 9;
	return v;
}

static void try_column(enum mm_type type, struct mlt_bytes in)
{
	struct mlt_bytes again = in, m;
	struct mlt_layer l = {.features = (size_t)(in.end - in.p) / 9};
	struct mlt_column c = {0};
	struct mm_mlt_column column;
	struct mm_buf head, body;
	struct mm_value v;

	MM_ARENA_SCOPE(mem, 0);
	mm_mlt_column_init(&column, type, BYTES_MAX);
	mm_buf_init(&head, BYTES_MAX);
	mm_buf_init(&body, BYTES_MAX);
	for (size_t i = 0; i < l.features; i++) {
		v = take_value(&in, type);
		(void)mm_mlt_column_add(&column, &v);
	}
	if (!mm_mlt_column_is_empty(&column)) {
		mm_mlt_column_put(&column, "name", &head, &body);
		MM_CHECK(!head.failed && !body.failed);
		m = (struct mlt_bytes){head.data, head.data + head.len};
		c.code = (unsigned)mlt_varint(&m);
		m = (struct mlt_bytes){body.data, body.data + body.len};
		mlt_property(&m, &l, &c, &mem);
		MM_CHECK(m.p == m.end);
	}
	for (size_t i = 0; i < l.features; i++) {
		v = take_value(&again, type);
		check_value(c.present ? &c : NULL, i, &v);
	}
	mm_mlt_column_release(&column);
	mm_buf_release(&head);
	mm_buf_release(&body);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const enum mm_type types[] = {MM_TYPE_BOOL, MM_TYPE_INT, MM_TYPE_REAL, MM_TYPE_TEXT};
	static struct mm_layer *layer[2];

	if (!layer[0]) {
		layer[0] = build(false);
		layer[1] = build(true);
	}
	if (size < 1)
		return 0;
	if (data[0] & 1)
		try_layer(layer[data[0] >> 1 & 1], (struct mlt_bytes){data + 1, data + size});
	else
		try_column(types[data[0] >> 1 & 3], (struct mlt_bytes){data + 1, data + size});
	return 0;
}
