#include "base/num.h"
#include "feed/child/edit_private.h"

#include <stdio.h>
#include <string.h>
#include <sys/random.h>

/* Which feature an id is of: the source's own number, or the value of the id field. */

static bool ids_are_numbers(const struct mm_target *t)
{
	OGRFieldType type = OGR_Fld_GetType(OGR_FD_GetFieldDefn(t->defn, (int)t->columns.id));

	return type == OFTInteger || type == OFTInteger64;
}

/* Within quotes of SQL, which are doubled. */
static void put_quoted(struct mm_buf *b, char quote, const char *text)
{
	mm_buf_byte(b, (unsigned char)quote);
	for (; *text; text++) {
		if (*text == quote)
			mm_buf_byte(b, (unsigned char)quote);
		mm_buf_byte(b, (unsigned char)*text);
	}
	mm_buf_byte(b, (unsigned char)quote);
}

static const char *id_column(const struct mm_target *t)
{
	return OGR_Fld_GetNameRef(OGR_FD_GetFieldDefn(t->defn, (int)t->columns.id));
}

/* "column" = 'id'; false: no row can have that id. */
static bool put_condition(const struct mm_target *t, const char *id, struct mm_buf *b)
{
	int64_t n;

	put_quoted(b, '"', id_column(t));
	mm_buf_text(b, " = ");
	if (!ids_are_numbers(t)) {
		put_quoted(b, '\'', id);
	} else {
		if (!mm_num_parse_int(id, strlen(id), &n))
			return false;
		mm_buf_int(b, n);
	}
	mm_buf_byte(b, 0);
	return !b->failed;
}

static bool find_by_field(const struct mm_target *t, const char *id, GIntBig *ret)
{
	OGRFeatureH f = NULL;
	struct mm_buf b;

	mm_buf_init(&b, 1 << 16);
	if (put_condition(t, id, &b) &&
	    OGR_L_SetAttributeFilter(t->source.table, (const char *)b.data) == OGRERR_NONE) {
		OGR_L_ResetReading(t->source.table);
		f = OGR_L_GetNextFeature(t->source.table);
	}
	if (f)
		*ret = OGR_F_GetFID(f);
	OGR_F_Destroy(f);
	(void)OGR_L_SetAttributeFilter(t->source.table, NULL);
	OGR_L_ResetReading(t->source.table);
	mm_buf_release(&b);
	return f != NULL;
}

static bool find_by_number(const struct mm_target *t, const char *id, GIntBig *ret)
{
	OGRFeatureH f;
	int64_t n;

	if (!mm_num_parse_int(id, strlen(id), &n))
		return false;
	f = OGR_L_GetFeature(t->source.table, n);
	*ret = n;
	OGR_F_Destroy(f);
	return f != NULL;
}

enum mm_code mm_target_find(const struct mm_target *t, const struct mm_job_edit *e, GIntBig *ret,
			    struct mm_err *reterr)
{
	bool found = t->columns.id == SIZE_MAX ? find_by_number(t, e->id, ret) : find_by_field(t, e->id, ret);

	return found ? MM_OK
		     : mm_target_wrong(e, MM_E_NOT_FOUND, "", reterr,
				       "there is no feature with the id \"%.100s\" in the source", e->id);
}

static enum mm_code taken(const struct mm_job_edit *e, const char *id, struct mm_err *reterr)
{
	return mm_target_wrong(e, MM_E_CONFLICT, "/id", reterr,
			       "the id \"%.100s\" is taken: choose another, or leave it out", id);
}

/* The source's own number, wanted by the client: only where the YAML says that it is the id. */
static enum mm_code name_by_number(const struct mm_target *t, OGRFeatureH f, const struct mm_job_edit *e,
				   struct mm_err *reterr)
{
	int64_t n;
	GIntBig found;

	if (!e->has_id || !*t->job->def.id_field)
		return MM_OK;
	if (!mm_num_parse_int(e->id, strlen(e->id), &n))
		return mm_target_wrong(e, MM_E_INVALID, "/id", reterr,
				       "write a whole number, or leave it out");
	if (find_by_number(t, e->id, &found))
		return taken(e, e->id, reterr);
	(void)OGR_F_SetFID(f, n);
	return MM_OK;
}

/* Random, so that nobody else makes the same (RFC 9562, version 4). */
static void random_id(char ret[40])
{
	unsigned char b[16] = {0};

	(void)!getrandom(b, sizeof(b), 0);
	b[6] = (unsigned char)((b[6] & 0x0f) | 0x40);
	b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
	(void)snprintf(ret, 40, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0],
		       b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13],
		       b[14], b[15]);
}

/* One more than the greatest. */
static bool next_number(const struct mm_target *t, int64_t *ret)
{
	OGRLayerH answer;
	OGRFeatureH f;
	struct mm_buf b;
	bool fine = false;

	mm_buf_init(&b, 1 << 16);
	mm_buf_text(&b, "SELECT MAX(");
	put_quoted(&b, '"', id_column(t));
	mm_buf_text(&b, ") FROM ");
	put_quoted(&b, '"', OGR_L_GetName(t->source.table));
	mm_buf_byte(&b, 0);
	answer = b.failed ? NULL : GDALDatasetExecuteSQL(t->source.dataset, (const char *)b.data, NULL, NULL);
	f = answer ? OGR_L_GetNextFeature(answer) : NULL;
	if (f) {
		*ret = OGR_F_GetFieldAsInteger64(f, 0);
		fine = !__builtin_add_overflow(*ret, 1, ret);
		OGR_F_Destroy(f);
	}
	if (answer)
		GDALDatasetReleaseResultSet(t->source.dataset, answer);
	mm_buf_release(&b);
	return fine;
}

/* An id field that neither the client nor the source fills. */
static enum mm_code make_id(const struct mm_target *t, OGRFeatureH f, struct mm_err *reterr)
{
	int i = (int)t->columns.id;
	char text[40];
	int64_t n;

	if (OGR_Fld_GetDefault(OGR_FD_GetFieldDefn(t->defn, i)))
		return MM_OK;
	if (!ids_are_numbers(t)) {
		random_id(text);
		OGR_F_SetFieldString(f, i, text);
	} else if (t->is_gpkg) {
		if (!next_number(t, &n))
			return mm_fail(reterr, MM_E_DATA, "source", "no number is left for a new id");
		OGR_F_SetFieldInteger64(f, i, n);
	}
	return MM_OK;
}

static bool makes_numbers(const struct mm_target *t)
{
	return ids_are_numbers(t) &&
	       (t->is_gpkg || OGR_Fld_GetDefault(OGR_FD_GetFieldDefn(t->defn, (int)t->columns.id)) != NULL);
}

enum mm_code mm_target_name(const struct mm_target *t, OGRFeatureH f, const struct mm_job_edit *e,
			    struct mm_err *reterr)
{
	const int i = (int)t->columns.id;
	const char *in_field;
	GIntBig found;
	int64_t n;

	if (t->columns.id == SIZE_MAX)
		return name_by_number(t, f, e, reterr);
	in_field = OGR_F_IsFieldSetAndNotNull(f, i) ? OGR_F_GetFieldAsString(f, i) : NULL;
	if (e->has_id && in_field && strcmp(in_field, e->id) != 0)
		return mm_target_wrong(e, MM_E_INVALID, "/id", reterr,
				       "the id and the property %s differ: leave one out",
				       t->columns.id_name);
	if (!e->has_id && !in_field)
		return make_id(t, f, reterr);
	if (find_by_field(t, in_field ? in_field : e->id, &found)) {
		if (!e->makes_id || !makes_numbers(t))
			return taken(e, in_field ? in_field : e->id, reterr);
		OGR_F_UnsetField(f, i);
		return make_id(t, f, reterr);
	}
	if (in_field)
		return MM_OK;
	if (ids_are_numbers(t)) {
		if (!mm_num_parse_int(e->id, strlen(e->id), &n))
			return mm_target_wrong(e, MM_E_INVALID, "/id", reterr,
					       "write a whole number, or leave it out");
		OGR_F_SetFieldInteger64(f, i, n);
	} else {
		OGR_F_SetFieldString(f, i, e->id);
	}
	return MM_OK;
}

const char *mm_target_id(const struct mm_target *t, GIntBig fid)
{
	OGRFeatureH f;
	const char *id;

	if (t->columns.id == SIZE_MAX)
		return mm_arena_printf(t->mem, "%lld", (long long)fid);
	f = OGR_L_GetFeature(t->source.table, fid); /* the source may have filled it in */
	if (f && OGR_F_IsFieldSetAndNotNull(f, (int)t->columns.id))
		id = mm_arena_printf(t->mem, "%s", OGR_F_GetFieldAsString(f, (int)t->columns.id));
	else
		id = mm_arena_printf(t->mem, "%lld", (long long)fid);
	OGR_F_Destroy(f);
	return id;
}
