#include "api/wfs/wfs.h"

#include "base/clock.h"

#include <string.h>

/* GetPropertyValue: the values of one property. */

enum { BYTES_MAX = 16 << 20 /* a page ends where it would grow past it */ };

/* What is asked for: a field, the geometry, or the id. */
struct reference {
	bool is_id;
	size_t field;
};

static enum mm_code read_reference(struct mm_wfs *w, const struct mm_schema *s, struct reference *ret,
				   struct mm_err *reterr)
{
	const char *path = w->ask.value_reference;

	*ret = (struct reference){.field = SIZE_MAX};
	if (!path || !*path)
		return mm_wfs_fail(&w->ask, path ? "InvalidParameterValue" : "MissingParameterValue", reterr,
				   "valueReference", "name a property of the type");
	ret->is_id = strcmp(path, "@gml:id") == 0 || strcmp(path, "@id") == 0;
	return ret->is_id ? MM_OK : mm_wfs_field(w, s, path, "valueReference", &ret->field, reterr);
}

static void put_values(struct mm_gml_writer *g, const struct mm_page *page, const struct reference *of,
		       struct mm_buf *out, uint32_t *ret_given)
{
	for (uint32_t i = 0; i < page->count && out->len < BYTES_MAX; i++) {
		const size_t before = out->len;

		mm_buf_text(out, "<wfs:member>");
		if (of->is_id)
			mm_gml_put_id(g->coords.layer, page->row[i], out);
		else if (!mm_gml_put_field(g, page->row[i], of->field, out)) {
			out->len = before; /* no value, no member */
			continue;
		}
		mm_buf_text(out, "</wfs:member>\n");
		(*ret_given)++;
	}
}

static enum mm_code put_collection(struct mm_wfs *w, const struct mm_wfs_rows *rows,
				   const struct reference *of, struct mm_err *reterr)
{
	struct mm_gml_writer g;
	struct mm_buf members;
	char now[MM_CLOCK_TEXT_MAX];
	uint32_t given = 0;
	enum mm_code rc =
	    mm_gml_init(&g, MM_GML_32, rows->layer,
			&(struct mm_coords_crs){rows->srs.crs.definition, rows->srs.crs.is_north_first,
						rows->srs.crs.is_degrees},
			rows->srs.name, w->kit->proj, reterr);

	if (rc)
		return rc;
	mm_buf_init(&members, 2 * BYTES_MAX);
	put_values(&g, &rows->page, of, &members, &given);
	mm_gml_release(&g);
	(void)mm_clock_format(mm_clock_utc_ms(), 0, now);
	mm_buf_printf(&w->rs->body,
		      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<wfs:ValueCollection xmlns:wfs=\"%s\" "
		      "xmlns:gml=\"%s\" xmlns:" MM_GML_PREFIX "=\"" MM_GML_OURS
		      "\" timeStamp=\"%s\" numberMatched=\"%u\" numberReturned=\"%u\">\n",
		      mm_wfs_namespace(MM_WFS_20), mm_gml_namespace(MM_GML_32), now, rows->page.matched,
		      given);
	mm_buf_put(&w->rs->body, members.data, members.len);
	w->rs->body.failed |= members.failed;
	mm_buf_release(&members);
	mm_buf_text(&w->rs->body, "</wfs:ValueCollection>\n");
	w->rs->content_type = mm_wfs_media_type(MM_WFS_20);
	return MM_OK;
}

/* The one query that is asked; a stored query stands for the feature that it finds. */
static enum mm_code find_query(struct mm_wfs *w, struct mm_wfs_query *ret, const struct mm_layer **ret_layer,
			       struct mm_err *reterr)
{
	uint32_t row;

	*ret = w->ask.query[0];
	if (w->ask.query_count > 1)
		return mm_wfs_fail(&w->ask, "OperationProcessingFailed", reterr, "typeNames",
				   "ask for the values of one feature type at a time");
	if (!w->ask.stored_id)
		return mm_wfs_query_layer(w, ret, ret_layer, reterr);
	ret->ids = w->ask.feature_id;
	if (strcmp(w->ask.stored_id, MM_WFS_BY_ID) != 0 || !ret->ids)
		return mm_wfs_fail(&w->ask, "InvalidParameterValue", reterr, "storedQuery_Id",
				   "the stored query here is " MM_WFS_BY_ID ", with an id");
	return mm_wfs_feature(w, ret->ids, ret_layer, &row, reterr);
}

enum mm_code mm_wfs_values(struct mm_wfs *w, struct mm_err *reterr)
{
	const uint32_t limit = w->ask.is_hits             ? 0
			       : !w->ask.has_count        ? MM_WFS_COUNT_DEFAULT
			       : w->ask.count > INT32_MAX ? INT32_MAX
							  : w->ask.count;
	const struct mm_layer *l = NULL;
	struct mm_wfs_query q;
	struct mm_wfs_rows rows;
	struct reference of;
	enum mm_code rc = find_query(w, &q, &l, reterr);

	if (!rc)
		rc = read_reference(w, mm_layer_schema(l), &of, reterr);
	if (!rc)
		rc = mm_wfs_select(w, &q, l, w->ask.start, limit, w->r->mem, &rows, reterr);
	return rc ? rc : put_collection(w, &rows, &of, reterr);
}
