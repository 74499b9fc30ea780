#include "api/html.h"
#include "api/maps/wms.h"
#include "api/out.h"
#include "base/clock.h"
#include "encode/geojson.h"
#include "encode/value.h"

#include <string.h>
#include <strings.h>

/* GetFeatureInfo: what is at a pixel of the map, of each layer that is asked, the nearest few. */

static const int64_t DEADLINE_NS = 5000000000;

enum format { AS_JSON, AS_HTML, AS_TEXT };

struct info {
	struct mm_wms *w;
	enum format format;
	struct mm_html html;
	struct mm_wms_spot spot; /* the middle of the pixel */
	struct mm_query query;   /* a window around the pixel, no more */
	uint32_t most;           /* features of a layer */
	bool comma;
	const char *lang;
};

static enum mm_code read_format(struct info *f, struct mm_err *reterr)
{
	static const char *const names[] = {"application/json", "text/html", "text/plain"};
	const char *text = mm_wms_param(f->w->picture.r, "INFO_FORMAT");

	f->format = AS_TEXT;
	if (!text)
		return MM_OK;
	if (!strcasecmp(text, "application/geo+json") || !strcasecmp(text, "application/geojson"))
		text = names[AS_JSON];
	for (int i = 0; i < 3; i++)
		if (!strcasecmp(text, names[i])) {
			f->format = (enum format)i;
			return MM_OK;
		}
	return mm_wms_fail(f->w, "InvalidFormat", reterr, "INFO_FORMAT",
			   "write application/json, text/html or text/plain");
}

/* A window of some pixels around the one that was pointed at. */
static enum mm_code read_point(struct info *f, struct mm_err *reterr)
{
	struct mm_wms *w = f->w;
	const struct mm_picture *p = &w->picture;
	const double a_pixel_x = (p->box.max_x - p->box.min_x) / p->width_px,
		     a_pixel_y = (p->box.max_y - p->box.min_y) / p->height_px;
	unsigned i = 0, j = 0;
	enum mm_code rc = mm_wms_read_number(w, w->is_111 ? "X" : "I", 0, p->width_px - 1, &i, reterr);

	if (!rc)
		rc = mm_wms_read_number(w, w->is_111 ? "Y" : "J", 0, p->height_px - 1, &j, reterr);
	if (rc) {
		if (mm_wms_param(p->r, w->is_111 ? "X" : "I") && mm_wms_param(p->r, w->is_111 ? "Y" : "J"))
			w->exception = "InvalidPoint";
		return rc;
	}
	f->spot = (struct mm_wms_spot){p->box.min_x + (i + 0.5) * a_pixel_x,
				       p->box.max_y - (j + 0.5) * a_pixel_y, a_pixel_x, a_pixel_y};
	f->query.has_box = true;
	f->query.box_crs = p->crs;
	f->query.box_xy =
	    (struct mm_box){f->spot.x - MM_WMS_NEAR_PX * a_pixel_x, f->spot.y - MM_WMS_NEAR_PX * a_pixel_y,
			    f->spot.x + MM_WMS_NEAR_PX * a_pixel_x, f->spot.y + MM_WMS_NEAR_PX * a_pixel_y};
	f->query.box_count = 1;
	return MM_OK;
}

static const char *value_of(struct info *f, const struct mm_layer *l, uint32_t row, size_t field)
{
	const struct mm_field *d = &mm_layer_schema(l)->field[field];
	const char *text;
	struct mm_value v;
	size_t code;

	mm_layer_value(l, row, field, &v);
	text = mm_value_text(&v, f->w->picture.r->mem);
	code = text ? mm_field_code(d, text, strlen(text)) : SIZE_MAX;
	if (code != SIZE_MAX)
		return mm_title_in(&d->codes[code].title, f->lang, text);
	return text ? text : "";
}

static void put_words(struct info *f, const struct mm_layer *l, uint32_t row)
{
	const struct mm_schema *s = mm_layer_schema(l);
	struct mm_buf *out = &f->w->rs->body;

	if (f->format == AS_HTML)
		mm_html_raw(&f->html, "<table>");
	for (size_t i = 0; i < s->field_count; i++) {
		const char *name = mm_title_in(&s->field[i].title, f->lang, s->field[i].name);
		const char *value = s->field[i].hidden ? "" : value_of(f, l, row, i);
		const char *unit = mm_title_in(&s->field[i].unit, f->lang, "");

		if (!*value)
			continue;
		if (f->format == AS_TEXT) {
			mm_buf_printf(out, "  %s: %s%s%s\n", name, value, *unit ? " " : "", unit);
			continue;
		}
		mm_html_raw(&f->html, "<tr><th scope=\"row\">");
		mm_html_text(&f->html, name);
		mm_html_raw(&f->html, "</th><td>");
		mm_html_text(&f->html, value);
		mm_html_text(&f->html, *unit ? " " : "");
		mm_html_text(&f->html, unit);
		mm_html_raw(&f->html, "</td></tr>\n");
	}
	if (f->format == AS_HTML)
		mm_html_raw(&f->html, "</table>");
	else
		mm_buf_byte(out, '\n');
}

static enum mm_code put_json(struct info *f, const struct mm_layer *l, const struct mm_page *page,
			     struct mm_err *reterr)
{
	struct mm_buf *out = &f->w->rs->body;
	struct mm_geojson g;
	enum mm_code rc = mm_geojson_init(&g, l, NULL, f->w->picture.kit->proj, reterr);

	if (rc)
		return rc;
	for (uint32_t i = 0; i < page->count; i++) {
		mm_buf_text(out, f->comma ? ",\n" : "");
		f->comma = true;
		mm_geojson_put_open(&g, page->row[i], out);
		mm_buf_printf(out, ",\"collection\":\"%s\"}", mm_layer_schema(l)->id);
	}
	mm_geojson_release(&g);
	return MM_OK;
}

/* The nearest few in the window of those features of a layer that the map is about. */
static enum mm_code find(struct info *f, size_t entry, struct mm_page *ret, struct mm_err *reterr)
{
	const struct mm_picture *p = &f->w->picture;
	const struct mm_plot_choice *choice = p->choice ? &p->choice[entry] : NULL;
	const struct mm_layer *l = mm_catalog_entry(p->catalog, entry)->layer;
	struct mm_query q = f->query;
	enum mm_code rc;

	*ret = (struct mm_page){0};
	if (choice && choice->is_hidden)
		return MM_OK;
	if (choice && choice->query) {
		q.has_period = choice->query->has_period;
		q.period = choice->query->period;
		q.filter = choice->query->filter;
	}
	rc = mm_query_run(l, &q, p->kit->proj, 0, MM_WMS_HITS_MAX, p->r->mem, ret, reterr);
	if (!rc)
		rc = mm_wms_nearest(f->w, l, &f->spot, q.deadline_ns, ret, reterr);
	ret->count = ret->count < f->most ? ret->count : f->most;
	return rc;
}

static enum mm_code put_layer(struct info *f, size_t entry, struct mm_err *reterr)
{
	const struct mm_layer *l = mm_catalog_entry(f->w->picture.catalog, entry)->layer;
	const struct mm_schema *s = mm_layer_schema(l);
	const char *title = mm_title_in(&s->title, f->lang, s->id);
	struct mm_page page;
	enum mm_code rc = find(f, entry, &page, reterr);

	if (rc || !page.count)
		return rc;
	if (f->format == AS_JSON)
		return put_json(f, l, &page, reterr);
	if (f->format == AS_HTML) {
		mm_html_raw(&f->html, "<h2>");
		mm_html_text(&f->html, title);
		mm_html_raw(&f->html, "</h2>\n");
	} else {
		mm_buf_printf(&f->w->rs->body, "%s\n", title);
	}
	for (uint32_t i = 0; i < page.count; i++)
		put_words(f, l, page.row[i]);
	return MM_OK;
}

static void begin(struct info *f)
{
	static const char *const types[] = {"application/json", MM_TYPE_HTML_MEDIA,
					    "text/plain; charset=utf-8"};
	const struct mm_crumb crumb = {!strcmp(f->lang, "ru") ? "Что здесь" : "What is here", ""};

	f->w->rs->content_type = types[f->format];
	if (f->format == AS_JSON)
		mm_buf_text(&f->w->rs->body, "{\"type\":\"FeatureCollection\",\"features\":[");
	if (f->format == AS_HTML) {
		f->html = mm_html_on(&f->w->rs->body, f->w->picture.r);
		mm_html_begin(&f->html, &crumb, 1);
	}
}

/* A picture has nothing to tell. */
static enum mm_code check_queryable(struct mm_wms *w, const bool *is_on, struct mm_err *reterr)
{
	for (size_t i = 0; is_on && i < mm_catalog_count(w->picture.catalog); i++) {
		const struct mm_entry *e = mm_catalog_entry(w->picture.catalog, i);

		if (is_on[i] && !e->layer)
			return mm_wms_fail(
			    w, "LayerNotQueryable", reterr, "QUERY_LAYERS",
			    "layer \"%.64s\" has no features that could be asked for: leave it out "
			    "of QUERY_LAYERS",
			    e->id);
	}
	return MM_OK;
}

enum mm_code mm_wms_info(struct mm_wms *w, struct mm_err *reterr)
{
	struct info f = {.w = w, .lang = mm_request_lang(w->picture.r, "ru"), .most = 1};
	bool *is_on = NULL;
	const bool *is_shown = NULL;
	unsigned most = 1;
	enum mm_code rc = mm_wms_read_map(w, reterr);

	if (!rc)
		rc = mm_wms_read_layers(w, "QUERY_LAYERS", &is_on, reterr);
	if (!rc)
		rc = check_queryable(w, is_on, reterr);
	if (!rc && mm_wms_param(w->picture.r, "FEATURE_COUNT"))
		rc = mm_wms_read_number(w, "FEATURE_COUNT", 1, 100000, &most, reterr);
	if (!rc)
		rc = read_format(&f, reterr);
	if (!rc)
		rc = read_point(&f, reterr);
	if (!rc)
		rc = mm_picture_shown(&w->picture, is_on, &is_shown, reterr);
	if (rc)
		return rc;
	f.most = most < MM_WMS_INFO_MAX ? most : MM_WMS_INFO_MAX;
	f.query.deadline_ns = mm_clock_mono_ns() + DEADLINE_NS;
	begin(&f);
	for (size_t i = 0; i < mm_catalog_count(w->picture.catalog) && !rc; i++)
		if (mm_catalog_entry(w->picture.catalog, i)->layer && is_shown[i])
			rc = put_layer(&f, i, reterr);
	if (f.format == AS_JSON)
		mm_buf_text(&w->rs->body, "]}\n");
	if (f.format == AS_HTML)
		mm_html_end(&f.html);
	return rc;
}
