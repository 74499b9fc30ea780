#include "print/page/layout.h"

#include "base/clock.h"
#include "base/num.h"
#include "encode/value.h"
#include "print/sheet/qr.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* What is said of the plan and its data; values for people. */

enum { SOURCES_MAX = 40 };

static const double ABOVE_MM = 1.5;

/* "15.06.2026" or "2026-06-15", of the beginning of a text that is a day. */
static const char *day(struct mm_layout *p, const char *iso)
{
	const bool is_day = strlen(iso) >= 10 && strspn(iso, "0123456789-") >= 10;
	const char *text = !is_day ? iso
			   : strcmp(p->plan->language, "ru") == 0
			       ? mm_arena_printf(&p->mem, "%.2s.%.2s.%.4s", iso + 8, iso + 5, iso)
			       : mm_arena_printf(&p->mem, "%.10s", iso);

	return text ? text : "";
}

/* Digits in groups of three, and a comma where the language has one. */
static const char *number(struct mm_layout *p, const char *digits)
{
	const char *point = strchr(digits, '.');
	const size_t whole = point ? (size_t)(point - digits) : strlen(digits);
	const bool is_russian = strcmp(p->plan->language, "ru") == 0;
	struct mm_buf b;
	const char *text;

	if (strspn(digits, "-0123456789.") != strlen(digits))
		return digits;
	mm_buf_init(&b, 256);
	for (size_t i = 0; digits[i]; i++) {
		if (i > 0 && i < whole && (whole - i) % 3 == 0 && whole > 4 && digits[i - 1] != '-')
			mm_buf_text(&b, "\u00a0");
		if (digits + i == point && is_russian)
			mm_buf_byte(&b, ',');
		else
			mm_buf_byte(&b, (unsigned char)digits[i]);
	}
	text = b.failed ? NULL : mm_arena_text(&p->mem, (const char *)b.data, b.len);
	mm_buf_release(&b);
	return text ? text : digits;
}

const char *mm_layout_value(struct mm_layout *p, const struct mm_layer *l, uint32_t row, size_t field)
{
	const struct mm_field *f = &mm_layer_schema(l)->field[field];
	const char *text;
	struct mm_value v;
	size_t code;

	mm_layer_value(l, row, field, &v);
	if (v.is_null)
		return "";
	if (v.type == MM_TYPE_BOOL)
		return v.boolean ? p->words->yes : p->words->no;
	text = mm_value_text(&v, &p->mem);
	if (!text)
		return "";
	code = mm_field_code(f, text, strlen(text));
	if (code != SIZE_MAX)
		return mm_title_in(&f->codes[code].title, p->plan->language, text);
	if (v.type == MM_TYPE_DATE || v.type == MM_TYPE_DATETIME)
		return day(p, text);
	return v.type == MM_TYPE_INT || v.type == MM_TYPE_REAL ? number(p, text) : text;
}

/* ---- sources ---- */

/* "Управление архитектуры (15.06.2026)", each once. */
struct sources {
	const char *said[SOURCES_MAX], *text; /* NULL: no memory */
	size_t count;
};

static void add_source(struct mm_layout *p, struct sources *s, const struct mm_title *owner,
		       const char *stamp)
{
	const struct mm_map_info *map = mm_catalog_map(p->spec->catalog);
	const char *ours = mm_title_in(&map->attribution, p->plan->language,
				       mm_title_in(&map->title, p->plan->language, "munimap"));
	const char *one = mm_arena_printf(&p->mem, "%s%s%s%s", mm_title_in(owner, p->plan->language, ours),
					  *stamp ? " (" : "", *stamp ? day(p, stamp) : "", *stamp ? ")" : "");
	size_t k = 0;

	while (one && k < s->count && strcmp(s->said[k], one) != 0)
		k++;
	if (!one || k < s->count || k == SOURCES_MAX || !s->text)
		return;
	s->said[s->count++] = one;
	s->text = mm_arena_printf(&p->mem, "%s%s%s", s->text, *s->text ? "; " : "", one);
}

static void put_sources(struct mm_layout *p)
{
	struct sources s = {.text = ""};
	const struct mm_plot_item *item;
	const char *text;
	size_t n;

	item = mm_plot_legend(p->plot, &n);
	for (size_t i = 0; i < n; i++)
		if (item[i].raster)
			add_source(p, &s, &mm_raster_info(item[i].raster)->owner,
				   mm_raster_info(item[i].raster)->stamp);
		else
			add_source(p, &s, &mm_layer_schema(item[i].layer)->owner,
				   mm_layer_source_stamp(item[i].layer));
	text = s.text && *s.text ? mm_arena_printf(&p->mem, "%s: %s.", p->words->sources, s.text) : NULL;
	if (text)
		mm_layout_paragraph(p, text);
}

const char *mm_layout_state(struct mm_layout *p)
{
	const uint64_t mark = mm_plot_mark(p->plot);
	const char *last = "", *text = "";
	const struct mm_plot_item *item;
	size_t n;

	item = mm_plot_legend(p->plot, &n);
	for (size_t i = 0; i < n; i++) {
		const char *stamp = item[i].raster ? mm_raster_info(item[i].raster)->stamp
						   : mm_layer_source_stamp(item[i].layer);

		last = strcmp(stamp, last) > 0 ? stamp : last;
	}
	if (*last)
		text = mm_arena_printf(&p->mem, "%s %s, %s %08x", p->words->state, day(p, last),
				       p->words->version, (unsigned)(mark >> 32 ^ mark));
	return text ? text : "";
}

/* ---- the code of the same view ---- */

static void put_qr(struct mm_layout *p)
{
	const double side = 26;
	const struct mm_transform *t;
	double at[2] = {p->ground.x, p->ground.y};
	struct mm_paper_box box;
	const char *url;

	if (!p->plan->has_qr || !*p->spec->base_url ||
	    mm_transform_get(p->spec->kit->proj, p->crs, MM_CRS84, &t, NULL) ||
	    mm_transform_points(t, at, 1) > 0)
		return;
	url = mm_arena_printf(&p->mem, "%s/#map=%.2f/%.6f/%.6f", p->spec->base_url,
			      mm_plot_zoom(p->ground.scale, at[1]), at[1], at[0]);
	if (!url || !mm_layout_take(p, side + 1, &box) || !p->cr)
		return;
	box.width = box.height = side;
	p->rc = mm_qr_draw(p->cr, url, &box, p->reterr);
}

/* Where the data come from, and the system of coordinates. */
static void put_data(struct mm_layout *p)
{
	const char *text;

	if (p->plan->has_legend)
		put_sources(p);
	text = mm_arena_printf(&p->mem, "%s: %s.", p->words->system, p->crs_name);
	if (text)
		mm_layout_paragraph(p, text);
	if (p->is_approximate)
		mm_layout_paragraph(p, p->words->approximate);
}

/* A paragraph a line, so that they may go on in the next column; the first stays with its heading. */
static void put_notes(struct mm_layout *p)
{
	bool has_head = false;

	for (const char *at = p->plan->notes; *at;) {
		const size_t n = strcspn(at, "\n");
		const char *line = mm_arena_text(&p->mem, at, n);

		if (line && *line && !has_head)
			mm_layout_head(p, p->words->notes, mm_layout_find_height(p, line, false, 0, 1, 0));
		has_head |= line && *line;
		mm_layout_paragraph(p, line ? line : "");
		at += n + (at[n] == '\n');
	}
}

void mm_layout_put_about(struct mm_layout *p)
{
	const struct mm_print_plan *plan = p->plan;
	char now[MM_CLOCK_TEXT_MAX];
	const char *text;

	if (p->at_column < p->column_count && p->at_y > p->column[p->at_column].y)
		p->at_y += ABOVE_MM; /* not a line of what stands before it */
	put_notes(p);
	put_qr(p);
	if (!p->given || mm_layout_is_index(p) ||
	    !plan->atlas.has_index) /* else its index sheet says it for all */
		put_data(p);
	(void)mm_clock_format_date(p->spec->moment_s / 86400, now);
	text = mm_arena_printf(&p->mem, "%s: munimap, %s.%s%s", p->words->printed,
			       day(p, plan->date ? plan->date : now), *plan->access ? " " : "", plan->access);
	if (text)
		mm_layout_paragraph(p, text);
}
