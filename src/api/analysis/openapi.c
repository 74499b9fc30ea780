#include "api/analysis/openapi.h"

/* The paths in the API definition (OpenAPI 3.0). */

/* clang-format off */
#define PARAM(name, type, description) \
	"{\"name\":\"" name "\",\"in\":\"query\",\"required\":false,\"description\":\"" description "\",\"schema\":{\"type\":\"" type "\"}}"
#define PROPERTY(name, type, description) "\"" name "\":{\"type\":\"" type "\",\"description\":\"" description "\"}"
#define MEDIA(media, type) "\"" media "\":{\"schema\":{\"type\":\"" type "\"}}"
#define PROBLEM(status, description) \
	"\"" status "\":{\"description\":\"" description "\",\"content\":{" MEDIA("application/problem+json", "object") "}}"
#define ANSWERS(description, content) \
	"\"responses\":{\"200\":{\"description\":\"" description "\",\"content\":{" content "}}," \
	PROBLEM("400", "A parameter is not right") "," PROBLEM("404", "No such collection or feature") "," \
	PROBLEM("406", "None of the formats is accepted") "," PROBLEM("413", "Too large") "," PROBLEM("503", "It takes too long") "}"
#define OPERATION(id, summary) "{\"operationId\":\"" id "\",\"summary\":\"" summary "\","
#define BODY(properties) \
	"\"requestBody\":{\"required\":true,\"content\":{\"application/json\":{\"schema\":{\"type\":\"object\",\"properties\":{" \
	properties "}}}}},"

#define GEOMETRY    "GeoJSON in longitude, latitude"
#define COLLECTION  "Instead of a geometry: of the feature that id names"
#define ID          "Id of that feature"
#define ALIKE       "Field: all with its text"
#define DISTANCE    "Metres around it, 0 to 50000; points and lines need it"
#define AROUND      "Metres of the outline around it, 0 to 50000"
#define COLLECTIONS "Those looked into; else all"
#define FILTERS     "By collection id a CQL2 text"
#define FORMAT      PARAM("f", "string", "json, csv, or ndjson: lines of progress and then the result")
#define LANGUAGE    PARAM("lang", "string", "ru or en: the language of CSV")

#define FOUND \
	ANSWERS("Counts, lengths, areas and sums by collection", \
		MEDIA("application/json", "object") "," MEDIA("text/csv", "string") "," MEDIA("application/x-ndjson", "string"))
#define MEASURED ANSWERS("Its measures", MEDIA("application/json", "object"))

const char mm_inside_openapi[] =
	"{\"get\":" OPERATION("inside", "What lies in an area, or near a feature") "\"parameters\":["
	PARAM("geometry", "string", GEOMETRY) "," PARAM("collection", "string", COLLECTION) "," PARAM("id", "string", ID) "," PARAM("alike", "string", ALIKE) ","
	PARAM("distance", "number", DISTANCE) "," PARAM("collections", "string", COLLECTIONS ", joined by commas") ","
	PARAM("filters", "string", FILTERS ", as JSON") "," FORMAT "," LANGUAGE "]," FOUND "},"
	"\"post\":" OPERATION("inside.post", "The same of an area of any length") "\"parameters\":[" FORMAT "," LANGUAGE "],"
	BODY(PROPERTY("geometry", "object", GEOMETRY) "," PROPERTY("collection", "string", COLLECTION) ","
	     PROPERTY("id", "string", ID) "," PROPERTY("alike", "string", ALIKE) "," PROPERTY("distance", "number", DISTANCE) ","
	     "\"collections\":{\"type\":\"array\",\"items\":{\"type\":\"string\"},\"description\":\"" COLLECTIONS "\"},"
	     PROPERTY("filters", "object", FILTERS)) FOUND "}}";

const char mm_measure_openapi[] =
	"{\"get\":" OPERATION("measure", "Length, area, sides and vertices of a shape or a feature in metres of the map's system")
	"\"parameters\":[" PARAM("geometry", "string", GEOMETRY) "," PARAM("collection", "string", COLLECTION) ","
	PARAM("id", "string", ID) "," PARAM("alike", "string", ALIKE) "," PARAM("distance", "number", AROUND) "]," MEASURED "},"
	"\"post\":" OPERATION("measure.post", "The same of a shape of any length")
	BODY(PROPERTY("geometry", "object", GEOMETRY) "," PROPERTY("collection", "string", COLLECTION) ","
	     PROPERTY("id", "string", ID) "," PROPERTY("alike", "string", ALIKE) "," PROPERTY("distance", "number", AROUND)) MEASURED "}}";
/* clang-format on */
