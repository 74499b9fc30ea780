#include "streets.h"

#include "spec.h"
#include "streets_private.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SLOTS 16384

static int hash_place(struct mm_pt p)
{
	uint64_t x = (uint64_t)llround(p.x * 100), y = (uint64_t)llround(p.y * 100);

	return (int)(((x * UINT64_C(0x9E3779B97F4A7C15)) ^ (y * UINT64_C(0xC2B2AE3D27D4EB4F))) >> 40) % SLOTS;
}

int mm_streets_node(const struct mm_streets *s, struct mm_pt p)
{
	p = mm_pt_snap(p);
	for (int i = hash_place(p); s->slot[i] >= 0; i = (i + 1) % SLOTS)
		if (mm_pt_dist(s->node[s->slot[i]].p, p) < 0.005)
			return s->slot[i];
	return -1;
}

static int node_at(struct mm_streets *s, struct mm_pt p)
{
	int found = mm_streets_node(s, p), i = hash_place(mm_pt_snap(p));

	if (found >= 0)
		return found;
	while (s->slot[i] >= 0)
		i = (i + 1) % SLOTS;
	mm_grow(&s->node, s->nodes, &s->node_cap, sizeof(*s->node));
	s->node[s->nodes] = (struct mm_node){.p = mm_pt_snap(p)};
	s->slot[i] = s->nodes;
	return s->nodes++;
}

int mm_streets_chain(struct mm_streets *s, int cls, bool lane)
{
	mm_grow(&s->chain, s->chains, &s->chain_cap, sizeof(*s->chain));
	s->chain[s->chains] = (struct mm_chain){.cls = cls, .lane = lane};
	return s->chains++;
}

void mm_streets_add(struct mm_streets *s, struct mm_path path, int cls, int chain)
{
	struct mm_seg *seg;

	mm_grow(&s->seg, s->segs, &s->seg_cap, sizeof(*s->seg));
	seg = &s->seg[s->segs++];
	*seg = (struct mm_seg){.path = path, .cls = cls, .chain = chain, .start_m = s->chain[chain].length_m};
	seg->from = node_at(s, path.p[0]);
	seg->to = node_at(s, path.p[path.n - 1]);
	s->node[seg->from].degree++;
	s->node[seg->to].degree++;
	s->chain[chain].length_m += mm_path_length(&path);
}

/* One piece of an axis between two cuts, bent in steps of about 40 m. */
static struct mm_path piece(const struct mm_axis *x, double from, double to)
{
	struct mm_path path = {0};
	struct mm_pt a = x->down ? mm_plan_at(x->sheet, x->at, from) : mm_plan_at(x->sheet, from, x->at);
	struct mm_pt b = x->down ? mm_plan_at(x->sheet, x->at, to) : mm_plan_at(x->sheet, to, x->at);
	int steps = (int)ceil(mm_pt_dist(a, b) / 40.0);

	mm_path_add(&path, a);
	for (int i = 1; i < steps; i++) {
		double t = from + (to - from) * i / steps;

		mm_path_add(&path, x->down ? mm_plan_at(x->sheet, x->at, t) : mm_plan_at(x->sheet, t, x->at));
	}
	mm_path_add(&path, b);
	return path;
}

/* Names that the plan itself gives: ул. Липовая and the highways out of the town; NULL for the rest. */
static const char *planned_name(const struct mm_axis *x)
{
	if (x->sheet == MM_WEST && x->down && fabs(x->at - 2) < 1e-9 && fabs(x->from - 9) < 1e-9)
		return MM_SPEC_LIPOVAYA;
	if (x->cls != MM_TRUNK || x->to - x->from < 5)
		return NULL;
	if (x->down && x->to <= 0)
		return "Тамбовское шоссе";
	if (x->down && x->from >= 15)
		return "Задонское шоссе";
	if (!x->down && x->from >= mm_plan_cols(x->sheet))
		return x->sheet == MM_EAST ? "Воронежское шоссе" : "Липецкое шоссе";
	return NULL;
}

static void lay_axes(struct mm_streets *s, const struct mm_axes *axes)
{
	for (int i = 0; i < axes->n; i++) {
		const struct mm_axis *x = &axes->axis[i];
		bool tail = x->sheet == MM_WEST && x->down && fabs(x->at - 2) < 1e-9 && x->from >= 15;
		int chain = tail ? -1 : mm_streets_chain(s, x->cls, x->lane);

		for (int k = 0; tail && k < s->chains; k++) /* the tail goes on in the street it prolongs */
			if (!strcmp(s->chain[k].name, MM_SPEC_LIPOVAYA))
				chain = k;
		if (planned_name(x))
			(void)snprintf(s->chain[chain].name, sizeof(s->chain[chain].name), "%s",
				       planned_name(x));
		s->chain[chain].waterside = x->down && fabs(x->at) < 1e-9 && x->sheet != MM_VILLAGE;
		for (int k = 1; k < x->cuts; k++)
			mm_streets_add(s, piece(x, x->cut[k - 1], x->cut[k]), x->cls, chain);
	}
}

/* Bridges join the trunks of both banks on row lines 7 and 11. */
static void lay_bridges(struct mm_streets *s)
{
	static const double row[2] = {7, 11};

	for (int i = 0; i < 2; i++) {
		struct mm_path path = {0};
		int chain = mm_streets_chain(s, MM_TRUNK, false);

		mm_path_add(&path, mm_plan_at(MM_WEST, 0, row[i]));
		mm_path_add(&path, mm_plan_at(MM_EAST, 0, row[i]));
		(void)snprintf(s->chain[chain].name, sizeof(s->chain[chain].name), "%s",
			       i ? "мост Южный" : "мост Липовский");
		for (int k = 0; k < path.n; k++)
			mm_path_add(&s->bridge[i], path.p[k]);
		mm_streets_add(s, path, MM_TRUNK, chain);
	}
}

/* Road to the village: bends of the given swing between the south highway and the village's west end. */
static struct mm_path village_road(double swing)
{
	struct mm_path path = {0};
	struct mm_pt a = mm_plan_at(MM_EAST, 2, 21), b = mm_plan_at(MM_VILLAGE, 0, 0.5), u = mm_pt_dir(a, b);
	double d = mm_pt_dist(a, b);

	mm_path_add(&path, a);
	for (int i = 1; i < 120; i++) {
		double t = i / 120.0, ease = fmin(1, fmin(t, 1 - t) * 5);

		mm_path_add(&path,
			    mm_pt_move(a, u, d * t, swing * ease * (sin(t * 9.4) + 0.5 * sin(t * 23))));
	}
	mm_path_add(&path, b);
	return path;
}

static void lay_village_road(struct mm_streets *s)
{
	int square = mm_streets_node(s, mm_plan_at(MM_EAST, 1, 7));
	int fork = mm_streets_node(s, mm_plan_at(MM_EAST, 2, 21));
	int gate = mm_streets_node(s, mm_plan_at(MM_VILLAGE, 0, 0.5));
	int heart = mm_streets_node(s, mm_plan_at(MM_VILLAGE, 1, 0.5));
	double town = mm_streets_way_m(s, square, fork) + mm_streets_way_m(s, gate, heart);
	double low = 0, high = 900;
	struct mm_path road, part = {0};
	int chain = mm_streets_chain(s, MM_DISTRICT, false);

	(void)snprintf(s->chain[chain].name, sizeof(s->chain[chain].name), "Заозёрное шоссе");
	for (int i = 0; i < 60; i++) {
		double mid = (low + high) / 2;

		road = village_road(mid);
		*(town + mm_path_length(&road) < MM_SPEC_VILLAGE_ROAD_M ? &low : &high) = mid;
		mm_path_free(&road);
	}
	road = village_road(low);
	for (int i = 0; i < road.n; i++) {
		mm_path_add(&part, road.p[i]);
		if (part.n > 1 && (i % 20 == 0 || i == road.n - 1)) {
			mm_streets_add(s, part, MM_DISTRICT, chain);
			part = (struct mm_path){0};
			mm_path_add(&part, road.p[i]);
		}
	}
	mm_path_free(&part);
	mm_path_free(&road);
}

/* Cuts the dead end of ул. Липовая so that the street is exactly as long as promised. */
static void cut_lipovaya(struct mm_streets *s)
{
	for (int i = s->segs - 1; i >= 0; i--) {
		struct mm_seg *seg = &s->seg[i];
		struct mm_chain *chain = &s->chain[seg->chain];
		double rest = MM_SPEC_LIPOVAYA_M - seg->start_m;

		if (strcmp(chain->name, MM_SPEC_LIPOVAYA) != 0)
			continue;
		struct mm_pt dir = mm_pt_dir(seg->path.p[0], seg->path.p[1]);
		struct mm_pt end = mm_pt_snap(mm_pt_move(seg->path.p[0], dir, rest, 0));

		seg->path.n = 1;
		mm_path_add(&seg->path, end);
		s->node[seg->to].degree--;
		seg->to = node_at(s, end);
		s->node[seg->to].degree++;
		chain->length_m = seg->start_m + mm_path_length(&seg->path);
		return;
	}
}

static struct mm_streets *lay(int courtyards)
{
	struct mm_streets *s = calloc(1, sizeof(*s));
	struct mm_axes axes = {0};

	if (!s || !(s->slot = malloc(SLOTS * sizeof(*s->slot))))
		exit(1);
	s->slots = SLOTS;
	for (int i = 0; i < SLOTS; i++)
		s->slot[i] = -1;
	mm_axes_plan(&axes);
	(void)mm_axes_courtyards(&axes, courtyards);
	mm_axes_cut(&axes);
	lay_axes(s, &axes);
	mm_axes_free(&axes);
	lay_bridges(s);
	lay_village_road(s);
	cut_lipovaya(s);
	return s;
}

/* Main line at the east edge of the town with three sidings into the works. */
static void lay_rails(struct mm_streets *s)
{
	for (double b = -13; b <= 30; b += 0.25)
		mm_path_add(&s->rail[0], mm_plan_at(MM_EAST, 7.16 + 0.05 * sin(b / 3), b));
	for (int i = 0; i < 3; i++) {
		double b = 0.75 + i * 3.0;

		for (int k = 0; k <= 8; k++)
			mm_path_add(&s->rail[1 + i],
				    mm_plan_at(MM_EAST,
					       7.16 - k * 0.04 + 0.05 * sin((b + 1) / 3) * (8 - k) / 8,
					       b + 1 - 0.9 * pow(k / 8.0, 0.6)));
	}
	s->rails = 4;
}

/* Halves the longest street segment: evens an odd count. */
static void halve_longest(struct mm_streets *s)
{
	int best = 0;
	struct mm_path tail = {0};

	for (int i = 1; i < s->segs; i++)
		if (s->seg[i].path.n > 4 && s->seg[i].cls == MM_LOCAL &&
		    s->seg[i].chain == s->seg[i - 1].chain &&
		    mm_path_length(&s->seg[i].path) > mm_path_length(&s->seg[best].path))
			best = i;
	struct mm_seg *seg = &s->seg[best];
	int mid = seg->path.n / 2, to = seg->to, chain = seg->chain, cls = seg->cls;
	for (int i = mid; i < seg->path.n; i++)
		mm_path_add(&tail, seg->path.p[i]);
	seg->path.n = mid + 1;
	s->node[to].degree--;
	seg->to = node_at(s, tail.p[0]);
	s->node[seg->to].degree++;
	s->chain[chain].length_m -= mm_path_length(&tail);
	double start = s->seg[best].start_m + mm_path_length(&s->seg[best].path);
	mm_streets_add(s, tail, cls, chain);
	s->seg[s->segs - 1].start_m = start;
}

struct mm_streets *mm_streets_build(void)
{
	struct mm_streets *s = lay(0);
	int base = s->segs, missing = MM_SPEC_SEGMENTS - base;

	mm_streets_free(s);
	if (missing < 0) {
		fprintf(stderr, "make-town: the plan gives %d street segments, more than %d\n", base,
			MM_SPEC_SEGMENTS);
		exit(1);
	}
	s = lay(missing / 2); /* a courtyard drive is one segment and cuts another in two */
	while (s->segs < MM_SPEC_SEGMENTS)
		halve_longest(s);
	lay_rails(s);
	s->near = mm_bins_new();
	for (int i = 0; i < s->segs; i++)
		for (int k = 1; k < s->seg[i].path.n; k++)
			mm_bins_add(s->near, s->seg[i].path.p[k - 1], s->seg[i].path.p[k], 150, i);
	mm_street_names_give(s);
	return s;
}

struct mm_streets *mm_streets_free(struct mm_streets *s)
{
	if (!s)
		return NULL;
	for (int i = 0; i < s->segs; i++)
		mm_path_free(&s->seg[i].path);
	for (int i = 0; i < 4; i++)
		mm_path_free(&s->rail[i]);
	for (int i = 0; i < 2; i++)
		mm_path_free(&s->bridge[i]);
	s->near = mm_bins_free(s->near);
	free(s->node);
	free(s->seg);
	free(s->chain);
	free(s->slot);
	free(s);
	return NULL;
}
