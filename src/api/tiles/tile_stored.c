#include "api/tiles/tile_stored.h"

#include "archive/gzip.h"
#include "archive/mvt_layers.h"
#include "http/compress.h"

#include <stdlib.h>

/* Of a tile that an archive has, and that is none: `err` says how. */
static enum mm_code fail_damaged(const struct mm_tile_question *q, const struct mm_tile_archive *archive,
				 const struct mm_err *err, struct mm_err *reterr)
{
	return mm_fail(
	    reterr, MM_E_DATA, mm_tile_archive_info(archive)->id,
	    "the tile %u/%u/%u in the archive of \"%s\" is damaged (%.100s): make the archive anew", q->id.z,
	    q->id.x, q->id.y, mm_tile_archive_info(archive)->id, err->msg);
}

/* Whether bytes are a vector tile, as far as its layers can be told apart. */
static enum mm_code check_tile(const unsigned char *bytes, size_t n, struct mm_err *reterr)
{
	struct mm_mvt_name *name = calloc(MM_MVT_LAYERS_MAX, sizeof(*name));
	size_t count = 0;
	enum mm_code rc = name ? mm_mvt_layer_names(bytes, n, name, &count, reterr) : mm_fail_nomem(reterr);

	free(name);
	return rc;
}

enum mm_code mm_tile_stored_join(const struct mm_tile_question *q, struct mm_buf *tile, struct mm_err *reterr)
{
	const struct mm_tile_set *set = q->set;
	struct mm_mvt_name *name = calloc(MM_MVT_LAYERS_MAX, sizeof(*name));
	struct mm_buf stored;
	size_t count = 0;
	enum mm_code rc = name ? MM_OK : mm_fail_nomem(reterr);

	mm_buf_init(&stored, MM_TILE_BYTES_MAX);
	for (size_t i = 0; i < set->archive_count && !rc; i++) {
		struct mm_err err = {0};

		mm_buf_clear(&stored);
		rc = mm_tile_archive_tile(set->archive[i], q->id.z, q->id.x, q->id.y, &stored, &err);
		if (rc == MM_E_NOT_FOUND) {
			rc = MM_OK;
			continue;
		}
		if (!rc) {
			const size_t before = tile->len;

			rc = mm_archive_unpack(&stored, tile, &err);
			if (!rc)
				rc = check_tile(tile->data + before, tile->len - before, &err);
			if (rc == MM_E_DATA)
				rc = fail_damaged(q, set->archive[i], &err, reterr);
		}
		if (rc)
			(void)mm_fail(reterr, rc, mm_tile_archive_info(set->archive[i])->id, "%s", err.msg);
	}
	/* archives need not say all their names beforehand */
	if (!rc && set->count + set->archive_count > 1)
		rc = mm_mvt_layer_names(tile->data, tile->len, name, &count, reterr);
	mm_buf_release(&stored);
	free(name);
	return rc;
}

enum mm_code mm_tile_stored_fetch(const struct mm_tile_question *q, bool as_gzip, struct mm_buf *stored,
				  struct mm_buf *other, struct mm_buf **ret, struct mm_err *reterr)
{
	const struct mm_tile_archive *archive = q->set->archive[0];
	const struct mm_buf *plain = stored;
	struct mm_err err = {0};
	bool is_gzip;
	enum mm_code rc = mm_tile_archive_tile(archive, q->id.z, q->id.x, q->id.y, stored, reterr);

	*ret = stored;
	if (rc || stored->len == 0)
		return rc == MM_E_NOT_FOUND ? MM_OK : rc;
	is_gzip = mm_is_gzip(stored->data, stored->len);
	if (is_gzip) {
		rc = mm_archive_unpack(stored, other, &err);
		plain = other;
	}
	if (!rc && q->encoding == MM_TILE_MVT)
		rc = check_tile(plain->data, plain->len, &err);
	if (rc == MM_E_DATA)
		return fail_damaged(q, archive, &err, reterr);
	if (rc == MM_E_INVALID) /* two layers of one name: whoever made it may know what for */
		rc = MM_OK;
	if (as_gzip != is_gzip)
		*ret = other;
	if (!rc && as_gzip && !is_gzip)
		rc = mm_compress(MM_ENCODING_GZIP, stored->data, stored->len, other, &err);
	return rc ? mm_fail(reterr, rc, mm_tile_archive_info(archive)->id, "%s", err.msg) : MM_OK;
}
