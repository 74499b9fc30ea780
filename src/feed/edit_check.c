#include "base/clock.h"
#include "base/num.h"
#include "base/text.h"
#include "feed/edit_private.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* An edit against the layer's schema and the map, before anything is written. */

enum { AREA_MARGIN_DEG = 1, CODES_TOLD = 8 };

/* One order while it is looked at. */
struct check {
	const struct mm_edit_order *order;
	const struct mm_schema *schema;
	struct mm_kit *kit;
	const struct mm_transform *to_deg;
	struct mm_box area_deg; /* where features may lie; empty: anywhere */
	size_t vertices;
};

static enum mm_code wrong(const struct mm_edit *e, const char *at, struct mm_err *reterr, const char *what)
{
	char where[sizeof(reterr->where)];

	(void)snprintf(where, sizeof(where), "%s%s", e->where ? e->where : "", at);
	return mm_fail(reterr, MM_E_INVALID, where, "%s", what);
}

/* ---- values ---- */

/* The value as a code list spells it. */
static size_t as_code(const struct mm_value *v, char *ret, size_t size)
{
	switch (v->type) {
	case MM_TYPE_BOOL:
		return (size_t)snprintf(ret, size, "%s", v->boolean ? "true" : "false");
	case MM_TYPE_INT:
		return mm_num_format_int(v->integer, ret);
	case MM_TYPE_REAL:
		return mm_num_format(v->real, ret);
	case MM_TYPE_DATE:
		return mm_clock_format_date(v->integer, ret);
	case MM_TYPE_TIME:
		return mm_clock_format_time(v->integer, ret);
	default:
		return mm_clock_format(v->integer, v->offset_min, ret);
	}
}

static bool is_code(const struct mm_field *f, const struct mm_value *v)
{
	char made[64];
	bool is_text = v->type == MM_TYPE_TEXT || v->type == MM_TYPE_JSON;
	size_t n = is_text ? v->text_len : as_code(v, made, sizeof(made));
	const char *text = is_text ? v->text : made;

	for (size_t i = 0; i < f->code_count; i++)
		if (strlen(f->codes[i].value) == n && memcmp(f->codes[i].value, text, n) == 0)
			return true;
	return false;
}

static void list_codes(const struct mm_field *f, char *ret, size_t size)
{
	size_t at = (size_t)snprintf(ret, size, "the value is not in the list of the field: write one of ");

	for (size_t i = 0; i < f->code_count && i < CODES_TOLD && at < size; i++)
		at += (size_t)snprintf(ret + at, size - at, "%s%.40s", i ? ", " : "", f->codes[i].value);
	if (f->code_count > CODES_TOLD && at < size)
		(void)snprintf(ret + at, size - at, " ... (see /schema)");
}

static enum mm_code check_value(const struct check *c, const struct mm_edit *e, const struct mm_edit_value *v,
				struct mm_err *reterr)
{
	const struct mm_field *f;
	char at[sizeof(reterr->where)], what[sizeof(reterr->msg)];

	MM_CHECK(v->field < c->schema->field_count);
	f = &c->schema->field[v->field];
	(void)snprintf(at, sizeof(at), "/properties/%s", f->name);
	if (f->hidden)
		return wrong(e, at, reterr, "there is no such property");
	if (v->value.is_null)
		return MM_OK;
	if (v->value.type != f->type) {
		(void)snprintf(what, sizeof(what), "write a value of type %s, or null",
			       mm_type_name(f->type));
		return wrong(e, at, reterr, what);
	}
	if (v->value.type == MM_TYPE_REAL && !isfinite(v->value.real))
		return wrong(e, at, reterr, "write a number that is finite, or null");
	if (f->type == MM_TYPE_TEXT || f->type == MM_TYPE_JSON) {
		if (v->value.text_len > MM_EDIT_TEXT_MAX)
			return wrong(e, at, reterr, "the text is longer than 1 MiB: shorten it");
		if (memchr(v->value.text, 0, v->value.text_len))
			return wrong(e, at, reterr, "leave out the character U+0000");
	}
	if (f->code_count && !is_code(f, &v->value)) {
		list_codes(f, what, sizeof(what));
		return wrong(e, at, reterr, what);
	}
	return MM_OK;
}

/* ---- geometry ---- */

static bool is_closed(const double *xy, uint32_t n)
{
	return xy[0] == xy[2 * (size_t)n - 2] && xy[1] == xy[2 * (size_t)n - 1];
}

/* Finite, and as many positions as each part needs. NULL: fine. */
static const char *why_malformed(const struct mm_geom *g)
{
	uint32_t ring = 0, vertex = 0;

	for (size_t i = 0; i < 2 * (size_t)g->vertex_count; i++)
		if (!isfinite(g->xy[i]))
			return "a coordinate is not a finite number, or lies outside the system's domain";
	for (uint32_t i = 0; g->z && i < g->vertex_count; i++)
		if (!isfinite(g->z[i]))
			return "give all positions a height, or none";
	for (uint32_t p = 0; p < g->part_count; p++)
		for (uint32_t k = mm_part_rings(g->part[p]); k; k--) {
			uint32_t n = g->ring[ring++];

			if (mm_part_kind(g->part[p]) == MM_PART_LINE && n < 2)
				return "a line needs at least two positions";
			if (mm_part_kind(g->part[p]) == MM_PART_POLYGON &&
			    (n < 4 || !is_closed(g->xy + 2 * (size_t)vertex, n)))
				return "a ring needs at least four positions, the last equal to the first";
			vertex += n;
		}
	return NULL;
}

static enum mm_code check_place(const struct check *c, const struct mm_edit *e, struct mm_err *reterr)
{
	struct mm_box box = mm_geom_box(&e->geom);
	char what[sizeof(reterr->msg)];
	const struct mm_box *a = &c->area_deg;

	if (mm_box_is_empty(a) || mm_box_is_empty(&box))
		return MM_OK;
	if (!mm_transform_is_identity(c->to_deg))
		box = mm_transform_box(c->to_deg, &box);
	if (!mm_box_is_empty(&box) && box.min_x >= a->min_x && box.max_x <= a->max_x &&
	    box.min_y >= a->min_y && box.max_y <= a->max_y)
		return MM_OK;
	(void)snprintf(
	    what, sizeof(what),
	    "the geometry lies outside the area of this map, %.6g %.6g to %.6g %.6g degrees: check "
	    "Content-Crs and the order of the axes",
	    a->min_x, a->min_y, a->max_x, a->max_y);
	return wrong(e, "/geometry", reterr, what);
}

static enum mm_code check_geometry(struct check *c, const struct mm_edit *e, struct mm_err *reterr)
{
	char why[200];
	const char *malformed;
	enum mm_code rc;

	c->vertices += e->geom.vertex_count;
	if (c->vertices > MM_EDIT_VERTICES_MAX)
		return mm_fail(reterr, MM_E_LIMIT, "/geometry",
			       "more than %d positions in one request: send less at a time",
			       MM_EDIT_VERTICES_MAX);
	if (e->geom.type == MM_GEOM_NULL)
		return MM_OK;
	if (!e->geom.part_count)
		return wrong(e, "/geometry", reterr, "the geometry is empty: write null, or coordinates");
	malformed = why_malformed(&e->geom);
	if (malformed)
		return wrong(e, "/geometry", reterr, malformed);
	rc = mm_topo_why_invalid(c->kit->topo, &e->geom, why, sizeof(why), reterr);
	if (rc == MM_E_INVALID)
		return wrong(e, "/geometry", reterr, "the geometry cannot be used: check its coordinates");
	if (!rc && *why) {
		char what[sizeof(reterr->msg)];

		(void)snprintf(what, sizeof(what), "the geometry is not valid: %s", why);
		return wrong(e, "/geometry", reterr, what);
	}
	return rc ? rc : check_place(c, e, reterr);
}

/* Where a system is of use, and a little beyond; nothing is known of some. */
static enum mm_code cut_area(struct check *c, const char *definition, struct mm_err *reterr)
{
	struct mm_crs crs;
	struct mm_box b;
	enum mm_code rc = mm_crs_parse(c->kit->proj, definition, &crs, reterr);

	if (rc)
		return rc;
	b = crs.area_deg;
	mm_crs_release(&crs);
	if (mm_box_is_empty(&b))
		return MM_OK;
	b = (struct mm_box){b.min_x - AREA_MARGIN_DEG, b.min_y - AREA_MARGIN_DEG, b.max_x + AREA_MARGIN_DEG,
			    b.max_y + AREA_MARGIN_DEG};
	if (mm_box_is_empty(&c->area_deg)) {
		c->area_deg = b;
		return MM_OK;
	}
	c->area_deg = (struct mm_box){fmax(c->area_deg.min_x, b.min_x), fmax(c->area_deg.min_y, b.min_y),
				      fmin(c->area_deg.max_x, b.max_x), fmin(c->area_deg.max_y, b.max_y)};
	return MM_OK;
}

static bool has_geometry(const struct mm_edit_order *o)
{
	for (size_t i = 0; i < o->count; i++)
		if (o->edit[i].geom.type != MM_GEOM_NULL)
			return true;
	return false;
}

enum mm_code mm_edit_check(const struct mm_edit_order *order, struct mm_kit *kit, struct mm_err *reterr)
{
	struct check c = {
	    .order = order, .schema = mm_layer_schema(order->layer), .kit = kit, .area_deg = mm_box_empty()};
	enum mm_code rc = MM_OK;

	if (order->count < 1 || order->count > MM_EDITS_MAX)
		return mm_fail(reterr, MM_E_LIMIT, "", "send 1 to %d edits in one request", MM_EDITS_MAX);
	if (has_geometry(order)) {
		rc = cut_area(&c, order->map_crs, reterr);
		if (!rc)
			rc = cut_area(&c, c.schema->crs_definition, reterr);
		if (!rc)
			rc = mm_transform_get(kit->proj, c.schema->crs_definition, MM_CRS84, &c.to_deg,
					      reterr);
	}
	for (size_t i = 0; !rc && i < order->count; i++) {
		const struct mm_edit *e = &order->edit[i];

		for (size_t k = 0; !rc && k < e->value_count; k++)
			rc = check_value(&c, e, &e->value[k], reterr);
		if (!rc)
			rc = check_geometry(&c, e, reterr);
	}
	return rc;
}
