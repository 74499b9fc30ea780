#include "api/out.h"
#include "api/styles/styling.h"

#include <string.h>

/*
 * "/styles" and "/styles/{id}": the map's one design in several MapLibre styles (style/palette.h), made to
 * fit the map that is served. Sources written as "munimap:a,b,c" become the TileJSON of those of these layers
 * that are there; style layers of others go; layers of the map that no style draws get a plain symbol from
 * their style hint, so that any folder of files shows up at once, and archives of tiles (`tiles:`) lie below
 * them. Style layers that draw the labels of a layer (tile/tile.h) say so by "munimap:layer" in their
 * metadata. With "?tiles=mlt" sources are MapLibre Tiles, which few but MapLibre can read: a fifth to a third
 * less on the wire. The page itself stays with MVT: MapLibre reads all attributes of an MLT at once, which
 * takes 1.4 to 2.8 times as long, and views are not drawn sooner (tests/bench/viewer_tiles.mjs).
 */

static const char style_media[] = "application/vnd.mapbox.style+json";

static int put_chunk(const char *bytes, size_t n, void *out)
{
	mm_buf_put(out, bytes, n);
	return ((struct mm_buf *)out)->failed ? -1 : 0;
}

enum mm_code mm_api_style(void *ctx, const struct mm_request *r, struct mm_response *rs,
			  struct mm_err *reterr)
{
	const char *lang = mm_request_lang(r, "ru"), *tiles = mm_request_param(r, "tiles");
	const struct mm_catalog *c;
	json_t *style = NULL;
	enum mm_code rc = mm_out_catalog(ctx, &c, reterr);

	if (rc)
		return rc;
	rc = mm_styling_make(r->mem, c, r->segment[1], r->base_url, lang, tiles && strcmp(tiles, "mlt") == 0,
			     &style, reterr);
	if (!rc && json_dump_callback(style, put_chunk, &rs->body, JSON_COMPACT) != 0)
		rc = mm_fail_nomem(reterr);
	rs->etag = mm_out_etag(r, mm_catalog_version(c), lang);
	json_decref(style);
	(void)mm_catalog_unref(c);
	return rc ? rc : mm_out_done(rs, style_media, reterr);
}

/* A text of the table in the language of the request. */
static const char *say(const json_t *style, const char *key, const struct mm_request *r)
{
	return json_string_value(json_object_get(json_object_get(style, key), mm_request_lang(r, "ru")));
}

static void put_listed(struct mm_json *j, const struct mm_palette *p, size_t i, const struct mm_request *r)
{
	const json_t *style = mm_palette_style(p, i);
	const char *path = mm_arena_printf(r->mem, "/styles/%s", mm_palette_id(p, i));

	mm_json_open(j, NULL, '{');
	mm_json_text(j, "id", mm_palette_id(p, i));
	mm_json_text(j, "title", say(style, "title", r));
	mm_json_text(j, "description", say(style, "description", r));
	mm_json_open(j, "links", '[');
	mm_out_link(j, r, path ? path : "", "stylesheet", style_media, say(style, "title", r));
	mm_json_close(j, ']');
	mm_json_close(j, '}');
}

enum mm_code mm_api_styles(void *ctx, const struct mm_request *r, struct mm_response *rs,
			   struct mm_err *reterr)
{
	struct mm_json j = mm_json_on(&rs->body);
	struct mm_palette *p = NULL;
	enum mm_code rc = mm_palette_new(&p, reterr);

	(void)ctx;
	if (rc)
		return rc;
	mm_json_open(&j, NULL, '{');
	mm_json_text(&j, "default", mm_palette_id(p, 0));
	mm_json_open(&j, "styles", '[');
	for (size_t i = 0; i < mm_palette_count(p); i++)
		put_listed(&j, p, i, r);
	mm_json_close(&j, ']');
	mm_json_open(&j, "links", '[');
	mm_out_link(&j, r, "/styles", "self", MM_TYPE_JSON_MEDIA, NULL);
	mm_json_close(&j, ']');
	mm_json_close(&j, '}');
	(void)mm_palette_free(p);
	return mm_out_done(rs, MM_TYPE_JSON_MEDIA, reterr);
}
