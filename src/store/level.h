#ifndef MM_STORE_LEVEL_H
#define MM_STORE_LEVEL_H

#include "geo/rtree.h"

#include <stdint.h>

/*
 * A layer as it is drawn at one zoom, made once, while freezing: lines and polygons simplified to a quarter
 * of a pixel and rounded to the grid of the zoom (grid/stream.h), those smaller than a pixel gathered: one
 * for all that share a pixel, and up to zoom 12 fewer, so that their density still reads (dust.h); up to zoom
 * 12 lines that others cover left out where there is a crowd (crowd.h), up to zoom 10 lines of equal
 * attributes joined where one goes on in the other (stroke.h); below zoom 14 points thinned to one a quarter
 * of a pixel, from 10 down to one in two pixels. Items of other than dense levels stand in the order of their
 * rows; an item that stands for several rows has the most important of them.
 *
 * In a layer of polygons that share their borders these are drawn from their net (coverage.h), whatever their
 * size.
 *
 * A level of the clusters of some rows is made when it is asked for, and has no more (cluster_level.h).
 *
 * A dense level, which has most rows, has an item for each place (tile_row.h), without bytes where a row is
 * not drawn; its tree is the layer's own, with places for numbers.
 */
struct mm_level {
	unsigned zoom;
	uint32_t count;
	const uint32_t *place; /* of each item; NULL: the level is dense, item i is at place i */
	const uint32_t *start; /* of each item's bytes; one more than items */
	const unsigned char *bytes;
	struct mm_rtree tree;    /* numbers are items */
	const uint32_t *members; /* of each item: more than one is a cluster; NULL: there are none */
	const double *value;     /* `values` of each item, of its members together; NaN: none */
	unsigned values;
	const unsigned char *joined; /* a bit an item: a line of several rows, and larger than its own; NULL:
					there is none */
};

/* Zooms that can have a level are 0 to MM_LEVEL_TOP; which have one, a layer says. */
enum { MM_LEVEL_TOP = 16, MM_LEVEL_TOP_PLAIN = 14, MM_LEVEL_TOP_COVERAGE = 15 };

/* Points that share a quarter of a pixel are one from here down, dust and crowds are sparser than the map has
 * them (dust.h, crowd.h), and lines that go on in one another are one (stroke.h). */
enum { MM_LEVEL_TOP_POINTS = 13, MM_LEVEL_TOP_SPARSE = 12, MM_LEVEL_TOP_STROKES = 10 };

#endif
