#include "api/wfs/transaction.h"

#include "api/edits/edits.h"
#include "base/num.h"
#include "query/gml_geometry.h"

#include <string.h>

/* Values of properties in transactions. */

enum { WHEN_MAX = 40 };

/* ---- texts ---- */

static bool is_nil(const struct mm_xml *e)
{
	const char *nil = mm_xml_attribute(e, "nil");

	return nil && (strcmp(nil, "true") == 0 || strcmp(nil, "1") == 0);
}

static bool read_bool(const char *text, size_t n, struct mm_value *v)
{
	v->boolean = (n == 4 && memcmp(text, "true", n) == 0) || (n == 1 && *text == '1');
	return v->boolean || (n == 5 && memcmp(text, "false", n) == 0) || (n == 1 && *text == '0');
}

/* GDAL writes "2026/06/15 09:30:00+03". */
static bool read_when(const char *text, size_t n, struct mm_value *v)
{
	char when[WHEN_MAX + 4];

	if (n < 5 || n >= WHEN_MAX)
		return false;
	memcpy(when, text, n);
	if (n >= 10 && when[4] == '/' && when[7] == '/')
		when[4] = when[7] = '-';
	if (n > 10 && when[10] == ' ')
		when[10] = 'T';
	if (n > 19 && (when[n - 3] == '+' || when[n - 3] == '-')) {
		memcpy(when + n, ":00", 3);
		n += 3;
	}
	return mm_edit_read_when(when, n, v);
}

/* What to write instead; NULL: `v` is filled in. */
static const char *read_text(const struct mm_xml *e, struct mm_value *v)
{
	size_t n;
	const char *text = mm_xml_trimmed(e, &n);

	switch (v->type) {
	case MM_TYPE_BOOL:
		return read_bool(text, n, v) ? NULL : "true or false";
	case MM_TYPE_INT:
		return mm_num_parse_int(text, n, &v->integer) ? NULL : "a whole number";
	case MM_TYPE_REAL:
		return mm_num_parse(text, n, &v->real) ? NULL : "a number";
	case MM_TYPE_DATE:
		return read_when(text, n, v) ? NULL : "a date like 2026-06-15";
	case MM_TYPE_TIME:
		return read_when(text, n, v) ? NULL : "a time like 09:30:00";
	case MM_TYPE_DATETIME:
		return read_when(text, n, v) ? NULL : "a date and time like 2026-06-15T09:30:00Z";
	default:
		v->text = e->text;
		v->text_len = e->text_len;
		return NULL;
	}
}

static enum mm_code read_value(struct mm_wfs_work *k, const struct mm_xml *e, size_t field,
			       struct mm_edit_value *ret, struct mm_err *reterr)
{
	const struct mm_field *f = &mm_layer_schema(k->layer)->field[field];
	const bool is_text = f->type == MM_TYPE_TEXT || f->type == MM_TYPE_JSON;
	const char *wrong;
	size_t n;

	(void)mm_xml_trimmed(e, &n);
	*ret = (struct mm_edit_value){field, {.type = f->type}};
	ret->value.is_null = is_nil(e) || (n == 0 && (!is_text || f->type == MM_TYPE_JSON));
	if (e->child)
		return mm_wfs_fail(&k->w->ask, "InvalidParameterValue", reterr, f->name,
				   "line %u: the value is a text without elements in it", e->line);
	wrong = ret->value.is_null ? NULL : read_text(e, &ret->value);
	if (wrong)
		return mm_wfs_fail(&k->w->ask, "InvalidParameterValue", reterr, f->name, "line %u: write %s",
				   e->line, wrong);
	return MM_OK;
}

/* ---- geometries ---- */

/* By way of WGS 84, as answers are. What cannot be transformed is infinite afterwards, and refused later. */
static enum mm_code transform(struct mm_wfs_work *k, const struct mm_out_crs *crs, double *xy, size_t count,
			      struct mm_err *reterr)
{
	const char *own = mm_layer_schema(k->layer)->crs_definition;
	const char *way[] = {crs->definition, MM_CRS84, own};
	enum mm_code rc = MM_OK;

	for (size_t i = 0; crs->is_north_first && i < count; i++) {
		const double north = xy[2 * i];

		xy[2 * i] = xy[2 * i + 1];
		xy[2 * i + 1] = north;
	}
	for (int i = 0; i < 2 && !rc && strcmp(crs->definition, own) != 0; i++) {
		const struct mm_transform *t;

		rc = mm_transform_get(k->w->kit->proj, way[i], way[i + 1], &t, reterr);
		if (!rc && !mm_transform_is_identity(t))
			(void)mm_transform_points(t, xy, count);
	}
	return rc;
}

static enum mm_code read_geometry(struct mm_wfs_work *k, const struct mm_xml *e, const char *srs_name,
				  struct mm_geom *ret, struct mm_err *reterr)
{
	struct mm_arena *mem = k->w->r->mem;
	struct mm_wfs_srs srs;
	struct mm_gml gml;
	double *xy;
	enum mm_code rc;

	if (e->next)
		return mm_wfs_fail(&k->w->ask, "InvalidParameterValue", reterr, "",
				   "line %u: a feature has one geometry", e->line);
	rc = mm_gml_parse(e, MM_EDIT_VERTICES_MAX, mem, &gml, reterr);
	if (!rc)
		rc = mm_wfs_srs(k->w, mm_layer_schema(k->layer), gml.srs_name ? gml.srs_name : srs_name, &srs,
				reterr);
	if (rc)
		return rc;
	if (k->w->ask.version == MM_WFS_10) /* QGIS writes so, even with the name that 2.0.0 gave it */
		srs.crs.is_north_first = false;
	*ret = gml.geom;
	xy = mm_arena_array(mem, gml.geom.vertex_count, 2 * sizeof(*xy));
	if (!xy)
		return mm_fail_nomem(reterr);
	memcpy(xy, gml.geom.xy, gml.geom.vertex_count * 2 * sizeof(*xy));
	ret->xy = xy;
	return transform(k, &srs.crs, xy, gml.geom.vertex_count, reterr);
}

enum mm_code mm_wfs_read_property(struct mm_wfs_work *k, const struct mm_xml *e, size_t field,
				  const char *srs_name, struct mm_edit *edit, struct mm_edit_value *ret,
				  struct mm_err *reterr)
{
	if (field != SIZE_MAX)
		return read_value(k, e, field, ret, reterr);
	edit->has_geometry = true;
	edit->geom = (struct mm_geom){.type = MM_GEOM_NULL};
	return e->child ? read_geometry(k, e->child, srs_name, &edit->geom, reterr) : MM_OK;
}
