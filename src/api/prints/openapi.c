#include "api/out.h"
#include "api/prints/prints.h"

#include <string.h>

/* The paths in the API definition (OpenAPI 3.0). */

/* clang-format off */
#define TEXT "{\"type\":\"string\"}"
#define OBJECT "{\"type\":\"object\"}"
#define BINARY "{\"type\":\"string\",\"format\":\"binary\"}"
#define PARAM(name, in, required, description) \
	"{\"name\":\"" name "\",\"in\":\"" in "\",\"required\":" required ",\"description\":\"" description "\",\"schema\":" TEXT "}"
#define ID PARAM("id", "path", "true", "Id of the job, which POST /print has told")
#define MEDIA(media, schema) "\"" media "\":{\"schema\":" schema "}"
#define ANSWER(status, description, content) "\"" status "\":{\"description\":\"" description "\",\"content\":{" content "}}"
#define PROBLEM(status, description) ANSWER(status, description, MEDIA("application/problem+json", OBJECT))
#define NO_SUCH PROBLEM("404", "There is no such job") "," PROBLEM("410", "It is kept no more")
#define OPERATION(method, id, summary, params) \
	"\"" method "\":{\"operationId\":\"" id "\",\"summary\":\"" summary "\",\"parameters\":[" params "],"
#define GET(id, summary, params) OPERATION("get", id, summary, params) "\"responses\":{"
#define FILES MEDIA("application/pdf", BINARY) "," MEDIA("image/svg+xml", TEXT) "," MEDIA("image/png", BINARY)

static const struct {
	const char *path, *text;
} paths[] = {
	{"/print", "{" OPERATION("post", "print", "A plan on paper at true scale",
	  PARAM("Prefer", "header", "false", "respond-async: as a job, for what takes long") ","
	  PARAM("preview", "query", "false", "1: the first sheet as a small picture"))
	  "\"requestBody\":{\"required\":true,\"content\":{" MEDIA("application/json", OBJECT) "}},\"responses\":{"
	  ANSWER("200", "The file; Content-Disposition has its name", FILES) ","
	  ANSWER("202", "The job, whose address Location has", MEDIA("application/json", OBJECT)) ","
	  PROBLEM("400", "The plan is not right; where names its member") "," PROBLEM("413", "Too much for a plan") ","
	  PROBLEM("415", "The body is no JSON") "," PROBLEM("429", "As many are yours as one may have") ","
	  PROBLEM("503", "As many wait as may, or it takes too long") "}}}"},
	{"/print/frame", "{" OPERATION("post", "print.frame", "Which ground a plan would show", "")
	  "\"requestBody\":{\"required\":true,\"content\":{" MEDIA("application/json", OBJECT) "}},\"responses\":{"
	  ANSWER("200", "Corners of the map of the first sheet, its middle and scale", MEDIA("application/json", OBJECT)) ","
	  PROBLEM("400", "The plan is not right; where names its member") "}}}"},
	{"/print/templates", "{" GET("print.templates", "Plans that are ready", PARAM("lang", "query", "false", "ru or en"))
	  ANSWER("200", "The templates", MEDIA("application/json", OBJECT)) "}}}"},
	{"/print/templates/{id}", "{" GET("print.template", "One template", PARAM("id", "path", "true", "Id of the template"))
	  ANSWER("200", "A plan", MEDIA("application/json", OBJECT)) "," PROBLEM("404", "There is no such template") "}}}"},
	{"/print/schema", "{" GET("print.schema", "What a plan may say (JSON Schema)", "")
	  ANSWER("200", "The schema", MEDIA(MM_TYPE_SCHEMA_MEDIA, OBJECT)) "}}}"},
	{"/print/jobs/{id}", "{" GET("print.job", "How a job stands", ID)
	  ANSWER("200", "Its state", MEDIA("application/json", OBJECT)) "," NO_SUCH "}},"
	  OPERATION("delete", "print.cancel", "Cancels a job, or lets go of its result", ID) "\"responses\":{"
	  "\"204\":{\"description\":\"Done\"}," NO_SUCH "}}}"},
	{"/print/jobs/{id}/events", "{" GET("print.events", "How a job goes, as Server-Sent Events: progress, and done, failed or cancelled", ID)
	  ANSWER("200", "Events", MEDIA("text/event-stream", TEXT)) "," NO_SUCH "}}}"},
	{"/print/jobs/{id}/result", "{" GET("print.result", "The file, which is kept for an hour", ID)
	  ANSWER("200", "The file", FILES) "," NO_SUCH "}}}"},
};
/* clang-format on */

void mm_print_put_openapi(struct mm_json *j)
{
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		mm_json_raw(j, paths[i].path, paths[i].text, strlen(paths[i].text));
}
