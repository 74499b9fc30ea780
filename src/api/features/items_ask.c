#include "api/features/features.h"

#include "api/features/pages.h"
#include "api/out.h"
#include "base/clock.h"
#include "base/num.h"
#include "query/filter_bind.h"

#include <stdlib.h>
#include <string.h>

/* What a request for items asks for: its parameters, each checked (OGC API Features Part 1, 7.15). */

enum { ITEMS_DEADLINE_MS = 10000 };

static const char *const own_params[] = {"bbox",   "bbox-crs", "crs",          "datetime",
					 "limit",  "offset",   "properties",   "exclude-properties",
					 "page",   "filter",   "filter-lang",  "filter-crs",
					 "sortby", "f",        "lang",         "encoding",
					 "ids",    "q",        "explain",      "separator",
					 "bom",    "decimal",  "skip-geometry"};
enum { OWN_PARAMS = sizeof(own_params) / sizeof(own_params[0]) };

enum mm_code mm_items_count(const struct mm_request *r, const char *name, int64_t least, int64_t most,
			    bool clamp, uint32_t *ret, struct mm_err *reterr)
{
	const char *text = mm_request_param(r, name);
	int64_t v;

	if (!text)
		return MM_OK;
	if (!mm_num_parse_int(text, strlen(text), &v) || v < least || (v > most && !clamp))
		return mm_fail(reterr, MM_E_INVALID, name, "write a whole number from %d to %d", (int)least,
			       (int)most);
	*ret = (uint32_t)(v > most ? most : v);
	return MM_OK;
}

/* Every parameter that is not one of ours is "property equals value"; unknown names are refused by name. */
static enum mm_code parse_properties(const struct mm_request *r, const char *const *own_param,
				     size_t own_count, const struct mm_schema *s, struct mm_query *q,
				     struct mm_err *reterr)
{
	const char **known = mm_arena_array(r->mem, own_count + s->field_count, sizeof(*known));
	size_t count = own_count;
	enum mm_code rc;

	if (!known)
		return mm_fail_nomem(reterr);
	memcpy(known, own_param, own_count * sizeof(*known));
	for (size_t i = 0; i < s->field_count; i++)
		if (!s->field[i].hidden)
			known[count++] = s->field[i].name;
	rc = mm_request_only(r, known, count, reterr);
	for (size_t i = 0; i < r->param_count && !rc; i++) {
		bool own = false;

		for (size_t k = 0; k < own_count; k++)
			own |= strcmp(r->param[i].name, own_param[k]) == 0;
		if (own)
			continue;
		if (q->equal_count == MM_EQUALS_MAX)
			return mm_fail(reterr, MM_E_LIMIT, r->param[i].name, "at most %d conditions",
				       MM_EQUALS_MAX);
		q->equal[q->equal_count++] =
		    (struct mm_equal){mm_schema_find(s, r->param[i].name), r->param[i].value};
	}
	return rc;
}

static enum mm_code parse_box(const struct mm_request *r, struct mm_items *it, struct mm_err *reterr)
{
	const struct mm_schema *s = mm_layer_schema(it->layer);
	const char *bbox = mm_request_param(r, "bbox");
	const struct mm_transform *to_deg;
	struct mm_out_crs crs;
	enum mm_code rc = mm_out_crs_param(r, "bbox-crs", it->catalog, s, it->kit->proj, &crs, reterr);

	if (!rc)
		rc = mm_transform_get(it->kit->proj, crs.definition, MM_CRS84, &to_deg, reterr);
	if (rc || !bbox)
		return rc;
	if (strcmp(crs.definition, MM_CRS84) == 0)
		return mm_query_box_parse(bbox, &it->query, reterr);
	return mm_query_box_parse_in(bbox, crs.definition, crs.is_north_first,
				     mm_transform_is_identity(to_deg), &it->query, reterr);
}

/* Marks the fields that a list names; the geometry is always given. */
static enum mm_code mark_fields(const char *list, const char *name, const struct mm_schema *s, bool *mark,
				struct mm_err *reterr)
{
	for (const char *at = list; *list; at++) {
		const size_t n = strcspn(at, ",");
		size_t field = 0;

		while (field < s->field_count &&
		       (s->field[field].hidden || strlen(s->field[field].name) != n ||
			memcmp(s->field[field].name, at, n) != 0))
			field++;
		if (field == s->field_count)
			return mm_fail(reterr, MM_E_INVALID, name,
				       "there is no field \"%.*s\": see /collections/%s/schema",
				       n < 60 ? (int)n : 60, at, s->id);
		mark[field] = true;
		at += n;
		if (!*at)
			break;
	}
	return MM_OK;
}

/* `properties=` and `exclude-properties=` (OGC API Features Part 6, draft). */
enum mm_code mm_items_selection(const struct mm_request *r, struct mm_items *it, struct mm_err *reterr)
{
	const struct mm_schema *s = mm_layer_schema(it->layer);
	const char *with = mm_request_param(r, "properties"),
		   *without = mm_request_param(r, "exclude-properties");
	bool *mark;
	enum mm_code rc;

	if (!with && !without)
		return MM_OK;
	if (with && without)
		return mm_fail(reterr, MM_E_INVALID, "exclude-properties",
			       "give properties or exclude-properties, not both");
	mark = mm_arena_array(r->mem, s->field_count + 1, sizeof(*mark));
	if (!mark)
		return mm_fail_nomem(reterr);
	memset(mark, 0, (s->field_count + 1) * sizeof(*mark));
	rc = with ? mark_fields(with, "properties", s, mark, reterr)
		  : mark_fields(without, "exclude-properties", s, mark, reterr);
	for (size_t i = 0; with && i < s->field_count; i++)
		mark[i] = !mark[i];
	it->leaves_out = mark;
	return rc;
}

/* `filter=` (OGC API Features Part 3, 19-079r2, clause 7). */
static enum mm_code parse_filter(const struct mm_request *r, struct mm_items *it, struct mm_err *reterr)
{
	const char *text = mm_request_param(r, "filter"), *lang = mm_request_param(r, "filter-lang");
	const struct mm_schema *s = mm_layer_schema(it->layer);
	struct mm_filter *f = NULL;
	struct mm_out_crs crs;
	struct mm_filter_crs in;
	bool is_json;
	enum mm_code rc = mm_out_crs_param(r, "filter-crs", it->catalog, s, it->kit->proj, &crs, reterr);

	if (rc)
		return rc;
	is_json = lang && strcmp(lang, "cql2-json") == 0;
	if (lang && !is_json && strcmp(lang, "cql2-text") != 0)
		return mm_fail(reterr, MM_E_INVALID, "filter-lang", "write cql2-text or cql2-json");
	if (!text)
		return MM_OK;
	rc = is_json ? mm_cql2_json_parse(text, r->mem, &f, reterr)
		     : mm_cql2_text_parse(text, r->mem, &f, reterr);
	if (!rc)
		rc = mm_filter_bind(f, is_json ? NULL : text, s, r->mem, reterr);
	in = (struct mm_filter_crs){.definition = crs.definition,
				    .is_north_first = crs.is_north_first,
				    .metric = mm_catalog_map(it->catalog)->crs_definition,
				    .deadline_ns = it->query.deadline_ns,
				    .catalog = it->catalog};
	if (!rc)
		rc = mm_filter_run_new(f, it->layer, &in, it->kit, &it->filter, reterr);
	it->query.filter = it->filter;
	it->condition = f;
	return rc;
}

static int by_row(const void *a, const void *b)
{
	const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* `ids=`: the rows of ids joined by commas, each once, in the order of the source; an id that is not there is
 * passed over. Ids with commas in them cannot be asked for so. */
static enum mm_code parse_ids(const struct mm_request *r, struct mm_items *it, struct mm_err *reterr)
{
	const char *text = mm_request_param(r, "ids");
	uint32_t *row = text ? mm_arena_array(r->mem, MM_ITEMS_IDS_MAX, sizeof(*row)) : NULL;
	uint32_t given = 0, count = 0, unique = 0;

	if (!text)
		return MM_OK;
	if (!row)
		return mm_fail_nomem(reterr);
	for (const char *at = text; *text; at++) {
		const size_t n = strcspn(at, ",");
		const uint32_t found = mm_layer_find_id(it->layer, at, n);

		if (given++ == MM_ITEMS_IDS_MAX)
			return mm_fail(reterr, MM_E_INVALID, "ids", "at most %d ids", MM_ITEMS_IDS_MAX);
		if (found != UINT32_MAX)
			row[count++] = found;
		at += n;
		if (!*at)
			break;
	}
	qsort(row, count, sizeof(*row), by_row);
	for (uint32_t i = 0; i < count; i++)
		if (i == 0 || row[i] != row[i - 1])
			row[unique++] = row[i];
	it->query.has_rows = true;
	it->query.rows = row;
	it->query.row_count = unique;
	return MM_OK;
}

static enum mm_code parse_explain(const struct mm_request *r, bool is_html, struct mm_items *it,
				  struct mm_err *reterr)
{
	const char *text = mm_request_param(r, "explain");

	if (!text)
		return MM_OK;
	if (strcmp(text, "1") != 0 || is_html)
		return mm_fail(reterr, MM_E_INVALID, "explain", "write 1, and f=json");
	it->explains = true;
	it->query.plan = &it->plan;
	return MM_OK;
}

enum { VERSION_DIGITS = 16 };

static bool parse_version(const char *text, uint64_t *ret)
{
	static const char digits[] = "0123456789abcdef";
	uint64_t version = 0;

	for (size_t i = 0; i < VERSION_DIGITS; i++) {
		const char *digit = text[i] ? strchr(digits, text[i]) : NULL;

		if (!digit)
			return false;
		version = version << 4 | (uint64_t)(digit - digits);
	}
	*ret = version;
	return true;
}

/* "VERSION-OFFSET" or "VERSION-OFFSET-OTHERS", as mm_items_path writes it. */
static bool parse_page(const char *text, struct mm_items *it, uint64_t *ret_version)
{
	const char *number = text + VERSION_DIGITS + 1;
	int64_t offset;
	size_t n;

	if (!parse_version(text, ret_version) || text[VERSION_DIGITS] != '-')
		return false;
	n = strcspn(number, "-");
	if (!mm_num_parse_int(number, n, &offset) || offset < 0 || offset > INT32_MAX)
		return false;
	it->offset = (uint32_t)offset;
	it->is_next_page = true;
	return !number[n] ||
	       (strlen(number + n + 1) == VERSION_DIGITS && parse_version(number + n + 1, &it->others));
}

/* Of other layers that the filter asks no version is kept but the current one. */
static enum mm_code check_others(const struct mm_items *it, struct mm_err *reterr)
{
	if (!it->is_next_page || it->others == mm_filter_run_others(it->filter))
		return MM_OK;
	return mm_fail(
	    reterr, MM_E_GONE, "page",
	    "the data of another layer that the filter asks have changed: begin again with the first page, "
	    "without the parameter page");
}

enum mm_code mm_items_version(const struct mm_api *api, const struct mm_request *r, struct mm_items *it,
			      struct mm_err *reterr)
{
	const char *page = mm_request_param(r, "page"), *id = mm_out_segment(r, 1);
	const struct mm_layer *current;
	const struct mm_entry *entry;
	uint64_t version;
	enum mm_code rc = mm_out_layer(api, r, id, &it->catalog, &current, reterr);

	if (rc)
		return rc;
	entry = mm_catalog_find_entry(it->catalog, id);
	version = mm_layer_version(current);
	if (page && (!parse_page(page, it, &version) || mm_request_param(r, "offset")))
		return mm_fail(reterr, MM_E_INVALID, "page",
			       "follow the links of a page, or count with offset");
	return mm_pages_find(api->pages, entry, version, &it->layer, reterr);
}

enum mm_code mm_items_conditions(const struct mm_request *r, const char *const *own, size_t own_count,
				 struct mm_items *it, struct mm_err *reterr)
{
	const char *datetime = mm_request_param(r, "datetime");
	enum mm_code rc = parse_properties(r, own, own_count, mm_layer_schema(it->layer), &it->query, reterr);

	it->query.deadline_ns = mm_clock_mono_ns() + (int64_t)ITEMS_DEADLINE_MS * 1000000;
	if (!rc)
		rc = parse_box(r, it, reterr);
	if (!rc)
		rc = parse_filter(r, it, reterr);
	if (!rc && datetime) {
		rc = mm_period_parse(datetime, &it->query.period, reterr);
		it->query.has_period = true;
	}
	return rc;
}

enum mm_code mm_items_ask(const struct mm_request *r, bool is_html, struct mm_items *it,
			  struct mm_err *reterr)
{
	const char *sortby = mm_request_param(r, "sortby"), *words = mm_request_param(r, "q");
	enum mm_code rc = mm_items_conditions(r, own_params, OWN_PARAMS, it, reterr);

	if (!rc)
		rc = check_others(it, reterr);
	it->limit = it->is_whole ? INT32_MAX : is_html ? MM_ITEMS_HTML_DEFAULT : MM_ITEMS_DEFAULT;
	if (!rc && !it->is_whole && mm_request_param(r, "encoding"))
		rc = mm_fail(reterr, MM_E_INVALID, "encoding", "only f=shp, f=tab and f=dxf have one");
	if (!rc)
		rc = mm_items_count(r, "limit", 1, it->is_whole ? INT32_MAX : MM_ITEMS_MAX, true, &it->limit,
				    reterr);
	if (!rc)
		rc = mm_items_count(r, "offset", 0, INT32_MAX, false, &it->offset, reterr);
	if (!rc)
		rc = mm_out_crs_param(r, "crs", it->catalog, mm_layer_schema(it->layer), it->kit->proj,
				      &it->crs, reterr);
	if (!rc)
		rc = mm_items_selection(r, it, reterr);
	if (!rc)
		rc = parse_ids(r, it, reterr);
	if (!rc)
		rc = parse_explain(r, is_html, it, reterr);
	if (!rc && words)
		rc = mm_words_new(words, it->layer, r->mem, &it->query.words, reterr);
	if (!rc && sortby)
		rc = mm_sort_parse(sortby, mm_layer_schema(it->layer), it->query.sort, &it->query.sort_count,
				   reterr);
	return rc;
}
