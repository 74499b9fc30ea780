#ifndef MM_SEARCH_POSITION_H
#define MM_SEARCH_POSITION_H

#include "geo/box.h"
#include "geo/crs.h"

#include <stddef.h>

/* A place that was typed as numbers. */
struct mm_search_position {
	double lon, lat;
	char name[96]; /* how it was understood: "52.353000, 39.098000", "X 389600.00, Y 1291200.00" */
};

enum { MM_SEARCH_POSITIONS_MAX = 4 };

/*
 * Reads coordinates: decimal degrees ("52.353, 39.098", "52,353 39,098"), degrees, minutes and seconds
 * (52°21'11"N 39°05'53"E, also with С, Ю, В, З), and metres of the map's own system, X to the north before Y
 * to the east as geodesists write them. What may be meant in two orders is given in both, unless only one
 * lies in `near_deg`.
 * Two whole numbers are degrees only near the data: "12 5" may be anything.
 *
 * to_deg    from the map's system to longitude and latitude; NULL: metres are not read
 * near_deg  where the map's data lie; empty: anywhere
 * returns   how many there are; 0: these are no coordinates
 */
size_t mm_search_positions(const char *text, size_t n, const struct mm_transform *to_deg,
			   const struct mm_box *near_deg,
			   struct mm_search_position ret[MM_SEARCH_POSITIONS_MAX]);

#endif
