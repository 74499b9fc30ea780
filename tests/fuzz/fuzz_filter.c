#include "../unit/layer_fixture.h"

#include "base/clock.h"
#include "query/filter_bind.h"
#include "query/filter_run.h"
#include "store/catalog.h"

/* Filters at work: what is CQL2 and fits the fields of a small layer is tested with its rows, one by one and
 * all together; what the index would leave out does not match. The layer is "fuzz" for near_layer. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ROWS = 4, TEXT = 0, NUMBER, LIST, DAY, FIELDS };

static struct mm_layer_build *begin(void)
{
	static const struct mm_field fields[FIELDS] = {
	    [TEXT] = {.name = "a", .type = MM_TYPE_TEXT, .title = {"", ""}, .unit = {"", ""}},
	    [NUMBER] = {.name = "n", .type = MM_TYPE_INT, .title = {"", ""}, .unit = {"", ""}},
	    [LIST] = {.name = "j", .type = MM_TYPE_JSON, .title = {"", ""}, .unit = {"", ""}},
	    [DAY] = {.name = "d", .type = MM_TYPE_DATE, .title = {"", ""}, .unit = {"", ""}},
	};
	const struct mm_schema schema = {.id = "fuzz",
					 .title = {"", ""},
					 .description = {"", ""},
					 .owner = {"", ""},
					 .license = "",
					 .theme = "",
					 .crs_code = "",
					 .crs_uri = "",
					 .crs_name = "",
					 .crs_definition = MM_CRS84,
					 .id_field = "",
					 .style_json = "{}",
					 .max_zoom = 22,
					 .field = fields,
					 .field_count = FIELDS};
	struct mm_layer_build *b = NULL;

	MM_CHECK(mm_layer_build_new(&schema, &b, NULL) == MM_OK);
	return b;
}

static void put_values(struct mm_layer_build *b, size_t i)
{
	static const char *const lists[ROWS] = {"[1,\"x\",null,2.5]", "[]", "{\"a\":[1]}",
						"[[1],true,\"2026-01-31\"]"};
	const struct mm_value text = {.type = MM_TYPE_TEXT, .text = "xЁ", .text_len = i ? 3 : 1},
			      number = {.type = MM_TYPE_INT, .integer = (int64_t)i - 1},
			      list = {.type = MM_TYPE_JSON, .text = lists[i], .text_len = strlen(lists[i])},
			      day = {.type = MM_TYPE_DATE, .integer = 20000};

	mm_layer_build_value(b, TEXT, &text);
	mm_layer_build_value(b, NUMBER, &number);
	mm_layer_build_value(b, LIST, &list);
	if (i)
		mm_layer_build_value(b, DAY, &day);
}

static struct mm_layer *make_layer(void)
{
	static const double xy[] = {39, 52, 39.001, 52, 39.001, 52.001, 39, 52.001, 39, 52};
	static const uint32_t part[ROWS] = {(uint32_t)MM_PART_POINTS << 30 | 1,
					    (uint32_t)MM_PART_LINE << 30 | 1,
					    (uint32_t)MM_PART_POLYGON << 30 | 1},
			      ring[ROWS] = {1, 2, 5, 0};
	static const enum mm_geom_type type[ROWS] = {MM_GEOM_POINT, MM_GEOM_LINE, MM_GEOM_POLYGON,
						     MM_GEOM_NULL};
	struct mm_layer_build *b = begin();

	for (size_t i = 0; i < ROWS; i++) {
		const uint32_t parts = type[i] != MM_GEOM_NULL;
		const struct mm_geom g = {.type = type[i],
					  .part = &part[i],
					  .ring = &ring[i],
					  .xy = xy,
					  .part_count = parts,
					  .ring_count = parts,
					  .vertex_count = ring[i]};

		mm_layer_build_begin(b);
		mm_layer_build_id_int(b, (int64_t)i);
		put_values(b, i);
		mm_layer_build_geom(b, &g);
		MM_CHECK(mm_layer_build_end(b, NULL) == MM_OK);
	}
	return fixture_end(b);
}

static void test_rows(struct mm_filter_run *run)
{
	static const struct mm_box rows = {39, 52, 39.001, 52.001};
	struct mm_box box;
	const bool is_elsewhere = mm_filter_run_box(run, &box) && !mm_box_meets(&box, &rows);

	uint32_t many[ROWS] = {2, 0, 3, 1};
	const size_t kept = mm_filter_run_keep(run, many, ROWS);
	unsigned found = 0;

	for (size_t i = 0; i < kept; i++)
		found |= 1u << many[i];
	for (uint32_t row = 0; row < ROWS; row++) {
		const bool is = mm_filter_run_test(run, row);

		MM_CHECK(mm_filter_run_is_late(run) || (is == (found >> row & 1) && !(is && is_elsewhere)));
	}
}

static const struct mm_catalog *make_catalog(struct mm_layer *l)
{
	const struct mm_map_info map = {.crs_code = "", .crs_name = "", .crs_definition = ""};
	const struct mm_entry entry = {.id = "fuzz", .layer = l, .error = ""};

	return mm_catalog_new(1, &map, &entry, 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct mm_layer *layer;
	static struct mm_kits *kits;
	static const struct mm_catalog *catalog;
	struct mm_filter_crs crs = {.metric = "EPSG:32637",
				    .deadline_ns = mm_clock_mono_ns() + (int64_t)1000000000};
	MM_ARENA_SCOPE(mem, 64 << 20);
	char *text = mm_arena_text(&mem, (const char *)data, size);
	struct mm_filter_run *run = NULL;
	struct mm_filter *f = NULL;
	struct mm_kit *kit = NULL;

	layer = layer ? layer : make_layer();
	kits = kits ? kits : mm_kits_new();
	catalog = catalog ? catalog : make_catalog(layer);
	crs.catalog = catalog;
	MM_CHECK(text && mm_kits_take(kits, &kit, NULL) == MM_OK);
	if ((mm_cql2_text_parse(text, &mem, &f, NULL) == MM_OK ||
	     mm_cql2_json_parse(text, &mem, &f, NULL) == MM_OK) &&
	    mm_filter_bind(f, text, mm_layer_schema(layer), &mem, NULL) == MM_OK &&
	    mm_filter_run_new(f, layer, &crs, kit, &run, NULL) == MM_OK) {
		test_rows(run);
		mm_filter_run_free(run);
	}
	mm_kits_give(kits, kit);
	return 0;
}
