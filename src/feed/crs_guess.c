#include "feed/crs_guess.h"

#include "geo/msk.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

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

static void try_degrees(struct list *l, const struct mm_box *b)
{
	double x = (b->min_x + b->max_x) / 2, y = (b->min_y + b->max_y) / 2;
	bool north_first = b->min_x >= 41 && b->max_x <= 82 && b->min_y >= 19 && b->max_y <= 180 &&
			   !(b->min_y >= 41 && b->max_y <= 82);

	if (b->min_x < -180 || b->max_x > 180 || b->min_y < -90 || b->max_y > 180)
		return;
	if (b->max_y > 90 || north_first)
		add(l, "EPSG:4326", true, "degrees, latitude first: swapped they lie in Russia", y, x);
	if (b->max_y <= 90)
		add(l, "EPSG:4326", false, "degrees", x, y);
}

static void try_msk(struct mm_proj *proj, struct list *l, const struct mm_box *b, bool swap)
{
	for (size_t i = 0; i < mm_msk_count; i++) {
		const struct mm_msk *m = &mm_msk_table[i];
		char proj_string[300], why[200];
		double at[2];

		/* a zone is some 3 degrees wide: its eastings begin with the zone's digit */
		if (b->min_x < m->x_0_m - 250000 || b->max_x > m->x_0_m + 250000)
			continue;
		(void)mm_msk_proj_string(m, proj_string, sizeof(proj_string));
		if (!locate(proj, proj_string, b, at) || at[0] < m->west_deg || at[0] > m->east_deg ||
		    at[1] < m->south_deg || at[1] > m->north_deg)
			continue;
		(void)snprintf(why, sizeof(why), "%s: lies at %.4f E %.4f N%s", m->title, at[0], at[1],
			       swap ? ", north first" : "");
		add(l, m->code, swap, why, at[0], at[1]);
	}
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
	const double near_deg = 0.3;

	for (size_t i = 0; i < l->count && !mm_box_is_empty(known); i++) {
		struct mm_crs_guess g = l->guess[i];

		if (g.lon_deg < known->min_x - near_deg || g.lon_deg > known->max_x + near_deg ||
		    g.lat_deg < known->min_y - near_deg || g.lat_deg > known->max_y + near_deg)
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
		try_msk(proj, &l, extent, false);
		try_gauss_kruger(proj, &l, extent, false);
		try_msk(proj, &l, &other, true);
		try_gauss_kruger(proj, &l, &other, true);
		try_mercator(proj, &l, extent);
	}
	prefer(&l, known_deg);
	return l.count;
}
