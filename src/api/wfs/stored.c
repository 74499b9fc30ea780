#include "api/wfs/wfs.h"

#include <string.h>

/* Stored queries: there is one, GetFeatureById, which every server of 2.0 has. */

static void put_begin(struct mm_wfs *w, const char *name)
{
	mm_buf_printf(
	    &w->rs->body,
	    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<wfs:%s xmlns:wfs=\"%s\" xmlns:" MM_GML_PREFIX
	    "=\"" MM_GML_OURS "\" xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\">\n",
	    name, mm_wfs_namespace(w->ask.version));
	w->rs->content_type = "text/xml";
}

/* Every type may come of it. */
static void put_types(struct mm_wfs *w, const char *open, const char *close)
{
	for (size_t i = 0; i < mm_catalog_count(w->catalog); i++) {
		const struct mm_layer *l = mm_catalog_entry(w->catalog, i)->layer;

		if (!l)
			continue;
		mm_buf_text(&w->rs->body, open);
		mm_wfs_put_type(&w->rs->body, mm_layer_schema(l));
		mm_buf_text(&w->rs->body, close);
	}
}

enum mm_code mm_wfs_stored_list(struct mm_wfs *w, struct mm_err *reterr)
{
	(void)reterr;
	put_begin(w, "ListStoredQueriesResponse");
	mm_buf_text(&w->rs->body, "<wfs:StoredQuery id=\"" MM_WFS_BY_ID
				  "\"><wfs:Title>One feature by its id</wfs:Title>\n");
	put_types(w, "<wfs:ReturnFeatureType>", "</wfs:ReturnFeatureType>\n");
	mm_buf_text(&w->rs->body, "</wfs:StoredQuery>\n</wfs:ListStoredQueriesResponse>\n");
	return MM_OK;
}

enum mm_code mm_wfs_stored_describe(struct mm_wfs *w, struct mm_err *reterr)
{
	for (size_t i = 0; i < w->ask.stored.count; i++)
		if (strcmp(w->ask.stored.name[i], MM_WFS_BY_ID) != 0)
			return mm_wfs_fail(
			    &w->ask, "InvalidParameterValue", reterr, "storedQuery_Id",
			    "there is no stored query %.100s: ListStoredQueries lists those there are",
			    w->ask.stored.name[i]);
	put_begin(w, "DescribeStoredQueriesResponse");
	mm_buf_text(
	    &w->rs->body,
	    "<wfs:StoredQueryDescription id=\"" MM_WFS_BY_ID "\"><wfs:Title>One feature by its id</wfs:Title>"
	    "<wfs:Parameter name=\"id\" type=\"xsd:string\"><wfs:Title>The id, as in gml:id</wfs:Title>"
	    "</wfs:Parameter><wfs:QueryExpressionText isPrivate=\"true\" "
	    "language=\"urn:ogc:def:queryLanguage:OGC-WFS::WFS_QueryExpression\" returnFeatureTypes=\"");
	put_types(w, "", " ");
	mm_buf_text(&w->rs->body,
		    "\"/></wfs:StoredQueryDescription>\n</wfs:DescribeStoredQueriesResponse>\n");
	return MM_OK;
}
