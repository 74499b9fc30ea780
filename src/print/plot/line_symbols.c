#include "base/map.h"
#include "print/plot/join.h"
#include "print/plot/line.h"
#include "print/plot/symbol.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Names of streets, arrows: symbols along lines, as far apart as the style says. */

static const double REPEAT_MIN_MM = 30; /* two texts of one name are at least so far from each other */

enum { TRIES = 5, ALONG_MAX = 2000, NONE = -1 };

/* The lines of a layer; each text has a number, lines without one have numbers of their own. */
struct strands {
	struct mm_map *names;
	struct mm_plot_strand *raw, *joined;
	size_t count, joined_count;
	struct mm_points at; /* of the joined ones */
	struct written *written;
	size_t written_count, written_cap;
	int64_t *last; /* of each name: the last that was written, NONE */
};

/* Where a name stands already. */
struct written {
	double at[2];
	int64_t next;
};

/* The number of the feature's words. MM_MAP_NONE: no memory. */
static uint32_t name_of(struct mm_plot_labelling *w, struct strands *g, uint32_t number)
{
	const char *text = mm_plot_read_words(w->layer, &w->eye, w->eye.context.mem);
	char own[32];

	if (text)
		return mm_map_add(g->names, text, strlen(text), (uint32_t)mm_map_count(g->names));
	(void)snprintf(own, sizeof(own), "%c%u", 1, number);
	return mm_map_add(g->names, own, strlen(own), (uint32_t)mm_map_count(g->names));
}

static enum mm_code gather(struct mm_plot_labelling *w, const struct mm_keyed *order, struct strands *g,
			   struct mm_arena *mem)
{
	const struct mm_plot_source *s = w->source;

	g->names = mm_map_new();
	g->raw = mm_arena_array(mem, s->piece_count + 1, sizeof(*g->raw));
	g->joined = mm_arena_array(mem, s->piece_count + 1, sizeof(*g->joined));
	if (!g->names || !g->raw || !g->joined)
		return mm_fail_nomem(w->reterr);
	for (size_t i = 0; i < s->feature_count; i++) {
		const uint32_t number = (uint32_t)(order ? order[i].value : i);
		const struct mm_plot_feature *f = &s->feature[number];
		uint32_t name;

		if (f->kind == MM_PART_POINTS || !mm_plot_eye_look(&w->eye, w->layer, f))
			continue;
		name = name_of(w, g, number);
		if (name == MM_MAP_NONE)
			return mm_fail_nomem(w->reterr);
		for (uint32_t k = f->first_piece; k < f->first_piece + f->piece_count; k++)
			if (s->piece[k].count > 1)
				g->raw[g->count++] = (struct mm_plot_strand){.first = s->piece[k].first,
									     .count = s->piece[k].count,
									     .name = name,
									     .feature = number};
	}
	g->joined_count = mm_plot_join(g->raw, g->count, s->at.xy, g->joined, &g->at);
	g->last = mm_arena_array(mem, mm_map_count(g->names) + 1, sizeof(*g->last));
	if (g->joined_count == SIZE_MAX || !g->last)
		return mm_fail_nomem(w->reterr);
	for (size_t i = 0; i < mm_map_count(g->names); i++)
		g->last[i] = NONE;
	return MM_OK;
}

static bool is_repeated(const struct strands *g, uint32_t name, const double at[2], double least)
{
	for (int64_t i = g->last[name]; i != NONE; i = g->written[i].next)
		if (hypot(g->written[i].at[0] - at[0], g->written[i].at[1] - at[1]) < least)
			return true;
	return false;
}

static bool remember(struct strands *g, uint32_t name, const double at[2])
{
	if (g->written_count == g->written_cap) {
		const size_t cap = g->written_cap * 2 + 64;
		struct written *next = realloc(g->written, cap * sizeof(*next));

		if (!next)
			return false;
		g->written = next;
		g->written_cap = cap;
	}
	g->written[g->written_count] = (struct written){.at = {at[0], at[1]}, .next = g->last[name]};
	g->last[name] = (int64_t)g->written_count++;
	return true;
}

/* Around a place that would be right: there, or a little before or behind. */
static enum mm_code try_around(struct mm_plot_labelling *w, struct strands *g,
			       const struct mm_plot_strand *line, const struct mm_plot_symbol *read,
			       double distance, double step)
{
	static const double share[TRIES] = {0, -0.2, 0.2, -0.4, 0.4};
	const double *xy = g->at.xy + 2 * line->first;

	for (int i = 0; i < (w->placement == MM_PLOT_ALONG_LINE ? TRIES : 1); i++) {
		struct mm_plot_symbol s = *read;
		double at[2], angle;

		mm_plot_line_at(xy, line->count, distance + share[i] * step, at, &angle);
		if (s.has_text && is_repeated(g, line->name, at, fmax(w->spacing_mm / 2, REPEAT_MIN_MM)))
			continue;
		if (!mm_plot_place_on_line(w->map, w->room, &s, xy, line->count, distance + share[i] * step))
			continue;
		if (s.has_text && !remember(g, line->name, at))
			return mm_fail_nomem(w->reterr);
		return mm_plot_keep_symbol(w, &s);
	}
	return MM_OK;
}

static enum mm_code place_line(struct mm_plot_labelling *w, struct strands *g,
			       const struct mm_plot_strand *line)
{
	const double length = mm_plot_line_length(g->at.xy + 2 * line->first, line->count);
	const double spacing = fmax(w->spacing_mm, 2);
	struct mm_plot_symbol read;
	size_t n = w->placement == MM_PLOT_ALONG_LINE
		       ? (size_t)fmin(fmax(floor(length / spacing), 1), ALONG_MAX)
		       : 1;
	enum mm_code rc = MM_OK;

	if (!mm_plot_eye_look(&w->eye, w->layer, &w->source->feature[line->feature]) ||
	    !mm_plot_read_symbol(w->map, w->layer, &w->eye, true, &read))
		return MM_OK;
	if (read.has_text && read.text.size[0] > length && !read.has_icon)
		return MM_OK;
	for (size_t i = 0; i < n && !rc; i++) {
		rc =
		    try_around(w, g, line, &read, length * ((double)i + 0.5) / (double)n, length / (double)n);
		if (!rc && mm_plot_is_late(w->map))
			rc = mm_plot_fail_late(w->reterr);
	}
	return rc;
}

enum mm_code mm_plot_place_along_lines(struct mm_plot_labelling *w, const struct mm_keyed *order,
				       struct mm_arena *mem)
{
	struct strands g = {0};
	enum mm_code rc = gather(w, order, &g, mem);

	for (size_t i = 0; i < g.joined_count && !rc; i++) {
		rc = place_line(w, &g, &g.joined[i]);
		if (!rc && mm_plot_is_late(w->map))
			rc = mm_plot_fail_late(w->reterr);
	}
	(void)mm_map_free(g.names);
	mm_points_release(&g.at);
	free(g.written);
	return rc;
}
