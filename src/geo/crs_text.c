#include "geo/crs_private.h"

#include "base/text.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { TEXT_MAX = 32768, SHOWN_MAX = 60 };

/* Parameters a PROJ string may have: those that say shape, place and unit. None of them can name a file. */
static const char *const proj_parameters[] = {
    "R",    "a",       "alpha",    "axis",    "b",       "datum",   "ellps",  "f",     "gamma", "h",
    "k",    "k_0",     "lat_0",    "lat_1",   "lat_2",   "lat_b",   "lat_ts", "lon_0", "lon_1", "lon_2",
    "lonc", "no_defs", "no_off",   "no_uoff", "o_lat_p", "o_lon_p", "o_proj", "over",  "pm",    "proj",
    "rf",   "south",   "to_meter", "towgs84", "type",    "units",   "wktext", "x_0",   "y_0",   "zone",
};

static enum mm_code not_known(const char *text, struct mm_err *reterr)
{
	size_t n = mm_text_utf8_cut(text, strlen(text), SHOWN_MAX);

	return mm_fail(
	    reterr, MM_E_INVALID, "",
	    "crs \"%.*s%s\": not a known system; write an EPSG code (EPSG:28407), a built-in name (MSK48_1), "
	    "a PROJ string (+proj=...) or WKT",
	    (int)n, text, text[n] ? "..." : "");
}

/* ---- codes, URIs, URNs ---- */

static bool skip(const char **at, const char *prefix)
{
	size_t n = strlen(prefix);

	if (strncasecmp(*at, prefix, n) != 0)
		return false;
	*at += n;
	return true;
}

/* A version in a URI or URN, "0", "9.8.4", also nothing, and the separator after it. */
static bool skip_version(const char **at, char separator)
{
	const char *p = *at;

	while (isdigit((unsigned char)*p) || *p == '.')
		p++;
	if (*p != separator)
		return false;
	*at = p + 1;
	return true;
}

static bool is_code(const char *text)
{
	size_t n = strspn(text, "0123456789");

	return n > 0 && n <= 7 && text[n] == '\0' && text[0] != '0';
}

/* Forms of a code: what stands before it, the authority, and what ends the version number between them. */
static const struct {
	const char *prefix, *authority;
	char after_version; /* '\0': no version */
} code_forms[] = {
    {"EPSG:", "EPSG", '\0'},
    {"", "EPSG", '\0'},
    {"ESRI:", "ESRI", '\0'},
    {"http://www.opengis.net/def/crs/EPSG/", "EPSG", '/'},
    {"https://www.opengis.net/def/crs/EPSG/", "EPSG", '/'},
    {"urn:ogc:def:crs:EPSG:", "EPSG", ':'},
    {"urn:x-ogc:def:crs:EPSG:", "EPSG", ':'},
    {"http://www.opengis.net/gml/srs/epsg.xml#", "EPSG", '\0'},
    {"OGC:", "OGC", '\0'},
    {"", "OGC", '\0'},
    {"http://www.opengis.net/def/crs/OGC/", "OGC", '/'},
    {"https://www.opengis.net/def/crs/OGC/", "OGC", '/'},
    {"urn:ogc:def:crs:OGC:", "OGC", ':'},
};

/* "EPSG:28407" and the like for any form of a code; NULL with *ret_known false: not a code. */
static char *read_code(const char *text, bool *ret_known)
{
	*ret_known = true;
	if (strcasecmp(text, "CRS:84") == 0)
		return strdup("OGC:CRS84");
	for (size_t i = 0; i < sizeof(code_forms) / sizeof(code_forms[0]); i++) {
		const char *at = text;
		char *ret = NULL;

		if (!skip(&at, code_forms[i].prefix) ||
		    (code_forms[i].after_version && !skip_version(&at, code_forms[i].after_version)))
			continue;
		if (strcmp(code_forms[i].authority, "OGC") == 0) {
			if (strcasecmp(at, "CRS84") == 0)
				return strdup("OGC:CRS84");
		} else if (is_code(at)) {
			return asprintf(&ret, "%s:%s", code_forms[i].authority, at) < 0 ? NULL : ret;
		}
	}
	*ret_known = false;
	return NULL;
}

/* ---- PROJ strings ---- */

/* One parameter, without its plus sign. NULL: fine, else what is wrong with it. */
static const char *parameter_fault(const char *text, size_t n)
{
	size_t name = 0;

	if (n == 14 && strncmp(text, "nadgrids=@null", n) == 0)
		return NULL; /* the old spelling of Web Mercator; any other grid is a file */
	while (name < n && text[name] != '=')
		name++;
	for (size_t i = 0; i < n; i++)
		if (text[i] <= ' ' || text[i] > '~' || strchr("/\\@%$`;", text[i]))
			return "has a character that no number or name has";
	for (size_t i = 0; i < sizeof(proj_parameters) / sizeof(proj_parameters[0]); i++)
		if (strlen(proj_parameters[i]) == name && strncmp(proj_parameters[i], text, name) == 0)
			return NULL;
	return "is not allowed here";
}

/* Copies the parameters of a PROJ string with plus signs and +type=crs. */
static enum mm_code read_proj_string(const char *text, size_t n, struct mm_buf *out, struct mm_err *reterr)
{
	for (size_t at = 0, end; at < n; at = end) {
		const char *fault;

		at += strspn(text + at, " \t\r\n");
		at += at < n && text[at] == '+';
		end = at + strcspn(text + at, " \t\r\n");
		end = end > n ? n : end;
		if (end <= at)
			continue;
		fault = parameter_fault(text + at, end - at);
		if (fault)
			return mm_fail(reterr, MM_E_INVALID, "", "crs: PROJ parameter \"%.*s\" %s",
				       (int)mm_text_utf8_cut(text + at, end - at, SHOWN_MAX), text + at,
				       fault);
		if (strncmp(text + at, "type=", 5) != 0) {
			mm_buf_byte(out, '+');
			mm_buf_put(out, text + at, end - at);
			mm_buf_byte(out, ' ');
		}
	}
	mm_buf_put(out, "+type=crs", 10); /* with its NUL */
	return MM_OK;
}

/* ---- WKT ---- */

static bool is_wkt(const char *text)
{
	size_t n = 0;

	while (isalnum((unsigned char)text[n]) || text[n] == '_')
		n++;
	n += strspn(text + n, " \t\r\n") * (n > 0);
	return n > 0 && (text[n] == '[' || text[n] == '(');
}

/* The quoted text after a comma; false: there is none. */
static bool next_quoted(const char *at, const char **ret, size_t *ret_len)
{
	at += strspn(at, " \t\r\n");
	if (*at++ != ',')
		return false;
	at += strspn(at, " \t\r\n");
	if (*at++ != '"')
		return false;
	*ret = at;
	*ret_len = strcspn(at, "\"");
	return true;
}

/* WKT has three doors to PROJ strings and files: PARAMETERFILE, EXTENSION and methods named after PROJ
 * operations. */
static enum mm_code check_wkt(const char *text, struct mm_err *reterr)
{
	const char *at = text, *string;
	size_t n;

	if (strcasestr(text, "PARAMETERFILE") || strcasestr(text, "PROJ-based"))
		return mm_fail(reterr, MM_E_INVALID, "",
			       "crs: WKT that names grid files or PROJ pipelines is not allowed");
	while ((at = strcasestr(at, "\"PROJ4")) != NULL) {
		struct mm_buf scratch;
		bool grids = strncasecmp(at, "\"PROJ4_GRIDS\"", 13) == 0;
		enum mm_code rc = MM_OK;

		at += strcspn(at + 1, "\"") + 1;
		if (*at != '"' || !next_quoted(++at, &string, &n) ||
		    (grids && (n != 5 || strncmp(string, "@null", 5) != 0)))
			return mm_fail(reterr, MM_E_INVALID, "",
				       "crs: WKT with this PROJ4 extension is not allowed");
		mm_buf_init(&scratch, TEXT_MAX);
		if (!grids)
			rc = read_proj_string(string, n, &scratch, reterr);
		mm_buf_release(&scratch);
		if (rc)
			return rc;
	}
	return MM_OK;
}

/* ---- all forms ---- */

static enum mm_code read_msk(const struct mm_msk *m, char **ret, struct mm_err *reterr)
{
	char text[320];

	(void)mm_msk_proj_string(m, text, sizeof(text));
	*ret = strdup(text);
	return *ret ? MM_OK : mm_fail_nomem(reterr);
}

/* The row whose PROJ string this is: a definition that comes back keeps its name. */
static const struct mm_msk *msk_of(const char *definition)
{
	char text[320];

	for (size_t i = 0; i < mm_msk_count; i++) {
		(void)mm_msk_proj_string(&mm_msk_table[i], text, sizeof(text));
		if (strcmp(text, definition) == 0)
			return &mm_msk_table[i];
	}
	return NULL;
}

/* A name of the МСК family that the table does not answer: says what would. */
static enum mm_code msk_unknown(int region, int zone, struct mm_err *reterr)
{
	char have[160] = "";
	size_t len = 0;

	for (size_t i = 0; i < mm_msk_count && len < sizeof(have) - 16; i++)
		if (mm_msk_table[i].region == region)
			len += (size_t)snprintf(have + len, sizeof(have) - len, "%s%s", len ? " or " : "",
						mm_msk_table[i].code);
	if (len == 0)
		return mm_fail(
		    reterr, MM_E_INVALID, "",
		    "crs \"MSK-%d\": not in the built-in table; write it as a PROJ string (+proj=tmerc ...)",
		    region);
	if (zone == 0)
		return mm_fail(
		    reterr, MM_E_INVALID, "",
		    "crs \"MSK-%d\": names no zone, and Ukrainian systems bear such names too; write %s",
		    region, have);
	return mm_fail(reterr, MM_E_INVALID, "",
		       "crs \"MSK-%d\" has no zone %d in the built-in table; write %s", region, zone, have);
}

/* `text` without blanks and byte order mark at its ends; free() it. */
static char *trimmed(const char *text)
{
	size_t n;

	if (mm_text_starts(text, "\xef\xbb\xbf"))
		text += 3;
	text += strspn(text, " \t\r\n");
	n = strlen(text);
	while (n > 0 && strchr(" \t\r\n", text[n - 1]))
		n--;
	return strndup(text, n);
}

static enum mm_code read_trimmed(char *text, char **ret, const struct mm_msk **ret_msk, struct mm_err *reterr)
{
	bool known;
	int region, zone;
	struct mm_buf out;
	enum mm_code rc;

	*ret = read_code(text, &known);
	if (known)
		return *ret ? MM_OK : mm_fail_nomem(reterr);
	*ret_msk = mm_msk_find(text);
	if (*ret_msk)
		return read_msk(*ret_msk, ret, reterr);
	if (mm_msk_parse_name(text, &region, &zone))
		return msk_unknown(region, zone, reterr);
	mm_buf_init(&out, TEXT_MAX);
	if (mm_text_starts(text, "+") || mm_text_starts(text, "proj=")) {
		rc = read_proj_string(text, strlen(text), &out, reterr);
	} else if (is_wkt(text)) {
		rc = check_wkt(text, reterr);
		mm_buf_put(&out, text, strlen(text) + 1);
	} else {
		rc = not_known(text, reterr);
	}
	if (rc == MM_OK && out.failed)
		rc = mm_fail_nomem(reterr);
	if (rc == MM_OK) {
		*ret = (char *)mm_buf_take(&out, &(size_t){0});
		*ret_msk = msk_of(*ret);
	}
	mm_buf_release(&out);
	return rc;
}

enum mm_code mm_crs_text_read(const char *text, char **ret, const struct mm_msk **ret_msk,
			      struct mm_err *reterr)
{
	size_t n = strnlen(text, TEXT_MAX);
	char *copy;
	enum mm_code rc;

	*ret = NULL;
	*ret_msk = NULL;
	if (n > TEXT_MAX - 64)
		return mm_fail(reterr, MM_E_INVALID, "", "crs: longer than %d bytes", TEXT_MAX - 64);
	if (mm_text_utf8_valid(text, n) != n)
		return mm_fail(reterr, MM_E_INVALID, "", "crs: not UTF-8 text");
	copy = trimmed(text);
	if (!copy)
		return mm_fail_nomem(reterr);
	rc = read_trimmed(copy, ret, ret_msk, reterr);
	free(copy);
	return rc;
}
