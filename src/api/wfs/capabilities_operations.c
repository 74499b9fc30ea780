#include "api/wfs/capabilities.h"

#include "api/edits/edits.h"

#include <stdio.h>
#include <string.h>

/* What the service can do, and where. */

bool mm_wfs_may_edit(const struct mm_wfs *w, const struct mm_entry *e)
{
	const int status = mm_edit_may(w->api, w->r, e).status;

	return e->layer && (status == 0 || status == 401);
}

static bool has_editable(const struct mm_wfs *w)
{
	for (size_t i = 0; i < mm_catalog_count(w->catalog); i++)
		if (mm_wfs_may_edit(w, mm_catalog_entry(w->catalog, i)))
			return true;
	return false;
}

static bool has_operation(enum mm_wfs_version v, enum mm_wfs_operation o, bool is_editable)
{
	if (o == MM_WFS_TRANSACTION)
		return is_editable;
	return v == MM_WFS_20 ||
	       (o != MM_WFS_VALUES && o != MM_WFS_STORED_LIST && o != MM_WFS_STORED_DESCRIBE);
}

/* ---- 1.0 ---- */

static void put_address_10(struct mm_wfs *w, const char *method, struct mm_buf *out)
{
	mm_buf_printf(out, "<DCPType><HTTP><%s onlineResource=\"", method);
	mm_wfs_put_xml(out, w->r->base_url);
	mm_buf_printf(out, "/wfs%s\"/></HTTP></DCPType>\n", strcmp(method, "Get") == 0 ? "?" : "");
}

static void put_operations_10(struct mm_wfs *w, bool is_editable, struct mm_buf *out)
{
	mm_buf_text(out, "<Capability><Request>\n");
	for (int o = 0; o < MM_WFS_OPERATION_COUNT; o++) {
		const char *name = mm_wfs_operation_name((enum mm_wfs_operation)o);

		if (!has_operation(MM_WFS_10, (enum mm_wfs_operation)o, is_editable))
			continue;
		mm_buf_printf(out, "<%s>\n", name);
		if (o == MM_WFS_DESCRIBE)
			mm_buf_text(out,
				    "<SchemaDescriptionLanguage><XMLSCHEMA/></SchemaDescriptionLanguage>\n");
		if (o == MM_WFS_FEATURES)
			mm_buf_text(out, "<ResultFormat><GML2/></ResultFormat>\n");
		if (o != MM_WFS_TRANSACTION)
			put_address_10(w, "Get", out);
		put_address_10(w, "Post", out);
		mm_buf_printf(out, "</%s>\n", name);
	}
	mm_buf_text(out, "</Request></Capability>\n");
}

/* ---- 1.1, 2.0 ---- */

static void put_values(struct mm_wfs *w, const char *parameter, const char *const *value, size_t count,
		       struct mm_buf *out)
{
	const bool is_20 = w->ask.version == MM_WFS_20;

	mm_buf_printf(out, "<ows:Parameter name=\"%s\">%s", parameter, is_20 ? "<ows:AllowedValues>" : "");
	for (size_t i = 0; i < count; i++)
		mm_buf_printf(out, "<ows:Value>%s</ows:Value>", value[i]);
	mm_buf_printf(out, "%s</ows:Parameter>\n", is_20 ? "</ows:AllowedValues>" : "");
}

static void put_parameters(struct mm_wfs *w, enum mm_wfs_operation o, struct mm_buf *out)
{
	static const char *const versions[] = {"2.0.0", "1.1.0", "1.0.0"};
	static const char *const sections[] = {"ServiceIdentification", "ServiceProvider",
					       "OperationsMetadata", "FeatureTypeList",
					       "Filter_Capabilities"};
	static const char *const results[] = {"results", "hits"};
	static const char *const resolves[] = {"none", "local"}; /* the same: nothing refers to anything */
	const char *const formats[] = {mm_wfs_media_type(w->ask.version), "application/json", "csv",
				       "SHAPE-ZIP"};

	if (o == MM_WFS_CAPABILITIES) {
		put_values(w, "AcceptVersions", versions, 3, out);
		put_values(w, "Sections", sections, 5, out);
	}
	if (o == MM_WFS_DESCRIBE)
		put_values(w, "outputFormat", formats, 1, out);
	if (o == MM_WFS_FEATURES) {
		put_values(w, "resultType", results, 2, out);
		put_values(w, "outputFormat", formats, 4, out);
	}
	if (o == MM_WFS_VALUES)
		put_values(w, "resultType", results, 2, out);
	if (w->ask.version == MM_WFS_20 && (o == MM_WFS_FEATURES || o == MM_WFS_VALUES))
		put_values(w, "resolve", resolves, 2, out);
}

static void put_constraint(struct mm_buf *out, const char *name, const char *value)
{
	mm_buf_printf(out,
		      "<ows:Constraint name=\"%s\"><ows:NoValues/><ows:DefaultValue>%s</ows:DefaultValue>"
		      "</ows:Constraint>\n",
		      name, value);
}

/* Clients look for it at the operation, or at the service. */
static void put_count(struct mm_buf *out)
{
	char count[16];

	(void)snprintf(count, sizeof(count), "%d", MM_WFS_COUNT_DEFAULT);
	put_constraint(out, "CountDefault", count);
}

static void put_operation(struct mm_wfs *w, enum mm_wfs_operation o, struct mm_buf *out)
{
	mm_buf_printf(out, "<ows:Operation name=\"%s\"><ows:DCP><ows:HTTP>", mm_wfs_operation_name(o));
	if (o != MM_WFS_TRANSACTION) {
		mm_buf_text(out, "<ows:Get xlink:href=\"");
		mm_wfs_put_xml(out, w->r->base_url);
		mm_buf_text(out, "/wfs?\"/>");
	}
	mm_buf_text(out, "<ows:Post xlink:href=\"");
	mm_wfs_put_xml(out, w->r->base_url);
	mm_buf_text(out, "/wfs\"/></ows:HTTP></ows:DCP>\n");
	put_parameters(w, o, out);
	if (w->ask.version == MM_WFS_20 && (o == MM_WFS_FEATURES || o == MM_WFS_VALUES))
		put_count(out);
	mm_buf_text(out, "</ows:Operation>\n");
}

/* Pages by startIndex are of the data as they then are; the links from page to page stay with one version. */
static void put_constraints(bool is_editable, struct mm_buf *out)
{
	static const char *const no[] = {
	    "ImplementsLockingWFS",        "ImplementsInheritance",  "ImplementsRemoteResolve",
	    "ImplementsStandardJoins",     "ImplementsSpatialJoins", "ImplementsTemporalJoins",
	    "ImplementsFeatureVersioning", "ManageStoredQueries",    "SOAPEncoding",
	    "PagingIsTransactionSafe"};
	static const char *const yes[] = {"ImplementsBasicWFS", "KVPEncoding", "XMLEncoding",
					  "ImplementsResultPaging"};

	for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++)
		put_constraint(out, yes[i], "TRUE");
	put_constraint(out, "ImplementsTransactionalWFS", is_editable ? "TRUE" : "FALSE");
	for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++)
		put_constraint(out, no[i], "FALSE");
	put_count(out);
	mm_buf_text(out, "<ows:Constraint name=\"QueryExpressions\"><ows:AllowedValues>"
			 "<ows:Value>wfs:Query</ows:Value><ows:Value>wfs:StoredQuery</ows:Value>"
			 "</ows:AllowedValues></ows:Constraint>\n");
}

void mm_wfs_put_operations(struct mm_wfs *w, struct mm_buf *out)
{
	static const char *const versions[] = {"2.0.0", "1.1.0", "1.0.0"};
	const enum mm_wfs_version v = w->ask.version;
	const bool is_editable = has_editable(w);

	if (v == MM_WFS_10) {
		put_operations_10(w, is_editable, out);
		return;
	}
	mm_buf_text(out, "<ows:OperationsMetadata>\n");
	for (int o = 0; o < MM_WFS_OPERATION_COUNT; o++)
		if (has_operation(v, (enum mm_wfs_operation)o, is_editable))
			put_operation(w, (enum mm_wfs_operation)o, out);
	if (v == MM_WFS_20) {
		put_values(w, "version", versions, 3, out);
		put_constraints(is_editable, out);
	}
	mm_buf_text(out, "</ows:OperationsMetadata>\n");
}
