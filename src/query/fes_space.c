#include "query/fes_private.h"

#include "base/num.h"
#include "query/gml_geometry.h"

#include <string.h>
#include <strings.h>

/* Spatial conditions in filters in XML. */

/* ---- geometries ---- */

bool mm_fes_is_geometry(const struct mm_xml *e)
{
	return mm_gml_is_box(e) || mm_gml_is_geometry(e);
}

/* Sets the system of a node; false: the reader has failed. One system is mostly the same as the last. */
static bool set_crs(struct mm_fes_reader *r, const struct mm_xml *e, struct mm_filter *f,
		    const char *srs_name)
{
	struct mm_filter_crs *crs;

	if (!srs_name)
		return true;
	if (!r->srs_name || strcmp(r->srs_name, srs_name) != 0) {
		if (!r->how->find_crs)
			return mm_fes_fail(r, e, "leave srsName out") != NULL;
		crs = mm_arena_alloc(r->m.mem, sizeof(*crs));
		if (!crs)
			return mm_filter_fail_nomem(&r->m) != NULL;
		r->m.rc = r->how->find_crs(r->how->of, srs_name, r->m.mem, crs, r->m.reterr);
		if (r->m.rc)
			return false;
		r->srs_name = srs_name;
		r->crs = crs;
	}
	f->crs = r->crs;
	return true;
}

static struct mm_filter *read_box(struct mm_fes_reader *r, const struct mm_xml *e)
{
	struct mm_filter *f = mm_filter_new(&r->m, MM_FILTER_BBOX, 0, 0);
	const char *srs_name = NULL;

	if (!f)
		return NULL;
	r->m.rc = mm_gml_parse_box(e, f->box, &f->box_count, &srs_name, r->m.reterr);
	return !r->m.rc && set_crs(r, e, f, srs_name) ? f : NULL;
}

struct mm_filter *mm_fes_geometry(struct mm_fes_reader *r, const struct mm_xml *e)
{
	struct mm_filter *f;
	struct mm_gml g;

	if (mm_gml_is_box(e))
		return read_box(r, e);
	f = mm_filter_new(&r->m, MM_FILTER_GEOMETRY, 0, 0);
	if (!f)
		return NULL;
	r->m.rc =
	    mm_gml_parse(e, (uint32_t)(MM_FILTER_VERTICES_MAX - r->m.vertices), r->m.mem, &g, r->m.reterr);
	if (r->m.rc || !set_crs(r, e, f, g.srs_name))
		return NULL;
	r->m.vertices += g.geom.vertex_count;
	f->geom = g.geom;
	f->geom.z = NULL; /* heights do not count */
	return f;
}

/* ---- conditions ---- */

/* The geometry of the features. */
static struct mm_filter *own_geometry(struct mm_fes_reader *r)
{
	static const char name[] = "geometry";

	return mm_fes_named(r, MM_FILTER_PROPERTY, name, sizeof(name) - 1, 0);
}

/* It is also what no name or their bounds stand for. */
static struct mm_filter *read_operand(struct mm_fes_reader *r, const struct mm_xml *e)
{
	const bool is_property = mm_xml_is(e, "ValueReference") || mm_xml_is(e, "PropertyName");
	size_t n = 0;

	(void)mm_xml_trimmed(e, &n);
	if (is_property && !e->child && (n == 0 || strcmp(mm_xml_local(e->text), "boundedBy") == 0))
		return own_geometry(r);
	return mm_fes_value(r, e);
}

struct mm_filter *mm_fes_spatial(struct mm_fes_reader *r, const struct mm_xml *e, enum mm_filter_op op)
{
	return mm_fes_over(r, op, e, 2, read_operand);
}

/* Without a property it is about the geometry of the features. */
struct mm_filter *mm_fes_bbox(struct mm_fes_reader *r, const struct mm_xml *e, enum mm_filter_op op)
{
	struct mm_filter *f;

	if (mm_xml_child_count(e) != 1)
		return mm_fes_over(r, op, e, 2, read_operand);
	f = mm_filter_new(&r->m, op, 0, 2);
	if (!f || !(f->child[0] = own_geometry(r)))
		return NULL;
	f->child[1] = mm_fes_value(r, e->child);
	return f->child[1] ? f : NULL;
}

/* ---- distances ---- */

static const struct {
	const char *name;
	double metres;
} units[] = {
    {"m", 1},
    {"metre", 1},
    {"metres", 1},
    {"meter", 1},
    {"meters", 1},
    {"9001", 1},
    {"km", 1000},
    {"kilometre", 1000},
    {"kilometres", 1000},
    {"kilometer", 1000},
    {"kilometers", 1000},
    {"9036", 1000},
    {"cm", 0.01},
    {"mm", 0.001},
    {"ft", 0.3048},
    {"[ft_i]", 0.3048},
    {"foot", 0.3048},
    {"feet", 0.3048},
    {"9002", 0.3048},
    {"mi", 1609.344},
    {"[mi_i]", 1609.344},
    {"mile", 1609.344},
    {"miles", 1609.344},
    {"9093", 1609.344},
};

/* Behind the last '/', '#' or ':' of a URI or a URN: "m" of "urn:ogc:def:uom:UCUM::m". */
static const char *unit_name(const char *uom)
{
	const char *name = uom;

	for (const char *p = uom; *p; p++)
		if (strchr("/#:", *p))
			name = p + 1;
	return name;
}

/* Metres in a unit; 0: the reader has failed. */
static double metres_of(struct mm_fes_reader *r, const struct mm_xml *e)
{
	const char *uom = mm_xml_attribute(e, "uom"), *name;

	if (!uom)
		uom = mm_xml_attribute(e, "units");
	if (!uom || !*uom)
		return 1;
	name = unit_name(uom);
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strcasecmp(units[i].name, name) == 0)
			return units[i].metres;
	if (strncasecmp(name, "deg", 3) == 0 || strcmp(name, "9102") == 0 || strcmp(name, "9122") == 0)
		(void)mm_fes_fail(r, e,
				  "a distance in degrees is of no one length: give it in metres, uom=\"m\"");
	else
		(void)mm_fes_fail(r, e, "'%.60s' is not a unit of length that is known here: write uom=\"m\"",
				  uom);
	return 0;
}

static struct mm_filter *read_distance(struct mm_fes_reader *r, const struct mm_xml *e)
{
	struct mm_filter *f = mm_filter_new(&r->m, MM_FILTER_REAL, 0, 0);
	size_t n;
	const char *text = mm_xml_trimmed(e, &n);
	double value = 0, metres;

	if (!mm_num_parse(text, n, &value) || value < 0)
		return mm_fes_fail(r, e, "'%.*s' is not a distance", (int)(n < 40 ? n : 40), text);
	metres = metres_of(r, e);
	if (!f || metres <= 0)
		return NULL;
	f->real = value * metres;
	return f;
}

static struct mm_filter *read_near_operand(struct mm_fes_reader *r, const struct mm_xml *e)
{
	return mm_xml_is(e, "Distance") ? read_distance(r, e) : read_operand(r, e);
}

struct mm_filter *mm_fes_near(struct mm_fes_reader *r, const struct mm_xml *e, enum mm_filter_op op)
{
	static const char name[] = "within_distance";
	const struct mm_xml *distance = mm_xml_child(e, "Distance");
	struct mm_filter *f, *not ;

	if (!distance || distance->next)
		return mm_fes_fail(r, e, "%s has two geometries and then a Distance", e->name);
	f = mm_fes_over(r, MM_FILTER_FUNCTION, e, 3, read_near_operand);
	if (!f)
		return NULL;
	f->text = name;
	f->text_len = sizeof(name) - 1;
	if (op != MM_FILTER_NOT)
		return f;
	not = mm_filter_new(&r->m, MM_FILTER_NOT, 0, 1);
	if (not )
		not ->child[0] = f;
	return not ;
}
