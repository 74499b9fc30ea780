#include "api/wfs/wfs.h"

#include "base/clock.h"
#include "base/text.h"
#include "encode/xml_name.h"
#include "query/filter_bind.h"

#include <string.h>
#include <strings.h>

/* A query of the service to one of ours. */

enum { DEADLINE_MS = 10000 };

/* One query while it is prepared. */
struct step {
	struct mm_wfs *w;
	const struct mm_schema *schema;
	struct mm_wfs_srs plain; /* of coordinates that name no system */
	struct mm_query query;
	struct mm_filter_run *run; /* in `query`; owned */
};

/* ---- filters ---- */

static enum mm_code find_crs(void *of, const char *srs_name, struct mm_arena *mem, struct mm_filter_crs *ret,
			     struct mm_err *reterr)
{
	struct step *s = of;
	struct mm_wfs_srs srs;
	enum mm_code rc = mm_wfs_srs(s->w, s->schema, srs_name, &srs, reterr);

	(void)mem;
	if (!rc)
		*ret = (struct mm_filter_crs){.definition = srs.crs.definition,
					      .is_north_first = srs.crs.is_north_first};
	return rc;
}

/* Names as they are in XML become those of fields, and ids likewise. */
static bool read_names(struct mm_filter *f, struct mm_arena *mem)
{
	const bool is_ids = f->op == MM_FILTER_IDS;

	if (f->op == MM_FILTER_PROPERTY) {
		f->text = mm_xml_name_read(f->text, f->text_len, mem);
		f->text_len = f->text ? strlen(f->text) : 0;
		return f->text != NULL;
	}
	for (size_t i = 0; i < f->child_count; i++) {
		struct mm_filter *c = f->child[i];

		if (!is_ids && !read_names(c, mem))
			return false;
		if (!is_ids)
			continue;
		c->text = mm_xml_name_read(c->text, c->text_len, mem);
		c->text_len = c->text ? strlen(c->text) : 0;
		if (!c->text)
			return false;
	}
	return true;
}

/* The type name as it begins ids. */
static const char *prefix_of(const struct mm_schema *s, struct mm_arena *mem)
{
	struct mm_buf b;
	const char *text;

	mm_buf_init(&b, 4096);
	mm_xml_name_put(&b, s->id, strlen(s->id));
	text = b.failed ? NULL : mm_arena_text(mem, (const char *)b.data, b.len);
	mm_buf_release(&b);
	return text;
}

/* Only what is in an order is compared; bounds are not (09-026r2, 7.7.3.2). */
static enum mm_code check_comparisons(struct mm_wfs *w, const struct mm_filter *f, struct mm_err *reterr)
{
	enum mm_code rc = MM_OK;

	for (size_t i = 0; i < f->child_count && !rc; i++) {
		const struct mm_filter *c = f->child[i];

		if (f->op < MM_FILTER_EQ || f->op > MM_FILTER_IN)
			rc = check_comparisons(w, c, reterr);
		else if (c->op == MM_FILTER_BBOX || c->op == MM_FILTER_GEOMETRY)
			rc = mm_wfs_fail(&w->ask, "OperationProcessingFailed", reterr, "filter",
					 "geometries have no order: use a spatial condition such as BBOX, "
					 "Equals or Intersects");
	}
	return rc;
}

static bool asks_for_nil(const struct mm_xml *e)
{
	if (mm_xml_is(e, "PropertyIsNil"))
		return true;
	for (const struct mm_xml *c = e->child; c; c = c->next)
		if (asks_for_nil(c))
			return true;
	return false;
}

static struct mm_filter *both(struct mm_filter *a, struct mm_filter *b, struct mm_arena *mem)
{
	struct mm_filter *f = mm_arena_alloc(mem, sizeof(*f));

	if (!f)
		return NULL;
	f->child = mm_arena_array(mem, 2, sizeof(struct mm_filter *));
	if (!f->child)
		return NULL;
	f->op = MM_FILTER_AND;
	f->child_count = 2;
	f->child[0] = a;
	f->child[1] = b;
	return f;
}

/* An id of a type that is not asked for is a mistake, not an empty answer (OGC 09-025r2, 7.9.2.4.1). */
static enum mm_code check_id(struct mm_wfs *w, const char *id, size_t n, struct mm_err *reterr)
{
	const char *dot = memchr(id, '.', n);
	const char *name = dot ? mm_xml_name_read(id, (size_t)(dot - id), w->r->mem) : NULL;
	const struct mm_layer *of = name ? mm_catalog_find(w->catalog, name) : NULL, *asked;

	if (!w->ask.query_count) /* a transaction has its types elsewhere */
		return MM_OK;
	for (size_t i = 0; of && i < w->ask.query_count; i++) {
		const char *type = w->ask.query[i].type;
		enum mm_code rc = type ? mm_wfs_layer(w, type, "typeNames", &asked, reterr) : MM_OK;

		if (rc || !type || asked == of)
			return rc;
	}
	return of ? mm_wfs_fail(&w->ask, "InvalidParameterValue", reterr, "RESOURCEID",
				"%.100s is none of the types that are asked for", id)
		  : MM_OK;
}

static enum mm_code check_ids(struct mm_wfs *w, const struct mm_wfs_query *q, struct mm_err *reterr)
{
	enum mm_code rc = MM_OK;

	if (w->ask.version != MM_WFS_20)
		return MM_OK;
	for (const char *at = q->ids; at && *at && !rc; at += strcspn(at, ","), at += *at == ',')
		rc = check_id(w, at, strcspn(at, ","), reterr);
	for (const struct mm_xml *e = q->filter ? q->filter->child : NULL; e && !rc; e = e->next) {
		const char *id = mm_xml_is(e, "ResourceId") ? mm_xml_attribute(e, "rid") : NULL;

		rc = id ? check_id(w, id, strlen(id), reterr) : MM_OK;
	}
	return rc;
}

static enum mm_code parse_filter(struct step *s, const struct mm_wfs_query *q, struct mm_filter **ret,
				 struct mm_err *reterr)
{
	struct mm_arena *mem = s->w->r->mem;
	const struct mm_fes how = {prefix_of(s->schema, mem), find_crs, s};
	struct mm_filter *of_ids = NULL;
	enum mm_code rc = how.layer ? MM_OK : mm_fail_nomem(reterr);

	if (!rc && q->filter)
		rc = mm_fes_parse_element(q->filter, &how, mem, ret, reterr);
	if (!rc && q->ids)
		rc = mm_fes_parse_ids(q->ids, &how, mem, &of_ids, reterr);
	if (!rc && of_ids)
		*ret = *ret ? both(*ret, of_ids, mem) : of_ids;
	if (!rc && *ret && !read_names(*ret, mem))
		rc = mm_fail_nomem(reterr);
	return rc || !*ret ? rc : check_comparisons(s->w, *ret, reterr);
}

/* In CQL2 names are as they are served, and coordinates east first. */
static enum mm_code add_cql(struct step *s, const char *text, struct mm_filter **f, struct mm_err *reterr)
{
	struct mm_filter *cql = NULL;
	enum mm_code rc = mm_cql2_text_parse(text, s->w->r->mem, &cql, reterr);

	if (rc)
		return rc;
	*f = *f ? both(cql, *f, s->w->r->mem) : cql;
	return *f ? MM_OK : mm_fail_nomem(reterr);
}

static enum mm_code add_filter(struct step *s, const struct mm_wfs_query *q, const struct mm_layer *l,
			       struct mm_err *reterr)
{
	struct mm_arena *mem = s->w->r->mem;
	struct mm_filter *f = NULL;
	struct mm_filter_crs in;
	enum mm_code rc;

	if (!q->filter && !q->ids && !q->cql)
		return MM_OK;
	rc = check_ids(s->w, q, reterr);
	if (!rc)
		rc = parse_filter(s, q, &f, reterr);
	if (!rc && q->cql)
		rc = add_cql(s, q->cql, &f, reterr);
	if (!rc)
		rc = mm_filter_bind(f, q->cql, s->schema, mem, reterr);
	in = (struct mm_filter_crs){.definition = q->cql ? NULL : s->plain.crs.definition,
				    .is_north_first = !q->cql && s->plain.crs.is_north_first,
				    .metric = mm_catalog_map(s->w->catalog)->crs_definition,
				    .deadline_ns = s->query.deadline_ns,
				    .catalog = s->w->catalog};
	if (!rc)
		rc = mm_filter_run_new(f, l, &in, s->w->kit, &s->run, reterr);
	if (rc == MM_E_INVALID && !s->w->ask.exception)
		s->w->ask.exception = "InvalidParameterValue";
	s->query.filter = s->run;
	return rc;
}

/* ---- windows ---- */

static enum mm_code add_box_in(struct step *s, const char *numbers, const struct mm_out_crs *crs,
			       struct mm_err *reterr)
{
	const struct mm_transform *to_deg;
	enum mm_code rc = mm_transform_get(s->w->kit->proj, crs->definition, MM_CRS84, &to_deg, reterr);

	if (rc)
		return rc;
	if (strcmp(crs->definition, MM_CRS84) == 0)
		return mm_query_box_parse(numbers, &s->query, reterr);
	return mm_query_box_parse_in(numbers, crs->definition, crs->is_north_first,
				     mm_transform_is_identity(to_deg), &s->query, reterr);
}

/* Four numbers, then perhaps the name of their system. */
static enum mm_code add_box(struct step *s, const struct mm_wfs_query *q, struct mm_err *reterr)
{
	const char *end = q->bbox, *numbers;
	struct mm_wfs_srs srs = s->plain;
	enum mm_code rc = MM_OK;

	if (!q->bbox)
		return MM_OK;
	for (int i = 0; i < 4 && end; i++) {
		end = strchr(end, ',');
		end = end ? end + 1 : NULL;
	}
	if (end)
		rc = mm_wfs_srs(s->w, s->schema, end, &srs, reterr);
	numbers = end ? mm_arena_text(s->w->r->mem, q->bbox, (size_t)(end - 1 - q->bbox)) : q->bbox;
	if (!numbers)
		return mm_fail_nomem(reterr);
	return rc ? rc : add_box_in(s, numbers, &srs.crs, reterr);
}

/* ---- order and properties ---- */

/* "a ASC,b DESC", "a D", "a", "-a" as our own interface has it. */
static enum mm_code add_sort(struct step *s, const struct mm_wfs_query *q, struct mm_err *reterr)
{
	struct mm_arena *mem = s->w->r->mem;
	struct mm_wfs_names by;
	const char *all = "";
	enum mm_code rc;

	if (!q->sort)
		return MM_OK;
	rc = mm_wfs_split(s->w->r, &s->w->ask, "sortBy", q->sort, ",", MM_SORT_MAX, &by, reterr);
	for (size_t i = 0; !rc && i < by.count; i++) {
		const char *text = by.name[i], *order;
		size_t n = strcspn(text, " "), field = 0;

		order = text + n + strspn(text + n, " ");
		text = mm_arena_text(mem, text, n);
		if (!text)
			return mm_fail_nomem(reterr);
		rc = mm_wfs_field(s->w, s->schema, text, "sortBy", &field, reterr);
		if (!rc && field == SIZE_MAX)
			rc = mm_wfs_fail(&s->w->ask, "InvalidParameterValue", reterr, "sortBy",
					 "geometries have no order: name another property");
		if (rc)
			return rc;
		all =
		    mm_arena_printf(mem, "%s%s%c%s", all, i ? "," : "",
				    *order == 'D' || *order == 'd' ? '-' : '+', s->schema->field[field].name);
		if (!all)
			return mm_fail_nomem(reterr);
	}
	return rc || !by.count ? rc
			       : mm_sort_parse(all, s->schema, s->query.sort, &s->query.sort_count, reterr);
}

static enum mm_code choose_properties(struct step *s, const struct mm_wfs_query *q, struct mm_wfs_rows *ret,
				      struct mm_err *reterr)
{
	bool *leaves_out;

	if (!q->properties.count)
		return MM_OK;
	leaves_out = mm_arena_array(s->w->r->mem, s->schema->field_count + 1, sizeof(*leaves_out));
	if (!leaves_out)
		return mm_fail_nomem(reterr);
	memset(leaves_out, true, (s->schema->field_count + 1) * sizeof(*leaves_out));
	ret->leaves_out = leaves_out;
	ret->skips_geometry = true;
	for (size_t i = 0; i < q->properties.count; i++) {
		const char *name = q->properties.name[i];
		size_t field;
		enum mm_code rc;

		if (strcmp(mm_xml_local(name), "boundedBy") == 0 || strcmp(mm_xml_local(name), "id") == 0)
			continue;
		rc = mm_wfs_field(s->w, s->schema, name, "propertyName", &field, reterr);
		if (rc)
			return rc;
		if (field == SIZE_MAX)
			ret->skips_geometry = false;
		else
			leaves_out[field] = false;
	}
	return MM_OK;
}

/* ---- the query ---- */

enum mm_code mm_wfs_select(struct mm_wfs *w, const struct mm_wfs_query *q, const struct mm_layer *l,
			   uint32_t offset, uint32_t limit, struct mm_arena *mem, struct mm_wfs_rows *ret,
			   struct mm_err *reterr)
{
	struct step s = {.w = w, .schema = mm_layer_schema(l)};
	enum mm_code rc;

	s.query.deadline_ns = mm_clock_mono_ns() + (int64_t)DEADLINE_MS * 1000000;
	*ret = (struct mm_wfs_rows){.layer = l, .writes_nil = q->filter && asks_for_nil(q->filter)};
	rc = mm_wfs_srs(w, s.schema, q->srs_name, &ret->srs, reterr);
	if (!rc) /* coordinates without a system are in the default one; 1.0 means the one that is asked for
		  */
		rc = mm_wfs_srs(w, s.schema, w->ask.version == MM_WFS_10 ? q->srs_name : NULL, &s.plain,
				reterr);
	if (!rc)
		rc = choose_properties(&s, q, ret, reterr);
	if (!rc)
		rc = add_sort(&s, q, reterr);
	if (!rc)
		rc = add_box(&s, q, reterr);
	if (!rc)
		rc = add_filter(&s, q, l, reterr);
	if (!rc)
		rc = mm_query_run(l, &s.query, w->kit->proj, offset, limit, mem, &ret->page, reterr);
	mm_filter_run_free(s.run);
	return rc;
}

enum mm_code mm_wfs_query_layer(struct mm_wfs *w, const struct mm_wfs_query *q, const struct mm_layer **ret,
				struct mm_err *reterr)
{
	return mm_wfs_layer(w, q->type, w->ask.version == MM_WFS_20 ? "typeNames" : "typeName", ret, reterr);
}

/* "streets.12": the name before the dot. */
static const char *type_of_id(struct mm_wfs *w, const char *id)
{
	const size_t n = strcspn(id, ".,");

	return id[n] == '.' ? mm_arena_text(w->r->mem, id, n) : NULL;
}

enum mm_code mm_wfs_feature(struct mm_wfs *w, const char *id, const struct mm_layer **ret, uint32_t *ret_row,
			    struct mm_err *reterr)
{
	const char *type = type_of_id(w, id), *dot = strchr(id, '.');
	const char *name = type ? mm_xml_name_read(type, strlen(type), w->r->mem) : NULL;
	const char *local = dot ? mm_xml_name_read(dot + 1, strlen(dot + 1), w->r->mem) : NULL;

	*ret = name ? mm_catalog_find(w->catalog, name) : NULL;
	*ret_row = *ret && local ? mm_layer_find_id(*ret, local, strlen(local)) : UINT32_MAX;
	if (*ret_row != UINT32_MAX)
		return MM_OK;
	w->ask.exception = "NotFound";
	return mm_fail(reterr, MM_E_NOT_FOUND, "id", "there is no feature %.100s: ids look like name.number",
		       id);
}
