#include "api/wfs/transaction.h"

#include "base/log.h"
#include "encode/xml_name.h"

#include <string.h>
#include <strings.h>

/* Transaction: checks, applies, and says what was done. */

bool mm_wfs_is_slow(const struct mm_request *r)
{
	return r->method != MM_POST && mm_wfs_asks_shape_zip(r);
}

bool mm_wfs_is_edit(const struct mm_request *r)
{
	static const char word[] = "Transaction";

	return r->method == MM_POST && r->body_len &&
	       memmem(r->body, r->body_len, word, sizeof(word) - 1) != NULL;
}

/* No form of a page of another site can send XML. */
static enum mm_code check_media(struct mm_wfs *w, struct mm_err *reterr)
{
	const char *media = mm_request_header(w->r, "Content-Type");
	const size_t n = media ? strcspn(media, "; \t") : 0;

	if (n >= 3 && strncasecmp(media + n - 3, "xml", 3) == 0)
		return MM_OK;
	return mm_wfs_fail(&w->ask, "InvalidParameterValue", reterr, "Content-Type",
			   "send the transaction as text/xml");
}

/* ---- what was done ---- */

/* "streets.12" of an id as it is served. */
static void put_id(const struct mm_wfs_work *k, const char *id, struct mm_buf *out)
{
	const char *whole = mm_arena_printf(k->w->r->mem, "%s.%s", mm_layer_schema(k->layer)->id, id);

	if (whole)
		mm_xml_name_put(out, whole, strlen(whole));
	else
		out->failed = true;
}

static void put_handle(const struct mm_wfs_work *k, size_t i, struct mm_buf *out)
{
	if (!k->handle[i])
		return;
	mm_buf_text(out, " handle=\"");
	mm_wfs_put_xml(out, k->handle[i]);
	mm_buf_byte(out, '"');
}

/* Ids of the edits of a kind, each in an element; nothing where there is none. */
static void put_results(const struct mm_wfs_work *k, enum mm_edit_kind kind, const char *const *ids,
			const char *name, struct mm_buf *out)
{
	const bool is_20 = k->w->ask.version == MM_WFS_20;

	if (!k->of_kind[kind])
		return;
	mm_buf_printf(out, "<wfs:%s>", name);
	for (size_t i = 0; i < k->count; i++) {
		if (k->edit[i].kind != kind)
			continue;
		mm_buf_text(out, "<wfs:Feature");
		put_handle(k, i, out);
		mm_buf_text(out, is_20 ? "><fes:ResourceId rid=\"" : "><ogc:FeatureId fid=\"");
		put_id(k, ids[i], out);
		mm_buf_text(out, "\"/></wfs:Feature>\n");
	}
	mm_buf_printf(out, "</wfs:%s>\n", name);
}

static void put_answer(const struct mm_wfs_work *k, const char *const *ids, struct mm_buf *out)
{
	const bool is_20 = k->w->ask.version == MM_WFS_20;

	mm_buf_printf(out,
		      "<wfs:TransactionResponse xmlns:wfs=\"%s\" xmlns:%s version=\"%s\">\n"
		      "<wfs:TransactionSummary><wfs:totalInserted>%zu</wfs:totalInserted>"
		      "<wfs:totalUpdated>%zu</wfs:totalUpdated>",
		      mm_wfs_namespace(k->w->ask.version),
		      is_20 ? "fes=\"http://www.opengis.net/fes/2.0\"" : "ogc=\"http://www.opengis.net/ogc\"",
		      mm_wfs_version_name(k->w->ask.version), k->of_kind[MM_EDIT_INSERT],
		      k->of_kind[MM_EDIT_UPDATE]);
	if (is_20)
		mm_buf_printf(out, "<wfs:totalReplaced>%zu</wfs:totalReplaced>", k->of_kind[MM_EDIT_REPLACE]);
	mm_buf_printf(out, "<wfs:totalDeleted>%zu</wfs:totalDeleted></wfs:TransactionSummary>\n",
		      k->of_kind[MM_EDIT_DELETE]);
	put_results(k, MM_EDIT_INSERT, ids, "InsertResults", out);
	if (is_20) {
		put_results(k, MM_EDIT_UPDATE, ids, "UpdateResults", out);
		put_results(k, MM_EDIT_REPLACE, ids, "ReplaceResults", out);
	}
	mm_buf_text(out, "</wfs:TransactionResponse>\n");
}

/* One InsertResult an action, as 1.0 has it: a run of edits of the same action has one. */
static void put_answer_10(const struct mm_wfs_work *k, const char *const *ids, struct mm_buf *out)
{
	mm_buf_text(out,
		    "<wfs:WFS_TransactionResponse version=\"1.0.0\" xmlns:wfs=\"http://www.opengis.net/wfs\" "
		    "xmlns:ogc=\"http://www.opengis.net/ogc\">\n");
	for (size_t i = 0; i < k->count; i++) {
		if (k->edit[i].kind != MM_EDIT_INSERT)
			continue;
		mm_buf_text(out, "<wfs:InsertResult");
		put_handle(k, i, out);
		mm_buf_text(out, "><ogc:FeatureId fid=\"");
		put_id(k, ids[i], out);
		mm_buf_text(out, "\"/></wfs:InsertResult>\n");
	}
	mm_buf_text(out,
		    "<wfs:TransactionResult><wfs:Status><wfs:SUCCESS/></wfs:Status></wfs:TransactionResult>\n"
		    "</wfs:WFS_TransactionResponse>\n");
}

/* ---- the transaction ---- */

static enum mm_code apply(struct mm_wfs_work *k, const char *const **ret_ids, struct mm_err *reterr)
{
	const struct mm_edit_order order = {.layer = k->layer,
					    .edit = k->edit,
					    .count = k->count,
					    .map_crs = mm_catalog_map(k->w->catalog)->crs_definition};
	enum mm_code rc;

	if (!k->count) /* filters that found nothing */
		return MM_OK;
	rc = mm_edit_apply(k->w->api->editor, k->w->api->kits, &order, k->w->r->mem, ret_ids, reterr);
	if (rc)
		k->w->ask.exception = rc == MM_E_INVALID && k->w->ask.version == MM_WFS_20
					  ? "InvalidValue"
					  : "OperationProcessingFailed";
	if (rc != MM_E_IO)
		return rc;
	mm_log(MM_LOG_ERROR, "edit without an end", "layer", mm_layer_schema(k->layer)->id, "error",
	       reterr->msg, (const char *)NULL);
	return MM_E_DATA; /* the client must know that it is not known what was written */
}

enum mm_code mm_wfs_transaction(struct mm_wfs *w, struct mm_err *reterr)
{
	struct mm_wfs_work k = {.w = w};
	const char *const *ids = NULL;
	enum mm_code rc = check_media(w, reterr);

	if (!rc)
		rc = mm_wfs_work_read(&k, reterr);
	if (!rc)
		rc = apply(&k, &ids, reterr);
	if (rc)
		return rc;
	mm_buf_text(&w->rs->body, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
	if (w->ask.version == MM_WFS_10)
		put_answer_10(&k, ids, &w->rs->body);
	else
		put_answer(&k, ids, &w->rs->body);
	w->rs->content_type = "text/xml";
	w->rs->cache_control = "no-store";
	return MM_OK;
}
