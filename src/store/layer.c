#include "store/layer.h"

#include "base/hash.h"
#include "store/layer_private.h"
#include "store/schema_json.h"
#include "store/tile_row_format.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Opening: map, check the header, find the columns. */

enum { PIECE = 32 << 20 /* bytes that are looked at before they are let go */ };

const void *mm_layer_section(const struct mm_layer *l, enum mm_section s, size_t size, size_t *ret_count)
{
	*ret_count = l->head->section[s].bytes / size;
	return l->at[s];
}

static bool span_fits(const struct mm_layer *l, const struct mm_span *s)
{
	return s->offset % MM_FORMAT_ALIGN == 0 && s->offset >= MM_FORMAT_HEADER_BYTES &&
	       s->offset <= l->map_bytes && s->bytes <= l->map_bytes - s->offset;
}

/* An extent is of finite numbers, or the empty box. */
static bool is_extent(const struct mm_box *b)
{
	struct mm_box empty = mm_box_empty();

	return (b->min_x == empty.min_x && b->min_y == empty.min_y && b->max_x == empty.max_x &&
		b->max_y == empty.max_y) ||
	       (isfinite(b->min_x) && isfinite(b->min_y) && isfinite(b->max_x) && isfinite(b->max_y) &&
		b->min_x <= b->max_x && b->min_y <= b->max_y);
}

/* Text that may be shown as it is. */
static bool is_stamp(const char *text, size_t size)
{
	size_t n = strnlen(text, size);

	for (size_t i = 0; i < n; i++)
		if (text[i] < ' ' || text[i] > '~')
			return false;
	return n < size;
}

void mm_layer_let_go(const struct mm_layer *l)
{
	(void)madvise((void *)(uintptr_t)l->map, l->map_bytes, MADV_DONTNEED);
}

/* Of all behind the header; lets go of what it has read piece by piece, so that opening takes no more memory
 * for a large file than for a small one. 0: out of memory. */
static uint64_t checksum(const struct mm_layer *l)
{
	struct mm_hash_stream *hash = mm_hash_stream_new();

	for (size_t at = MM_FORMAT_HEADER_BYTES; hash && at < l->map_bytes; at += PIECE) {
		const size_t n = l->map_bytes - at < PIECE ? l->map_bytes - at : PIECE;

		mm_hash_stream_put(hash, l->map + at, n);
		(void)madvise((void *)(uintptr_t)(l->map + at), n, MADV_DONTNEED);
	}
	return mm_hash_stream_end(hash);
}

bool mm_layer_checksum_is_good(const struct mm_layer *l)
{
	return checksum(l) == l->head->checksum;
}

static bool header_is_good(struct mm_layer *l)
{
	const struct mm_format_header *h = l->head;
	struct mm_format_header copy = *h;

	if (memcmp(h->magic, MM_FORMAT_MAGIC, sizeof(h->magic)) != 0 || h->format != MM_FORMAT_VERSION ||
	    h->section_count != MM_SECTION_COUNT || h->file_bytes != l->map_bytes || h->geom_rows < h->rows ||
	    h->rows >= UINT32_MAX - 1)
		return false;
	copy.header_checksum = 0;
	if (mm_hash64(&copy, sizeof(copy), 0) != h->header_checksum ||
	    !is_stamp(h->stamp, sizeof(h->stamp)) || h->has_text_ids > 1 || h->is_points > 1 ||
	    !is_extent(&h->box_deg) || !is_extent(&h->box_crs))
		return false;
	for (size_t i = 0; i < MM_SECTION_COUNT; i++) {
		if (!span_fits(l, &h->section[i]))
			return false;
		l->at[i] = l->map + h->section[i].offset;
	}
	return true;
}

/* Points a column at its parts; false when they are not there in full. */
static bool find_column(const struct mm_layer *l, const struct mm_column_row *row, enum mm_type type,
			struct mm_layer_column *ret)
{
	bool is_text = type == MM_TYPE_TEXT || type == MM_TYPE_JSON;
	uint64_t rows = l->head->rows, width = is_text ? row->code_bytes : type == MM_TYPE_BOOL ? 1 : 8;
	const unsigned char *data;

	if (row->type != type || !span_fits(l, &row->nulls) || !span_fits(l, &row->data) ||
	    !span_fits(l, &row->offset) || !span_fits(l, &row->text) || row->data.bytes != rows * width ||
	    (row->nulls.bytes && row->nulls.bytes != (rows + 7) / 8))
		return false;
	if ((type == MM_TYPE_DATETIME && row->offset.bytes != rows * 2) ||
	    (is_text &&
	     (row->offset.bytes % 8 || row->offset.bytes < 8 || (width != 1 && width != 2 && width != 4))))
		return false;
	data = l->map + row->data.offset;
	*ret = (struct mm_layer_column){.type = type};
	ret->nulls = row->nulls.bytes ? l->map + row->nulls.offset : NULL;
	ret->booleans = data;
	ret->integers = (const int64_t *)(const void *)data;
	ret->reals = (const double *)(const void *)data;
	ret->codes = data;
	ret->code_bytes = row->code_bytes;
	ret->width = (uint32_t)width;
	ret->offsets_min = (const int16_t *)(const void *)(l->map + row->offset.offset);
	ret->starts = (const uint64_t *)(const void *)(l->map + row->offset.offset);
	ret->text = (const char *)l->map + row->text.offset;
	ret->text_count = is_text ? row->offset.bytes / 8 - 1 : 0;
	return !is_text || ret->starts[ret->text_count] == row->text.bytes;
}

static bool members_fit(const struct mm_layer *l, const struct mm_level_row *row)
{
	uint64_t values = mm_generalize_values(&l->schema.generalize);

	if (!span_fits(l, &row->members) || !span_fits(l, &row->value))
		return false;
	return row->members.bytes == 0 ? row->value.bytes == 0
				       : row->members.bytes == (uint64_t)row->count * 4 &&
					     row->value.bytes == row->count * values * sizeof(double);
}

static bool joined_fits(const struct mm_layer *l, const struct mm_level_row *row, uint32_t indexed)
{
	return span_fits(l, &row->joined) &&
	       (row->joined.bytes == 0 || row->joined.bytes == ((uint64_t)indexed + 7) / 8);
}

/* Points a level at its parts; false when they do not fit together. */
static bool find_level(struct mm_layer *l, const struct mm_level_row *row)
{
	bool is_dense = row->count == l->rtree.count && row->place.bytes == 0;
	uint32_t indexed = is_dense ? 0 : row->count;
	struct mm_level *v;

	if (row->zoom > MM_LEVEL_TOP || !span_fits(l, &row->place) || !span_fits(l, &row->start) ||
	    !span_fits(l, &row->bytes) || !span_fits(l, &row->tree_box) || !span_fits(l, &row->tree_index) ||
	    row->count > l->rtree.count || row->place.bytes != (uint64_t)indexed * 4 ||
	    row->start.bytes != ((uint64_t)row->count + 1) * 4 ||
	    row->tree_index.bytes != (uint64_t)indexed * 4 ||
	    row->tree_box.bytes != mm_rtree_box_count(indexed) * sizeof(struct mm_world_box) ||
	    !members_fit(l, row) || !joined_fits(l, row, indexed))
		return false;
	v = &l->level[row->zoom];
	if (v->start)
		return false; /* twice */
	*v = (struct mm_level){
	    .zoom = row->zoom,
	    .count = row->count,
	    .start = (const uint32_t *)(const void *)(l->map + row->start.offset),
	    .bytes = l->map + row->bytes.offset,
	    .tree = mm_layer_places(l),
	};
	if (row->members.bytes) {
		v->members = (const uint32_t *)(const void *)(l->map + row->members.offset);
		v->value = (const double *)(const void *)(l->map + row->value.offset);
		v->values = mm_generalize_values(&l->schema.generalize);
	}
	if (row->joined.bytes)
		v->joined = l->map + row->joined.offset;
	if (is_dense) { /* its items are read by places, too, behind what mm_layer_places has fetched */
		v->tree.beside[MM_RTREE_BESIDE - 1] = v->start;
	} else {
		v->place = (const uint32_t *)(const void *)(l->map + row->place.offset);
		v->tree = (struct mm_rtree){
		    .box = (const struct mm_world_box *)(const void *)(l->map + row->tree_box.offset),
		    .index = (const uint32_t *)(const void *)(l->map + row->tree_index.offset),
		    .count = row->count};
	}
	return v->start[v->count] == row->bytes.bytes;
}

static bool find_levels(struct mm_layer *l)
{
	size_t n, rows;
	const struct mm_level_row *row = mm_layer_section(l, MM_SECTION_LEVEL, sizeof(*row), &n);

	(void)mm_layer_section(l, MM_SECTION_IMPORTANCE, sizeof(uint16_t), &rows);
	if (rows != l->head->rows)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!find_level(l, &row[i]))
			return false;
	return true;
}

static enum mm_code find_parts(struct mm_layer *l, struct mm_err *reterr)
{
	size_t n, rows;
	const char *json = mm_layer_section(l, MM_SECTION_SCHEMA, 1, &n);
	const struct mm_column_row *row = mm_layer_section(l, MM_SECTION_COLUMN, sizeof(*row), &rows);
	enum mm_code rc = mm_schema_parse_json(json, n, &l->mem, &l->schema, reterr);

	if (rc)
		return rc;
	l->column = mm_arena_array(&l->mem, rows ? rows : 1, sizeof(*l->column));
	if (!l->column)
		return mm_fail_nomem(reterr);
	if (rows != l->schema.field_count || l->schema.has_text_ids != (l->head->has_text_ids != 0))
		return mm_fail(reterr, MM_E_DATA, "schema", "the snapshot's columns do not fit its schema");
	for (size_t i = 0; i < rows; i++)
		if (!find_column(l, &row[i], l->schema.field[i].type, &l->column[i]))
			return mm_fail(reterr, MM_E_DATA, l->schema.field[i].name,
				       "the snapshot's column is damaged");
	l->rtree.box = mm_layer_section(l, MM_SECTION_TREE_BOX, sizeof(*l->rtree.box), &n);
	l->rtree.index = mm_layer_section(l, MM_SECTION_TREE_INDEX, sizeof(*l->rtree.index), &rows);
	l->rtree.count = (uint32_t)rows;
	if (rows > l->head->rows || n != mm_rtree_box_count(l->rtree.count))
		return mm_fail(reterr, MM_E_DATA, "index", "the snapshot's index is damaged");
	if (!find_levels(l))
		return mm_fail(reterr, MM_E_DATA, "levels", "the snapshot's levels are damaged");
	return MM_OK;
}

/* Whether the tile rows are there, by their sizes. */
static bool find_tile_rows(const struct mm_layer *l)
{
	size_t starts, units, values;
	const uint32_t *start = mm_layer_section(l, MM_SECTION_TILE_START, sizeof(*start), &starts);

	(void)mm_layer_section(l, MM_SECTION_TILE_ROW, MM_TILE_ROW_UNIT, &units);
	(void)mm_layer_section(l, MM_SECTION_TILE_VALUE, sizeof(struct mm_tile_value_row), &values);
	return starts == (size_t)l->rtree.count + 1 && start[l->rtree.count] == units && values < UINT32_MAX;
}

/* `fd` is the layer's, also on failure. */
static enum mm_code map_file(const char *path, int fd, struct mm_layer *l, struct mm_err *reterr)
{
	struct stat st;
	void *p;

	l->fd = fd;
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size < MM_FORMAT_HEADER_BYTES)
		return mm_fail(reterr, MM_E_DATA, path, "is not a snapshot");
	p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED)
		return mm_fail(reterr, MM_E_IO, path, "cannot be mapped: %s", strerror(errno));
	l->map = p;
	l->map_bytes = (size_t)st.st_size;
	l->head = p;
	return MM_OK;
}

static enum mm_code open_fd(const char *path, int fd, bool check_all, struct mm_layer **ret,
			    struct mm_err *reterr)
{
	struct mm_layer *l = calloc(1, sizeof(*l));
	enum mm_code rc;

	if (!l) {
		(void)close(fd);
		return mm_fail_nomem(reterr);
	}
	atomic_init(&l->refs, 1);
	mm_arena_init(&l->mem, 256u << 20);
	rc = map_file(path, fd, l, reterr);
	if (!rc && !mm_layer_labels_init(l))
		rc = mm_fail_nomem(reterr);
	if (!rc && !header_is_good(l))
		rc = mm_fail(reterr, MM_E_DATA, path, "is not a snapshot of this version, or is damaged");
	if (!rc)
		rc = find_parts(l, reterr);
	if (!rc && !find_tile_rows(l))
		rc = mm_fail(reterr, MM_E_DATA, path, "the snapshot's tile rows are damaged");
	if (!rc && check_all && !mm_layer_verify(l))
		rc = mm_fail(reterr, MM_E_DATA, path, "the snapshot is damaged");
	if (rc) {
		(void)mm_layer_unref(l);
		return rc;
	}
	*ret = l;
	return MM_OK;
}

static enum mm_code open_layer(const char *path, bool check_all, struct mm_layer **ret, struct mm_err *reterr)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a pipe in its place must not hold us up */

	if (fd < 0)
		return mm_fail(reterr, errno == ENOENT ? MM_E_NOT_FOUND : MM_E_IO, path,
			       "cannot be opened: %s", strerror(errno));
	return open_fd(path, fd, check_all, ret, reterr);
}

enum mm_code mm_layer_open_fd(int fd, struct mm_layer **ret, struct mm_err *reterr)
{
	return open_fd("snapshot", fd, false, ret, reterr);
}

int mm_layer_fd(const struct mm_layer *l)
{
	return l->fd;
}

int64_t mm_layer_made_ms(const struct mm_layer *l)
{
	struct stat st;

	return fstat(l->fd, &st) == 0 ? st.st_mtim.tv_sec * (int64_t)1000 + st.st_mtim.tv_nsec / 1000000 : 0;
}

enum mm_code mm_layer_open(const char *path, struct mm_layer **ret, struct mm_err *reterr)
{
	return open_layer(path, true, ret, reterr);
}

enum mm_code mm_layer_open_quick(const char *path, struct mm_layer **ret, struct mm_err *reterr)
{
	return open_layer(path, false, ret, reterr);
}

struct mm_layer *mm_layer_ref(struct mm_layer *l)
{
	(void)atomic_fetch_add_explicit(&l->refs, 1, memory_order_relaxed);
	return l;
}

struct mm_layer *mm_layer_unref(struct mm_layer *l)
{
	if (!l || atomic_fetch_sub_explicit(&l->refs, 1, memory_order_acq_rel) != 1)
		return NULL;
	mm_layer_labels_release(l);
	if (l->map)
		(void)munmap((void *)(uintptr_t)l->map, l->map_bytes);
	(void)close(l->fd);
	mm_arena_release(&l->mem);
	free(l);
	return NULL;
}

const struct mm_schema *mm_layer_schema(const struct mm_layer *l)
{
	return &l->schema;
}

uint32_t mm_layer_count(const struct mm_layer *l)
{
	return l->head->rows;
}

uint64_t mm_layer_version(const struct mm_layer *l)
{
	return l->head->version;
}

uint64_t mm_layer_identity(const struct mm_layer *l)
{
	return l->head->identity;
}

size_t mm_layer_bytes(const struct mm_layer *l)
{
	return l->map_bytes;
}

const char *mm_layer_source_stamp(const struct mm_layer *l)
{
	return l->head->stamp;
}

struct mm_box mm_layer_box_deg(const struct mm_layer *l)
{
	return l->head->box_deg;
}

struct mm_box mm_layer_box_crs(const struct mm_layer *l)
{
	return l->head->box_crs;
}

unsigned mm_layer_geom_types(const struct mm_layer *l)
{
	return l->head->geom_types;
}

struct mm_rtree mm_layer_places(const struct mm_layer *l)
{
	return (struct mm_rtree){.box = l->rtree.box,
				 .count = l->rtree.count,
				 .beside = {l->rtree.index, l->at[MM_SECTION_TILE_START]}};
}

const struct mm_rtree *mm_layer_rtree(const struct mm_layer *l)
{
	return &l->rtree;
}
