#include "feed/child/gdal.h"

#include "base/text.h"
#include "feed/child/source.h"
#include "feed/drivers.h"

#include <stdio.h>
#include <string.h>

#include <cpl_conv.h>
#include <cpl_error.h>
#include <cpl_http.h>
#include <gdal.h>
#include <ogr_api.h>

/* NULL would mean "not mine, fetch it yourself". */
static CPLHTTPResult *refuse_fetch(const char *url, CSLConstList options, GDALProgressFunc progress,
				   void *progress_arg, CPLHTTPFetchWriteFunc write, void *write_arg,
				   void *user)
{
	CPLHTTPResult *r = CPLCalloc(1, sizeof(*r));

	(void)url, (void)options, (void)progress, (void)progress_arg, (void)write, (void)write_arg,
	    (void)user;
	r->nStatus = 1;
	r->pszErrBuf = CPLStrdup("the network is not used");
	CPLError(CE_Failure, CPLE_HttpResponse, "the network is not used");
	return r;
}

/* Clients read what is said of a layer: in which folder of the server its file lies is not for them, nor is a
 * connection, which may hold a password. */
static void hide(char *text, const struct mm_gdal_log *log)
{
	const size_t n = strlen(log->hidden);

	for (char *at = text; n && (at = strstr(at, log->hidden)) != NULL;)
		memmove(at, at + n, strlen(at + n) + 1);
}

/* Of a connection that cannot be made libpq quotes what it stumbles over, which may be of a password. */
static void hide_quoted(char *text, const char *connection)
{
	for (char *at = strchr(text, '"'); at; at = strchr(at + 1, '"')) {
		char *end = at + strlen(at);

		/* the longest: a password may have a quote within */
		while ((end = memrchr(at + 1, '"', (size_t)(end - at - 1))) != NULL && end - at > 3 &&
		       !memmem(connection, strlen(connection), at + 1, (size_t)(end - at - 1)))
			;
		if (!end || end - at <= 3)
			continue;
		memcpy(at + 1, "...", 3);
		memmove(at + 4, end, strlen(end) + 1);
		at += 4;
	}
}

/* Of an absolute path the folder, but for "/" itself; of a connection all that libpq is given of it. */
static void choose_hidden(struct mm_gdal_log *log, const char *open, bool is_connection)
{
	const char *slash = is_connection ? NULL : strrchr(open, '/');

	if (is_connection && mm_text_starts(open, "PG:"))
		open += 3;
	log->is_connection = is_connection;
	log->hidden = CPLStrdup(slash == open ? "" : open);
	if (slash && slash > open)
		log->hidden[slash + 1 - open] = '\0';
}

/* One line of printable text. */
static void keep(char *ret, size_t size, const char *text, const struct mm_gdal_log *log)
{
	char *whole = CPLStrdup(text);
	size_t n;

	hide(whole, log); /* before it is shortened: a part of a password is one too */
	if (log->is_connection)
		hide_quoted(whole, log->hidden);
	n = mm_text_utf8_cut(whole, strlen(whole), size - 1);
	for (size_t i = 0; i < n; i++)
		ret[i] = (unsigned char)whole[i] < ' ' ? ' ' : whole[i];
	while (n && (ret[n - 1] == ' ' || ret[n - 1] == '.'))
		n--;
	ret[n] = '\0';
	CPLFree(whole);
}

static void CPL_STDCALL on_message(CPLErr level, CPLErrorNum number, const char *text)
{
	struct mm_gdal_log *log = CPLGetErrorHandlerUserData();
	char line[sizeof(log->message[0])];

	(void)number;
	if (level < CE_Warning)
		return;
	if (level >= CE_Failure) {
		log->failures++;
		keep(log->last_failure, sizeof(log->last_failure), text, log);
	}
	keep(line, sizeof(line), text, log);
	for (size_t i = 0; i < log->count; i++)
		if (strcmp(log->message[i], line) == 0)
			return;
	if (log->count < MM_GDAL_MESSAGES)
		memcpy(log->message[log->count++], line, sizeof(line));
}

const char *mm_gdal_why(const struct mm_gdal_log *log, unsigned long failures, const char *otherwise)
{
	return log->failures > failures && *log->last_failure ? log->last_failure : otherwise;
}

static const struct {
	const char *key, *value;
} settings[] = {
    {"GDAL_VRT_ENABLE_PYTHON", "NO"},
    {"CPL_VSIL_CURL_ALLOWED_EXTENSIONS", "{none}"},
    {"CPL_VSIL_GZIP_WRITE_PROPERTIES", "NO"},
    {"GDAL_HTTP_PROXY", "127.0.0.1:1"},
    {"PROJ_NETWORK", "OFF"},
    {"GDAL_PAM_ENABLED", "NO"}, /* no .aux.xml */
    {"OGR_SQLITE_PRAGMA", "trusted_schema=0,cell_size_check=1"},
    {"OGR_GEOJSON_MAX_OBJ_SIZE", "200"}, /* MB of one feature */
    {"OGR_XLSX_HEADERS", "AUTO"},
    {"GML_SAVE_RESOLVED_TO", "SAME"},
    {"GML_SKIP_RESOLVE_ELEMS", "ALL"}, /* xlink:href would be fetched */
    {"OGR_GML_NESTING_LEVEL", "64"},
    {"OSM_USE_CUSTOM_INDEXING", "YES"},
    {"GDAL_CACHEMAX", "64"},
};

static bool is_listed(const struct mm_job *job, const char *name)
{
	if (job->raster)
		return mm_raster_driver_is_listed(name);
	for (size_t i = 0; i < mm_driver_count; i++)
		if (strcmp(mm_drivers[i].name, name) == 0)
			return true;
	return false;
}

void mm_gdal_start(const struct mm_job *job, struct mm_gdal_log *log)
{
	choose_hidden(log, job->open ? job->open : "", job->has_network);
	CPLSetErrorHandlerEx(on_message, log);
	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
		CPLSetConfigOption(settings[i].key, settings[i].value);
	CPLSetConfigOption("CPL_TMPDIR", job->temp);
	CPLSetConfigOption("SQLITE_TMPDIR", job->temp);
	if (*job->def.encoding)
		CPLSetConfigOption("DXF_ENCODING", job->def.encoding);
	if (job->raster) { /* a system and nodata may stand in .aux.xml; nothing can be written beside it */
		CPLSetConfigOption("GDAL_PAM_ENABLED", "YES");
		CPLSetConfigOption("GDAL_CACHEMAX", "256");
	}
	if (job->is_edit) {
		/* EXTRA: after the journal is gone its folder is synced too, else a power cut could bring it
		 * back, and undo what was answered */
		CPLSetConfigOption("OGR_SQLITE_SYNCHRONOUS", "EXTRA");
		/* the triggers of an R-tree call functions of GDAL, which this one does not mark as harmless;
		 * the file is one that its keeper has called editable */
		CPLSetConfigOption("OGR_SQLITE_PRAGMA", mm_gdal_source_is_wal(job->open)
							    ? "temp_store=MEMORY,cell_size_check=1"
							    : "journal_mode=TRUNCATE,temp_store=MEMORY,"
							      "cell_size_check=1");
		CPLSetConfigOption("PG_USE_COPY", "NO");
	}
	CPLHTTPSetFetchCallback(refuse_fetch, NULL);
	GDALAllRegister();
	for (int i = GDALGetDriverCount() - 1; i >= 0; i--) {
		GDALDriverH d = GDALGetDriver(i);

		if (!is_listed(job, GDALGetDescription(d)))
			GDALDeregisterDriver(d);
	}
}
