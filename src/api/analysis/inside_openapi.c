#include "api/analysis/inside.h"

/* The path in the API definition (OpenAPI 3.0). */

#define PARAM(name, type, description)                                                                       \
	"{\"name\":\"" name "\",\"in\":\"query\",\"required\":false,\"description\":\"" description          \
	"\",\"schema\":{\"type\":\"" type "\"}}"
#define PROPERTY(name, type, description)                                                                    \
	"\"" name "\":{\"type\":\"" type "\",\"description\":\"" description "\"}"
#define GEOMETRY    "A GeoJSON geometry in longitude and latitude"
#define COLLECTION  "Instead of a geometry: the collection of the feature that id names"
#define ID          "Id of that feature"
#define DISTANCE    "Metres around it, 0 to 50000; points and lines need it"
#define COLLECTIONS "Which collections are looked into; without it all"
#define FILTERS     "An object: for a collection's id a CQL2 text that its features meet"
#define ANSWERS                                                                                              \
	"\"responses\":{\"200\":{\"description\":\"Counts, lengths, areas and sums by "                      \
	"collection\",\"content\":{"                                                                         \
	"\"application/json\":{\"schema\":{\"type\":\"object\"}},\"text/"                                    \
	"csv\":{\"schema\":{\"type\":\"string\"}},"                                                          \
	"\"application/x-ndjson\":{\"schema\":{\"type\":\"string\"}}}},"                                     \
	"\"default\":{\"description\":\"What is "                                                            \
	"wrong\",\"content\":{\"application/problem+json\":{\"schema\":{"                                    \
	"\"type\":\"object\"}}}}}"

const char
    mm_inside_openapi
	[] =
	    "{\"get\":{\"operationId\":\"inside\",\"summary\":\"What lies in an area, or near a "
	    "feature\",\"parameters\":[" PARAM("geometry", "string", GEOMETRY) "," PARAM(
		"collection", "string",
		COLLECTION) "," PARAM("id", "string",
				      ID) "," PARAM("distance", "number",
						    DISTANCE) "," PARAM("collections", "string",
									COLLECTIONS
									", joined by commas") "," PARAM("filt"
													"ers",
													"stri"
													"ng",
													FILTERS ", as JSON") "," PARAM("f",
																       "string", "json, csv, or ndjson: lines of progress and then the result") "," PARAM("lang", "string", "ru or en: the language of CSV") "]," ANSWERS
																																	     "},"
																																	     "\"post\":{\"operationId\":\"inside.post\",\"summary\":\"The same of an area of any length\",\"parameters\":[" PARAM("f",
																																																  "string",
																																																  "json, csv, or ndjson: lines of progress and then the result") "," PARAM("lang",
																																																									   "string",
																																																									   "ru or en: the language of CSV") "],"
																																																													    "\"requestBody\":{\"required\":true,\"content\":{\"application/json\":{\"schema\":{\"type\":\"object\","
																																																													    "\"properties\":{" PROPERTY("geometry", "object", GEOMETRY) "," PROPERTY("collection",
																																																																						     "string", COLLECTION) "," PROPERTY("id",
																																																																											"string",
																																																																											ID) "," PROPERTY("distance", "number", DISTANCE) ","
																																																																																	 "\"collections\":{\"type\":\"array\",\"items\":{\"type\":\"string\"},\"description\":\"" COLLECTIONS "\"}," PROPERTY(
																																																																																	     "filters",
																																																																																	     "object",
																																																																																	     FILTERS) "}}}}}," ANSWERS
																																																																																		      "}}";
