#include "query/gml_private.h"

#include "base/num.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Positions in GML: pos and posList of 3.x, coordinates and coord of 2.x. */

bool mm_gml_fail(struct mm_gml_reader *g, const struct mm_xml *e, const char *fmt, ...)
{
	char words[300];
	va_list ap;

	if (g->m.rc)
		return false;
	va_start(ap, fmt);
	(void)vsnprintf(words, sizeof(words), fmt, ap);
	va_end(ap);
	g->m.rc = mm_fail(g->m.reterr, MM_E_INVALID, "geometry", "line %u: %s", e->line, words);
	return false;
}

static bool note_srs(struct mm_gml_reader *g, const struct mm_xml *e)
{
	const char *name = mm_xml_attribute(e, "srsName");

	if (!name || !*name)
		return true;
	if (g->srs_name && strcmp(g->srs_name, name) != 0)
		return mm_gml_fail(g, e, "a geometry has one srsName in all its parts");
	g->srs_name = name;
	return true;
}

/* As the element itself says; else as those around it do. */
static size_t dimension_of(const struct mm_gml_reader *g, const struct mm_xml *e)
{
	const char *text = mm_xml_attribute(e, "srsDimension");

	if (!text)
		text = mm_xml_attribute(e, "dimension");
	if (!text)
		return g->dimension;
	return strcmp(text, "2") == 0 ? 2 : strcmp(text, "3") == 0 ? 3 : SIZE_MAX;
}

bool mm_gml_enter(struct mm_gml_reader *g, const struct mm_xml *e, size_t *ret_outer)
{
	*ret_outer = g->dimension;
	g->dimension = dimension_of(g, e);
	return note_srs(g, e);
}

static bool grow_z(struct mm_gml_reader *g)
{
	const uint32_t cap = g->z_cap ? g->z_cap * 2 : 8;
	double *wide = mm_arena_array(g->m.mem, cap, sizeof(*wide));

	if (!wide)
		return mm_filter_fail_nomem(&g->m) != NULL;
	if (g->z_cap)
		memcpy(wide, g->z, g->z_cap * sizeof(*wide));
	g->z = wide;
	g->z_cap = cap;
	return true;
}

static bool add(struct mm_gml_reader *g, const struct mm_xml *e, const double v[3], size_t count)
{
	const uint32_t n = g->shape.vertices;
	const double *last = n ? g->shape.xy + 2 * (size_t)(n - 1) : NULL;
	const bool is_joint = g->is_joint;

	g->is_joint = false;
	if (is_joint && last && last[0] == v[0] && last[1] == v[1])
		return true;
	if (n >= g->m.vertices_max)
		return mm_gml_fail(g, e, "at most %zu vertices", g->m.vertices_max);
	if (n == g->z_cap && !grow_z(g))
		return false;
	g->z[n] = count == 3 ? v[2] : 0;
	g->lacks_z |= count == 2;
	return mm_filter_shape_vertex(&g->shape, v[0], v[1]);
}

/* ---- numbers ---- */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static const char *past_blanks(const char *p)
{
	while (is_blank(*p))
		p++;
	return p;
}

/* The number up to `end`, with another decimal sign than a point; white space around it does not count. */
static bool read_number(struct mm_gml_reader *g, const struct mm_xml *e, const char *begin, const char *end,
			char decimal, double *ret)
{
	char text[MM_NUM_MAX];
	size_t n;

	begin = past_blanks(begin);
	while (end > begin && is_blank(end[-1]))
		end--;
	n = end > begin ? (size_t)(end - begin) : 0;
	if (n >= sizeof(text))
		return mm_gml_fail(g, e, "a number of a position has at most %d characters", MM_NUM_MAX - 1);
	for (size_t i = 0; i < n; i++)
		text[i] = begin[i] == decimal ? '.' : begin[i];
	if (!mm_num_parse(text, n, ret))
		return mm_gml_fail(g, e, "'%.*s' in a position is not a number", (int)n, begin);
	return true;
}

/* ---- pos and posList ---- */

/* Numbers with white space between them, `dimension` for each position; 0: all for one, two or three. */
static bool read_list(struct mm_gml_reader *g, const struct mm_xml *e, size_t dimension)
{
	const size_t most = dimension ? dimension : 3;
	double v[3] = {0};
	size_t n = 0;

	if (dimension > 3)
		return mm_gml_fail(g, e, "srsDimension is 2 or 3");
	for (const char *p = past_blanks(e->text); *p; p = past_blanks(p)) {
		const char *end = p + strcspn(p, " \t\r\n");

		if (n == most)
			return mm_gml_fail(g, e, "a position has two or three numbers");
		if (!read_number(g, e, p, end, '.', &v[n++]))
			return false;
		p = end;
		if (dimension && n == dimension) {
			if (!add(g, e, v, n))
				return false;
			n = 0;
		}
	}
	if (dimension && n)
		return mm_gml_fail(g, e, "expected %zu numbers for each position", dimension);
	if (!dimension && n < 2)
		return mm_gml_fail(g, e, "a position has two or three numbers");
	return dimension || add(g, e, v, n);
}

bool mm_gml_read_position(struct mm_gml_reader *g, const struct mm_xml *e)
{
	const uint32_t before = g->shape.vertices;
	const bool is_joint = g->is_joint;

	if (!note_srs(g, e) || !read_list(g, e, dimension_of(g, e)))
		return false;
	if (g->shape.vertices - before + is_joint < 1 || g->shape.vertices - before > 1)
		return mm_gml_fail(g, e, "expected one position here");
	return true;
}

/* ---- coordinates and coord ---- */

/* The sign that an attribute names. */
static bool read_sign(struct mm_gml_reader *g, const struct mm_xml *e, const char *name, char *ret)
{
	const char *text = mm_xml_attribute(e, name);

	if (!text)
		return true;
	if (strlen(text) != 1 || strchr("0123456789+-eE", *text))
		return mm_gml_fail(g, e, "%s of coordinates is one sign that is in no number", name);
	*ret = *text;
	return true;
}

/* One tuple up to `end`. */
static bool read_tuple(struct mm_gml_reader *g, const struct mm_xml *e, const char *p, const char *end,
		       char cs, char decimal)
{
	double v[3] = {0};
	size_t n = 0;

	while (p <= end) {
		const char *stop = memchr(p, cs, (size_t)(end - p));

		if (!stop)
			stop = end;
		if (n == 3)
			return mm_gml_fail(g, e, "a position has two or three numbers");
		if (!read_number(g, e, p, stop, decimal, &v[n++]))
			return false;
		p = stop + 1;
	}
	return n < 2 ? mm_gml_fail(g, e, "a position has two or three numbers") : add(g, e, v, n);
}

static bool read_coordinates(struct mm_gml_reader *g, const struct mm_xml *e)
{
	char decimal = '.', cs = ',', ts = ' ';

	if (!read_sign(g, e, "decimal", &decimal) || !read_sign(g, e, "cs", &cs) ||
	    !read_sign(g, e, "ts", &ts))
		return false;
	if (decimal == cs || decimal == ts || cs == ts)
		return mm_gml_fail(g, e, "decimal, cs and ts of coordinates are different signs");
	for (const char *p = past_blanks(e->text); *p; p = past_blanks(p)) {
		const char between[] = {ts, '\0'}, *end = p + strcspn(p, is_blank(ts) ? " \t\r\n" : between);

		if (!read_tuple(g, e, p, end, cs, decimal))
			return false;
		p = *end ? end + 1 : end;
	}
	return true;
}

static bool read_coord(struct mm_gml_reader *g, const struct mm_xml *e)
{
	static const char *const axes[] = {"X", "Y", "Z"};
	double v[3] = {0};
	size_t n = 0;

	for (; n < 3; n++) {
		const struct mm_xml *c = mm_xml_child(e, axes[n]);

		if (!c)
			break;
		if (!read_number(g, c, c->text, c->text + c->text_len, '.', &v[n]))
			return false;
	}
	return n < 2 ? mm_gml_fail(g, e, "a coord has X and Y") : add(g, e, v, n);
}

/* A point in the place of a position. */
static bool read_point(struct mm_gml_reader *g, const struct mm_xml *e)
{
	size_t outer;
	bool good;

	if (!e->child || !mm_xml_is(e->child, "Point"))
		return mm_gml_fail(g, e, "expected a Point in %.60s", e->name);
	good = mm_gml_enter(g, e->child, &outer) && mm_gml_read_positions(g, e->child);
	g->dimension = outer;
	return good;
}

static bool read_one(struct mm_gml_reader *g, const struct mm_xml *e)
{
	const size_t dimension = dimension_of(g, e);

	if (mm_xml_is(e, "pos"))
		return mm_gml_read_position(g, e);
	if (mm_xml_is(e, "posList"))
		return note_srs(g, e) && read_list(g, e, dimension ? dimension : 2);
	if (mm_xml_is(e, "coordinates"))
		return note_srs(g, e) && read_coordinates(g, e);
	if (mm_xml_is(e, "coord"))
		return read_coord(g, e);
	return (!mm_xml_is(e, "pointProperty") && !mm_xml_is(e, "pointRep")) || read_point(g, e);
}

bool mm_gml_read_positions(struct mm_gml_reader *g, const struct mm_xml *e)
{
	bool good = true;

	for (const struct mm_xml *c = e->child; c && good; c = c->next)
		good = read_one(g, c);
	return good;
}
