#include "geo/crs_json.h"

#include "geo/crs_private.h"

#include <string.h>

static enum mm_code write_json(struct mm_proj *p, const PJ *crs, struct mm_arena *mem, const char **ret,
			       struct mm_err *reterr)
{
	static const char *const options[] = {"MULTILINE=NO", NULL};
	const char *json = proj_as_projjson(p->ctx, crs, options), *kept;

	if (!json)
		return mm_fail(reterr, MM_E_INVALID, "crs",
			       "PROJ cannot describe this system as JSON: %.120s", p->msg);
	kept = mm_arena_text(mem, json, strlen(json));
	if (!kept)
		return mm_fail_nomem(reterr);
	*ret = kept;
	return MM_OK;
}

enum mm_code mm_crs_json(struct mm_proj *p, const char *definition, struct mm_arena *mem, const char **ret,
			 struct mm_err *reterr)
{
	PJ *crs = NULL;
	enum mm_code rc = mm_crs_open_text(p, definition, &crs, reterr);

	if (rc == MM_OK)
		rc = write_json(p, crs, mem, ret, reterr);
	(void)proj_destroy(crs);
	return rc;
}
