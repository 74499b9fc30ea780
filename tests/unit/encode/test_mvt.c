#include "check.h"
#include "layer_fixture.h"

#include "base/hash.h"
#include "encode/mvt.h"

#include <math.h>

/* The bytes of an MVT layer against vector_tile.proto of specification 2.1, read by a decoder of its own. */

struct message {
	const unsigned char *p, *end;
};

static uint64_t varint(struct message *m)
{
	uint64_t v = 0;

	for (int shift = 0;; shift += 7) {
		assert_true(m->p < m->end && shift < 70);
		v |= (uint64_t)(*m->p & 0x7f) << shift;
		if (!(*m->p++ & 0x80))
			return v;
	}
}

static struct message bytes(struct message *m)
{
	uint64_t n = varint(m);
	struct message inner = {m->p, m->p + n};

	assert_true(n <= (uint64_t)(m->end - m->p));
	m->p += n;
	return inner;
}

enum { KEYS_MAX = 20, VALUES_MAX = 300, FEATURES_MAX = 100 };

struct seen {
	char name[70];
	uint64_t version, extent;
	struct message key[KEYS_MAX], value[VALUES_MAX], feature[FEATURES_MAX];
	size_t keys, values, features;
};

static void see_layer(const struct mm_buf *tile, struct seen *s)
{
	struct message m = {tile->data, tile->data + tile->len}, l;

	memset(s, 0, sizeof(*s));
	assert_int_equal(varint(&m), 3 << 3 | 2);
	l = bytes(&m);
	assert_ptr_equal(m.p, m.end);
	while (l.p < l.end) {
		uint64_t tag = varint(&l);
		struct message inner = {0};

		if (tag == 5 << 3)
			s->extent = varint(&l);
		else if (tag == 15 << 3)
			s->version = varint(&l);
		else
			inner = bytes(&l);
		if (tag == (1 << 3 | 2))
			memcpy(s->name, inner.p, (size_t)(inner.end - inner.p));
		else if (tag == (2 << 3 | 2))
			s->feature[s->features++] = inner;
		else if (tag == (3 << 3 | 2))
			s->key[s->keys++] = inner;
		else if (tag == (4 << 3 | 2))
			s->value[s->values++] = inner;
		else
			assert_true(tag == 5 << 3 || tag == 15 << 3);
	}
}

struct seen_feature {
	uint64_t id, type;
	struct message tags, geometry;
};

static struct seen_feature see_feature(const struct seen *s, size_t i)
{
	struct message m = s->feature[i];
	struct seen_feature f = {0};

	while (m.p < m.end) {
		uint64_t tag = varint(&m);

		if (tag == 1 << 3)
			f.id = varint(&m);
		else if (tag == 3 << 3)
			f.type = varint(&m);
		else if (tag == (2 << 3 | 2))
			f.tags = bytes(&m);
		else if (tag == (4 << 3 | 2))
			f.geometry = bytes(&m);
		else
			assert_true(false);
	}
	return f;
}

static size_t key_index(const struct seen *s, const char *name)
{
	for (size_t i = 0; i < s->keys; i++)
		if ((size_t)(s->key[i].end - s->key[i].p) == strlen(name) &&
		    !memcmp(s->key[i].p, name, strlen(name)))
			return i;
	return SIZE_MAX;
}

/* The Value message of an attribute; empty when the feature has none. */
static struct message attribute(const struct seen *s, const struct seen_feature *f, const char *name)
{
	struct message tags = f->tags;
	size_t key = key_index(s, name);

	while (tags.p < tags.end) {
		uint64_t k = varint(&tags), v = varint(&tags);

		assert_true(k < s->keys && v < s->values);
		if (k == key)
			return s->value[v];
	}
	return (struct message){0};
}

static void assert_text(struct message value, const char *want)
{
	struct message text;

	assert_true(value.p && varint(&value) == (1 << 3 | 2));
	text = bytes(&value);
	assert_int_equal(text.end - text.p, strlen(want));
	assert_memory_equal(text.p, want, strlen(want));
	assert_ptr_equal(value.p, value.end);
}

static void assert_number(struct message value, unsigned field, uint64_t want)
{
	assert_true(value.p && varint(&value) == field << 3);
	assert_true(varint(&value) == want);
	assert_ptr_equal(value.p, value.end);
}

static const int32_t origin[2] = {7, 9};
static const uint32_t one = 1;
static const struct mm_grid_geom a_point = {MM_GRID_POINT, origin, &one, 1};

static struct mm_mvt_layer *begin_layer(const struct mm_layer *l)
{
	static const struct mm_tile_fields all = {.zoom = 22};
	struct mm_mvt_layer *m = mm_mvt_layer_new();

	assert_true(m && mm_mvt_layer_begin(m, l, mm_layer_schema(l)->id, &all));
	return m;
}

/* All rows, which stand at one place, as points; `tile` is released by the caller. */
static void write_rows(const struct mm_layer *l, struct mm_buf *tile)
{
	struct mm_mvt_layer *m = begin_layer(l);

	mm_buf_init(tile, 1 << 20);
	mm_mvt_layer_put(m, tile);
	assert_int_equal(tile->len, 0); /* a layer without features is left out */
	for (uint32_t row = 0; row < mm_layer_count(l); row++)
		mm_mvt_layer_add(m, row, &a_point);
	assert_int_equal(mm_mvt_layer_count(m), mm_layer_count(l));
	mm_mvt_layer_put(m, tile);
	assert_true(mm_mvt_layer_bytes(m) <= tile->len && !tile->failed);
	(void)mm_mvt_layer_free(m);
}

static struct mm_layer *build(const struct mm_field *field, size_t fields, const struct mm_value *value,
			      size_t rows, const char *const *text_id)
{
	const struct mm_schema schema = {.id = "types",
					 .crs_definition = MM_CRS84,
					 .style_json = "{}",
					 .max_zoom = 22,
					 .field = field,
					 .field_count = fields};
	static const uint32_t part = (uint32_t)MM_PART_POINTS << 30 | 1, ring = 1;
	static const double xy[2] = {0, 0};
	const struct mm_geom point = {.type = MM_GEOM_POINT,
				      .part = &part,
				      .ring = &ring,
				      .xy = xy,
				      .part_count = 1,
				      .ring_count = 1,
				      .vertex_count = 1};
	struct mm_layer_build *b = NULL;

	assert_int_equal(mm_layer_build_new(&schema, &b, NULL), MM_OK);
	for (size_t row = 0; row < rows; row++) {
		mm_layer_build_begin(b);
		mm_layer_build_geom(b, &point);
		if (text_id)
			mm_layer_build_id_text(b, text_id[row], strlen(text_id[row]));
		for (size_t f = 0; f < fields; f++)
			mm_layer_build_value(b, f, &value[row * fields + f]);
		assert_int_equal(mm_layer_build_end(b, NULL), MM_OK);
	}
	return fixture_end(b);
}

static void every_type_has_its_value(void **state)
{
	static const struct mm_field fields[] = {
	    {.name = "b", .type = MM_TYPE_BOOL},     {.name = "i", .type = MM_TYPE_INT},
	    {.name = "r", .type = MM_TYPE_REAL},     {.name = "t", .type = MM_TYPE_TEXT},
	    {.name = "d", .type = MM_TYPE_DATE},     {.name = "h", .type = MM_TYPE_TIME},
	    {.name = "w", .type = MM_TYPE_DATETIME}, {.name = "j", .type = MM_TYPE_JSON},
	    {.name = "n", .type = MM_TYPE_INT},      {.name = "secret", .type = MM_TYPE_TEXT, .hidden = true},
	    {.name = "null", .type = MM_TYPE_TEXT},  {.name = "e", .type = MM_TYPE_TEXT},
	};
	static const struct mm_value values[] = {
	    {.type = MM_TYPE_BOOL, .boolean = true},
	    {.type = MM_TYPE_INT, .integer = INT64_MIN},
	    {.type = MM_TYPE_REAL, .real = 0.1},
	    {.type = MM_TYPE_TEXT, .text = "0042 ё", .text_len = 7},
	    {.type = MM_TYPE_DATE, .integer = 20619},
	    {.type = MM_TYPE_TIME, .integer = 34200250},
	    {.type = MM_TYPE_DATETIME, .integer = 1781514000000, .offset_min = 180},
	    {.type = MM_TYPE_JSON, .text = "{\"a\":[1]}", .text_len = 9},
	    {.type = MM_TYPE_INT, .integer = INT64_MAX},
	    {.type = MM_TYPE_TEXT, .text = "do not tell", .text_len = 11},
	    {.type = MM_TYPE_TEXT, .is_null = true},
	    {.type = MM_TYPE_TEXT, .text = "", .text_len = 0},
	};
	struct mm_layer *l = build(fields, 12, values, 1, NULL);
	struct seen_feature f;
	struct message real;
	struct mm_buf tile;
	struct seen s;

	(void)state;
	write_rows(l, &tile);
	see_layer(&tile, &s);
	assert_string_equal(s.name, "types");
	assert_int_equal(s.version, 2);
	assert_int_equal(s.extent, 4096);
	assert_int_equal(s.keys, 10);
	f = see_feature(&s, 0);
	assert_int_equal(f.type, 1);
	assert_number(attribute(&s, &f, "b"), 7, 1);
	assert_number(attribute(&s, &f, "i"), 4, (uint64_t)INT64_MIN);
	assert_number(attribute(&s, &f, "n"), 5, INT64_MAX);
	real = attribute(&s, &f, "r");
	assert_int_equal(varint(&real), 3 << 3 | 1);
	assert_memory_equal(real.p, &(double){0.1}, 8);
	assert_text(attribute(&s, &f, "t"), "0042 ё");
	assert_text(attribute(&s, &f, "d"), "2026-06-15");
	assert_text(attribute(&s, &f, "h"), "09:30:00.250");
	assert_text(attribute(&s, &f, "w"), "2026-06-15T12:00:00+03:00");
	assert_text(attribute(&s, &f, "j"), "{\"a\":[1]}");
	assert_text(attribute(&s, &f, "e"), "");
	assert_null(memmem(tile.data, tile.len, "do not tell", 11));
	assert_null(memmem(tile.data, tile.len, "null", 4));
	mm_buf_release(&tile);
	(void)mm_layer_unref(l);
}

static void equal_values_stand_once(void **state)
{
	enum { ROWS = 90 };
	static const struct mm_field fields[] = {{.name = "a", .type = MM_TYPE_INT},
						 {.name = "b", .type = MM_TYPE_INT},
						 {.name = "c", .type = MM_TYPE_REAL}};
	static struct mm_value values[3 * ROWS];
	struct mm_layer *l;
	struct mm_buf tile;
	struct seen s;

	(void)state;
	for (int i = 0; i < ROWS; i++) {
		values[3 * i] = (struct mm_value){.type = MM_TYPE_INT, .integer = i % 7};
		values[3 * i + 1] = (struct mm_value){.type = MM_TYPE_INT, .integer = i % 5};
		values[3 * i + 2] = (struct mm_value){.type = MM_TYPE_REAL, .real = i % 2 ? 1 : (double)NAN};
	}
	l = build(fields, 3, values, ROWS, NULL);
	write_rows(l, &tile);
	see_layer(&tile, &s);
	assert_int_equal(s.features, ROWS);
	assert_int_equal(s.keys, 3);
	assert_int_equal(s.values, 7 + 1); /* 0..6 for both columns, 1.0; NaN is no value */
	for (size_t i = 0; i < ROWS; i++) {
		struct seen_feature f = see_feature(&s, i);

		assert_number(attribute(&s, &f, "a"), 5, i % 7);
		assert_number(attribute(&s, &f, "b"), 5, i % 5);
		assert_int_equal(attribute(&s, &f, "c").p != NULL, i % 2);
	}
	mm_buf_release(&tile);
	(void)mm_layer_unref(l);
}

static void ids_are_numbers_that_javascript_can_hold(void **state)
{
	static const int64_t ids[] = {0,         1,        (INT64_C(1) << 53) - 1, INT64_C(1) << 53, -1,
				      INT64_MAX, INT64_MIN};
	static const char *const words[] = {
	    "", "", "", "9007199254740992", "-1", "9223372036854775807", "-9223372036854775808"};
	struct mm_layer_build *b = fixture_begin(MM_CRS84);
	struct mm_layer *l;
	struct mm_buf tile;
	struct seen s;

	(void)state;
	for (size_t i = 0; i < 7; i++)
		fixture_point(b, ids[i], "p", 1, 0, 0);
	l = fixture_end(b);
	write_rows(l, &tile);
	see_layer(&tile, &s);
	for (size_t i = 0; i < 7; i++) {
		struct seen_feature f = see_feature(&s, i);

		assert_true(f.id < UINT64_C(1) << 53);
		if (i < 3) {
			assert_true(f.id == (uint64_t)ids[i]);
			assert_null(attribute(&s, &f, "@id").p);
		} else {
			assert_true(f.id == mm_hash64(words[i], strlen(words[i]), 0) >> 11);
			assert_text(attribute(&s, &f, "@id"), words[i]);
		}
	}
	mm_buf_release(&tile);
	(void)mm_layer_unref(l);
}

static void a_text_id_takes_the_place_of_a_field_of_that_name(void **state)
{
	static const struct mm_field fields[] = {{.name = "@id", .type = MM_TYPE_TEXT},
						 {.name = "name", .type = MM_TYPE_TEXT}};
	static const char *const ids[] = {"way/1", "77:01:0001001:1"};
	static const struct mm_value values[] = {
	    {.type = MM_TYPE_TEXT, .text = "field", .text_len = 5},
	    {.type = MM_TYPE_TEXT, .text = "A", .text_len = 1},
	    {.type = MM_TYPE_TEXT, .text = "field", .text_len = 5},
	    {.type = MM_TYPE_TEXT, .text = "B", .text_len = 1},
	};
	struct mm_layer *l = build(fields, 2, values, 2, ids);
	struct mm_buf tile;
	struct seen s;

	(void)state;
	write_rows(l, &tile);
	see_layer(&tile, &s);
	assert_int_equal(s.keys, 2);
	for (size_t i = 0; i < 2; i++) {
		struct seen_feature f = see_feature(&s, i);

		assert_text(attribute(&s, &f, "@id"), ids[i]);
		assert_text(attribute(&s, &f, "name"), i ? "B" : "A");
	}
	mm_buf_release(&tile);
	(void)mm_layer_unref(l);
}

/* The examples of the specification, 4.3.5. */
static void geometries_are_written_as_the_specification_shows(void **state)
{
	static const int32_t points[] = {5, 7, 3, 2}, lines[] = {2, 2, 2, 10, 10, 10, 1, 1, 3, 5};
	static const int32_t rings[] = {0,  0,  10, 0,  10, 10, 0,  10, 11, 11, 20, 11,
					20, 20, 11, 20, 13, 13, 13, 17, 17, 17, 17, 13};
	static const uint32_t two = 2, line_runs[] = {3, 2}, ring_runs[] = {4, 4, 4};
	static const struct {
		struct mm_grid_geom geom;
		unsigned char want[40];
		size_t n;
	} rows[] = {
	    {{MM_GRID_POINT, points, &two, 1}, {17, 10, 14, 3, 9}, 5},
	    {{MM_GRID_LINE, lines, line_runs, 2}, {9, 4, 4, 18, 0, 16, 16, 0, 9, 17, 17, 10, 4, 8}, 14},
	    {{MM_GRID_POLYGON, rings, ring_runs, 3},
	     {9, 0,  0,  26, 20, 0, 0, 20, 19, 0, 15, 9, 22, 2, 26, 18, 0,
	      0, 18, 17, 0,  15, 9, 4, 13, 26, 0, 8,  8, 0,  0, 7,  15},
	     33},
	};
	struct mm_layer_build *b = fixture_begin(MM_CRS84);
	struct mm_layer *l;

	(void)state;
	fixture_point(b, 5, NULL, -1, 0, 0);
	l = fixture_end(b);
	for (size_t i = 0; i < 3; i++) {
		struct mm_mvt_layer *m = begin_layer(l);
		struct seen_feature f;
		struct mm_buf tile;
		struct seen s;

		mm_buf_init(&tile, 1000);
		mm_mvt_layer_add(m, 0, &rows[i].geom);
		mm_mvt_layer_put(m, &tile);
		see_layer(&tile, &s);
		f = see_feature(&s, 0);
		assert_int_equal(f.type, rows[i].geom.kind);
		assert_int_equal(f.geometry.end - f.geometry.p, rows[i].n);
		assert_memory_equal(f.geometry.p, rows[i].want, rows[i].n);
		assert_null(f.tags.p); /* nothing but nulls */
		(void)mm_mvt_layer_free(m);
		mm_buf_release(&tile);
	}
	(void)mm_layer_unref(l);
}

static void a_small_buffer_fails_and_no_more(void **state)
{
	struct mm_layer_build *b = fixture_begin(MM_CRS84);
	struct mm_mvt_layer *m;
	struct mm_layer *l;
	struct mm_buf tile;

	(void)state;
	fixture_point(b, 5, "a name longer than the buffer", 1, 0, 0);
	l = fixture_end(b);
	m = begin_layer(l);
	mm_buf_init(&tile, 20);
	mm_mvt_layer_add(m, 0, &a_point);
	mm_mvt_layer_put(m, &tile);
	assert_true(tile.failed);
	mm_buf_release(&tile);
	assert_null(mm_mvt_layer_free(m));
	assert_null(mm_mvt_layer_free(NULL));
	(void)mm_layer_unref(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_type_has_its_value),
	    cmocka_unit_test(equal_values_stand_once),
	    cmocka_unit_test(ids_are_numbers_that_javascript_can_hold),
	    cmocka_unit_test(a_text_id_takes_the_place_of_a_field_of_that_name),
	    cmocka_unit_test(geometries_are_written_as_the_specification_shows),
	    cmocka_unit_test(a_small_buffer_fails_and_no_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
