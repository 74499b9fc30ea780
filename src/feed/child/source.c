#include "feed/child/source.h"

#include "base/text.h"
#include "feed/drivers.h"
#include "feed/vet.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cpl_string.h>

static enum mm_code copy_file(const char *from, const char *to, struct mm_err *reterr)
{
	int in = open(from, O_RDONLY | O_CLOEXEC),
	    out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	enum mm_code rc = MM_OK;
	ssize_t n = in >= 0 && out >= 0 ? 1 : -1;

	while (n > 0) {
		n = copy_file_range(in, NULL, out, NULL, (size_t)64 << 20, 0);
		if (n < 0 && (errno == EXDEV || errno == EINVAL || errno == ENOSYS || errno == EOPNOTSUPP)) {
			char piece[65536];

			n = read(in, piece, sizeof(piece));
			if (n > 0 && write(out, piece, (size_t)n) != n)
				n = -1;
		}
	}
	if (n < 0)
		rc = mm_fail(reterr, MM_E_IO, from, "cannot be copied: %s", strerror(errno));
	if (in >= 0)
		(void)close(in);
	if (out >= 0)
		(void)close(out);
	return rc;
}

bool mm_gdal_source_is_wal(const char *path)
{
	unsigned char head[20] = {0};
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool wal = fd >= 0 && read(fd, head, sizeof(head)) == (ssize_t)sizeof(head) &&
		   memcmp(head, "SQLite format 3", 16) == 0 && (head[18] == 2 || head[19] == 2);

	if (fd >= 0)
		(void)close(fd);
	return wal;
}

static bool is_there(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && st.st_size > 0;
}

/* A database with a write-ahead log cannot be read in a folder where nothing can be written, and one that
 * another program has open is read from a private copy of it and its journal: with nothing
 * written beside the source. */
static enum mm_code copy_if_in_use(struct mm_gdal_source *s, struct mm_arena *mem, struct mm_err *reterr)
{
	const struct mm_driver *d = s->job->driver_count ? mm_driver_find(s->job->driver[0]) : NULL;
	const char *wal = mm_arena_printf(mem, "%s-wal", s->open), *slash = strrchr(s->open, '/');
	const char *journal = mm_arena_printf(mem, "%s-journal", s->open);
	const char *copy = mm_arena_printf(mem, "%s/%s", s->job->temp, slash ? slash + 1 : s->open);
	const char *copy_wal = mm_arena_printf(mem, "%s-wal", copy ? copy : "");
	const char *copy_journal = mm_arena_printf(mem, "%s-journal", copy ? copy : "");
	enum mm_code rc;

	if (!d || !d->is_sqlite)
		return MM_OK;
	if (!wal || !journal || !copy || !copy_wal || !copy_journal)
		return mm_fail_nomem(reterr);
	if (!mm_gdal_source_is_wal(s->open) && !is_there(wal) && !is_there(journal))
		return MM_OK;
	rc = copy_file(s->open, copy, reterr);
	if (!rc && is_there(wal))
		rc = copy_file(wal, copy_wal, reterr);
	if (!rc && is_there(journal))
		rc = copy_file(journal, copy_journal, reterr);
	s->open = copy;
	s->is_copy = true;
	return rc;
}

static char **open_options(const struct mm_gdal_source *s, const char *encoding)
{
	const struct mm_layer_def *def = &s->job->def;
	bool is_shape = s->job->driver_count && strcmp(s->job->driver[0], "ESRI Shapefile") == 0;
	bool is_gml = s->job->driver_count && strcmp(s->job->driver[0], "GML") == 0;
	char **options = NULL;

	for (size_t i = 0; i < def->open_option_count; i++)
		options = CSLAddString(options, def->open_options[i]);
	if (is_shape && encoding && !CSLFetchNameValue(options, "ENCODING"))
		options = CSLSetNameValue(options, "ENCODING", encoding);
	if (is_gml)
		options = CSLSetNameValue(options, "WRITE_GFS", "NO");
	return options;
}

/* encoding NULL: as the source says. */
static enum mm_code open_with(struct mm_gdal_source *s, const char *encoding, struct mm_err *reterr)
{
	const char *drivers[MM_DRIVER_CANDIDATES + 1] = {0};
	char **options = open_options(s, encoding);
	/* a transaction that was cut off is rolled back by whoever may write */
	unsigned flags =
	    GDAL_OF_VECTOR | GDAL_OF_VERBOSE_ERROR | (s->is_copy ? GDAL_OF_UPDATE : GDAL_OF_READONLY);
	unsigned long before = s->log->failures;

	for (size_t i = 0; i < s->job->driver_count && i < MM_DRIVER_CANDIDATES; i++)
		drivers[i] = s->job->driver[i];
	s->dataset = GDALOpenEx(s->open, flags, drivers, (const char *const *)options, NULL);
	CSLDestroy(options);
	s->text_is_raw = encoding && !*encoding;
	s->is_one_stream = s->dataset && GDALDatasetTestCapability(s->dataset, ODsCRandomLayerRead);
	if (s->dataset)
		return MM_OK;
	return mm_fail(reterr, MM_E_DATA, "", "cannot be read as %s: %s",
		       drivers[0] ? drivers[0] : "any known format",
		       mm_gdal_why(s->log, before, "it is not such a file"));
}

/* Neither a .cpg nor a useful language byte: what GDAL would take for Latin-1 is as a rule CP1251. */
static bool shape_states_encoding(GDALDatasetH dataset)
{
	OGRLayerH layer = GDALDatasetGetLayer(dataset, 0);
	char **says = layer ? GDALGetMetadata((GDALMajorObjectH)layer, "SHAPEFILE") : NULL;
	const char *ldid = CSLFetchNameValueDef(says, "LDID_VALUE", "0");

	if (CSLFetchNameValue(says, "ENCODING_FROM_CPG"))
		return true;
	return CSLFetchNameValue(says, "ENCODING_FROM_LDID") && strcmp(ldid, "0") != 0 &&
	       strcmp(ldid, "87") != 0;
}

static uint64_t inode_of(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 ? st.st_ino : 0;
}

static bool is_readable(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;
	bool ok = fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0;

	if (fd >= 0)
		(void)close(fd);
	return ok;
}

/* What a Shapefile says of its own length lies in its file, that is all of it is there. */
static bool shape_is_whole(const char *path)
{
	unsigned char head[28];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	bool whole = fd < 0 || fstat(fd, &st) != 0 || read(fd, head, sizeof(head)) != (ssize_t)sizeof(head) ||
		     st.st_size / 2 >= ((off_t)head[24] << 24 | head[25] << 16 | head[26] << 8 | head[27]);

	if (fd >= 0)
		(void)close(fd);
	return whole;
}

/* Without .dbf GDAL would give rows without attributes, and cut off ones without geometry: the last good
 * ones are worth more, and their copying goes on perhaps. */
static enum mm_code check_shape(const char *path, struct mm_err *reterr)
{
	static const char *const parts[][2] = {{"shx", "SHX"}, {"dbf", "DBF"}};
	const int stem = (int)strlen(path) - 3;
	char small[PATH_MAX], large[PATH_MAX];

	if (!mm_text_ends(path, ".shp") && !mm_text_ends(path, ".SHP"))
		return MM_OK;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		(void)snprintf(small, sizeof(small), "%.*s%s", stem, path, parts[i][0]);
		(void)snprintf(large, sizeof(large), "%.*s%s", stem, path, parts[i][1]);
		if (!is_readable(small) && !is_readable(large))
			return mm_fail(reterr, MM_E_DATA, "",
				       "its part .%s is missing or cannot be read: copy .shp, .shx and .dbf "
				       "together",
				       parts[i][0]);
	}
	return shape_is_whole(path) ? MM_OK
				    : mm_fail(reterr, MM_E_DATA, "", "the .shp is cut off: copy it again");
}

/* Others load while a reader waits for a lock, but for two at a time, and the start of a server waits too. */
static void limit_patience(const struct mm_gdal_source *s)
{
	OGRLayerH none = s->job->has_network
			     ? GDALDatasetExecuteSQL(s->dataset, "SET lock_timeout = '1min'", NULL, NULL)
			     : NULL;

	if (none)
		GDALDatasetReleaseResultSet(s->dataset, none);
}

enum mm_code mm_gdal_source_open(const struct mm_job *job, struct mm_gdal_log *log, struct mm_arena *mem,
				 struct mm_gdal_source *ret, struct mm_err *reterr)
{
	struct mm_gdal_source s = {.job = job, .log = log, .open = job->open};
	bool is_shape = job->driver_count && strcmp(job->driver[0], "ESRI Shapefile") == 0;
	uint64_t inode = inode_of(job->open);
	enum mm_code rc = copy_if_in_use(&s, mem, reterr);

	if (!rc && is_shape)
		rc = check_shape(s.open, reterr);
	if (!rc)
		rc = open_with(&s, *job->def.encoding ? job->def.encoding : NULL, reterr);
	if (rc)
		return rc;
	limit_patience(&s);
	*ret = s;
	log->inode = inode_of(job->open) == inode ? inode : 0;
	if (is_shape && !*job->def.encoding && !shape_states_encoding(s.dataset))
		return mm_gdal_source_open_raw(ret, reterr);
	return MM_OK;
}

enum mm_code mm_gdal_source_open_raw(struct mm_gdal_source *s, struct mm_err *reterr)
{
	if (strcmp(s->job->driver_count ? s->job->driver[0] : "", "ESRI Shapefile") != 0)
		return MM_OK;
	GDALClose(s->dataset);
	s->dataset = NULL;
	return open_with(s, "", reterr);
}

void mm_gdal_source_close(struct mm_gdal_source *s)
{
	if (s->table_is_result)
		GDALDatasetReleaseResultSet(s->dataset, s->table);
	if (s->dataset)
		GDALClose(s->dataset);
	*s = (struct mm_gdal_source){0};
}

/* "a, b, c", at most ten. */
static const char *table_names(const struct mm_gdal_source *s, char *ret, size_t size)
{
	int n = GDALDatasetGetLayerCount(s->dataset);
	size_t at = 0;

	ret[0] = '\0';
	for (int i = 0; i < n && i < 10 && at + 1 < size; i++) {
		const char *name = OGR_L_GetName(GDALDatasetGetLayer(s->dataset, i));
		int len = snprintf(ret + at, size - at, "%s%.60s", i ? ", " : "", name);

		at += len > 0 ? (size_t)len : 0;
	}
	if (n > 10 && at + 6 < size)
		(void)snprintf(ret + at, size - at, ", ...");
	return ret;
}

static enum mm_code choose_only(struct mm_gdal_source *s, const char *where, struct mm_err *reterr)
{
	int n = GDALDatasetGetLayerCount(s->dataset);
	char names[300];

	if (n == 1)
		s->table = GDALDatasetGetLayer(s->dataset, 0);
	if (s->table)
		return MM_OK;
	if (n < 1)
		return mm_fail(reterr, MM_E_DATA, where, "the source holds no table: %s",
			       mm_gdal_why(s->log, 0, "it is empty"));
	return mm_fail(reterr, MM_E_INVALID, where, "the source holds %d tables: add table: with one of %s",
		       n, table_names(s, names, sizeof(names)));
}

enum mm_code mm_gdal_source_choose(struct mm_gdal_source *s, struct mm_err *reterr)
{
	const struct mm_layer_def *def = &s->job->def;
	unsigned long before = s->log->failures;
	char where[sizeof(reterr->where)], names[300];

	mm_vet_where(def, def->table_line, where, sizeof(where));
	if (*def->sql) {
		s->table = GDALDatasetExecuteSQL(s->dataset, def->sql, NULL, NULL);
		s->table_is_result = s->table != NULL;
		if (s->table && s->job->has_network && s->log->failures > before)
			return mm_fail(reterr, MM_E_DATA, where, "sql: %s", s->log->last_failure);
		if (s->table)
			return MM_OK;
		return mm_fail(reterr, MM_E_INVALID, where, "sql: %s",
			       mm_gdal_why(s->log, before, "the statement gives no table: write a SELECT"));
	}
	if (!*def->table)
		return choose_only(s, where, reterr);
	s->table = GDALDatasetGetLayerByName(s->dataset, def->table);
	if (s->table)
		return MM_OK;
	if (s->log->failures > before)
		return mm_fail(reterr, MM_E_DATA, where, "table \"%s\" cannot be read: %s", def->table,
			       s->log->last_failure);
	return mm_fail(reterr, MM_E_INVALID, where, "table \"%s\": the source has none of that name but %s",
		       def->table, table_names(s, names, sizeof(names)));
}

OGRFeatureH mm_gdal_source_next(struct mm_gdal_source *s)
{
	OGRLayerH of = NULL;
	OGRFeatureH f;

	/* OSM gives the rows of all its tables in one stream */
	if (s->table_is_result || !s->is_one_stream)
		return OGR_L_GetNextFeature(s->table);
	while ((f = GDALDatasetGetNextFeature(s->dataset, &of, NULL, NULL, NULL)) != NULL && of != s->table)
		OGR_F_Destroy(f);
	return f;
}

bool mm_gdal_source_has_geometry(const struct mm_gdal_source *s)
{
	return *s->job->def.point_x || OGR_L_GetGeomType(s->table) != wkbNone;
}
