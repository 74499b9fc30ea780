#include "print/page/layout.h"

#include "base/fold.h"
#include "base/map.h"
#include "print/sheet/pen.h"
#include "query/query.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * The index of streets of a wall map: names in the order of the alphabet, each with the squares of a grid
 * that it lies in. Squares have letters from left to right and numbers from top to bottom.
 */

enum { SIDE_MAX = 24, NAMES_MAX = 20000, LISTED_MAX = 4 };

static const double SQUARE_MM = 100, STEP_MM = 4, ROW_MM = 4.5, MARK_MM = 4, INDENT_MM = 1.2;

struct mm_layout_street {
	const char *name, *key; /* as it is written, and as it is sorted */
	uint8_t squares[SIDE_MAX * SIDE_MAX / 8];
};

/* ---- squares ---- */

static unsigned side_of(double length)
{
	return (unsigned)fmin(fmax(round(length / SQUARE_MM), 2), SIDE_MAX);
}

/* Letters that are not mistaken for each other or for numbers. */
static void letter_of(const struct mm_layout *p, unsigned column, char ret[4])
{
	static const char *const russian[SIDE_MAX] = {"А", "Б", "В", "Г", "Д", "Е", "Ж", "И",
						      "К", "Л", "М", "Н", "П", "Р", "С", "Т",
						      "У", "Ф", "Х", "Ц", "Ч", "Ш", "Э", "Ю"};
	static const char latin[SIDE_MAX + 1] = "ABCDEFGHJKLMNPQRSTUVWXYZ";

	if (strcmp(p->plan->language, "ru") == 0)
		(void)snprintf(ret, 4, "%s", russian[column]);
	else
		(void)snprintf(ret, 4, "%c", latin[column]);
}

static bool is_in(const struct mm_layout_street *s, unsigned square)
{
	return s->squares[square / 8] >> square % 8 & 1;
}

/* "Б3, Б4", or the range of many: "Б3–Г7". */
static const char *squares_of(struct mm_layout *p, const struct mm_layout_street *s)
{
	unsigned count = 0, low[2] = {SIDE_MAX, SIDE_MAX}, high[2] = {0, 0};
	char first[4], last[4];
	const char *text = "";

	for (unsigned i = 0; i < SIDE_MAX * SIDE_MAX; i++) {
		const unsigned column = i % SIDE_MAX, row = i / SIDE_MAX;

		if (!is_in(s, i))
			continue;
		count++;
		low[0] = column < low[0] ? column : low[0];
		low[1] = row < low[1] ? row : low[1];
		high[0] = column > high[0] ? column : high[0];
		high[1] = row > high[1] ? row : high[1];
	}
	if (count > LISTED_MAX) {
		letter_of(p, low[0], first);
		letter_of(p, high[0], last);
		return mm_arena_printf(&p->mem, "%s%u–%s%u", first, low[1] + 1, last, high[1] + 1);
	}
	for (unsigned i = 0; i < SIDE_MAX * SIDE_MAX && text; i++) {
		if (!is_in(s, i))
			continue;
		letter_of(p, i % SIDE_MAX, first);
		text = mm_arena_printf(&p->mem, "%s%s%s%u", text, *text ? ", " : "", first, i / SIDE_MAX + 1);
	}
	return text;
}

/* ---- names ---- */

/* "2-я Лесная ул." stands under Л: "Лесная 2-я ул." */
static const char *turn_ordinal(struct mm_layout *p, const char *name)
{
	const char *word = strchr(name, ' ');
	size_t n;

	if (*name < '0' || *name > '9' || !word || !word[1])
		return name;
	n = strcspn(word + 1, " ");
	return mm_arena_printf(&p->mem, "%.*s %.*s%s", (int)n, word + 1, (int)(word - name), name,
			       word + 1 + n);
}

/* "ул. Липовая" stands under Л: "Липовая ул." */
static const char *turn_name(struct mm_layout *p, const char *name)
{
	static const char *const kinds[] = {
	    "ул.",      "пер.",    "пр-т",  "пр-д",       "просп.",  "пл.",   "наб.",
	    "б-р",      "бул.",    "ш.",    "туп.",       "проезд",  "улица", "переулок",
	    "проспект", "площадь", "аллея", "набережная", "бульвар", "шоссе", "тупик"};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const size_t n = strlen(kinds[i]);

		if (strncmp(name, kinds[i], n) == 0 && name[n] == ' ' && name[n + 1])
			return mm_arena_printf(&p->mem, "%s %s", name + n + 1, kinds[i]);
	}
	return turn_ordinal(p, name);
}

/* Small letters; "ё" is sorted as "е". */
static const char *key_of(struct mm_layout *p, const char *name)
{
	size_t n;
	const char *folded = mm_fold_case(name, strlen(name), &p->mem, &n);
	char *key = folded ? mm_arena_text(&p->mem, folded, n) : NULL;

	char *at = key ? strstr(key, "ё") : NULL;

	while (at) {
		memcpy(at, "е", strlen("е"));
		at = strstr(at, "ё");
	}
	return key;
}

static int by_key(const void *a, const void *b)
{
	const struct mm_layout_street *s = a, *t = b;

	return strcmp(s->key, t->key);
}

/* The street of that name, new or not; NULL: out of memory, or one too many. */
static struct mm_layout_street *find_street(struct mm_layout *p, struct mm_map *names, const char *name,
					    size_t n)
{
	const uint32_t i = mm_map_add(names, name, n, p->street_count);
	struct mm_layout_street *s = i < NAMES_MAX ? &p->street[i] : NULL;
	const char *text;

	if (!s || i < p->street_count)
		return s;
	text = mm_arena_text(&p->mem, name, n);
	s->name = text ? turn_name(p, text) : NULL;
	s->key = s->name ? key_of(p, s->name) : NULL;
	if (!s->key)
		return NULL;
	p->street_count++;
	return s;
}

/* ---- where they lie ---- */

static void mark(const struct mm_layout *p, struct mm_layout_street *s, const double at[2])
{
	const struct mm_paper_box *m = &p->map;
	const double x = (at[0] - m->x) / m->width, y = (at[1] - m->y) / m->height;
	unsigned square;

	if (!(x >= 0 && x < 1 && y >= 0 && y < 1))
		return;
	square = (unsigned)(y * side_of(m->height)) * SIDE_MAX + (unsigned)(x * side_of(m->width));
	s->squares[square / 8] = (uint8_t)(s->squares[square / 8] | 1u << square % 8);
}

static void mark_line(const struct mm_layout *p, struct mm_layout_street *s, const double a[2],
		      const double b[2])
{
	const unsigned steps =
	    (unsigned)fmin(fmax(ceil(hypot(b[0] - a[0], b[1] - a[1]) / STEP_MM), 1), 10000);

	for (unsigned k = 0; k <= steps; k++)
		mark(p, s, (double[]){a[0] + (b[0] - a[0]) * k / steps, a[1] + (b[1] - a[1]) * k / steps});
}

static bool mark_row(struct mm_layout *p, const struct mm_transform *t, const struct mm_layer *l,
		     uint32_t row, struct mm_layout_street *s)
{
	struct mm_geom g;
	uint32_t ring = 0, first = 0;
	struct mm_points at = {0};
	double *xy;

	mm_layer_geom(l, row, &g);
	if (!g.vertex_count)
		return true;
	xy = mm_points_reserve(&at, g.vertex_count);
	if (!xy)
		return false;
	memcpy(xy, g.xy, (size_t)g.vertex_count * 2 * sizeof(*xy));
	(void)mm_transform_points(t, xy, g.vertex_count);
	for (uint32_t i = 0; i < g.vertex_count; i++)
		mm_ground_to_paper(&p->ground, xy[2 * i], xy[2 * i + 1], xy + 2 * (size_t)i);
	for (uint32_t part = 0; part < g.part_count; part++)
		for (uint32_t k = 0; k < mm_part_rings(g.part[part]); k++, first += g.ring[ring++]) {
			const bool is_points = mm_part_kind(g.part[part]) == MM_PART_POINTS;

			for (uint32_t i = 0; i < g.ring[ring]; i++)
				mark_line(p, s, xy + 2 * (size_t)(first + (i && !is_points ? i - 1 : i)),
					  xy + 2 * (size_t)(first + i));
		}
	mm_points_release(&at);
	return true;
}

/* Names without a square are passed over: they touch the field at most. */
static void order_streets(struct mm_layout *p)
{
	static const uint8_t none[sizeof(p->street->squares)];
	uint32_t kept = 0;

	for (uint32_t i = 0; i < p->street_count; i++)
		if (memcmp(p->street[i].squares, none, sizeof(none)) != 0)
			p->street[kept++] = p->street[i];
	p->street_count = kept;
	qsort(p->street, kept, sizeof(*p->street), by_key);
}

static enum mm_code read_streets(struct mm_layout *p, const struct mm_layer *l, size_t field,
				 struct mm_map *names, struct mm_err *reterr)
{
	const struct mm_query q = mm_layout_field_query(p, l);
	const struct mm_transform *t;
	struct mm_page found;
	enum mm_code rc =
	    mm_transform_get(p->spec->kit->proj, mm_layer_schema(l)->crs_definition, p->crs, &t, reterr);

	if (!rc)
		rc = mm_query_run(l, &q, p->spec->kit->proj, 0, UINT32_MAX, &p->mem, &found, reterr);
	for (uint32_t i = 0; !rc && i < found.count; i++) {
		struct mm_layout_street *s;
		struct mm_value v;

		mm_layer_value(l, found.row[i], field, &v);
		if (v.is_null || v.type != MM_TYPE_TEXT || !v.text_len)
			continue;
		s = find_street(p, names, v.text, v.text_len);
		if (!s && p->street_count == NAMES_MAX)
			rc = mm_fail(reterr, MM_E_LIMIT, "elements.street_index",
				     "more than %d names: take a smaller extent", NAMES_MAX);
		else if (!s || !mark_row(p, t, l, found.row[i], s))
			rc = mm_fail_nomem(reterr);
	}
	return rc;
}

enum mm_code mm_layout_find_streets(struct mm_layout *p, struct mm_err *reterr)
{
	const struct mm_print_plan_index *index = &p->plan->index;
	const struct mm_layer *l = index->layer ? mm_catalog_find(p->spec->catalog, index->layer) : NULL;
	const size_t field = l ? mm_schema_find(mm_layer_schema(l), index->field) : SIZE_MAX;
	struct mm_map *names;
	enum mm_code rc;

	p->street_count = 0;
	if (!index->layer || (index->is_optional && field == SIZE_MAX))
		return MM_OK;
	if (!l)
		return mm_fail(reterr, MM_E_NOT_FOUND, "elements.street_index.layer",
			       "there is no layer \"%.64s\"", index->layer);
	if (field == SIZE_MAX)
		return mm_fail(reterr, MM_E_INVALID, "elements.street_index.field",
			       "layer \"%s\" has no field \"%.64s\"", index->layer, index->field);
	if (!p->street)
		p->street = mm_arena_array(&p->mem, NAMES_MAX, sizeof(*p->street));
	names = mm_map_new();
	if (!p->street || !names) {
		(void)mm_map_free(names);
		return mm_fail_nomem(reterr);
	}
	memset(p->street, 0, NAMES_MAX * sizeof(*p->street));
	rc = read_streets(p, l, field, names, reterr);
	(void)mm_map_free(names);
	order_streets(p);
	return rc;
}

/* ---- drawing ---- */

static void draw_mark(struct mm_layout *p, const char *text, double x, double y)
{
	mm_lettering_draw(p->spec->lettering, p->cr,
			  &(struct mm_letters){.text = text,
					       .height_mm = MARK_MM,
					       .is_bold = true,
					       .rgb = 0x1b4f8a,
					       .halo_mm = 0.6,
					       .halo_rgb = 0xffffff,
					       .across = MM_LETTERS_CENTRE,
					       .down = MM_LETTERS_MIDDLE},
			  x, y);
}

/* Lines of the squares over the map, their letters and numbers at all four edges. */
void mm_layout_draw_squares(struct mm_layout *p)
{
	const struct mm_paper_box *m = &p->map;
	const unsigned columns = side_of(m->width), rows = side_of(m->height);
	const double w = m->width / columns, h = m->height / rows;

	if (!p->street_count)
		return;
	cairo_set_source_rgba(p->cr, 0.1, 0.3, 0.55, 0.55);
	cairo_set_line_width(p->cr, MM_PEN_THIN);
	cairo_set_dash(p->cr, NULL, 0, 0);
	for (unsigned i = 1; i < columns; i++) {
		cairo_move_to(p->cr, m->x + w * i, m->y);
		cairo_rel_line_to(p->cr, 0, m->height);
	}
	for (unsigned i = 1; i < rows; i++) {
		cairo_move_to(p->cr, m->x, m->y + h * i);
		cairo_rel_line_to(p->cr, m->width, 0);
	}
	cairo_stroke(p->cr);
	for (unsigned i = 0; i < columns; i++) {
		char text[4];

		letter_of(p, i, text);
		draw_mark(p, text, m->x + w * (i + 0.5), m->y + MARK_MM);
		draw_mark(p, text, m->x + w * (i + 0.5), m->y + m->height - MARK_MM);
	}
	for (unsigned i = 0; i < rows; i++) {
		char text[16];

		(void)snprintf(text, sizeof(text), "%u", i + 1);
		draw_mark(p, text, m->x + MARK_MM, m->y + h * (i + 0.5));
		draw_mark(p, text, m->x + m->width - MARK_MM, m->y + h * (i + 0.5));
	}
}

static void put_street(struct mm_layout *p, const struct mm_layout_street *s)
{
	const char *squares = squares_of(p, s);
	struct mm_letters what = {.text = squares ? squares : "",
				  .height_mm = MM_LETTERS_PLAIN_MM,
				  .across = MM_LETTERS_RIGHT,
				  .down = MM_LETTERS_TOP};
	struct mm_paper_box box;
	double size[2], room, height;
	cairo_t *cr = p->cr;

	mm_lettering_measure(p->spec->lettering, &what, size);
	room = fmax(mm_layout_width(p) - size[0] - 2 * INDENT_MM, 20);
	p->cr = NULL;
	height = mm_layout_write(p, s->name, MM_LETTERS_PLAIN_MM, false, 0, 0, room);
	p->cr = cr;
	if (!mm_layout_take(p, fmax(height, ROW_MM), &box) || !p->cr)
		return;
	(void)mm_layout_write(p, s->name, MM_LETTERS_PLAIN_MM, false, box.x, box.y, room);
	mm_lettering_draw(p->spec->lettering, p->cr, &what, box.x + box.width, box.y);
	mm_pen_line(p->cr, 0.05, box.x, box.y + box.height - 0.2, box.x + box.width,
		    box.y + box.height - 0.2);
}

void mm_layout_put_streets(struct mm_layout *p)
{
	if (!p->street_count)
		return;
	mm_layout_head(p, p->words->streets, 4 * ROW_MM);
	for (uint32_t i = 0; i < p->street_count && !p->rc && !p->overflows; i++)
		put_street(p, &p->street[i]);
}
