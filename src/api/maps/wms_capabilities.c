#include "api/maps/wms.h"
#include "base/clock.h"
#include "base/text.h"
#include "style/palette.h"

#include <math.h>
#include <string.h>

/* GetCapabilities of the Web Map Service. */

struct doc {
	struct mm_wms *w;
	struct mm_buf *out;
	const char *lang;
	struct mm_palette *palette; /* NULL: no memory */
};

static void put_text(struct doc *d, const char *name, const char *text)
{
	mm_buf_printf(d->out, "<%s>", name);
	mm_text_put_html(d->out, text, strlen(text));
	mm_buf_printf(d->out, "</%s>\n", name);
}

static void put_address(struct doc *d, const char *query)
{
	mm_buf_text(d->out,
		    "<OnlineResource xmlns:xlink=\"http://www.w3.org/1999/xlink\" xlink:type=\"simple\" "
		    "xlink:href=\"");
	mm_text_put_html(d->out, d->w->picture.r->base_url, strlen(d->w->picture.r->base_url));
	mm_buf_text(d->out, "/wms?");
	mm_text_put_html(d->out, query, strlen(query));
	mm_buf_text(d->out, "\"/>");
}

static void put_service(struct doc *d)
{
	const struct mm_map_info *map = mm_catalog_map(d->w->picture.catalog);

	mm_buf_printf(d->out, "<Service>\n<Name>%s</Name>\n", d->w->is_111 ? "OGC:WMS" : "WMS");
	put_text(d, "Title", mm_title_in(&map->title, d->lang, "munimap"));
	put_text(d, "Abstract", mm_title_in(&map->description, d->lang, ""));
	put_address(d, "");
	mm_buf_text(d->out, "\n<Fees>none</Fees>\n<AccessConstraints>none</AccessConstraints>\n");
	if (!d->w->is_111)
		mm_buf_printf(
		    d->out,
		    "<LayerLimit>%d</LayerLimit>\n<MaxWidth>%d</MaxWidth>\n<MaxHeight>%d</MaxHeight>\n",
		    MM_WMS_LAYERS_MAX, MM_PICTURE_SIDE_MAX, MM_PICTURE_SIDE_MAX);
	mm_buf_text(d->out, "</Service>\n");
}

static void put_operation(struct doc *d, const char *name, const char *const *formats)
{
	mm_buf_printf(d->out, "<%s>", name);
	for (; *formats; formats++)
		mm_buf_printf(d->out, "<Format>%s</Format>", *formats);
	mm_buf_text(d->out, "<DCPType><HTTP><Get>");
	put_address(d, "");
	mm_buf_printf(d->out, "</Get></HTTP></DCPType></%s>\n", name);
}

static void put_operations(struct doc *d)
{
	static const char *const xml[] = {"text/xml", NULL}, *const old[] = {"application/vnd.ogc.wms_xml",
									     NULL};
	static const char *const pictures[] = {"image/png", "image/jpeg", "image/svg+xml", "application/pdf",
					       NULL};
	static const char *const info[] = {"application/json", "text/html", "text/plain", NULL};
	static const char *const legend[] = {"image/png", "image/svg+xml", NULL};

	mm_buf_text(d->out, "<Request>\n");
	put_operation(d, "GetCapabilities", d->w->is_111 ? old : xml);
	put_operation(d, "GetMap", pictures);
	put_operation(d, "GetFeatureInfo", info);
	if (d->w->is_111)
		put_operation(d, "GetLegendGraphic", legend);
	mm_buf_printf(d->out, "</Request>\n<Exception><Format>%s</Format></Exception>\n",
		      d->w->is_111 ? "application/vnd.ogc.se_xml" : "XML");
}

/* ---- layers ---- */

/* The systems that are told: any other that PROJ knows is drawn as well. */
static void put_systems(struct doc *d)
{
	const char *name = d->w->is_111 ? "SRS" : "CRS";
	const char *own = mm_catalog_map(d->w->picture.catalog)->crs_code;

	put_text(d, name, "EPSG:3857");
	put_text(d, name, "EPSG:4326");
	if (!d->w->is_111)
		put_text(d, name, "CRS:84");
	if (own && *own && strcmp(own, "EPSG:3857") != 0)
		put_text(d, name, own);
}

static void put_box_in(struct doc *d, const struct mm_box *deg, const char *name, const char *definition)
{
	const struct mm_transform *t;
	struct mm_crs crs;
	struct mm_box b;
	bool is_north_first;

	if (mm_crs_parse(d->w->picture.kit->proj, definition, &crs, NULL))
		return;
	is_north_first = crs.is_north_first && !d->w->is_111;
	mm_crs_release(&crs);
	if (mm_transform_get(d->w->picture.kit->proj, MM_CRS84, definition, &t, NULL))
		return;
	b = mm_transform_box(t, deg);
	if (mm_box_is_empty(&b))
		return;
	if (is_north_first)
		b = (struct mm_box){b.min_y, b.min_x, b.max_y, b.max_x};
	mm_buf_printf(
	    d->out, "<BoundingBox %s=\"%s\" minx=\"%.10g\" miny=\"%.10g\" maxx=\"%.10g\" maxy=\"%.10g\"/>\n",
	    d->w->is_111 ? "SRS" : "CRS", name, b.min_x, b.min_y, b.max_x, b.max_y);
}

static void put_boxes(struct doc *d, struct mm_box b)
{
	const struct mm_map_info *map = mm_catalog_map(d->w->picture.catalog);

	if (mm_box_is_empty(&b))
		b = (struct mm_box){-180, -85, 180, 85};
	/* a single point has no window that a client could ask for */
	if (!(b.max_x - b.min_x > 1e-4) || !(b.max_y - b.min_y > 1e-4))
		b = (struct mm_box){b.min_x - 1e-3, b.min_y - 1e-3, b.max_x + 1e-3, b.max_y + 1e-3};
	if (d->w->is_111)
		mm_buf_printf(
		    d->out,
		    "<LatLonBoundingBox minx=\"%.10g\" miny=\"%.10g\" maxx=\"%.10g\" maxy=\"%.10g\"/>\n",
		    b.min_x, b.min_y, b.max_x, b.max_y);
	else
		mm_buf_printf(d->out,
			      "<EX_GeographicBoundingBox><westBoundLongitude>%.10g</westBoundLongitude>"
			      "<eastBoundLongitude>%.10g</eastBoundLongitude><southBoundLatitude>%.10g</"
			      "southBoundLatitude>"
			      "<northBoundLatitude>%.10g</northBoundLatitude></EX_GeographicBoundingBox>\n",
			      b.min_x, b.max_x, b.min_y, b.max_y);
	if (!d->w->is_111)
		put_box_in(d, &b, "CRS:84", MM_CRS84);
	put_box_in(d, &b, "EPSG:4326", "EPSG:4326");
	b.min_y = fmax(b.min_y, -85);
	b.max_y = fmin(b.max_y, 85);
	put_box_in(d, &b, "EPSG:3857", "EPSG:3857");
	if (map->crs_code && *map->crs_code && strcmp(map->crs_code, "EPSG:3857") != 0)
		put_box_in(d, &b, map->crs_code, map->crs_definition);
}

/* "begin/end/PT1S": from the first moment of its features to the last, which is all that TIME may be. */
static void put_time(struct doc *d, const struct mm_layer *l)
{
	char begin[MM_CLOCK_TEXT_MAX], end[MM_CLOCK_TEXT_MAX];
	struct mm_period all;

	if (!mm_query_time_extent(l, &all))
		return;
	(void)mm_clock_format(all.begin_ms, 0, begin);
	(void)mm_clock_format(all.end_ms, 0, end);
	if (d->w->is_111)
		mm_buf_printf(d->out,
			      "<Dimension name=\"time\" units=\"ISO8601\"/>\n"
			      "<Extent name=\"time\" default=\"%s/%s\" current=\"1\">%s/%s/PT1S</Extent>\n",
			      begin, end, begin, end);
	else
		mm_buf_printf(d->out,
			      "<Dimension name=\"time\" units=\"ISO8601\" default=\"%s/%s\" "
			      "current=\"1\">%s/%s/PT1S</Dimension>\n",
			      begin, end, begin, end);
}

static void put_styles(struct doc *d, const char *layer)
{
	for (size_t i = 0; d->palette && i < mm_palette_count(d->palette); i++) {
		const char *id = mm_palette_id(d->palette, i);
		const json_t *title = json_object_get(mm_palette_style(d->palette, i), "title");
		const char *query =
		    mm_arena_printf(d->w->picture.r->mem,
				    "SERVICE=WMS&VERSION=1.3.0&REQUEST=GetLegendGraphic&FORMAT=image/png"
				    "&LAYER=%s&STYLE=%s",
				    layer, id);

		mm_buf_text(d->out, "<Style>");
		put_text(d, "Name", id);
		put_text(d, "Title", json_string_value(json_object_get(title, d->lang)));
		mm_buf_text(d->out, "<LegendURL width=\"300\" height=\"200\"><Format>image/png</Format>");
		put_address(d, query ? query : "");
		mm_buf_text(d->out, "</LegendURL></Style>\n");
	}
}

static void put_layer(struct doc *d, const struct mm_layer *l)
{
	const struct mm_schema *s = mm_layer_schema(l);

	mm_buf_text(d->out, "<Layer queryable=\"1\">\n");
	put_text(d, "Name", s->id);
	put_text(d, "Title", mm_title_in(&s->title, d->lang, s->id));
	put_text(d, "Abstract", mm_title_in(&s->description, d->lang, ""));
	put_boxes(d, mm_layer_box_deg(l));
	put_time(d, l);
	put_styles(d, s->id);
	mm_buf_text(d->out, "</Layer>\n");
}

/* A picture, of which nothing can be asked. */
static void put_raster(struct doc *d, const struct mm_raster *r)
{
	const struct mm_raster_info *info = mm_raster_info(r);

	mm_buf_text(d->out, "<Layer queryable=\"0\" opaque=\"1\">\n");
	put_text(d, "Name", info->id);
	put_text(d, "Title", mm_title_in(&info->title, d->lang, info->id));
	put_text(d, "Abstract", mm_title_in(&info->description, d->lang, ""));
	put_boxes(d, info->box_deg);
	put_styles(d, info->id);
	mm_buf_text(d->out, "</Layer>\n");
}

/* Of the features, and of the pixels of rasters. */
static struct mm_box box_of_all(const struct mm_catalog *c)
{
	struct mm_box all = mm_catalog_box_deg(c, NULL);

	for (size_t i = 0; i < mm_catalog_count(c); i++)
		if (mm_catalog_entry(c, i)->raster)
			mm_box_merge(&all, &mm_raster_info(mm_catalog_entry(c, i)->raster)->box_deg);
	return all;
}

static void put_layers(struct doc *d)
{
	const struct mm_catalog *c = d->w->picture.catalog;

	mm_buf_text(d->out, "<Layer queryable=\"1\">\n");
	put_text(d, "Name", MM_WMS_ALL);
	put_text(d, "Title", mm_title_in(&mm_catalog_map(c)->title, d->lang, "munimap"));
	put_systems(d);
	put_boxes(d, box_of_all(c));
	put_styles(d, MM_WMS_ALL);
	for (size_t i = 0; i < mm_catalog_count(c); i++)
		if (mm_catalog_entry(c, i)->layer)
			put_layer(d, mm_catalog_entry(c, i)->layer);
		else if (mm_catalog_entry(c, i)->raster)
			put_raster(d, mm_catalog_entry(c, i)->raster);
	mm_buf_text(d->out, "</Layer>\n");
}

void mm_wms_capabilities(struct mm_wms *w)
{
	struct doc d = {.w = w, .out = &w->rs->body, .lang = mm_request_lang(w->picture.r, "ru")};

	if (mm_palette_new(&d.palette, NULL))
		d.out->failed = true;
	if (w->is_111)
		mm_buf_text(
		    d.out,
		    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<WMT_MS_Capabilities version=\"1.1.1\">\n");
	else
		mm_buf_text(d.out,
			    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<WMS_Capabilities version=\"1.3.0\" "
			    "xmlns=\"http://www.opengis.net/wms\" "
			    "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
			    "xmlns:sld=\"http://www.opengis.net/sld\" "
			    "xsi:schemaLocation=\"http://www.opengis.net/wms "
			    "http://schemas.opengis.net/wms/1.3.0/capabilities_1_3_0.xsd\">\n");
	put_service(&d);
	mm_buf_text(d.out, "<Capability>\n");
	put_operations(&d);
	put_layers(&d);
	mm_buf_printf(d.out, "</Capability>\n</%s>\n",
		      w->is_111 ? "WMT_MS_Capabilities" : "WMS_Capabilities");
	(void)mm_palette_free(d.palette);
	w->rs->content_type = w->is_111 ? "application/vnd.ogc.wms_xml" : "text/xml";
}
