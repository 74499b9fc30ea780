#include "api/openapi/write.h"

#include "api/html.h"

/* The definition in a few lines, for people. */

void mm_openapi_put_page(const struct mm_catalog *c, const struct mm_request *r, struct mm_buf *out)
{
	static const char *const rows[][3] = {
	    {"/collections", "список слоёв", "the layers"},
	    {"/collections/{id}", "описание слоя", "what a layer is"},
	    {"/collections/{id}/schema", "поля слоя (JSON Schema)", "fields of a layer (JSON Schema)"},
	    {"/collections/{id}/items?bbox=&datetime=&limit=&offset=&{field}=",
	     "объекты слоя: в окне, за период, с равенством поля",
	     "features: in a window, a period, by a field's value"},
	    {"POST /collections/{id}/search", "то же для условий длиннее адреса",
	     "the same for conditions longer than an address"},
	    {"/collections/{id}/items/{featureId}", "один объект", "one feature"},
	    {"/collections/{id}/aggregate?functions=&group-by=&sortby=&filter=",
	     "итоги слоя по группам или по контурам другого слоя",
	     "counts and sums by groups, or by the polygons of another layer"},
	    {"/tiles/{layers}/{z}/{x}/{y}.mvt", "векторные плитки MVT, слои через запятую",
	     "vector tiles (MVT), layers joined by commas"},
	    {"/tiles/{layers}/{z}/{x}/{y}.mlt", "то же в виде MapLibre Tile", "the same as MapLibre Tiles"},
	    {"/tiles/{layers}.json?f=", "описание плиток (TileJSON); f: mvt или mlt",
	     "TileJSON of these layers; f: mvt or mlt"},
	    {"/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}?collections=",
	     "плитки OGC API: любая сетка, строка перед столбцом",
	     "OGC API tiles: any grid, row before column"},
	    {"/collections/{id}/tiles/{tileMatrixSetId}", "набор плиток слоя", "tileset of a layer"},
	    {"/tileMatrixSets", "сетки плиток", "tile matrix sets"},
	    {"/map", "карта картинкой: PNG, JPEG, SVG, PDF (OGC API - Maps)",
	     "the map as a picture: PNG, JPEG, SVG, PDF (OGC API - Maps)"},
	    {"/wms", "Web Map Service 1.3.0 и 1.1.1", "Web Map Service 1.3.0 and 1.1.1"},
	    {"/print", "план на бумаге (POST): PDF, SVG или PNG; шаблоны — /print/templates",
	     "a plan on paper (POST): PDF, SVG or PNG; templates: /print/templates"},
	    {"/print/jobs/{id}", "как идёт печать, заказанная с Prefer: respond-async",
	     "how a print goes that was asked for with Prefer: respond-async"},
	    {"/wfs?service=WFS&request=GetCapabilities", "Web Feature Service (WFS 2.0, 1.1, 1.0)",
	     "Web Feature Service (WFS 2.0, 1.1, 1.0)"},
	    {"/events?layers=", "изменения слоёв по мере их появления (Server-Sent Events)",
	     "changes of the layers as they happen (Server-Sent Events)"},
	};
	struct mm_html h = mm_html_on(out, r);
	const struct mm_crumb crumb[] = {
	    {mm_title_in(&mm_catalog_map(c)->title, h.ru ? "ru" : "en", "munimap"), "/?f=html"},
	    {mm_html_say(&h, "Описание API", "API documentation"), ""}};

	mm_html_begin(&h, crumb, 2);
	mm_html_raw(&h, "<table>\n<tbody>\n");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		mm_html_raw(&h, "<tr><td><code>");
		mm_html_text(&h, rows[i][0]);
		mm_html_raw(&h, "</code></td><td>");
		mm_html_text(&h, mm_html_say(&h, rows[i][1], rows[i][2]));
		mm_html_raw(&h, "</td></tr>\n");
	}
	mm_html_raw(&h, "</tbody>\n</table>\n<p>");
	mm_html_link(&h, "/api?f=json", "OpenAPI 3.0");
	mm_html_raw(&h, "</p>\n");
	mm_html_end(&h);
}
