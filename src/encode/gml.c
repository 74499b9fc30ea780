#include "encode/gml.h"

#include "base/text.h"
#include "encode/value.h"
#include "encode/xml_name.h"

#include <string.h>

enum { ID_MAX = 64 << 10, TEXT_MAX = 64 << 20 };

/* ---- what a schema says ---- */

const char *mm_gml_namespace(enum mm_gml_version v)
{
	return v == MM_GML_32 ? "http://www.opengis.net/gml/3.2" : "http://www.opengis.net/gml";
}

const char *mm_gml_schema_location(enum mm_gml_version v)
{
	static const char *const at[MM_GML_VERSION_COUNT] = {
	    [MM_GML_2] = "http://schemas.opengis.net/gml/2.1.2/feature.xsd",
	    [MM_GML_31] = "http://schemas.opengis.net/gml/3.1.1/base/gml.xsd",
	    [MM_GML_32] = "http://schemas.opengis.net/gml/3.2.1/gml.xsd"};

	return at[v];
}

enum mm_geom_type mm_gml_type(const struct mm_layer *l)
{
	const unsigned types = mm_layer_geom_types(l) & ~(1u << MM_GEOM_NULL);

	for (int t = MM_GEOM_POINT; t <= MM_GEOM_POLYGON; t++) {
		const unsigned single = 1u << t, multi = 1u << (t + MM_GEOM_MULTIPOINT - MM_GEOM_POINT);

		if (types == single)
			return (enum mm_geom_type)t;
		if (types && !(types & ~(single | multi)))
			return (enum mm_geom_type)(t + MM_GEOM_MULTIPOINT - MM_GEOM_POINT);
	}
	return MM_GEOM_COLLECTION;
}

const char *mm_gml_property_type(enum mm_gml_version v, enum mm_geom_type type)
{
	static const char *const of[2][MM_GEOM_TYPE_COUNT] = {
	    {"GeometryPropertyType", "PointPropertyType", "LineStringPropertyType", "PolygonPropertyType",
	     "MultiPointPropertyType", "MultiLineStringPropertyType", "MultiPolygonPropertyType",
	     "GeometryPropertyType"},
	    {"GeometryPropertyType", "PointPropertyType", "CurvePropertyType", "SurfacePropertyType",
	     "MultiPointPropertyType", "MultiCurvePropertyType", "MultiSurfacePropertyType",
	     "GeometryPropertyType"}};

	return of[v != MM_GML_2][type];
}

const char *mm_gml_geometry_name(const struct mm_schema *s)
{
	static const char *const names[] = {"geometry", "geom", "the_geom"};

	for (size_t i = 0; i + 1 < sizeof(names) / sizeof(names[0]); i++)
		if (mm_schema_find_any(s, names[i]) == SIZE_MAX)
			return names[i];
	return names[2];
}

const char *mm_gml_field_type(enum mm_type t)
{
	static const char *const of[MM_TYPE_COUNT] = {
	    [MM_TYPE_BOOL] = "boolean",      [MM_TYPE_INT] = "long",   [MM_TYPE_REAL] = "double",
	    [MM_TYPE_TEXT] = "string",       [MM_TYPE_DATE] = "date",  [MM_TYPE_TIME] = "time",
	    [MM_TYPE_DATETIME] = "dateTime", [MM_TYPE_JSON] = "string"};

	return of[t];
}

/* ---- rows ---- */

enum mm_code mm_gml_init(struct mm_gml_writer *w, enum mm_gml_version v, const struct mm_layer *l,
			 const struct mm_coords_crs *crs, const char *srs_name, struct mm_proj *proj,
			 struct mm_err *reterr)
{
	*w = (struct mm_gml_writer){.version = v, .type = mm_gml_type(l), .srs_name = srs_name};
	mm_buf_init(&w->id, ID_MAX);
	mm_buf_init(&w->text, TEXT_MAX);
	return mm_coords_init(&w->coords, l, crs, proj, reterr);
}

void mm_gml_release(struct mm_gml_writer *w)
{
	mm_coords_release(&w->coords);
	mm_buf_release(&w->id);
	mm_buf_release(&w->text);
}

/* The whole of it is one name, so that a layer "7" is all right. */
void mm_gml_put_id(const struct mm_layer *l, uint32_t row, struct mm_buf *out)
{
	char id[1200];
	const char *name = mm_layer_schema(l)->id;
	size_t n = strlen(name), len;

	memcpy(id, name, n); /* at most 64 bytes */
	id[n++] = '.';
	len = mm_layer_id_format(l, row, id + n, sizeof(id) - n);
	mm_xml_name_put(out, id, len < sizeof(id) - n ? n + len : sizeof(id) - 1);
}

static void put_name(struct mm_buf *out, const char *name)
{
	mm_buf_text(out, MM_GML_PREFIX ":");
	mm_xml_name_put(out, name, strlen(name));
}

static void put_element(struct mm_gml_writer *w, const char *name, struct mm_buf *out)
{
	mm_buf_byte(out, '<');
	put_name(out, name);
	mm_buf_byte(out, '>');
	mm_text_put_html(out, (const char *)w->text.data, w->text.len);
	mm_buf_text(out, "</");
	put_name(out, name);
	mm_buf_byte(out, '>');
}

static bool put_nil(const char *name, struct mm_buf *out)
{
	mm_buf_byte(out, '<');
	put_name(out, name);
	mm_buf_text(out, " xsi:nil=\"true\"/>");
	return true;
}

static bool put_own_geometry(struct mm_gml_writer *w, uint32_t row, struct mm_buf *out)
{
	const char *name = mm_gml_geometry_name(mm_layer_schema(w->coords.layer));
	struct mm_geom g;

	if (!mm_coords_geom(&w->coords, row, &g)) {
		out->failed = true;
		return false;
	}
	if (g.part_count == 0)
		return false;
	mm_buf_printf(out, "<" MM_GML_PREFIX ":%s>", name);
	mm_gml_put_geometry(w, &g, out);
	mm_buf_printf(out, "</" MM_GML_PREFIX ":%s>", name);
	return true;
}

static void begin_row(struct mm_gml_writer *w, uint32_t row)
{
	w->shapes = 0;
	mm_buf_clear(&w->id);
	mm_gml_put_id(w->coords.layer, row, &w->id);
}

static bool put_field(struct mm_gml_writer *w, uint32_t row, size_t field, struct mm_buf *out)
{
	struct mm_value v;

	if (field == SIZE_MAX)
		return put_own_geometry(w, row, out);
	mm_layer_value(w->coords.layer, row, field, &v);
	if (v.is_null)
		return w->writes_nil && put_nil(mm_layer_schema(w->coords.layer)->field[field].name, out);
	mm_buf_clear(&w->text);
	mm_value_put_text(&w->text, &v);
	out->failed |= w->text.failed;
	put_element(w, mm_layer_schema(w->coords.layer)->field[field].name, out);
	return true;
}

bool mm_gml_put_field(struct mm_gml_writer *w, uint32_t row, size_t field, struct mm_buf *out)
{
	begin_row(w, row);
	return put_field(w, row, field, out);
}

void mm_gml_put(struct mm_gml_writer *w, uint32_t row, bool is_root, struct mm_buf *out)
{
	const struct mm_schema *s = mm_layer_schema(w->coords.layer);

	begin_row(w, row);
	mm_buf_byte(out, '<');
	put_name(out, s->id);
	if (is_root)
		mm_buf_printf(out, " xmlns:" MM_GML_PREFIX "=\"" MM_GML_OURS "\" xmlns:gml=\"%s\"",
			      mm_gml_namespace(w->version));
	mm_buf_text(out, w->version == MM_GML_2 ? " fid=\"" : " gml:id=\"");
	mm_buf_put(out, w->id.data, w->id.len);
	mm_buf_text(out, "\">");
	if (!w->skips_geometry)
		(void)put_field(w, row, SIZE_MAX, out);
	for (size_t i = 0; i < s->field_count; i++)
		if (!s->field[i].hidden && !(w->leaves_out && w->leaves_out[i]))
			(void)put_field(w, row, i, out);
	mm_buf_text(out, "</");
	put_name(out, s->id);
	mm_buf_byte(out, '>');
	out->failed |= w->id.failed;
}
