#ifndef MM_API_EVENTS_LISTENER_H
#define MM_API_EVENTS_LISTENER_H

#include "api/api.h"
#include "http/events.h"

/*
 * Conditions of those who listen to "/events": filter, filter-lang, filter-crs, datetime, bbox, bbox-crs,
 * properties and names of fields, which mean what they mean of items, in each of the layers that are named.
 *
 * A change of a layer is told when the features that match, with all that items would give of them
 * (`properties`: only these fields, and the place), are others after it than before. This is exact: both
 * versions of the layer are there when a change is published, and the condition is tested on both. Only what
 * cannot be known is told in any case: when the condition does not fit the fields of the new version any
 * more, when all conditions together take longer than MM_LISTENER_BUDGET_MS, and what happened before anybody
 * listened with this condition (for who comes again with Last-Event-ID).
 *
 * What a filter asks of other layers is asked of them as they were at the same moment; but an event comes
 * only when the layer itself has changed.
 */

enum { MM_LISTENER_LAYERS_MAX = 16, MM_LISTENER_BUDGET_MS = 1000 };

/* True when a request to listen has a condition, and not only layers and a window. */
bool mm_listener_is_asked(const struct mm_request *r);

/*
 * Checks the condition of a request against its layers, and gives it as the hub keeps it.
 *
 * ids  of the layers that are named
 * ret  in the request's memory
 *
 * MM_E_INVALID  a parameter is unknown or not right, no layer is named, or one that comes as tiles
 * MM_E_LIMIT    too many layers
 * MM_E_NOMEM
 */
MM_MUST_USE enum mm_code mm_listener_read(const struct mm_api *api, const struct mm_catalog *c,
					  const struct mm_request *r, const char *const *ids, size_t count,
					  const char **ret, struct mm_err *reterr);

/* One change of one layer. */
struct mm_listener_change {
	const struct mm_catalog *c_before, *c_after;
	const struct mm_layer *before, *after; /* NULL: there is none */
	const char *id;
};

/* True when it is nothing to who listens with this condition. `deadline_ns` of the monotonic clock. */
bool mm_listener_is_nothing(const struct mm_api *api, const char *condition,
			    const struct mm_listener_change *change, int64_t deadline_ns);

#endif
