#include "query/filter_run.h"

#include "base/clock.h"
#include "base/num.h"

#include <string.h>

/* A tree as CQL2 text. Whatever has operands stands in brackets where it is an operand itself. */

static void put(struct mm_buf *out, const struct mm_filter *f);

/* A quote is doubled; in a text behind a backslash, which would take it, it has one of its own. */
static void put_quoted(struct mm_buf *out, char quote, const struct mm_filter *f)
{
	mm_buf_byte(out, (unsigned char)quote);
	for (size_t i = 0; i < f->text_len; i++) {
		if (f->text[i] == quote)
			mm_buf_byte(out, quote == '\'' && i && f->text[i - 1] == '\\' ? '\\'
										      : (unsigned char)quote);
		mm_buf_byte(out, (unsigned char)f->text[i]);
	}
	mm_buf_byte(out, (unsigned char)quote);
}

static bool is_infix(enum mm_filter_op op)
{
	return op <= MM_FILTER_IS_NULL || (op >= MM_FILTER_ADD && op <= MM_FILTER_POWER);
}

static void put_operand(struct mm_buf *out, const struct mm_filter *f)
{
	const bool is_negative =
	    (f->op == MM_FILTER_INT && f->integer < 0) || (f->op == MM_FILTER_REAL && f->real < 0);

	if (is_infix(f->op) || is_negative)
		mm_buf_byte(out, '(');
	put(out, f);
	if (is_infix(f->op) || is_negative)
		mm_buf_byte(out, ')');
}

static void put_infix(struct mm_buf *out, const struct mm_filter *f)
{
	for (size_t i = 0; i < f->child_count; i++) {
		if (i)
			mm_buf_printf(out, " %s ", mm_filter_op_name(f->op));
		put_operand(out, f->child[i]);
	}
}

static void put_list(struct mm_buf *out, struct mm_filter *const *item, size_t count)
{
	mm_buf_byte(out, '(');
	for (size_t i = 0; i < count; i++) {
		if (i)
			mm_buf_text(out, ", ");
		put(out, item[i]);
	}
	mm_buf_byte(out, ')');
}

/* ---- geometries ---- */

struct pen {
	struct mm_buf *out;
	const struct mm_geom *g;
	uint32_t ring, vertex;
};

static void put_vertices(struct pen *p, bool in_brackets)
{
	const uint32_t n = p->g->ring[p->ring++];

	mm_buf_byte(p->out, '(');
	for (uint32_t i = 0; i < n; i++) {
		if (i)
			mm_buf_text(p->out, ", ");
		if (in_brackets)
			mm_buf_byte(p->out, '(');
		mm_buf_double(p->out, p->g->xy[2 * p->vertex]);
		mm_buf_byte(p->out, ' ');
		mm_buf_double(p->out, p->g->xy[2 * p->vertex++ + 1]);
		if (in_brackets)
			mm_buf_byte(p->out, ')');
	}
	mm_buf_byte(p->out, ')');
}

static void put_part(struct pen *p, uint32_t part, bool is_multipoint)
{
	if (mm_part_kind(part) != MM_PART_POLYGON) {
		put_vertices(p, is_multipoint);
		return;
	}
	mm_buf_byte(p->out, '(');
	for (uint32_t r = 0; r < mm_part_rings(part); r++) {
		if (r)
			mm_buf_text(p->out, ", ");
		put_vertices(p, false);
	}
	mm_buf_byte(p->out, ')');
}

static const char *part_name(const struct pen *p, uint32_t part)
{
	if (mm_part_kind(part) == MM_PART_POLYGON)
		return "POLYGON";
	if (mm_part_kind(part) == MM_PART_LINE)
		return "LINESTRING";
	return p->g->ring[p->ring] == 1 ? "POINT" : "MULTIPOINT";
}

static const char *wkt_name(enum mm_geom_type type)
{
	static const char *const names[MM_GEOM_TYPE_COUNT] = {
	    [MM_GEOM_POINT] = "POINT",
	    [MM_GEOM_LINE] = "LINESTRING",
	    [MM_GEOM_POLYGON] = "POLYGON",
	    [MM_GEOM_MULTIPOINT] = "MULTIPOINT",
	    [MM_GEOM_MULTILINE] = "MULTILINESTRING",
	    [MM_GEOM_MULTIPOLYGON] = "MULTIPOLYGON",
	    [MM_GEOM_COLLECTION] = "GEOMETRYCOLLECTION",
	};

	return names[type] ? names[type] : "";
}

static void put_geometry(struct mm_buf *out, const struct mm_geom *g)
{
	struct pen p = {.out = out, .g = g};
	const bool is_list =
	    g->type == MM_GEOM_MULTILINE || g->type == MM_GEOM_MULTIPOLYGON || g->type == MM_GEOM_COLLECTION;

	mm_buf_text(out, wkt_name(g->type));
	if (is_list)
		mm_buf_byte(out, '(');
	for (uint32_t i = 0; i < g->part_count; i++) {
		const char *name = g->type == MM_GEOM_COLLECTION ? part_name(&p, g->part[i]) : "";

		if (i)
			mm_buf_text(out, ", ");
		mm_buf_text(out, name);
		put_part(&p, g->part[i], g->type == MM_GEOM_MULTIPOINT || strcmp(name, "MULTIPOINT") == 0);
	}
	if (is_list)
		mm_buf_byte(out, ')');
}

static void put_bbox(struct mm_buf *out, const struct mm_filter *f)
{
	mm_buf_text(out, "BBOX(");
	for (size_t i = 0; i < f->box_count; i++) {
		if (i)
			mm_buf_text(out, ", ");
		mm_buf_double(out, f->box[i]);
	}
	mm_buf_byte(out, ')');
}

/* What has a system of its own, in another form than CQL2 reads. */
static void put_space(struct mm_buf *out, const struct mm_filter *f)
{
	const struct mm_filter definition = {
	    .text = f->crs && f->crs->definition ? f->crs->definition : "",
	    .text_len = f->crs && f->crs->definition ? strlen(f->crs->definition) : 0};

	if (f->crs) {
		mm_buf_text(out, "in_crs(");
		put_quoted(out, '\'', &definition);
		mm_buf_text(out, f->crs->is_north_first ? ", TRUE, " : ", FALSE, ");
	}
	if (f->op == MM_FILTER_BBOX)
		put_bbox(out, f);
	else
		put_geometry(out, &f->geom);
	if (f->crs)
		mm_buf_byte(out, ')');
}

/* ---- leaves ---- */

/* A real stays one when it is read again. */
static void put_real(struct mm_buf *out, double v)
{
	char text[MM_NUM_MAX];

	mm_buf_put(out, text, mm_num_format(v, text));
	if (!strpbrk(text, ".e"))
		mm_buf_text(out, ".0");
}

static void put_instant(struct mm_buf *out, const struct mm_filter *f)
{
	char text[MM_CLOCK_TEXT_MAX];

	mm_buf_byte(out, '\'');
	if (f->op == MM_FILTER_OPEN)
		mm_buf_text(out, "..");
	else if (f->op == MM_FILTER_DATE)
		mm_buf_put(out, text, mm_clock_format_date(f->integer, text));
	else
		mm_buf_put(out, text, mm_clock_format(f->integer, 0, text));
	mm_buf_byte(out, '\'');
}

static bool is_instant(const struct mm_filter *f)
{
	return f->op == MM_FILTER_OPEN || f->op == MM_FILTER_DATE || f->op == MM_FILTER_TIMESTAMP;
}

static void put_interval(struct mm_buf *out, const struct mm_filter *f)
{
	mm_buf_text(out, "INTERVAL(");
	for (size_t i = 0; i < 2; i++) {
		if (i)
			mm_buf_text(out, ", ");
		if (is_instant(f->child[i]))
			put_instant(out, f->child[i]);
		else
			put(out, f->child[i]);
	}
	mm_buf_byte(out, ')');
}

static void put_between(struct mm_buf *out, const struct mm_filter *f)
{
	put_operand(out, f->child[0]);
	mm_buf_text(out, " BETWEEN ");
	put_operand(out, f->child[1]);
	mm_buf_text(out, " AND ");
	put_operand(out, f->child[2]);
}

static void put(struct mm_buf *out, const struct mm_filter *f)
{
	switch (f->op) {
	case MM_FILTER_NOT:
		mm_buf_text(out, "NOT ");
		put_operand(out, f->child[0]);
		break;
	case MM_FILTER_IS_NULL:
		put_operand(out, f->child[0]);
		mm_buf_text(out, " IS NULL");
		break;
	case MM_FILTER_BETWEEN:
		put_between(out, f);
		break;
	case MM_FILTER_IN:
		put_operand(out, f->child[0]);
		mm_buf_text(out, " IN ");
		put_list(out, f->child + 1, f->child_count - 1);
		break;
	case MM_FILTER_FUNCTION:
		mm_buf_put(out, f->text, f->text_len);
		put_list(out, f->child, f->child_count);
		break;
	case MM_FILTER_ARRAY:
		put_list(out, f->child, f->child_count);
		break;
	case MM_FILTER_PROPERTY:
		put_quoted(out, '"', f);
		break;
	case MM_FILTER_TEXT:
		put_quoted(out, '\'', f);
		break;
	case MM_FILTER_INT:
		mm_buf_int(out, f->integer);
		break;
	case MM_FILTER_REAL:
		put_real(out, f->real);
		break;
	case MM_FILTER_BOOL:
		mm_buf_text(out, f->boolean ? "TRUE" : "FALSE");
		break;
	case MM_FILTER_DATE:
	case MM_FILTER_TIMESTAMP:
		mm_buf_printf(out, "%s(", mm_filter_op_name(f->op));
		put_instant(out, f);
		mm_buf_byte(out, ')');
		break;
	case MM_FILTER_INTERVAL:
		put_interval(out, f);
		break;
	case MM_FILTER_GEOMETRY:
	case MM_FILTER_BBOX:
		put_space(out, f);
		break;
	case MM_FILTER_IDS:
		mm_buf_text(out, "ids");
		put_list(out, f->child, f->child_count);
		break;
	default:
		if (is_infix(f->op)) {
			put_infix(out, f);
		} else {
			mm_buf_text(out, mm_filter_op_name(f->op));
			put_list(out, f->child, f->child_count);
		}
	}
}

void mm_filter_put_text(const struct mm_filter *f, struct mm_buf *out)
{
	put(out, f);
}
