#include "http/status.h"

#include <stddef.h>

static const struct {
	int status;
	bool shows_words;
} codes[MM_CODE_COUNT] = {
    [MM_OK] = {200, true},          [MM_E_INVALID] = {400, true}, [MM_E_NOT_FOUND] = {404, true},
    [MM_E_LIMIT] = {413, true},     [MM_E_DATA] = {500, true}, /* a stored dataset is broken: the reader may
								  tell its keeper */
    [MM_E_IO] = {500, false},       [MM_E_NOMEM] = {503, true},   [MM_E_BUSY] = {503, true},
    [MM_E_INTERNAL] = {500, false}, [MM_E_GONE] = {410, true},    [MM_E_CONFLICT] = {409, true},
};

static const struct {
	int status;
	const char *title;
} titles[] = {
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {417, "Expectation Failed"},
    {422, "Unprocessable Content"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {503, "Service Unavailable"},
    {505, "HTTP Version Not Supported"},
};

int mm_status_of(enum mm_code code)
{
	return code < MM_CODE_COUNT ? codes[code].status : 500;
}

bool mm_status_shows_words(enum mm_code code)
{
	return code < MM_CODE_COUNT && codes[code].shows_words;
}

int mm_status_retry_s(int status)
{
	return status == 503 || status == 429 ? 1 : 0;
}

const char *mm_status_title(int status)
{
	for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++) {
		if (titles[i].status == status)
			return titles[i].title;
	}
	return "Unknown";
}
