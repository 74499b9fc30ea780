#ifndef MM_STORE_COVERAGE_H
#define MM_STORE_COVERAGE_H

#include "base/err.h"
#include "grid/shape.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * Polygons that share their borders (districts, parcels, zones), so that a border is drawn once for both
 * sides: no gaps and no overlaps between neighbours at any zoom.
 *
 * The borders are one net: vertices, and arcs between the places where borders meet. At a zoom the net is
 * rounded to the grid by snap rounding (Hobby, "Practical segment intersection with finite precision output",
 * 1999: a border that passes through the square of another's vertex gets that vertex), what has become one
 * becomes one, and each arc of what is left is simplified once, ends in place. A piece of an arc may be left
 * out only when no vertex that stays lies between it and the line drawn instead, so nothing changes sides;
 * where one does, the arc is tried with half the tolerance, and so on down to none. The vertices of two
 * neighbours along their border are the same ones. A polygon thinner than the tolerance vanishes, and the
 * borders on both its sides have become one.
 *
 * What is joined: vertices not farther apart than one unit of the world (9 mm at the equator) on both axes;
 * a vertex within a unit of another polygon's side becomes a vertex of that side. What is not: gaps and
 * overlaps wider than that are in the data and stay, each side on its own; where polygons overlap, arcs in
 * the overlap may stay unsimplified, and a polygon that crosses itself after rounding is repaired alone.
 * Joining and checking have a budget, reached only by made-up data: what is beyond it is drawn unjoined and
 * unchecked.
 */
struct mm_coverage;
struct mm_level_source;

/*
 * Builds the net of the rows whose geometry has polygons; the others are no part of it. The source is
 * borrowed for the call only.
 *
 * MM_E_NOMEM
 * MM_E_LIMIT  2^30 vertices or more
 *
 * Cost: 0.4 s for a million vertices, and 150 bytes each while it works.
 */
MM_MUST_USE enum mm_code mm_coverage_new(const struct mm_level_source *s, struct mm_coverage **ret,
					 struct mm_err *reterr);
struct mm_coverage *mm_coverage_free(struct mm_coverage *); /* NULL allowed; returns NULL */

/* True when the row is part of the net. */
bool mm_coverage_has(const struct mm_coverage *c, uint32_t row);

/* The net at one zoom. */
struct mm_coverage_zoom;

/*
 * zoom  at most 15
 *
 * MM_E_NOMEM
 *
 * Cost: 0.4 s for a million vertices where all of them are apart, less below.
 * Threads: any number at once on one coverage. The coverage must outlive what is made from it.
 */
MM_MUST_USE enum mm_code mm_coverage_zoom_new(const struct mm_coverage *c, unsigned zoom,
					      struct mm_coverage_zoom **ret, struct mm_err *reterr);
struct mm_coverage_zoom *mm_coverage_zoom_free(struct mm_coverage_zoom *);

/*
 * Draws a row of the net into shape->geom, on the whole grid of the zoom (mm_shape_begin_whole); false when
 * nothing of it is left at this zoom, or memory ran out (shape->failed). Points on straight sides stay where
 * neighbours may have them.
 */
bool mm_coverage_draw(struct mm_coverage_zoom *z, uint32_t row, struct mm_shape *shape);

#endif
