#include "api/wfs/stream.h"

#include "base/clock.h"
#include "base/text.h"
#include "encode/xml_name.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_BYTES = 256 << 10 /* what is not longer goes out as a whole */ };

struct mm_wfs_stream *mm_wfs_stream_new(const struct mm_wfs *w)
{
	struct mm_wfs_stream *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	mm_arena_init(&s->mem, MM_WFS_ROWS_BYTES);
	s->kits = w->api->kits;
	s->version = w->ask.version;
	s->is_hits = w->ask.is_hits;
	return s;
}

static void close_writer(struct mm_wfs_stream *s)
{
	if (!s->is_open)
		return;
	if (s->encoder)
		s->encoder->close(s->state);
	else
		mm_gml_release(&s->gml);
	s->is_open = false;
}

void mm_wfs_stream_free(void *stream)
{
	struct mm_wfs_stream *s = stream;

	close_writer(s);
	mm_kits_give(s->kits, s->kit);
	for (size_t i = 0; i < s->part_count; i++)
		(void)mm_layer_unref(s->part[i].layer);
	mm_arena_release(&s->mem);
	free(s);
}

static const char *keep(struct mm_wfs_stream *s, const char *text)
{
	return mm_arena_text(&s->mem, text, strlen(text));
}

enum mm_code mm_wfs_stream_add(struct mm_wfs_stream *s, struct mm_layer *l, const struct mm_wfs_rows *rows,
			       struct mm_err *reterr)
{
	const size_t fields = mm_layer_schema(l)->field_count;
	struct mm_wfs_part *p = &s->part[s->part_count++]; /* there are not more queries */
	bool *leaves_out;

	*p = (struct mm_wfs_part){
	    .layer = mm_layer_ref(l),
	    .crs = {keep(s, rows->srs.crs.definition), rows->srs.crs.is_north_first,
		    rows->srs.crs.is_degrees},
	    .srs_name = keep(s, rows->srs.name),
	    .skips_geometry = rows->skips_geometry,
	    .writes_nil = rows->writes_nil,
	    .row = rows->page.row,
	    .count = rows->page.count,
	    .matched = rows->page.matched,
	};
	s->matched += p->matched;
	s->returned += p->count;
	if (!p->crs.definition || !p->srs_name)
		return mm_fail_nomem(reterr);
	if (!rows->leaves_out)
		return MM_OK;
	leaves_out = mm_arena_array(&s->mem, fields + 1, sizeof(*leaves_out));
	if (!leaves_out)
		return mm_fail_nomem(reterr);
	memcpy(leaves_out, rows->leaves_out, fields * sizeof(*leaves_out));
	p->leaves_out = leaves_out;
	return MM_OK;
}

/* ---- GML ---- */

/* Escaped as XML has it: names, addresses. */
static void put_attribute(struct mm_buf *out, const char *name, const char *value)
{
	if (!value)
		return;
	mm_buf_printf(out, " %s=\"", name);
	mm_wfs_put_xml(out, value);
	mm_buf_byte(out, '"');
}

static void put_schema_location(const struct mm_wfs_stream *s, struct mm_buf *out)
{
	static const char *const wfs[MM_WFS_VERSION_COUNT] = {
	    "http://schemas.opengis.net/wfs/1.0.0/WFS-basic.xsd",
	    "http://schemas.opengis.net/wfs/1.1.0/wfs.xsd", "http://schemas.opengis.net/wfs/2.0/wfs.xsd"};

	mm_buf_printf(out, " xsi:schemaLocation=\"%s %s " MM_GML_OURS " ", mm_wfs_namespace(s->version),
		      wfs[s->version]);
	mm_wfs_put_xml(out, s->base_url);
	mm_buf_printf(out, "/wfs?service=WFS&amp;version=%s&amp;request=DescribeFeatureType&amp;%s=%s\"",
		      mm_wfs_version_name(s->version), s->version == MM_WFS_20 ? "typeNames" : "typeName",
		      s->types);
}

static void put_numbers(const struct mm_wfs_stream *s, uint64_t matched, uint64_t returned,
			struct mm_buf *out)
{
	char now[MM_CLOCK_TEXT_MAX];

	(void)mm_clock_format(mm_clock_utc_ms(), 0, now);
	if (s->version == MM_WFS_20)
		mm_buf_printf(
		    out, " timeStamp=\"%s\" numberMatched=\"%" PRIu64 "\" numberReturned=\"%" PRIu64 "\"",
		    now, matched, returned);
	else if (s->version == MM_WFS_11)
		mm_buf_printf(out, " timeStamp=\"%s\" numberOfFeatures=\"%" PRIu64 "\"", now,
			      s->is_hits ? matched : returned);
	else if (s->is_hits) /* a word of later versions, which 1.0 does not know */
		mm_buf_printf(out, " numberOfFeatures=\"%" PRIu64 "\"", matched);
}

static void put_collection_begin(const struct mm_wfs_stream *s, struct mm_buf *out)
{
	mm_buf_printf(out,
		      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<wfs:FeatureCollection xmlns:wfs=\"%s\" "
		      "xmlns:gml=\"%s\" xmlns:" MM_GML_PREFIX "=\"" MM_GML_OURS
		      "\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"",
		      mm_wfs_namespace(s->version), mm_gml_namespace(mm_wfs_gml(s->version)));
	put_numbers(s, s->matched, s->returned, out);
	put_attribute(out, "next", s->next);
	put_attribute(out, "previous", s->previous);
	put_schema_location(s, out);
	mm_buf_text(out, ">\n");
	if (s->version == MM_WFS_10)
		mm_buf_text(out, "<gml:boundedBy><gml:null>unknown</gml:null></gml:boundedBy>\n");
	else if (s->version == MM_WFS_11 && s->returned)
		mm_buf_text(out, "<gml:featureMembers>\n");
}

static void put_collection_end(const struct mm_wfs_stream *s, struct mm_buf *out)
{
	if (s->version == MM_WFS_11 && s->returned)
		mm_buf_text(out, "</gml:featureMembers>\n");
	mm_buf_text(out, "</wfs:FeatureCollection>\n");
}

/* Answers of several queries stand in a collection each (09-025r2, 11.3.3.5). */
static bool is_nested(const struct mm_wfs_stream *s)
{
	return s->version == MM_WFS_20 && s->part_count > 1;
}

static bool begin_part(struct mm_wfs_stream *s, struct mm_wfs_part *p, struct mm_buf *out)
{
	if (mm_gml_init(&s->gml, mm_wfs_gml(s->version), p->layer, &p->crs, p->srs_name, s->in.proj, NULL))
		return false;
	s->gml.leaves_out = p->leaves_out;
	s->gml.skips_geometry = p->skips_geometry;
	s->gml.writes_nil = p->writes_nil;
	s->is_open = true;
	p->is_begun = true;
	if (!is_nested(s))
		return true;
	mm_buf_text(out, "<wfs:member><wfs:FeatureCollection");
	put_numbers(s, p->matched, p->count, out);
	mm_buf_text(out, ">\n");
	return true;
}

static void put_member(struct mm_wfs_stream *s, struct mm_wfs_part *p, struct mm_buf *out)
{
	static const char *const open[MM_WFS_VERSION_COUNT] = {"<gml:featureMember>", "", "<wfs:member>"};
	static const char *const close[MM_WFS_VERSION_COUNT] = {"</gml:featureMember>\n", "\n",
								"</wfs:member>\n"};

	mm_buf_text(out, open[s->version]);
	mm_gml_put(&s->gml, p->row[p->done++], false, out);
	mm_buf_text(out, close[s->version]);
}

static void end_part(struct mm_wfs_stream *s, struct mm_buf *out)
{
	close_writer(s);
	s->at++;
	if (is_nested(s))
		mm_buf_text(out, "</wfs:FeatureCollection></wfs:member>\n");
}

static bool read_gml(struct mm_wfs_stream *s, struct mm_buf *out, bool *ret_is_done)
{
	while (s->at < s->part_count && out->len < MM_BODY_PIECE && !out->failed) {
		struct mm_wfs_part *p = &s->part[s->at];

		if (!p->is_begun && !begin_part(s, p, out))
			return false;
		if (p->done < p->count)
			put_member(s, p, out);
		else
			end_part(s, out);
	}
	*ret_is_done = s->at == s->part_count;
	if (*ret_is_done)
		put_collection_end(s, out);
	return !out->failed;
}

/* ---- both ---- */

static bool read_piece(void *state, struct mm_buf *out, bool *ret_is_done)
{
	struct mm_wfs_stream *s = state;
	struct mm_wfs_part *p = &s->part[0];

	if (!s->encoder)
		return read_gml(s, out, ret_is_done);
	while (p->done < p->count && out->len < MM_BODY_PIECE && !out->failed)
		s->encoder->put(s->state, p->row[p->done++], out);
	*ret_is_done = p->done == p->count;
	if (*ret_is_done)
		s->encoder->end(s->state, out);
	return !out->failed;
}

/* Coordinates of these formats are x, y whatever their system's name. */
static enum mm_code open_encoder(struct mm_wfs_stream *s, struct mm_buf *out, struct mm_err *reterr)
{
	struct mm_wfs_part *p = &s->part[0];
	enum mm_code rc;

	p->crs.is_north_first = false;
	s->in.layer = p->layer;
	s->in.leaves_out = p->leaves_out;
	s->in.crs = strcmp(p->crs.definition, MM_CRS84) == 0 ? NULL : &p->crs;
	s->in.crs_uri = p->srs_name;
	s->in.lang = "ru";
	s->in.schema_url = "";
	s->in.separator = ',';
	s->in.skips_geometry = p->skips_geometry;
	s->in.about = mm_arena_printf(&s->mem, "\"numberMatched\":%" PRIu64 ",\"numberReturned\":%" PRIu64,
				      s->matched, s->returned);
	if (!s->in.about)
		return mm_fail_nomem(reterr);
	rc = s->encoder->open(&s->in, &s->state, reterr);
	s->is_open = !rc;
	if (!rc)
		s->encoder->begin(s->state, out);
	return rc;
}

/* Names of the types, each once, as they stand in addresses. */
static const char *join_types(struct mm_wfs_stream *s)
{
	struct mm_buf b;
	const char *text;

	mm_buf_init(&b, 64 << 10);
	for (size_t i = 0; i < s->part_count; i++) {
		size_t k = 0;

		while (k < i && s->part[k].layer != s->part[i].layer)
			k++;
		if (k < i)
			continue;
		mm_buf_text(&b, b.len ? "," : "");
		mm_wfs_put_type(&b, mm_layer_schema(s->part[i].layer));
	}
	text = b.failed ? NULL : mm_arena_text(&s->mem, (const char *)b.data, b.len);
	mm_buf_release(&b);
	return text;
}

/* Reads pieces until they are many; what is left is the source. */
static enum mm_code fill(struct mm_wfs_stream *s, struct mm_wfs *w, struct mm_err *reterr)
{
	bool is_done = false, is_fine = true;

	while (is_fine && !is_done && w->rs->body.len < FIRST_BYTES) {
		struct mm_buf piece;

		mm_buf_init(&piece, w->rs->body.max - w->rs->body.len);
		is_fine = read_piece(s, &piece, &is_done);
		mm_buf_put(&w->rs->body, piece.data, piece.len);
		mm_buf_release(&piece);
	}
	if (!is_fine || w->rs->body.failed)
		return mm_fail(reterr, MM_E_LIMIT, "", "a feature is too large for an answer");
	if (is_done) {
		mm_wfs_stream_free(s);
		return MM_OK;
	}
	s->kit = w->kit;
	w->kit = NULL;
	w->rs->source = (struct mm_body_source){read_piece, mm_wfs_stream_free, s};
	return MM_OK;
}

enum mm_code mm_wfs_stream_begin(struct mm_wfs_stream *s, struct mm_wfs *w, const struct mm_encoder *encoder,
				 struct mm_err *reterr)
{
	enum mm_code rc = MM_OK;

	s->encoder = encoder;
	s->in.proj = w->kit->proj;
	s->base_url = keep(s, w->r->base_url);
	s->types = join_types(s);
	if (!s->base_url || !s->types)
		return mm_fail_nomem(reterr);
	if (encoder)
		rc = open_encoder(s, &w->rs->body, reterr);
	else
		put_collection_begin(s, &w->rs->body);
	return rc ? rc : fill(s, w, reterr);
}
