#include "feed/crs_guess.h"

#include "geo/msk.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* As far from other data of the town as the same town still goes. */
#define NEAR_DEG 0.3

struct list {
	struct mm_crs_guess *guess;
	size_t count;
};

static void add(struct list *l, const char *crs, bool swap, const char *why, double lon_deg, double lat_deg)
{
	struct mm_crs_guess *g = &l->guess[l->count];

	if (l->count == MM_CRS_GUESSES_MAX)
		return;
	(void)snprintf(g->crs, sizeof(g->crs), "%s", crs);
	(void)snprintf(g->why, sizeof(g->why), "%s", why);
	g->swap_axes = swap;
	g->lon_deg = lon_deg;
	g->lat_deg = lat_deg;
	l->count++;
}

static struct mm_box swapped(const struct mm_box *b)
{
	return (struct mm_box){b->min_y, b->min_x, b->max_y, b->max_x};
}

/* Where the middle of an extent lies on the globe if it were in this system. */
static bool locate(struct mm_proj *proj, const char *definition, const struct mm_box *b, double ret[2])
{
	const struct mm_transform *t = NULL;

	ret[0] = (b->min_x + b->max_x) / 2;
	ret[1] = (b->min_y + b->max_y) / 2;
	return mm_transform_get(proj, definition, MM_CRS84, &t, NULL) == MM_OK &&
	       mm_transform_points(t, ret, 1) == 0;
}

/* Roughly: the land border taken in steps, the sea generously. */
static bool is_in_russia(double lon_deg, double lat_deg)
{
	static const struct {
		double west_deg, south_deg;
	} steps[] = {{19.6, 54.3}, {23, 90}, {27, 55.5}, {31, 49},  {36, 41.1},
		     {49.4, 50.5}, {61, 50}, {87, 49},   {118, 48}, {130.4, 42.2}};
	size_t i = sizeof(steps) / sizeof(steps[0]);

	if (lon_deg < -168.5 && lon_deg >= -180)
		return lat_deg > 62 && lat_deg < 72;
	while (i > 0 && lon_deg < steps[i - 1].west_deg)
		i--;
	return i > 0 && lon_deg <= 180 && lat_deg >= steps[i - 1].south_deg && lat_deg <= 82;
}

static void try_degrees(struct list *l, const struct mm_box *b)
{
	double x = (b->min_x + b->max_x) / 2, y = (b->min_y + b->max_y) / 2;
	bool as_is = b->min_x >= -180 && b->max_x <= 180 && b->min_y >= -90 && b->max_y <= 90;
	bool swapped_fits = b->min_x >= -90 && b->max_x <= 90 && b->min_y >= -180 && b->max_y <= 180;
	bool swapped_in_russia = swapped_fits && is_in_russia(y, x);

	if (as_is && is_in_russia(x, y)) {
		add(l, "EPSG:4326", false, "degrees", x, y);
		as_is = false;
	}
	if (swapped_in_russia)
		add(l, "EPSG:4326", true,
		    l->count ? "degrees, latitude first: so they lie in Russia too"
			     : "degrees, latitude first: so they lie in Russia",
		    y, x);
	if (as_is)
		add(l, "EPSG:4326", false, "degrees", x, y);
	if (swapped_fits && !l->count)
		add(l, "EPSG:4326", true, "degrees, latitude first: the other way round they leave the globe",
		    y, x);
}

/* How deep inside its region a place lies: 0 at the edge, 0.5 in the middle; negative outside. */
static double depth_in(const struct mm_msk *m, const double at[2])
{
	double x = (at[0] - m->west_deg) / (m->east_deg - m->west_deg);
	double y = (at[1] - m->south_deg) / (m->north_deg - m->south_deg);

	return fmin(fmin(x, 1 - x), fmin(y, 1 - y));
}

/* Puts what was added since `from` into order, the highest rank first. */
static void sort_by(struct list *l, size_t from, double *rank)
{
	for (size_t i = from + 1; i < l->count; i++)
		for (size_t k = i; k > from && rank[k] > rank[k - 1]; k--) {
			struct mm_crs_guess g = l->guess[k];
			double r = rank[k];

			l->guess[k] = l->guess[k - 1];
			l->guess[k - 1] = g;
			rank[k] = rank[k - 1];
			rank[k - 1] = r;
		}
}

/* The same numbers make sense in several regions, since their systems differ by little more than a shift:
 * which one it is, only other data of the place can tell (see prefer). */
static void try_msk(struct mm_proj *proj, struct list *l, const struct mm_box *b, bool swap)
{
	double rank[MM_CRS_GUESSES_MAX];
	size_t from = l->count;

	for (size_t i = 0; i < mm_msk_count; i++) {
		const struct mm_msk *m = &mm_msk_table[i];
		char proj_string[300], why[200];
		double at[2];

		/* a zone is some 3 degrees wide: its eastings begin with the zone's digit */
		if (b->min_x < m->x_0_m - 250000 || b->max_x > m->x_0_m + 250000)
			continue;
		(void)mm_msk_proj_string(m, proj_string, sizeof(proj_string));
		if (l->count == MM_CRS_GUESSES_MAX || !locate(proj, proj_string, b, at) ||
		    depth_in(m, at) < 0)
			continue;
		rank[l->count] = depth_in(m, at);
		(void)snprintf(why, sizeof(why), "%s: lies at %.4f E %.4f N%s", m->title, at[0], at[1],
			       swap ? ", north first" : "");
		add(l, m->code, swap, why, at[0], at[1]);
	}
	sort_by(l, from, rank);
}

/* Gauss-Kruger on Pulkovo 1942: eastings of 7 or 8 digits that begin with the zone 1..32. */
static void try_gauss_kruger(struct mm_proj *proj, struct list *l, const struct mm_box *b, bool swap)
{
	double at[2];
	int zone = (int)(b->min_x / 1e6);
	char crs[32], why[120];

	if (zone < 2 || zone > 32 || (int)(b->max_x / 1e6) != zone || b->min_y < 4e6 || b->max_y > 9.5e6 ||
	    fabs(fmod(b->min_x, 1e6) - 5e5) > 4e5)
		return;
	(void)snprintf(crs, sizeof(crs), "EPSG:284%02d", zone);
	if (!locate(proj, crs, b, at))
		return;
	(void)snprintf(why, sizeof(why), "Gauss-Kruger zone %d by the first digits of the easting%s", zone,
		       swap ? ", north first" : "");
	add(l, crs, swap, why, at[0], at[1]);
}

/* UTM says nothing of its zone: only where other data of the town lies can tell it. */
static void try_utm(struct mm_proj *proj, struct list *l, const struct mm_box *b, const struct mm_box *known,
		    bool swap)
{
	double lon = (known->min_x + known->max_x) / 2, lat = (known->min_y + known->max_y) / 2, at[2];
	int zone = (int)floor((lon + 180) / 6) + 1;
	char crs[32], why[120];

	if (mm_box_is_empty(known) || zone < 1 || zone > 60 || b->min_x < 1e5 || b->max_x > 9e5 ||
	    b->min_y < 0 || b->max_y > 1e7)
		return;
	(void)snprintf(crs, sizeof(crs), "EPSG:%d", (lat < 0 ? 32700 : 32600) + zone);
	if (!locate(proj, crs, b, at) || fabs(at[0] - lon) > NEAR_DEG || fabs(at[1] - lat) > NEAR_DEG)
		return;
	(void)snprintf(why, sizeof(why), "UTM zone %d, where the other data lies%s", zone,
		       swap ? ", north first" : "");
	add(l, crs, swap, why, at[0], at[1]);
}

static void try_mercator(struct mm_proj *proj, struct list *l, const struct mm_box *b)
{
	double at[2];
	const double edge = 20037508.35;

	if (b->min_x >= 2e6 && b->max_x <= edge && b->min_y >= 5e6 && b->max_y <= 1.6e7 && b->max_x < 1.9e7 &&
	    locate(proj, "EPSG:3857", b, at))
		add(l, "EPSG:3857", false, "metres of Web Mercator", at[0], at[1]);
}

/* The first guess that lies with the other data goes to the front. */
static void prefer(struct list *l, const struct mm_box *known)
{
	for (size_t i = 0; i < l->count && !mm_box_is_empty(known); i++) {
		struct mm_crs_guess g = l->guess[i];

		if (g.lon_deg < known->min_x - NEAR_DEG || g.lon_deg > known->max_x + NEAR_DEG ||
		    g.lat_deg < known->min_y - NEAR_DEG || g.lat_deg > known->max_y + NEAR_DEG)
			continue;
		memmove(l->guess + 1, l->guess, i * sizeof(g));
		l->guess[0] = g;
		return;
	}
}

size_t mm_crs_guess(struct mm_proj *proj, const struct mm_box *extent, const struct mm_box *known_deg,
		    struct mm_crs_guess ret[MM_CRS_GUESSES_MAX])
{
	struct list l = {.guess = ret};
	struct mm_box other;

	if (mm_box_is_empty(extent))
		return 0;
	other = swapped(extent);
	try_degrees(&l, extent);
	if (!l.count) {
		try_utm(proj, &l, extent, known_deg, false);
		try_utm(proj, &l, &other, known_deg, true);
		try_msk(proj, &l, extent, false);
		try_gauss_kruger(proj, &l, extent, false);
		try_msk(proj, &l, &other, true);
		try_gauss_kruger(proj, &l, &other, true);
		try_mercator(proj, &l, extent);
	}
	prefer(&l, known_deg);
	return l.count;
}
