#include "api/features/download.h"

#include "api/out.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum {
	AHEAD = 6,              /* rows */
	ROWS_BYTES = 64 << 20,  /* of row numbers: 16 million */
	FIRST_BYTES = 512 << 10 /* what is not longer goes out as a whole: a page of 1 000 features */
};

/* What an answer that is still being made holds. */
struct download {
	struct mm_kits *kits;
	struct mm_kit *kit;     /* NULL: the request still has it */
	struct mm_layer *layer; /* likewise */
	struct mm_arena mem;
	struct mm_encode in;
	struct mm_coords_crs crs;
	const struct mm_encoder *encoder;
	void *state;
	const uint32_t *row;
	uint32_t count, done;
};

static void close_download(void *state)
{
	struct download *d = state;

	if (d->state)
		d->encoder->close(d->state);
	mm_kits_give(d->kits, d->kit);
	(void)mm_layer_unref(d->layer);
	mm_arena_release(&d->mem);
	free(d);
}

/* Rows of a page lie here and there: memory fetches what the next of them have, while one is written. */
static void look_ahead(const struct download *d)
{
	if (d->done + 2 * AHEAD < d->count)
		mm_layer_prefetch(d->in.layer, d->row[d->done + 2 * AHEAD]);
	if (d->done + AHEAD < d->count)
		mm_layer_prefetch_xy(d->in.layer, d->row[d->done + AHEAD]);
}

static bool read_piece(void *state, struct mm_buf *out, bool *ret_is_done)
{
	struct download *d = state;

	for (; d->done < d->count && out->len < MM_BODY_PIECE && !out->failed; d->done++) {
		look_ahead(d);
		d->encoder->put(d->state, d->row[d->done], out);
	}
	*ret_is_done = d->done == d->count;
	if (*ret_is_done)
		d->encoder->end(d->state, out);
	return !out->failed;
}

/* ---- what is asked of the format ---- */

static enum mm_code read_flag(const struct mm_request *r, const char *name, const char *yes, const char *no,
			      bool *ret, struct mm_err *reterr)
{
	const char *text = mm_request_param(r, name);

	*ret = text && strcmp(text, yes) == 0;
	if (text && !*ret && strcmp(text, no) != 0)
		return mm_fail(reterr, MM_E_INVALID, name, "write %s or %s", yes, no);
	return MM_OK;
}

static enum mm_code read_separator(const struct mm_request *r, char *ret, struct mm_err *reterr)
{
	const char *text = mm_request_param(r, "separator");

	if (!text || strcmp(text, "comma") == 0 || strcmp(text, ",") == 0)
		*ret = ',';
	else if (strcmp(text, "semicolon") == 0 || strcmp(text, ";") == 0)
		*ret = ';';
	else if (strcmp(text, "tab") == 0)
		*ret = '\t';
	else
		return mm_fail(reterr, MM_E_INVALID, "separator", "write comma, semicolon or tab");
	return MM_OK;
}

static enum mm_code read_options(const struct mm_request *r, struct download *d, struct mm_err *reterr)
{
	static const char *const of_csv[] = {"separator", "bom", "decimal"};
	enum mm_code rc = read_flag(r, "skip-geometry", "true", "false", &d->in.skips_geometry, reterr);

	for (size_t i = 0; !rc && d->encoder != &mm_encoder_csv && i < 3; i++)
		if (mm_request_param(r, of_csv[i]))
			rc = mm_fail(reterr, MM_E_INVALID, of_csv[i], "only f=csv has one");
	if (!rc)
		rc = read_separator(r, &d->in.separator, reterr);
	if (!rc)
		rc = read_flag(r, "bom", "true", "false", &d->in.has_bom, reterr);
	if (!rc)
		rc = read_flag(r, "decimal", "comma", "point", &d->in.has_decimal_comma, reterr);
	if (!rc && d->in.has_decimal_comma && d->in.separator == ',')
		rc = mm_fail(reterr, MM_E_INVALID, "decimal",
			     "with a decimal comma values need separator=semicolon or tab");
	return rc;
}

/* What outlives the request: copies of what lies in its memory. */
static bool keep_ask(const struct mm_request *r, const struct mm_items *it, struct download *d)
{
	const struct mm_schema *s = mm_layer_schema(it->layer);
	bool *leaves_out;

	d->in.layer = it->layer;
	d->in.proj = it->kit->proj;
	d->in.lang = strcmp(mm_request_lang(r, "ru"), "ru") == 0 ? "ru" : "en";
	d->in.crs_uri = mm_arena_text(&d->mem, it->crs.uri, strlen(it->crs.uri));
	d->in.schema_url = mm_arena_printf(&d->mem, "%s/collections/%s/schema", r->base_url, s->id);
	d->crs.definition = mm_arena_text(&d->mem, it->crs.definition, strlen(it->crs.definition));
	d->crs.is_north_first = it->crs.is_north_first;
	d->crs.is_degrees = it->crs.is_degrees;
	if (!d->in.crs_uri || !d->in.schema_url || !d->crs.definition)
		return false;
	if (strcmp(d->crs.definition, MM_CRS84) != 0)
		d->in.crs = &d->crs;
	if (!it->leaves_out)
		return true;
	leaves_out = mm_arena_array(&d->mem, s->field_count, sizeof(*leaves_out));
	if (!leaves_out)
		return false;
	memcpy(leaves_out, it->leaves_out, s->field_count * sizeof(*leaves_out));
	d->in.leaves_out = leaves_out;
	return true;
}

static bool keep_about(const struct mm_request *r, const struct mm_items *it, struct download *d,
		       mm_download_about_fn *about)
{
	struct mm_buf b;

	d->in.about = "";
	if (!about)
		return true;
	mm_buf_init(&b, 1 << 20);
	about(it, r, d->encoder, &b);
	d->in.about = b.failed ? NULL : mm_arena_text(&d->mem, (const char *)b.data, b.len);
	mm_buf_release(&b);
	return d->in.about != NULL;
}

/* ---- the answer ---- */

const char *mm_download_disposition(const struct mm_request *r, const struct mm_schema *s,
				    const char *extension, const char *lang)
{
	const char *title = mm_title_in(&s->title, lang, s->id);
	struct mm_buf b;
	char *text;

	mm_buf_init(&b, 8192);
	mm_buf_printf(&b, "attachment; filename=\"%s.%s\"; filename*=UTF-8''", s->id, extension);
	mm_text_put_url(&b, title, strlen(title));
	mm_buf_printf(&b, ".%s", extension);
	text = b.failed ? NULL : mm_arena_text(r->mem, (const char *)b.data, b.len);
	mm_buf_release(&b);
	return text;
}

static void put_headers(const struct mm_request *r, const struct mm_items *it, const struct mm_encoder *e,
			struct mm_response *rs)
{
	const char *lang = mm_request_lang(r, "ru");

	mm_response_header(rs, "OGC-NumberMatched", mm_arena_printf(r->mem, "%u", it->page.matched));
	mm_response_header(rs, "OGC-NumberReturned", mm_arena_printf(r->mem, "%u", it->page.count));
	mm_response_header(rs, "Content-Crs", mm_arena_printf(r->mem, "<%s>", it->crs.uri));
	if (!e->is_page)
		mm_response_header(
		    rs, "Content-Disposition",
		    mm_download_disposition(r, mm_layer_schema(it->layer), e->extension, lang));
	rs->content_type = e->media_type;
}

/* Writes what comes first; what is left, if anything, is a source. */
static enum mm_code begin(struct download *d, struct mm_items *it, struct mm_response *rs,
			  struct mm_err *reterr)
{
	bool is_done = false, is_fine = true;
	enum mm_code rc = d->encoder->open(&d->in, &d->state, reterr);

	if (rc)
		return rc;
	d->encoder->begin(d->state, &rs->body);
	while (is_fine && !is_done && rs->body.len < FIRST_BYTES) {
		const size_t before = rs->body.len;
		struct mm_buf piece;

		mm_buf_init(&piece, rs->body.max - before);
		is_fine = read_piece(d, &piece, &is_done);
		mm_buf_put(&rs->body, piece.data, piece.len);
		mm_buf_release(&piece);
	}
	if (!is_fine || rs->body.failed)
		return mm_fail(reterr, MM_E_LIMIT, "", "a feature is too large for an answer");
	if (is_done) {
		close_download(d);
		return MM_OK;
	}
	d->kit = it->kit;
	d->layer = it->layer;
	it->kit = NULL;
	it->layer = NULL;
	rs->source = (struct mm_body_source){read_piece, close_download, d};
	return MM_OK;
}

static enum mm_code prepare(const struct mm_request *r, struct mm_items *it, struct download *d,
			    mm_download_about_fn *about, struct mm_err *reterr)
{
	enum mm_code rc = read_options(r, d, reterr);

	if (!rc && d->encoder->is_lon_lat && strcmp(it->crs.definition, MM_CRS84) != 0)
		rc = mm_fail(reterr, MM_E_INVALID, "crs", "this format is in lon/lat only: leave crs out");
	if (!rc)
		rc = mm_query_run(it->layer, &it->query, it->kit->proj, it->offset, it->limit, &d->mem,
				  &it->page, reterr);
	if (rc)
		return rc;
	d->row = it->page.row;
	d->count = it->page.count;
	return keep_ask(r, it, d) && keep_about(r, it, d, about) ? MM_OK : mm_fail_nomem(reterr);
}

enum mm_code mm_download_answer(const struct mm_api *api, const struct mm_request *r,
				const struct mm_encoder *e, struct mm_items *it, mm_download_about_fn *about,
				struct mm_response *rs, struct mm_err *reterr)
{
	struct download *d = calloc(1, sizeof(*d));
	enum mm_code rc;

	if (!d)
		return mm_fail_nomem(reterr);
	d->kits = api->kits;
	d->encoder = e;
	mm_arena_init(&d->mem, ROWS_BYTES);
	rc = prepare(r, it, d, about, reterr);
	if (!rc)
		put_headers(r, it, e, rs);
	if (!rc)
		rc = begin(d, it, rs, reterr);
	if (rc)
		close_download(d);
	it->page.row = NULL; /* they are the download's */
	return rc;
}
