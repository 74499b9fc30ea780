#include "http/response.h"

#include "base/json.h"
#include "base/text.h"
#include "http/kept.h"
#include "http/status.h"

#include <string.h>
#include <unistd.h>

void mm_response_header(struct mm_response *rs, const char *name, const char *value)
{
	MM_CHECK(rs->header_count < MM_HEADERS_MAX);
	if (!value) /* made in an arena that was at its cap: the answer fails elsewhere */
		return;
	for (const unsigned char *p = (const unsigned char *)value; *p; p++) {
		if ((*p < 0x20 && *p != '\t') || *p == 0x7f)
			return; /* never a second header line by way of a value */
	}
	rs->header[rs->header_count].name = name;
	rs->header[rs->header_count].value = value;
	rs->header_count++;
}

enum { INSTANCE_MAX = 32 * 1024 }; /* a target of 8 kB grows at most threefold */

/* The request's path as a URI reference: segments encoded again, for "instance". */
static void put_instance(struct mm_json *j, const struct mm_request *r)
{
	struct mm_buf path;

	mm_buf_init(&path, INSTANCE_MAX);
	for (size_t i = 0; i < r->segment_count; i++) {
		mm_buf_byte(&path, '/');
		mm_text_put_url(&path, r->segment[i], strlen(r->segment[i]));
	}
	if (r->segment_count == 0 || r->trailing_slash)
		mm_buf_byte(&path, '/');
	if (!path.failed)
		mm_json_text_n(j, "instance", (const char *)path.data, path.len);
	mm_buf_release(&path);
}

void mm_response_close_file(struct mm_response *rs)
{
	if (rs->file)
		(void)close(rs->file->fd);
	rs->file = NULL;
}

/* Empties the response of everything the handler had put in. */
static void reset(struct mm_response *rs, int status)
{
	mm_buf_clear(&rs->body);
	rs->shared = mm_shared_unref(rs->shared);
	rs->kept = mm_kept_unref(rs->kept);
	mm_body_source_close(&rs->source);
	mm_response_close_file(rs);
	*rs = (struct mm_response){.status = status, .body = rs->body};
}

static void put_problem(struct mm_response *rs, const struct mm_request *r, int status, const char *where,
			const char *detail)
{
	struct mm_json j;

	reset(rs, status);
	j = mm_json_on(&rs->body);
	mm_json_open(&j, NULL, '{');
	mm_json_text(&j, "type", "about:blank");
	mm_json_text(&j, "title", mm_status_title(status));
	mm_json_int(&j, "status", status);
	if (detail)
		mm_json_text(&j, "detail", detail);
	if (where && *where)
		mm_json_text(&j, "where", where);
	if (r && r->path)
		put_instance(&j, r);
	mm_json_close(&j, '}');
	rs->content_type = "application/problem+json";
	if (mm_status_retry_s(status))
		mm_response_header(rs, "Retry-After", "1");
}

void mm_response_problem_status(struct mm_response *rs, const struct mm_request *r, int status,
				const char *detail)
{
	put_problem(rs, r, status, NULL, detail);
}

void mm_response_problem(struct mm_response *rs, const struct mm_request *r, const struct mm_err *err)
{
	char detail[sizeof(err->where) + sizeof(err->msg) + 2] = "";
	size_t at = 0;

	if (!mm_status_shows_words(err->code)) {
		mm_response_problem_status(rs, r, mm_status_of(err->code), NULL);
		return;
	}
	if (err->where[0] && err->code != MM_E_DATA) { /* a file name is for the log */
		at = strlen(err->where);
		memcpy(detail, err->where, at);
		memcpy(detail + at, ": ", 2);
		at += 2;
	}
	memcpy(detail + at, err->msg, strlen(err->msg) + 1);
	put_problem(rs, r, mm_status_of(err->code), at ? err->where : NULL, detail[0] ? detail : NULL);
}
