#include "api/html.h"
#include "api/tiles/tileset.h"

#include <string.h>

/*
 * "/tiles", "/tiles/{tms}" and the same below "/collections/{id}" (OGC 20-057, clauses 8 and 10): which
 * tilesets there are, and what one is. The tiles themselves are in grid_tiles.c; "/tiles/{layers}.json" and
 * "/tiles/{layers}/{z}/{x}/{y}.mvt", which have a suffix where these have none, in tilejson.c and tiles.c.
 */

/* The list of the dataset also has the tilesets of layers that come as tiles: they are none of its layers,
 * and may be far larger than the town. */
static bool is_dataset(const struct mm_tileset *t)
{
	return !t->collection && !*t->query;
}

static void put_list_json(struct mm_tileset *t, const struct mm_request *r, struct mm_proj *p,
			  struct mm_buf *out)
{
	struct mm_json j = mm_json_on(out);
	const char *json = mm_arena_printf(r->mem, "%s?f=json%s", t->path, t->query);
	const char *html = mm_arena_printf(r->mem, "%s?f=html%s", t->path, t->query);

	if (!json || !html) {
		out->failed = true;
		return;
	}
	mm_json_open(&j, NULL, '{');
	mm_json_open(&j, "links", '[');
	mm_out_link(&j, r, json, "self", MM_TYPE_JSON_MEDIA, "This document");
	mm_out_link(&j, r, html, "alternate", "text/html", "This document as HTML");
	mm_json_close(&j, ']');
	mm_json_open(&j, "tilesets", '[');
	for (size_t i = 0; (t->grid = mm_catalog_grid(t->set.catalog, i)); i++)
		if (mm_tileset_fits(t, t->grid))
			mm_tileset_put_item(t, r, p, &j);
	for (size_t i = 0; is_dataset(t) && i < mm_catalog_count(t->set.catalog); i++) {
		struct mm_tileset own;

		if (mm_tileset_of_archive(&own, t->set.catalog, i, r))
			mm_tileset_put_item(&own, r, p, &j);
	}
	mm_json_close(&j, ']');
	mm_json_close(&j, '}');
}

/* Head of the page, with the trail to it. */
static void begin(struct mm_html *h, const struct mm_tileset *t, const struct mm_request *r)
{
	const char *lang = h->ru ? "ru" : "en", *title = mm_html_say(h, "Плитки", "Tiles");
	const struct mm_schema *s = t->collection ? mm_layer_schema(t->collection) : NULL;
	struct mm_crumb crumb[5];
	size_t n = 0;

	crumb[n++] = (struct mm_crumb){mm_title_in(&mm_catalog_map(t->set.catalog)->title, lang, "munimap"),
				       "/?f=html"};
	if (s) {
		crumb[n++] = (struct mm_crumb){mm_html_say(h, "Слои", "Layers"), "/collections?f=html"};
		crumb[n++] = (struct mm_crumb){mm_title_in(&s->title, lang, s->id),
					       mm_arena_printf(r->mem, "/collections/%s?f=html", s->id)};
	}
	crumb[n++] = (struct mm_crumb){title, mm_arena_printf(r->mem, "%s?f=html%s", t->path, t->query)};
	if (t->grid)
		crumb[n++] = (struct mm_crumb){t->grid->id, ""};
	for (size_t i = 0; i < n; i++)
		if (!crumb[i].path)
			crumb[i].path = "";
	mm_html_begin(h, crumb, n);
}

static void put_item_html(struct mm_html *h, const struct mm_tileset *t, const struct mm_request *r,
			  const char *title)
{
	const char *path = mm_arena_printf(r->mem, "%s/%s?f=html%s", t->path, t->grid->id, t->query);

	mm_html_raw(h, "<li>");
	mm_html_link(h, path ? path : "", title);
	mm_html_raw(h, "</li>\n");
}

static void put_list_html(struct mm_tileset *t, const struct mm_request *r, struct mm_buf *out)
{
	struct mm_html h = mm_html_on(out, r);

	begin(&h, t, r);
	mm_html_raw(&h, "<ul>\n");
	for (size_t i = 0; (t->grid = mm_catalog_grid(t->set.catalog, i)); i++)
		if (mm_tileset_fits(t, t->grid))
			put_item_html(&h, t, r, t->grid->id);
	for (size_t i = 0; is_dataset(t) && i < mm_catalog_count(t->set.catalog); i++) {
		struct mm_tileset own;

		if (mm_tileset_of_archive(&own, t->set.catalog, i, r))
			put_item_html(&h, &own, r, mm_tileset_title(&own, r));
	}
	mm_html_raw(&h, "</ul>\n<p>");
	mm_html_link(&h, "/tileMatrixSets?f=html", mm_html_say(&h, "Сетки плиток", "Tile matrix sets"));
	mm_html_raw(&h, "</p>\n");
	mm_html_end(&h);
}

static void put_html(const struct mm_tileset *t, const struct mm_request *r, struct mm_buf *out)
{
	struct mm_html h = mm_html_on(out, r);
	const char *grid = mm_arena_printf(r->mem, "/tileMatrixSets/%s?f=html", t->grid->id);

	begin(&h, t, r);
	mm_html_raw(&h, "<p>");
	mm_html_link(&h, grid ? grid : "", mm_html_say(&h, "Сетка плиток", "The tile matrix set"));
	mm_html_raw(&h, "</p>\n<p><code>");
	mm_html_text(&h, r->base_url);
	mm_html_text(&h, t->path);
	mm_buf_printf(out, "/%s/{tileMatrix}/{tileRow}/{tileCol}?f=%s", t->grid->id,
		      mm_tile_set_has_encoding(&t->set, MM_TILE_MVT) ? "mvt" : "mlt");
	mm_html_text(&h, t->query);
	mm_html_raw(&h, "</code></p>\n<table>\n<tbody>\n");
	for (size_t i = 0; i < t->set.count; i++) {
		const struct mm_schema *s = mm_layer_schema(t->set.layer[i]);
		size_t first, last;

		mm_html_raw(&h, "<tr><td>");
		mm_html_text(&h, mm_title_in(&s->title, h.ru ? "ru" : "en", s->id));
		mm_buf_printf(out, "</td><td><code>%s</code></td><td>", s->id);
		if (mm_tileset_matrices(t, t->set.layer[i], &first, &last)) {
			mm_html_text(&h, t->grid->matrix[first].id);
			mm_html_raw(&h, " – ");
			mm_html_text(&h, t->grid->matrix[last].id);
		}
		mm_html_raw(&h, "</td></tr>\n");
	}
	for (size_t i = 0; i < t->set.archive_count; i++) {
		const struct mm_tile_archive_info *a = mm_tile_archive_info(t->set.archive[i]);

		mm_html_raw(&h, "<tr><td>");
		mm_html_text(&h, mm_title_in(&a->title, h.ru ? "ru" : "en", a->id));
		mm_buf_printf(out, "</td><td><code>%s</code></td><td>%u – %u</td></tr>\n", a->id, a->min_zoom,
			      a->max_zoom);
	}
	mm_html_raw(&h, "</tbody>\n</table>\n");
	mm_html_end(&h);
}

/* What is asked for, in which form. */
static enum mm_code open_asked(struct mm_tileset *t, const struct mm_api *api, const struct mm_request *r,
			       bool *ret_is_html, struct mm_err *reterr)
{
	static const char *const known[] = {"f", "lang", "collections"};
	enum mm_code rc = mm_request_only(r, known, mm_request_arg(r, "id") ? 2 : 3, reterr);

	if (!rc)
		rc = mm_out_format(r, MM_TYPE_JSON_MEDIA, ret_is_html, reterr);
	return rc ? rc : mm_tileset_open(t, api, r, reterr);
}

/* As JSON: the tileset, or the list of them where the path names no grid. */
static enum mm_code put_json(struct mm_tileset *t, const struct mm_api *api, const struct mm_request *r,
			     struct mm_buf *out, struct mm_err *reterr)
{
	struct mm_json j = mm_json_on(out);
	struct mm_kit *kit = NULL;
	enum mm_code rc = mm_kits_take(api->kits, &kit, reterr);

	if (!rc && t->grid)
		mm_tileset_put(t, r, kit->proj, &j);
	else if (!rc)
		put_list_json(t, r, kit->proj, out);
	mm_kits_give(api->kits, kit);
	return rc;
}

enum mm_code mm_api_tilesets(void *ctx, const struct mm_request *r, struct mm_response *rs,
			     struct mm_err *reterr)
{
	struct mm_tileset t = {0};
	bool is_html = false;
	enum mm_code rc = open_asked(&t, ctx, r, &is_html, reterr);

	if (!rc) {
		rs->etag = mm_out_page_etag(r, mm_catalog_version(t.set.catalog), is_html);
		if (is_html && t.grid)
			put_html(&t, r, &rs->body);
		else if (is_html)
			put_list_html(&t, r, &rs->body);
		else
			rc = put_json(&t, ctx, r, &rs->body, reterr);
	}
	if (!rc)
		rc = mm_out_done(rs, is_html ? MM_TYPE_HTML_MEDIA : MM_TYPE_JSON_MEDIA, reterr);
	mm_tileset_close(&t);
	return rc;
}
