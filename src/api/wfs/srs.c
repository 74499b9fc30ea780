#include "api/wfs/wfs.h"

#include "base/text.h"

#include <string.h>
#include <strings.h>

/* Names of systems of coordinates, in the forms of fifteen years of clients. */

#define EPSG_URI "http://www.opengis.net/def/crs/EPSG/0/"
#define CRS84    "http://www.opengis.net/def/crs/OGC/1.3/CRS84"

struct form {
	const char *uri; /* as in the list of the layer */
	bool is_xy;      /* x before y whatever the authority says */
};

static const char *after_last(const char *text, char c)
{
	const char *at = strrchr(text, c);

	return at ? at + 1 : text;
}

static bool starts_fold(const char *text, const char *prefix)
{
	return strncasecmp(text, prefix, strlen(prefix)) == 0;
}

static struct form epsg(const struct mm_request *r, const char *code, bool is_xy)
{
	return (struct form){mm_arena_printf(r->mem, EPSG_URI "%s", code), is_xy};
}

static struct form form_of(const struct mm_request *r, const char *name)
{
	if (strcasecmp(after_last(name, ':'), "CRS84") == 0 || strcasecmp(name, "CRS:84") == 0)
		return (struct form){CRS84, false};
	if (starts_fold(name, "urn:ogc:def:crs:EPSG:") || starts_fold(name, "urn:x-ogc:def:crs:EPSG:"))
		return epsg(r, after_last(name, ':'), false);
	if (starts_fold(name, "http://www.opengis.net/def/crs/EPSG/") ||
	    starts_fold(name, "https://www.opengis.net/def/crs/EPSG/"))
		return epsg(r, after_last(name, '/'), false);
	if (starts_fold(name, "http://www.opengis.net/gml/srs/epsg.xml#"))
		return epsg(r, after_last(name, '#'), true);
	if (starts_fold(name, "EPSG:"))
		return epsg(r, name + strlen("EPSG:"), true);
	return (struct form){name, false};
}

/* How a version writes the system of an address. */
static const char *name_of(const struct mm_request *r, enum mm_wfs_version v, const char *uri, bool in_answer)
{
	const size_t n = strlen(EPSG_URI);

	if (strcmp(uri, CRS84) == 0)
		return "urn:ogc:def:crs:OGC:1.3:CRS84";
	if (strncmp(uri, EPSG_URI, n) != 0)
		return uri;
	if (v != MM_WFS_10)
		return mm_arena_printf(r->mem, "urn:ogc:def:crs:EPSG::%s", uri + n);
	return mm_arena_printf(r->mem, "%s%s",
			       in_answer ? "http://www.opengis.net/gml/srs/epsg.xml#" : "EPSG:", uri + n);
}

/* The system of the source where it has a number of the EPSG, which is what clients know; else WGS 84. */
static enum mm_code list(struct mm_wfs *w, const struct mm_schema *s, struct mm_out_crs crs[MM_OUT_CRS_MAX],
			 size_t *ret_count, const char **ret_default, struct mm_err *reterr)
{
	size_t storage;
	enum mm_code rc = mm_out_crs_list(w->r, w->catalog, s, crs, ret_count, &storage, reterr);

	if (!rc)
		*ret_default =
		    mm_text_starts(crs[storage].uri, EPSG_URI) ? crs[storage].uri : EPSG_URI "4326";
	return rc;
}

enum mm_code mm_wfs_srs(struct mm_wfs *w, const struct mm_schema *s, const char *name, struct mm_wfs_srs *ret,
			struct mm_err *reterr)
{
	struct mm_out_crs crs[MM_OUT_CRS_MAX];
	const char *own = NULL;
	struct form f;
	size_t count;
	enum mm_code rc = list(w, s, crs, &count, &own, reterr);

	if (rc)
		return rc;
	ret->name = name ? name : name_of(w->r, w->ask.version, own, true);
	f = ret->name ? form_of(w->r, ret->name) : (struct form){NULL, false};
	if (!f.uri)
		return mm_fail_nomem(reterr);
	rc = mm_out_crs_named(w->r, "srsName", f.uri, w->catalog, s, w->kit->proj, &ret->crs, reterr);
	if (f.is_xy)
		ret->crs.is_north_first = false;
	return rc;
}

enum mm_code mm_wfs_srs_names(struct mm_wfs *w, const struct mm_schema *s,
			      const char *ret[MM_OUT_CRS_MAX + 1], size_t *ret_count, struct mm_err *reterr)
{
	struct mm_out_crs crs[MM_OUT_CRS_MAX];
	const char *own = NULL;
	size_t count = 0;
	enum mm_code rc = list(w, s, crs, &count, &own, reterr);

	if (rc)
		return rc;
	*ret_count = 0;
	ret[(*ret_count)++] = name_of(w->r, w->ask.version, own, false);
	for (size_t i = 0; i < count; i++)
		if (strcmp(crs[i].uri, own) != 0)
			ret[(*ret_count)++] = name_of(w->r, w->ask.version, crs[i].uri, false);
	for (size_t i = 0; i < *ret_count; i++)
		if (!ret[i])
			return mm_fail_nomem(reterr);
	return MM_OK;
}
