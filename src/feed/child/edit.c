#include "feed/child/edit.h"

#include "base/json.h"
#include "feed/child/edit_private.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cpl_string.h>

static enum mm_code cannot(const struct mm_target *t, unsigned long failures, struct mm_err *reterr)
{
	return mm_fail(reterr, MM_E_DATA, "source", "the source cannot be written to: %s",
		       mm_gdal_why(t->log, failures, "GDAL does not say why"));
}

static bool says(const char *text, const char *word)
{
	return strstr(text, word) != NULL;
}

/* What the database has against an edit, by its words. */
static enum mm_code refused(const struct mm_target *t, const struct mm_job_edit *e, unsigned long failures,
			    struct mm_err *reterr)
{
	const char *why = mm_gdal_why(t->log, failures, "GDAL does not say why");

	if (says(why, "UNIQUE constraint") || says(why, "duplicate key"))
		return mm_target_wrong(e, MM_E_CONFLICT, "", reterr,
				       "a value that must be the only one of its kind is taken: %s", why);
	if (says(why, "is locked") || says(why, "lock timeout") || says(why, "deadlock"))
		return mm_fail(reterr, MM_E_BUSY, "", "another program is writing to the source: try again");
	if (says(why, "constraint") || says(why, "violates") || says(why, "null value"))
		return mm_target_wrong(e, MM_E_INVALID, "", reterr,
				       "the source does not take the feature: %s", why);
	return cannot(t, failures, reterr);
}

/* PostgreSQL may have been told not to wait for its disk, and would wait for locks for ever. */
static void set_up_session(const struct mm_target *t)
{
	static const char *const says_so[] = {"SET synchronous_commit = on", "SET lock_timeout = '5s'",
					      "SET statement_timeout = '20s'"};

	for (size_t i = 0; !t->is_gpkg && i < sizeof(says_so) / sizeof(says_so[0]); i++) {
		OGRLayerH none = GDALDatasetExecuteSQL(t->source.dataset, says_so[i], NULL, NULL);

		if (none)
			GDALDatasetReleaseResultSet(t->source.dataset, none);
	}
}

static enum mm_code open_target(struct mm_target *t, struct mm_err *reterr)
{
	const struct mm_layer_def *def = &t->job->def;
	const char *drivers[] = {t->job->driver_count ? t->job->driver[0] : NULL, NULL};
	unsigned long before = t->log->failures;
	char **options = NULL;

	for (size_t i = 0; i < def->open_option_count; i++)
		options = CSLAddString(options, def->open_options[i]);
	t->source = (struct mm_gdal_source){.job = t->job, .log = t->log, .open = t->job->open};
	t->source.dataset = GDALOpenEx(t->job->open, GDAL_OF_VECTOR | GDAL_OF_UPDATE | GDAL_OF_VERBOSE_ERROR,
				       drivers, (const char *const *)options, NULL);
	CSLDestroy(options);
	if (!t->source.dataset)
		return cannot(t, before, reterr);
	t->is_gpkg = drivers[0] && strcmp(drivers[0], "GPKG") == 0;
	set_up_session(t);
	return MM_OK;
}

static enum mm_code plan(struct mm_target *t, struct mm_err *reterr)
{
	struct mm_text_reader text;
	struct mm_proj *proj = mm_proj_new();
	struct mm_crs crs = {0};
	struct mm_err err = {0};
	bool north_first = false;
	enum mm_code rc = proj ? mm_text_reader_init(&text, t->job->def.encoding, &err) : mm_fail_nomem(&err);

	if (!rc) {
		rc = mm_gdal_source_choose(&t->source, &err);
		if (!rc)
			rc = mm_columns_plan(&t->source, &text, t->mem, &t->columns, &err);
		if (!rc)
			rc = mm_gdal_source_crs(&t->source, proj, &crs, &north_first, &err);
		mm_text_reader_release(&text);
		mm_crs_release(&crs);
	}
	(void)mm_proj_free(proj);
	if (rc)
		return mm_fail(reterr, rc == MM_E_NOMEM ? rc : MM_E_DATA, "source", "%s", err.msg);
	t->swap = t->job->def.swap_axes != north_first;
	t->defn = OGR_L_GetLayerDefn(t->source.table);
	t->fid_column = OGR_L_GetFIDColumn(t->source.table);
	if (!t->fid_column || !*t->fid_column)
		return mm_fail(
		    reterr, MM_E_DATA, "source",
		    "the table has no key of whole numbers: give it one, so that features can be told "
		    "apart");
	if (!OGR_L_TestCapability(t->source.table, OLCRandomWrite) ||
	    !OGR_L_TestCapability(t->source.table, OLCSequentialWrite))
		return mm_fail(reterr, MM_E_DATA, "source",
			       "the table cannot be written to: it is a view, or the source is read-only");
	return MM_OK;
}

static size_t find_field(const struct mm_target *t, const char *name)
{
	for (size_t i = 0; i < t->columns.count; i++)
		if (!t->columns.field[i].hidden && strcmp(t->columns.field[i].name, name) == 0)
			return i;
	return SIZE_MAX;
}

static enum mm_code set_values(const struct mm_target *t, OGRFeatureH f, const struct mm_job_edit *e,
			       struct mm_err *reterr)
{
	enum mm_code rc = MM_OK;

	for (size_t k = 0; k < e->value_count && !rc; k++) {
		size_t i = find_field(t, e->value[k].field);
		bool is_id = i == t->columns.id;

		if (i == SIZE_MAX)
			return mm_target_wrong(e, MM_E_INVALID, "/properties", reterr,
					       "there is no property \"%.60s\" any more", e->value[k].field);
		if (is_id && e->kind == MM_EDIT_INSERT && e->value[k].value.is_null)
			continue; /* one is made */
		rc = mm_target_set(t, f, i, e, &e->value[k], reterr);
		if (!rc && is_id && e->kind != MM_EDIT_INSERT &&
		    strcmp(OGR_F_GetFieldAsString(f, (int)i), e->id) != 0)
			rc = mm_target_wrong(e, MM_E_INVALID, "/properties", reterr,
					     "the id (%.60s) of a feature cannot be changed: delete it and "
					     "create another",
					     e->value[k].field);
	}
	return rc;
}

/* What no value was given for must not be needed; visible fields of a REPLACE become null or their default.
 */
static enum mm_code settle_rest(const struct mm_target *t, OGRFeatureH f, const struct mm_job_edit *e,
				struct mm_err *reterr)
{
	for (size_t i = 0; i < t->columns.count; i++) {
		OGRFieldDefnH d = OGR_FD_GetFieldDefn(t->defn, (int)i);

		if (OGR_F_IsFieldSet(f, (int)i) || OGR_Fld_IsNullable(d) || OGR_Fld_GetDefault(d))
			continue;
		return mm_target_wrong(e, MM_E_INVALID, "/properties", reterr,
				       "the property \"%.60s\" is required: write a value",
				       t->columns.field[i].name);
	}
	OGR_F_FillUnsetWithDefault(f, TRUE, NULL);
	return MM_OK;
}

static enum mm_code insert(const struct mm_target *t, const struct mm_job_edit *e, const char **ret_id,
			   struct mm_err *reterr)
{
	OGRFeatureH f = OGR_F_Create(t->defn);
	unsigned long before = t->log->failures;
	enum mm_code rc = set_values(t, f, e, reterr);

	if (!rc)
		rc = mm_target_set_geometry(t, f, e, reterr);
	if (!rc)
		rc = mm_target_name(t, f, e, reterr);
	if (!rc)
		rc = settle_rest(t, f, e, reterr);
	if (!rc && OGR_L_CreateFeature(t->source.table, f) != OGRERR_NONE)
		rc = refused(t, e, before, reterr);
	if (!rc)
		*ret_id = mm_target_id(t, OGR_F_GetFID(f));
	OGR_F_Destroy(f);
	return rc;
}

/* Empties what a REPLACE may say: not the id, and not what is hidden. */
static void clear(const struct mm_target *t, OGRFeatureH f, bool *touched)
{
	for (size_t i = 0; i < t->columns.count; i++) {
		OGRFieldDefnH d = OGR_FD_GetFieldDefn(t->defn, (int)i);

		if (t->columns.field[i].hidden || i == t->columns.id)
			continue;
		OGR_F_UnsetField(f, (int)i);
		if (OGR_Fld_IsNullable(d))
			OGR_F_SetFieldNull(f, (int)i);
		touched[i] = true;
	}
}

/* Only what is touched is written: another column may hold more than GDAL's types do (a numeric of thirty
 * digits, microseconds), and would come back as less. */
static bool write_touched(const struct mm_target *t, OGRFeatureH f, const bool *touched, bool has_geometry)
{
	bool is_nothing = !has_geometry;

	for (size_t i = 0; i < t->columns.count; i++) { /* drivers pass over what is not set */
		if (!touched[i])
			OGR_F_UnsetField(f, (int)i);
		is_nothing = is_nothing && !touched[i];
	}
	return is_nothing || OGR_L_SetFeature(t->source.table, f) == OGRERR_NONE;
}

static void touch(const struct mm_target *t, const struct mm_job_edit *e, bool *touched)
{
	for (size_t k = 0; k < e->value_count; k++) {
		size_t i = find_field(t, e->value[k].field);

		if (i != SIZE_MAX && i != t->columns.id)
			touched[i] = true;
	}
}

static enum mm_code change(const struct mm_target *t, const struct mm_job_edit *e, GIntBig fid,
			   struct mm_err *reterr)
{
	OGRFeatureH f = OGR_L_GetFeature(t->source.table, fid);
	bool *touched = mm_arena_array(t->mem, t->columns.count + 1, sizeof(*touched));
	bool is_whole = e->kind == MM_EDIT_REPLACE,
	     has_geometry = e->has_geometry || (is_whole && OGR_FD_GetGeomFieldCount(t->defn) > 0);
	unsigned long before = t->log->failures;
	enum mm_code rc = f ? MM_OK : cannot(t, before, reterr);

	if (!rc && !touched)
		rc = mm_fail_nomem(reterr);
	if (!rc && is_whole)
		clear(t, f, touched);
	if (!rc)
		rc = set_values(t, f, e, reterr);
	if (!rc && has_geometry)
		rc = mm_target_set_geometry(t, f, e, reterr);
	if (!rc)
		rc = settle_rest(t, f, e, reterr);
	if (!rc) {
		touch(t, e, touched);
		if (!write_touched(t, f, touched, has_geometry))
			rc = refused(t, e, before, reterr);
	}
	OGR_F_Destroy(f);
	return rc;
}

static enum mm_code apply_one(const struct mm_target *t, const struct mm_job_edit *e, const char **ret_id,
			      struct mm_err *reterr)
{
	unsigned long before = t->log->failures;
	GIntBig fid = 0;
	enum mm_code rc;

	/* GPKG keeps the statement of the edit before, with the columns of that one; this makes it forget */
	OGR_L_ResetReading(t->source.table);
	if (e->kind == MM_EDIT_INSERT)
		return insert(t, e, ret_id, reterr);
	*ret_id = e->id;
	rc = mm_target_find(t, e, &fid, reterr);
	if (rc || e->kind != MM_EDIT_DELETE)
		return rc ? rc : change(t, e, fid, reterr);
	if (OGR_L_DeleteFeature(t->source.table, fid) != OGRERR_NONE)
		return refused(t, e, before, reterr);
	return MM_OK;
}

static enum mm_code apply_all(const struct mm_target *t, const char **ids, struct mm_err *reterr)
{
	const struct mm_job *job = t->job;
	unsigned long before = t->log->failures;
	enum mm_code rc = MM_OK;

	if (GDALDatasetStartTransaction(t->source.dataset, FALSE) != OGRERR_NONE)
		return refused(t, &job->edit[0], before, reterr);
	for (size_t i = 0; i < job->edit_count && !rc; i++)
		rc = apply_one(t, &job->edit[i], &ids[i], reterr);
	/* extent and time of the last change belong to the same transaction */
	if (!rc && OGR_L_SyncToDisk(t->source.table) != OGRERR_NONE)
		rc = refused(t, &job->edit[0], before, reterr);
	if (rc) {
		(void)GDALDatasetRollbackTransaction(t->source.dataset);
		return rc;
	}
	if (GDALDatasetCommitTransaction(t->source.dataset) != OGRERR_NONE)
		return refused(t, &job->edit[0], before, reterr);
	return MM_OK;
}

/* SQLite has synced what it wrote; this is for what was written at closing, too. */
static bool sync_path(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool fine = fd >= 0 && fsync(fd) == 0;

	if (fd >= 0)
		(void)close(fd);
	return fine;
}

static enum mm_code make_durable(const struct mm_target *t, struct mm_err *reterr)
{
	if (!t->is_gpkg || (sync_path(t->job->open) && sync_path(t->job->temp)))
		return MM_OK;
	return mm_fail(reterr, MM_E_IO, "", "the file cannot be synced to its disk");
}

static void put_ids(const char *const *ids, size_t count, struct mm_buf *out)
{
	struct mm_json j = mm_json_on(out);

	mm_json_open(&j, NULL, '[');
	for (size_t i = 0; i < count; i++)
		mm_json_text(&j, NULL, ids[i]);
	mm_json_close(&j, ']');
}

enum mm_code mm_child_edit(const struct mm_job *job, struct mm_gdal_log *log, struct mm_arena *mem,
			   struct mm_buf *out, struct mm_err *reterr)
{
	struct mm_target t = {.job = job, .log = log, .mem = mem};
	const char **ids = mm_arena_array(mem, job->edit_count, sizeof(*ids));
	enum mm_code rc = ids ? MM_OK : mm_fail_nomem(reterr);

	if (!rc)
		rc = open_target(&t, reterr);
	if (!rc)
		rc = plan(&t, reterr);
	if (!rc)
		rc = apply_all(&t, ids, reterr);
	if (t.source.dataset)
		mm_gdal_source_close(&t.source);
	if (!rc)
		rc = make_durable(&t, reterr);
	if (!rc)
		put_ids(ids, job->edit_count, out);
	return rc;
}
