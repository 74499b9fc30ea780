#include "archive/reader.h"

#include "archive/gzip.h"
#include "archive/mbtiles_pool.h"
#include "archive/mvt_layers.h"
#include "archive/pmtiles_reader.h"
#include "archive/tile_number.h"
#include "base/num.h"
#include "base/text.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { MEM_MAX = 32 << 20, TILE_MAX = 32 << 20 };

struct mm_archive_reader {
	struct mm_pmtiles_reader *pmtiles; /* one of these */
	struct mm_mbtiles_pool *mbtiles;
	struct mm_arena mem; /* of `about` */
	struct mm_archive_about about;
};

struct mm_archive_reader *mm_archive_reader_free(struct mm_archive_reader *r)
{
	if (!r)
		return NULL;
	(void)mm_pmtiles_reader_free(r->pmtiles);
	(void)mm_mbtiles_pool_free(r->mbtiles);
	mm_arena_release(&r->mem);
	free(r);
	return NULL;
}

const struct mm_archive_about *mm_archive_reader_about(const struct mm_archive_reader *r)
{
	return &r->about;
}

enum mm_code mm_archive_unpack(const struct mm_buf *stored, struct mm_buf *out, struct mm_err *reterr)
{
	if (mm_is_gzip(stored->data, stored->len))
		return mm_gunzip(stored->data, stored->len, out, reterr);
	if (stored->len > out->max - out->len)
		return mm_fail(reterr, MM_E_LIMIT, "", "a tile of %zu bytes is too large", stored->len);
	mm_buf_put(out, stored->data, stored->len);
	return out->failed ? mm_fail_nomem(reterr) : MM_OK;
}

static enum mm_code written_to(struct mm_err *reterr)
{
	return mm_fail(reterr, MM_E_BUSY, "",
		       "the archive has been written to: it is opened again when it is whole");
}

static enum mm_code pmtiles_tile(const struct mm_archive_reader *r, uint64_t number, struct mm_buf *out,
				 struct mm_err *reterr)
{
	struct mm_err err = {0};
	enum mm_code rc = mm_pmtiles_reader_tile(r->pmtiles, number, out, &err);

	/* what was read under the writer's hands means nothing, the absence of a tile neither */
	if (!mm_pmtiles_reader_is_unchanged(r->pmtiles))
		return written_to(reterr);
	return rc ? mm_fail(reterr, rc, err.where, "%s", err.msg) : MM_OK;
}

static enum mm_code mbtiles_tile(const struct mm_archive_reader *r, uint64_t number, struct mm_buf *out,
				 struct mm_err *reterr)
{
	struct mm_mbtiles_reader *reader = NULL;
	struct mm_err err = {0};
	enum mm_code rc = mm_mbtiles_pool_take(r->mbtiles, &reader, &err);

	if (!rc)
		rc = mm_mbtiles_reader_tile(reader, number, out, &err);
	mm_mbtiles_pool_give(r->mbtiles, reader);
	/* what SQLite wrote is there or not, what was copied over the file is neither */
	if (rc && !mm_mbtiles_pool_is_unchanged(r->mbtiles))
		return written_to(reterr);
	return rc ? mm_fail(reterr, rc, err.where, "%s", err.msg) : MM_OK;
}

bool mm_archive_reader_is_whole(const struct mm_archive_reader *r)
{
	return !r->pmtiles || mm_pmtiles_reader_is_unchanged(r->pmtiles);
}

enum mm_code mm_archive_reader_tile(struct mm_archive_reader *r, uint64_t number, struct mm_buf *out,
				    struct mm_err *reterr)
{
	return r->pmtiles ? pmtiles_tile(r, number, out, reterr) : mbtiles_tile(r, number, out, reterr);
}

/* ---- what kind of tiles ---- */

static enum mm_code no_vector_tiles(const char *what, struct mm_err *reterr)
{
	return mm_fail(reterr, MM_E_DATA, "",
		       "its tiles are %s: only archives of vector tiles (MVT, MLT) are served here", what);
}

/* PMTiles specification v3, clauses 3.3 and 3.4. */
static enum mm_code pmtiles_kind(const struct mm_pmtiles_header *h, enum mm_archive_encoding *ret,
				 struct mm_err *reterr)
{
	static const char *const pictures[] = {"of no known kind", "",
					       "pictures (PNG)",   "pictures (JPEG)",
					       "pictures (WebP)",  "pictures (AVIF)"};

	if (h->tile_packing == MM_PMTILES_BROTLI || h->tile_packing == MM_PMTILES_ZSTD)
		return mm_fail(reterr, MM_E_DATA, "", "its tiles are packed with %s: convert them to gzip",
			       h->tile_packing == MM_PMTILES_ZSTD ? "zstd" : "brotli");
	if (h->tile_packing > MM_PMTILES_ZSTD)
		return mm_fail(reterr, MM_E_DATA, "",
			       "its tiles are packed in a way (%u) that is not known: convert them to gzip",
			       h->tile_packing);
	if (h->tile_type != MM_PMTILES_TYPE_MVT && h->tile_type != MM_PMTILES_TYPE_MLT)
		return no_vector_tiles(h->tile_type < sizeof(pictures) / sizeof(pictures[0])
					   ? pictures[h->tile_type]
					   : pictures[0],
				       reterr);
	*ret = h->tile_type == MM_PMTILES_TYPE_MLT ? MM_ARCHIVE_MLT : MM_ARCHIVE_MVT;
	return MM_OK;
}

static enum mm_code mbtiles_kind(const struct mm_buf *format, enum mm_archive_encoding *ret,
				 struct mm_err *reterr)
{
	static const struct {
		const char *name;
		enum mm_archive_encoding encoding;
	} rows[] = {{"pbf", MM_ARCHIVE_MVT},
		    {"mvt", MM_ARCHIVE_MVT},
		    {"application/vnd.mapbox-vector-tile", MM_ARCHIVE_MVT},
		    {"mlt", MM_ARCHIVE_MLT},
		    {"application/vnd.maplibre-tile", MM_ARCHIVE_MLT}};
	char what[80] = "of no known format";

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (format->len == strlen(rows[i].name) &&
		    memcmp(format->data, rows[i].name, format->len) == 0) {
			*ret = rows[i].encoding;
			return MM_OK;
		}
	if (format->len && mm_text_utf8_valid((const char *)format->data, format->len) == format->len)
		(void)snprintf(what, sizeof(what), "of format \"%.*s\"",
			       (int)(format->len < 20 ? format->len : 20), (const char *)format->data);
	return no_vector_tiles(what, reterr);
}

/* Whether one tile is what the archive says; layers that metadata do not tell of are taken from it. */
static enum mm_code look_at_tile(struct mm_archive_reader *r, uint64_t number, struct mm_err *reterr)
{
	struct mm_mvt_name *name = calloc(MM_MVT_LAYERS_MAX, sizeof(*name));
	struct mm_buf stored, tile;
	size_t count = 0;
	enum mm_code rc;

	mm_buf_init(&stored, TILE_MAX);
	mm_buf_init(&tile, TILE_MAX);
	rc = name ? mm_archive_reader_tile(r, number, &stored, reterr) : mm_fail_nomem(reterr);
	if (!rc)
		rc = mm_archive_unpack(&stored, &tile, reterr);
	if (!rc && r->about.encoding == MM_ARCHIVE_MVT)
		rc = mm_mvt_layer_names(tile.data, tile.len, name, &count, reterr);
	for (size_t i = 0; i < count && !rc; i++)
		rc = mm_archive_about_add(name[i].text, name[i].len, &r->mem, &r->about, reterr);
	mm_buf_release(&stored);
	mm_buf_release(&tile);
	free(name);
	return rc;
}

/* ---- opening ---- */

static enum mm_code open_pmtiles(struct mm_archive_reader *r, const char *path, struct mm_err *reterr)
{
	const struct mm_pmtiles_header *h;
	uint64_t first = 0;
	struct mm_buf json;
	enum mm_code rc = mm_pmtiles_reader_new(path, &r->pmtiles, reterr);

	if (rc)
		return rc;
	h = mm_pmtiles_reader_header(r->pmtiles);
	rc = pmtiles_kind(h, &r->about.encoding, reterr);
	mm_buf_init(&json, MM_ARCHIVE_METADATA_MAX);
	if (!rc)
		rc = mm_pmtiles_reader_metadata(r->pmtiles, &json, reterr);
	if (!rc)
		rc = mm_archive_about_read((const char *)json.data, json.len, &r->mem, &r->about, reterr);
	mm_buf_release(&json);
	if (rc)
		return rc;
	if (h->min_lon_e7 < h->max_lon_e7 && h->min_lat_e7 < h->max_lat_e7)
		r->about.box_deg = (struct mm_box){h->min_lon_e7 / 1e7, h->min_lat_e7 / 1e7,
						   h->max_lon_e7 / 1e7, h->max_lat_e7 / 1e7};
	r->about.min_zoom = h->min_zoom;
	r->about.max_zoom = h->max_zoom;
	return mm_pmtiles_reader_first(r->pmtiles, &first) ? look_at_tile(r, first, reterr) : MM_OK;
}

/* A value of the metadata; empty when there is none. */
static enum mm_code value_of(struct mm_mbtiles_reader *m, const char *name, struct mm_buf *out,
			     struct mm_err *reterr)
{
	struct mm_err err = {0};
	enum mm_code rc;

	mm_buf_clear(out);
	rc = mm_mbtiles_reader_metadata(m, name, out, &err);
	return rc && rc != MM_E_NOT_FOUND ? mm_fail(reterr, rc, err.where, "%s", err.msg) : MM_OK;
}

/* Zooms that the metadata name, when there are tiles between them. */
static enum mm_code mbtiles_zoom(struct mm_mbtiles_reader *m, const char *name, struct mm_buf *value,
				 unsigned *zoom, struct mm_err *reterr)
{
	int64_t said;
	enum mm_code rc = value_of(m, name, value, reterr);

	if (!rc && mm_num_parse_int((const char *)value->data, value->len, &said) && said >= 0 &&
	    said <= MM_TILE_NUMBER_MAX_ZOOM)
		*zoom = (unsigned)said;
	return rc;
}

/* Texts that MBTiles keeps as rows and not in its JSON. */
static enum mm_code mbtiles_text(struct mm_archive_reader *r, struct mm_mbtiles_reader *m, const char *name,
				 struct mm_buf *value, const char **text, struct mm_err *reterr)
{
	enum mm_code rc = value_of(m, name, value, reterr);

	if (rc || !value->len)
		return rc;
	*text = mm_archive_about_words((const char *)value->data, value->len, &r->mem);
	return *text ? MM_OK : mm_fail_nomem(reterr);
}

/* An archive without tiles is one too. */
static enum mm_code mbtiles_tiles(struct mm_mbtiles_reader *m, unsigned *min, unsigned *max, uint64_t *first,
				  bool *has_tiles, struct mm_err *reterr)
{
	struct mm_err err = {0};
	enum mm_code rc = mm_mbtiles_reader_zooms(m, min, max, first, &err);

	*has_tiles = rc == MM_OK;
	return rc && rc != MM_E_NOT_FOUND ? mm_fail(reterr, rc, err.where, "%s", err.msg) : MM_OK;
}

static enum mm_code mbtiles_about(struct mm_archive_reader *r, struct mm_mbtiles_reader *m,
				  struct mm_buf *value, struct mm_err *reterr)
{
	struct mm_archive_about *about = &r->about;
	unsigned min = 0, max = 0;
	bool has_tiles = false;
	uint64_t first = 0;
	enum mm_code rc = value_of(m, "format", value, reterr);

	if (!rc)
		rc = mbtiles_kind(value, &about->encoding, reterr);
	if (!rc)
		rc = mbtiles_tiles(m, &min, &max, &first, &has_tiles, reterr);
	if (!rc)
		rc = value_of(m, "json", value, reterr);
	if (!rc)
		rc = mm_archive_about_read((const char *)value->data, value->len, &r->mem, about, reterr);
	if (!rc)
		rc = mbtiles_text(r, m, "description", value, &about->description, reterr);
	if (!rc)
		rc = mbtiles_text(r, m, "attribution", value, &about->attribution, reterr);
	if (!rc)
		rc = value_of(m, "bounds", value, reterr);
	if (!rc && value->len)
		mm_archive_about_bounds((const char *)value->data, value->len, about);
	about->min_zoom = min;
	about->max_zoom = max;
	if (!rc)
		rc = mbtiles_zoom(m, "minzoom", value, &about->min_zoom, reterr);
	if (!rc)
		rc = mbtiles_zoom(m, "maxzoom", value, &about->max_zoom, reterr);
	if (about->min_zoom > about->max_zoom) {
		about->min_zoom = min;
		about->max_zoom = max;
	}
	return rc || !has_tiles ? rc : look_at_tile(r, first, reterr);
}

static enum mm_code open_mbtiles(struct mm_archive_reader *r, const char *path, struct mm_err *reterr)
{
	struct mm_mbtiles_reader *m = NULL;
	struct mm_buf value;
	enum mm_code rc = mm_mbtiles_pool_new(path, &r->mbtiles, reterr);

	if (rc)
		return rc;
	mm_buf_init(&value, MM_ARCHIVE_METADATA_MAX);
	rc = mm_mbtiles_pool_take(r->mbtiles, &m, reterr);
	if (!rc)
		rc = mbtiles_about(r, m, &value, reterr);
	mm_mbtiles_pool_give(r->mbtiles, m);
	mm_buf_release(&value);
	return rc;
}

enum mm_code mm_archive_reader_new(const char *path, struct mm_archive_reader **ret, struct mm_err *reterr)
{
	struct mm_archive_reader *r = calloc(1, sizeof(*r));
	struct mm_err err = {0};
	struct stat st;
	enum mm_code rc;

	if (!r)
		return mm_fail_nomem(reterr);
	mm_arena_init(&r->mem, MEM_MAX);
	r->about.box_deg = (struct mm_box){-180, -85.051129, 180, 85.051129};
	r->about.bytes = stat(path, &st) == 0 ? (uint64_t)st.st_size : 0;
	rc = mm_text_ends(path, ".mbtiles") ? open_mbtiles(r, path, &err) : open_pmtiles(r, path, &err);
	if (rc) {
		(void)mm_archive_reader_free(r);
		return mm_fail(reterr, rc, path, "%s", err.msg);
	}
	*ret = r;
	return MM_OK;
}
