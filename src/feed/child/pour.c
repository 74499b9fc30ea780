#include "feed/child/pour.h"

#include "feed/child/columns.h"
#include "feed/child/convert.h"
#include "feed/child/schema_check.h"
#include "feed/child/shape.h"
#include "feed/child/source.h"
#include "feed/child/value.h"
#include "feed/drivers.h"
#include "feed/row_expression.h"
#include "geo/ground.h"
#include "store/layer_build.h"

#include <stdio.h>
#include <string.h>

/* One source on its way into one builder. */
struct pour {
	const struct mm_job *job;
	struct mm_gdal_log *log;
	struct mm_gdal_source source;
	struct mm_text_reader text;
	struct mm_value_reader value;
	struct mm_columns columns;
	struct mm_source_shape shape;
	struct mm_crs crs;
	struct mm_layer_build *build;
	struct mm_row_expression *importance; /* NULL: the layer has none */
	unsigned long rows;
};

static struct mm_schema schema_of(const struct pour *p)
{
	const struct mm_layer_def *def = &p->job->def;

	return (struct mm_schema){
	    .id = def->id,
	    .title = def->title,
	    .description = def->description,
	    .owner = def->owner,
	    .license = def->license,
	    .theme = def->theme,
	    .role = def->role,
	    .crs_code = p->crs.code,
	    .crs_uri = p->crs.uri,
	    .crs_name = p->crs.name,
	    .crs_definition = p->crs.definition,
	    .id_field = p->columns.id_name,
	    .time_begin = def->time_begin,
	    .time_end = def->time_end,
	    .time_begin_fact = def->time_begin_fact,
	    .time_end_fact = def->time_end_fact,
	    .style_json = *def->style_json ? def->style_json : "{}",
	    .min_zoom = def->min_zoom,
	    .max_zoom = def->max_zoom,
	    .generalize = def->generalize,
	    .field = p->columns.field,
	    .field_count = p->columns.count,
	};
}

static void note_value(struct pour *p, size_t i, enum mm_value_state state)
{
	char note[240];

	(void)snprintf(note, sizeof(note), "%.200s", p->columns.field[i].name);
	mm_layer_build_note(p->build, state == MM_VALUE_BAD ? MM_QUALITY_BAD_VALUE : MM_QUALITY_BAD_TEXT,
			    note);
}

static void pour_id(struct pour *p, const struct mm_value *v, OGRFeatureH f)
{
	char text[64];

	if (p->columns.id == SIZE_MAX) {
		mm_layer_build_id_int(p->build, OGR_F_GetFID(f));
	} else if (v->is_null) {
		mm_layer_build_id_int(p->build, OGR_F_GetFID(f));
		mm_layer_build_note(p->build, MM_QUALITY_NO_ID, p->columns.id_name);
	} else if (v->type == MM_TYPE_INT || v->type == MM_TYPE_DATE) {
		mm_layer_build_id_int(p->build, v->integer);
	} else if (v->type == MM_TYPE_TEXT || v->type == MM_TYPE_JSON) {
		mm_layer_build_id_text(p->build, v->text, v->text_len);
	} else {
		int n = snprintf(text, sizeof(text), "%.17g",
				 v->type == MM_TYPE_REAL ? v->real : (double)v->integer);

		mm_layer_build_id_text(p->build, text, n > 0 ? (size_t)n : 0);
	}
}

static void pour_values(struct pour *p, OGRFeatureH f)
{
	const struct mm_value none = {.is_null = true};
	bool id_done = false;
	struct mm_value v;

	for (size_t i = 0; i < p->columns.count; i++) {
		enum mm_value_state state = mm_value_read(&p->value, f, i, &p->columns.column[i], &v);

		if (state >= MM_VALUE_BAD_TEXT)
			note_value(p, i, state);
		if (i == p->columns.id) {
			pour_id(p, &v, f);
			id_done = true;
		}
		if (!v.is_null)
			mm_layer_build_value(p->build, i, &v);
		if (p->importance)
			mm_row_expression_set(p->importance, i, &v);
	}
	if (!id_done)
		pour_id(p, &none, f);
}

/* A number out of a column of any type. False: null or not a number. */
static bool number_of(struct pour *p, OGRFeatureH f, size_t i, double *ret)
{
	struct mm_column as_real = p->columns.column[i];
	struct mm_value v;

	as_real.type = MM_TYPE_REAL;
	if (mm_value_read(&p->value, f, i, &as_real, &v) != MM_VALUE_FINE || v.is_null)
		return false;
	*ret = v.real;
	return true;
}

/* What an expression may have of a geometry, behind the fields. */
static const char *const measures[] = {"area_m2", "length_m"};
enum { MEASURES = sizeof(measures) / sizeof(measures[0]) };

static void set_measures(struct pour *p, const struct mm_geom *g)
{
	static double (*const measure[MEASURES])(const struct mm_geom *g, double metres_per_unit) = {
	    mm_ground_area_m2, mm_ground_length_m};

	for (size_t i = 0; p->importance && i < MEASURES; i++)
		if (mm_row_expression_has(p->importance, p->columns.count + i))
			mm_row_expression_set(
			    p->importance, p->columns.count + i,
			    &(struct mm_value){.type = MM_TYPE_REAL,
					       .real = measure[i](g, p->crs.metres_per_unit)});
}

static enum mm_code pour_shape(struct pour *p, OGRFeatureH f, struct mm_err *reterr)
{
	struct mm_geom g = {.type = MM_GEOM_NULL};
	enum mm_code rc = MM_OK;
	double x, y;

	if (p->columns.x == SIZE_MAX)
		rc = mm_source_shape_read(&p->shape, OGR_F_GetGeometryRef(f), &g, reterr);
	else if (number_of(p, f, p->columns.x, &x) && number_of(p, f, p->columns.y, &y))
		mm_source_shape_point(&p->shape, x, y, &g);
	if (rc)
		return rc;
	mm_layer_build_geom(p->build, &g);
	set_measures(p, &g);
	if (p->shape.had_curve)
		mm_layer_build_note(p->build, MM_QUALITY_CURVE, "");
	return MM_OK;
}

static enum mm_code pour_importance(struct pour *p, struct mm_err *reterr)
{
	struct mm_err err = {0};
	double v;
	enum mm_code rc = p->importance ? mm_row_expression_value(p->importance, &v, &err) : MM_OK;

	if (rc)
		return mm_fail(reterr, rc, "", "importance.expression: row %lu: %s", p->rows + 1, err.msg);
	if (p->importance)
		mm_layer_build_importance(p->build, v);
	return MM_OK;
}

static enum mm_code pour_row(struct pour *p, OGRFeatureH f, unsigned long failures, struct mm_err *reterr)
{
	enum mm_code rc;

	mm_layer_build_begin(p->build);
	pour_values(p, f);
	rc = pour_shape(p, f, reterr);
	if (!rc)
		rc = pour_importance(p, reterr);
	if (rc)
		return rc;
	if (p->log->failures > failures) /* the driver gave the row, but not all of it */
		mm_layer_build_note(p->build, MM_QUALITY_SKIPPED, p->log->last_failure);
	p->rows++;
	return mm_layer_build_end(p->build, reterr);
}

static bool is_sqlite(const struct pour *p)
{
	return p->job->driver_count && mm_driver_find(p->job->driver[0])->is_sqlite;
}

/* What the driver counts beforehand is a hint only (a file may claim 2^63 - 1), but rows it counts and then
 * does not give are not passed over in silence. */
static enum mm_code compare_count(struct pour *p, struct mm_err *reterr)
{
	const long long believable = (long long)1 << 32;
	long long stated = OGR_L_GetFeatureCount(p->source.table, p->rows == 0);
	char note[120];

	if (stated <= (long long)p->rows || stated > believable || is_sqlite(p))
		return MM_OK;
	if (!p->rows)
		return mm_fail(reterr, MM_E_DATA, "",
			       "it states %lld features, but none can be read: they are not what "
			       "this driver expects",
			       stated);
	(void)snprintf(note, sizeof(note), "the source states %lld features, %lu could be read", stated,
		       p->rows);
	mm_layer_build_note(p->build, MM_QUALITY_SKIPPED, note);
	return MM_OK;
}

static enum mm_code pour_rows(struct pour *p, struct mm_err *reterr)
{
	for (;;) {
		unsigned long failures = p->log->failures;
		OGRFeatureH f = mm_gdal_source_next(&p->source);
		enum mm_code rc;

		if (!f && p->log->failures > failures)
			return mm_fail(reterr, MM_E_DATA, "", "reading breaks off after %lu features: %s",
				       p->rows, p->log->last_failure);
		if (!f && !p->rows && p->log->failures)
			return mm_fail(reterr, MM_E_DATA, "", "no feature can be read: %s",
				       p->log->last_failure);
		if (!f)
			return compare_count(p, reterr);
		rc = pour_row(p, f, failures, reterr);
		OGR_F_Destroy(f);
		if (rc)
			return rc;
	}
}

/* What rows are ranked by, if that is an expression. */
static enum mm_code make_importance(struct pour *p, const struct mm_schema *s, struct mm_arena *mem,
				    struct mm_err *reterr)
{
	const char *text = s->generalize.importance_expression;
	const char **name;
	struct mm_err err = {0};
	enum mm_code rc;

	if (!text || !*text)
		return MM_OK;
	name = mm_arena_array(mem, s->field_count + MEASURES, sizeof(*name));
	if (!name)
		return mm_fail_nomem(reterr);
	for (size_t i = 0; i < s->field_count; i++)
		name[i] = s->field[i].name;
	for (size_t i = 0; i < MEASURES; i++)
		name[s->field_count + i] = measures[i];
	rc = mm_row_expression_new(text, name, s->field_count + MEASURES, &p->importance, &err);
	return rc ? mm_fail(reterr, rc == MM_E_NOT_FOUND ? MM_E_INVALID : rc, "", "importance.expression: %s",
			    err.msg)
		  : MM_OK;
}

static enum mm_code prepare(struct pour *p, struct mm_arena *mem, struct mm_err *reterr)
{
	struct mm_proj *proj = mm_proj_new();
	struct mm_schema schema;
	bool north_first = false;
	enum mm_code rc = proj ? MM_OK : mm_fail_nomem(reterr);

	if (!rc)
		rc = mm_gdal_source_open(p->job, p->log, mem, &p->source, reterr);
	if (!rc)
		rc = mm_gdal_source_choose(&p->source, reterr);
	if (!rc)
		rc = mm_columns_plan(&p->source, &p->text, mem, &p->columns, reterr);
	if (!rc)
		rc = mm_gdal_source_crs(&p->source, proj, &p->crs, &north_first, reterr);
	(void)mm_proj_free(proj);
	if (rc)
		return rc;
	mm_source_shape_init(&p->shape, p->job->def.swap_axes != north_first);
	schema = schema_of(p);
	rc = mm_schema_check(&schema, reterr);
	if (!rc)
		rc = make_importance(p, &schema, mem, reterr);
	if (!rc)
		rc = mm_layer_build_new(&schema, &p->build, reterr);
	return rc ? rc : mm_layer_build_begin_file(p->build, p->job->out, reterr);
}

enum mm_code mm_pour(const struct mm_job *job, struct mm_gdal_log *log, struct mm_arena *mem,
		     struct mm_err *reterr)
{
	struct pour p = {.job = job, .log = log};
	enum mm_code rc = mm_text_reader_init(&p.text, job->def.encoding, reterr);

	mm_value_reader_init(&p.value, &p.text);
	if (!rc)
		rc = prepare(&p, mem, reterr);
	if (!rc)
		rc = pour_rows(&p, reterr);
	/* nothing need change when the lock goes: it is tried again */
	if (rc == MM_E_DATA && is_sqlite(&p) && strstr(log->last_failure, "database is locked"))
		rc = mm_fail(reterr, MM_E_BUSY, "",
			     "another program has locked it: it is read when that ends");
	if (p.source.dataset)
		mm_gdal_source_close(&p.source); /* before the freeze: its memory is wanted */
	if (!rc)
		rc = mm_layer_build_freeze(p.build, job->identity, job->stamp, job->out, reterr);
	(void)mm_layer_build_free(p.build);
	(void)mm_row_expression_free(p.importance);
	mm_crs_release(&p.crs);
	mm_source_shape_release(&p.shape);
	mm_value_reader_release(&p.value);
	mm_text_reader_release(&p.text);
	return rc;
}
