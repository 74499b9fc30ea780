#include "api/wfs/wfs.h"

#include "base/text.h"
#include "encode/xml_name.h"

#include <string.h>

const char *mm_wfs_namespace(enum mm_wfs_version v)
{
	return v == MM_WFS_20 ? "http://www.opengis.net/wfs/2.0" : "http://www.opengis.net/wfs";
}

enum mm_gml_version mm_wfs_gml(enum mm_wfs_version v)
{
	return v == MM_WFS_20 ? MM_GML_32 : v == MM_WFS_11 ? MM_GML_31 : MM_GML_2;
}

const char *mm_wfs_media_type(enum mm_wfs_version v)
{
	static const char *const of[MM_WFS_VERSION_COUNT] = {
	    "text/xml; subtype=gml/2.1.2", "text/xml; subtype=gml/3.1.1", "application/gml+xml; version=3.2"};

	return of[v];
}

void mm_wfs_put_xml(struct mm_buf *out, const char *text)
{
	mm_text_put_html(out, text, strlen(text));
}

void mm_wfs_put_type(struct mm_buf *out, const struct mm_schema *s)
{
	mm_buf_text(out, MM_GML_PREFIX ":");
	mm_xml_name_put(out, s->id, strlen(s->id));
}

enum mm_code mm_wfs_layer(struct mm_wfs *w, const char *type, const char *locator,
			  const struct mm_layer **ret, struct mm_err *reterr)
{
	const char *local = mm_xml_local(type), *id = mm_xml_name_read(local, strlen(local), w->r->mem);

	if (!id)
		return mm_fail_nomem(reterr);
	*ret = mm_catalog_find(w->catalog, id);
	if (*ret)
		return MM_OK;
	return mm_wfs_fail(&w->ask, "InvalidParameterValue", reterr, locator,
			   "there is no feature type %.100s: GetCapabilities lists those there are", type);
}

enum mm_code mm_wfs_field(struct mm_wfs *w, const struct mm_schema *s, const char *path, const char *locator,
			  size_t *ret, struct mm_err *reterr)
{
	const char *local = mm_fes_property(path, strlen(path), w->r->mem), *name;

	name = local ? mm_xml_name_read(local, strlen(local), w->r->mem) : NULL;
	if (!name)
		return mm_fail_nomem(reterr);
	*ret = mm_schema_find(s, name);
	if (*ret != SIZE_MAX || strcmp(name, mm_gml_geometry_name(s)) == 0)
		return MM_OK;
	return mm_wfs_fail(&w->ask, "InvalidParameterValue", reterr, locator,
			   "%.64s has no property %.100s: DescribeFeatureType lists those it has", s->id,
			   path);
}
