#include "base/hash.h"
#include "store/build_private.h"
#include "store/freeze_private.h"
#include "store/schema_json.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The snapshot file, section by section. */

/* One byte a row to one bit a row. */
static struct mm_span put_nulls(struct mm_out_file *o, const struct mm_build_column *c, uint32_t rows)
{
	size_t n = ((size_t)rows + 7) / 8;
	uint8_t *bits;
	struct mm_span span;

	if (!c->has_nulls)
		return mm_out_file_span(o, NULL, 0);
	bits = calloc(n ? n : 1, 1);
	if (!bits) {
		mm_out_file_fail(o, ENOMEM);
		return (struct mm_span){0};
	}
	for (uint32_t row = 0; row < rows; row++)
		bits[row / 8] |= (uint8_t)(c->nulls[row] << (row % 8));
	span = mm_out_file_span(o, bits, n);
	free(bits);
	return span;
}

/* Codes as narrow as the number of texts allows; *width 1, 2 or 4. */
static struct mm_span put_codes(struct mm_out_file *o, const struct mm_build_column *c, uint32_t rows,
				uint32_t *width)
{
	const uint32_t *code = (const uint32_t *)(const void *)c->data.data;
	struct mm_span span;
	uint8_t *narrow;

	*width = c->word_count <= UINT8_MAX + 1 ? 1 : c->word_count <= UINT16_MAX + 1 ? 2 : 4;
	if (*width == 4)
		return mm_out_file_buf(o, &c->data);
	narrow = calloc((size_t)rows + 1, *width);
	if (!narrow) {
		mm_out_file_fail(o, ENOMEM);
		return (struct mm_span){0};
	}
	for (uint32_t row = 0; row < rows; row++)
		memcpy(narrow + (size_t)row * *width, &code[row], *width); /* little-endian */
	span = mm_out_file_span(o, narrow, (size_t)rows * *width);
	free(narrow);
	return span;
}

static void put_columns(struct mm_out_file *o, const struct mm_layer_build *b, struct mm_format_header *h)
{
	size_t count = b->schema.field_count;
	struct mm_column_row *row = calloc(count ? count : 1, sizeof(*row));

	if (!row) {
		mm_out_file_fail(o, ENOMEM);
		return;
	}
	for (size_t i = 0; i < count; i++) {
		const struct mm_build_column *c = &b->column[i];

		row[i].type = b->schema.field[i].type;
		row[i].nulls = put_nulls(o, c, b->rows);
		row[i].data =
		    c->words ? put_codes(o, c, b->rows, &row[i].code_bytes) : mm_out_file_buf(o, &c->data);
		row[i].offset = mm_out_file_buf(o, &c->offset);
		row[i].text = mm_out_file_buf(o, &c->text);
	}
	h->section[MM_SECTION_COLUMN] = mm_out_file_span(o, row, count * sizeof(*row));
	free(row);
}

static int by_int_id(const void *a, const void *b, void *ids)
{
	const int64_t *id = ids;
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return id[x] != id[y] ? (id[x] > id[y]) - (id[x] < id[y]) : (x > y) - (x < y);
}

static int by_text_id(const void *a, const void *b, void *builder)
{
	const struct mm_layer_build *l = builder;
	const uint64_t *start = (const uint64_t *)(const void *)l->id_start.data;
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	size_t nx = start[x + 1] - start[x], ny = start[y + 1] - start[y];
	int c = memcmp(l->id_text.data + start[x], l->id_text.data + start[y], nx < ny ? nx : ny);

	return c ? c : (nx > ny) - (nx < ny);
}

static bool ints_ascend(const struct mm_layer_build *b)
{
	const int64_t *id = (const int64_t *)(const void *)b->id_int.data;

	for (uint32_t row = 1; row < b->rows; row++)
		if (id[row] <= id[row - 1])
			return false;
	return true;
}

static void put_ids(struct mm_out_file *o, struct mm_layer_build *b, struct mm_format_header *h)
{
	const bool sorted = !b->has_text_ids && ints_ascend(b);
	const uint32_t count = sorted ? 0 : b->rows;
	uint32_t *order = calloc((size_t)count + 1, sizeof(*order));

	if (!order) {
		mm_out_file_fail(o, ENOMEM);
		return;
	}
	for (uint32_t row = 0; row < count; row++)
		order[row] = row;
	if (b->has_text_ids)
		qsort_r(order, count, sizeof(*order), by_text_id, b);
	else
		qsort_r(order, count, sizeof(*order), by_int_id, b->id_int.data);
	h->section[MM_SECTION_ID_INT] =
	    mm_out_file_span(o, b->id_int.data, b->has_text_ids ? 0 : b->id_int.len);
	h->section[MM_SECTION_ID_START] = mm_out_file_buf(o, &b->id_start);
	h->section[MM_SECTION_ID_TEXT] = mm_out_file_buf(o, &b->id_text);
	h->section[MM_SECTION_ID_ORDER] = mm_out_file_span(o, order, count * sizeof(*order));
	free(order);
	mm_buf_release(&b->id_start);
	mm_buf_release(&b->id_text);
	b->ids = mm_map_free(b->ids);
}

static void put_schema(struct mm_out_file *o, struct mm_layer_build *b, struct mm_format_header *h)
{
	struct mm_buf json;

	mm_buf_init(&json, 64u << 20);
	b->schema.has_text_ids = b->has_text_ids;
	mm_schema_put_json(&b->schema, &json);
	if (json.failed)
		mm_out_file_fail(o, ENOMEM);
	h->section[MM_SECTION_SCHEMA] = mm_out_file_buf(o, &json);
	mm_buf_release(&json);
}

static void fill_header(const struct mm_layer_build *b, const struct mm_frozen *f, struct mm_format_header *h)
{
	memcpy(h->magic, MM_FORMAT_MAGIC, sizeof(h->magic));
	h->format = MM_FORMAT_VERSION;
	h->section_count = MM_SECTION_COUNT;
	h->rows = b->rows;
	h->geom_rows = f->geom_rows;
	h->has_text_ids = b->has_text_ids;
	h->box_deg = f->placed.box_deg;
	h->box_crs = f->placed.box_crs;
	h->geom_types = f->placed.geom_types;
	h->is_points = !(h->geom_types & ~(1u << MM_GEOM_NULL | 1u << MM_GEOM_POINT));
	for (int k = 0; k < MM_QUALITY_KIND_COUNT; k++)
		h->quality[k] = b->quality[k];
}

/* Takes the checksum of all that was written after the header, and writes the header; the same bytes give the
 * same version. Nothing waits for the disk: a file that a power cut tore fails its checksum and is made anew.
 */
static void seal(struct mm_out_file *o, struct mm_format_header *h)
{
	h->file_bytes = o->at;
	h->checksum = mm_out_file_checksum(o);
	h->version = h->checksum;
	h->header_checksum = 0;
	h->header_checksum = mm_hash64(h, sizeof(*h), 0);
	if (!o->error && (pwrite(o->fd, h, sizeof(*h), 0) != (ssize_t)sizeof(*h)))
		mm_out_file_fail(o, errno);
}

static void begin_sections(struct mm_freeze_file *w)
{
	w->header.section[MM_SECTION_XY] = (struct mm_span){.offset = MM_FORMAT_HEADER_BYTES};
}

enum mm_code mm_freeze_file_begin(struct mm_freeze_file *w, const char *path, struct mm_err *reterr)
{
	const int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	if (fd < 0)
		return mm_fail(reterr, MM_E_IO, path, "cannot be written: %s", strerror(errno));
	*w = (struct mm_freeze_file){.path = path};
	mm_out_file_begin(&w->out, fd, MM_FORMAT_HEADER_BYTES); /* the checksum is of all behind it */
	begin_sections(w);
	return MM_OK;
}

void mm_freeze_file_xy(struct mm_freeze_file *w, const void *xy, size_t n)
{
	mm_out_file_put(&w->out, xy, n);
	w->header.section[MM_SECTION_XY].bytes += n;
}

void mm_freeze_file_clear_xy(struct mm_freeze_file *w)
{
	mm_out_file_restart(&w->out, MM_FORMAT_HEADER_BYTES);
	begin_sections(w);
}

enum mm_code mm_freeze_file_fail(const struct mm_freeze_file *w, struct mm_err *reterr)
{
	return mm_fail(reterr, w->out.error == ENOMEM ? MM_E_NOMEM : MM_E_IO, w->path,
		       "cannot be written: %s", strerror(w->out.error));
}

void mm_freeze_file_drop(struct mm_freeze_file *w)
{
	mm_out_file_end(&w->out);
}

void mm_freeze_file_rows(struct mm_freeze_file *w, struct mm_layer_build *b, const struct mm_frozen *f)
{
	fill_header(b, f, &w->header);
	if (w->header.is_points)
		mm_freeze_spread_xy(w, b);
	put_schema(&w->out, b, &w->header);
	put_ids(&w->out, b, &w->header);
	put_columns(&w->out, b, &w->header);
	mm_freeze_put_geometry(w, b, f);
	w->header.section[MM_SECTION_NOTE] = mm_out_file_buf(&w->out, &b->note);
	w->header.section[MM_SECTION_NOTE_TEXT] = mm_out_file_buf(&w->out, &b->note_text);
}

void mm_freeze_file_index(struct mm_freeze_file *w, struct mm_frozen *f)
{
	mm_freeze_put_index(&w->out, f, &w->header);
	free(f->tree_box);
	f->tree_box = NULL;
}

enum mm_code mm_freeze_file_end(struct mm_freeze_file *w, struct mm_frozen *f, uint64_t identity,
				const char *stamp, struct mm_err *reterr)
{
	w->header.identity = identity;
	strncpy(w->header.stamp, stamp, sizeof(w->header.stamp) - 1);
	mm_freeze_put_levels(&w->out, f, w->header.rows, &w->header);
	seal(&w->out, &w->header);
	mm_freeze_file_drop(w);
	return w->out.error ? mm_freeze_file_fail(w, reterr) : MM_OK;
}
