#include "check.h"
#include "layer_fixture.h"
#include "mlt_reader.h"

#include "base/hash.h"
#include "encode/mlt.h"
#include "encode/mlt_column.h"

#include <float.h>
#include <math.h>

/* The bytes of an MLT layer against the specification (version 1, tag 0x01), read by a reader of its own. */

static const int32_t origin[2] = {7, 9};
static const uint32_t one = 1;
static const struct mm_grid_geom a_point = {MM_GRID_POINT, origin, &one, 1};

static struct mm_layer *build(const struct mm_field *field, size_t fields, const struct mm_value *value,
			      size_t rows, const char *const *text_id)
{
	const struct mm_schema schema = {.id = "types",
					 .crs_definition = MM_CRS84,
					 .style_json = "{}",
					 .max_zoom = 22,
					 .field = field,
					 .field_count = fields};
	struct mm_layer_build *b = NULL;

	assert_int_equal(mm_layer_build_new(&schema, &b, NULL), MM_OK);
	for (size_t row = 0; row < rows; row++) {
		mm_layer_build_begin(b);
		if (text_id)
			mm_layer_build_id_text(b, text_id[row], strlen(text_id[row]));
		for (size_t f = 0; f < fields; f++)
			mm_layer_build_value(b, f, &value[row * fields + f]);
		assert_int_equal(mm_layer_build_end(b, NULL), MM_OK);
	}
	return fixture_end(b);
}

static struct mm_mlt_layer *begin_layer(const struct mm_layer *l)
{
	static const struct mm_tile_fields all = {.zoom = 22};

	return mm_mlt_layer_new(l, mm_layer_schema(l)->id, &all);
}

/* All rows as points. */
static void write_rows(const struct mm_layer *l, struct mm_buf *tile)
{
	struct mm_mlt_layer *m = begin_layer(l);

	mm_buf_init(tile, 1 << 20);
	mm_mlt_layer_put(m, tile);
	assert_int_equal(tile->len, 0); /* a layer without features is left out */
	for (uint32_t row = 0; row < mm_layer_count(l); row++)
		mm_mlt_layer_add(m, row, &a_point);
	assert_int_equal(mm_mlt_layer_count(m), mm_layer_count(l));
	assert_true(mm_mlt_layer_bytes(m) > 0);
	mm_mlt_layer_put(m, tile);
	assert_false(tile->failed);
	(void)mm_mlt_layer_free(m);
}

/* Reads the only layer of a tile. */
static void see(const struct mm_buf *tile, struct mlt_layer *l, struct mm_arena *mem)
{
	struct mlt_bytes m = {tile->data, tile->data + tile->len};

	mlt_layer(&m, l, mem);
	assert_ptr_equal(m.p, m.end);
}

static void assert_text(const struct mlt_layer *l, const char *name, size_t i, const char *want)
{
	const struct mlt_column *c = mlt_get(l, name);

	assert_true(c->present[i] && (c->code & ~1u) == 28);
	assert_int_equal(c->text[i].end - c->text[i].p, strlen(want));
	assert_memory_equal(c->text[i].p, want, strlen(want));
}

static void every_type_has_its_column(void **state)
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
	struct mm_layer *layer = build(fields, 12, values, 1, NULL);
	struct mlt_layer l;
	struct mm_buf tile;

	MM_ARENA_SCOPE(mem, 0);
	(void)state;
	write_rows(layer, &tile);
	see(&tile, &l, &mem);
	assert_string_equal(l.name, "types");
	assert_int_equal(l.extent, 4096);
	assert_int_equal(l.columns, 2 + 10);
	assert_int_equal(l.features, 1);
	assert_int_equal(mlt_get(&l, "b")->code, 10);
	assert_int_equal(mlt_get(&l, "b")->number[0], 1);
	assert_int_equal(mlt_get(&l, "i")->code, 20);
	assert_true(mlt_get(&l, "i")->number[0] == INT64_MIN);
	assert_true(mlt_get(&l, "n")->number[0] == INT64_MAX);
	assert_int_equal(mlt_get(&l, "r")->code, 26);
	assert_memory_equal(&mlt_get(&l, "r")->real[0], &(double){0.1}, 8);
	assert_text(&l, "t", 0, "0042 ё");
	assert_text(&l, "d", 0, "2026-06-15");
	assert_text(&l, "h", 0, "09:30:00.250");
	assert_text(&l, "w", 0, "2026-06-15T12:00:00+03:00");
	assert_text(&l, "j", 0, "{\"a\":[1]}");
	assert_text(&l, "e", 0, "");
	assert_null(memmem(tile.data, tile.len, "do not tell", 11));
	assert_null(memmem(tile.data, tile.len, "null", 4));
	mm_buf_release(&tile);
	(void)mm_layer_unref(layer);
}

/* One column of numbers, INT or REAL; the column's code on the wire. */
static unsigned code_of(enum mm_type type, const double *v, size_t n)
{
	unsigned char bytes[64];
	struct mm_buf head, body;
	struct mm_mlt_column c;
	unsigned code;

	mm_mlt_column_init(&c, type, 1000);
	mm_buf_init(&head, 1000);
	mm_buf_init(&body, 1000);
	for (size_t i = 0; i < n; i++)
		(void)mm_mlt_column_add(&c,
					&(struct mm_value){.type = type,
							   .is_null = v[i] == DBL_MAX,
							   .integer = type == MM_TYPE_INT ? (int64_t)v[i] : 0,
							   .real = v[i]});
	mm_mlt_column_put(&c, "x", &head, &body);
	assert_false(head.failed || body.failed);
	assert_in_range(head.len, 3, sizeof(bytes));
	memcpy(bytes, head.data, head.len);
	code = bytes[0];
	mm_mlt_column_release(&c);
	mm_buf_release(&head);
	mm_buf_release(&body);
	return code;
}

static void numbers_take_the_narrowest_type_that_keeps_them(void **state)
{
	static const struct {
		enum mm_type type;
		double v[3];
		unsigned code;
	} rows[] = {
	    {MM_TYPE_INT, {0, 1, 4294967295.0}, 18},
	    {MM_TYPE_INT, {0, -1, 2147483647.0}, 16},
	    {MM_TYPE_INT, {0, -1, 2147483648.0}, 26},
	    {MM_TYPE_INT, {0, 1, 4294967296.0}, 26},
	    {MM_TYPE_INT, {0, 1, 9007199254740992.0}, 26},
	    {MM_TYPE_INT, {0, 1, 9007199254740994.0}, 20},
	    {MM_TYPE_INT, {0, 1, -9007199254740994.0}, 20},
	    {MM_TYPE_INT, {0, DBL_MAX, 1}, 19},
	    {MM_TYPE_REAL, {0, -1, 2147483647.0}, 16},
	    {MM_TYPE_REAL, {0, 1, 2147483648.0}, 24},
	    {MM_TYPE_REAL, {0, 0.5, -1.25}, 24},
	    {MM_TYPE_REAL, {-0.0, 1, 2}, 24},
	    {MM_TYPE_REAL, {0.1, 1, 2}, 26},
	    {MM_TYPE_REAL, {1e300, 1, 2}, 26},
	    {MM_TYPE_REAL, {0.1, DBL_MAX, 2}, 27},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(code_of(rows[i].type, rows[i].v, 3), rows[i].code);
}

static void nulls_and_numbers_that_are_none_are_left_out(void **state)
{
	enum { ROWS = 90 };
	static const struct mm_field fields[] = {{.name = "a", .type = MM_TYPE_INT},
						 {.name = "b", .type = MM_TYPE_BOOL},
						 {.name = "c", .type = MM_TYPE_REAL},
						 {.name = "t", .type = MM_TYPE_TEXT}};
	static struct mm_value values[4 * ROWS];
	static const char *const words[] = {"one", "two", "three"};
	struct mm_layer *layer;
	struct mlt_layer l;
	struct mm_buf tile;

	MM_ARENA_SCOPE(mem, 0);
	(void)state;
	for (int i = 0; i < ROWS; i++) {
		const char *word = words[i % 3];

		values[4 * i] = (struct mm_value){.type = MM_TYPE_INT, .integer = i / 7};
		values[4 * i + 1] =
		    (struct mm_value){.type = MM_TYPE_BOOL, .boolean = i % 5 == 0, .is_null = i % 4 == 0};
		values[4 * i + 2] =
		    (struct mm_value){.type = MM_TYPE_REAL, .real = i % 2 ? 1.5 : (double)NAN};
		values[4 * i + 3] = (struct mm_value){
		    .type = MM_TYPE_TEXT, .text = word, .text_len = strlen(word), .is_null = i % 6 == 5};
	}
	layer = build(fields, 4, values, ROWS, NULL);
	write_rows(layer, &tile);
	see(&tile, &l, &mem);
	assert_int_equal(l.features, ROWS);
	assert_int_equal(l.columns, 2 + 4);
	for (size_t i = 0; i < ROWS; i++) {
		assert_int_equal(mlt_get(&l, "a")->number[i], i / 7);
		assert_int_equal(mlt_get(&l, "b")->present[i], i % 4 != 0);
		assert_int_equal(mlt_get(&l, "b")->number[i], i % 4 != 0 && i % 5 == 0);
		assert_int_equal(mlt_get(&l, "c")->present[i], i % 2);
		assert_true(mlt_get(&l, "c")->real[i] == (i % 2 ? 1.5 : 0));
		if (i % 6 == 5)
			assert_false(mlt_get(&l, "t")->present[i]);
		else
			assert_text(&l, "t", i, words[i % 3]);
	}
	/* each text once */
	assert_null(
	    memmem((const unsigned char *)memmem(tile.data, tile.len, "three", 5) + 1, 60, "three", 5));
	mm_buf_release(&tile);
	(void)mm_layer_unref(layer);
}

static void ids_are_numbers_that_javascript_can_hold(void **state)
{
	static const int64_t ids[] = {0,         1,        (INT64_C(1) << 53) - 1, INT64_C(1) << 53, -1,
				      INT64_MAX, INT64_MIN};
	static const char *const words[] = {
	    "", "", "", "9007199254740992", "-1", "9223372036854775807", "-9223372036854775808"};
	struct mm_layer_build *b = fixture_begin(MM_CRS84);
	struct mm_layer *layer;
	struct mlt_layer l;
	struct mm_buf tile;

	MM_ARENA_SCOPE(mem, 0);
	(void)state;
	for (size_t i = 0; i < 7; i++)
		fixture_point(b, ids[i], "p", 1, 0, 0);
	layer = fixture_end(b);
	write_rows(layer, &tile);
	see(&tile, &l, &mem);
	assert_int_equal(l.column[0].code, 2);
	for (size_t i = 0; i < 7; i++) {
		assert_int_equal(mlt_get(&l, "@id")->present[i], i >= 3);
		if (i < 3) {
			assert_true(l.feature[i].id == ids[i]);
		} else {
			assert_true((uint64_t)l.feature[i].id ==
				    mm_hash64(words[i], strlen(words[i]), 0) >> 11);
			assert_text(&l, "@id", i, words[i]);
		}
	}
	mm_buf_release(&tile);
	(void)mm_layer_unref(layer);
}

static void a_text_id_takes_the_place_of_a_field_of_that_name(void **state)
{
	static const struct mm_field fields[] = {{.name = "@id", .type = MM_TYPE_INT},
						 {.name = "name", .type = MM_TYPE_TEXT}};
	static const char *const ids[] = {"way/1", "77:01:0001001:1"};
	static const struct mm_value values[] = {
	    {.type = MM_TYPE_INT, .integer = 4},
	    {.type = MM_TYPE_TEXT, .text = "A", .text_len = 1},
	    {.type = MM_TYPE_INT, .integer = 5},
	    {.type = MM_TYPE_TEXT, .text = "B", .text_len = 1},
	};

	(void)state;
	for (int with_ids = 0; with_ids < 2; with_ids++) {
		struct mm_layer *layer = build(fields, 2, values, 2, with_ids ? ids : NULL);
		struct mlt_layer l;
		struct mm_buf tile;

		MM_ARENA_SCOPE(mem, 0);
		write_rows(layer, &tile);
		see(&tile, &l, &mem);
		assert_int_equal(l.columns, 2 + 2);
		for (size_t i = 0; i < 2; i++) {
			if (with_ids)
				assert_text(&l, "@id", i, ids[i]);
			else
				assert_int_equal(mlt_get(&l, "@id")->number[i], 4 + i);
			assert_text(&l, "name", i, i ? "B" : "A");
		}
		mm_buf_release(&tile);
		(void)mm_layer_unref(layer);
	}
}

/* The streams that a list of numbers becomes: its second byte says how. */
static void numbers_are_packed_the_shortest_way(void **state)
{
	enum { COUNT = 1000, RAW = 2, DELTA = 1 << 5 | 2, RLE = 3 << 5 | 2, DELTA_RLE = 1 << 5 | 3 << 2 | 2 };
	static const struct {
		int pattern;
		enum mm_mlt_width width;
		unsigned pack;
		size_t most; /* bytes */
	} rows[] = {
	    {0, MM_MLT_U32, RLE, 12},       /* all equal */
	    {1, MM_MLT_U32, DELTA_RLE, 16}, /* 5, 6, 7 ... */
	    {2, MM_MLT_U32, DELTA, 1100},   /* uneven steps upwards */
	    {3, MM_MLT_U32, RAW, 1010},     /* small, no order */
	    {4, MM_MLT_I32, RAW, 5010},     /* from end to end: differences do not fit */
	    {5, MM_MLT_U64, RAW, 8010},     /* hashes of 53 bits */
	    {6, MM_MLT_I64, RAW, 10010},    /* from end to end */
	};

	(void)state;
	for (size_t k = 0; k < sizeof(rows) / sizeof(rows[0]); k++) {
		struct mm_mlt_ints a = {0};
		struct mlt_bytes m;
		struct mlt_stream s;
		struct mm_buf out;
		const int64_t *back;

		MM_ARENA_SCOPE(mem, 0);
		mm_buf_init(&out, 1 << 20);
		for (int64_t i = 0; i < COUNT; i++) {
			uint64_t noise = mm_hash64(&i, sizeof(i), 0);
			const int64_t v[] = {300,
					     5 + i,
					     1000 + i * 20 + (int64_t)(noise % 19),
					     (int64_t)(noise % 100),
					     i % 2 ? INT32_MAX - (int64_t)(noise % 9)
						   : INT32_MIN + (int64_t)(noise % 9),
					     (int64_t)(noise >> 11),
					     (int64_t)noise};

			mm_mlt_ints_add(&a, v[rows[k].pattern]);
		}
		mm_mlt_put_ints(&out, MM_MLT_DATA, rows[k].width, &a);
		assert_false(out.failed);
		assert_int_equal(out.data[1], rows[k].pack);
		assert_in_range(out.len, 1, rows[k].most);
		m = (struct mlt_bytes){out.data, out.data + out.len};
		s = mlt_stream(&m);
		assert_ptr_equal(m.p, m.end);
		back = mlt_ints(s, rows[k].width == MM_MLT_I32 || rows[k].width == MM_MLT_I64,
				rows[k].width == MM_MLT_U32 || rows[k].width == MM_MLT_I32 ? 32 : 64, &mem);
		assert_int_equal(s.total, COUNT);
		assert_memory_equal(back, a.v, COUNT * sizeof(*back));
		mm_mlt_ints_release(&a);
		mm_buf_release(&out);
	}
}

/* Byte runs and literals of every length around their limits (3, 128, 130). */
static void bits_come_back(void **state)
{
	(void)state;
	for (size_t count = 1; count < 5000; count += 13) {
		struct mm_mlt_bits a;
		struct mlt_bytes m;
		struct mm_buf out;
		const bool *bit;

		MM_ARENA_SCOPE(mem, 0);
		mm_buf_init(&out, 1 << 20);
		mm_mlt_bits_init(&a, 1 << 20);
		for (size_t i = 0; i < count; i++)
			mm_mlt_bits_add(&a, i / (count / 3 + 1) == 1 ? mm_hash64(&i, sizeof(i), 0) & 1
								     : i % 3 == 0 && count % 2);
		mm_mlt_put_bits(&out, MM_MLT_PRESENT, &a);
		assert_false(out.failed);
		m = (struct mlt_bytes){out.data, out.data + out.len};
		bit = mlt_bits(mlt_stream(&m), &mem);
		for (size_t i = 0; i < count; i++)
			assert_int_equal(bit[i], a.bytes.data[i / 8] >> i % 8 & 1);
		mm_mlt_bits_release(&a);
		mm_buf_release(&out);
	}
}

static const int32_t points[] = {5, 7, 3, 2}, lines[] = {2, 2, 2, 10, 10, 10, 1, 1, 3, 5};
static const int32_t rings[] = {0,  0,  10, 0,  10, 10, 0,  10, 11, 11, 20, 11,
				20, 20, 11, 20, 13, 13, 13, 17, 17, 17, 17, 13};
static const uint32_t two = 2, line_runs[] = {3, 2}, ring_runs[] = {4, 4, 4};

static const struct {
	struct mm_grid_geom geom;
	unsigned type;
	uint32_t parts;
} shapes[] = {
    {{MM_GRID_POINT, points, &one, 1}, 0, 1},       {{MM_GRID_POINT, points, &two, 1}, 3, 2},
    {{MM_GRID_LINE, lines, line_runs, 1}, 1, 1},    {{MM_GRID_LINE, lines, line_runs, 2}, 4, 2},
    {{MM_GRID_POLYGON, rings, ring_runs, 1}, 2, 1}, {{MM_GRID_POLYGON, rings + 8, ring_runs, 2}, 2, 1},
    {{MM_GRID_POLYGON, rings, ring_runs, 3}, 5, 2},
};

enum { SHAPES = sizeof(shapes) / sizeof(shapes[0]) };

/* The examples of the specification ("Decoding Examples"), byte by byte from its tables. */
static void geometries_are_written_as_the_specification_shows(void **state)
{
	static const int32_t point[] = {100, 200}, line[] = {0, 0, 100, 0, 100, 100};
	static const uint32_t three = 3;
	static const struct {
		struct mm_grid_geom geom;
		unsigned char want[24];
		size_t n;
	} rows[] = {
	    /* streams; LENGTH (see MM_MLT_TYPES) of 1 in 1 byte: type; DATA/VERTEX of 2 in 4 bytes */
	    {{MM_GRID_POINT, point, &one, 1}, {2, 0x30, 2, 1, 1, 0, 0x13, 0x42, 2, 4, 0xc8, 1, 0x90, 3}, 14},
	    {{MM_GRID_LINE, line, &three, 1},
	     {3, 0x30, 2, 1, 1, 1, 0x32, 2, 1, 1, 3, 0x13, 0x42, 6, 8, 0, 0, 0xc8, 1, 0, 0, 0xc8, 1},
	     23},
	};
	struct mm_layer_build *b = fixture_begin(MM_CRS84);
	struct mm_layer *layer;

	(void)state;
	fixture_point(b, 5, NULL, -1, 0, 0);
	layer = fixture_end(b);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct mm_mlt_layer *m = begin_layer(layer);
		/* tag, "fixture", extent, 2 columns: id, geometry; ids: DATA of 1 in 1 byte: 5 */
		static const unsigned char head[] = {1,    7, 'f', 'i', 'x',  't', 'u', 'r', 'e', 0x80,
						     0x20, 2, 0,   4,   0x10, 2,   1,   1,   5};
		struct mm_buf tile;

		mm_buf_init(&tile, 1000);
		mm_mlt_layer_add(m, 0, &rows[i].geom);
		mm_mlt_layer_put(m, &tile);
		assert_int_equal(tile.len, 1 + sizeof(head) + rows[i].n);
		assert_int_equal(tile.data[0], sizeof(head) + rows[i].n);
		assert_memory_equal(tile.data + 1, head, sizeof(head));
		assert_memory_equal(tile.data + 1 + sizeof(head), rows[i].want, rows[i].n);
		(void)mm_mlt_layer_free(m);
		mm_buf_release(&tile);
	}
	(void)mm_layer_unref(layer);
}

/* Which streams there are depends on all types in a layer: every choice of shapes, in both orders. */
static void every_mix_of_types_comes_back(void **state)
{
	struct mm_layer_build *b = fixture_begin(MM_CRS84);
	struct mm_layer *layer;

	(void)state;
	fixture_point(b, 5, NULL, -1, 0, 0);
	layer = fixture_end(b);
	for (unsigned set = 1; set < 1u << (SHAPES + 1); set++) {
		struct mm_mlt_layer *m = begin_layer(layer);
		size_t expected[SHAPES], count = 0;
		struct mlt_layer l;
		struct mm_buf tile;

		MM_ARENA_SCOPE(mem, 0);
		for (size_t i = 0; i < SHAPES; i++) {
			size_t shape = set >> SHAPES ? SHAPES - 1 - i : i;

			if (set >> shape & 1)
				expected[count++] = shape;
		}
		mm_buf_init(&tile, 10000);
		for (size_t i = 0; i < count; i++)
			mm_mlt_layer_add(m, 0, &shapes[expected[i]].geom);
		mm_mlt_layer_put(m, &tile);
		if (count)
			see(&tile, &l, &mem);
		else
			assert_int_equal(tile.len, 0);
		for (size_t i = 0; i < count; i++) {
			const struct mm_grid_geom *want = &shapes[expected[i]].geom,
						  *got = &l.feature[i].geom;
			size_t n = 0;

			assert_int_equal(l.feature[i].type, shapes[expected[i]].type);
			assert_int_equal(l.feature[i].parts, shapes[expected[i]].parts);
			assert_int_equal(got->ring_count, want->ring_count);
			assert_memory_equal(got->ring, want->ring, want->ring_count * sizeof(*want->ring));
			for (size_t r = 0; r < want->ring_count; r++)
				n += want->ring[r];
			assert_memory_equal(got->xy, want->xy, n * 2 * sizeof(*want->xy));
		}
		(void)mm_mlt_layer_free(m);
		mm_buf_release(&tile);
	}
	(void)mm_layer_unref(layer);
}

static void a_small_buffer_fails_and_no_more(void **state)
{
	struct mm_layer_build *b = fixture_begin(MM_CRS84);
	struct mm_mlt_layer *m;
	struct mm_layer *l;
	struct mm_buf tile;

	(void)state;
	fixture_point(b, 5, "a name longer than the buffer", 1, 0, 0);
	l = fixture_end(b);
	m = begin_layer(l);
	mm_buf_init(&tile, 20);
	mm_mlt_layer_add(m, 0, &a_point);
	mm_mlt_layer_put(m, &tile);
	assert_true(tile.failed);
	mm_buf_release(&tile);
	assert_null(mm_mlt_layer_free(m));
	assert_null(mm_mlt_layer_free(NULL));
	(void)mm_layer_unref(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_type_has_its_column),
	    cmocka_unit_test(numbers_take_the_narrowest_type_that_keeps_them),
	    cmocka_unit_test(nulls_and_numbers_that_are_none_are_left_out),
	    cmocka_unit_test(ids_are_numbers_that_javascript_can_hold),
	    cmocka_unit_test(a_text_id_takes_the_place_of_a_field_of_that_name),
	    cmocka_unit_test(numbers_are_packed_the_shortest_way),
	    cmocka_unit_test(bits_come_back),
	    cmocka_unit_test(geometries_are_written_as_the_specification_shows),
	    cmocka_unit_test(every_mix_of_types_comes_back),
	    cmocka_unit_test(a_small_buffer_fails_and_no_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
