#ifndef MM_GRID_STREAM_H
#define MM_GRID_STREAM_H

#include "base/buf.h"
#include "grid/grid_geom.h"
#include "grid/grid_points.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A geometry on the grid of a zoom as bytes: what it is, where it begins on the whole grid, and from there
 * the commands of MVT 2.1 (section 4.3.3), which are the same in every tile that holds all of it.
 */
struct mm_grid_stream {
	enum mm_grid_kind kind;
	bool is_dot;               /* stands for what is smaller than a pixel: `x`, `y` is its corner */
	uint32_t first_command;    /* MoveTo with its count */
	uint32_t x, y;             /* of the first point */
	const unsigned char *rest; /* the commands behind it */
	size_t rest_bytes;
};

/* Appends a geometry; coordinates of the whole grid, not negative. */
void mm_grid_stream_put(struct mm_buf *out, const struct mm_grid_geom *g);
void mm_grid_stream_put_dot(struct mm_buf *out, enum mm_grid_kind kind, uint32_t x, uint32_t y);

/* Looks into bytes that mm_grid_stream_verify has passed. */
void mm_grid_stream_open(const unsigned char *bytes, size_t n, struct mm_grid_stream *ret);

/* All points and runs, on the whole grid, in the room that is there. False: out of memory. */
bool mm_grid_stream_read(const struct mm_grid_stream *s, struct mm_grid_points *ret);

/* True when the bytes are a geometry whose points lie on a grid of 2^(zoom + 12) units a side and whose runs
 * are long enough for their kind: bytes from a file that nobody vouches for. */
bool mm_grid_stream_verify(const unsigned char *bytes, size_t n, unsigned zoom);

#endif
