#include "check.h"
#include "layer_fixture.h"
#include "layer_walk.h"

#include "base/file.h"
#include "base/hash.h"
#include "store/format.h"
#include "store/tile_row_format.h"

#include <math.h>
#include <sys/stat.h>

/* Nothing damaged is believed: by chance (the checksum tells) or by a hostile child, which makes the checksum
 * right. */

/* ---- samples: points with equal ids, shapes with heights and a repaired one, every type of value ---- */

static void add_shapes(struct mm_layer_build *b)
{
	static const uint32_t p_polygon = (uint32_t)MM_PART_POLYGON << 30 | 1, r_polygon = 5,
			      p_line = (uint32_t)MM_PART_LINE << 30 | 1, r_line = 2;
	static const double bow_tie[] = {0, 0, 2, 2, 2, 0, 0, 2, 0, 0}, line[] = {1, 1, 2, 2}, z[] = {7, 8};
	struct mm_geom g = {MM_GEOM_POLYGON, &p_polygon, &r_polygon, bow_tie, NULL, 1, 1, 5};

	fixture_row(b, 100, "bow tie", 1, 5, 9, &g);
	g = (struct mm_geom){MM_GEOM_LINE, &p_line, &r_line, line, z, 1, 1, 2};
	fixture_row(b, 99, NULL, 1, 0, 0, &g);
	fixture_row(b, 98, "none", 1, 0, 0, NULL);
}

static void add_values(struct mm_layer_build *b, const struct mm_field *field, int rows)
{
	static const char *const json[] = {"{\"a\":[1]}", "[true,null]", "\"ё\""};
	static const uint32_t part = (uint32_t)MM_PART_POINTS << 30 | 1, ring = 1;
	static const double xy[] = {39, 52};
	const struct mm_geom point = {MM_GEOM_POINT, &part, &ring, xy, NULL, 1, 1, 1};

	for (int i = 0; i < rows; i++) {
		mm_layer_build_begin(b);
		mm_layer_build_geom(b, &point);
		for (size_t f = 0; f < MM_TYPE_COUNT; f++) {
			struct mm_value v = {
			    .type = field[f].type, .boolean = true, .integer = i, .real = i / 3.0};

			v.text = f == MM_TYPE_JSON ? json[i % 3] : "слово";
			v.text_len = strlen(v.text);
			v.offset_min = i * 30;
			if (i % 7 != (int)f)
				mm_layer_build_value(b, f, &v);
		}
		assert_int_equal(mm_layer_build_end(b, NULL), MM_OK);
	}
}

static struct mm_layer_build *values_begin(const struct mm_field **ret)
{
	static const struct mm_field field[MM_TYPE_COUNT] = {
	    [MM_TYPE_BOOL] = {.name = "b", .type = MM_TYPE_BOOL},
	    [MM_TYPE_INT] = {.name = "i", .type = MM_TYPE_INT},
	    [MM_TYPE_REAL] = {.name = "r", .type = MM_TYPE_REAL},
	    [MM_TYPE_TEXT] = {.name = "t", .type = MM_TYPE_TEXT},
	    [MM_TYPE_DATE] = {.name = "d", .type = MM_TYPE_DATE},
	    [MM_TYPE_TIME] = {.name = "h", .type = MM_TYPE_TIME},
	    [MM_TYPE_DATETIME] = {.name = "w", .type = MM_TYPE_DATETIME},
	    [MM_TYPE_JSON] = {.name = "j", .type = MM_TYPE_JSON},
	};
	const struct mm_schema schema = {.id = "values",
					 .crs_definition = MM_CRS84,
					 .style_json = "{}",
					 .max_zoom = 22,
					 .field = field,
					 .field_count = MM_TYPE_COUNT};
	struct mm_layer_build *b = NULL;

	assert_int_equal(mm_layer_build_new(&schema, &b, NULL), MM_OK);
	*ret = field;
	return b;
}

enum sample { POINTS, SHAPES, VALUES, SAMPLES };

static char path[] = "/tmp/munimap-damage-XXXXXX";

static void put_sample(enum sample which, struct mm_buf *ret)
{
	const struct mm_field *field = NULL;
	struct mm_layer_build *b = which == VALUES ? values_begin(&field) : fixture_begin(MM_CRS84);

	for (int i = 0; i < 40 && which != VALUES; i++)
		fixture_point(b, which == POINTS ? i % 9 : 50 - i, i % 3 ? "раз" : "два", i, i, i);
	if (which == SHAPES)
		add_shapes(b);
	if (which == VALUES)
		add_values(b, field, 20);
	assert_int_equal(mm_layer_build_freeze(b, 1, "2026-06-15T12:00:00Z", path, NULL), MM_OK);
	(void)mm_layer_build_free(b);
	mm_buf_init(ret, 1 << 20);
	assert_int_equal(mm_file_read(path, ret, NULL), MM_OK);
}

static struct mm_format_header *head(struct mm_buf *file)
{
	return (struct mm_format_header *)(void *)file->data;
}

static void reseal(struct mm_buf *file)
{
	struct mm_format_header *h = head(file);

	h->checksum = mm_hash64(file->data + MM_FORMAT_HEADER_BYTES, file->len - MM_FORMAT_HEADER_BYTES, 0);
	h->header_checksum = 0;
	h->header_checksum = mm_hash64(h, sizeof(*h), 0);
}

static bool opens(const struct mm_buf *file)
{
	struct mm_layer *l = NULL;
	FILE *f = fopen(path, "wb");
	enum mm_code rc;

	assert_true(f && fwrite(file->data, 1, file->len, f) == file->len && fclose(f) == 0);
	rc = mm_layer_open(path, &l, NULL);
	assert_true(rc == MM_OK || (rc == MM_E_DATA && !l));
	if (l)
		assert_true(walk_layer(l) != 1);
	(void)mm_layer_unref(l);
	return rc == MM_OK;
}

/* Only the rest of the header's page may be anything: nothing reads it. Padding between sections is under the
 * sum. */
static void each_block_flipped_or_cut_is_refused(void **state)
{
	(void)state;
	for (int which = 0; which < SAMPLES; which++) {
		struct mm_buf file;

		put_sample((enum sample)which, &file);
		assert_true(opens(&file));
		for (size_t block = 0; block < file.len; block += 512) {
			size_t n = file.len, size = n - block < 512 ? n - block : 512;

			for (size_t i = 0; i < size; i++)
				file.data[block + i] ^= 0xff;
			assert_int_equal(opens(&file), block >= sizeof(struct mm_format_header) &&
							   block < MM_FORMAT_HEADER_BYTES);
			for (size_t i = 0; i < size; i++)
				file.data[block + i] ^= 0xff;
			file.len = block;
			assert_false(opens(&file));
			file.len = n;
		}
		assert_true(opens(&file));
		mm_buf_release(&file);
	}
}

static void damage_under_a_right_checksum_is_refused_or_harmless(void **state)
{
	unsigned seed = 11;

	(void)state;
	for (int which = 0; which < SAMPLES; which++) {
		struct mm_buf file, copy;
		int opened = 0;

		put_sample((enum sample)which, &file);
		mm_buf_init(&copy, 1 << 20);
		for (int k = 0; k < 4000; k++) {
			size_t bytes = k % 2 ? sizeof(struct mm_format_header) : file.len;
			size_t at = (size_t)rand_r(&seed) % bytes;

			mm_buf_clear(&copy);
			mm_buf_put(&copy, file.data, file.len);
			copy.data[at] ^= (unsigned char)(1 + rand_r(&seed) % 255);
			reseal(&copy);
			opened += opens(&copy);
		}
		assert_true(opened > 0);
		mm_buf_release(&file);
		mm_buf_release(&copy);
	}
}

/* ---- what a hostile child could want ---- */

static void *section(struct mm_buf *file, enum mm_section s)
{
	return file->data + head(file)->section[s].offset;
}

static struct mm_column_row *column(struct mm_buf *file, size_t field)
{
	return (struct mm_column_row *)section(file, MM_SECTION_COLUMN) + field;
}

static void coordinate_is_nan(struct mm_buf *f)
{
	((double *)section(f, MM_SECTION_XY))[3] = NAN;
}

static void coordinate_is_infinite(struct mm_buf *f)
{
	((double *)section(f, MM_SECTION_XY))[4] = -INFINITY;
}

static void extent_is_nan(struct mm_buf *f)
{
	head(f)->box_deg.min_x = NAN;
}

static void stamp_breaks_the_line(struct mm_buf *f)
{
	memcpy(head(f)->stamp, "a\r\nb", 5);
}

static void types_lie(struct mm_buf *f)
{
	head(f)->geom_types ^= 1u << MM_GEOM_POLYGON;
}

static void form_lies(struct mm_buf *f)
{
	head(f)->is_points ^= 1;
}

static void point_state_is_none(struct mm_buf *f)
{
	((uint8_t *)section(f, MM_SECTION_GEOM))[3] = 8;
}

static void point_has_heights_from_nowhere(struct mm_buf *f)
{
	((uint8_t *)section(f, MM_SECTION_GEOM))[3] |= MM_POINT_HAS_Z;
}

static void ids_are_out_of_order(struct mm_buf *f)
{
	uint32_t *order = section(f, MM_SECTION_ID_ORDER), first = order[0];

	order[0] = order[1];
	order[1] = first;
}

static void a_row_is_ordered_twice(struct mm_buf *f)
{
	((uint32_t *)section(f, MM_SECTION_ID_ORDER))[5] = ((uint32_t *)section(f, MM_SECTION_ID_ORDER))[4];
}

static void point_is_a_polygon(struct mm_buf *f)
{
	((uint32_t *)section(f, MM_SECTION_PART))[2] = (uint32_t)MM_PART_POLYGON << 30 | 1;
}

static void part_is_of_no_kind(struct mm_buf *f)
{
	((uint32_t *)section(f, MM_SECTION_PART))[2] = 3u << 30 | 1;
}

static void type_is_none(struct mm_buf *f)
{
	((struct mm_geom_row *)section(f, MM_SECTION_GEOM))[2].type = MM_GEOM_TYPE_COUNT;
}

static void ring_is_longer_than_its_row(struct mm_buf *f)
{
	((uint32_t *)section(f, MM_SECTION_RING))[0] = 2;
}

static void row_begins_past_the_end(struct mm_buf *f)
{
	((struct mm_geom_row *)section(f, MM_SECTION_GEOM))[2].part = UINT32_MAX;
}

static void repaired_row_is_none(struct mm_buf *f)
{
	*(uint32_t *)section(f, MM_SECTION_REPAIRED) = head(f)->rows;
}

static void index_points_past_the_rows(struct mm_buf *f)
{
	*(uint32_t *)section(f, MM_SECTION_TREE_INDEX) = head(f)->rows;
}

static void note_is_not_text(struct mm_buf *f)
{
	((char *)section(f, MM_SECTION_NOTE_TEXT))[2] = '\xff';
}

static void note_ends_nowhere(struct mm_buf *f)
{
	((char *)section(f, MM_SECTION_NOTE_TEXT))[head(f)->section[MM_SECTION_NOTE_TEXT].bytes - 1] = 'x';
}

/* A copy: they lie at multiples of four bytes. */
static struct mm_tile_row_head head_at(const unsigned char *p)
{
	struct mm_tile_row_head h;

	memcpy(&h, p, sizeof(h));
	return h;
}

/* The tile row of the first place that has so many vertices or more. */
static unsigned char *tile_row(struct mm_buf *f, uint32_t vertices)
{
	const uint32_t *start = section(f, MM_SECTION_TILE_START);
	unsigned char *rows = section(f, MM_SECTION_TILE_ROW);
	size_t i = 0;

	while (head_at(rows + (size_t)start[i] * MM_TILE_ROW_UNIT).vertex_count < vertices)
		i++;
	return rows + (size_t)start[i] * MM_TILE_ROW_UNIT;
}

static void tile_rows_begin_past_the_end(struct mm_buf *f)
{
	((uint32_t *)section(f, MM_SECTION_TILE_START))[1] = UINT32_MAX;
}

static void tile_row_is_longer_than_it_is(struct mm_buf *f)
{
	struct mm_tile_row_head h = head_at(tile_row(f, 2));

	h.vertex_count++;
	memcpy(tile_row(f, 2), &h, sizeof(h));
}

static void tile_row_has_more_tags_than_bytes(struct mm_buf *f)
{
	struct mm_tile_row_head h = head_at(tile_row(f, 1));

	h.tags_bytes = UINT16_MAX;
	memcpy(tile_row(f, 1), &h, sizeof(h));
}

static void tile_row_leaves_its_box(struct mm_buf *f)
{
	unsigned char *p = tile_row(f, 2);
	const struct mm_tile_row_head h = head_at(p);

	p[sizeof(h) + mm_tile_row_padded(h.tags_bytes) + 3] ^= 0x40;
}

static void tag_is_of_no_field(struct mm_buf *f)
{
	tile_row(f, 1)[sizeof(struct mm_tile_row_head)] = 0x7f;
}

static void tag_is_of_a_hidden_field(struct mm_buf *f)
{
	tile_row(f, 1)[sizeof(struct mm_tile_row_head)] = FIXTURE_SECRET;
}

static void tag_has_no_value(struct mm_buf *f)
{
	tile_row(f, 1)[sizeof(struct mm_tile_row_head) + 1] = 0x7f;
}

static struct mm_tile_value_row *tile_value(struct mm_buf *f, enum mm_type type)
{
	struct mm_tile_value_row *v = section(f, MM_SECTION_TILE_VALUE);

	while (v->type != (uint32_t)type)
		v++;
	return v;
}

static void tile_text_is_elsewhere(struct mm_buf *f)
{
	tile_value(f, MM_TYPE_TEXT)->bits = UINT64_MAX - 1;
}

static void tile_text_is_cut(struct mm_buf *f)
{
	tile_value(f, MM_TYPE_TEXT)->text_bytes = 1;
}

static void tile_value_is_of_no_type(struct mm_buf *f)
{
	tile_value(f, MM_TYPE_BOOL)->type = MM_TYPE_DATE;
}

static void tile_value_is_infinite(struct mm_buf *f)
{
	tile_value(f, MM_TYPE_REAL)->bits = UINT64_C(0x7ff) << 52;
}

static void section_is_outside(struct mm_buf *f)
{
	head(f)->section[MM_SECTION_WORLD].offset = UINT64_MAX - 63;
}

static void json_breaks_out(struct mm_buf *f)
{
	memcpy(f->data + column(f, MM_TYPE_JSON)->text.offset, "1},{\"b\":2", 9);
}

static void date_is_never(struct mm_buf *f)
{
	((int64_t *)(void *)(f->data + column(f, MM_TYPE_DATE)->data.offset))[1] = INT64_MAX;
}

static void time_is_of_no_day(struct mm_buf *f)
{
	((int64_t *)(void *)(f->data + column(f, MM_TYPE_TIME)->data.offset))[1] = 90000000;
}

static void zone_is_far_off(struct mm_buf *f)
{
	((int16_t *)(void *)(f->data + column(f, MM_TYPE_DATETIME)->offset.offset))[1] = INT16_MAX;
}

static void code_is_of_no_word(struct mm_buf *f)
{
	f->data[column(f, MM_TYPE_TEXT)->data.offset + 1] = 200;
}

static void codes_have_no_width(struct mm_buf *f)
{
	column(f, MM_TYPE_TEXT)->code_bytes = 0;
	column(f, MM_TYPE_TEXT)->data.bytes = 0;
}

static void text_is_not_utf8(struct mm_buf *f)
{
	f->data[column(f, MM_TYPE_TEXT)->text.offset] = 0xff;
}

static void style_is_no_object(struct mm_buf *f)
{
	char *json = section(f, MM_SECTION_SCHEMA), *at = strstr(json, "\"style_json\":\"{}\"");

	assert_non_null(at);
	memcpy(at + 14, "1,", 2);
}

static void id_is_a_path(struct mm_buf *f)
{
	char *json = section(f, MM_SECTION_SCHEMA), *at = strstr(json, "\"values\"");

	assert_non_null(at);
	memcpy(at + 1, "../../", 6);
}

static void lies_under_a_right_checksum_are_refused(void **state)
{
	static const struct {
		enum sample which;
		void (*lie)(struct mm_buf *f);
	} lies[] = {
	    {POINTS, coordinate_is_nan},
	    {SHAPES, coordinate_is_infinite},
	    {POINTS, extent_is_nan},
	    {POINTS, stamp_breaks_the_line},
	    {POINTS, types_lie},
	    {SHAPES, types_lie},
	    {POINTS, form_lies},
	    {SHAPES, form_lies},
	    {POINTS, point_state_is_none},
	    {POINTS, point_has_heights_from_nowhere},
	    {POINTS, ids_are_out_of_order},
	    {POINTS, a_row_is_ordered_twice},
	    {SHAPES, ids_are_out_of_order},
	    {SHAPES, a_row_is_ordered_twice},
	    {SHAPES, point_is_a_polygon},
	    {SHAPES, part_is_of_no_kind},
	    {SHAPES, type_is_none},
	    {SHAPES, ring_is_longer_than_its_row},
	    {SHAPES, row_begins_past_the_end},
	    {SHAPES, repaired_row_is_none},
	    {SHAPES, index_points_past_the_rows},
	    {SHAPES, note_is_not_text},
	    {SHAPES, note_ends_nowhere},
	    {SHAPES, section_is_outside},
	    {POINTS, tile_rows_begin_past_the_end},
	    {SHAPES, tile_row_is_longer_than_it_is},
	    {SHAPES, tile_row_has_more_tags_than_bytes},
	    {SHAPES, tile_row_leaves_its_box},
	    {POINTS, tag_is_of_no_field},
	    {POINTS, tag_is_of_a_hidden_field},
	    {POINTS, tag_has_no_value},
	    {POINTS, tile_text_is_elsewhere},
	    {POINTS, tile_text_is_cut},
	    {VALUES, tile_value_is_of_no_type},
	    {VALUES, tile_value_is_infinite},
	    {VALUES, json_breaks_out},
	    {VALUES, date_is_never},
	    {VALUES, time_is_of_no_day},
	    {VALUES, zone_is_far_off},
	    {VALUES, code_is_of_no_word},
	    {VALUES, codes_have_no_width},
	    {VALUES, text_is_not_utf8},
	    {VALUES, style_is_no_object},
	    {VALUES, id_is_a_path},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lies) / sizeof(*lies); i++) {
		struct mm_buf file;

		put_sample(lies[i].which, &file);
		lies[i].lie(&file);
		reseal(&file);
		if (opens(&file))
			fail_msg("lie %zu was believed", i);
		mm_buf_release(&file);
	}
}

/* The quick way looks at the header only: it refuses another file or version, and what is cut; it believes
 * the rest. */
static void the_quick_way_looks_at_the_header(void **state)
{
	struct mm_layer *l = NULL;
	struct mm_err err = {0};
	struct mm_buf file;

	(void)state;
	put_sample(SHAPES, &file);
	assert_int_equal(mm_layer_open_quick(path, &l, NULL), MM_OK);
	assert_true(walk_layer(l) != 1);
	assert_string_equal(mm_layer_source_stamp(l), "2026-06-15T12:00:00Z");
	assert_true(mm_layer_identity(l) == 1);
	l = mm_layer_unref(l);
	head(&file)->rows++;
	assert_int_equal(mm_file_write(path, file.data, file.len, NULL), MM_OK);
	assert_int_equal(mm_layer_open_quick(path, &l, &err), MM_E_DATA);
	assert_true(*err.msg);
	head(&file)->rows--;
	assert_int_equal(mm_file_write(path, file.data, file.len - 1, NULL), MM_OK);
	assert_int_equal(mm_layer_open_quick(path, &l, NULL), MM_E_DATA);
	mm_buf_release(&file);
}

static void what_is_no_file_is_refused(void **state)
{
	struct mm_layer *l = NULL;

	(void)state;
	assert_int_equal(mm_layer_open("/tmp/munimap-not-there", &l, NULL), MM_E_NOT_FOUND);
	assert_int_equal(mm_layer_open("/tmp", &l, NULL), MM_E_DATA);
	assert_int_equal(mm_layer_open("/dev/null", &l, NULL), MM_E_DATA);
	(void)unlink(path);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(mm_layer_open(path, &l, NULL), MM_E_DATA); /* and does not wait for a writer */
	(void)unlink(path);
	assert_null(l);
}

static void a_layer_outlives_its_file(void **state)
{
	struct mm_layer_build *b = fixture_begin(MM_CRS84);
	struct mm_layer *l, *other;

	(void)state;
	add_shapes(b);
	l = fixture_end(b); /* removes the file */
	other = mm_layer_ref(l);
	assert_null(mm_layer_unref(l));
	assert_true(walk_layer(other) != 1);
	assert_null(mm_layer_unref(other));
	assert_null(mm_layer_unref(NULL));
}

static int set_up(void **state)
{
	int fd = mkstemp(path);

	(void)state;
	return fd < 0 || close(fd);
}

static int clean_up(void **state)
{
	(void)state;
	(void)unlink(path);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_block_flipped_or_cut_is_refused),
	    cmocka_unit_test(damage_under_a_right_checksum_is_refused_or_harmless),
	    cmocka_unit_test(lies_under_a_right_checksum_are_refused),
	    cmocka_unit_test(the_quick_way_looks_at_the_header),
	    cmocka_unit_test(what_is_no_file_is_refused),
	    cmocka_unit_test(a_layer_outlives_its_file),
	};

	return cmocka_run_group_tests(tests, set_up, clean_up);
}
