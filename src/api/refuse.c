#include "api/maps/maps.h"
#include "api/wfs/wfs.h"

#include <string.h>

/* What is refused before a handler runs, in the form that clients of a service read. */

bool mm_api_refuse(void *ctx, const struct mm_request *r, int status, const char *why, struct mm_response *rs)
{
	const char *service = r->segment_count == 1 ? r->segment[0] : "";

	if (!strcmp(service, "wfs")) {
		mm_wfs_refuse(ctx, r, status, why, rs);
		return true;
	}
	if (!strcmp(service, "wms")) {
		mm_wms_refuse(r, status, why, rs);
		return true;
	}
	return false;
}
