#ifndef MM_STORE_RASTER_H
#define MM_STORE_RASTER_H

#include "base/err.h"
#include "geo/box.h"
#include "store/schema.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A layer that is a picture of the ground (`raster:` of a definition): what the definition says about it, and
 * what a look into its file has found. The pixels stay in the file; feed/raster.h reads them. Immutable,
 * counted. All pointers live as long as the reference.
 */
struct mm_raster;

/* Which file it is and how it is read. */
struct mm_raster_source {
	const char *file; /* the YAML file, for messages */
	unsigned line;    /* of `raster:` in it; 0 unknown */
	const char *path, *driver;
	const char *const *readable; /* real paths that reading it may take */
	size_t readable_count;
	const char *list_dir;
	uint64_t bytes, definition_hash;
	const char *crs; /* definition of its system, for mm_transform_get */
	double range[2]; /* values that are black and white; equal: bytes, as they are */
};

struct mm_raster_info {
	const char *id; /* [a-z0-9_-]{1,64} */
	struct mm_title title, description, owner;
	const char *license, *theme, *crs_code, *crs_name; /* crs_code "-": it has none */
	const char *stamp;           /* when its file changed last, RFC 3339; "" unknown */
	unsigned min_zoom, max_zoom; /* at which it is shown, 0..22 */
	unsigned tile_zoom;          /* of the most detailed tiles that tell more than those before */
	double opacity;              /* 0..1 */
	bool is_visible;             /* shown at first */
	bool is_opaque;              /* every pixel within its edges is drawn */
	uint32_t width_px, height_px;
	double resolution_m;   /* ground of a pixel in the middle */
	struct mm_box box_deg; /* lon/lat */
	uint64_t identity;     /* hash of file and definition: another picture, another number */
	struct mm_raster_source source;
};

/* Takes copies of all that `info` points to; NULL: out of memory. */
struct mm_raster *mm_raster_new(const struct mm_raster_info *info);
struct mm_raster *mm_raster_ref(struct mm_raster *r);
struct mm_raster *mm_raster_unref(struct mm_raster *r); /* NULL allowed; returns NULL */

const struct mm_raster_info *mm_raster_info(const struct mm_raster *r);

/* Pixels laid over a plane: the upper left corner of pixel (column, row) is at
 * x = place[0] + column * place[1] + row * place[2], y = place[3] + column * place[4] + row * place[5]. */
struct mm_raster_window {
	const char *crs; /* definition of the plane, for mm_transform_get; x east, y north */
	double place[6];
	uint32_t width_px, height_px; /* 1..MM_RASTER_SIDE_MAX_PX, MM_RASTER_PIXELS_MAX in all */
};

enum { MM_RASTER_SIDE_MAX_PX = 16384, MM_RASTER_PIXELS_MAX = 40000000 };

#endif
