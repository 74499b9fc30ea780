#include "geo/pole.h"
#include "print/plot/symbol.h"

#include <stdlib.h>
#include <string.h>

/* Places for the symbols of all layers: those of the uppermost layer first, as in clients; in a layer by
 * their sort key. */

enum mm_code mm_plot_keep_symbol(struct mm_plot_labelling *w, const struct mm_plot_symbol *s)
{
	struct mm_plot_symbols *out = w->out;

	if (w->map->symbol_count == MM_PLOT_SYMBOLS_MAX)
		return mm_fail(w->reterr, MM_E_LIMIT, "layers",
			       "the map would have more than %d symbols and texts: take fewer layers",
			       MM_PLOT_SYMBOLS_MAX);
	if (out->count == out->cap) {
		const size_t cap = out->cap * 2 + 64;
		struct mm_plot_symbol *next = realloc(out->list, cap * sizeof(*next));

		if (!next)
			return mm_fail_nomem(w->reterr);
		out->list = next;
		out->cap = cap;
	}
	out->list[out->count++] = *s;
	w->map->symbol_count++;
	return MM_OK;
}

/* ---- at points ---- */

static enum mm_code try_point(struct mm_plot_labelling *w, const struct mm_plot_feature *f,
			      const struct mm_plot_symbol *read, const double at[2])
{
	const bool is_of_area = w->source->is_label || f->kind == MM_PART_POLYGON;
	struct mm_plot_symbol s = *read;

	memcpy(s.at, at, sizeof(s.at));
	if (s.has_text && !s.has_icon && !is_of_area &&
	    mm_plot_is_said(w->said, w->map, s.text.letters.text, at))
		return MM_OK;
	if (!mm_plot_place_at_point(w->map, w->room, &s))
		return MM_OK;
	if (s.has_text && is_of_area && !mm_plot_said_add(w->said, w->source->layer, f->row, &s))
		return mm_fail_nomem(w->reterr);
	return mm_plot_keep_symbol(w, &s);
}

/* In the middle of a polygon: its shell and holes follow each other. */
static bool find_middle(const struct mm_plot_source *s, uint32_t piece, uint32_t end, double ret[2])
{
	uint32_t ring[64], rings = 0;
	const double *xy = s->at.xy + 2 * (size_t)s->piece[piece].first;
	double room;

	for (uint32_t k = piece; k < end && rings < 64 && (k == piece || s->piece[k].is_hole); k++)
		ring[rings++] = s->piece[k].count;
	if (mm_pole_find(xy, ring, rings, 0.5, ret, &room))
		return room > 0;
	ret[0] = ret[1] = 0;
	for (uint32_t i = 0; i < ring[0]; i++) {
		ret[0] += xy[2 * (size_t)i] / ring[0];
		ret[1] += xy[2 * (size_t)i + 1] / ring[0];
	}
	return true;
}

static enum mm_code place_feature_at_points(struct mm_plot_labelling *w, const struct mm_plot_feature *f)
{
	const struct mm_plot_source *s = w->source;
	struct mm_plot_symbol read;
	enum mm_code rc = MM_OK;

	if (!mm_plot_eye_look(&w->eye, w->layer, f) ||
	    !mm_plot_read_symbol(w->map, w->layer, &w->eye, false, &read))
		return MM_OK;
	for (uint32_t k = f->first_piece; k < f->first_piece + f->piece_count && !rc; k++) {
		const double *xy = s->at.xy + 2 * (size_t)s->piece[k].first;
		double middle[2];

		if (f->kind != MM_PART_POLYGON)
			rc = try_point(w, f, &read, xy);
		else if (!s->piece[k].is_hole && find_middle(s, k, f->first_piece + f->piece_count, middle))
			rc = try_point(w, f, &read, middle);
	}
	return rc;
}

/* ---- all ---- */

static enum mm_code place_at_points(struct mm_plot_labelling *w, const struct mm_keyed *order)
{
	const struct mm_plot_source *s = w->source;

	for (size_t i = 0; i < s->feature_count; i++) {
		const enum mm_code rc = place_feature_at_points(w, &s->feature[order ? order[i].value : i]);

		if (rc)
			return rc;
		if (mm_plot_is_late(w->map))
			return mm_plot_fail_late(w->reterr);
	}
	return MM_OK;
}

static enum mm_code place_layer(struct mm_plot *m, struct mm_plot_room *room, struct mm_plot_said *said,
				const struct mm_style_layer *l, struct mm_plot_symbols *out,
				struct mm_err *reterr)
{
	struct mm_plot_labelling w = {.map = m,
				      .layer = l,
				      .source = mm_plot_find_source(m, l->source_layer),
				      .room = room,
				      .said = said,
				      .out = out,
				      .reterr = reterr};
	const struct mm_keyed *order = NULL;
	enum mm_code rc;

	if (!w.source || !w.source->feature_count)
		return MM_OK;
	MM_ARENA_SCOPE(mem, MM_PLOT_ORDER_BYTES_MAX);
	rc = mm_plot_order(m, l, w.source, MM_PROP_SYMBOL_SORT_KEY, &mem, &order, reterr);
	if (rc)
		return rc;
	mm_plot_eye_open(&w.eye, m, w.source);
	mm_arena_clear(&m->scratch);
	w.placement = mm_style_choice(l, MM_PROP_SYMBOL_PLACEMENT, &w.eye.context);
	w.spacing_mm = mm_style_number(l, MM_PROP_SYMBOL_SPACING, &w.eye.context) * MM_PLOT_MM_A_PIXEL;
	out->is_on_line = w.placement != MM_PLOT_AT_POINT;
	return out->is_on_line ? mm_plot_place_along_lines(&w, order, &mem) : place_at_points(&w, order);
}

enum mm_code mm_plot_place_symbols(struct mm_plot *m, struct mm_err *reterr)
{
	struct mm_plot_room *room = mm_plot_room_new(&m->spec.ground.map);
	struct mm_plot_said *said = mm_plot_said_new();
	enum mm_code rc = MM_OK;

	m->symbols = mm_arena_array(&m->mem, m->style->layer_count + 1, sizeof(*m->symbols));
	if (!room || !said || !m->symbols)
		rc = mm_fail_nomem(reterr);
	for (size_t i = 0; i < m->spec.taken_count && !rc; i++)
		if (!mm_plot_room_take(room, &m->spec.taken[i]))
			rc = mm_fail_nomem(reterr);
	for (size_t i = m->style->layer_count; i-- > 0 && !rc;)
		if (m->style->layers[i].type == MM_STYLE_LAYER_SYMBOL)
			rc = place_layer(m, room, said, &m->style->layers[i], &m->symbols[i], reterr);
	if (!rc && mm_plot_room_is_full(room))
		rc = mm_fail(reterr, MM_E_LIMIT, "layers",
			     "symbols and texts take more room than there is: take fewer layers, or smaller "
			     "icon-padding and text-padding");
	(void)mm_plot_said_free(said);
	(void)mm_plot_room_free(room);
	return rc;
}

void mm_plot_symbols_release(struct mm_plot_symbols *s)
{
	free(s->list);
}
