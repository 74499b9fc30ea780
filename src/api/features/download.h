#ifndef MM_API_DOWNLOAD_H
#define MM_API_DOWNLOAD_H

#include "api/api.h"
#include "api/features/features.h"
#include "encode/encoder.h"

/*
 * Answers with the features that a request for items asks for, through an encoder: what is short as a whole,
 * what is long while it is made, a piece at a time, so that it begins at once and takes little memory
 * whatever its length.
 *
 * it      asked and ready for its query; its page is filled in. Its layer and kit may be taken over by the
 *         answer (NULL then)
 * about   see struct mm_encode; made when the page is known. NULL: nothing
 *
 * MM_E_INVALID  a parameter of the format, or what mm_query_run says
 * MM_E_BUSY     the query took too long
 * MM_E_NOMEM
 */
typedef void mm_download_about_fn(const struct mm_items *it, const struct mm_request *r,
				  const struct mm_encoder *e, struct mm_buf *out);
MM_MUST_USE enum mm_code mm_download_answer(const struct mm_api *api, const struct mm_request *r,
					    const struct mm_encoder *e, struct mm_items *it,
					    mm_download_about_fn *about, struct mm_response *rs,
					    struct mm_err *reterr);

/* "attachment" with the title of the layer for those who read RFC 6266 and its id for others; in the
 * request's memory. */
const char *mm_download_disposition(const struct mm_request *r, const struct mm_schema *s,
				    const char *extension, const char *lang);

#endif
