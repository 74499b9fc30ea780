#include "api/wfs/wfs.h"

#include "encode/xml_name.h"

#include <string.h>

/* DescribeFeatureType: the XML Schema of features. */

static void put_name(struct mm_buf *out, const char *name)
{
	mm_xml_name_put(out, name, strlen(name));
}

static void put_property(struct mm_buf *out, const char *name, const char *prefix, const char *type)
{
	mm_buf_text(out, "<xsd:element name=\"");
	put_name(out, name);
	mm_buf_printf(out, "\" type=\"%s:%s\" minOccurs=\"0\" maxOccurs=\"1\" nillable=\"true\"/>\n", prefix,
		      type);
}

/* Texts and the fields of a type, in the order in which they are written. */
static void put_type(const struct mm_layer *l, enum mm_gml_version v, struct mm_buf *out)
{
	const struct mm_schema *s = mm_layer_schema(l);
	const char *abstract = v == MM_GML_32 ? "AbstractFeature" : "_Feature";

	mm_buf_text(out, "<xsd:complexType name=\"");
	put_name(out, s->id);
	mm_buf_text(out, "Type\"><xsd:complexContent><xsd:extension base=\"gml:AbstractFeatureType\">"
			 "<xsd:sequence>\n");
	put_property(out, mm_gml_geometry_name(s), "gml", mm_gml_property_type(v, mm_gml_type(l)));
	for (size_t i = 0; i < s->field_count; i++)
		if (!s->field[i].hidden)
			put_property(out, s->field[i].name, "xsd", mm_gml_field_type(s->field[i].type));
	mm_buf_text(out, "</xsd:sequence></xsd:extension></xsd:complexContent></xsd:complexType>\n"
			 "<xsd:element name=\"");
	put_name(out, s->id);
	mm_buf_text(out, "\" type=\"");
	mm_wfs_put_type(out, s);
	mm_buf_printf(out, "Type\" substitutionGroup=\"gml:%s\"/>\n", abstract);
}

static void put_begin(enum mm_gml_version v, struct mm_buf *out)
{
	mm_buf_printf(out,
		      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		      "<xsd:schema xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\" xmlns:gml=\"%s\" "
		      "xmlns:" MM_GML_PREFIX "=\"" MM_GML_OURS "\" targetNamespace=\"" MM_GML_OURS "\" "
		      "elementFormDefault=\"qualified\">\n"
		      "<xsd:import namespace=\"%s\" schemaLocation=\"%s\"/>\n",
		      mm_gml_namespace(v), mm_gml_namespace(v), mm_gml_schema_location(v));
}

static enum mm_code check_format(struct mm_wfs *w, struct mm_err *reterr)
{
	const char *f = w->ask.format;

	if (!f || strstr(f, "gml") || strstr(f, "xml") || strstr(f, "GML") || strstr(f, "XML"))
		return MM_OK;
	return mm_wfs_fail(&w->ask, "InvalidParameterValue", reterr, "outputFormat", "write %s",
			   mm_wfs_media_type(w->ask.version));
}

static enum mm_code put_named(struct mm_wfs *w, enum mm_gml_version v, struct mm_err *reterr)
{
	const struct mm_wfs_names *types = &w->ask.types;
	const char **done = mm_arena_array(w->r->mem, types->count, sizeof(*done));
	size_t count = 0;

	if (!done)
		return mm_fail_nomem(reterr);
	for (size_t i = 0; i < types->count; i++) {
		const struct mm_layer *l;
		size_t k = 0;
		enum mm_code rc = mm_wfs_layer(
		    w, types->name[i], w->ask.version == MM_WFS_20 ? "typeNames" : "typeName", &l, reterr);

		if (rc)
			return rc;
		while (k < count && done[k] != mm_layer_schema(l)->id)
			k++;
		if (k < count)
			continue;
		done[count++] = mm_layer_schema(l)->id;
		put_type(l, v, &w->rs->body);
	}
	return MM_OK;
}

enum mm_code mm_wfs_describe(struct mm_wfs *w, struct mm_err *reterr)
{
	const enum mm_gml_version v = mm_wfs_gml(w->ask.version);
	enum mm_code rc = check_format(w, reterr);

	if (rc)
		return rc;
	put_begin(v, &w->rs->body);
	if (w->ask.types.count)
		rc = put_named(w, v, reterr);
	for (size_t i = 0; !w->ask.types.count && i < mm_catalog_count(w->catalog); i++) {
		const struct mm_layer *l = mm_catalog_entry(w->catalog, i)->layer;

		if (l)
			put_type(l, v, &w->rs->body);
	}
	mm_buf_text(&w->rs->body, "</xsd:schema>\n");
	w->rs->content_type = v == MM_GML_32 ? mm_wfs_media_type(MM_WFS_20) : "text/xml";
	return rc;
}
