#include "api/edits/edits.h"
#include "api/geometry.h"

#include <stdio.h>

enum { WHERE_MAX = 256 };

enum mm_code mm_edit_geometry_read(struct mm_edit_body *b, const void *json, const char *where,
				   struct mm_geom *ret, struct mm_err *reterr)
{
	const struct mm_geometry_way way = {.proj = b->kit->proj,
					    .from = b->crs.definition,
					    .is_north_first = b->crs.is_north_first,
					    .to = mm_layer_schema(b->layer)->crs_definition};
	char at[WHERE_MAX];
	bool is_malformed = false;
	enum mm_code rc;

	(void)snprintf(at, sizeof(at), "%s/geometry", where);
	rc = mm_geometry_read(json, at, &way, b->r->mem, ret, &is_malformed, reterr);
	b->is_malformed |= is_malformed;
	return rc;
}
