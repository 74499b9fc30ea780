#ifndef MM_API_FEATURES_SEARCH_BODY_H
#define MM_API_FEATURES_SEARCH_BODY_H

#include "base/err.h"
#include "http/request.h"

/*
 * Adds the parameters in the body of a search, a JSON object or a form, to those of its address, of which
 * there are f and lang alone. A condition in CQL2 JSON may stand there as what it is; it sets filter-lang.
 *
 * r           its new parameters are in its memory
 * ret_status  an HTTP status that no code stands for (415, those of a form that is cut short); 0: none
 *
 * MM_E_INVALID  not a body of parameters, a parameter in the wrong place
 * MM_E_LIMIT    more than 256 kB, 64 levels, 8192 objects or the parameters of a request
 * MM_E_NOMEM
 */
MM_MUST_USE enum mm_code mm_search_body_read(struct mm_request *r, int *ret_status, struct mm_err *reterr);

#endif
