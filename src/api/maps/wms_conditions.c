#include "api/maps/wms.h"

#include "base/clock.h"
#include "query/fes.h"
#include "query/filter_bind.h"

#include <string.h>
#include <strings.h>

/*
 * Which features GetMap and GetFeatureInfo are about: TIME (OGC 06-042, C.3), and CQL_FILTER or FILTER as
 * clients of GeoServer send them: one condition for each layer of LAYERS, or one for all of them.
 */

static const int64_t DEADLINE_NS = 10000000000;
static const char BLANKS[] = " \t\r\n";

static struct mm_query *query_of(struct mm_wms *w, size_t entry)
{
	w->choice[entry].query = &w->query[entry];
	return &w->query[entry];
}

static enum mm_code make_room(struct mm_wms *w, struct mm_err *reterr)
{
	const size_t n = mm_catalog_count(w->picture.catalog) + 1;
	struct mm_arena *mem = w->picture.r->mem;

	if (w->choice)
		return MM_OK;
	w->query = mm_arena_array(mem, n, sizeof(*w->query));
	w->run = mm_arena_array(mem, n, sizeof(struct mm_filter_run *));
	w->choice = mm_arena_array(mem, n, sizeof(*w->choice));
	w->picture.choice = w->choice;
	return w->query && w->run && w->choice ? MM_OK : mm_fail_nomem(reterr);
}

/* ---- time ---- */

/* "2026-05-01", "begin/end", "begin/end/resolution", "current"; the resolution says nothing of our features.
 */
static enum mm_code read_period(struct mm_wms *w, const char *text, struct mm_period *ret,
				struct mm_err *reterr)
{
	const char *first = strchr(text, '/'), *second = first ? strchr(first + 1, '/') : NULL;
	struct mm_err err = {0};

	if (strcasecmp(text, "current") == 0) {
		ret->begin_ms = ret->end_ms = mm_clock_utc_ms();
		return MM_OK;
	}
	if (second)
		text = mm_arena_text(w->picture.r->mem, text, (size_t)(second - text));
	if (!text)
		return mm_fail_nomem(reterr);
	if (strchr(text, ','))
		return mm_wms_fail(w, "InvalidDimensionValue", reterr, "TIME",
				   "one moment or one interval begin/end, not a list");
	if (mm_period_parse(text, ret, &err))
		return mm_wms_fail(w, "InvalidDimensionValue", reterr, "TIME", "%s", err.msg);
	return MM_OK;
}

/* Of all layers that have a time; the others are as they are. */
static enum mm_code read_time(struct mm_wms *w, struct mm_err *reterr)
{
	const char *text = mm_wms_param(w->picture.r, "TIME");
	const struct mm_catalog *c = w->picture.catalog;
	struct mm_period period;
	enum mm_code rc;

	if (!text || !*text)
		return MM_OK;
	rc = read_period(w, text, &period, reterr);
	if (!rc)
		rc = make_room(w, reterr);
	for (size_t i = 0; i < mm_catalog_count(c) && !rc; i++) {
		const struct mm_layer *l = mm_catalog_entry(c, i)->layer;
		size_t begin = SIZE_MAX, end = SIZE_MAX;

		if (l)
			mm_query_time_fields(mm_layer_schema(l), &begin, &end);
		if (begin == SIZE_MAX)
			continue;
		query_of(w, i)->has_period = true;
		w->query[i].period = period;
	}
	return rc;
}

/* ---- filters ---- */

/* A system by its name in a geometry: "EPSG:4326" has x first there, a URN or URI the order of its authority.
 */
static enum mm_code find_crs(void *of, const char *srs_name, struct mm_arena *mem, struct mm_filter_crs *ret,
			     struct mm_err *reterr)
{
	struct mm_wms *w = of;
	struct mm_crs crs;
	enum mm_code rc = mm_crs_parse(w->picture.kit->proj, srs_name, &crs, reterr);

	if (rc)
		return rc;
	*ret = (struct mm_filter_crs){
	    .definition = mm_arena_text(mem, crs.definition, strlen(crs.definition)),
	    .is_north_first = crs.is_north_first && strncasecmp(srs_name, "EPSG:", 5) != 0};
	mm_crs_release(&crs);
	return ret->definition ? MM_OK : mm_fail_nomem(reterr);
}

/* The condition of a layer becomes part of its query. */
static enum mm_code add_filter(struct mm_wms *w, size_t entry, const char *text, bool is_xml,
			       struct mm_err *reterr)
{
	const struct mm_layer *l = mm_catalog_entry(w->picture.catalog, entry)->layer;
	const struct mm_fes how = {mm_layer_schema(l)->id, find_crs, w};
	struct mm_arena *mem = w->picture.r->mem;
	const struct mm_filter_crs in = {.metric = mm_catalog_map(w->picture.catalog)->crs_definition,
					 .deadline_ns = mm_clock_mono_ns() + DEADLINE_NS,
					 .catalog = w->picture.catalog};
	const char *name = is_xml ? "FILTER" : "CQL_FILTER";
	struct mm_filter *f = NULL;
	struct mm_err err = {0};
	enum mm_code rc;

	if (w->run[entry])
		return mm_wms_fail(w, "InvalidParameterValue", reterr, name,
				   "layer \"%s\" is named twice, and can have one condition", how.layer);
	rc = is_xml ? mm_fes_parse(text, strlen(text), &how, mem, &f, &err)
		    : mm_cql2_text_parse(text, mem, &f, &err);
	if (!rc)
		rc = mm_filter_bind(f, is_xml ? NULL : text, mm_layer_schema(l), mem, &err);
	if (!rc)
		rc = mm_filter_run_new(f, l, &in, w->picture.kit, &w->run[entry], &err);
	if (rc == MM_E_INVALID)
		return mm_wms_fail(w, "InvalidParameterValue", reterr, name, "%s: %s", how.layer, err.msg);
	if (rc)
		return mm_fail(reterr, rc, name, "%s", err.msg);
	query_of(w, entry)->filter = w->run[entry];
	return MM_OK;
}

/* GeoServer's words for all and none besides conditions; an empty text is all. */
static enum mm_code add_condition(struct mm_wms *w, size_t entry, const char *text, bool is_xml,
				  struct mm_err *reterr)
{
	const struct mm_entry *e = mm_catalog_entry(w->picture.catalog, entry);

	if (!*text || !strcasecmp(text, "INCLUDE") || !e->layer)
		return MM_OK;
	if (!strcasecmp(text, "EXCLUDE")) {
		w->choice[entry].is_hidden = true;
		return MM_OK;
	}
	return add_filter(w, entry, text, is_xml, reterr);
}

/* The byte behind what `end` ends; the end of the text without it. */
static const char *behind(const char *at, const char *end)
{
	const char *found = strstr(at, end);

	return found ? found + strlen(end) : at + strlen(at);
}

/* The byte behind a piece of markup that begins here, and by how much it makes elements deeper. */
static const char *skip_markup(const char *at, int *depth)
{
	char quote = 0;
	const char *p = at + 1;

	if (!strncmp(at, "<!--", 4))
		return behind(at, "-->");
	if (!strncmp(at, "<![CDATA[", 9))
		return behind(at, "]]>");
	if (!strncmp(at, "<?", 2))
		return behind(at, "?>");
	for (; *p && (quote || *p != '>'); p++)
		if (*p == '\'' || *p == '"')
			quote = quote == *p ? 0 : quote ? quote : *p;
	if (at[1] == '/')
		(*depth)--;
	else if (p[-1] != '/')
		(*depth)++;
	return *p ? p + 1 : p;
}

/* Bytes of "(<Filter/>)" at the beginning of a text: up to a bracket that stands in no element. */
static size_t first_in_brackets(const char *text)
{
	const char *at = text + 1;
	int depth = 0;

	while (*at && (depth > 0 || *at != ')'))
		at = *at == '<' ? skip_markup(at, &depth) : at + 1;
	return (size_t)(at - text) + (*at == ')');
}

/* Bytes of the first condition: CQL ends at a semicolon outside of quotes, XML stands in brackets where there
 * are several, "(<Filter/>)(<Filter/>)". */
static size_t first_of(const char *at, bool is_xml)
{
	char quote = 0;
	size_t n = 0;

	if (is_xml)
		return *at == '(' ? first_in_brackets(at) : strlen(at);
	for (; at[n] && (quote || at[n] != ';'); n++)
		if (at[n] == '\'' || at[n] == '"')
			quote = quote == at[n] ? 0 : quote ? quote : at[n];
	return n;
}

/* A condition without its brackets and blanks. */
static const char *bare(const char *at, size_t n, bool is_xml, struct mm_arena *mem)
{
	if (is_xml && n >= 2 && at[0] == '(' && at[n - 1] == ')') {
		at++;
		n -= 2;
	}
	while (n && strchr(BLANKS, *at)) {
		at++;
		n--;
	}
	while (n && strchr(BLANKS, at[n - 1]))
		n--;
	return mm_arena_text(mem, at, n);
}

static enum mm_code split(struct mm_wms *w, const char *text, bool is_xml, const char **ret,
			  size_t *ret_count, struct mm_err *reterr)
{
	for (const char *at = text;; at++) {
		const size_t n = first_of(at, is_xml);

		if (*ret_count == MM_WMS_LAYERS_MAX)
			return mm_wms_fail(w, "InvalidParameterValue", reterr,
					   is_xml ? "FILTER" : "CQL_FILTER", "at most %d conditions at once",
					   MM_WMS_LAYERS_MAX);
		ret[*ret_count] = bare(at, n, is_xml, w->picture.r->mem);
		if (!ret[(*ret_count)++])
			return mm_fail_nomem(reterr);
		at += n;
		if (is_xml)
			at += strspn(at, BLANKS);
		if (!*at)
			return MM_OK;
		at -= is_xml; /* no sign stands between brackets */
	}
}

/* In the order of LAYERS. */
static enum mm_code give(struct mm_wms *w, const char *const *condition, size_t count, bool is_xml,
			 struct mm_err *reterr)
{
	const char *name = is_xml ? "FILTER" : "CQL_FILTER", *at = mm_wms_param(w->picture.r, "LAYERS");
	size_t layers = 0;
	enum mm_code rc = MM_OK;

	for (const char *p = at; *p; layers++)
		p += strcspn(p, ",") + (p[strcspn(p, ",")] == ',');
	if (count != 1 && count != layers)
		return mm_wms_fail(w, "InvalidParameterValue", reterr, name,
				   "%zu conditions for %zu layers: write one for all, or one for each", count,
				   layers);
	for (size_t i = 0; *at && !rc; i++) {
		const size_t n = strcspn(at, ","), entry = mm_catalog_index(w->picture.catalog, at, n);

		if (entry == SIZE_MAX)
			return mm_wms_fail(
			    w, "InvalidParameterValue", reterr, name,
			    "conditions are of single layers: name them in LAYERS instead of \"%s\"",
			    MM_WMS_ALL);
		/* one for all holds once for a layer that is named twice */
		if (count > 1 || !w->run[entry])
			rc = add_condition(w, entry, condition[count == 1 ? 0 : i], is_xml, reterr);
		at += n + (at[n] == ',');
	}
	return rc;
}

static enum mm_code read_filters(struct mm_wms *w, struct mm_err *reterr)
{
	const char *cql = mm_wms_param(w->picture.r, "CQL_FILTER"),
		   *xml = mm_wms_param(w->picture.r, "FILTER");
	const char *condition[MM_WMS_LAYERS_MAX];
	size_t count = 0;
	enum mm_code rc;

	if (cql && *cql && xml && *xml)
		return mm_wms_fail(w, "InvalidParameterValue", reterr, "FILTER",
				   "write either CQL_FILTER or FILTER");
	if ((!cql || !*cql) && (!xml || !*xml))
		return MM_OK;
	rc = make_room(w, reterr);
	if (!rc)
		rc = split(w, cql && *cql ? cql : xml, !cql || !*cql, condition, &count, reterr);
	return rc ? rc : give(w, condition, count, !cql || !*cql, reterr);
}

enum mm_code mm_wms_read_conditions(struct mm_wms *w, struct mm_err *reterr)
{
	const enum mm_code rc = read_time(w, reterr);

	return rc ? rc : read_filters(w, reterr);
}

void mm_wms_release_conditions(struct mm_wms *w)
{
	for (size_t i = 0; w->run && i < mm_catalog_count(w->picture.catalog); i++)
		mm_filter_run_free(w->run[i]);
}
