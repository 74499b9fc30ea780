#include "api/rasters/collection.h"

#include "api/html.h"
#include "api/out.h"

static void put_extent(struct mm_json *j, const struct mm_box *box)
{
	mm_json_open(j, "extent", '{');
	mm_json_open(j, "spatial", '{');
	mm_json_open(j, "bbox", '[');
	mm_out_box(j, NULL, box);
	mm_json_close(j, ']');
	mm_json_text(j, "crs", "http://www.opengis.net/def/crs/OGC/1.3/CRS84");
	mm_json_close(j, '}');
	mm_json_close(j, '}');
}

static void put_links(struct mm_json *j, const struct mm_request *r, const char *id)
{
	static const struct {
		const char *path, *rel, *type, *title;
	} links[] = {
	    {"", "self", MM_TYPE_JSON_MEDIA, "This collection"},
	    {"?f=html", "alternate", "text/html", "This collection as HTML"},
	    {"/map?f=png", "http://www.opengis.net/def/rel/ogc/1.0/map", "image/png", "The picture"},
	    {"/map?f=jpg", "http://www.opengis.net/def/rel/ogc/1.0/map", "image/jpeg", "The picture"},
	};

	mm_json_open(j, "links", '[');
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
		const char *path = mm_arena_printf(r->mem, "/collections/%s%s", id, links[i].path);

		mm_out_link(j, r, path ? path : "", links[i].rel, links[i].type, links[i].title);
		j->out->failed |= !path;
	}
	mm_json_close(j, ']');
}

static void put_json(const struct mm_raster_info *info, const struct mm_request *r, struct mm_buf *out)
{
	const char *lang = mm_request_lang(r, "ru"), *about = mm_title_in(&info->description, lang, "");
	struct mm_json j = mm_json_on(out);

	mm_json_open(&j, NULL, '{');
	mm_json_text(&j, "id", info->id);
	mm_json_text(&j, "title", mm_title_in(&info->title, lang, info->id));
	if (*about)
		mm_json_text(&j, "description", about);
	put_extent(&j, &info->box_deg);
	mm_json_text(&j, "layerDataType", "Raster"); /* GDAL takes it for no table by this */
	if (*info->license)
		mm_json_text(&j, "license", info->license);
	put_links(&j, r, info->id);
	mm_json_close(&j, '}');
}

static void put_html(const struct mm_catalog *c, const struct mm_raster_info *info,
		     const struct mm_request *r, struct mm_buf *out)
{
	struct mm_html h = mm_html_on(out, r);
	const char *lang = h.ru ? "ru" : "en";
	const struct mm_crumb crumb[] = {
	    {mm_title_in(&mm_catalog_map(c)->title, lang, "munimap"), "/?f=html"},
	    {mm_html_say(&h, "Слои", "Layers"), "/collections?f=html"},
	    {mm_title_in(&info->title, lang, info->id), ""}};
	const char *map = mm_arena_printf(r->mem, "/collections/%s/map?f=png", info->id);

	mm_html_begin(&h, crumb, 3);
	mm_html_raw(&h, "<p>");
	mm_html_link(&h, map ? map : "", mm_html_say(&h, "Картинка", "The picture"));
	mm_html_raw(&h, "</p>\n<table>\n<tbody>\n");
	mm_html_row(&h, mm_html_say(&h, "Описание", "Description"),
		    mm_title_in(&info->description, lang, ""));
	mm_html_row(&h, mm_html_say(&h, "Владелец", "Owner"), mm_title_in(&info->owner, lang, ""));
	mm_html_row(&h, mm_html_say(&h, "Лицензия", "Licence"), info->license);
	mm_html_row(&h, mm_html_say(&h, "Пикселей", "Pixels"),
		    mm_arena_printf(r->mem, "%u × %u", info->width_px, info->height_px));
	mm_html_row(&h, mm_html_say(&h, "Пиксель, м", "A pixel, m"),
		    mm_arena_printf(r->mem, "%.3g", info->resolution_m));
	mm_html_row(&h, mm_html_say(&h, "Система координат источника", "Coordinate system of the source"),
		    info->crs_name);
	mm_html_row(&h, mm_html_say(&h, "Источник изменён", "Source changed"), info->stamp);
	mm_html_raw(&h, "</tbody>\n</table>\n");
	mm_html_end(&h);
}

void mm_raster_put_collection(const struct mm_catalog *c, const struct mm_raster *raster, bool is_html,
			      const struct mm_request *r, struct mm_buf *out)
{
	if (is_html)
		put_html(c, mm_raster_info(raster), r, out);
	else
		put_json(mm_raster_info(raster), r, out);
}
