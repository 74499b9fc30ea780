#include "feed/raster_job.h"

#include <math.h>

static void put_numbers(struct mm_json *j, const char *key, const double *v, size_t n)
{
	mm_json_open(j, key, '[');
	for (size_t i = 0; i < n; i++)
		mm_json_double(j, NULL, v[i]);
	mm_json_close(j, ']');
}

/* False: there are not so many, or one is no number. */
static bool take_numbers(const json_t *o, const char *key, double *ret, size_t n)
{
	const json_t *list = json_object_get(o, key);

	for (size_t i = 0; i < n; i++) {
		if (!json_is_number(json_array_get(list, i)))
			return false;
		ret[i] = json_number_value(json_array_get(list, i));
	}
	return true;
}

static const char *take_text(const json_t *o, const char *key, struct mm_arena *mem)
{
	const json_t *v = json_object_get(o, key);

	return json_is_string(v) ? mm_arena_text(mem, json_string_value(v), json_string_length(v)) : NULL;
}

static uint32_t take_count(const json_t *o, const char *key)
{
	const json_int_t v = json_integer_value(json_object_get(o, key));

	return v > 0 && v <= INT32_MAX ? (uint32_t)v : 0;
}

void mm_raster_job_put(const struct mm_raster_job *r, struct mm_json *j)
{
	mm_json_open(j, "raster", '{');
	mm_json_bool(j, "look", r->is_look);
	mm_json_bool(j, "has_range", r->has_range);
	put_numbers(j, "range", r->range, 2);
	if (!r->is_look) {
		mm_json_text(j, "source_crs", r->source_crs);
		mm_json_text(j, "crs", r->window.crs);
		put_numbers(j, "place", r->window.place, 6);
		mm_json_int(j, "width", r->window.width_px);
		mm_json_int(j, "height", r->window.height_px);
	}
	mm_json_close(j, '}');
}

const struct mm_raster_job *mm_raster_job_take(const json_t *o, struct mm_arena *mem)
{
	struct mm_raster_job *r = json_is_object(o) ? mm_arena_alloc(mem, sizeof(*r)) : NULL;

	if (!r)
		return NULL;
	*r = (struct mm_raster_job){.is_look = json_is_true(json_object_get(o, "look")),
				    .has_range = json_is_true(json_object_get(o, "has_range"))};
	if (!take_numbers(o, "range", r->range, 2))
		return NULL;
	if (r->is_look)
		return r;
	r->source_crs = take_text(o, "source_crs", mem);
	r->window.crs = take_text(o, "crs", mem);
	r->window.width_px = take_count(o, "width");
	r->window.height_px = take_count(o, "height");
	return r->source_crs && r->window.crs && take_numbers(o, "place", r->window.place, 6) ? r : NULL;
}

void mm_raster_look_put(const struct mm_raster_look *l, struct mm_json *j)
{
	const double box[] = {l->box_deg.min_x, l->box_deg.min_y, l->box_deg.max_x, l->box_deg.max_y};

	mm_json_open(j, NULL, '{');
	mm_json_text(j, "crs", l->crs);
	mm_json_text(j, "crs_code", l->crs_code);
	mm_json_text(j, "crs_name", l->crs_name);
	mm_json_int(j, "width", l->width_px);
	mm_json_int(j, "height", l->height_px);
	mm_json_double(j, "resolution", l->resolution_m);
	put_numbers(j, "box", box, 4);
	put_numbers(j, "range", l->range, 2);
	mm_json_bool(j, "opaque", l->is_opaque);
	mm_json_close(j, '}');
}

static bool is_sound(const struct mm_raster_look *l)
{
	const struct mm_box *b = &l->box_deg;

	return l->crs && l->crs_code && l->crs_name && l->width_px && l->height_px &&
	       isfinite(l->resolution_m) && l->resolution_m > 0 && b->min_x >= -360 && b->max_x <= 360 &&
	       b->min_y >= -90 && b->max_y <= 90 && b->min_x <= b->max_x && b->min_y <= b->max_y &&
	       isfinite(l->range[0]) && isfinite(l->range[1]);
}

enum mm_code mm_raster_look_take(const char *json, size_t n, struct mm_arena *mem, struct mm_raster_look *ret,
				 struct mm_err *reterr)
{
	json_t *o = json_loadb(json, n, 0, NULL);
	struct mm_raster_look l = {.crs = take_text(o, "crs", mem),
				   .crs_code = take_text(o, "crs_code", mem),
				   .crs_name = take_text(o, "crs_name", mem),
				   .width_px = take_count(o, "width"),
				   .height_px = take_count(o, "height"),
				   .resolution_m = json_number_value(json_object_get(o, "resolution")),
				   .is_opaque = json_is_true(json_object_get(o, "opaque"))};
	double box[4] = {0};
	const bool is_whole = take_numbers(o, "box", box, 4) && take_numbers(o, "range", l.range, 2);

	json_decref(o);
	l.box_deg = (struct mm_box){box[0], box[1], box[2], box[3]};
	if (mem->exhausted)
		return mm_fail_nomem(reterr);
	if (!is_whole || !is_sound(&l))
		return mm_fail(reterr, MM_E_DATA, "", "what was found in it is not sound");
	*ret = l;
	return MM_OK;
}
