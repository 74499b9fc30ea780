#include "base/map.h"
#include "geo/segment.h"
#include "print/plot/symbol.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/*
 * What is written in areas: a point in an area that says the same - the address of a house whose number is
 * written on its roof - is not written a second time.
 */

static const double FAR_MM = 80; /* no area is looked at that is written farther away */

enum { CORNERS_MAX = 200 };

struct one {
	uint32_t next; /* with the same words; UINT32_MAX: none */
	uint32_t row;
	const struct mm_layer *layer;
	double at[2];
};

struct mm_plot_said {
	struct mm_map *words; /* to the first of them */
	struct one *list;
	size_t count, cap;
};

struct mm_plot_said *mm_plot_said_new(void)
{
	struct mm_plot_said *s = calloc(1, sizeof(*s));

	if (s)
		s->words = mm_map_new();
	return s && s->words ? s : mm_plot_said_free(s);
}

struct mm_plot_said *mm_plot_said_free(struct mm_plot_said *s)
{
	if (!s)
		return NULL;
	(void)mm_map_free(s->words);
	free(s->list);
	free(s);
	return NULL;
}

static bool make_room(struct mm_plot_said *s)
{
	const size_t cap = s->cap * 2 + 64;
	struct one *next;

	if (s->count < s->cap)
		return true;
	next = realloc(s->list, cap * sizeof(*next));
	if (!next)
		return false;
	s->list = next;
	s->cap = cap;
	return true;
}

bool mm_plot_said_add(struct mm_plot_said *s, const struct mm_layer *l, uint32_t row,
		      const struct mm_plot_symbol *symbol)
{
	const char *text = symbol->text.letters.text;
	uint32_t first;

	if (!make_room(s))
		return false;
	first = mm_map_add(s->words, text, strlen(text), (uint32_t)s->count);
	if (first == MM_MAP_NONE)
		return false;
	s->list[s->count] =
	    (struct one){.next = UINT32_MAX, .row = row, .layer = l, .at = {symbol->at[0], symbol->at[1]}};
	if (first != s->count) {
		s->list[s->count].next = s->list[first].next;
		s->list[first].next = (uint32_t)s->count;
	}
	s->count++;
	return true;
}

/* Is a point between the corners of a shape? Houses have wings, and their addresses may stand between them:
 * no line through the point has all corners on one side. */
static bool is_amid(const double *xy, uint32_t count, const double at[2])
{
	for (uint32_t i = 0; i < count; i++) {
		const double dx = xy[2 * (size_t)i] - at[0], dy = xy[2 * (size_t)i + 1] - at[1];
		uint32_t k = 0;

		while (k < count &&
		       dx * (xy[2 * (size_t)k + 1] - at[1]) - dy * (xy[2 * (size_t)k] - at[0]) >= 0)
			k++;
		if (k == count)
			return false;
	}
	return count > 2;
}

/* Is a point of the sheet in the area of the row, or between its wings? */
static bool is_within(const struct mm_plot *p, const struct one *o, const double at[2])
{
	const struct mm_transform *t;
	struct mm_geom g;
	double xy[2];

	mm_ground_from_paper(&p->spec.ground, at[0], at[1], xy);
	if (mm_transform_get(p->spec.kit->proj, p->spec.crs, mm_layer_schema(o->layer)->crs_definition, &t,
			     NULL) ||
	    mm_transform_points(t, xy, 1) > 0)
		return false;
	mm_layer_geom(o->layer, o->row, &g);
	if (mm_geom_dimension(&g) != 2 || g.ring_count == 0)
		return false;
	return g.ring[0] <= CORNERS_MAX ? is_amid(g.xy, g.ring[0], xy)
					: mm_ring_holds(g.xy, g.ring[0], xy[0], xy[1]);
}

bool mm_plot_is_said(const struct mm_plot_said *s, const struct mm_plot *p, const char *text,
		     const double at[2])
{
	uint32_t i = mm_map_find(s->words, text, strlen(text));

	for (; i != MM_MAP_NONE; i = s->list[i].next)
		if (hypot(s->list[i].at[0] - at[0], s->list[i].at[1] - at[1]) < FAR_MM &&
		    is_within(p, &s->list[i], at))
			return true;
	return false;
}
