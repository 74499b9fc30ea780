#ifndef MM_FEED_CRS_GUESS_H
#define MM_FEED_CRS_GUESS_H

#include "base/err.h"
#include "geo/box.h"
#include "geo/crs.h"

#include <stdbool.h>
#include <stddef.h>

/* A system that would put an extent at a plausible place. */
struct mm_crs_guess {
	char crs[64];            /* as `crs:` wants it */
	bool swap_axes;          /* the file has north first */
	char why[200];           /* in words */
	double lon_deg, lat_deg; /* where the middle of the extent would be */
};

enum { MM_CRS_GUESSES_MAX = 8 };

/*
 * Systems in which coordinates without a stated system make sense, the likeliest first: degrees (also
 * latitude first), the built-in МСК by the zone digit of the easting and the region they fall in,
 * Gauss-Kruger zones by the zone number before the easting, UTM when known_deg tells its zone, Web Mercator.
 * Returns how many; 0 when nothing fits. One МСК zone fits in several regions: without known_deg the order
 * among them means little.
 *
 * known_deg  where other data of the same town lies, lon/lat: what falls there goes first. Empty: nothing is
 * known
 */
size_t mm_crs_guess(struct mm_proj *proj, const struct mm_box *extent, const struct mm_box *known_deg,
		    struct mm_crs_guess ret[MM_CRS_GUESSES_MAX]);

#endif
