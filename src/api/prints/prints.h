#ifndef MM_API_PRINTS_H
#define MM_API_PRINTS_H

#include "api/api.h"
#include "base/buf.h"

#include <stdbool.h>

/*
 * Plans on paper: POST /print makes one at once, or, with "Prefer: respond-async", gives it to the jobs
 * (jobs.h), at /print/jobs/{id}.
 */

/* True when the request asks for a job, which is taken in within milliseconds. */
bool mm_print_is_job(const struct mm_request *r);

mm_handler_fn mm_api_print, mm_api_print_frame;                                   /* prints.c */
mm_handler_fn mm_api_print_job, mm_api_print_events, mm_api_print_result;         /* job_routes.c */
mm_handler_fn mm_api_print_templates, mm_api_print_template, mm_api_print_schema; /* templates.c */

/* The body and the headers of a file that was made. Takes over nothing. */
struct mm_job_result;
void mm_print_put_headers(const struct mm_request *r, const struct mm_job_result *made,
			  struct mm_response *rs);

/* A job as JSON with its links (job_routes.c). */
struct mm_job_state;
void mm_print_put_job(const struct mm_request *r, const struct mm_job_state *s, struct mm_buf *out);

/* The paths in the API definition (openapi.c). */
void mm_print_put_openapi(struct mm_json *j);

#endif
