#include "api/events/events.h"

#include "api/events/listener.h"
#include "api/out.h"
#include "base/clock.h"
#include "geo/mercator.h"
#include "http/events.h"
#include "http/forwarded.h"
#include "query/query.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "/events": a stream of what changes on the map (Server-Sent Events). */

enum { BOXES_MAX = 64 };

/* ---- telling ---- */

/* A part of a degree that is a centimetre; away from the middle. */
static double outwards(double deg, bool is_up)
{
	const double parts = 1e7;

	return (is_up ? ceil(deg * parts) : floor(deg * parts)) / parts;
}

/* Units are rounded: a unit more on every side. */
static struct mm_box in_degrees(const struct mm_world_box *b)
{
	const struct mm_world sw = {b->min_x - (b->min_x > 0), b->max_y + (b->max_y < UINT32_MAX)},
			      ne = {b->max_x + (b->max_x < UINT32_MAX), b->min_y - (b->min_y > 0)};
	struct mm_box deg;

	mm_world_to_lonlat(sw, &deg.min_x, &deg.min_y);
	mm_world_to_lonlat(ne, &deg.max_x, &deg.max_y);
	return (struct mm_box){outwards(deg.min_x, false), outwards(deg.min_y, false),
			       outwards(deg.max_x, true), outwards(deg.max_y, true)};
}

static void put_box(struct mm_json *j, const char *key, const struct mm_world_box *b)
{
	const struct mm_box deg = in_degrees(b);

	mm_out_box(j, key, &deg);
}

static void add_box(struct mm_box_set *set, const struct mm_box *deg)
{
	struct mm_world_box box;

	if (mm_box_is_empty(deg))
		return;
	box = mm_world_box_around(deg);
	mm_box_set_add(set, &box);
}

/* Adds all of a layer. */
static void add_layer(struct mm_box_set *set, const struct mm_layer *l)
{
	const struct mm_box deg = mm_layer_box_deg(l);

	add_box(set, &deg);
}

/* `after`: its version; NULL when the layer is gone. */
static void put_event(struct mm_buf *out, const char *id, const uint64_t *after, const struct mm_box_set *set)
{
	struct mm_json j = mm_json_on(out);
	char version[20];

	mm_json_open(&j, NULL, '{');
	mm_json_text(&j, "layer", id);
	if (after) {
		(void)snprintf(version, sizeof(version), "%016" PRIx64, *after);
		mm_json_text(&j, "version", version);
	} else {
		mm_json_null(&j, "version");
	}
	if (set->count)
		put_box(&j, "bbox", &set->around);
	else
		mm_json_null(&j, "bbox");
	mm_json_open(&j, "boxes", '[');
	for (size_t i = 0; i < set->count; i++)
		put_box(&j, NULL, &set->box[i]);
	mm_json_close(&j, ']');
	mm_json_close(&j, '}');
}

/* Where the layer is another one than it was. */
static void find_boxes(const struct mm_catalog *c, const char *id, const struct mm_layer *before,
		       const struct mm_layer *after, struct mm_box_set *ret)
{
	const struct mm_history *h = mm_catalog_history(c, id);

	if (before && after && h)
		mm_history_since(h, mm_layer_version(before), BOXES_MAX, ret);
	else
		mm_box_set_add_everything(ret);
	if (!ret->is_everything)
		return;
	mm_box_set_release(ret);
	if (before)
		add_layer(ret, before);
	if (after)
		add_layer(ret, after);
}

/* For whom a change is nothing; the caller frees what is in `list`. */
struct spared {
	char *list[MM_EVENTS_CONDITIONS_MAX]; /* of all conditions; those that are spared come first */
	size_t count, all;
};

static void find_spared(const struct mm_api *api, const struct mm_listener_change *change,
			int64_t deadline_ns, struct spared *ret)
{
	ret->count = 0;
	ret->all = mm_events_conditions(api->events, change->id, ret->list);
	for (size_t i = 0; i < ret->all; i++) {
		char *condition = ret->list[i];

		if (!mm_listener_is_nothing(api, condition, change, deadline_ns))
			continue;
		ret->list[i] = ret->list[ret->count];
		ret->list[ret->count++] = condition;
	}
}

static void publish(const struct mm_api *api, const char *id, const uint64_t *version,
		    const struct mm_box_set *set, const struct spared *spared)
{
	const struct mm_box around = set->count ? in_degrees(&set->around) : mm_box_empty();
	const struct mm_event_area where = {around.min_x, around.min_y, around.max_x, around.max_y};
	struct mm_buf data;

	mm_buf_init(&data, MM_EVENT_DATA_MAX);
	put_event(&data, id, version, set);
	if (!data.failed)
		(void)!mm_events_publish_but(
		    api->events, "layer", id, set->count ? &where : NULL, (const char *)data.data, data.len,
		    spared ? (const char *const *)spared->list : NULL, spared ? spared->count : 0, NULL);
	mm_buf_release(&data);
}

static void tell_layer(const struct mm_api *api, const struct mm_listener_change *change, int64_t deadline_ns)
{
	const struct mm_layer *before = change->before, *after = change->after;
	const uint64_t version = after ? mm_layer_version(after) : 0;
	struct mm_box_set set = {0};
	struct spared spared;

	if (before == after || (before && after && mm_layer_version(before) == mm_layer_version(after)))
		return;
	find_boxes(change->c_after, change->id, before, after, &set);
	find_spared(api, change, deadline_ns, &spared);
	publish(api, change->id, after ? &version : NULL, &set, &spared);
	for (size_t i = 0; i < spared.all; i++)
		free(spared.list[i]);
	mm_box_set_release(&set);
}

/* What has no features, so that nobody knows where it is another. */
struct whole {
	uint64_t identity;
	struct mm_box box_deg;
};

static struct whole whole_of(const struct mm_entry *e)
{
	if (e && e->archive)
		return (struct whole){mm_tile_archive_info(e->archive)->identity,
				      mm_tile_archive_about(e->archive)->box_deg};
	if (e && e->raster)
		return (struct whole){mm_raster_info(e->raster)->identity,
				      mm_raster_info(e->raster)->box_deg};
	return (struct whole){.box_deg = mm_box_empty()};
}

/* Of a layer that comes as tiles or is a picture, before or after: NULL when there is no entry. */
static void tell_whole(const struct mm_api *api, const char *id, const struct mm_entry *before,
		       const struct mm_entry *after)
{
	const struct whole was = whole_of(before), is = whole_of(after);
	struct mm_box_set set = {0};

	if (was.identity == is.identity)
		return;
	if (was.identity)
		add_box(&set, &was.box_deg);
	if (is.identity)
		add_box(&set, &is.box_deg);
	publish(api, id, is.identity ? &is.identity : NULL, &set, NULL);
	mm_box_set_release(&set);
}

/* What is new is no layer's data: a title, a layer that gave nothing before and gives nothing now. */
static void tell_map(const struct mm_api *api, const struct mm_catalog *c)
{
	char version[40];
	const int n =
	    snprintf(version, sizeof(version), "{\"version\":\"%016" PRIx64 "\"}", mm_catalog_version(c));

	(void)!mm_events_publish(api->events, "map", "", NULL, version, (size_t)n, NULL);
}

void mm_api_tell(const struct mm_api *api, const struct mm_catalog *before, const struct mm_catalog *after)
{
	const int64_t deadline_ns = mm_clock_mono_ns() + (int64_t)MM_LISTENER_BUDGET_MS * 1000000;
	uint64_t position;

	if (!before || !after || !api->events)
		return;
	position = mm_events_position(api->events);
	for (size_t i = 0; i < mm_catalog_count(after); i++) {
		const struct mm_entry *e = mm_catalog_entry(after, i);

		tell_layer(api,
			   &(struct mm_listener_change){before, after, mm_catalog_find(before, e->id),
							e->layer, e->id},
			   deadline_ns);
		tell_whole(api, e->id, mm_catalog_find_entry(before, e->id), e);
	}
	for (size_t i = 0; i < mm_catalog_count(before); i++) {
		const struct mm_entry *e = mm_catalog_entry(before, i);

		if (e->layer && !mm_catalog_find(after, e->id))
			tell_layer(api, &(struct mm_listener_change){before, after, e->layer, NULL, e->id},
				   deadline_ns);
		if (!mm_catalog_find_entry(after, e->id))
			tell_whole(api, e->id, e, NULL);
	}
	if (mm_events_position(api->events) == position &&
	    mm_catalog_version(before) != mm_catalog_version(after))
		tell_map(api, after);
}

/* ---- listening ---- */

static enum mm_code read_layers(const struct mm_request *r, const struct mm_catalog *c,
				struct mm_events_ask *ask, struct mm_err *reterr)
{
	const char *list = mm_request_param(r, "layers");
	const char **topic = list ? mm_arena_array(r->mem, MM_EVENTS_TOPICS_MAX, sizeof(*topic)) : NULL;

	if (!list)
		return MM_OK;
	if (!topic)
		return mm_fail_nomem(reterr);
	ask->topic = topic;
	for (const char *at = list;; at++) {
		const size_t n = strcspn(at, ",");
		const char *id = mm_arena_text(r->mem, at, n);

		if (!id)
			return mm_fail_nomem(reterr);
		if (!mm_catalog_find_entry(c, id))
			return mm_fail(reterr, MM_E_NOT_FOUND, "layers",
				       "there is no layer \"%.64s\": see %s/collections", id, r->base_url);
		if (ask->topic_count == MM_EVENTS_TOPICS_MAX)
			return mm_fail(reterr, MM_E_INVALID, "layers", "at most %d layers",
				       MM_EVENTS_TOPICS_MAX);
		topic[ask->topic_count++] = id;
		at += n;
		if (!*at)
			return MM_OK;
	}
}

/* Only what lies in a window, as of items; in two parts where it crosses the antimeridian. */
static enum mm_code read_box(const struct mm_request *r, struct mm_events_ask *ask, struct mm_err *reterr)
{
	const char *text = mm_request_param(r, "bbox");
	struct mm_query q = {0};
	enum mm_code rc = text ? mm_query_box_parse(text, &q, reterr) : MM_OK;

	for (size_t i = 0; !rc && i < q.box_count && i < MM_EVENTS_AREAS_MAX; i++)
		ask->area[ask->area_count++] = (struct mm_event_area){q.box_deg[i].min_x, q.box_deg[i].min_y,
								      q.box_deg[i].max_x, q.box_deg[i].max_y};
	return rc;
}

enum mm_code mm_api_events(void *ctx, const struct mm_request *r, struct mm_response *rs,
			   struct mm_err *reterr)
{
	static const char *const known[] = {"layers", "bbox"};
	const struct mm_api *api = ctx;
	struct mm_events_ask *ask = mm_arena_alloc(r->mem, sizeof(*ask));
	const struct mm_catalog *c = NULL;
	const bool has_condition = mm_listener_is_asked(r);
	enum mm_code rc = has_condition ? MM_OK : mm_request_only(r, known, 2, reterr);
	const char *client = mm_request_client_name(r);

	if (!ask || !client)
		return mm_fail_nomem(reterr);
	/* the place first: what is published between the two is told, and not lost */
	*ask = (struct mm_events_ask){.events = api->events,
				      .from = mm_events_position(api->events),
				      .client = client,
				      .last_id = mm_request_header(r, "Last-Event-ID")};
	if (!rc)
		rc = mm_out_catalog(api, &c, reterr);
	if (rc)
		return rc;
	rc = read_layers(r, c, ask, reterr);
	if (!rc && has_condition)
		rc = mm_listener_read(api, c, r, ask->topic, ask->topic_count, &ask->condition, reterr);
	else if (!rc)
		rc = read_box(r, ask, reterr);
	ask->hello = mm_arena_printf(r->mem, "{\"version\":\"%016" PRIx64 "\"}", mm_catalog_version(c));
	(void)mm_catalog_unref(c);
	if (rc)
		return rc;
	if (!ask->hello)
		return mm_fail_nomem(reterr);
	rs->events = ask;
	rs->content_type = "text/event-stream";
	rs->no_compress = true;
	rs->cache_control = "no-store";
	mm_response_header(rs, "X-Accel-Buffering", "no"); /* nginx passes events on at once */
	return MM_OK;
}
