#include "api/wfs/capabilities.h"

#include "query/filter_function.h"

/* What a filter may say (query/fes.h). */

struct words {
	const char *const *word;
	size_t count;
};

#define WORDS(list) ((struct words){list, sizeof(list) / sizeof((list)[0])})

static const char *const comparisons[] = {"PropertyIsEqualTo",
					  "PropertyIsNotEqualTo",
					  "PropertyIsLessThan",
					  "PropertyIsGreaterThan",
					  "PropertyIsLessThanOrEqualTo",
					  "PropertyIsGreaterThanOrEqualTo",
					  "PropertyIsLike",
					  "PropertyIsNull",
					  "PropertyIsNil",
					  "PropertyIsBetween"};
static const char *const comparisons_11[] = {
    "LessThan",   "GreaterThan", "LessThanEqualTo", "GreaterThanEqualTo", "EqualTo",
    "NotEqualTo", "Like",        "Between",         "NullCheck"};
static const char *const spatials[] = {"BBOX",   "Equals",   "Disjoint", "Intersects", "Touches", "Crosses",
				       "Within", "Contains", "Overlaps", "Beyond",     "DWithin"};
static const char *const spatials_10[] = {"BBOX",   "Equals",   "Disjoint", "Intersect", "Touch",  "Cross",
					  "Within", "Contains", "Overlap",  "Beyond",    "DWithin"};
/* AnyInteracts is understood, too, but the schema of capabilities does not know its name. */
static const char *const temporals[] = {"After",  "Before",  "Begins",    "BegunBy", "TContains",
					"During", "TEquals", "TOverlaps", "Meets",   "OverlappedBy",
					"MetBy",  "EndedBy", "Ends"};
static const char *const operands[] = {"Envelope", "Point",           "MultiPoint",   "LineString",
				       "Curve",    "MultiLineString", "MultiCurve",   "Polygon",
				       "Surface",  "MultiPolygon",    "MultiSurface", "MultiGeometry"};
static const char *const operands_11[] = {"Envelope", "Point", "LineString", "Polygon"};
static const char *const moments[] = {"TimeInstant", "TimePeriod"};

static void put_named(struct mm_buf *out, const char *open, const char *prefix, struct words of,
		      const char *close)
{
	for (size_t i = 0; i < of.count; i++)
		mm_buf_printf(out, "<%s name=\"%s%s\"/>", open, prefix, of.word[i]);
	mm_buf_printf(out, "</%ss>\n", close);
}

static void put_conformance(struct mm_buf *out)
{
	static const char *const yes[] = {"ImplementsQuery",
					  "ImplementsAdHocQuery",
					  "ImplementsFunctions",
					  "ImplementsResourceId",
					  "ImplementsMinStandardFilter",
					  "ImplementsStandardFilter",
					  "ImplementsMinSpatialFilter",
					  "ImplementsSpatialFilter",
					  "ImplementsMinTemporalFilter",
					  "ImplementsTemporalFilter",
					  "ImplementsSorting",
					  "ImplementsMinimumXPath"};
	static const char *const no[] = {"ImplementsVersionNav", "ImplementsExtendedOperators",
					 "ImplementsSchemaElementFunc"};

	mm_buf_text(out, "<fes:Conformance>\n");
	for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]) + sizeof(no) / sizeof(no[0]); i++) {
		const bool is_yes = i < sizeof(yes) / sizeof(yes[0]);

		mm_buf_printf(out,
			      "<fes:Constraint name=\"%s\"><ows:NoValues/><ows:DefaultValue>%s"
			      "</ows:DefaultValue></fes:Constraint>\n",
			      is_yes ? yes[i] : no[i - sizeof(yes) / sizeof(yes[0])],
			      is_yes ? "TRUE" : "FALSE");
	}
	mm_buf_text(out, "</fes:Conformance>\n");
}

/* A name of a type of XML Schema or GML for what a function takes or gives. */
static const char *type_of(enum mm_kind k)
{
	switch (k) {
	case MM_KIND_BOOL:
		return "xsd:boolean";
	case MM_KIND_NUMBER:
		return "xsd:double";
	case MM_KIND_TIMESTAMP:
		return "xsd:dateTime";
	case MM_KIND_GEOMETRY:
		return "gml:AbstractGeometryType";
	default:
		return "xsd:string";
	}
}

static void put_functions_20(struct mm_buf *out)
{
	mm_buf_text(out, "<fes:Functions xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\">\n");
	for (size_t i = 0; i < mm_filter_function_count; i++) {
		const struct mm_filter_function *f = &mm_filter_functions[i];

		mm_buf_printf(out, "<fes:Function name=\"%s\"><fes:Returns>%s</fes:Returns>", f->name,
			      type_of(f->ret));
		if (f->least)
			mm_buf_text(out, "<fes:Arguments>");
		for (size_t k = 0; k < f->least && k < MM_FUNCTION_ARGS_MAX; k++)
			mm_buf_printf(out, "<fes:Argument name=\"%s\"><fes:Type>%s</fes:Type></fes:Argument>",
				      f->arg[k].title ? f->arg[k].title : "value", type_of(f->arg[k].kind));
		mm_buf_text(out, f->least ? "</fes:Arguments></fes:Function>\n" : "</fes:Function>\n");
	}
	mm_buf_text(out, "</fes:Functions>\n");
}

static void put_20(struct mm_buf *out)
{
	mm_buf_text(out, "<fes:Filter_Capabilities>\n");
	put_conformance(out);
	mm_buf_text(out, "<fes:Id_Capabilities><fes:ResourceIdentifier name=\"fes:ResourceId\"/>"
			 "</fes:Id_Capabilities>\n<fes:Scalar_Capabilities><fes:LogicalOperators/>"
			 "<fes:ComparisonOperators>\n");
	put_named(out, "fes:ComparisonOperator", "", WORDS(comparisons), "fes:ComparisonOperator");
	mm_buf_text(out, "</fes:Scalar_Capabilities>\n<fes:Spatial_Capabilities><fes:GeometryOperands>");
	put_named(out, "fes:GeometryOperand", "gml:", WORDS(operands), "fes:GeometryOperand");
	mm_buf_text(out, "<fes:SpatialOperators>");
	put_named(out, "fes:SpatialOperator", "", WORDS(spatials), "fes:SpatialOperator");
	mm_buf_text(out, "</fes:Spatial_Capabilities>\n<fes:Temporal_Capabilities><fes:TemporalOperands>");
	put_named(out, "fes:TemporalOperand", "gml:", WORDS(moments), "fes:TemporalOperand");
	mm_buf_text(out, "<fes:TemporalOperators>");
	put_named(out, "fes:TemporalOperator", "", WORDS(temporals), "fes:TemporalOperator");
	mm_buf_text(out, "</fes:Temporal_Capabilities>\n");
	put_functions_20(out);
	mm_buf_text(out, "</fes:Filter_Capabilities>\n");
}

static void put_texts(struct mm_buf *out, const char *element, const char *prefix, struct words of)
{
	for (size_t i = 0; i < of.count; i++)
		mm_buf_printf(out, "<%s>%s%s</%s>", element, prefix, of.word[i], element);
}

static void put_11(struct mm_buf *out)
{
	mm_buf_text(out, "<ogc:Filter_Capabilities>\n<ogc:Spatial_Capabilities><ogc:GeometryOperands>");
	put_texts(out, "ogc:GeometryOperand", "gml:", WORDS(operands_11));
	mm_buf_text(out, "</ogc:GeometryOperands><ogc:SpatialOperators>");
	put_named(out, "ogc:SpatialOperator", "", WORDS(spatials), "ogc:SpatialOperator");
	mm_buf_text(out, "</ogc:Spatial_Capabilities>\n<ogc:Scalar_Capabilities><ogc:LogicalOperators/>"
			 "<ogc:ComparisonOperators>");
	put_texts(out, "ogc:ComparisonOperator", "", WORDS(comparisons_11));
	mm_buf_text(out, "</ogc:ComparisonOperators><ogc:ArithmeticOperators><ogc:SimpleArithmetic/>"
			 "</ogc:ArithmeticOperators></ogc:Scalar_Capabilities>\n"
			 "<ogc:Id_Capabilities><ogc:EID/><ogc:FID/></ogc:Id_Capabilities>\n"
			 "</ogc:Filter_Capabilities>\n");
}

static void put_10(struct mm_buf *out)
{
	mm_buf_text(out, "<ogc:Filter_Capabilities>\n<ogc:Spatial_Capabilities><ogc:Spatial_Operators>");
	for (size_t i = 0; i < sizeof(spatials_10) / sizeof(spatials_10[0]); i++)
		mm_buf_printf(out, "<ogc:%s/>", spatials_10[i]);
	mm_buf_text(out,
		    "</ogc:Spatial_Operators></ogc:Spatial_Capabilities>\n<ogc:Scalar_Capabilities>"
		    "<ogc:Logical_Operators/><ogc:Comparison_Operators><ogc:Simple_Comparisons/><ogc:Like/>"
		    "<ogc:Between/><ogc:NullCheck/></ogc:Comparison_Operators><ogc:Arithmetic_Operators>"
		    "<ogc:Simple_Arithmetic/></ogc:Arithmetic_Operators></ogc:Scalar_Capabilities>\n"
		    "</ogc:Filter_Capabilities>\n");
}

void mm_wfs_put_filters(const struct mm_wfs *w, struct mm_buf *out)
{
	if (w->ask.version == MM_WFS_20)
		put_20(out);
	else if (w->ask.version == MM_WFS_11)
		put_11(out);
	else
		put_10(out);
}
