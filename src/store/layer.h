#ifndef MM_STORE_LAYER_H
#define MM_STORE_LAYER_H

#include "base/err.h"
#include "geo/box.h"
#include "geo/geom.h"
#include "geo/mercator.h"
#include "geo/rtree.h"
#include "store/column.h"
#include "store/level.h"
#include "store/schema.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A frozen layer: one mapped, read-only file (format.h), counted. Rows are numbered from 0 in source order.
 * All reads are safe on any number of threads and take no lock; all pointers live as long as the reference.
 */
struct mm_layer;
struct mm_topo;

/*
 * Maps a snapshot and verifies it as untrusted input: magic, format version, checksum, bounds of every
 * section, monotone offsets, ids in order and each there once, index within range; and that readers may pass
 * on what they find: text is UTF-8, JSON is JSON, dates are dates, coordinates are finite, parts fit their
 * type.
 *
 * MM_E_NOT_FOUND  no such file
 * MM_E_DATA       not a snapshot, another format version, or damaged: make it again
 *
 * Cost: 0.05 s for a million polygons (240 MB in the page cache); 0.25 s more for a million text ids in no
 * order, 0.8 s for a million different JSON texts.
 */
MM_MUST_USE enum mm_code mm_layer_open(const char *path, struct mm_layer **ret, struct mm_err *reterr);

/*
 * The same without reading the whole file: only the header, its checksum, that sections lie inside, and the
 * schema. For a file that this program has verified and then renamed into its own cache: the child that made
 * it cannot write there, and whoever else can write there can do worse. A disk that lost bytes since then
 * goes unseen: getters may then read outside the mapping. So use it only where the file was synced before its
 * renaming, as freezing does.
 *
 * Cost: 0.02 ms, whatever the number of rows.
 */
MM_MUST_USE enum mm_code mm_layer_open_quick(const char *path, struct mm_layer **ret, struct mm_err *reterr);

/* The same from a descriptor of such a file, which the layer takes over, also on failure: for a child that is
 * handed one. */
MM_MUST_USE enum mm_code mm_layer_open_fd(int fd, struct mm_layer **ret, struct mm_err *reterr);

/* The layer's own descriptor of its file, which may have lost its name since: to be handed to a child. */
int mm_layer_fd(const struct mm_layer *l);

struct mm_layer *mm_layer_ref(struct mm_layer *l);
struct mm_layer *mm_layer_unref(struct mm_layer *l); /* NULL allowed; returns NULL */

const struct mm_schema *mm_layer_schema(const struct mm_layer *l);
uint32_t mm_layer_count(const struct mm_layer *l);
uint64_t mm_layer_version(const struct mm_layer *l); /* hash of the content: the same data, the same number */
uint64_t mm_layer_identity(const struct mm_layer *l); /* hash of source and definition it was made from */
size_t mm_layer_bytes(const struct mm_layer *l);      /* of the mapped file */

/* Takes the file's pages out of this process's memory, for whoever has read much that is not read again soon.
 * They stay in the page cache and come back when they are read: some 10 ms for 300 MB. */
void mm_layer_let_go(const struct mm_layer *l);

const char *
mm_layer_source_stamp(const struct mm_layer *l); /* RFC 3339 time of the source's last change, "" unknown */

/* When this snapshot was written, UTC milliseconds: after all the changes of its source that are in it. 0:
 * not known. Cost: a system call. */
int64_t mm_layer_made_ms(const struct mm_layer *l);

/* Extent of all features. Empty when there is none with a geometry. */
struct mm_box mm_layer_box_deg(const struct mm_layer *l); /* lon, lat */
struct mm_box mm_layer_box_crs(const struct mm_layer *l); /* source CRS */

/* Bit set of 1u << enum mm_geom_type of the types that occur. */
unsigned mm_layer_geom_types(const struct mm_layer *l);

/* Ids. Integer layers: mm_layer_id_int; text layers: mm_layer_id_text (not NUL-terminated). */
int64_t mm_layer_id_int(const struct mm_layer *l, uint32_t row);
const char *mm_layer_id_text(const struct mm_layer *l, uint32_t row, size_t *ret_len);

/* Writes the id as text for URLs and JSON; returns the length, as snprintf. */
size_t mm_layer_id_format(const struct mm_layer *l, uint32_t row, char *ret, size_t size);

/* Row of an id given as text; UINT32_MAX when there is none. Cost: O(log n). */
uint32_t mm_layer_find_id(const struct mm_layer *l, const char *text, size_t n);

/* One value. */
struct mm_value {
	enum mm_type type;
	bool is_null;
	bool boolean;
	int64_t integer; /* INT, DATE, TIME, DATETIME */
	double real;
	int offset_min;   /* DATETIME: minutes east, MM_CLOCK_NO_ZONE when the source states none */
	const char *text; /* TEXT, JSON: not NUL-terminated */
	size_t text_len;
};
void mm_layer_value(const struct mm_layer *l, uint32_t row, size_t field, struct mm_value *ret);

const struct mm_layer_column *mm_layer_column(const struct mm_layer *l, size_t field);

/* Code of a text value in the column's dictionary (equal texts have equal codes), for joins and filters
 * without comparing bytes. UINT32_MAX for null. Only TEXT and JSON. */
uint32_t mm_layer_text_code(const struct mm_layer *l, uint32_t row, size_t field);
size_t mm_layer_text_count(const struct mm_layer *l, size_t field);
const char *mm_layer_text(const struct mm_layer *l, size_t field, uint32_t code, size_t *ret_len);

/* Exact geometry in the source CRS: what the source had. */
void mm_layer_geom(const struct mm_layer *l, uint32_t row, struct mm_geom *ret);

/* Valid geometry for GEOS: the repaired copy where there is one, else the same as mm_layer_geom. */
void mm_layer_geom_valid(const struct mm_layer *l, uint32_t row, struct mm_geom *ret);

/* Geometry for tiles: the repaired copy where there is one. */
void mm_layer_geom_world(const struct mm_layer *l, uint32_t row, struct mm_world_geom *ret);

/* Has memory fetch the tables of a row: of its geometry, id and values. */
void mm_layer_prefetch(const struct mm_layer *l, uint32_t row);

/* The same of what mm_layer_geom_valid gives, and its vertices. */
void mm_layer_prefetch_geom(const struct mm_layer *l, uint32_t row);
void mm_layer_prefetch_xy(const struct mm_layer *l, uint32_t row);

/* Box of a row on the world square; false for NULL and EMPTY. */
bool mm_layer_box_world(const struct mm_layer *l, uint32_t row, struct mm_world_box *ret);

/* Index over rows that have a geometry; item numbers are rows. */
const struct mm_rtree *mm_layer_rtree(const struct mm_layer *l);

/* The same index with places for numbers (tile_row.h): row `index[i]` of the above is at place i. */
struct mm_rtree mm_layer_places(const struct mm_layer *l);

/* The layer as it is drawn at a zoom; NULL where it has no level and rows are drawn themselves: above zoom
 * 12, of a coverage 15, and outside the layer's zooms. */
const struct mm_level *mm_layer_level(const struct mm_layer *l, unsigned zoom);

/*
 * The place of a row's label (geo/topo.h), made when it is first asked for and remembered as long as the
 * layer: 8 bytes a row. `topo` is the caller's.
 *
 * MM_E_NOT_FOUND  the row has no polygon with an area, and no line
 * MM_E_NOMEM
 */
MM_MUST_USE enum mm_code mm_layer_label_point(const struct mm_layer *l, uint32_t row, struct mm_topo *topo,
					      struct mm_world *ret);

/* Behind the id of a layer: the name of its labels, in tiles and styles. */
#define MM_LABEL_SUFFIX "_label"

/* True when rows of the layer may have polygons, and so labels. */
bool mm_layer_has_polygons(const struct mm_layer *l);

/* What of a layer stays longest when a tile is too full: the larger, the longer. */
uint16_t mm_layer_importance(const struct mm_layer *l, uint32_t row);

/* What was repaired, changed or left out while freezing. */
enum mm_quality_kind {
	MM_QUALITY_REPAIRED, /* polygon was not valid; note says why and where */
	MM_QUALITY_NULL_GEOMETRY,
	MM_QUALITY_EMPTY_GEOMETRY,
	MM_QUALITY_DUPLICATE_ID, /* the later ones got "~2", "~3" ... */
	MM_QUALITY_NOT_FINITE,   /* NaN or infinite coordinate: geometry left out, row kept */
	MM_QUALITY_OUTSIDE,      /* geometry outside the world of its CRS: left out of tiles and index */
	MM_QUALITY_ZERO_AREA,    /* polygon without area */
	MM_QUALITY_NULL_ISLAND,  /* a point at 0, 0 */
	MM_QUALITY_BAD_TEXT,     /* bytes that are not text in the encoding; replaced */
	MM_QUALITY_BAD_VALUE,    /* a value that does not fit the field's type; null instead */
	MM_QUALITY_CURVE,        /* curve made into line segments */
	MM_QUALITY_NO_ID,        /* null id: the feature number was taken */
	MM_QUALITY_SKIPPED,      /* feature the driver could not read */
	MM_QUALITY_OFF_MAP,      /* a point beyond the Web Mercator square: left out of its tiles */
	MM_QUALITY_OF_NO_USE,    /* a key of the definition that no geometry answers to */
	MM_QUALITY_KIND_COUNT
};
const char *mm_quality_name(enum mm_quality_kind k); /* "repaired", "null-geometry" ... */

struct mm_quality {
	enum mm_quality_kind kind;
	uint32_t row;     /* UINT32_MAX: not of one row */
	const char *note; /* UTF-8, NUL-terminated, "" when there is nothing to say */
};
size_t mm_layer_quality_count(const struct mm_layer *l, enum mm_quality_kind kind); /* exact, all of them */
size_t mm_layer_quality_kept(const struct mm_layer *l); /* notes kept in the file: at most 1 000 a kind */
void mm_layer_quality(const struct mm_layer *l, size_t i, struct mm_quality *ret);

#endif
