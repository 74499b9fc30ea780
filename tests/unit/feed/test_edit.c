#include "feed_fixture.h"

#include "feed/child/edit.h"
#include "feed/edit_private.h"

#include <gdal.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>

/* The child's writing done in this process, without walls: what is named changes, and nothing else does. */

#if defined(__SANITIZE_ADDRESS__)
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libgdal\nleak:libproj\nleak:libsqlite3\n";
}
#endif

enum { ROWS = 4 };

static struct mm_gdal_log gdal_log;

static struct mm_job job_for(struct feed *f, const char **driver, struct mm_job_edit *edit, size_t count)
{
	*driver = "GPKG";
	return (struct mm_job){.is_edit = true,
			       .edit = edit,
			       .edit_count = count,
			       .driver = driver,
			       .driver_count = 1,
			       .open = feed_path(f, "a.gpkg"),
			       .list_dir = "",
			       .temp = f->dir,
			       .out = "",
			       .stamp = "",
			       .def = {.file = "layer.yaml",
				       .id = "layer",
				       .source = "a.gpkg",
				       .source_is_path = true,
				       .driver = "",
				       .table = "",
				       .sql = "",
				       .encoding = "",
				       .crs = "",
				       .crs_file = "",
				       .point_x = "",
				       .point_y = "",
				       .id_field = ""}};
}

/* Rows 1 to ROWS: a = "a1", n = 1, b = "b1" and so on. */
static void make_source(struct feed *f)
{
	OGRSpatialReferenceH srs = OSRNewSpatialReference(NULL);
	const char *name[] = {"a", "n", "b"};
	GDALDatasetH d;
	OGRLayerH l;

	(void)OSRImportFromEPSG(srs, 4326);
	d = GDALCreate(GDALGetDriverByName("GPKG"), feed_path(f, "a.gpkg"), 0, 0, 0, GDT_Unknown, NULL);
	assert_non_null(d);
	l = GDALDatasetCreateLayer(d, "data", srs, wkbPoint, NULL);
	for (int i = 0; i < 3; i++) {
		OGRFieldDefnH field = OGR_Fld_Create(name[i], i == 1 ? OFTInteger : OFTString);

		(void)OGR_L_CreateField(l, field, TRUE);
		OGR_Fld_Destroy(field);
	}
	for (int i = 1; i <= ROWS; i++) {
		OGRFeatureH row = OGR_F_Create(OGR_L_GetLayerDefn(l));
		char text[2][16];

		(void)snprintf(text[0], sizeof(text[0]), "a%d", i);
		(void)snprintf(text[1], sizeof(text[1]), "b%d", i);
		OGR_F_SetFieldString(row, 0, text[0]);
		OGR_F_SetFieldInteger(row, 1, i);
		OGR_F_SetFieldString(row, 2, text[1]);
		assert_int_equal(OGR_L_CreateFeature(l, row), OGRERR_NONE);
		OGR_F_Destroy(row);
	}
	GDALClose(d);
	OSRDestroySpatialReference(srs);
}

/* "a1,1,b1 a2,2,b2": the table as it is, "-" for null. */
static void read_source(struct feed *f, char *ret, size_t size)
{
	GDALDatasetH d = GDALOpenEx(feed_path(f, "a.gpkg"), GDAL_OF_VECTOR, NULL, NULL, NULL);
	OGRLayerH l = GDALDatasetGetLayer(d, 0);
	OGRFeatureH row;
	size_t at = 0;

	ret[0] = '\0';
	while ((row = OGR_L_GetNextFeature(l)) != NULL) {
		for (int i = 0; i < 3; i++)
			at += (size_t)snprintf(
			    ret + at, size - at, "%s%s",
			    OGR_F_IsFieldSetAndNotNull(row, i) ? OGR_F_GetFieldAsString(row, i) : "-",
			    i < 2 ? "," : " ");
		OGR_F_Destroy(row);
	}
	GDALClose(d);
}

static struct mm_job_value text_value(const char *field, const char *text)
{
	return (struct mm_job_value){field, {.type = MM_TYPE_TEXT, .text = text, .text_len = strlen(text)}};
}

static struct mm_job_value int_value(const char *field, int64_t n)
{
	return (struct mm_job_value){field, {.type = MM_TYPE_INT, .integer = n}};
}

static enum mm_code apply(struct feed *f, struct mm_job_edit *edit, size_t count, struct mm_buf *ids,
			  struct mm_err *err)
{
	const char *driver;
	struct mm_job job = job_for(f, &driver, edit, count);
	enum mm_code rc;
	MM_ARENA_SCOPE(mem, 0);

	mm_buf_init(ids, 1 << 16);
	rc = mm_child_edit(&job, &gdal_log, &mem, ids, err);
	return rc;
}

static void edits_of_different_columns_do_not_mix(void **state)
{
	struct feed *f = *state;
	struct mm_job_value one[] = {int_value("n", 10)},
			    two[] = {text_value("b", "bb"), text_value("a", "aa")},
			    three[] = {text_value("a", "only")}, four[] = {text_value("b", "new")};
	struct mm_job_edit edit[] = {
	    {.kind = MM_EDIT_UPDATE, .id = "1", .where = "", .value = one, .value_count = 1},
	    {.kind = MM_EDIT_UPDATE, .id = "2", .where = "", .value = two, .value_count = 2},
	    {.kind = MM_EDIT_INSERT, .where = "", .value = four, .value_count = 1},
	    {.kind = MM_EDIT_UPDATE, .id = "1", .where = "", .value = three, .value_count = 1},
	    {.kind = MM_EDIT_REPLACE, .id = "3", .where = "", .value = three, .value_count = 1},
	    {.kind = MM_EDIT_DELETE, .id = "4", .where = ""},
	    {.kind = MM_EDIT_INSERT, .where = "", .value = one, .value_count = 1},
	};
	const char *driver;
	struct mm_job job = job_for(f, &driver, edit, 7);
	struct mm_err err = {0};
	struct mm_buf ids;
	char text[400];

	mm_gdal_start(&job, &gdal_log);
	make_source(f);
	assert_int_equal(apply(f, edit, 7, &ids, &err), MM_OK);
	mm_buf_byte(&ids, 0);
	assert_string_equal((const char *)ids.data, "[\"1\",\"2\",\"5\",\"1\",\"3\",\"4\",\"6\"]");
	mm_buf_release(&ids);
	read_source(f, text, sizeof(text));
	assert_string_equal(text, "only,10,b1 aa,2,bb only,-,- -,-,new -,10,- ");
}

static void the_last_edit_takes_all_back(void **state)
{
	struct feed *f = *state;
	struct mm_job_value one[] = {int_value("n", 10)}, bad[] = {int_value("n", (int64_t)1 << 40)};
	struct mm_job_edit edit[] = {
	    {.kind = MM_EDIT_UPDATE, .id = "1", .where = "/0", .value = one, .value_count = 1},
	    {.kind = MM_EDIT_DELETE, .id = "2", .where = "/1"},
	    {.kind = MM_EDIT_UPDATE, .id = "3", .where = "/2", .value = bad, .value_count = 1},
	};
	struct mm_err err = {0};
	struct mm_buf ids;
	char text[400];

	make_source(f);
	assert_int_equal(apply(f, edit, 3, &ids, &err), MM_E_INVALID);
	assert_string_equal(err.where, "/2/properties/n");
	mm_buf_release(&ids);
	edit[2].id = "2"; /* the second edit has deleted it */
	edit[2].value = one;
	err = (struct mm_err){0};
	assert_int_equal(apply(f, edit, 3, &ids, &err), MM_E_NOT_FOUND);
	mm_buf_release(&ids);
	read_source(f, text, sizeof(text));
	assert_string_equal(text, "a1,1,b1 a2,2,b2 a3,3,b3 a4,4,b4 ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(edits_of_different_columns_do_not_mix, feed_begin, feed_end),
	    cmocka_unit_test_setup_teardown(the_last_edit_takes_all_back, feed_begin, feed_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
