#include "api/wfs/transaction.h"

#include "api/edits/edits.h"
#include "encode/xml_name.h"

#include <string.h>

/* The actions of a transaction. Features in it are as DescribeFeatureType has them. */

static enum mm_code fail(struct mm_wfs_work *k, const struct mm_xml *e, struct mm_err *reterr,
			 const char *what)
{
	return mm_wfs_fail(&k->w->ask, "InvalidParameterValue", reterr, e->name, "line %u: %s", e->line,
			   what);
}

/* 2.0 has a word of its own for what does not fit the schema (OGC 09-025r2, 7.5); `rc` as it is. */
static enum mm_code misfit(struct mm_wfs_work *k, enum mm_code rc)
{
	if (rc == MM_E_INVALID && k->w->ask.version == MM_WFS_20)
		k->w->ask.exception = "InvalidValue";
	return rc;
}

/* ---- on which layer ---- */

static enum mm_code check_access(struct mm_wfs_work *k, struct mm_err *reterr)
{
	const struct mm_edit_answer a = mm_edit_may(k->w->api, k->w->r, k->entry);

	if (!a.status)
		return MM_OK;
	k->w->status = a.status == 405 ? 403 : a.status; /* the method is right, and others may be edited */
	return mm_wfs_fail(&k->w->ask, "OperationNotSupported", reterr, "Transaction", "%s", a.why);
}

static enum mm_code enter_layer(struct mm_wfs_work *k, const struct mm_xml *e, const char *type,
				struct mm_err *reterr)
{
	const struct mm_layer *l;
	enum mm_code rc;

	if (!type)
		return fail(k, e, reterr, "the action names its feature type in typeName");
	rc = mm_wfs_layer(k->w, type, "typeName", &l, reterr);
	if (rc)
		return e->name == type ? misfit(k, rc)
				       : rc; /* of a feature: an element that is not in the schema */
	if (k->layer && k->layer != l)
		return fail(k, e, reterr, "a transaction is on one feature type: send one for each");
	if (k->layer)
		return MM_OK;
	k->layer = l;
	k->entry = mm_catalog_find_entry(k->w->catalog, mm_layer_schema(l)->id);
	return check_access(k, reterr);
}

/* ---- edits ---- */

static enum mm_code add_edit(struct mm_wfs_work *k, const struct mm_xml *action, enum mm_edit_kind kind,
			     struct mm_edit **ret, struct mm_err *reterr)
{
	if (k->count == MM_EDITS_MAX)
		return mm_fail(reterr, MM_E_LIMIT, action->name,
			       "at most %d features at a time: send several transactions", MM_EDITS_MAX);
	k->handle[k->count] = mm_xml_attribute(action, "handle");
	*ret = &k->edit[k->count++];
	**ret = (struct mm_edit){.kind = kind, .where = ""};
	k->of_kind[kind]++;
	return MM_OK;
}

/* Elements of GML itself, as its bounds: no property of ours. */
static bool is_of_gml(const struct mm_xml *e)
{
	return strncmp(e->ns, "http://www.opengis.net/gml", 26) == 0;
}

static enum mm_code check_once(struct mm_wfs_work *k, const struct mm_xml *e, const struct mm_edit *edit,
			       size_t field, struct mm_err *reterr)
{
	for (size_t i = 0; i < edit->value_count; i++)
		if (edit->value[i].field == field)
			return fail(k, e, reterr, "the property stands there twice");
	return MM_OK;
}

/* One property of an edit whose values have room for it. */
static enum mm_code add_property(struct mm_wfs_work *k, const struct mm_xml *name_at, const char *name,
				 const struct mm_xml *value, const char *srs_name, struct mm_edit *edit,
				 struct mm_edit_value *values, struct mm_err *reterr)
{
	size_t field;
	enum mm_code rc = mm_wfs_field(k->w, mm_layer_schema(k->layer), name, name, &field, reterr);

	if (!rc && field == SIZE_MAX && edit->has_geometry)
		rc = fail(k, name_at, reterr, "the property stands there twice");
	if (!rc && field != SIZE_MAX)
		rc = check_once(k, name_at, edit, field, reterr);
	if (!rc)
		rc =
		    mm_wfs_read_property(k, value, field, srs_name, edit, &values[edit->value_count], reterr);
	if (!rc && field != SIZE_MAX)
		edit->value_count++;
	return misfit(k, rc);
}

static enum mm_code read_feature(struct mm_wfs_work *k, const struct mm_xml *e, const char *srs_name,
				 struct mm_edit *edit, struct mm_err *reterr)
{
	struct mm_edit_value *values =
	    mm_arena_array(k->w->r->mem, mm_xml_child_count(e) + 1, sizeof(*values));
	enum mm_code rc = MM_OK;

	if (!values)
		return mm_fail_nomem(reterr);
	edit->value = values;
	for (const struct mm_xml *c = e->child; c && !rc; c = c->next)
		if (!is_of_gml(c))
			rc = add_property(k, c, c->name, c, srs_name, edit, values, reterr);
	edit->has_geometry = true; /* as a whole feature has, or none */
	return rc;
}

/* ---- Insert, Replace ---- */

static bool is_wrapping(const struct mm_xml *e)
{
	return mm_xml_is(e, "FeatureCollection") || mm_xml_is(e, "member") || mm_xml_is(e, "featureMember") ||
	       mm_xml_is(e, "featureMembers");
}

/* The features inside, which may be wrapped in a collection; XML is not deep. */
static enum mm_code read_features(struct mm_wfs_work *k, const struct mm_xml *action, const struct mm_xml *in,
				  struct mm_err *reterr)
{
	enum mm_code rc = MM_OK;

	for (const struct mm_xml *e = in->child; e && !rc; e = e->next) {
		struct mm_edit *edit;

		if (is_wrapping(e)) {
			rc = read_features(k, action, e, reterr);
			continue;
		}
		if (in != action && is_of_gml(e))
			continue;
		rc = enter_layer(k, e, e->name, reterr);
		if (!rc)
			rc = add_edit(k, action, MM_EDIT_INSERT, &edit, reterr);
		if (!rc)
			rc = read_feature(k, e, mm_xml_attribute(action, "srsName"), edit, reterr);
		if (!rc) /* the service gives ids, whatever a copied feature brings along (15.2.4.2) */
			edit->makes_id = true;
	}
	return rc;
}

static enum mm_code read_insert(struct mm_wfs_work *k, const struct mm_xml *action, struct mm_err *reterr)
{
	return action->child ? read_features(k, action, action, reterr)
			     : fail(k, action, reterr, "an Insert holds features");
}

/* ---- which features ---- */

static enum mm_code find_rows(struct mm_wfs_work *k, const struct mm_xml *action, struct mm_page *ret,
			      struct mm_err *reterr)
{
	struct mm_wfs_query q = {.filter = mm_xml_child(action, "Filter")};
	const uint32_t room = (uint32_t)(MM_EDITS_MAX - k->count);
	struct mm_wfs_rows rows;
	enum mm_code rc;

	if (!q.filter)
		return fail(k, action, reterr, "the action says by a Filter which features it means");
	if (mm_catalog_map(k->w->catalog)->requires_if_match) {
		k->w->status = 403;
		return mm_wfs_fail(
		    &k->w->ask, "OperationNotSupported", reterr, action->name,
		    "this map wants to know the version that is changed: edit by OGC API Features");
	}
	rc = mm_wfs_select(k->w, &q, k->layer, 0, room + 1, k->w->r->mem, &rows, reterr);
	if (!rc && rows.page.matched > room)
		rc = mm_fail(reterr, MM_E_LIMIT, action->name,
			     "the filter finds %u features, and a transaction has at most %d: narrow it down",
			     rows.page.matched, MM_EDITS_MAX);
	*ret = rows.page;
	return rc;
}

static enum mm_code take_id(struct mm_wfs_work *k, uint32_t row, struct mm_edit *edit, struct mm_err *reterr)
{
	const size_t n = mm_layer_id_format(k->layer, row, NULL, 0);
	char *id = mm_arena_alloc(k->w->r->mem, n + 1);

	if (!id)
		return mm_fail_nomem(reterr);
	(void)mm_layer_id_format(k->layer, row, id, n + 1);
	edit->id = id;
	return MM_OK;
}

static enum mm_code read_replace(struct mm_wfs_work *k, const struct mm_xml *action, struct mm_err *reterr)
{
	const struct mm_xml *e = action->child;
	struct mm_edit *edit;
	struct mm_page found = {0};
	enum mm_code rc;

	if (!e || mm_xml_is(e, "Filter"))
		return fail(k, action, reterr, "a Replace holds a feature, then a Filter");
	rc = enter_layer(k, e, e->name, reterr);
	if (!rc)
		rc = find_rows(k, action, &found, reterr);
	if (!rc && found.matched == 0)
		rc = mm_fail(reterr, MM_E_NOT_FOUND, "Filter", "the filter finds no feature to replace");
	if (!rc && found.matched > 1)
		rc = fail(k, action, reterr, "the filter finds several features: name one by its id");
	if (!rc)
		rc = add_edit(k, action, MM_EDIT_REPLACE, &edit, reterr);
	if (!rc)
		rc = take_id(k, found.row[0], edit, reterr);
	return rc ? rc : read_feature(k, e, mm_xml_attribute(action, "srsName"), edit, reterr);
}

/* ---- Update, Delete ---- */

static enum mm_code read_change(struct mm_wfs_work *k, const struct mm_xml *action, const struct mm_xml *p,
				struct mm_edit *edit, struct mm_edit_value *values, struct mm_err *reterr)
{
	static const struct mm_xml nothing = {.name = "Value", .ns = "", .text = ""};
	const struct mm_xml *name = mm_xml_child(p, "ValueReference"), *value = mm_xml_child(p, "Value");
	const char *text;
	size_t n;

	name = name ? name : mm_xml_child(p, "Name");
	if (!name)
		return fail(k, p, reterr, "a Property has a ValueReference, or a Name in older versions");
	text = mm_xml_trimmed(name, &n);
	text = mm_arena_text(k->w->r->mem, text, n);
	if (!text)
		return mm_fail_nomem(reterr);
	if (strncmp(text, "gml:", 4) == 0) /* "gml:name" is not the layer's own "name" */
		return misfit(k, mm_wfs_fail(&k->w->ask, "InvalidParameterValue", reterr, text,
					     "line %u: what features have from GML itself is not kept: "
					     "DescribeFeatureType lists the properties of this layer",
					     p->line));
	if (!value) { /* none stands for null, also of a text */
		struct mm_edit_value *v = &values[edit->value_count];
		const size_t before = edit->value_count;
		enum mm_code rc = add_property(k, p, text, &nothing, NULL, edit, values, reterr);

		if (!rc && edit->value_count > before)
			v->value.is_null = true;
		return rc;
	}
	return add_property(k, p, text, value, mm_xml_attribute(action, "srsName"), edit, values, reterr);
}

static enum mm_code read_changes(struct mm_wfs_work *k, const struct mm_xml *action, struct mm_edit *edit,
				 struct mm_err *reterr)
{
	struct mm_edit_value *values =
	    mm_arena_array(k->w->r->mem, mm_xml_child_count(action) + 1, sizeof(*values));
	enum mm_code rc = MM_OK;

	if (!values)
		return mm_fail_nomem(reterr);
	edit->value = values;
	for (const struct mm_xml *p = mm_xml_child(action, "Property"); p && !rc;
	     p = mm_xml_beside(p, "Property"))
		rc = read_change(k, action, p, edit, values, reterr);
	if (!rc && !edit->value_count && !edit->has_geometry)
		rc = fail(k, action, reterr, "an Update has a Property");
	return rc;
}

static enum mm_code read_on_found(struct mm_wfs_work *k, const struct mm_xml *action, enum mm_edit_kind kind,
				  struct mm_err *reterr)
{
	const char *type = mm_xml_attribute(action, "typeName");
	struct mm_edit same = {0};
	struct mm_page found = {0};
	enum mm_code rc = enter_layer(k, action, type ? type : mm_xml_attribute(action, "typeNames"), reterr);

	if (!rc && kind == MM_EDIT_UPDATE)
		rc = read_changes(k, action, &same, reterr);
	if (!rc)
		rc = find_rows(k, action, &found, reterr);
	for (uint32_t i = 0; !rc && i < found.count; i++) {
		struct mm_edit *edit;

		rc = add_edit(k, action, kind, &edit, reterr);
		if (rc)
			break;
		edit->value = same.value;
		edit->value_count = same.value_count;
		edit->has_geometry = same.has_geometry;
		edit->geom = same.geom;
		rc = take_id(k, found.row[i], edit, reterr);
	}
	return rc;
}

/* ---- the transaction ---- */

static enum mm_code read_action(struct mm_wfs_work *k, const struct mm_xml *e, struct mm_err *reterr)
{
	if (mm_xml_is(e, "Insert"))
		return read_insert(k, e, reterr);
	if (mm_xml_is(e, "Replace"))
		return read_replace(k, e, reterr);
	if (mm_xml_is(e, "Update"))
		return read_on_found(k, e, MM_EDIT_UPDATE, reterr);
	if (mm_xml_is(e, "Delete"))
		return read_on_found(k, e, MM_EDIT_DELETE, reterr);
	if (mm_xml_is(e, "LockId"))
		return MM_OK;
	return fail(k, e, reterr, "the actions are Insert, Update, Replace and Delete");
}

enum mm_code mm_wfs_work_read(struct mm_wfs_work *k, struct mm_err *reterr)
{
	enum mm_code rc = check_access(k, reterr); /* may it edit at all? */

	k->edit = mm_arena_array(k->w->r->mem, MM_EDITS_MAX, sizeof(*k->edit));
	k->handle = mm_arena_array(k->w->r->mem, MM_EDITS_MAX, sizeof(*k->handle));
	if (!k->edit || !k->handle)
		return mm_fail_nomem(reterr);
	for (const struct mm_xml *e = k->w->ask.transaction->child; e && !rc; e = e->next)
		rc = read_action(k, e, reterr);
	return rc;
}
