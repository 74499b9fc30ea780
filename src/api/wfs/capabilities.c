#include "api/wfs/capabilities.h"

#include "api/edits/edits.h"
#include "base/text.h"
#include "geo/box.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* GetCapabilities: what this server is, can do, and has. */

/* ---- sections ---- */

static bool has_section(const struct mm_wfs *w, const char *name)
{
	const char *at = w->ask.sections;
	const size_t n = strlen(name);

	if (!at)
		return true;
	for (; *at; at += strcspn(at, ","), at += *at == ',') {
		const size_t len = strcspn(at, ",");

		if ((len == n && strncasecmp(at, name, n) == 0) ||
		    (len == 3 && strncasecmp(at, "All", 3) == 0))
			return true;
	}
	return false;
}

static void put_element(struct mm_buf *out, const char *name, const char *text)
{
	mm_buf_printf(out, "<%s>", name);
	mm_wfs_put_xml(out, text);
	mm_buf_printf(out, "</%s>\n", name);
}

static void put_identification(struct mm_wfs *w, struct mm_buf *out)
{
	const struct mm_map_info *map = mm_catalog_map(w->catalog);
	const char *title = mm_title_in(&map->title, mm_request_lang(w->r, "ru"), "munimap");
	const char *abstract = mm_title_in(&map->description, mm_request_lang(w->r, "ru"), "");

	if (w->ask.version == MM_WFS_10) {
		mm_buf_text(out, "<Service><Name>WFS</Name>\n");
		put_element(out, "Title", title);
		put_element(out, "Abstract", abstract);
		mm_buf_printf(out, "<Keywords>WFS</Keywords>\n<OnlineResource>");
		mm_wfs_put_xml(out, w->r->base_url);
		mm_buf_text(out, "/wfs</OnlineResource>\n</Service>\n");
		return;
	}
	mm_buf_text(out, "<ows:ServiceIdentification>\n");
	put_element(out, "ows:Title", title);
	put_element(out, "ows:Abstract", abstract);
	mm_buf_text(out, "<ows:ServiceType codeSpace=\"OGC\">WFS</ows:ServiceType>\n");
	if (w->ask.version == MM_WFS_20) {
		mm_buf_text(out, "<ows:ServiceTypeVersion>2.0.0</ows:ServiceTypeVersion>\n"
				 "<ows:ServiceTypeVersion>1.1.0</ows:ServiceTypeVersion>\n"
				 "<ows:ServiceTypeVersion>1.0.0</ows:ServiceTypeVersion>\n");
	} else {
		mm_buf_text(out, "<ows:ServiceTypeVersion>1.1.0</ows:ServiceTypeVersion>\n");
	}
	mm_buf_text(out, "<ows:Fees>NONE</ows:Fees>\n<ows:AccessConstraints>NONE</ows:AccessConstraints>\n"
			 "</ows:ServiceIdentification>\n");
}

static void put_provider(struct mm_wfs *w, struct mm_buf *out)
{
	const char *name =
	    mm_title_in(&mm_catalog_map(w->catalog)->attribution, mm_request_lang(w->r, "ru"), "");

	if (w->ask.version == MM_WFS_10)
		return;
	mm_buf_text(out, "<ows:ServiceProvider>\n");
	put_element(out, "ows:ProviderName", *name ? name : "munimap");
	mm_buf_text(out, "<ows:ServiceContact/>\n</ows:ServiceProvider>\n");
}

/* ---- feature types ---- */

static enum mm_code put_systems(struct mm_wfs *w, const struct mm_schema *s, struct mm_buf *out,
				struct mm_err *reterr)
{
	static const char *const first[MM_WFS_VERSION_COUNT] = {"SRS", "DefaultSRS", "DefaultCRS"};
	static const char *const other[MM_WFS_VERSION_COUNT] = {NULL, "OtherSRS", "OtherCRS"};
	const char *name[MM_OUT_CRS_MAX + 1];
	size_t count;
	enum mm_code rc = mm_wfs_srs_names(w, s, name, &count, reterr);

	for (size_t i = 0; !rc && i < count; i++)
		if (i == 0 || other[w->ask.version])
			put_element(out, i ? other[w->ask.version] : first[w->ask.version], name[i]);
	return rc;
}

/* An empty layer is anywhere. */
static void put_box(struct mm_wfs *w, const struct mm_layer *l, struct mm_buf *out)
{
	struct mm_box b = mm_layer_box_deg(l);

	if (mm_box_is_empty(&b))
		b = (struct mm_box){-180, -90, 180, 90};
	/* outwards: QGIS distrusts a layer with features out of its box */
	b = (struct mm_box){floor(b.min_x * 1e7) / 1e7, floor(b.min_y * 1e7) / 1e7, ceil(b.max_x * 1e7) / 1e7,
			    ceil(b.max_y * 1e7) / 1e7};
	if (w->ask.version == MM_WFS_10)
		mm_buf_printf(
		    out,
		    "<LatLongBoundingBox minx=\"%.10g\" miny=\"%.10g\" maxx=\"%.10g\" maxy=\"%.10g\"/>\n",
		    b.min_x, b.min_y, b.max_x, b.max_y);
	else
		mm_buf_printf(out,
			      "<ows:WGS84BoundingBox><ows:LowerCorner>%.10g %.10g</ows:LowerCorner>"
			      "<ows:UpperCorner>%.10g %.10g</ows:UpperCorner></ows:WGS84BoundingBox>\n",
			      b.min_x, b.min_y, b.max_x, b.max_y);
}

static void put_operations_of(struct mm_wfs *w, const struct mm_entry *e, struct mm_buf *out)
{
	if (w->ask.version == MM_WFS_10)
		mm_buf_printf(out, "<Operations><Query/>%s</Operations>\n",
			      mm_wfs_may_edit(w, e) ? "<Insert/><Update/><Delete/>" : "");
	else if (w->ask.version == MM_WFS_11)
		mm_buf_printf(out, "<Operations><Operation>Query</Operation>%s</Operations>\n",
			      mm_wfs_may_edit(w, e)
				  ? "<Operation>Insert</Operation><Operation>Update</Operation>"
				    "<Operation>Delete</Operation>"
				  : "");
}

static void put_formats_of(struct mm_wfs *w, struct mm_buf *out)
{
	if (w->ask.version == MM_WFS_10)
		return;
	mm_buf_text(out, "<OutputFormats>");
	put_element(out, "Format", mm_wfs_media_type(w->ask.version));
	mm_buf_text(out, "<Format>application/json</Format><Format>csv</Format><Format>SHAPE-ZIP</Format></"
			 "OutputFormats>\n");
}

static enum mm_code put_type(struct mm_wfs *w, const struct mm_entry *e, struct mm_buf *out,
			     struct mm_err *reterr)
{
	const struct mm_schema *s = mm_layer_schema(e->layer);
	enum mm_code rc;

	mm_buf_text(out, "<FeatureType xmlns:" MM_GML_PREFIX "=\"" MM_GML_OURS "\"><Name>");
	mm_wfs_put_type(out, s);
	mm_buf_text(out, "</Name>\n");
	put_element(out, "Title", mm_title_in(&s->title, mm_request_lang(w->r, "ru"), s->id));
	put_element(out, "Abstract", mm_title_in(&s->description, mm_request_lang(w->r, "ru"), ""));
	rc = put_systems(w, s, out, reterr);
	put_operations_of(w, e, out);
	put_formats_of(w, out);
	put_box(w, e->layer, out);
	mm_buf_text(out, "</FeatureType>\n");
	return rc;
}

static enum mm_code put_types(struct mm_wfs *w, struct mm_buf *out, struct mm_err *reterr)
{
	enum mm_code rc = MM_OK;

	mm_buf_text(out, "<FeatureTypeList>\n");
	if (w->ask.version == MM_WFS_10)
		mm_buf_text(out, "<Operations><Query/></Operations>\n");
	for (size_t i = 0; !rc && i < mm_catalog_count(w->catalog); i++) {
		const struct mm_entry *e = mm_catalog_entry(w->catalog, i);

		if (e->layer)
			rc = put_type(w, e, out, reterr);
	}
	mm_buf_text(out, "</FeatureTypeList>\n");
	return rc;
}

/* ---- the document ---- */

static void put_root(struct mm_wfs *w, struct mm_buf *out)
{
	static const char *const ows[MM_WFS_VERSION_COUNT] = {"", "http://www.opengis.net/ows",
							      "http://www.opengis.net/ows/1.1"};
	const enum mm_wfs_version v = w->ask.version;

	mm_buf_printf(
	    out,
	    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<%sWFS_Capabilities version=\"%s\" xmlns=\"%s\" "
	    "xmlns:wfs=\"%s\" xmlns:ogc=\"http://www.opengis.net/ogc\" xmlns:gml=\"%s\" "
	    "xmlns:xlink=\"http://www.w3.org/1999/xlink\" "
	    "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xmlns:" MM_GML_PREFIX "=\"" MM_GML_OURS
	    "\"",
	    v == MM_WFS_10 ? "" : "wfs:", mm_wfs_version_name(v), mm_wfs_namespace(v), mm_wfs_namespace(v),
	    mm_gml_namespace(mm_wfs_gml(v)));
	if (*ows[v])
		mm_buf_printf(out, " xmlns:ows=\"%s\"", ows[v]);
	if (v == MM_WFS_20)
		mm_buf_text(out, " xmlns:fes=\"http://www.opengis.net/fes/2.0\" "
				 "xsi:schemaLocation=\"http://www.opengis.net/wfs/2.0 "
				 "http://schemas.opengis.net/wfs/2.0/wfs.xsd\"");
	mm_buf_text(out, ">\n");
}

enum mm_code mm_wfs_capabilities(struct mm_wfs *w, struct mm_err *reterr)
{
	struct mm_buf *out = &w->rs->body;
	enum mm_code rc = MM_OK;

	put_root(w, out);
	if (has_section(w, "ServiceIdentification"))
		put_identification(w, out);
	if (has_section(w, "ServiceProvider"))
		put_provider(w, out);
	if (has_section(w, "OperationsMetadata"))
		mm_wfs_put_operations(w, out);
	if (has_section(w, "FeatureTypeList"))
		rc = put_types(w, out, reterr);
	if (has_section(w, "Filter_Capabilities"))
		mm_wfs_put_filters(w, out);
	mm_buf_printf(out, "</%sWFS_Capabilities>\n", w->ask.version == MM_WFS_10 ? "" : "wfs:");
	w->rs->content_type = w->ask.version == MM_WFS_20 ? "application/xml" : "text/xml";
	return rc;
}
