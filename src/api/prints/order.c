#include "api/prints/order.h"

#include "api/rasters/pixels.h"
#include "api/styles/shown.h"
#include "api/styles/styling.h"
#include "base/clock.h"
#include "base/text.h"
#include "print/page/print.h"
#include "style/document/style.h"
#include "style/icon.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ORDER_BYTES = 96 << 20, NAME_BYTES = 150 };

static const double INDEX_ZOOM = 12; /* about 1:44 000: streets in an index are named from there on */

/* What lives while one is made. */
struct ready {
	struct mm_arena mem;
	struct mm_print_plan *plan;
	const struct mm_style *style;
	struct mm_pixels pixels;
};

/* ---- the plan ---- */

/* The plan with what goes before it; as it is, where it is no JSON: who reads it says so. */
static const char *put_instead(const struct mm_order *o, struct mm_arena *mem, size_t *ret_n)
{
	const struct mm_order_instead *i = &o->instead;
	json_t *plan = NULL;
	const char *ret = NULL;
	char *text;

	*ret_n = o->n;
	if (mm_print_plan_check_size(o->json, o->n, NULL))
		return o->json;
	if (i->template_id || i->format || i->output || i->scale > 0 || i->dpi > 0 || i->is_single)
		plan = json_loadb(o->json, o->n, JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_object(plan)) {
		json_decref(plan);
		return o->json;
	}
	if (i->template_id)
		(void)json_object_set_new(plan, "template", json_string(i->template_id));
	if (i->format)
		(void)json_object_set_new(plan, "format", json_string(i->format));
	if (i->output)
		(void)json_object_set_new(plan, "output", json_string(i->output));
	if (i->scale > 0)
		(void)json_object_set_new(plan, "scale", json_real(i->scale));
	if (i->dpi > 0)
		(void)json_object_set_new(plan, "dpi", json_real(i->dpi));
	if (i->is_single)
		(void)json_object_set_new(plan, "atlas", json_false());
	text = json_dumps(plan, JSON_COMPACT);
	json_decref(plan);
	if (text) {
		*ret_n = strlen(text);
		ret = mm_arena_text(mem, text, *ret_n);
	}
	free(text);
	return ret;
}

static enum mm_code read_plan(const struct mm_order *o, struct ready *w, struct mm_err *reterr)
{
	size_t n;
	const char *json = o->n <= MM_PRINT_PLAN_BYTES_MAX ? put_instead(o, &w->mem, &n) : o->json;

	if (o->n > MM_PRINT_PLAN_BYTES_MAX)
		n = o->n;
	return json ? mm_print_plan_read(json, n, &w->mem, &w->plan, reterr) : mm_fail_nomem(reterr);
}

/* ---- the style ---- */

/* Features or pixels: tiles that come ready made are not printed. */
static bool is_printed(const struct mm_catalog *c, size_t entry)
{
	return entry < mm_catalog_count(c) &&
	       (mm_catalog_entry(c, entry)->layer || mm_catalog_entry(c, entry)->raster);
}

/* Which entries the plan wants; NULL: those that the style shows at first. */
static enum mm_code choose(const struct mm_order *o, struct ready *w, bool **ret, struct mm_err *reterr)
{
	const size_t count = mm_catalog_count(o->catalog);

	*ret = NULL;
	if (!w->plan->layer)
		return MM_OK;
	*ret = mm_arena_array(&w->mem, count + 1, sizeof(**ret));
	if (!*ret)
		return mm_fail_nomem(reterr);
	for (size_t i = 0; i < w->plan->layer_count; i++) {
		const char *id = w->plan->layer[i];
		const size_t k = mm_catalog_index(o->catalog, id, strlen(id));

		if (w->plan->has_optional_layers && !is_printed(o->catalog, k))
			continue;
		if (k == SIZE_MAX)
			return mm_fail(reterr, MM_E_INVALID, "layers", "there is no layer \"%.64s\"", id);
		if (!is_printed(o->catalog, k) && *mm_catalog_entry(o->catalog, k)->error)
			return mm_fail(reterr, MM_E_NOT_FOUND, "layers",
				       "layer \"%.64s\" could not be read: /status says why", id);
		if (!is_printed(o->catalog, k))
			return mm_fail(reterr, MM_E_INVALID, "layers",
				       "layer \"%.64s\" has no features to be printed", id);
		(*ret)[k] = true;
	}
	return MM_OK;
}

/* Faults of a style that came with the plan have the plan's words for their place. */
static enum mm_code wrong_style(enum mm_code rc, const struct mm_err *why, struct mm_err *reterr)
{
	char where[sizeof(why->where)];

	(void)snprintf(where, sizeof(where), "style%s%.240s", *why->where && *why->where != '[' ? "." : "",
		       why->where);
	return mm_fail(reterr, rc, where, "%s", why->msg);
}

static enum mm_code read_own_style(const struct mm_order *o, struct ready *w, const bool *is_on,
				   struct mm_err *reterr)
{
	json_t *document = json_loadb(w->plan->style_json, w->plan->style_len, 0, NULL);
	struct mm_err why = {0};
	enum mm_code rc;

	if (!document)
		return mm_fail_nomem(reterr);
	if (is_on)
		mm_styling_show(document, o->catalog, is_on);
	rc = mm_style_read(document, &w->mem, &w->style, NULL, &why);
	json_decref(document);
	return rc ? wrong_style(rc, &why, reterr) : MM_OK;
}

static enum mm_code read_style(const struct mm_order *o, struct ready *w, struct mm_err *reterr)
{
	const char *id = w->plan->style ? w->plan->style : "print";
	json_t *document = NULL;
	bool *is_on;
	enum mm_code rc = choose(o, w, &is_on, reterr);

	if (rc)
		return rc;
	if (w->plan->style_json)
		return read_own_style(o, w, is_on, reterr);
	rc = mm_styling_make(&w->mem, o->catalog, id, o->base_url, w->plan->language, false, &document,
			     reterr);
	if (rc)
		return rc;
	if (is_on)
		mm_styling_show(document, o->catalog, is_on);
	if (w->plan->index.layer)
		mm_styling_name_lines(document, w->plan->index.layer, INDEX_ZOOM);
	rc = mm_style_read(document, &w->mem, &w->style, NULL, reterr);
	json_decref(document);
	return rc;
}

/* ---- both ---- */

/* What is not there is a fault of the plan that names it, not of the address it is sent to. */
static enum mm_code of_plan(enum mm_code rc, struct mm_err *reterr)
{
	if (rc != MM_E_NOT_FOUND)
		return rc;
	if (reterr)
		reterr->code = MM_E_INVALID;
	return MM_E_INVALID;
}

static enum mm_code get_ready(const struct mm_order *o, struct ready *w, struct mm_err *reterr)
{
	enum mm_code rc;

	*w = (struct ready){0};
	mm_arena_init(&w->mem, ORDER_BYTES);
	rc = read_plan(o, w, reterr);
	if (!rc)
		rc = read_style(o, w, reterr);
	return of_plan(rc, reterr);
}

enum mm_code mm_order_check(const struct mm_order *o, struct mm_err *reterr)
{
	struct ready w;
	const enum mm_code rc = get_ready(o, &w, reterr);

	mm_arena_release(&w.mem);
	return rc;
}

/* That fonts are missing is nobody's fault who prints. */
static enum mm_code no_letters(struct mm_err *reterr)
{
	if (reterr)
		reterr->code = MM_E_DATA;
	return MM_E_DATA;
}

/* What it takes to print; close it either way. */
static enum mm_code open_spec(const struct mm_order *o, struct ready *w, struct mm_print_spec *ret,
			      struct mm_err *reterr)
{
	const char *id = w->plan->style && !w->plan->style_json ? w->plan->style : "print";
	enum mm_code rc;

	w->pixels = (struct mm_pixels){o->cache, o->stop_fd, o->deadline_ns};
	*ret = (struct mm_print_spec){.plan = w->plan,
				      .pixels = mm_pixels_reader(&w->pixels),
				      .catalog = o->catalog,
				      .style = w->style,
				      .base_url = o->base_url,
				      .moment_s = o->moment_s,
				      .deadline_ns = o->deadline_ns,
				      .is_unwanted = o->is_unwanted,
				      .progress = o->progress,
				      .ctx = o->ctx};
	rc = mm_icons_new(id, &ret->icons, reterr);
	if (!rc && mm_lettering_new(&ret->lettering, reterr))
		rc = no_letters(reterr);
	return rc ? rc : mm_kits_take(o->kits, &ret->kit, reterr);
}

static void close_spec(const struct mm_order *o, struct mm_print_spec *spec)
{
	mm_kits_give(o->kits, spec->kit);
	(void)mm_lettering_free(spec->lettering);
	(void)mm_icons_free(spec->icons);
}

static enum mm_code make(const struct mm_order *o, struct ready *w, struct mm_buf *ret,
			 struct mm_job_result *ret_about, struct mm_err *reterr)
{
	struct mm_print_about about = {0};
	struct mm_print_spec spec;
	enum mm_code rc = open_spec(o, w, &spec, reterr);

	if (!rc)
		rc = of_plan(mm_print_make(&spec, ret, &about, reterr), reterr);
	close_spec(o, &spec);
	if (rc)
		return rc;
	*ret_about = (struct mm_job_result){.media_type = about.media_type, .sheets = about.sheets};
	mm_order_file_name(w->plan->title, about.extension, ret_about->name);
	return MM_OK;
}

enum mm_code mm_order_find_frame(const struct mm_order *o, struct mm_print_frame *ret, struct mm_err *reterr)
{
	struct mm_print_spec spec = {0};
	struct ready w;
	enum mm_code rc = get_ready(o, &w, reterr);

	if (!rc)
		rc = open_spec(o, &w, &spec, reterr);
	if (!rc)
		rc = of_plan(mm_print_find_frame(&spec, ret, reterr), reterr);
	close_spec(o, &spec);
	mm_arena_release(&w.mem);
	return rc;
}

enum mm_code mm_order_make(const struct mm_order *o, struct mm_buf *ret, struct mm_job_result *ret_about,
			   struct mm_err *reterr)
{
	struct ready w;
	enum mm_code rc = get_ready(o, &w, reterr);

	if (!rc)
		rc = make(o, &w, ret, ret_about, reterr);
	mm_arena_release(&w.mem);
	return rc;
}

int64_t mm_order_today_s(void)
{
	const time_t now = (time_t)(mm_clock_utc_ms() / 1000);
	struct tm day;

	if (!localtime_r(&now, &day))
		return (int64_t)now / 86400 * 86400;
	return mm_clock_days(day.tm_year + 1900, day.tm_mon + 1, day.tm_mday) * 86400;
}

/* May stand in the name of a file: neither what systems forbid there, nor what is not seen. */
static bool is_plain(uint32_t c)
{
	static const uint32_t unseen[][2] = {{0, 0x20},        {0x7f, 0xa0},     {0x200b, 0x200f},
					     {0x2028, 0x202f}, {0x2060, 0x206f}, {0xfeff, 0xfeff},
					     {0xfffd, 0xfffd}};

	for (size_t i = 0; i < sizeof(unseen) / sizeof(unseen[0]); i++)
		if (c >= unseen[i][0] && c <= unseen[i][1])
			return false;
	return c >= 0x80 || !strchr("\"*/:<>?\\|", (int)c);
}

void mm_order_file_name(const char *title, const char *extension, char ret[MM_JOB_NAME_MAX])
{
	const size_t n = strlen(title);
	size_t at = 0, len = 0;

	while (at < n && len < NAME_BYTES) {
		const uint32_t c = mm_text_utf8_next(title, n, &at);

		if (is_plain(c) && !(c == '.' && len == 0))
			len += mm_text_utf8_put(c, ret + len);
		else if (len && ret[len - 1] != ' ')
			ret[len++] = ' ';
	}
	while (len && (ret[len - 1] == ' ' || ret[len - 1] == '.'))
		len--;
	(void)snprintf(ret + len, MM_JOB_NAME_MAX - len, "%s.%s", len ? "" : "plan", extension);
}
